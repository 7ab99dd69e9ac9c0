package table

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"perimetre/french"
	"perimetre/geo/fault"
)

// FuzzCSV holds the reader to encoding/csv wherever that accepts the text, and to
// never failing where it does not.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a;b\n1;2\n", "a;b\r\n\"x\ny\";\"z\"\"w\"\r\n", "\ufeffa,b\n\n1,\"2\n", "a\tb\n\"1\"\t2", "é;b\n\xe9;2\n", "a;b\n\"x;1\ny;2\n", "\xff\xfea\x00;\x00b\x00\n\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Open("-", Options{Stdin: bytes.NewReader(data), Delimiter: ';', Encoding: UTF8, FirstLine: true})
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Fatal(err)
			}
			return
		}
		defer r.Close()
		if r.Format != CSV {
			return
		}
		got := [][]string{r.Header}
		last := r.HeaderLine
		for {
			row, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if row.Line <= last {
				t.Fatalf("line %d after line %d", row.Line, last)
			}
			last = row.Line
			if len(row.Cells) != len(r.Header) {
				t.Fatalf("%d cells for %d headings", len(row.Cells), len(r.Header))
			}
			got = append(got, append(slices.Clone(row.Cells[:len(row.Cells)-row.Missing]), row.Overflow...))
		}
		// encoding/csv reads \r alone as text, as we do in a file that has \n; it
		// knows no encoding and no mark.
		if !utf8.Valid(data) || bytes.HasPrefix(data, []byte("\ufeff")) || bytes.IndexByte(data, '\r') >= 0 && bytes.IndexByte(data, '\n') < 0 || bytes.HasPrefix(data, []byte("\xff\xfe")) {
			return
		}
		std := csv.NewReader(bytes.NewReader(data))
		std.Comma, std.FieldsPerRecord = ';', -1
		want, err := std.ReadAll()
		if err != nil {
			return
		}
		// A record of several lines may be several rows behind a stray quote: there
		// the two differ on purpose.
		for _, rec := range want {
			for _, c := range rec {
				if strings.Contains(c, "\n") {
					return
				}
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%d rows, want %d", len(got), len(want))
		}
		for i, w := range want {
			// Cells past the header are told only when one holds something.
			if len(w) > len(r.Header) && len(got[i]) == len(r.Header) {
				if KindOf(w[len(r.Header):]) != Blank {
					t.Fatalf("row %d lost %q", i, w[len(r.Header):])
				}
				w = w[:len(r.Header)]
			}
			if d := cmp.Diff(w, got[i]); d != "" {
				t.Fatal(i, d)
			}
		}
	})
}

// What encoding/csv writes comes back whole. Cells hold line ends or delimiters,
// not both: lines that have, each alone, the cells of a row are read as rows.
func TestCSVReadsWhatIsWritten(t *testing.T) {
	cell := rapid.OneOf(rapid.StringMatching(`[a-zé "\n,=\t]{0,8}`), rapid.StringMatching(`[a-zé ;,=\t]{0,8}`))
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(2, 5).Draw(t, "width")
		want := rapid.SliceOfN(rapid.SliceOfN(cell, width, width), 1, 60).Draw(t, "rows")
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.Comma = ';'
		header := make([]string, width)
		for i := range header {
			header[i] = fmt.Sprint("colonne", i)
		}
		w.Write(header)
		w.WriteAll(want)
		r, err := Open("-", Options{Stdin: &b, Delimiter: ';', FirstLine: true})
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; ; i++ {
			row, err := r.Next()
			if err == io.EOF {
				if i != len(want) {
					t.Fatalf("%d rows, want %d", i, len(want))
				}
				return
			}
			if d := cmp.Diff(want[i], row.Cells); err != nil || d != "" {
				t.Fatal(i, err, d)
			}
		}
	})
}

// A stray quote in as many rows as one likes, at the start of a cell, at its end or
// within, never joins rows.
func TestCSVStrayQuotesLoseNoRow(t *testing.T) {
	cell := rapid.StringMatching(`[a-z]{1,3}[a-z ]{0,3}`)
	stray := rapid.StringMatching(`"[a-z]{0,3}|[a-z]{1,3}"|[a-z]"[a-z ]{1,3}`)
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(2, 4).Draw(t, "width")
		n := rapid.IntRange(1, 100).Draw(t, "rows")
		var b strings.Builder
		b.WriteString(strings.Repeat("titre;", width-1) + "titre\n")
		for range n {
			at := rapid.IntRange(0, 3*width).Draw(t, "at") // one row in three has a stray quote
			for i := range width {
				if i > 0 {
					b.WriteByte(';')
				}
				if i == at {
					b.WriteString(stray.Draw(t, "stray"))
				} else {
					b.WriteString(cell.Draw(t, "cell"))
				}
			}
			b.WriteByte('\n')
		}
		r, err := Open("-", Options{Stdin: strings.NewReader(b.String()), Delimiter: ';', FirstLine: true})
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < n; i++ {
			row, err := r.Next()
			if err != nil || row.Line != i+2 {
				t.Fatalf("row %d: %+v %v\n%s", i, row, err, b.String())
			}
		}
		if row, err := r.Next(); err != io.EOF {
			t.Fatal(row, err)
		}
	})
}

// A cell longer than the buffers, and a quote that never closes in a long file.
func TestCSVLong(t *testing.T) {
	long := strings.Repeat("x y ", 200_000)
	r := read(t, "a;b\n"+long+";1\n\""+long+"\";2\n", Options{})
	got := rows(t, r)
	if len(got) != 2 || got[0].Cells[0] != long || got[1].Cells[0] != long {
		t.Error(len(got))
	}
	var b strings.Builder
	b.WriteString("a;b\n\"jamais fermé;0\n")
	for i := range 50_000 {
		fmt.Fprintf(&b, "ligne %d;%d\n", i, i)
	}
	r = read(t, b.String(), Options{})
	if got := rows(t, r); len(got) != 50_001 || got[50_000].Line != 50_002 {
		t.Error(len(got))
	}
	if w := strings.Join(r.Warnings(), ""); w != "1 ligne(s) aux guillemets mal fermés, lues telles quelles, la première ligne 2" {
		t.Error(w)
	}
}

func TestOpenRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		o    Options
		want string
	}{
		"vide":             {"", Options{}, "entrée standard : fichier vide ; attendu : une ligne de titres de colonnes"},
		"lignes blanches":  {"\n\r\n", Options{}, "entrée standard : fichier vide ; attendu : une ligne de titres de colonnes"},
		"HTML":             {" <!DOCTYPE html><p>", Options{}, "entrée standard : ce fichier n’est pas un tableau ; attendu : CSV, XLSX ou ODS ; vu : une page HTML"},
		"PDF":              {"%PDF-1.7", Options{}, "entrée standard : ce fichier n’est pas un tableau ; attendu : CSV, XLSX ou ODS ; vu : un document PDF"},
		"PNG":              {"\x89PNG\r\n\x1a\n\x00\x00", Options{}, "entrée standard : ce fichier n’est pas un tableau ; attendu : CSV, XLSX ou ODS ; vu : une image"},
		"JPEG":             {"\xff\xd8\xff\xe0\x00\x10JFIF", Options{}, "entrée standard : ce fichier n’est pas un tableau ; attendu : CSV, XLSX ou ODS ; vu : une image"},
		"XLS":              {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Options{}, "entrée standard : ce fichier n’est pas un tableau ; attendu : CSV, XLSX ou ODS ; vu : un classeur Excel ancien (.xls) ou protégé : l’enregistrer au format .xlsx, sans mot de passe"},
		"zip":              {"PK\x03\x04abc", Options{}, "entrée standard : classeur illisible ; attendu : un classeur .xlsx ou .ods : zip: not a valid zip file"},
		"gzip coupé":       {"\x1f\x8b\x08", Options{}, "entrée standard : archive gzip endommagée : unexpected EOF"},
		"colonnes voulues": {"a;b\n1;2\n", Options{Columns: []string{"Adresse", "b"}}, "entrée standard : colonnes introuvables ; attendu : « Adresse », « b » ; vu : « a », « b »"},
	} {
		t.Run(name, func(t *testing.T) {
			c.o.Stdin = strings.NewReader(c.text)
			_, err := Open("-", c.o)
			if err == nil || err.Error() != c.want || fault.KindOf(err) != fault.Input {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
	if _, err := Open("absent.csv", Options{}); fault.KindOf(err) != fault.NotFound || err.Error() != "absent.csv : fichier introuvable" {
		t.Error(err)
	}
	if _, err := Open(t.TempDir(), Options{}); fault.KindOf(err) != fault.Input || !strings.HasSuffix(err.Error(), "attendu : un fichier CSV, XLSX ou ODS ; vu : un dossier") {
		t.Error(err)
	}
}

func TestHeader(t *testing.T) {
	for _, c := range []struct {
		name, text string
		o          Options
		header     string
		line       int
		preamble   []string
	}{
		{"first line", "Matricule;CP\n1;2\n", Options{}, "Matricule;CP", 1, nil},
		{"titles above", "Jeunes suivis;;\nau 31/03/2024;;\n;;\nMatricule;CP;\n1;2;\n", Options{}, "Matricule;CP;", 4, []string{"Jeunes suivis", "au 31/03/2024"}},
		{"titles without delimiters", "Jeunes suivis\n\nMatricule;CP;Ville\n1;2;3\n", Options{}, "Matricule;CP;Ville", 3, []string{"Jeunes suivis"}},
		{"unknown headings", "Liste\nx;y;z\n1;2;3\n1;2;3\n", Options{}, "x;y;z", 2, []string{"Liste"}},
		{"one column", "adresse\n12 rue\n", Options{}, "adresse", 1, nil},
		{"one column, unknown", "lieu\n12 rue\n", Options{}, "lieu", 1, nil},
		{"columns asked for", "a;b\nc;d\n1;2\n", Options{Columns: []string{"D"}}, "c;d", 2, []string{"a b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := read(t, c.text, c.o)
			if strings.Join(r.Header, ";") != c.header || r.HeaderLine != c.line {
				t.Error(r.Header, r.HeaderLine)
			}
			if d := cmp.Diff(c.preamble, r.Preamble); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWarnings(t *testing.T) {
	r := read(t, "Matricule;Ville\n1;rÃ©sidence\n2;Lille\n"+strings.Repeat("3;Étaples\n", 9000)+"4;N\xe9r\xe9e\n", Options{})
	got := rows(t, r)
	if last := got[len(got)-1]; last.Cells[1] != "Nérée" {
		t.Error(last)
	}
	want := []string{
		"1 cellule(s) hors UTF-8, lues en Windows-1252, la première ligne 9004",
		"1 cellule(s) au texte mal décodé (« Ã© » pour « é »), la première ligne 2 : le fichier a été enregistré dans un mauvais encodage",
	}
	if d := cmp.Diff(want, r.Warnings()); d != "" {
		t.Error(d)
	}
}

func FuzzCells(f *testing.F) {
	for _, s := range []string{"03/04/2024 23:59", "45383,5", "1 234,5", `="59000"`, "rÃ©sidence", "oui", "2100", "=1+1", "\u200b", " \u200b\ufeff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if c := Clean(s); Clean(c) != c && !strings.HasPrefix(c, "=") {
			t.Errorf("%q is cleaned to %q, then to %q", s, c, Clean(c))
		}
		if d, err := ParseDate(s); err == nil && !d.IsZero() && (d.Month < 1 || d.Month > 12 || d.Day < 1 || d.Day > 31) {
			t.Errorf("%q: %v", s, d)
		}
		ParseNumber(s)
		ParseBool(s)
		PadPostcode(s)
		if utf8.ValidString(s) {
			if r := french.Mend(s); !utf8.ValidString(r) {
				t.Errorf("%q: %q", s, r)
			}
		}
	})
}

func FuzzProfile(f *testing.F) {
	f.Add([]byte("matricule: [a, b]\nvoie: c\n"))
	f.Add([]byte("a: &x [*x]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := parseProfile("p", "p.yml", b, Generic()); err == nil {
			p.Match([]string{"Matricule", string(b)})
		} else if fault.KindOf(err) != fault.Input {
			t.Error(err)
		}
	})
}
