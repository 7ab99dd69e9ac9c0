package ingest

import (
	"strconv"
	"strings"

	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// titled is a user's or association's table whose columns are found by titles.
type titled struct {
	r    *table.Reader
	file string
}

func openTitled(path string) (*titled, error) {
	r, err := table.Open(path, table.Options{})
	if err != nil {
		return nil, err
	}
	return &titled{r, path}, nil
}

// column returns the first column that bears one of the titles, -1 without one.
func (t *titled) column(titles ...string) int {
	for _, title := range titles {
		if i := table.FindColumn(t.r.Header, title); i >= 0 {
			return i
		}
	}
	return -1
}

// needColumn is column for one that the file must have.
func (t *titled) needColumn(what string, titles ...string) (int, error) {
	if i := t.column(titles...); i >= 0 {
		return i, nil
	}
	return -1, t.noColumn(what, strings.Join(titles, ", "))
}

// noColumn returns the fault of a table that lacks a column.
func (t *titled) noColumn(what, expected string) error {
	return &fault.Error{Kind: fault.Input, File: t.file, Line: t.r.HeaderLine, Message: "colonne introuvable pour " + what,
		Expected: expected, Seen: strings.Join(nonEmpty(t.r.Header), ", ")}
}

// line stands for an identifier that the table lacks.
func (t *titled) line(row table.Row) string { return strconv.Itoa(row.Line) }

func (t *titled) text(row table.Row, column int) string { return table.Clean(cell(row.Cells, column)) }
