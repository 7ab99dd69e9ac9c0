package quota

import (
	"math/big"
	"slices"

	"perimetre/geo"
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
	ByTransfer   Cause = "changement_de_mission_locale" // counted in another unit since

	// Causes that counts alone can establish (Compare).
	ByReferential Cause = "referentiel"         // another edition of the référentiel géographique
	ByResidence   Cause = "residence"           // where the people of another period live
	ByUnsettled   Cause = "adresses_a_verifier" // how many of them are left to check
)

// causes in the order in which they are applied: those that leave the number of
// people alone come first.
var causes = []Cause{ByPerimeter, BySettling, ByCorrection, ByTransfer, ByNewEntry, ByLateRow}

var causeLabels = map[Cause]string{
	ByPerimeter: "Changement de périmètres", BySettling: "Adresses tranchées", ByCorrection: "Corrections",
	ByNewEntry: "Entrées nouvelles", ByLateRow: "Lignes tardives ou retirées",
	ByTransfer: "Changement de Mission Locale", ByReferential: "Référentiel géographique mis à jour", ByResidence: "Lieu de résidence des entrées", ByUnsettled: "Adresses restant à vérifier",
}

// Label returns the cause in French.
func (c Cause) Label() string { return causeLabels[c] }

// Step is the part of a cause in a move. People are the changes in numbers; the points are the
// changes of the lower and upper bounds of the share, exact, from -1 to 1; nil where a share
// does not exist.
type Step struct {
	Cause              Cause
	Persons            int // rows behind the step
	In, Out, Undecided int
	Min, Max           *big.Rat
	// Reclassed is the least number of Persons whose answer changed, where counts establish no
	// more.
	Reclassed int
}

// Move explains the difference between two states. The steps' people and points add up exactly
// to the whole's.
type Move struct {
	Before, After Count
	Steps         []Step
	Min, Max      *big.Rat
	// Reasons counts the people whose answer changed, by motif before and after.
	Reasons map[[2]string]int
	// BeforePerimeter and AfterPerimeter name the perimeters of the two states.
	BeforePerimeter, AfterPerimeter string
	// Unit and Name identify the unit that the move explains, empty for all; Units are the
	// moves of each unit that moved, beside the move of all.
	Unit, Name string
	Units      []*Move
	// Veiled reports that manual decisions of few people stay within other steps.
	Veiled bool
}

// Explain returns why the figures went from before to after, both computed from rows by the
// same rule. A person is followed by identifier, and counted as the rule counts people without
// an established residence: the shares explained are the results'. Steps are applied in a
// fixed order, each share taken after the step before it: what each cause brings depends on
// that order, their sum does not.
func Explain(before, after *Result) (*Move, error) {
	if before.counted == nil || after.counted == nil {
		return nil, fault.New(fault.Usage, "des lignes se comparent à des lignes, un bordereau à un bordereau")
	}
	e := explainer{before: before, after: after, last: before.counted.lastEntry()}
	m := e.move("")
	for _, u := range after.Units {
		e.unit(m, u.Code, u.Name)
	}
	for _, u := range before.Units {
		if !slices.ContainsFunc(after.Units, func(x Unit) bool { return x.Code == u.Code }) {
			e.unit(m, u.Code, u.Name)
		}
	}
	return m, nil
}

// explainer compares the people of two results, of all units or of one.
type explainer struct {
	before, after *Result
	last          geo.Date // the latest entry of before
}

// unit adds the move of one unit, if there is any.
func (e *explainer) unit(m *Move, code, name string) {
	if u := e.move(code); u.moved() {
		u.Unit, u.Name = code, name
		m.Units = append(m.Units, u)
	}
}

// moved reports whether anybody is behind a step.
func (m *Move) moved() bool {
	return slices.ContainsFunc(m.Steps, func(s Step) bool { return s.Persons > 0 })
}

// standing is how a person counts in a state, for a unit or for all; not counted at all
// when the rule excludes them or another unit has them.
type standing struct {
	answer  Answer
	counted bool
	present bool // has a row, counted or not
	row     *Row
	unit    string
}

func (e *explainer) standing(r *Result, person, unit string) (s standing) {
	k, ok := r.counted.chosen[person]
	if !ok {
		return s
	}
	s = standing{answer: k.row.Answer, present: true, row: k.row, unit: k.unit, counted: unit == "" || unit == k.unit}
	if k.row.Unlocatable() {
		switch r.Rule.Unlocatable {
		case AsOut:
			s.answer = Out
		case Excluded:
			s.counted = false
		}
	}
	return s
}

// cause says why a person counts otherwise.
func (e *explainer) cause(old, cur standing) Cause {
	switch {
	case !old.present && cur.row.Entry.After(e.last):
		return ByNewEntry
	case !old.present || !cur.present:
		return ByLateRow
	case old.unit != cur.unit && old.counted != cur.counted:
		return ByTransfer
	case old.row.Perimeter != cur.row.Perimeter && old.row.Perimeter != "" && cur.row.Perimeter != "":
		return ByPerimeter
	case old.row.Answer == Undecided && cur.row.Answer != Undecided:
		return BySettling
	}
	return ByCorrection
}

// move compares the people of a unit, or of all for "".
func (e *explainer) move(unit string) *Move {
	m := &Move{Reasons: map[[2]string]int{}, BeforePerimeter: e.before.Perimeter, AfterPerimeter: e.after.Perimeter}
	steps := map[Cause]*Step{}
	for _, c := range causes {
		steps[c] = &Step{Cause: c}
	}
	tell := func(person string) {
		old, cur := e.standing(e.before, person, unit), e.standing(e.after, person, unit)
		m.Before.count(old, 1)
		m.After.count(cur, 1)
		if old.counted == cur.counted && (!old.counted || old.answer == cur.answer) {
			return
		}
		s := steps[e.cause(old, cur)]
		var change Count
		change.count(old, -1)
		change.count(cur, 1)
		s.Persons, s.In, s.Out, s.Undecided = s.Persons+1, s.In+change.In, s.Out+change.Out, s.Undecided+change.Undecided
		if old.present && cur.present {
			m.Reasons[[2]string{old.row.Motif, cur.row.Motif}]++
		}
	}
	for person := range e.before.counted.chosen {
		tell(person)
	}
	for person := range e.after.counted.chosen {
		if _, ok := e.before.counted.chosen[person]; !ok {
			tell(person)
		}
	}
	at, shown := m.Before, m.Before // shown is the last state that has a share
	for _, c := range causes {
		s := steps[c]
		if c == ByTransfer && s.Persons == 0 {
			continue
		}
		at = Count{In: at.In + s.In, Out: at.Out + s.Out, Undecided: at.Undecided + s.Undecided}
		if at.N() == 0 && shown.N() > 0 && m.After.N() > 0 {
			s.Min, s.Max = new(big.Rat), new(big.Rat) // nobody is left until the next step
		} else {
			s.Min, s.Max = minMoved(shown, at), maxMoved(shown, at)
			shown = at
		}
		m.Steps = append(m.Steps, *s)
	}
	m.Min, m.Max = minMoved(m.Before, m.After), maxMoved(m.Before, m.After)
	return m
}

// count adds a person n times where they count.
func (c *Count) count(s standing, n int) {
	if !s.counted {
		return
	}
	decided := 0
	if s.row.Decided {
		decided = n
	}
	switch s.answer {
	case In:
		c.In, c.DecidedIn = c.In+n, c.DecidedIn+decided
	case Out:
		c.Out, c.DecidedOut = c.Out+n, c.DecidedOut+decided
	case Undecided:
		c.Undecided, c.DecidedNone = c.Undecided+n, c.DecidedNone+decided
		if s.row.Unlocatable() {
			c.Unlocatable += n
		}
	}
}

// difference is q/n − p/m, nil where one of the shares does not exist.
func difference(q, n, p, m int) *big.Rat {
	if n == 0 || m == 0 {
		return nil
	}
	return new(big.Rat).Sub(big.NewRat(int64(q), int64(n)), big.NewRat(int64(p), int64(m)))
}
