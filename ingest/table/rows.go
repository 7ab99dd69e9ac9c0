package table

import "io"

// Of returns a reader of rows that are in memory already: those that a caller cut from
// a file, or kept. Each has its line and as many cells as the header, and is a row of
// data, whatever its cells look like.
func Of(name string, header []string, rows []Row) *Reader {
	return &Reader{Name: name, Encoding: UTF8, Header: header, src: &held{rows: rows}}
}

// held is a source of rows in memory.
type held struct {
	rows []Row
	at   int
}

func (h *held) next() (record, error) {
	if h.at == len(h.rows) {
		return record{}, io.EOF
	}
	r := &h.rows[h.at]
	h.at++
	return record{r.Line, r.Cells}, nil
}

func (h *held) warnings() []string { return nil }

func (h *held) Close() error { return nil }
