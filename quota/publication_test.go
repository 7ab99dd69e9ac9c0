package quota

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// quarters draws the four quarters of a year, and the year itself: a few people enter in
// two quarters, and count once in the year.
func quarters(rnd *rand.Rand, units int) (list []*Result, year *Result) {
	rule := &Rule{ID: "essai", Unlocatable: AsUndecided, Targets: []Target{{Share: Fraction{40, 100}}}}
	codes := []string{"59350", "59512", "62041", "62160", "80021", "59183", "02691"}[:units]
	all := map[string]Count{}
	for q := 1; q <= 4; q++ {
		var tallies []Tally
		for _, code := range codes {
			n := 40 + rnd.IntN(300)
			if rnd.IntN(9) == 0 {
				n = rnd.IntN(15)
			}
			c := Count{In: n * (8 + rnd.IntN(45)) / 100}
			c.Undecided = min(n-c.In, rnd.IntN(14))
			c.Out = n - c.In - c.Undecided
			c.DecidedIn, c.DecidedOut = min(c.In, rnd.IntN(20)), min(c.Out, rnd.IntN(8))
			sum := all[code].Add(c)
			if q > 1 && sum.Out > 2 && c.Out > 2 && rnd.IntN(3) == 0 {
				sum.Out -= 1 + rnd.IntN(2)
				sum.DecidedOut = min(sum.DecidedOut, sum.Out)
			}
			all[code] = sum
			x := tallyOf(Fraction{40, 100}, c)
			x.Code = code
			tallies = append(tallies, x)
		}
		list = append(list, assemble(tallies, rule, Options{Period: Quarter(2024, q), AsOf: yearOptions.AsOf}))
	}
	var tallies []Tally
	for _, code := range codes {
		x := tallyOf(Fraction{40, 100}, all[code])
		x.Code = code
		tallies = append(tallies, x)
	}
	return list, assemble(tallies, rule, Options{Period: Year(2024), AsOf: yearOptions.AsOf})
}

// together lists what a reader has of several results: their lines, the sums of the
// shorter periods in the longest, and what it leaves beside them.
func together(p *Publication, longest *Result, shorter ...*Result) published {
	out := published{Threshold: p.Threshold, Periods: []publishedSum{}}
	out.add(longest, p.Mask(longest))
	parts := make([][]int, len(out.Lines))
	sums := make([][4]int, len(out.Lines))
	join := func(first int) {
		for k := range parts {
			parts[k] = append(parts[k], first+k)
			for c, v := range out.Lines[first+k].Truth {
				sums[k][c] += v
			}
		}
	}
	for _, r := range shorter {
		first := len(out.Lines)
		out.add(r, p.Mask(r))
		join(first)
	}
	if len(shorter) < 4 {
		var rest []Tally
		for _, u := range longest.Units {
			c := Count{In: u.In, Out: u.Out, Undecided: u.Undecided}
			for _, r := range shorter {
				i := slices.IndexFunc(r.Units, func(x Unit) bool { return x.Code == u.Code })
				c.In, c.Out, c.Undecided = c.In-r.Units[i].In, c.Out-r.Units[i].Out, c.Undecided-r.Units[i].Undecided
			}
			x := tallyOf(Fraction{40, 100}, Count{In: max(0, c.In), Out: max(0, c.Out), Undecided: max(0, c.Undecided)})
			x.Code = u.Code
			rest = append(rest, x)
		}
		first := len(out.Lines)
		out.add(assemble(rest, longest.Rule, yearOptions), nil)
		join(first)
	}
	for k := range parts {
		s := publishedSum{Total: k, Parts: parts[k], Excess: sums[k]}
		for c, v := range out.Lines[k].Truth {
			s.Excess[c] -= v
		}
		out.Periods = append(out.Periods, s)
	}
	return out
}

// Quarters and their year, or some quarters beside a year, published together or one
// after the other, give no small count away by subtraction.
func TestPublicationHoldsTogether(t *testing.T) {
	needOracle(t)
	rnd := rand.New(rand.NewPCG(4, 15))
	var all []published
	told, ordinary := 0, 0
	for k := range max(1, *publicTables/4) {
		list, year := quarters(rnd, 2+rnd.IntN(3))
		shorter := list[:[]int{4, 1, 3}[k%3]]
		results := append(slices.Clone(shorter), year)
		p, err := Publish(results, 11, nil)
		if err != nil {
			t.Fatal(err)
		}
		if w := p.Warnings(); len(w) > 0 {
			t.Errorf("%q", w)
		}
		all = append(all, together(p, year, shorter...))
		for _, r := range results {
			for _, u := range r.Units {
				if u.N() >= 150 {
					ordinary++
					if !p.Mask(r).HidesVerdict(LevelUnit, u.Code) {
						told++
					}
				}
			}
		}
	}
	if ordinary >= 100 && told*100 < 95*ordinary {
		t.Errorf("%d verdicts told of %d ordinary ones", told, ordinary)
	}
	t.Logf("%d verdicts told of %d ordinary ones", told, ordinary)
	attack(t, all)
}

// Parts of a whole, published with it, give no small count away: people of each sex, of
// each age.
func TestPartsHoldTogether(t *testing.T) {
	needOracle(t)
	rnd := rand.New(rand.NewPCG(9, 15))
	var all []published
	for range max(1, *publicTables/6) {
		parts, _ := quarters(rnd, 3)
		sums := map[string]Count{}
		for _, r := range parts {
			for _, u := range r.Units {
				sums[u.Code] = sums[u.Code].Add(u.Count)
			}
		}
		var tallies []Tally
		for _, u := range parts[0].Units {
			x := tallyOf(Fraction{40, 100}, sums[u.Code])
			x.Code = u.Code
			tallies = append(tallies, x)
		}
		whole := assemble(tallies, parts[0].Rule, yearOptions)
		p := PublishParts(whole, parts, 11)
		all = append(all, together(p, whole, parts...))
	}
	attack(t, all)
}

// A year published after its first quarter is protected with it, through the file that
// the first publication left.
func TestPublishedBefore(t *testing.T) {
	rnd := rand.New(rand.NewPCG(6, 15))
	list, year := quarters(rnd, 3)
	first, err := Publish(list[:1], 11, nil)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "publie.json")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := first.After(nil).Write(f); err != nil {
		t.Fatal(err)
	}
	f.Close()
	before, err := ReadPublished(path)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Publish([]*Result{year}, 11, before)
	if err != nil {
		t.Fatal(err)
	}
	whole := &Publication{Threshold: 11, releases: []release{newRelease(list[0]), newRelease(year)}, masks: []*Mask{first.Mask(list[0]), second.Mask(year)}}
	if w := second.Warnings(); len(w) > 0 {
		t.Errorf("%q", w)
	}
	if needOracle(t); !t.Skipped() {
		attack(t, []published{together(whole, year, list[0])})
	}
	again, err := Publish(list[:1], 11, before)
	if err != nil || len(again.Warnings()) > 0 {
		t.Errorf("the same figures once more: %v %q", err, again.Warnings())
	}
	if n := len(again.After(before).Releases); n != 1 {
		t.Errorf("%d releases of one written twice", n)
	}
	list[0].Units[0].In++
	late, err := Publish(list[:1], 11, before)
	if err != nil || len(late.Warnings()) == 0 {
		t.Errorf("other figures for a period that is out: %v %q", err, late.Warnings())
	}
}

// Periods that cross each other cannot be told apart by sums.
func TestPublishRefusesCrossingPeriods(t *testing.T) {
	list, _ := quarters(rand.New(rand.NewPCG(1, 15)), 2)
	list[0].Period, _ = ParsePeriod("2024-T1..2024-T2")
	list[1].Period, _ = ParsePeriod("2024-T2..2024-T3")
	if _, err := Publish(list[:2], 11, nil); err == nil {
		t.Error("published")
	}
}

// A region's year and quarters are protected in seconds.
func BenchmarkPublishRegion(b *testing.B) {
	rnd := rand.New(rand.NewPCG(42, 15))
	rule := &Rule{ID: "essai", Unlocatable: AsUndecided, Targets: []Target{{Share: Fraction{40, 100}}}}
	var results []*Result
	all := make([]Count, 42)
	codes := []string{"59", "62", "80", "02", "60"}
	of := func(counts []Count, p Period) *Result {
		var tallies []Tally
		for k, c := range counts {
			x := tallyOf(Fraction{40, 100}, c)
			x.Code = fmt.Sprintf("%s%03d", codes[k%5], k)
			tallies = append(tallies, x)
		}
		return assemble(tallies, rule, Options{Period: p, AsOf: yearOptions.AsOf})
	}
	for q := 1; q <= 4; q++ {
		counts := make([]Count, 42)
		for k := range counts {
			n := 60 + rnd.IntN(250)
			c := Count{In: n * (8 + rnd.IntN(40)) / 100, Undecided: rnd.IntN(16)}
			c.Out = n - c.In - c.Undecided
			counts[k], all[k] = c, all[k].Add(c)
		}
		results = append(results, of(counts, Quarter(2024, q)))
	}
	results = append(results, of(all, Year(2024)))
	for b.Loop() {
		if _, err := Publish(results, 11, nil); err != nil {
			b.Fatal(err)
		}
	}
}
