package quota

import (
	"math/big"

	"perimetre/geo/fault"
)

// Cause is why a share moved between two states of the figures.
type Cause string

const (
	ByPerimeter  Cause = "perimetres"         // decided under another version of the perimeters
	BySettling   Cause = "adresses_tranchees" // undecided before, decided since
	ByCorrection Cause = "corrections"        // decided otherwise, or undecided again
	ByNewEntry   Cause = "entrees_nouvelles"
	ByLateRow    Cause = "lignes_tardives_ou_retirees"

	// Causes that counts alone tell (Compare).
	ByReferential Cause = "referentiel"         // another edition of the référentiel géographique
	ByResidence   Cause = "residence"           // where the people of another period live
	ByUnsettled   Cause = "adresses_a_verifier" // how many of them are left to check
)

// causes in the order in which they are applied: those that leave the number of
// people alone come first.
var causes = []Cause{ByPerimeter, BySettling, ByCorrection, ByNewEntry, ByLateRow}

var causeLabels = map[Cause]string{
	ByPerimeter: "Changement de périmètres", BySettling: "Adresses tranchées", ByCorrection: "Corrections",
	ByNewEntry: "Entrées nouvelles", ByLateRow: "Lignes tardives ou retirées",
	ByReferential: "Référentiel géographique mis à jour", ByResidence: "Lieu de résidence des entrées", ByUnsettled: "Adresses restant à vérifier",
}

// Label is the cause in French.
func (c Cause) Label() string { return causeLabels[c] }

// Step is the part of a cause in a move. People are the changes in numbers; the
// points are those of the lower and upper bounds of the share, exact, from -1 to
// 1; nil where a share does not exist.
type Step struct {
	Cause              Cause
	Persons            int // rows behind the step
	In, Out, Undecided int
	Min, Max           *big.Rat
	// Reclassed is the least number of Persons whose answer changed, where counts
	// tell no more.
	Reclassed int
}

// Move explains the difference between two states. The steps' people and points
// add up exactly to those of the whole.
type Move struct {
	Before, After Count
	Steps         []Step
	Min, Max      *big.Rat
	// Reasons counts the people whose answer changed, by motif before and after.
	Reasons map[[2]string]int
	// BeforePerimeter and AfterPerimeter name the perimeters of the two states.
	BeforePerimeter, AfterPerimeter string
	// Veiled tells that manual decisions of few people stay within other steps.
	Veiled bool
}

// Explain tells why the figures went from before to after, both computed from
// rows by the same rule. A person is followed by identifier. Steps are applied in
// a fixed order, each share taken after the step before it: what each cause
// brings depends on that order, their sum does not.
func Explain(before, after *Result) (*Move, error) {
	if before.counted == nil || after.counted == nil {
		return nil, fault.New(fault.Usage, "--against compare des fichiers signalés : un bordereau n’a pas de lignes à rapprocher")
	}
	a, b := before.counted, after.counted
	m := &Move{Reasons: map[[2]string]int{}, BeforePerimeter: before.Perimeter, AfterPerimeter: after.Perimeter}
	steps := map[Cause]*Step{}
	for _, c := range causes {
		steps[c] = &Step{Cause: c}
	}
	add := func(c Cause, answer Answer, n int) {
		s := steps[c]
		switch answer {
		case In:
			s.In += n
		case Out:
			s.Out += n
		case Undecided:
			s.Undecided += n
		}
	}
	lastBefore := a.lastEntry()
	for person, old := range a.chosen {
		cur, ok := b.chosen[person]
		if !ok {
			steps[ByLateRow].Persons++
			add(ByLateRow, old.row.Answer, -1)
			continue
		}
		if old.row.Answer == cur.row.Answer {
			continue
		}
		cause := ByCorrection
		switch {
		case old.row.Perimeter != cur.row.Perimeter && old.row.Perimeter != "" && cur.row.Perimeter != "":
			cause = ByPerimeter
		case old.row.Answer == Undecided:
			cause = BySettling
		}
		steps[cause].Persons++
		add(cause, old.row.Answer, -1)
		add(cause, cur.row.Answer, 1)
		m.Reasons[[2]string{old.row.Motif, cur.row.Motif}]++
	}
	for person, cur := range b.chosen {
		if _, ok := a.chosen[person]; ok {
			continue
		}
		cause := ByLateRow
		if cur.row.Entry.After(lastBefore) {
			cause = ByNewEntry
		}
		steps[cause].Persons++
		add(cause, cur.row.Answer, 1)
	}
	m.Before, m.After = a.sum(), b.sum()
	at := m.Before
	for _, c := range causes {
		s := steps[c]
		next := at
		next.In, next.Out, next.Undecided = at.In+s.In, at.Out+s.Out, at.Undecided+s.Undecided
		s.Min = difference(next.In, next.N(), at.In, at.N())
		s.Max = difference(next.In+next.Undecided, next.N(), at.In+at.Undecided, at.N())
		at = next
		m.Steps = append(m.Steps, *s)
	}
	m.Min = difference(m.After.In, m.After.N(), m.Before.In, m.Before.N())
	m.Max = difference(m.After.In+m.After.Undecided, m.After.N(), m.Before.In+m.Before.Undecided, m.Before.N())
	return m, nil
}

func (c *Counted) sum() Count {
	var sum Count
	for _, t := range c.Tallies {
		sum = sum.Add(t.Sum())
	}
	return sum
}

// difference is q/n − p/m, nil where one of the shares does not exist.
func difference(q, n, p, m int) *big.Rat {
	if n == 0 || m == 0 {
		return nil
	}
	return new(big.Rat).Sub(big.NewRat(int64(q), int64(n)), big.NewRat(int64(p), int64(m)))
}
