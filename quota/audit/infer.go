package audit

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"perimetre/quota"
)

// series is one indicator over places: a total and its parts.
type series struct {
	label string
	total *Cell
	parts []*Cell
	kind  kind
	dont  bool // a part of the indicator above it
	// places are the words of the places of its cells, in their order.
	places []string
}

// infer reads a table's own relations from its totals, labels and numbers; others are the
// counts of other tables, whose wording may name the base of a share.
func infer(lines [][]*series, others []*series) []*relation {
	var out []*relation
	for _, all := range lines {
		out = append(out, sums(all)...)
		out = append(out, bases(all)...)
		out = append(out, shares(all, others)...)
		out = append(out, writing(all)...)
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

// writing: the shares of a line are printed with as many decimals, none above 100 %, and
// no number begins with a 0 that counts for nothing.
func writing(all []*series) (out []*relation) {
	for _, s := range all {
		cells := s.cells()
		for i, c := range cells {
			out = append(out, writtenRelation(c, Certain, "un nombre ne commence pas par un zéro de trop", func() bool { return !leadingZero(c.Text) }))
			if s.kind != percent || s.changes() {
				continue
			}
			out = append(out, writtenRelation(c, Certain, "une part ne dépasse pas 100 %", func() bool { return c.value.Cmp(big.NewRat(100, 1)) <= 0 }))
			out = append(out, writtenRelation(c, Probable, "les parts d’une ligne ont autant de décimales", func() bool {
				if i == 0 && c.value.Cmp(big.NewRat(100, 1)) == 0 {
					return true // « 100 % »
				}
				same := 0
				for k, o := range cells {
					if k != i && o.decimals == c.decimals {
						same++
					}
				}
				return same > 0 || len(cells) < 4
			}))
		}
	}
	return out
}

func leadingZero(s string) bool {
	s = strings.TrimLeft(s, "+-− \u00a0\u202f")
	s = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(s)
	return len(s) > 1 && s[0] == '0' && s[1] >= '0' && s[1] <= '9'
}

// byColumn takes each column as an indicator when a row is a total.
func (t *Table) byColumn() []*series {
	total := totalIndex(t.Rows)
	if total < 0 {
		total = guessTotal(len(t.Rows), len(t.Columns), func(i, j int) *Cell { return t.cells[i][j] })
	}
	if total < 0 {
		return nil
	}
	var out []*series
	for j, label := range t.Columns {
		s := &series{label: label}
		for i := range t.Rows {
			if t.cells[i][j].kind != text {
				s.places = append(s.places, place(t.Rows[i]))
			}
			s.take(t.cells[i][j], i == total, isTotal(t.Rows[i]))
		}
		out = s.appendTo(out)
	}
	return out
}

// byRow takes each row as an indicator when a column is a total.
func (t *Table) byRow() []*series {
	total := totalIndex(t.Columns)
	if total < 0 {
		total = guessTotal(len(t.Columns), len(t.Rows), func(i, j int) *Cell { return t.cells[j][i] })
	}
	if total < 0 {
		return nil
	}
	var out []*series
	for i, label := range t.Rows {
		s := &series{label: label}
		for j := range t.Columns {
			if t.cells[i][j].kind != text {
				s.places = append(s.places, place(t.Columns[j]))
			}
			s.take(t.cells[i][j], j == total, isTotal(t.Columns[j]))
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
	return quota.Words(label)
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

func (s *series) take(c *Cell, total, skip bool) {
	switch {
	case c.kind == text:
	case total:
		s.total, c.total = c, true
	case !skip:
		s.parts = append(s.parts, c)
	}
}

// appendTo keeps a series that has a total and parts, all printed alike.
func (s *series) appendTo(list []*series) []*series {
	if s.total == nil || len(s.parts) < 2 {
		return list
	}
	s.kind = s.total.kind
	for _, p := range s.parts {
		if p.kind != s.kind {
			return list
		}
	}
	s.dont = strings.HasPrefix(quota.Words(s.label), "dont ")
	return append(list, s)
}

// sums: a total of numbers is the sum of its parts; so is 100 % of a distribution.
func sums(all []*series) []*relation {
	var out []*relation
	for _, s := range all {
		if s.kind != percent || s.total.value.Cmp(big.NewRat(100, 1)) == 0 {
			out = append(out, sumRelation(s.total, s.parts, "le total est la somme des parties"))
		}
	}
	return out
}

// bases: what is « dont » is at most the number above it.
func bases(all []*series) []*relation {
	var out []*relation
	for i, s := range all {
		base := baseOf(all, i)
		if !s.dont || s.kind != count || base == nil {
			continue
		}
		for k, c := range s.cells() {
			if b := base.cells(); k < len(b) {
				out = append(out, atMostRelation([]*Cell{c}, b[k], "« dont » ne dépasse pas le nombre dont il est une partie"))
			}
		}
	}
	return out
}

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

// What the mean of shares may be off by, in points: that of a base that the wording
// names, of which a few people may be left out, and that of a base that is only near (who
// leaves a contract, against who signs it).
var wording, allowance = big.NewRat(1, 4), big.NewRat(3, 4)

// near returns the count above a line of shares that speaks of the same programme, by its
// capitals: CEJ, PACEA.
func near(all []*series, i int) *series {
	base := baseOf(all, i)
	if base == nil {
		return nil
	}
	for _, w := range strings.Fields(all[i].label) {
		if len(w) > 2 && strings.ToUpper(w) == w && strings.ToLower(w) != w && slices.Contains(strings.Fields(base.label), w) {
			return base
		}
	}
	return nil
}

// shares ties each line of percentages to the numbers that it comes from: those
// that give it back in most places, or the base that its label tells.
func shares(all, others []*series) []*relation {
	var out []*relation
	for i, s := range all {
		if s.kind != percent || s.total.value.Cmp(big.NewRat(100, 1)) == 0 && weights(all, s) == nil {
			continue
		}
		if w := weights(all, s); w != nil {
			for k, c := range s.parts {
				out = append(out, ratioRelation(c, w.parts[k], w.total, "le poids est la part du total de « "+w.label+" »"))
			}
			out = append(out, ratioRelation(s.total, w.total, w.total, "le poids de l’ensemble est 100 %"))
			continue
		}
		if part, whole := quotient(all, s); part != nil {
			says := fmt.Sprintf("la part est « %s » sur « %s »", part.label, whole.label)
			a, b := part.cells(), whole.cells()
			for k, c := range s.cells() {
				out = append(out, ratioRelation(c, a[k], b[k], says))
			}
		}
		if s.changes() {
			out = append(out, betweenRelation(s.total, s.parts, "l’évolution d’ensemble est entre celles des parties"))
			continue
		}
		says := "la part d’ensemble est la moyenne des parts, pondérée par « %s »"
		switch base := baseOf(all, i); {
		case s.dont && base != nil:
			out = append(out, meanRelation(s.total, s.parts, base.parts, new(big.Rat), fmt.Sprintf(says, base.label)))
		default:
			if base := named(all, s); base != nil {
				out = append(out, meanRelation(s.total, s.parts, base.parts, wording, fmt.Sprintf(says, base.label)))
				continue
			}
			if base := named(others, s); base != nil && slices.Equal(base.places, s.places) {
				out = append(out, meanRelation(s.total, s.parts, base.parts, wording, fmt.Sprintf(says, base.label)))
				continue
			}
			if base := near(all, i); base != nil {
				out = append(out, meanRelation(s.total, s.parts, base.parts, allowance, fmt.Sprintf(says, base.label)))
			}
			out = append(out, betweenRelation(s.total, s.parts, "la part d’ensemble est entre celles des parties"))
		}
	}
	return out
}

// changes tells a line of changes from one of shares.
func (s *series) changes() bool {
	f := quota.Words(s.label)
	for _, w := range []string{"evo", "variation", "hausse", "baisse", "progression"} {
		if strings.HasPrefix(f, w) {
			return true
		}
	}
	return s.total.signed
}

// weights returns the count whose distribution a line of percentages gives, unless the line
// is everywhere, total included, one count in hundredths of another: in a small table the
// two may look alike.
func weights(all []*series, s *series) *series {
	if a, b := quotient(all, s); a != nil && ratios(s, a, b) == len(s.cells()) {
		return nil
	}
	for _, c := range all {
		if c.kind == percent || len(c.parts) != len(s.parts) {
			continue
		}
		n := 0
		for k := range s.parts {
			if ratioRelation(s.parts[k], c.parts[k], c.total, "").holds() {
				n++
			}
		}
		if 2*n > len(s.parts) && n >= 2 {
			return c
		}
	}
	return nil
}

// quotient finds the two counts whose ratio gives a line back in most places.
func quotient(all []*series, s *series) (part, whole *series) {
	cells := s.cells()
	best := 0
	for _, a := range all {
		for _, b := range all {
			if a == b || a.kind != count || b.kind != count || len(a.parts) != len(s.parts) || len(b.parts) != len(s.parts) {
				continue
			}
			n := ratios(s, a, b)
			if 2*n > len(cells) && n >= 3 && n > best {
				part, whole, best = a, b, n
			}
		}
	}
	return part, whole
}

// ratios counts the cells of a line of percentages that are a's in hundredths of b's.
func ratios(s, a, b *series) (n int) {
	as, bs := a.cells(), b.cells()
	for k, c := range s.cells() {
		if bs[k].value.Sign() > 0 && ratioRelation(c, as[k], bs[k], "").holds() {
			n++
		}
	}
	return n
}

// named returns the count that a line « Part des X … » names, as « Nombre de X ».
func named(all []*series, s *series) *series {
	subject := strip(s.label, "part des ", "part du ", "part de ", "taux de ", "taux des ")
	if subject == "" {
		return nil
	}
	var best *series
	length := 0
	for _, c := range all {
		if c.kind != count || len(c.parts) != len(s.parts) {
			continue
		}
		name := strip(c.label, "nombre de ", "nombre des ", "nombre d ", "nb de ", "nb ")
		if name != "" && strings.HasPrefix(subject, name) && len(name) > length {
			best, length = c, len(name)
		}
	}
	return best
}

func strip(label string, prefixes ...string) string {
	f := quota.Words(label)
	for _, p := range prefixes {
		if s, ok := strings.CutPrefix(f, p); ok {
			return s
		}
	}
	return ""
}
