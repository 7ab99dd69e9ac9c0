package quota

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

// randomState draws a flagged file: people of three units, some of whom move, change
// answer, come or go from a state to the next.
func randomState(rnd *rand.Rand, people map[int][4]int, next bool) string {
	var b strings.Builder
	b.WriteString("Matricule;Code structure;Dispositif;Date d'entrée;qpv_statut;qpv_motif;qpv_action;qpv_perimetre\n")
	for id := range 40 {
		p, ok := people[id]
		switch {
		case !next || !ok && rnd.IntN(3) == 0:
			p = [4]int{rnd.IntN(3), rnd.IntN(4), 1 + rnd.IntN(90), 0}
		case !ok:
			continue
		case rnd.IntN(4) == 0:
			p[1] = rnd.IntN(4)
		case rnd.IntN(9) == 0:
			p[0] = rnd.IntN(3)
		case rnd.IntN(9) == 0:
			delete(people, id)
			continue
		}
		if !next && rnd.IntN(5) == 0 {
			continue
		}
		people[id] = p
		status := [][3]string{{"oui", "numero_dedans", ""}, {"non", "numero_dehors", ""}, {"a_verifier", "bord", "trancher"}, {"a_verifier", "sans_residence", "sans_residence"}}[p[1]]
		d := day(2024, 1, 1).AddDays(p[2] - 1)
		fmt.Fprintf(&b, "P%02d;5900%d;CEJ;%s;%s;%s;%s;2024\n", id, p[0], d, status[0], status[1], status[2])
	}
	return b.String()
}

// A move explains the shares that the tables print, whatever the rule makes of people
// without a residence: for all and for each unit, its counts are those of the results,
// and its people and points add up exactly.
func TestExplainAddsUpToThePrintedShares(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 15))
	for k := range 120 {
		rule := loadRule(t, "cej-qpv-40")
		rule.Ages = nil
		rule.Unlocatable = []Unlocatable{AsUndecided, AsOut, Excluded}[k%3]
		people := map[int][4]int{}
		var states []*Result
		for _, next := range []bool{false, true} {
			f, err := ReadFlagged("-", rule, ReadOptions{Stdin: strings.NewReader(randomState(rnd, people, next))})
			if err != nil {
				t.Fatal(err)
			}
			states = append(states, compute(t, rule, Options{Period: Quarter(2024, 1)}, f))
		}
		m, err := Explain(states[0], states[1])
		if err != nil {
			t.Fatal(err)
		}
		checkMove(t, m, states[0].Total.Assessment, states[1].Total.Assessment)
		for _, u := range m.Units {
			checkMove(t, u, assessmentOf(states[0], u.Unit), assessmentOf(states[1], u.Unit))
		}
		for _, u := range states[1].Units {
			told := false
			for _, x := range m.Units {
				told = told || x.Unit == u.Code
			}
			if old := assessmentOf(states[0], u.Code); !told && (old.In != u.In || old.Out != u.Out || old.Undecided != u.Undecided) {
				t.Errorf("nothing of unit %s, which moved", u.Code)
			}
		}
	}
}

func assessmentOf(r *Result, unit string) Assessment {
	for _, u := range r.Units {
		if u.Code == unit {
			return u.Assessment
		}
	}
	return Assessment{}
}

// checkMove checks a move against the two states that it tells of.
func checkMove(t *testing.T, m *Move, before, after Assessment) {
	t.Helper()
	same := func(what string, a, b Count) {
		if a.In != b.In || a.Out != b.Out || a.Undecided != b.Undecided {
			t.Errorf("%s: %+v, printed %+v", what, a, b)
		}
	}
	same("before", m.Before, before.Count)
	same("after", m.After, after.Count)
	low, high, sum := new(big.Rat), new(big.Rat), m.Before
	for _, s := range m.Steps {
		sum.In, sum.Out, sum.Undecided = sum.In+s.In, sum.Out+s.Out, sum.Undecided+s.Undecided
		if m.Min != nil {
			if s.Min == nil || s.Max == nil {
				t.Fatalf("step %s has no points", s.Cause)
			}
			low.Add(low, s.Min)
			high.Add(high, s.Max)
		}
	}
	same("sum", sum, m.After)
	if before.N() == 0 || after.N() == 0 {
		if m.Min != nil {
			t.Error("points without a share")
		}
		return
	}
	q := func(in int, n int) *big.Rat { return big.NewRat(int64(in), int64(n)) }
	if want := new(big.Rat).Sub(q(after.In, after.N()), q(before.In, before.N())); low.Cmp(want) != 0 || m.Min.Cmp(want) != 0 {
		t.Errorf("lower bound moved by %s, steps %s", want.RatString(), low.RatString())
	}
	if want := new(big.Rat).Sub(q(after.In+after.Undecided, after.N()), q(before.In+before.Undecided, before.N())); high.Cmp(want) != 0 || m.Max.Cmp(want) != 0 {
		t.Errorf("upper bound moved by %s, steps %s", want.RatString(), high.RatString())
	}
}

// Between bordereaux, the shares explained are those that the rule gives.
func TestCompareTreatsTheUnlocatable(t *testing.T) {
	before := Stand{Count: Count{In: 10, Out: 20, Undecided: 10, Unlocatable: 6}, Period: Quarter(2024, 1)}
	after := Stand{Count: Count{In: 15, Out: 20, Undecided: 8, Unlocatable: 2}, Period: Quarter(2024, 1)}
	for treatment, want := range map[Unlocatable][2]*big.Rat{
		AsUndecided: {big.NewRat(10, 40), big.NewRat(15, 43)}, AsOut: {big.NewRat(10, 40), big.NewRat(15, 43)}, Excluded: {big.NewRat(10, 34), big.NewRat(15, 41)},
	} {
		m := Compare(before, after, treatment)
		if moved := new(big.Rat).Sub(want[1], want[0]); m.Min.Cmp(moved) != 0 {
			t.Errorf("%s: %s, want %s", treatment, m.Min.RatString(), moved.RatString())
		}
	}
}

// One person enters two units on one day: the same one counts whatever the order of the
// files, and the other is a mutation.
func TestSameDayInTwoUnits(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	rule.Ages = nil
	file := func(name, unit, status string) *Flagged {
		f, err := ReadFlagged("-", rule, ReadOptions{Stdin: strings.NewReader("Matricule;Code structure;Dispositif;Date d'entrée;qpv_statut;qpv_motif\nA;" + unit + ";CEJ;2024-02-01;" + status + ";numero_dedans\n")})
		if err != nil {
			t.Fatal(err)
		}
		f.Name = name
		return f
	}
	a, b := file("a.csv", "59002", "oui"), file("b.csv", "59001", "non")
	for _, files := range [][]*Flagged{{a, b}, {b, a}} {
		r := compute(t, rule, Options{Period: Quarter(2024, 1)}, files...)
		if r.Total.In != 0 || r.Total.Out != 1 || assessmentOf(r, "59001").N() != 1 {
			t.Errorf("counted %+v", r.Total.Count)
		}
		if len(r.Mutations) != 1 || r.Mutations[0].Unit != "59002" || r.Mutations[0].Date != r.Mutations[0].FirstDate || r.Aside[Moved] != 1 {
			t.Errorf("mutations %+v", r.Mutations)
		}
	}
}

// Whatever the order of the files, the same people are counted, in the same units, and the
// same entries are mutations.
func TestOrderOfFilesChangesNothing(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 15))
	rule := loadRule(t, "cej-qpv-40")
	rule.Ages = nil
	moved := 0
	for range 60 {
		var files []*Flagged
		for k := range 4 {
			f, err := ReadFlagged("-", rule, ReadOptions{Stdin: strings.NewReader(randomState(rnd, map[int][4]int{}, false))})
			if err != nil {
				t.Fatal(err)
			}
			for i := range f.Rows { // few days, so that many enter twice on one
				f.Rows[i].Entry = day(2024, 1, 1).AddDays(rnd.IntN(4))
			}
			f.Name = fmt.Sprintf("%c.csv", 'a'+k)
			files = append(files, f)
		}
		var want string
		for range 6 {
			r := compute(t, rule, Options{Period: Quarter(2024, 1)}, files...)
			moved += len(r.Mutations)
			mutations := map[string]int{}
			for _, m := range r.Mutations {
				mutations[fmt.Sprint(m.Person, m.Unit, m.From, m.Date, m.FirstDate)]++
			}
			got := fmt.Sprint(mutations, r.Total.Count)
			for _, u := range r.Units {
				got += fmt.Sprint(u.Code, u.Count)
			}
			if want == "" {
				want = got
			}
			if got != want {
				t.Fatalf("in another order:\n%s\n%s", got, want)
			}
			rnd.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
		}
	}
	if moved == 0 {
		t.Error("nobody moved")
	}
}

// A whole whose units have several targets has no number of entries that would reach it:
// it belongs to neither.
func TestTotalWithoutCommonTarget(t *testing.T) {
	rule := &Rule{ID: "essai", Unlocatable: AsUndecided, Targets: []Target{{Share: Fraction{40, 100}}}, UnitTargets: map[string][]Target{"59512": {{Share: Fraction{85, 100}}}}}
	x, y := tallyOf(Fraction{40, 100}, Count{In: 30, Out: 70}), tallyOf(Fraction{85, 100}, Count{In: 60, Out: 40})
	x.Code, y.Code = "59350", "59512"
	r := assemble([]Tally{x, y}, rule, yearOptions)
	r.setPace(nil)
	for _, u := range []Unit{r.Total, r.Departements[0], r.Regions[0]} {
		if u.Missing != nil || u.MissingAtMix != nil || u.Pace != nil && (u.Pace.Period != nil || u.Pace.Year != nil) {
			t.Errorf("%s: missing %v, pace %v", u.Code, u.Missing, u.Pace)
		}
		if share, ok := u.Target(); !ok || share != 0.625 || u.Short != 35 || u.Verdict != Missed {
			t.Errorf("%s: target %v, short %d, %s; want 40 + 85 of 200", u.Code, share, u.Short, u.Verdict)
		}
	}
	if u := r.Units[0]; u.Missing == nil || *u.Missing != 17 {
		t.Errorf("unit alone: %v", u.Missing)
	}
}
