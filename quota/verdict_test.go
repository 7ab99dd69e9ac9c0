package quota

import (
	"testing"

	"pgregory.net/rapid"
)

func fraction(t interface{ Fatal(...any) }, s string) Fraction {
	f, err := ParseFraction(s)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func tallyOf(share Fraction, c Count) Tally {
	return Tally{Marginal: share, Parts: []Part{{Share: share, Count: c}}}
}

func TestVerdict(t *testing.T) {
	type flip = *Flip
	n := func(v int) *int { return &v }
	for _, c := range []struct {
		name         string
		q, o, u      int
		target       string
		verdict      Verdict
		short        int
		missing      *int
		missingAtMix *int
		flip         flip
	}{
		{"q=400 o=600 u=0, 40 % : atteint", 400, 600, 0, "40 %", Reached, 0, n(0), n(0), nil},
		{"q=399 o=600 u=1 : indéterminé", 399, 600, 1, "40 %", Undetermined, 1, n(2), nil, &Flip{1, 1}},
		{"q=3996 o=6004 : imprime 40,0 % et n’est pas atteint", 3996, 6004, 0, "40 %", Missed, 4, n(7), nil, nil},
		{"N=0 : sans objet", 0, 0, 0, "40 %", NotRelevant, 0, nil, nil, nil},
		{"q=271 N=1000 : 129 manquent, 215 entrées toutes en QPV", 271, 729, 0, "40 %", Missed, 129, n(215), nil, nil},
		{"q=218 N=443, 85 % : 1 057 entrées toutes en QPV", 218, 225, 0, "85 %", Missed, 159, n(1057), nil, nil},
		{"objectif 100 % avec une personne hors QPV : hors d’atteinte", 9, 1, 0, "100 %", Missed, 1, nil, nil, nil},
		{"objectif 100 % sans personne hors QPV : atteint", 9, 0, 0, "100 %", Reached, 0, n(0), n(0), nil},
		{"q=151 N=402 u=14 : bascule à 10 oui ou 5 non", 151, 237, 14, "40 %", Undetermined, 10, n(17), nil, &Flip{10, 5}},
		{"part des décidés au-dessus de l’objectif : le rythme actuel suffit", 45, 55, 20, "40 %", Undetermined, 3, n(5), n(60), &Flip{3, 18}},
		{"personne de décidé", 0, 0, 5, "40 %", Undetermined, 2, n(4), nil, &Flip{2, 4}},
		{"27,5 % en toutes lettres", 275, 725, 0, "27,5 %", Reached, 0, n(0), n(0), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := assess(tallyOf(fraction(t, c.target), Count{In: c.q, Out: c.o, Undecided: c.u}), AsUndecided)
			if a.Verdict != c.verdict || a.Short != c.short {
				t.Errorf("verdict %s, missing %d, want %s, %d", a.Verdict, a.Short, c.verdict, c.short)
			}
			same := func(what string, got, want *int) {
				if (got == nil) != (want == nil) || got != nil && *got != *want {
					t.Errorf("%s: %v, want %v", what, show(got), show(want))
				}
			}
			same("missing", a.Missing, c.missing)
			same("missing_at_mix", a.MissingAtMix, c.missingAtMix)
			if (a.Flip == nil) != (c.flip == nil) || a.Flip != nil && *a.Flip != *c.flip {
				t.Errorf("flip %v, want %v", a.Flip, c.flip)
			}
		})
	}
}

func show(p *int) any {
	if p == nil {
		return "aucun"
	}
	return *p
}

func TestRuleWithoutTargetIsAnIndicator(t *testing.T) {
	a := assess(tallyOf(Fraction{}, Count{In: 4, Out: 6}), AsUndecided)
	if a.Verdict != NoTarget || a.Missing != nil {
		t.Errorf("%+v", a)
	}
}

func TestTargetThatChangesWithinThePeriod(t *testing.T) {
	// 40 % to 30 June, 60 % after; 100 + 100 entries: 40 + 60 = 100 of 200.
	parts := func(q1, q2 int) Tally {
		return Tally{Marginal: Fraction{60, 100}, Parts: []Part{
			{Share: Fraction{40, 100}, Count: Count{In: q1, Out: 100 - q1}},
			{Share: Fraction{60, 100}, Count: Count{In: q2, Out: 100 - q2}},
		}}
	}
	a := assess(parts(30, 70), AsUndecided)
	if a.Verdict != Reached || a.Required.RatString() != "100" {
		t.Errorf("%s, requis %s", a.Verdict, a.Required.RatString())
	}
	if target, ok := a.Target(); !ok || target != 0.5 {
		t.Errorf("objectif %v", target)
	}
	if a = assess(parts(40, 59), AsUndecided); a.Verdict != Missed || a.Short != 1 || *a.Missing != 3 {
		t.Errorf("%s, missing %d, %d entries", a.Verdict, a.Short, *a.Missing)
	}
}

func TestPeopleWithoutResidence(t *testing.T) {
	tally := tallyOf(Fraction{40, 100}, Count{In: 40, Out: 56, Undecided: 6, Unlocatable: 6})
	a := assess(tally, AsUndecided)
	if a.Verdict != Undetermined || a.ByUnlocatable[AsOut] != Missed || a.ByUnlocatable[Excluded] != Reached {
		t.Errorf("%s, %v", a.Verdict, a.ByUnlocatable)
	}
	if b := assess(tallyOf(Fraction{40, 100}, Count{In: 90, Out: 10, Undecided: 2, Unlocatable: 2}), AsUndecided); b.ByUnlocatable != nil {
		t.Errorf("the treatment changes nothing, and yet: %v", b.ByUnlocatable)
	}
	if a = assess(tally, Excluded); a.N() != 96 || a.Verdict != Reached {
		t.Errorf("exclus : N = %d, %s", a.N(), a.Verdict)
	}
}

func TestVerdictWithoutManualDecisions(t *testing.T) {
	a := assess(tallyOf(Fraction{40, 100}, Count{In: 40, Out: 60, DecidedIn: 3, DecidedOut: 2}), AsUndecided)
	if a.Verdict != Reached || a.VerdictAuto != Undetermined {
		t.Errorf("with %s, without %s", a.Verdict, a.VerdictAuto)
	}
}

func drawCount(t *rapid.T) Count {
	n := rapid.IntRange(0, 400)
	c := Count{In: n.Draw(t, "in"), Out: n.Draw(t, "out"), Undecided: rapid.IntRange(0, 60).Draw(t, "undecided")}
	c.Unlocatable = rapid.IntRange(0, c.Undecided).Draw(t, "unlocatable")
	c.DecidedIn = rapid.IntRange(0, c.In).Draw(t, "decidedIn")
	c.DecidedOut = rapid.IntRange(0, c.Out).Draw(t, "decidedOut")
	return c
}

// The bounds hold the truth whatever the undecided rows turn out to be, in any
// order, and a settled verdict stays.
func TestResolvingNeverContradicts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		share := Fraction{int64(rapid.IntRange(0, 1000).Draw(t, "millièmes")), 1000}
		c := drawCount(t)
		c.Unlocatable = 0
		first := assess(tallyOf(share, c), AsUndecided)
		low, _ := first.ShareMin()
		high, _ := first.ShareMax()
		settled := first.Verdict
		for c.Undecided > 0 {
			c.Undecided--
			if rapid.Bool().Draw(t, "oui") {
				c.In++
			} else {
				c.Out++
			}
			a := assess(tallyOf(share, c), AsUndecided)
			l, _ := a.ShareMin()
			h, _ := a.ShareMax()
			if l < low || h > high || l > h {
				t.Fatalf("bornes [%v ; %v] hors de [%v ; %v]", l, h, low, high)
			}
			if settled != Undetermined && a.Verdict != settled {
				t.Fatalf("%s devient %s", settled, a.Verdict)
			}
			low, high, settled = l, h, a.Verdict
		}
		if c.N() > 0 && settled == Undetermined {
			t.Fatal("everything is decided and the verdict is not")
		}
	})
}

// Each figure said of an assessment does what it says, by brute force.
func TestFiguresByBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		target := rapid.IntRange(1, 99).Draw(t, "pour cent")
		c := drawCount(t)
		if c.N() == 0 {
			return
		}
		a := assess(tallyOf(Fraction{int64(target), 100}, c), AsUndecided)
		reached := func(q, n int) bool { return 100*q >= target*n }
		m := 0
		for !reached(c.In+m, c.N()+m) {
			m++
		}
		if *a.Missing != m {
			t.Fatalf("missing %d, by hand %d", *a.Missing, m)
		}
		s := 0
		for !reached(c.In+s, c.N()) {
			s++
		}
		if a.Short != s {
			t.Fatalf("short %d, by hand %d", a.Short, s)
		}
		if a.Flip != nil {
			k := 0
			for reached(c.In+c.Undecided-k, c.N()) {
				k++
			}
			if a.Flip.ToReach != s || a.Flip.ToMiss != k {
				t.Fatalf("flip %+v, by hand %d and %d", *a.Flip, s, k)
			}
		}
		if a.MissingAtMix != nil && *a.MissingAtMix > 0 {
			d := c.In + c.Out // shares on a common denominator d
			ok := func(m int) bool { return 100*(c.In*d+c.In*m) >= target*d*(c.N()+m) }
			if m := *a.MissingAtMix; !ok(m) || ok(m-1) {
				t.Fatalf("missing_at_mix %d is not the least", m)
			}
		}
	})
}
