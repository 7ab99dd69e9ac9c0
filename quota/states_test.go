package quota

import (
	"math/rand/v2"
	"testing"
)

// The same people under two perimeters have the same entries, and other residents: a reader
// of both publications sets one against the other.
func TestTwoPerimetersHoldTogether(t *testing.T) {
	needOracle(t)
	rnd := rand.New(rand.NewPCG(21, 15))
	var all []published
	for range max(2, *publicTables/3) {
		a := publicTable(rnd)
		var tallies []Tally
		for _, u := range a.Units {
			moved := min(u.Out, rnd.IntN(1+u.N()/10))
			x := tallyOf(Fraction{40, 100}, Count{In: u.In + moved, Out: u.Out - moved, Undecided: u.Undecided})
			x.Code = u.Code
			tallies = append(tallies, x)
		}
		b := assemble(tallies, a.Rule, yearOptions)
		p := publish(a, a.Suppress(11))
		first := len(p.Lines)
		p.add(b, b.Suppress(11))
		for i := range first {
			p.Lines[first+i].Same = [][2]int{{i, int(ColumnN)}}
		}
		all = append(all, p)
	}
	attack(t, all)
}

// The same people under two rules, of 40 and of 25 %, are the same counts: the second
// publication is protected with the first, and an attacker who has both finds nothing. Each
// protected alone, the fourteenth table gave three people away.
func TestTwoRulesHoldTogether(t *testing.T) {
	needOracle(t)
	rnd := rand.New(rand.NewPCG(22, 15))
	var all []published
	for k := range max(14, *publicTables/3) {
		a := publicTable(rnd)
		if k < 13 && *publicTables < 60 {
			continue
		}
		rule := *a.Rule
		rule.ID, rule.Targets = "essai-25", []Target{{Share: Fraction{25, 100}}}
		var tallies []Tally
		for _, u := range a.Units {
			x := tallyOf(Fraction{25, 100}, u.Count)
			x.Code = u.Code
			tallies = append(tallies, x)
		}
		b := assemble(tallies, &rule, yearOptions)
		one, err := Publish([]*Result{a}, 11, nil)
		if err != nil {
			t.Fatal(err)
		}
		two, err := Publish([]*Result{b}, 11, one.After(nil))
		if err != nil {
			t.Fatal(err)
		}
		p := publish(a, one.Mask(a))
		first := len(p.Lines)
		p.add(b, two.Mask(b))
		for i := range first {
			p.Lines[first+i].Share = [2]int64{25, 100}
			for c := range columnCount {
				p.Lines[first+i].Same = append(p.Lines[first+i].Same, [2]int{i, int(c)})
			}
		}
		all = append(all, p)
	}
	attack(t, all)
}
