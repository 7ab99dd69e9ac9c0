package audit

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"perimetre/ingest/table"
)

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
		if s.kind != percent {
			continue
		}
		if w := weights(all, s); w != nil {
			out = append(out, weighted(s, w)...)
			continue
		}
		if s.total.value.Cmp(big.NewRat(100, 1)) == 0 {
			continue
		}
		if part, whole := quotient(all, s); part != nil {
			says := fmt.Sprintf("la part est « %s » sur « %s »", part.label, whole.label)
			a, b := part.cells(), whole.cells()
			for k, c := range s.cells() {
				if c != nil && a[k] != nil && b[k] != nil {
					out = append(out, ratioRelation(c, a[k], b[k], says))
				}
			}
		}
		if s.whole() { // what is hidden may be beyond the rest
			out = append(out, pooled(all, others, i)...)
		}
	}
	return out
}

// weighted ties a distribution to the count that it gives the shares of.
func weighted(s, w *series) (out []*relation) {
	for k, c := range s.parts {
		if c != nil && w.parts[k] != nil {
			out = append(out, ratioRelation(c, w.parts[k], w.total, "le poids est la part du total de « "+w.label+" »"))
		}
	}
	return append(out, ratioRelation(s.total, w.total, w.total, "le poids de l’ensemble est 100 %"))
}

// pooled ties the share of a whole, or its change, to the shares of its parts.
func pooled(all, others []*series, i int) []*relation {
	s := all[i]
	if s.changes() {
		between := betweenRelation(s.total, s.parts, "l’évolution d’ensemble est entre celles des parties")
		if base := changed(all, i); base != nil {
			return []*relation{changeRelation(s.total, s.parts, base.parts, fmt.Sprintf("l’évolution d’ensemble est celle des parties, d’après « %s »", base.label)), between}
		}
		return []*relation{between}
	}
	mean := func(base *series, allowance *big.Rat) *relation {
		return meanRelation(s.total, s.parts, base.parts, allowance, fmt.Sprintf("la part d’ensemble est la moyenne des parts, pondérée par « %s »", base.label))
	}
	if base := baseOf(all, i); s.dont && base != nil {
		if !base.whole() {
			return nil
		}
		return []*relation{mean(base, new(big.Rat))}
	}
	if base := named(all, s); base != nil && base.whole() {
		return []*relation{mean(base, wording)}
	}
	// « Nb jeunes » of another table may be any young people.
	if base := named(others, s); base != nil && base.whole() && slices.Equal(base.places, s.places) && strings.Contains(subject(base.label), " ") {
		return []*relation{mean(base, wording)}
	}
	between := betweenRelation(s.total, s.parts, "la part d’ensemble est entre celles des parties")
	if base := near(all, i); base != nil && base.whole() {
		return []*relation{mean(base, allowance), between}
	}
	return []*relation{between}
}

// changes tells a line of changes from one of shares.
func (s *series) changes() bool { return saysChange(s.label) || s.total.signed }

func saysChange(label string) bool {
	f := table.Words(label)
	return slices.ContainsFunc([]string{"evo", "variation", "hausse", "baisse", "progression"}, func(w string) bool { return strings.HasPrefix(f, w) })
}

// changed returns the count just above a line of changes; nil where what stands there may
// not be what changes.
func changed(all []*series, i int) *series {
	if i == 0 || all[i-1].kind != count || all[i-1].dont || !all[i-1].whole() {
		return nil
	}
	return all[i-1]
}

// weights returns the count whose distribution a line of percentages gives: it is 100 %
// for the whole, or says that it gives weights. In a small table a line that is everywhere,
// total included, one count in hundredths of another may look alike.
func weights(all []*series, s *series) *series {
	says := slices.ContainsFunc([]string{"poids", "repartition", "structure"}, func(w string) bool { return strings.HasPrefix(table.Words(s.label), w) })
	if s.changes() || !says && s.total.value.Cmp(big.NewRat(100, 1)) != 0 {
		return nil
	}
	if a, b := quotient(all, s); a != nil && !says {
		if _, wrong := ratios(s, a, b); wrong == 0 {
			return nil
		}
	}
	for _, c := range all {
		if c.kind == percent {
			continue
		}
		n := 0
		for k, p := range s.parts {
			if p != nil && c.parts[k] != nil && ratioRelation(p, c.parts[k], c.total, "").holds() {
				n++
			}
		}
		if 2*n > len(s.known()) && n >= 2 {
			return c
		}
	}
	return nil
}

// quotient finds the two counts whose ratio gives a line back: in three places, and in
// three times as many as it does not.
func quotient(all []*series, s *series) (part, whole *series) {
	best := 0
	for _, a := range all {
		for _, b := range all {
			if a == b || a.kind != count || b.kind != count {
				continue
			}
			if right, wrong := ratios(s, a, b); right >= 3 && right >= 3*wrong && right > best {
				part, whole, best = a, b, right
			}
		}
	}
	return part, whole
}

// ratios counts the cells of a line of percentages that are a's in hundredths of b's, and
// those that are not; nobody, or everybody, says little.
func ratios(s, a, b *series) (right, wrong int) {
	as, bs := a.cells(), b.cells()
	for k, c := range s.cells() {
		switch {
		case c == nil || as[k] == nil || bs[k] == nil || bs[k].value.Sign() <= 0:
		case !ratioRelation(c, as[k], bs[k], "").holds():
			wrong++
		case as[k].value.Sign() > 0 && as[k].value.Cmp(bs[k].value) != 0:
			right++
		}
	}
	return right, wrong
}

// named returns the count that a line « Part des X … » names, as « Nombre de X ».
func named(all []*series, s *series) *series {
	whole := strip(s.label, "part des ", "part du ", "part de ", "taux de ", "taux des ")
	if whole == "" {
		return nil
	}
	var best *series
	length := 0
	for _, c := range all {
		if c.kind != count || len(c.parts) != len(s.parts) {
			continue
		}
		name := subject(c.label)
		if name != "" && strings.HasPrefix(whole, name) && len(name) > length {
			best, length = c, len(name)
		}
	}
	return best
}

// subject returns whom a count counts, in its words.
func subject(label string) string {
	return strip(label, "nombre de ", "nombre des ", "nombre d ", "nb de ", "nb ")
}

func strip(label string, prefixes ...string) string {
	f := table.Words(label)
	for _, p := range prefixes {
		if s, ok := strings.CutPrefix(f, p); ok {
			return s
		}
	}
	return ""
}
