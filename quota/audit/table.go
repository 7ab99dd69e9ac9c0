package audit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// Table is a published table: a label in front of each row, numbers under each
// heading.
type Table struct {
	Name    string // the file's, without its extension
	File    string
	Title   string // the lines above the header
	Corner  string // the heading of the labels
	Columns []string
	Rows    []string
	cells   [][]*Cell // by row, then column
}

// Cell is a printed number. Its Row and Column name it.
type Cell struct {
	Table       *Table
	Row, Column string
	Line        int // of the file
	Text        string
	number
	total    bool // a total, in its row or its column
	original number
}

// Label names a cell for a reader.
func (c *Cell) Label() string { return c.Row + " / " + c.Column }

// Read reads a table from a file; "-" is standard input.
func Read(path string, stdin io.Reader) (*Table, error) {
	r, err := table.Open(path, table.Options{Stdin: stdin})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return readTable(r, filepath.Base(r.Name))
}

// ReadAll reads every table of a folder, and its identites.yml where there is one.
func ReadAll(fsys fs.FS, dir string) ([]*Table, []*Identity, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, nil, fault.Wrap(fault.Input, err, "dossier illisible")
	}
	var tables []*Table
	var identities []*Identity
	for _, e := range entries {
		b, err := fs.ReadFile(fsys, path.Join(dir, e.Name()))
		if err != nil {
			return nil, nil, fault.Wrap(fault.Input, err, "fichier illisible")
		}
		switch {
		case e.Name() == IdentitiesFile:
			if identities, err = ParseIdentities(e.Name(), b); err != nil {
				return nil, nil, err
			}
		case strings.EqualFold(path.Ext(e.Name()), ".csv"):
			t, err := Parse(e.Name(), b)
			if err != nil {
				return nil, nil, err
			}
			tables = append(tables, t)
		}
	}
	if len(tables) == 0 {
		return nil, nil, &fault.Error{Kind: fault.Input, Message: "dossier sans table", Expected: "des fichiers .csv", Seen: dir}
	}
	return tables, identities, nil
}

// Parse reads a table from the bytes of a CSV file; file names it.
func Parse(file string, b []byte) (*Table, error) {
	r, err := table.Open("-", table.Options{Stdin: bytes.NewReader(b)})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return readTable(r, file)
}

// Texts returns the printed cells of a row.
func (t *Table) Texts(row int) []string {
	out := make([]string, len(t.cells[row]))
	for i, c := range t.cells[row] {
		out[i] = c.Text
	}
	return out
}

// IdentitiesFile is the name of the identities beside the tables of a folder.
const IdentitiesFile = "identites.yml"

const maxCells = 300_000 // of a table; all are held, and compared with one another

func readTable(r *table.Reader, base string) (*Table, error) {
	if len(r.Header) < 2 {
		return nil, &fault.Error{Kind: fault.Input, File: base, Message: "table trop étroite", Expected: "une colonne de libellés et au moins une colonne de nombres"}
	}
	t := &Table{File: base, Name: strings.TrimSuffix(base, filepath.Ext(base)), Title: strings.Join(r.Preamble, " – ")}
	t.Corner = strings.TrimSpace(r.Header[0])
	for _, h := range r.Header[1:] {
		t.Columns = append(t.Columns, strings.TrimSpace(h))
	}
	seen := map[string]int{}
	cells := 0
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if row.Kind == table.Blank {
			continue
		}
		label := strings.TrimSpace(table.Clean(row.Cells[0]))
		seen[label]++
		t.Rows = append(t.Rows, label)
		var line []*Cell
		for i, s := range row.Cells[1:] {
			n := parseNumber(s)
			if n.kind == count && isAmount(label+" "+t.Columns[i]) {
				n.kind, n.half = amount, half(0)
			}
			if cells++; cells > maxCells {
				return nil, &fault.Error{Kind: fault.TooLarge, File: base, Line: row.Line, Message: "table trop grande pour être publiée", Expected: fmt.Sprintf("%d cases au plus", maxCells)}
			}
			line = append(line, &Cell{Table: t, Row: label, Column: t.Columns[i], Line: row.Line, Text: strings.TrimSpace(s), number: n, original: n})
		}
		t.cells = append(t.cells, line)
	}
	if len(t.Rows) == 0 {
		return nil, &fault.Error{Kind: fault.Input, File: base, Message: "table sans ligne"}
	}
	return t, nil
}

// find returns a cell by the names of its row and column; "label#2" is the second
// row of that label.
func (t *Table) find(row, column string) (*Cell, error) {
	label, rank := row, 1
	if i := strings.LastIndex(row, "#"); i > 0 {
		if _, err := fmt.Sscanf(row[i+1:], "%d", &rank); err == nil {
			label = row[:i]
		}
	}
	j := -1
	for i, c := range t.Columns {
		if table.Words(c) == table.Words(column) {
			j = i
		}
	}
	for i, r := range t.Rows {
		if table.Words(r) != table.Words(label) {
			continue
		}
		if rank--; rank > 0 {
			continue
		}
		if j < 0 {
			break
		}
		if c := t.cells[i][j]; c.kind != text {
			return c, nil
		}
	}
	return nil, &fault.Error{Kind: fault.Input, File: t.File, Message: "case introuvable", Expected: "une ligne et une colonne de la table", Seen: row + " / " + column}
}

func isAmount(label string) bool {
	f := " " + table.Words(label) + " "
	for _, w := range []string{" euro", " euros ", " montant", " allocations "} {
		if strings.Contains(f, w) {
			return true
		}
	}
	return strings.Contains(label, "€")
}

// isTotal tells the label of a total.
func isTotal(label string) bool {
	f := table.Words(label)
	for _, w := range []string{"total", "ensemble", "region", "tous", "toutes", "france"} {
		if f == w || strings.HasPrefix(f, w+" ") && !strings.HasPrefix(f, w+" d") {
			return true
		}
	}
	return false
}
