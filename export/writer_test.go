package export

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// readBack returns the header and the rows of a table, as the reader of tables has them.
func readBack(t *testing.T, path string, o table.Options) (header []string, rows [][]string) {
	t.Helper()
	r, err := table.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for {
		row, err := r.Next()
		if err == io.EOF {
			return r.Header, rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row.Clone().Cells)
	}
}

func utf16le(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

func TestRoundTrip(t *testing.T) {
	header := []string{"Matricule", "Adresse", "score"}
	want := [][]string{{"007", "12 \"bis\" rue; de\nLille", "0.5"}, {"=1+1", "œuvre été €", ""}}
	for _, name := range []string{"t.csv", "t.xlsx", "t.txt"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			w, err := Create(path, Options{Numbers: []string{"score"}})
			if err != nil {
				t.Fatal(err)
			}
			for _, cells := range append([][]string{header}, want...) {
				if err := w.Write(cells); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := os.Stat(path); err == nil {
				t.Error("the file stands before Close")
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			gotHeader, got := readBack(t, path, table.Options{})
			if d := cmp.Diff(header, gotHeader); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
			left, _ := os.ReadDir(filepath.Dir(path))
			if len(left) != 1 {
				t.Error("temporary files are left:", left)
			}
		})
	}
}

func TestWriterEncodings(t *testing.T) {
	for enc, want := range map[table.Encoding]string{
		table.Auto:        "\ufeffa;b\né€;\"x;y\"\n",
		table.UTF8BOM:     "\ufeffa;b\né€;\"x;y\"\n",
		table.UTF8:        "a;b\né€;\"x;y\"\n",
		table.Windows1252: "a;b\n\xe9\x80;\"x;y\"\n",
		table.UTF16LE:     utf16le("\ufeffa;b\né€;\"x;y\"\n"),
	} {
		var b bytes.Buffer
		w, err := Create("-", Options{Stdout: &b, Encoding: enc})
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]string{"a", "b"})
		w.Write([]string{"é€", "x;y"})
		if err := w.Close(); err != nil || b.String() != want {
			t.Errorf("%v: %q %v, want %q", enc, b.String(), err, want)
		}
		if _, got := readBack(t, "-", table.Options{Stdin: &b}); len(got) != 1 || got[0][0] != "é€" {
			t.Error(enc, got)
		}
	}
}

func TestWriterLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.csv")
	os.WriteFile(path, []byte("avant"), 0o640)
	w, err := Create(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]string{"a"})
	w.Abort()
	w.Abort()
	if b, _ := os.ReadFile(path); string(b) != "avant" {
		t.Errorf("%q", b)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Error(left)
	}
	w, _ = Create(path, Options{Encoding: table.UTF8})
	w.Write([]string{""})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	w.Abort()
	if b, _ := os.ReadFile(path); string(b) != "\"\"\n" {
		t.Errorf("%q", b)
	}
	if st, _ := os.Stat(path); st.Mode().Perm() != 0o640 {
		t.Error(st.Mode())
	}
	if _, err := Create(filepath.Join(dir, "absent", "x.csv"), Options{}); fault.KindOf(err) != fault.Input {
		t.Error(err)
	}
}

func TestNeutraliseFormula(t *testing.T) {
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+SUM(A1)": "'+SUM(A1)", "-cmd": "'-cmd", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "=HYPERLINK(\"x\")": "'=HYPERLINK(\"x\")",
		"-3,5": "-3,5", "+12": "+12", "+33 6 12 34 56 78": "+33 6 12 34 56 78", "+33612345678": "+33612345678", "-2.75": "-2.75", "-1\u202f234": "-1\u202f234",
		"12 rue": "12 rue", "": "", "a=b": "a=b", "+33 rue": "'+33 rue", "-": "'-",
	} {
		if got := NeutraliseFormula(cell); got != want {
			t.Errorf("%q: %q, want %q", cell, got, want)
		}
	}
}

func FuzzNeutraliseFormula(f *testing.F) {
	for _, s := range []string{"=1+1", "-3,5", "+33 6 12 34 56 78", "\tx"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n := NeutraliseFormula(s); n != s && n != "'"+s {
			t.Errorf("%q: %q", s, n)
		}
	})
}
