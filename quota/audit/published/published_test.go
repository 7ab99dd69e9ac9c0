package published

import (
	"bytes"
	"encoding/csv"
	"io/fs"
	"path"
	"testing"
)

// Each table is a title with its page, then a rectangle, and identites.yml names it.
func TestTablesAreWhole(t *testing.T) {
	ties, err := fs.ReadFile(Report2024, "rapport-2024/identites.yml")
	if err != nil {
		t.Fatal(err)
	}
	tables, err := fs.Glob(Report2024, "rapport-2024/*.csv")
	if err != nil || len(tables) != 8 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	for _, name := range tables {
		b, err := fs.ReadFile(Report2024, name)
		if err != nil {
			t.Fatal(err)
		}
		title, table, _ := bytes.Cut(b, []byte("\n"))
		r := csv.NewReader(bytes.NewReader(table))
		r.Comma = ';'
		rows, err := r.ReadAll() // refuses a row of another width
		if bytes.ContainsRune(title, ';') {
			t.Errorf("%s has no title", name)
		}
		if err != nil || len(rows) < 2 {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
		}
		if base := path.Base(name); !bytes.Contains(ties, []byte(base[:len(base)-len(".csv")])) {
			t.Errorf("identites.yml does not name %s", base)
		}
	}
}
