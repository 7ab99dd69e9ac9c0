package ingest

import (
	"io"
	"slices"
	"strings"

	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// official opens an official CSV file, its header on the first line, columns by
// their name in lower case.
func official(d *document) (*table.Reader, columns, error) {
	r, err := table.OpenReader(d.name, d, table.Options{FirstLine: true})
	if err != nil {
		return nil, columns{}, asBroken(d, err)
	}
	return r, columnsOf(d.name, r.Header), nil
}

func columnsOf(file string, header []string) columns {
	c := columns{file: file, header: header, index: map[string]int{}}
	for i, h := range header {
		h = strings.ToLower(strings.TrimSpace(h))
		if _, twice := c.index[h]; !twice {
			c.index[h] = i
		}
	}
	return c
}

// eachRow reads rows of data; totals and blank lines are left out.
func eachRow(r *table.Reader, yield func(table.Row) error) error {
	for {
		row, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if row.Kind != table.Data {
			continue
		}
		if err := yield(row); err != nil {
			return err
		}
	}
}

// isINSEE tells the code of a commune: 59350, 2A004. Any letter may stand second:
// a fictional territory has more départements than figures name.
func isINSEE(s string) bool {
	if len(s) != 5 {
		return false
	}
	for i := range 5 {
		if c := s[i]; (c < '0' || c > '9') && !(i == 1 && c >= 'A' && c <= 'Z') {
			return false
		}
	}
	return true
}

// splitList cuts codes joined by anything that is neither a letter nor a digit.
func splitList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z')
	})
}

// splitNames cuts names joined by a comma or a bar.
func splitNames(s string) []string {
	var out []string
	for _, n := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '|' }) {
		out = append(out, strings.TrimSpace(n))
	}
	return out
}

// columns are the columns of an official file by name.
type columns struct {
	file   string
	header []string
	index  map[string]int
}

func (c columns) has(name string) bool { _, ok := c.index[name]; return ok }

// of returns the column of the first name that the file has, -1 without one.
func (c columns) of(names ...string) int {
	for _, n := range names {
		if i, ok := c.index[n]; ok {
			return i
		}
	}
	return -1
}

// need refuses a file that lacks some of the columns, naming those it lacks.
func (c columns) need(what string, names ...string) error {
	var missing []string
	for _, n := range names {
		if !c.has(n) {
			missing = append(missing, n)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Input, File: c.file, Line: 1,
		Message:  what + " : il manque " + plural(len(missing), "la colonne", "les colonnes") + " " + strings.Join(missing, ", "),
		Expected: strings.Join(names, ", "), Seen: strings.Join(nonEmpty(c.header), ", ")}
}

func plural(n int, one, many string) string {
	if n > 1 {
		return many
	}
	return one
}

func nonEmpty(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return strings.TrimSpace(s) == "" })
}

// cell returns a row's cell of a column, empty when the file lacks it.
func cell(cells []string, i int) string {
	if i < 0 {
		return ""
	}
	return cells[i]
}
