package audit

import (
	"math/big"
	"slices"
	"strings"

	"perimetre/ingest/table"
)

// series is one indicator over places: a total and its parts, nil where a place prints no
// number: hidden or unknown, it may be any.
type series struct {
	label string
	total *Cell
	parts []*Cell
	kind  kind
	dont  bool // a part of the indicator above it
	// places are the words of the places of its parts, in their order.
	places []string
}

// whole reports whether every place of a series prints a number.
func (s *series) whole() bool { return !slices.Contains(s.parts, nil) }

// known lists the parts that are printed.
func (s *series) known() []*Cell {
	return slices.DeleteFunc(slices.Clone(s.parts), func(c *Cell) bool { return c == nil })
}

// infer reads a table's own relations from its totals, labels and numbers; others are the
// counts of other tables, whose wording may name the base of a share.
func infer(t *Table, lines [][]*series, others []*series) []*relation {
	out := append(writing(t), parts(t)...)
	for _, all := range lines {
		out = append(out, sums(all)...)
		out = append(out, bases(all)...)
		out = append(out, shares(all, others)...)
		out = append(out, decimals(all)...)
	}
	return out
}

// elsewhere lists the counts of the other tables.
func elsewhere(lines [][][]*series, i int) (out []*series) {
	for k := range lines {
		for _, all := range lines[k] {
			for _, s := range all {
				if k != i && s.kind == count {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// byColumn takes each column as an indicator when a row is a total.
func (t *Table) byColumn() []*series {
	return indicators(t.Columns, t.Rows, func(j, i int) *Cell { return t.cells[i][j] })
}

// byRow takes each row as an indicator when a column is a total.
func (t *Table) byRow() []*series {
	return indicators(t.Rows, t.Columns, func(i, j int) *Cell { return t.cells[i][j] })
}

// indicators reads the series of a table: lines over places, with one place for the total. A
// place that is blank everywhere may hide its numbers; one of words alone has none.
func indicators(lines, places []string, at func(line, place int) *Cell) []*series {
	total := totalIndex(places)
	if total < 0 {
		total = guessTotal(len(places), len(lines), func(place, line int) *Cell { return at(line, place) })
	}
	if total < 0 {
		return nil
	}
	var kept []int
	for p, label := range places {
		if p == total || isTotal(label) {
			continue
		}
		numbers, blank := false, true
		for l := range lines {
			numbers = numbers || at(l, p).kind != text || at(l, p).hidden()
			blank = blank && at(l, p).Text == ""
		}
		if numbers || blank {
			kept = append(kept, p)
		}
	}
	var out []*series
	for l, label := range lines {
		s := &series{label: label, total: at(l, total)}
		if s.total.kind == text {
			continue
		}
		s.total.total = true
		for _, p := range kept {
			c := at(l, p)
			if c.kind == text {
				c = nil
			}
			s.parts, s.places = append(s.parts, c), append(s.places, place(places[p]))
		}
		out = s.appendTo(out)
	}
	return out
}

// place returns the word of a place: every table has its own for the whole.
func place(label string) string {
	if isTotal(label) {
		return "total"
	}
	return table.Words(label)
}

// totalIndex returns the place of the one total, -1 without or with several.
func totalIndex(labels []string) int {
	at := -1
	for i, l := range labels {
		if isTotal(l) {
			if at >= 0 {
				return -1
			}
			at = i
		}
	}
	return at
}

// guessTotal finds a total that does not say so, first or last: the one that is
// the sum of the others in most lines of counts, two at least.
func guessTotal(places, lines int, at func(place, line int) *Cell) int {
	for _, i := range []int{places - 1, 0} {
		right, counts := 0, 0
		for j := range lines {
			total := at(i, j)
			if total.kind != count || total.value.Sign() == 0 {
				continue
			}
			var parts []*Cell
			for k := range places {
				if c := at(k, j); k != i && c.kind == count {
					parts = append(parts, c)
				}
			}
			if len(parts) < 2 {
				continue
			}
			counts++
			if sumRelation(total, parts, "").holds() {
				right++
			}
		}
		if right >= 2 && 2*right > counts {
			return i
		}
	}
	return -1
}

// appendTo keeps a series with two parts printed or more, all as its total is.
func (s *series) appendTo(list []*series) []*series {
	known := s.known()
	if len(known) < 2 {
		return list
	}
	s.kind = s.total.kind
	for _, p := range known {
		if p.kind != s.kind {
			return list
		}
	}
	s.dont = strings.HasPrefix(table.Words(s.label), "dont ")
	return append(list, s)
}

// sums: a total of numbers is the sum of its parts; so is 100 % of a distribution.
func sums(all []*series) []*relation {
	var out []*relation
	for _, s := range all {
		switch {
		case s.changes() || s.kind == percent && !s.distribution():
		case s.whole():
			out = append(out, sumRelation(s.total, s.parts, "le total est la somme des parties"))
		default:
			out = append(out, atMostRelation(s.known(), s.total, "les parties ne dépassent pas le total"))
		}
	}
	return out
}

// distribution reports whether a line of percentages may give the parts of 100 %: where
// everybody is counted in two places, it does not.
func (s *series) distribution() bool {
	hundred := big.NewRat(100, 1)
	all := 0
	for _, c := range s.known() {
		if c.value.Cmp(hundred) == 0 {
			all++
		}
	}
	return s.total.value.Cmp(hundred) == 0 && all < 2
}

// bases: what is « dont » is at most the number above it.
func bases(all []*series) []*relation {
	var out []*relation
	for i, s := range all {
		base := baseOf(all, i)
		if !s.dont || s.kind != count || base == nil {
			continue
		}
		for k, b := range base.cells() {
			if c := s.cells()[k]; c != nil && b != nil {
				out = append(out, atMostRelation([]*Cell{c}, b, "« dont » ne dépasse pas le nombre dont il est une partie"))
			}
		}
	}
	return out
}

// cells returns the total and the parts, in their places.
func (s *series) cells() []*Cell { return append([]*Cell{s.total}, s.parts...) }

// baseOf returns the count that a « dont » line divides: the last line above it that
// is a count and no « dont » itself.
func baseOf(all []*series, i int) *series {
	for k := i - 1; k >= 0; k-- {
		if s := all[k]; s.kind == count && !s.dont && len(s.parts) == len(all[i].parts) {
			return s
		}
	}
	return nil
}
