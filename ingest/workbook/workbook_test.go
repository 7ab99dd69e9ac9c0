package workbook

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"perimetre/geo/fault"
)

// parts makes an XLSX file of one sheet named S; the parts given replace its own.
func parts(t testing.TB, own map[string]string) []byte {
	t.Helper()
	const head = `<?xml version="1.0" encoding="UTF-8"?>`
	all := map[string]string{
		"_rels/.rels":                `<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="rId3" Type="x/styles" Target="styles.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/worksheets/sheet1.xml":   `<worksheet><sheetData/></worksheet>`,
	}
	for k, v := range own {
		all[k] = v
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range all {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, head+text)
	}
	z.Close()
	return b.Bytes()
}

func sheet(cells string) map[string]string {
	return map[string]string{"xl/worksheets/sheet1.xml": "<worksheet><sheetData>" + cells + "</sheetData></worksheet>"}
}

// all reads the first sheet, and keeps its first rows.
func all(data []byte, expanded int64) ([][]string, error) {
	b, err := Open("a.xlsx", bytes.NewReader(data), expanded)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	rows, err := b.Rows(0)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out [][]string
	for {
		row, err := rows.Next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		if row.Number > 100 {
			continue
		}
		for len(out) < row.Number {
			out = append(out, nil)
		}
		out[row.Number-1] = append([]string(nil), row.Cells...)
	}
}

// What a workbook holds is what a library that loads it whole reads in it.
func TestAgainstExcelize(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	value := func() any {
		switch r.IntN(7) {
		case 0:
			return nil
		case 1:
			return r.IntN(100_000)
		case 2:
			return r.Float64() * 1e6
		case 3:
			return r.IntN(2) == 1
		case 4:
			return "rue de l’Église, n° " + fmt.Sprint(r.IntN(50))
		case 5:
			return " deux\nlignes & <signes> _x0041_ "
		}
		return strings.Repeat("é", r.IntN(300))
	}
	for range 20 {
		f := excelize.NewFile()
		for range 30 {
			cell, _ := excelize.CoordinatesToCellName(1+r.IntN(40), 1+r.IntN(60))
			f.SetCellValue("Sheet1", cell, value())
		}
		f.SetCellRichText("Sheet1", "A1", []excelize.RichTextRun{{Text: "deux "}, {Text: "morceaux"}})
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		want, err := f.GetRows("Sheet1", excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		got, err := all(b.Bytes(), 0)
		if err != nil {
			t.Fatal(err)
		}
		for len(want) > 0 && len(want[len(want)-1]) == 0 {
			want = want[:len(want)-1]
		}
		trimmed := make([][]string, len(want))
		for i := range want {
			if i < len(got) {
				trimmed[i] = got[i]
			}
			for n := len(trimmed[i]); n > 0 && trimmed[i][n-1] == "" && n > len(want[i]); n-- {
				trimmed[i] = trimmed[i][:n-1]
			}
			if len(trimmed[i]) == 0 {
				trimmed[i] = nil
			}
			if len(want[i]) == 0 {
				want[i] = nil
			}
		}
		if d := cmp.Diff(want, trimmed); d != "" {
			t.Fatal(d)
		}
	}
}

// A format code tells dates, and postcodes shown with their zeros.
func TestFormats(t *testing.T) {
	for code, want := range map[string]Format{
		"dd/mm/yyyy": {Date: true}, `[$-40C]d\ mmmm\ yyyy;@`: {Date: true}, "[h]:mm": {Date: true}, "jj/mm/aaaa": {Date: true}, "yyyy-mm-dd": {Date: true},
		"General": {}, "Standard": {}, "0.00": {}, `#,##0.00\ "jours"`: {}, `[Red]0`: {}, "@": {}, "0": {}, `0" h"`: {}, "0.00E+00": {},
		"00000": {Pad: 5}, "0####": {Pad: 5}, "#00000;-00000": {Pad: 5}, `00" "00`: {Pad: 4}, "": {}, `"sans fin`: {}, "[": {}, `\`: {},
	} {
		if got := parseFormat(code); got != want {
			t.Errorf("%q: %+v, want %+v", code, got, want)
		}
	}
}

// Whatever a file announces, what is read of it is refused at a limit, and says so.
func TestBombs(t *testing.T) {
	text := func(s string) string { return `<row r="1"><c r="A1" t="inlineStr"><is>` + s + `</is></c></row>` }
	shared := func(s string) map[string]string {
		return map[string]string{"xl/sharedStrings.xml": "<sst>" + s + "</sst>"}
	}
	long := strings.Repeat("x", 1<<19)
	for name, c := range map[string]struct {
		parts map[string]string
		kind  fault.Kind
		want  string
	}{
		"one cell":        {sheet(text("<t>" + strings.Repeat("x", 40<<20) + "</t>")), fault.TooLarge, "texte de cellule trop long"},
		"runs of a cell":  {sheet(text(strings.Repeat("<t>"+long+"</t>", 3))), fault.TooLarge, "texte de cellule trop long"},
		"pieces of value": {sheet(`<row r="1"><c r="A1"><v>` + strings.Repeat(long+"<!-- -->", 3) + `</v></c></row>`), fault.TooLarge, "texte de cellule trop long"},
		"attribute":       {sheet(`<row r="` + strings.Repeat("1", 8<<20) + `"/>`), fault.TooLarge, "texte de cellule trop long"},
		"shared texts":    {shared(spaced("<si/>", 6_000_001)), fault.TooLarge, "trop de textes"},
		"row number":      {sheet(`<row r="1048577"/>`), fault.TooLarge, "trop de lignes"},
		"column":          {sheet(`<row r="1"><c r="XFE1"/></row>`), fault.TooLarge, "trop de colonnes"},
		"wide rows":       {sheet(strings.Repeat(`<row><c r="XFD1"/></row>`, 1<<13+1)), fault.TooLarge, "trop de cellules"},
		"styles":          {map[string]string{"xl/styles.xml": "<s><cellXfs>" + strings.Repeat(`<xf numFmtId="1"/>`, 1<<16+1) + "</cellXfs></s>"}, fault.TooLarge, "trop de styles"},
		"sheets":          {map[string]string{"xl/workbook.xml": `<w>` + strings.Repeat(`<sheet name="S" r:id="rId1"/>`, 5000) + `</w>`}, fault.TooLarge, "trop de feuilles"},
		"expanded":        {map[string]string{"xl/media/a.png": strings.Repeat("x", 101<<20)}, fault.TooLarge, "moins de 104857600 octets"},
		"cut":             {map[string]string{"xl/worksheets/sheet1.xml": `<worksheet><sheetData><row r="1"><c r="A1"><v>1</v>`}, fault.Input, "endommagé"},
		"absent text":     {sheet(`<row r="3"><c r="A3" t="s"><v>7</v></c></row>`), fault.Input, "ligne 3"},
		"no sheet":        {map[string]string{"xl/workbook.xml": `<w/>`}, fault.Input, "sans feuille"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := all(parts(t, c.parts), 100<<20)
			if fault.KindOf(err) != c.kind || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// spaced returns n times an element, apart by white space that compresses badly: a bomb
// would be refused for its ratio.
func spaced(element string, n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, 0, n*(len(element)+1))
	for range n {
		b = append(append(b, element...), " \n\t"[r.IntN(3)])
	}
	return string(b)
}

// One shared text of half a megabyte in every column would make a row of gigabytes.
func TestRepeatedText(t *testing.T) {
	own := sheet(`<row r="1">` + strings.Repeat(`<c t="s"><v>0</v></c>`, 1000) + `</row>`)
	own["xl/sharedStrings.xml"] = `<sst><si><t>` + strings.Repeat("x", 1<<19) + `</t></si></sst>`
	if _, err := all(parts(t, own), 0); fault.KindOf(err) != fault.TooLarge || !strings.Contains(err.Error(), "a.xlsx, ligne 1 : ligne démesurée") {
		t.Error(err)
	}
}
