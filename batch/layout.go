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
}

// newLayout keeps the input's columns but those that we are about to write, those
// that keep leaves out when it is not nil, and those in drop.
func newLayout(in *table.Reader, ours []string, keep func(i int) bool) layout {
	var l layout
	for i, h := range in.Header {
		if isOurs(h, ours) || keep != nil && !keep(i) {
			continue
		}
		l.keep = append(l.keep, i)
		l.header = append(l.header, h)
	}
	l.ours = len(l.keep)
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

// prior finds where the input already holds the columns of geocoding, by their
// headings; -1 where it does not.
func prior(in *table.Reader) []int {
	at := make([]int, len(publicapi.Columns))
	for k, title := range publicapi.Columns {
		at[k] = slices.IndexFunc(in.Header, func(h string) bool { return strings.ToLower(strings.TrimSpace(h)) == title })
	}
	return at
}
