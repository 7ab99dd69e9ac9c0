package table

import (
	"archive/zip"
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"perimetre/geo/fault"
)

// bookOf makes an XLSX file by what fill writes in it.
func bookOf(t *testing.T, fill func(f *excelize.File)) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	path := filepath.Join(t.TempDir(), "classeur.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func setRows(f *excelize.File, sheet string, rows ...[]any) {
	for i, row := range rows {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		f.SetSheetRow(sheet, cell, &row)
	}
}

// The defects of a workbook: an empty first sheet, titles above, dates shown in
// any format, postcodes as padded numbers, blank rows, a line of totals.
func TestXLSX(t *testing.T) {
	path := bookOf(t, func(f *excelize.File) {
		f.NewSheet("Jeunes")
		us, padded := "m/d/yyyy", "00000"
		dateUS, _ := f.NewStyle(&excelize.Style{CustomNumFmt: &us})
		dateTime, _ := f.NewStyle(&excelize.Style{NumFmt: 22})
		postcode, _ := f.NewStyle(&excelize.Style{CustomNumFmt: &padded})
		setRows(f, "Jeunes",
			[]any{"Jeunes suivis au 31/03/2024"},
			[]any{},
			[]any{"Matricule", "Date d'entrée", "Date de fin CEJ", "Code postal", "N° voie", "Montant"},
			[]any{"A1", 45385, 45382.9993055556, 2100, 12, 1234.5},
			[]any{"A2", nil, nil, 59000, "5/7", nil},
			[]any{},
			[]any{"TOTAL", nil, nil, nil, nil, 1234.5},
		)
		f.SetCellStyle("Jeunes", "B4", "B5", dateUS)
		f.SetCellStyle("Jeunes", "C4", "C5", dateTime)
		f.SetCellStyle("Jeunes", "D4", "D5", postcode)
	})
	r, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if r.Format != XLSX || r.Sheet != "Jeunes" || r.HeaderLine != 3 {
		t.Error(r.Format, r.Sheet, r.HeaderLine)
	}
	if d := cmp.Diff([]string{"Jeunes suivis au 31/03/2024"}, r.Preamble); d != "" {
		t.Error(d)
	}
	got := rows(t, r)
	want := [][]string{
		{"A1", "03/04/2024", "31/03/2024 23:59", "02100", "12", "1234.5"},
		{"A2", "", "", "59000", "5/7", ""},
		{"TOTAL", "", "", "", "", "1234.5"},
	}
	if d := cmp.Diff(want, cells(got)); d != "" {
		t.Error(d)
	}
	if got[1].Line != 5 || got[2].Line != 7 || got[2].Kind != Total {
		t.Errorf("%+v", got)
	}
}

func TestXLSXOf1904(t *testing.T) {
	path := bookOf(t, func(f *excelize.File) {
		yes := true
		f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes})
		setRows(f, "Sheet1", []any{"Matricule", "Date d'entrée"}, []any{"A1", 45383 - 1462})
		date, _ := f.NewStyle(&excelize.Style{NumFmt: 14})
		f.SetCellStyle("Sheet1", "B2", "B2", date)
	})
	r, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got := rows(t, r); got[0].Cells[1] != "01/04/2024" {
		t.Error(got)
	}
}

func TestXLSXRefuses(t *testing.T) {
	path := bookOf(t, func(f *excelize.File) { setRows(f, "Sheet1", []any{"a"}) })
	empty := bookOf(t, func(f *excelize.File) {})
	for name, c := range map[string]struct {
		path string
		o    Options
		kind fault.Kind
		want string
	}{
		"feuille absente": {path, Options{Sheet: "Jeunes"}, fault.Input, " : feuille introuvable ; attendu : « Sheet1 » ; vu : Jeunes"},
		"classeur vide":   {empty, Options{}, fault.Input, " : classeur vide ; attendu : une feuille qui commence par des titres de colonnes"},
		"trop grand":      {path, Options{MaxExpanded: 100}, fault.TooLarge, " : classeur trop grand une fois décompressé ; attendu : moins de 100 octets décompressés"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(c.path, c.o)
			if err == nil || strings.TrimPrefix(err.Error(), c.path) != c.want || fault.KindOf(err) != c.kind {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// A row number past Excel's limit is refused, not counted up to.
func TestXLSXForgedRow(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	put := func(name, text string) {
		w, _ := z.Create(name)
		io.WriteString(w, text)
	}
	put("[Content_Types].xml", `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`)
	put("_rels/.rels", `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
	put("xl/_rels/workbook.xml.rels", `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`)
	put("xl/workbook.xml", `<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`)
	put("xl/worksheets/sheet1.xml", `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Matricule</t></is></c><c r="B1" t="inlineStr"><is><t>CP</t></is></c></row><row r="999999999"><c r="A999999999"><v>1</v></c></row></sheetData></worksheet>`)
	z.Close()
	_, err := Open("-", Options{Stdin: &b})
	if want := "entrée standard, ligne 999999999 : classeur de trop de lignes ; attendu : 1048576 lignes au plus"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestXLSXFromStdin(t *testing.T) {
	f := excelize.NewFile()
	setRows(f, "Sheet1", []any{"Matricule", "CP"}, []any{"A1", "59000"})
	var b bytes.Buffer
	f.Write(&b)
	r := read(t, b.String(), Options{})
	if got := rows(t, r); r.Format != XLSX || len(got) != 1 || got[0].Cells[1] != "59000" {
		t.Error(got)
	}
}

func FuzzXLSX(f *testing.F) {
	book := excelize.NewFile()
	setRows(book, "Sheet1", []any{"Matricule", "CP"}, []any{"A1", 59000})
	var b bytes.Buffer
	book.Write(&b)
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Open("-", Options{Stdin: bytes.NewReader(data), MaxExpanded: 1 << 20})
		if err != nil {
			return
		}
		defer r.Close()
		for n := 0; n < 1000; n++ {
			if _, err := r.Next(); err != nil {
				return
			}
		}
	})
}
