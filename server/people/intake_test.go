package people

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"perimetre/geo/fault"
	"perimetre/ingest/table"
	"perimetre/server/store"
)

// What says who somebody lives with, or where in the building, is not kept; what
// places the address is.
func TestStrip(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"12 rue de Lille", "12 rue de Lille"},
		{"chez M. DUPONT, 12 rue de Lille", "12 rue de Lille"},
		{"Chez Mme Martin 12 rue de Lille", "12 rue de Lille"},
		{"12 bis rue de Lille Apt 12", "12 bis rue de Lille"},
		{"12 rue de Lille, appartement 304", "12 rue de Lille"},
		{"12 rue de Lille 3e étage", "12 rue de Lille"},
		{"étage 2 porte 14", ""},
		{"Bât C apt 12", "Bât C"},
		{"Résidence les Lilas", "Résidence les Lilas"},
		{"rue de la Porte de Gand", "rue de la Porte de Gand"},
		{"12 rue du Logement Français", "12 rue du Logement Français"},
		{"4 avenue des Porteurs", "4 avenue des Porteurs"},
		{"Chemin de chez Galant", "Chemin de chez Galant"},
	} {
		if got := strip(table.Street, c.in); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
	if got := strip(table.City, "Porte 3"); got != "Porte 3" {
		t.Errorf("a town lost words: %q", got)
	}
}

func FuzzStrip(f *testing.F) {
	for _, s := range []string{"chez M. X, 4 rue", "apt", "  ,, ", "c/o é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := strip(table.Address, s)
		if utf8.ValidString(s) && !utf8.ValidString(out) || len(out) > len(s) {
			t.Errorf("%q became %q", s, out)
		}
	})
}

type twoUnits struct{}

func (twoUnits) Unit(w string) (string, bool) { return w, w == "59001" || w == "59002" }

// The rows of one's own Mission Locale are kept, and of them the mapped columns
// alone; the others are counted.
func TestCutterKeepsWhatIsNeeded(t *testing.T) {
	var b strings.Builder
	b.WriteString("Extraction du 03/04/2024;;;;;\nMatricule;Code structure;Date d'entrée;Adresse;Ville;Observations\n")
	for i := range chunkRows + 3 {
		fmt.Fprintf(&b, "P%d;59001;03/04/2024;%d rue de Lille;Lille;a des dettes\n", i, i)
	}
	b.WriteString("Q1;59002;03/04/2024;1 rue;Lille;\nR1;;03/04/2024;1 rue;Lille;\n;;;;;\nTOTAL;;;;;12\n")
	sample, err := Inspect("a.csv", strings.NewReader(b.String()), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if len(sample.Missing) != 0 || len(sample.Rows) != sampleRows || sample.Columns[5].Field != "" || sample.Columns[1].Field != "mission_locale" {
		t.Fatalf("%+v", sample)
	}
	c, err := NewCutter("a.csv", strings.NewReader(b.String()), "59001", twoUnits{}, store.Intake{Columns: sample.Columns}, Limits{Rows: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	total := 0
	for {
		rows, err := c.Next()
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 {
			break
		}
		for _, r := range rows {
			if len(r.Cells) != 5 || slices.Contains(r.Cells, "a des dettes") {
				t.Fatalf("a column that is not mapped is kept: %q", r.Cells)
			}
		}
		if total == 0 && rows[0].N != 3 {
			t.Errorf("the first row is said to be on line %d", rows[0].N)
		}
		total += len(rows)
	}
	in := c.Intake()
	if total != chunkRows+4 || in.SetAside[OtherUnit] != 1 || in.SetAside[NotARow] != 2 || len(in.Fields) != 5 {
		t.Errorf("%d rows, %+v", total, in)
	}
	c, _ = NewCutter("a.csv", strings.NewReader(b.String()), "59001", twoUnits{}, store.Intake{Columns: sample.Columns}, Limits{Rows: 100})
	if _, err := c.Next(); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("too many rows: %v", err)
	}
}

func TestCorrect(t *testing.T) {
	cols := []store.Column{{Title: "A", Field: "voie"}, {Title: "B"}}
	got, err := Correct(cols, map[string]string{"voie": "B"})
	if err != nil || got[0].Field != "" || got[1].Field != "voie" || cols[0].Field != "voie" {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := Correct(cols, map[string]string{"longitude": "A"}); err == nil {
		t.Error("coordinates of people are accepted")
	}
	if !slices.Contains(Missing(got), table.Person) {
		t.Error("nobody is missing")
	}
}

// A row that no longer needs its address keeps only what is counted.
func TestReduce(t *testing.T) {
	fields := []string{"matricule", "date_entree", "voie", "ville", "conseiller"}
	p := store.Person{Cells: []string{"P1", "03/04/2024", "1 rue", "Lille", "C. Rol"}, Result: make([]string, 64)}
	for i := range p.Result {
		p.Result[i] = "x"
	}
	Reduce(&p, fields)
	if want := []string{"P1", "03/04/2024", "", "", ""}; !slices.Equal(p.Cells, want) {
		t.Errorf("%q", p.Cells)
	}
	if PlaceOf(&p).Label != "" || p.Result[resultStatus] != "x" {
		t.Errorf("%q", p.Result)
	}
}

// Of a birth date the age on the day of entry alone is left.
func TestAgeAlone(t *testing.T) {
	for _, c := range []struct{ birth, entry, want string }{
		{"15/06/2006", "14/06/2024", "2007-06-14"}, // 17 years old
		{"15/06/2006", "15/06/2024", "2006-06-15"}, // 18
		{"29/02/2004", "29/02/2024", "2004-02-28"},
		{"31/01/2004", "31/12/2023", "2004-12-28"},
		{"", "31/12/2023", ""},
		{"31/02/2004", "31/12/2023", "invalide"},
		{"15/06/2006", "", ""},
		{"15/06/2026", "15/06/2024", ""},
	} {
		if got := ageAlone(c.birth, c.entry); got != c.want {
			t.Errorf("%s on %s: %q, want %q", c.birth, c.entry, got, c.want)
		}
	}
}

// Whatever the bytes, a file is refused or read, never a crash.
func FuzzInspect(f *testing.F) {
	for _, s := range []string{"a;b\n1;2\n", "\xff\xfeM\x00", "PK\x03\x04", "\"", "Matricule;Adresse\n\"x", ""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Inspect("f.csv", strings.NewReader(string(b)), Limits{Expanded: 1 << 20})
		if err != nil {
			if k := fault.KindOf(err); k == fault.Internal {
				t.Errorf("%v", err)
			}
			return
		}
		c, err := NewCutter("f.csv", strings.NewReader(string(b)), "59001", twoUnits{}, store.Intake{Columns: s.Columns}, Limits{Rows: 1000, Expanded: 1 << 20})
		if err != nil {
			return
		}
		defer c.Close()
		for {
			rows, err := c.Next()
			if err != nil || len(rows) == 0 {
				return
			}
			for _, r := range rows {
				if fields := c.Intake().Fields; len(r.Cells) != len(fields) || r.N < 1 {
					t.Fatalf("line %d: %d cells for %d fields", r.N, len(r.Cells), len(fields))
				}
			}
		}
	})
}
