package table

import (
	"io"
	"slices"
	"strings"

	"perimetre/geo/fault"
)

const headerWithin = 40 // lines among which the header is looked for

// findHeader reads the first rows, chooses the header among them and keeps the
// others: those above as Preamble, those below to come out of Next.
func (r *Reader) findHeader(o Options) error {
	var rows []record
	for len(rows) < headerWithin {
		rec, err := r.src.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		rows = append(rows, record{rec.line, slices.Clone(rec.cells)})
	}
	if len(rows) == 0 {
		return &fault.Error{Kind: fault.Input, File: r.Name, Message: "fichier vide", Expected: "une ligne de titres de colonnes"}
	}
	at := headerAmong(rows, o)
	if at < 0 {
		return &fault.Error{Kind: fault.Input, File: r.Name, Message: "colonnes introuvables", Expected: quoteList(o.Columns), Seen: quoteList(rows[headerAmong(rows, Options{})].cells)}
	}
	r.Header, r.HeaderLine = rows[at].cells, rows[at].line
	for _, rec := range rows[:at] {
		if KindOf(rec.cells) != Blank {
			r.Preamble = append(r.Preamble, strings.Join(strings.Fields(strings.Join(rec.cells, " ")), " "))
		}
	}
	if c, ok := r.src.(*csvSource); ok {
		c.resume(at, len(r.Header))
	} else {
		r.pending = rows[at+1:]
	}
	return nil
}

// headerAmong returns the index of the header in the first rows, -1 when none holds
// the columns asked for.
func headerAmong(rows []record, o Options) int {
	if o.FirstLine {
		return 0
	}
	if len(o.Columns) > 0 {
		return slices.IndexFunc(rows, func(rec record) bool {
			return !slices.ContainsFunc(o.Columns, func(c string) bool { return FindColumn(rec.cells, c) < 0 })
		})
	}
	p := o.Profile
	if p == nil {
		p = Generic()
	}
	width := 0
	for i, rec := range rows {
		if len(p.Match(rec.cells).index) >= 2 {
			return i
		}
		width = max(width, filled(rec.cells))
	}
	if width > 1 {
		// Title lines fill one or two cells, the header most of them.
		return slices.IndexFunc(rows, func(rec record) bool { return filled(rec.cells) >= max(2, (width*6+9)/10) })
	}
	return max(0, slices.IndexFunc(rows, func(rec record) bool { return len(p.Match(rec.cells).index) == 1 }))
}

func filled(cells []string) (n int) {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

// KindOf distinguishes blank rows and lines of totals: a first word « Total », and all other
// cells numbers, or most of them empty. A caller that leaves columns out judges by the others.
func KindOf(cells []string) RowKind {
	for i, c := range cells {
		if c == "" || Clean(c) == "" {
			continue
		}
		if c[0] != 't' && c[0] != 'T' && c[0] != 's' && c[0] != 'S' && c[0] != ' ' || !isTotal(c) {
			return Data
		}
		if 2*filled(cells) <= len(cells) {
			return Total
		}
		for _, other := range cells[i+1:] {
			if v := strings.TrimRight(Clean(other), " %€"); v != "" {
				if _, err := ParseNumber(v); err != nil {
					return Data
				}
			}
		}
		return Total
	}
	return Blank
}

// isTotal reads « Total », « TOTAUX », « Sous-total », « Total général : 42 ».
func isTotal(cell string) bool {
	words := strings.Fields(strings.TrimPrefix(normalise(cell), "sous "))
	if len(words) == 0 || words[0] != "total" && words[0] != "totaux" {
		return false
	}
	if len(words) == 1 {
		return true
	}
	switch words[1] {
	case "general", "generaux", "de", "des", "du", "jeunes", "dossiers", "lignes", "entrees", "personnes":
		return true
	}
	return digits(words[1]) >= 0
}
