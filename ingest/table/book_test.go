package table

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"perimetre/geo/fault"
)

// odsOf makes an ODS file of tables written in its own words.
func odsOf(t testing.TB, tables string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range [][2]string{
		{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"},
		{"META-INF/manifest.xml", `<manifest:manifest xmlns:manifest="m"/>`},
		{"content.xml", `<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s"><office:automatic-styles><style:style style:name="ta1" style:family="table"><style:table-properties table:display="true"/></style:style>` +
			`<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>` + tables + `</office:spreadsheet></office:body></office:document-content>`},
	} {
		w, err := z.Create(f[0])
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, f[1])
	}
	z.Close()
	return b.Bytes()
}

func odsText(cells ...string) string {
	var b strings.Builder
	b.WriteString("<table:table-row>")
	for _, c := range cells {
		b.WriteString(`<table:table-cell office:value-type="string"><text:p>` + c + `</text:p></table:table-cell>`)
	}
	b.WriteString("</table:table-row>")
	return b.String()
}

// allRows reads a table whole.
func allRows(t testing.TB, r *Reader) (rows [][]string) {
	t.Helper()
	for {
		row, err := r.Next()
		if err == io.EOF {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row.Clone().Cells)
	}
}

func TestODS(t *testing.T) {
	data := odsOf(t, `<table:table table:name="Lisez-moi" table:style-name="ta1">`+odsText("Extraction du 31 mars")+`<table:table-row table:number-rows-repeated="1048575"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>`+
		`<table:table table:name="Cachée" table:style-name="ta2">`+odsText("Matricule", "Adresse", "Code postal", "Commune")+`</table:table>`+
		`<table:table table:name="Jeunes" table:style-name="ta1"><table:table-column table:number-columns-repeated="16384"/><table:table-header-rows>`+odsText("Matricule", "Adresse", "Code postal", "Commune", "Date d'entrée", "RQTH", "Note")+`</table:table-header-rows>`+
		`<table:table-row><table:table-cell office:value-type="string"><text:p>A1</text:p></table:table-cell><table:table-cell office:value-type="string"><office:annotation><text:p>une note</text:p></office:annotation><text:p>12 <text:span>rue</text:span><text:s text:c="2"/>Une</text:p><text:p>Bât. B</text:p></table:table-cell>`+
		`<table:table-cell office:value-type="float" office:value="2100"><text:p>02100</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Saint-Quentin</text:p></table:table-cell>`+
		`<table:table-cell office:value-type="date" office:date-value="2024-04-03"><text:p>3 avr. 24</text:p></table:table-cell><table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>VRAI</text:p></table:table-cell>`+
		`<table:table-cell office:value-type="float" office:value="1234.5"><text:p>1 234,50</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16377"/></table:table-row>`+
		`<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="string"><text:p>A2</text:p></table:table-cell><table:table-cell table:number-columns-repeated="3"/><table:table-cell office:value-type="date" office:date-value="2024-04-03T08:30:00"/><table:table-cell table:formula="of:=[.A1]"/></table:table-row>`+
		`<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>`)
	r, err := OpenReader("a.ods", bytes.NewReader(data), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	want := [][]string{{"A1", "12 rue  Une\nBât. B", "02100", "Saint-Quentin", "03/04/2024", "1", "1234.5"}, {"A2", "", "", "", "03/04/2024 08:30", "", ""}, {"A2", "", "", "", "03/04/2024 08:30", "", ""}}
	if d := cmp.Diff(want, allRows(t, r)); d != "" || r.Sheet != "Jeunes" {
		t.Error(r.Sheet, d)
	}
	if n := strings.Join(r.Notices, "|"); n != "feuille lue : « Jeunes » ; laissées de côté : « Lisez-moi », « Cachée » (masquée)" {
		t.Error(n)
	}
	if w := strings.Join(r.Warnings(), "|"); !strings.Contains(w, "1 formule(s) sans valeur calculée, lues comme vides, la première ligne 3") {
		t.Error(w)
	}
	if r, err = OpenReader("a.ods", bytes.NewReader(data), Options{Sheet: "cachée"}); err != nil || r.Sheet != "Cachée" {
		t.Error(err)
	}
}

func TestODSRefuses(t *testing.T) {
	cell := `<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>`
	for name, c := range map[string]struct{ tables, want string }{
		"sans feuille":    {``, "classeur vide"},
		"vide":            {`<table:table table:name="a"/>`, "classeur vide"},
		"toutes masquées": {`<table:table table:name="a" table:style-name="ta2">` + odsText("x", "y") + `</table:table>`, "aucune feuille visible"},
		"tronqué":         {`<table:table table:name="a"><table:table-row>` + cell, "classeur endommagé"},
		"trop de lignes":  {`<table:table table:name="a"><table:table-row table:number-rows-repeated="1048577">` + cell + cell + `</table:table-row></table:table>`, "trop de lignes"},
		"trop large":      {`<table:table table:name="a"><table:table-row><table:table-cell table:number-columns-repeated="16384"/>` + cell + `</table:table-row></table:table>`, "trop de colonnes"},
		"répétition":      {`<table:table table:name="a"><table:table-row table:number-rows-repeated="-1">` + cell + `</table:table-row></table:table>`, "répétition illisible"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := OpenReader("a.ods", bytes.NewReader(odsOf(t, c.tables)), Options{})
			for err == nil {
				_, err = r.Next()
			}
			if err == io.EOF || !strings.Contains(err.Error(), c.want) || fault.KindOf(err) != fault.Input && fault.KindOf(err) != fault.TooLarge {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// GDAL writes ODS too: the same table, whoever wrote it.
func TestODSOfGDAL(t *testing.T) {
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		t.Skip("ogr2ogr absent : installer gdal-bin pour écrire un classeur ODS")
	}
	dir := t.TempDir()
	in, out := filepath.Join(dir, "t.csv"), filepath.Join(dir, "t.ods")
	text := "Matricule,Adresse,Commune\nA1,\"12, rue de l'Église\",Lille\nA2,5 < 7 & co,Ronchin\n"
	if err := os.WriteFile(in, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if b, err := exec.Command("ogr2ogr", "-f", "ODS", out, in).CombinedOutput(); err != nil {
		t.Skipf("ogr2ogr sans ODS : %s", b)
	}
	r, err := Open(out, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if d := cmp.Diff([][]string{{"A1", "12, rue de l'Église", "Lille"}, {"A2", "5 < 7 & co", "Ronchin"}}, allRows(t, r)); d != "" {
		t.Error(d)
	}
}

func TestSheetOfAWorkbook(t *testing.T) {
	path := bookOf(t, func(f *excelize.File) {
		setRows(f, "Sheet1", []any{"Notice d’utilisation"}, []any{"Remplir la feuille Jeunes", "avec soin"})
		f.NewSheet("Anciens")
		setRows(f, "Anciens", []any{"Matricule", "Adresse", "Code postal", "Ville"}, []any{"Z9", "1 rue Vieille", 59000, "Lille"})
		f.NewSheet("Jeunes")
		setRows(f, "Jeunes", []any{"Matricule", "Adresse", "Code postal", "Ville"}, []any{"A1", "12 rue Une", 59000, "Lille"})
		f.SetSheetVisible("Anciens", false)
	})
	r, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if r.Sheet != "Jeunes" || strings.Join(r.Notices, "") != "feuille lue : « Jeunes » ; laissées de côté : « Sheet1 », « Anciens » (masquée)" {
		t.Error(r.Sheet, r.Notices)
	}
	hidden, err := Open(path, Options{Sheet: "Anciens"})
	if err != nil || hidden.Sheet != "Anciens" || len(hidden.Notices) > 0 {
		t.Error(err)
	}
	hidden.Close()
}

func TestWhatLooksWrongIsSaid(t *testing.T) {
	path := bookOf(t, func(f *excelize.File) {
		setRows(f, "Sheet1", []any{"Matricule", "Adresse", "Ville", "ADRESSE"}, []any{"A1", "#REF!", "Lille", "12 rue Une"}, []any{"A2", nil, "#N/A", nil})
		f.SetCellFormula("Sheet1", "B3", "Autre!B2")
	})
	r, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	allRows(t, r)
	want := []string{
		"1 formule(s) sans valeur calculée, lues comme vides, la première ligne 3 : ouvrir le classeur dans un tableur et l’enregistrer",
		"titres de colonnes en double, le premier est lu : « Adresse » (colonnes 2, 4)",
		"2 cellule(s) en erreur dans le tableur, la première ligne 2 : « #REF! »",
	}
	if d := cmp.Diff(want, r.Warnings()); d != "" {
		t.Error(d)
	}
}

func TestOldEncodings(t *testing.T) {
	text := "Matricule;Adresse;Commune\nA1;12 rue de l'Église;Évreux\nA2;5 bis allée des Érables, bât. à côté;Besançon\nA3;3 RUE DE LA LIBERTÉ;SAINT-ÉTIENNE\nA4;1 impasse du Chêne;Mâcon\n"
	for enc, table := range map[Encoding]*charmap.Charmap{Windows1252: charmap.Windows1252, CP850: charmap.CodePage850, MacRoman: charmap.Macintosh} {
		t.Run(enc.String(), func(t *testing.T) {
			b, err := table.NewEncoder().Bytes([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			r, err := OpenReader("a.csv", bytes.NewReader(b), Options{})
			if err != nil {
				t.Fatal(err)
			}
			rows := allRows(t, r)
			if r.Encoding != enc || fmt.Sprint(rows[0]) != "[A1 12 rue de l'Église Évreux]" || rows[1][2] != "Besançon" || rows[2][2] != "SAINT-ÉTIENNE" {
				t.Errorf("%s: %q", r.Encoding, rows)
			}
			if (len(r.Notices) == 1) != (enc != Windows1252) {
				t.Error(r.Notices)
			}
		})
	}
	// One word is enough, in either case, and so is a mark of punctuation.
	for enc, words := range map[Encoding][]string{
		Windows1252: {"ARRAS;\xc9VREUX", "b\xe9thune", "l\x92olivier", "Cit\xe9 n\xb0 3", "\xcele-de-France"},
		CP850:       {"b\x82thune", "\x90VREUX", "Cit\x82 n\xf8 3", "all\x82e \x85 c\x93t\x82"},
		MacRoman:    {"b\x8ethune", "\x83VREUX", "l\xd5all\x8ee", "Cit\x8e n\xa1 3"},
	} {
		for _, w := range words {
			if got := likeliest([]byte("nom;" + w + "\n")); got != enc {
				t.Errorf("%q: %s, want %s", w, got, enc)
			}
		}
	}
}

func FuzzODS(f *testing.F) {
	f.Add(`<table:table table:name="a"><table:table-row>` + odsText("x") + `</table:table-row></table:table>`)
	f.Add(`<table:table table:name="a"><table:table-row table:number-rows-repeated="9"><table:table-cell table:number-columns-repeated="3" office:value-type="float" office:value="1"/></table:table-row></table:table>`)
	f.Fuzz(func(t *testing.T, tables string) {
		r, err := OpenReader("a.ods", bytes.NewReader(odsOf(t, tables)), Options{})
		for n := 0; err == nil && n < 1000; n++ {
			_, err = r.Next()
		}
		if err != nil && err != io.EOF && fault.KindOf(err) != fault.Input && fault.KindOf(err) != fault.TooLarge {
			t.Fatal(err)
		}
	})
}
