package quota

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func countOf(in, out, undecided, decidedIn, decidedOut int) Count {
	return Count{In: in, Out: out, Undecided: undecided, DecidedIn: decidedIn, DecidedOut: decidedOut}
}

func stepOf(t *testing.T, m *Move, c Cause) Step {
	t.Helper()
	for _, s := range m.Steps {
		if s.Cause == c {
			return s
		}
	}
	t.Fatalf("no step %s among %+v", c, m.Steps)
	return Step{}
}

func TestCompareWithinAQuarter(t *testing.T) {
	t3 := Quarter(2024, 3)
	before := Stand{Count: countOf(40, 50, 10, 0, 0), Period: t3, AsOf: day(2024, 9, 1), Packs: []string{"a"}}
	after := before
	after.AsOf = day(2024, 10, 5)

	t.Run("new entries before the end", func(t *testing.T) {
		after := after
		after.Count = countOf(44, 54, 12, 0, 0)
		if s := stepOf(t, Compare(before, after, AsUndecided), ByNewEntry); s.Persons != 10 || s.In != 4 || s.Out != 4 || s.Undecided != 2 || s.Reclassed != 0 {
			t.Errorf("%+v", s)
		}
	})
	t.Run("a state drawn after the end: late rows, some answers changed", func(t *testing.T) {
		before, after := before, after
		before.AsOf = day(2024, 10, 1)
		after.Count = countOf(47, 50, 6, 0, 0)
		if s := stepOf(t, Compare(before, after, AsUndecided), ByLateRow); s.Persons != 7 || s.Reclassed != 4 || s.In != 7 || s.Undecided != -4 {
			t.Errorf("%+v", s)
		}
	})
	t.Run("decisions", func(t *testing.T) {
		after := after
		after.Count = countOf(46, 52, 2, 6, 2)
		m := Compare(before, after, AsUndecided)
		s := stepOf(t, m, BySettling)
		if s.Persons != 8 || s.In != 6 || s.Out != 2 || s.Undecided != -8 || s.Min.Cmp(big.NewRat(6, 100)) != 0 || s.Max.Cmp(big.NewRat(-2, 100)) != 0 {
			t.Errorf("%+v", s)
		}
		if c := stepOf(t, m, ByCorrection); c.Persons != 0 || c.Min.Sign() != 0 {
			t.Errorf("nothing else changed: %+v", c)
		}
	})
	t.Run("few decisions are not told apart to others", func(t *testing.T) {
		after := after
		after.Count, after.Veiled = countOf(46, 52, 2, 0, 0), true
		m := Compare(before, after, AsUndecided)
		if !m.Veiled || len(m.Steps) != 1 || m.Steps[0].In != 6 {
			t.Errorf("%+v", m)
		}
	})
	t.Run("another edition", func(t *testing.T) {
		after := after
		after.Count, after.Packs = countOf(41, 51, 8, 0, 0), []string{"b"}
		if s := stepOf(t, Compare(before, after, AsUndecided), ByReferential); s.Persons != 2 || s.Reclassed != 2 {
			t.Errorf("%+v", s)
		}
	})
}

func TestCompareTwoQuarters(t *testing.T) {
	before := Stand{Count: countOf(40, 40, 20, 0, 0), Period: Quarter(2023, 4), Versions: []string{"2015"}, Under: map[string]Count{"2024": countOf(50, 30, 20, 0, 0)}}
	after := Stand{Count: countOf(30, 60, 10, 0, 0), Period: Quarter(2024, 1), Versions: []string{"2024"}}
	m := Compare(before, after, AsUndecided)
	if s := stepOf(t, m, ByPerimeter); s.In != 10 || s.Persons != 10 || s.Min.Cmp(big.NewRat(1, 10)) != 0 {
		t.Errorf("perimeters: %+v", s)
	}
	// From 50 residents of 80 decided to 30 of 90, four fifths then nine tenths decided.
	where, left := stepOf(t, m, ByResidence), stepOf(t, m, ByUnsettled)
	if want := big.NewRat(-7, 30); where.Min.Cmp(want) != 0 || where.Max.Cmp(want) != 0 {
		t.Errorf("residence: %v and %v, want %v", where.Min, where.Max, want)
	}
	if left.Min.Cmp(big.NewRat(1, 30)) != 0 || left.Max.Cmp(big.NewRat(-1, 15)) != 0 {
		t.Errorf("left to check: %v and %v", left.Min, left.Max)
	}
	delete(before.Under, "2024")
	if m := Compare(before, after, AsUndecided); m.Steps[0].Cause == ByPerimeter {
		t.Error("perimeters told without the same people counted under both")
	}
}

// Whatever changed, the steps add up to the whole, in people and in points.
func TestCompareAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := func(name string) Count {
			n := rapid.SliceOfN(rapid.IntRange(0, 40), 3, 3).Draw(t, name)
			c := countOf(n[0], n[1], n[2], rapid.IntRange(0, n[0]).Draw(t, name+" decided in"), rapid.IntRange(0, n[1]).Draw(t, name+" decided out"))
			c.Unlocatable = rapid.IntRange(0, n[2]).Draw(t, name+" unlocatable")
			return c
		}
		period := func(name string) Period { return Quarter(2024, rapid.IntRange(3, 4).Draw(t, name)) }
		before := Stand{Count: count("before"), Period: period("from"), AsOf: day(2024, rapid.IntRange(8, 12).Draw(t, "month"), 1), Versions: []string{"2015"}, Under: map[string]Count{}}
		after := Stand{Count: count("after"), Period: period("to"), Versions: []string{rapid.SampledFrom([]string{"2015", "2024"}).Draw(t, "version")}}
		if rapid.Bool().Draw(t, "both perimeters") {
			c := before.Count
			k := rapid.IntRange(0, c.Out-c.DecidedOut).Draw(t, "moved")
			before.Under["2024"] = Count{In: c.In + k, Out: c.Out - k, Undecided: c.Undecided, Unlocatable: c.Unlocatable, DecidedIn: c.DecidedIn, DecidedOut: c.DecidedOut}
		}
		after.Veiled = rapid.Bool().Draw(t, "veiled")
		treatment := rapid.SampledFrom([]Unlocatable{AsUndecided, AsOut, Excluded}).Draw(t, "unlocatable")
		m := Compare(before, after, treatment)
		var in, out, undecided int
		low, high := new(big.Rat), new(big.Rat)
		for _, s := range m.Steps {
			in, out, undecided = in+s.In, out+s.Out, undecided+s.Undecided
			if s.Min != nil {
				low.Add(low, s.Min)
				high.Add(high, s.Max)
			}
		}
		a, b := m.After, m.Before
		if a != after.Count.Treat(treatment) || b != before.Count.Treat(treatment) {
			t.Fatalf("the move goes from %+v to %+v, not between the shares of the tables", b, a)
		}
		if in != a.In-b.In || out != a.Out-b.Out || undecided != a.Undecided-b.Undecided {
			t.Fatalf("people: %d %d %d, from %+v to %+v: %+v", in, out, undecided, b, a, m.Steps)
		}
		if (m.Min == nil) != (a.N() == 0 || b.N() == 0) {
			t.Fatalf("a share that does not exist moved: %+v", m)
		}
		if m.Min != nil && (low.Cmp(m.Min) != 0 || high.Cmp(m.Max) != 0) {
			t.Fatalf("points: %v and %v, want %v and %v", low, high, m.Min, m.Max)
		}
	})
}

// A quarter without an entry has no share to move from: the step of decisions says so.
func TestCompareFromNobody(t *testing.T) {
	before := Stand{Period: Quarter(2024, 1), Versions: []string{"2024"}}
	after := Stand{Count: countOf(6, 3, 1, 2, 1), Period: Quarter(2024, 2), Versions: []string{"2024"}}
	for _, m := range []*Move{Compare(before, after, AsUndecided), Compare(after, before, AsUndecided)} {
		s := stepOf(t, m, BySettling)
		if m.Min != nil || m.Max != nil || s.Min != nil || s.Max != nil || s.Persons != 3 {
			t.Errorf("%+v, step %+v", m, s)
		}
	}
}

// What units counted under another perimeter adds up only where each did.
func TestPoolUnderAnotherPerimeter(t *testing.T) {
	a := Stand{Count: countOf(4, 5, 1, 0, 0), Under: map[string]Count{"2015": countOf(3, 6, 1, 0, 0), "2024": countOf(4, 5, 1, 0, 0)}}
	b := Stand{Count: countOf(1, 2, 0, 0, 0), Under: map[string]Count{"2015": countOf(2, 1, 0, 0, 0)}}
	all := Pool([]Stand{a, b})
	if all.In != 5 || len(all.Under) != 1 || all.Under["2015"].In != 5 || all.Under["2015"].Out != 7 {
		t.Errorf("%+v", all)
	}
	if all := Pool(nil); all.Under != nil || all.N() != 0 {
		t.Errorf("nobody: %+v", all)
	}
}
