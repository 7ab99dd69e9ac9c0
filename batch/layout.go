package batch

import (
	"slices"
	"strings"

	"perimetre/batch/publicapi"
	"perimetre/ingest/table"
)

// layout says which cells of the input come out, before ours.
type layout struct {
	header []string
	keep   []int // input column of each cell kept
	ours   int   // position of our first column
	again  []int // input columns that are not ours, where some are; else nil
}

// newLayout keeps the input's columns but those that we are about to write, those
// that keep leaves out when it is not nil, and those in drop.
func newLayout(in *table.Reader, ours []string, keep func(i int) bool) layout {
	var l layout
	var theirs []int
	for i, h := range in.Header {
		if isOurs(h, ours) {
			continue
		}
		theirs = append(theirs, i)
		if keep != nil && !keep(i) {
			continue
		}
		l.keep = append(l.keep, i)
		l.header = append(l.header, h)
	}
	l.ours = len(l.keep)
	if len(theirs) < len(in.Header) {
		l.again = theirs
	}
	l.header = append(l.header, ours...)
	return l
}

func isOurs(h string, ours []string) bool {
	return slices.Contains(ours, strings.ToLower(strings.TrimSpace(h)))
}

// copy puts the kept cells in place. Cells past the last heading join the last
// cell kept, and are told.
func (l *layout) copy(out []string, r *table.Row, delimiter byte, notes *[]note) {
	for k, i := range l.keep {
		out[k] = r.Cells[i]
	}
	if len(r.Overflow) == 0 {
		return
	}
	*notes = append(*notes, note{r.Line, "plus de cellules que de titres ; elles sont jointes à la dernière colonne"})
	if l.ours > 0 {
		if delimiter == 0 {
			delimiter = ';'
		}
		sep := string(rune(delimiter))
		out[l.ours-1] += sep + strings.Join(r.Overflow, sep)
	}
}

// kind returns the kind of a row without our columns: a table that went through here
// before keeps its blank lines and its totals.
func (l *layout) kind(r *table.Row, room *[]string) table.RowKind {
	if l.again == nil || r.Kind != table.Data {
		return r.Kind
	}
	cells := (*room)[:0]
	for _, i := range l.again {
		cells = append(cells, r.Cells[i])
	}
	*room = cells
	return table.KindOf(cells)
}

// prior finds where the input already holds the columns of geocoding, by their
// headings; -1 where it does not.
func prior(in *table.Reader) []int {
	at := make([]int, len(publicapi.Columns))
	for k, title := range publicapi.Columns {
		at[k] = slices.IndexFunc(in.Header, func(h string) bool { return strings.ToLower(strings.TrimSpace(h)) == title })
	}
	return at
}
