package table

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// read opens a table of text.
func read(t *testing.T, text string, o Options) *Reader {
	t.Helper()
	o.Stdin = strings.NewReader(text)
	r, err := Open("-", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// rows reads what is left.
func rows(t *testing.T, r *Reader) []Row {
	t.Helper()
	var out []Row
	for {
		row, err := r.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, row.Clone())
	}
}

func cells(rows []Row) [][]string {
	var out [][]string
	for _, r := range rows {
		out = append(out, r.Cells)
	}
	return out
}

func TestOpen(t *testing.T) {
	want := [][]string{{"A1", "12 rue de Lille", "59650"}, {"A2", "résidence Nérée", "02100"}}
	for name, text := range map[string]string{
		"point-virgule":     "Matricule;Adresse;Code postal\nA1;12 rue de Lille;59650\nA2;résidence Nérée;02100\n",
		"virgule":           "Matricule,Adresse,Code postal\nA1,12 rue de Lille,59650\nA2,résidence Nérée,02100\n",
		"tabulation":        "Matricule\tAdresse\tCode postal\nA1\t12 rue de Lille\t59650\nA2\trésidence Nérée\t02100\n",
		"barre":             "Matricule|Adresse|Code postal\nA1|12 rue de Lille|59650\nA2|résidence Nérée|02100\n",
		"CRLF":              "Matricule;Adresse;Code postal\r\nA1;12 rue de Lille;59650\r\nA2;résidence Nérée;02100\r\n",
		"CR":                "Matricule;Adresse;Code postal\rA1;12 rue de Lille;59650\rA2;résidence Nérée;02100\r",
		"sans fin de ligne": "Matricule;Adresse;Code postal\nA1;12 rue de Lille;59650\nA2;résidence Nérée;02100",
		"BOM":               "\ufeffMatricule;Adresse;Code postal\nA1;12 rue de Lille;59650\nA2;résidence Nérée;02100\n",
		"Windows-1252":      "Matricule;Adresse;Code postal\nA1;12 rue de Lille;59650\nA2;r\xe9sidence N\xe9r\xe9e;02100\n",
		"guillemets":        "\"Matricule\";\"Adresse\";\"Code postal\"\n\"A1\";\"12 rue de Lille\";\"59650\"\n\"A2\";\"résidence Nérée\";\"02100\"\n",
		"sep= d’Excel":      "sep=;\r\nMatricule;Adresse;Code postal\r\nA1;12 rue de Lille;59650\r\nA2;résidence Nérée;02100\r\n",
		"titre au-dessus":   "Extraction du 03/04/2024;;\n;;\nMatricule;Adresse;Code postal\nA1;12 rue de Lille;59650\nA2;résidence Nérée;02100\n",
		"UTF-16LE":          utf16le("\ufeffMatricule\tAdresse\tCode postal\r\nA1\t12 rue de Lille\t59650\r\nA2\trésidence Nérée\t02100\r\n"),
		"UTF-16 sans BOM":   utf16le("Matricule;Adresse;Code postal\r\nA1;12 rue de Lille;59650\r\nA2;résidence Nérée;02100\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, text, Options{})
			if d := cmp.Diff([]string{"Matricule", "Adresse", "Code postal"}, r.Header); d != "" {
				t.Fatal(d)
			}
			if d := cmp.Diff(want, cells(rows(t, r))); d != "" {
				t.Error(d)
			}
			if w := r.Warnings(); len(w) > 0 {
				t.Error(w)
			}
		})
	}
}

func utf16le(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

// Whatever the quotes, each row comes out once.
func TestQuotes(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       [][]string
		lines      []int
	}{
		{"sur deux lignes", "a;b\n\"x\ny\";1\nz;2\n", [][]string{{"x\ny", "1"}, {"z", "2"}}, []int{2, 4}},
		{"jamais fermé", "a;b\n\"x;1\ny;2\nz;3\n", [][]string{{"\"x", "1"}, {"y", "2"}, {"z", "3"}}, []int{2, 3, 4}},
		{"deux orphelins", "a;b;c\nk;\"x;1\ny;2;0\nz;3\";4\n", [][]string{{"k", "\"x", "1"}, {"y", "2", "0"}, {"z", "3\"", "4"}}, []int{2, 3, 4}},
		{"orphelin puis cellule entre guillemets", "a;b\n\"x;1\ny;2\n\"z\";3\n", [][]string{{"\"x", "1"}, {"y", "2"}, {"z", "3"}}, []int{2, 3, 4}},
		{"non doublés", "a;b\n\"rés. \"les Lilas\"\";1\ny;2\n", [][]string{{"rés. \"les Lilas\"", "1"}, {"y", "2"}}, []int{2, 3}},
		{"au milieu", "a;b\n12\" rue;1\ny;2\n", [][]string{{"12\" rue", "1"}, {"y", "2"}}, []int{2, 3}},
		{"délimiteur dedans", "a;b\n\"x;y\";1\n", [][]string{{"x;y", "1"}}, []int{2}},
		{"formule d’Excel", "a;b\n=\"59000\";1\n", [][]string{{"=\"59000\"", "1"}}, []int{2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := rows(t, read(t, c.text, Options{}))
			if d := cmp.Diff(c.want, cells(got)); d != "" {
				t.Error(d)
			}
			for i, r := range got {
				if r.Line != c.lines[i] {
					t.Errorf("row %d: line %d, want %d", i, r.Line, c.lines[i])
				}
			}
		})
	}
}

func TestKinds(t *testing.T) {
	r := read(t, "Matricule;CP;\nA1;59000;\n;;\nA2;59650;;reste\nTOTAL;2;\nTotal Energies;rue X;\n", Options{})
	got := rows(t, r)
	var kinds []RowKind
	for _, row := range got {
		kinds = append(kinds, row.Kind)
	}
	if d := cmp.Diff([]RowKind{Data, Blank, Data, Total, Data}, kinds); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"reste"}, got[2].Overflow); d != "" {
		t.Error(d)
	}
}

func TestTotal(t *testing.T) {
	for row, want := range map[string]RowKind{
		"TOTAL;;;42": Total, "Total général : 42;;;": Total, "Sous-total;;;3,5 %": Total, ";Totaux;12;30": Total, "TOTAL;;;42 jeunes": Total,
		"Total Energies;rue Haute;59000;Lille": Data, "TOTAL;rue;59000;Lille": Data, "Totalement;;;": Data, "A1;;;": Data, ";;;": Blank, " ;\u00a0;;": Blank,
	} {
		if got := KindOf(strings.Split(row, ";")); got != want {
			t.Errorf("%q: %v, want %v", row, got, want)
		}
	}
}
