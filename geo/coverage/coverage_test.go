package coverage

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"perimetre/geo"
)

// The oracle of the domain: three consumers of 100 at 0, 1, 2, two providers of
// 10 at 0 and 2, weight exp(−d²/2).
func TestAccessOracle(t *testing.T) {
	at, providers := []float64{0, 1, 2}, []float64{0, 2}
	trips := func(i int) (out []Trip) {
		for j, x := range providers {
			out = append(out, Trip{int32(j), math.Abs(at[i] - x)})
		}
		return out
	}
	got := Access([]float64{100, 100, 100}, []float64{10, 10}, trips, Gaussian(1))
	for i, want := range []float64{0.065179, 0.069641, 0.065179} {
		if math.Abs(got[i]-want) > 1e-6 {
			t.Errorf("access %d: %v, want %v", i, got[i], want)
		}
	}
	sum := 0.0
	for _, a := range got {
		sum += 100 * a
	}
	if math.Abs(sum-20) > 1e-9 {
		t.Errorf("the shared supply is %v, want 20", sum)
	}
}

// Within a limit, and by steps: computed by hand.
func TestAccessStepsByHand(t *testing.T) {
	trips := func(i int) []Trip { return [][]Trip{{{0, 5}, {1, 12}}, {{0, 12}}, {{1, 40}}}[i] }
	people, supply := []float64{10, 30, 7}, []float64{4, 6}
	for _, c := range []struct {
		d    Decay
		want [3]float64
	}{
		{Within(12), [3]float64{4.0/40 + 6.0/10, 4.0 / 40, 0}},
		{must(ParseDecay("steps:10=1,20=0.5,30=0.25", Minutes)), [3]float64{4/(10+15.0) + 0.5*6/5.0, 0.5 * 4 / 25.0, 0}},
		{must(ParseDecay("steps:10min:1,20min:0.5", Minutes)), [3]float64{4/(10+15.0) + 0.5*6/5.0, 0.5 * 4 / 25.0, 0}},
	} {
		got := Access(people, supply, trips, c.d)
		for i := range got {
			if math.Abs(got[i]-c.want[i]) > 1e-12 {
				t.Errorf("%s: access %d is %v, want %v", c.d, i, got[i], c.want[i])
			}
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestParse(t *testing.T) {
	for s, want := range map[string]Reach{
		"1000m": {1000, Metres}, "1,5km": {1500, Metres}, " 20 min": {20, Minutes}, "1h": {60, Minutes}, "800": {800, Metres}, "2.5 KM": {2500, Metres},
	} {
		if got, err := ParseReach(s); err != nil || got != want {
			t.Errorf("%q : %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "m", "-3m", "0", "12 lieues", "1e999m", "NaN"} {
		if got, err := ParseReach(s); err == nil {
			t.Errorf("%q is accepted: %v", s, got)
		}
	}
	for _, s := range []string{"", "gaussian", "gaussian:0", "gaussian:5min", "steps:", "steps:10", "steps:20=1,10=0.5", "steps:10=0.5,20=0.6", "linear:3"} {
		if d, err := ParseDecay(s, Metres); err == nil {
			t.Errorf("%q is accepted: %v", s, d)
		}
	}
	if d := must(ParseDecay("gaussian:0.8km", Metres)); math.Abs(d.Weight(800)-math.Exp(-0.5)) > 1e-12 {
		t.Error("gaussian:0.8km")
	}
}

func TestNearestEqualsBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "graine"), 1))
		lon, lat := rapid.Float64Range(-179, 179).Draw(t, "lon"), rapid.Float64Range(-60, 60).Draw(t, "lat")
		spread := rapid.SampledFrom([]float64{0.001, 0.1, 1.5}).Draw(t, "étendue")
		at := func() orb.Point {
			return orb.Point{lon + spread*rng.NormFloat64(), lat + spread*rng.NormFloat64()}
		}
		var list []orb.Point
		for range rapid.IntRange(1, 60).Draw(t, "points") {
			list = append(list, at())
		}
		list = append(list, orb.Point{math.NaN(), 0}, list[0])
		l := NewLocator(list)
		f := l.Finder()
		for range 20 {
			p := at()
			best := math.Inf(1)
			for _, q := range list {
				if d := geo.Distance(p, q); d < best {
					best = d
				}
			}
			i, d, ok := f.Nearest(p)
			if !ok || math.Abs(d-geo.Distance(p, list[i])) > 1e-6*(1+d) || d > best*(1+1e-4)+1e-3 {
				t.Fatalf("at %v: %d at %v m, brute force says %v", p, i, d, best)
			}
			limit := best * 2
			in := map[int32]bool{}
			for _, n := range l.Within(p, limit, nil) {
				in[n.Index] = true
			}
			for j, q := range list {
				d := geo.Distance(p, q)
				if in[int32(j)] != (d <= limit) && math.Abs(d-limit) > 1e-6*limit {
					t.Fatalf("at %v from %v: %v within %v m?", q, p, d, limit)
				}
			}
		}
	})
}

func TestNearestOfNothing(t *testing.T) {
	if _, d, ok := NewLocator(nil).Finder().Nearest(orb.Point{3, 50}); ok || !math.IsInf(d, 1) {
		t.Error("a point is found among none")
	}
}

func TestTally(t *testing.T) {
	tally := NewTally(1000, []float64{500, 1000, 2000}, 2, 1)
	point := func(commune, zone int32, w float64, groups ...Group) *Point {
		p := &Point{Weight: w, Commune: commune, Zone: zone}
		for _, g := range groups {
			p.Groups |= 1 << g
		}
		return p
	}
	tally.Add(point(0, 0, 10, InQPV), 500, false)
	tally.Add(point(0, -1, 20), 1000, true)
	other := NewTally(1000, []float64{500, 1000, 2000}, 2, 1)
	other.Add(point(1, -1, 5, InFRR), 1000.5, false)
	other.Add(point(1, -1, 1, InFRR), math.Inf(1), false)
	tally.Merge(other)
	tally.AddUndecided(point(0, -1, 3), tally.Communes[0].Nearest, tally.Communes[0].Farthest)
	tally.AddUndecided(point(1, -1, 4, InFRR), 1000.5, 1000.5)
	tally.AddUndecided(point(1, -1, 7), 400, 1500)
	if got, want := tally.Total[Everyone], (Count{50, 33, 7}); got != want {
		t.Errorf("all: %+v, want %+v", got, want)
	}
	if got, want := tally.Total[InQPV], (Count{10, 10, 0}); got != want {
		t.Errorf("QPV : %+v", got)
	}
	if got := tally.UpTo(Everyone); got[0] != 10 || got[1] != 30 || got[2] != 35 {
		t.Errorf("bandes : %v", got)
	}
	if a := tally.Communes[0]; a.Nearest != 500 || a.Farthest != 1000 || a.Elsewhere != 20 || a.Covered != 33 {
		t.Errorf("commune : %+v", a)
	}
	low, high, _ := tally.Total[Everyone].Share()
	if low != 33.0/50 || high != 40.0/50 {
		t.Errorf("part entre %v et %v", low, high)
	}
}

func TestClusters(t *testing.T) {
	g := NewGrid(250, 50)
	_, my := geo.MetresPerDegree(50)
	put := func(metresNorth float64, n int, commune int32) {
		for range n {
			g.Add(&Point{At: orb.Point{3, 50 + metresNorth/my}, Weight: 1, Commune: commune})
		}
	}
	put(0, 40, 1)
	put(600, 30, 1)
	put(9000, 50, 2)
	put(30000, 4, 3)
	got := g.Clusters(1000, 10, 10)
	if len(got) != 2 || got[0].Weight != 70 || got[0].Commune != 1 || got[1].Weight != 50 || got[1].Commune != 2 {
		t.Errorf("%+v", got)
	}
}

func TestCompleteness(t *testing.T) {
	site := geo.Site{Lon: 3, Lat: 50, HalfDays: math.NaN()}
	for _, c := range []struct {
		name     string
		sites    int
		declared int
		complete bool
	}{{"5 %", 47, 962, false}, {"79,9 %", 799, 1000, false}, {"80 %", 800, 1000, true}, {"rien de déclaré", 47, 0, false}, {"plus que déclaré", 12, 10, true}} {
		list := make([]geo.Site, c.sites)
		for i := range list {
			list[i] = site
		}
		if got := NewCompleteness(list, Declared{Sites: c.declared}).Complete(); got != c.complete {
			t.Errorf("%s : %v", c.name, got)
		}
	}
	// A site that stands nowhere on the map reaches nobody.
	if NewCompleteness([]geo.Site{site, {Lon: math.NaN(), Lat: math.NaN()}}, Declared{Sites: 2}).Complete() {
		t.Error("a site without a point counts as complete")
	}
}

func TestOpening(t *testing.T) {
	for h, want := range map[float64]Opening{0.25: OpeningRare, 0.99: OpeningRare, 1: OpeningPart, 4.5: OpeningPart, 5: OpeningFull, 10: OpeningFull} {
		if got := OpeningOf(h); got != want {
			t.Errorf("%v : %s", h, got.Label())
		}
	}
	if OpeningOf(math.NaN()) != OpeningUnknown {
		t.Error("ouverture inconnue")
	}
}

func BenchmarkNearest(b *testing.B) {
	rng := rand.New(rand.NewPCG(5, 5))
	s := towns(rng, 100000, 962, 1)
	f := NewLocator(s.Existing).Finder()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		f.Nearest(s.Demand[i%len(s.Demand)].At)
		i++
	}
}

func ExampleAccess() {
	// One provider of 10 places, two groups of 100 at 0 and 10 minutes.
	trips := func(i int) []Trip { return []Trip{{To: 0, Cost: float64(10 * i)}} }
	fmt.Printf("%.3f\n", Access([]float64{100, 100}, []float64{10}, trips, Within(15)))
	// Output: [0.050 0.050]
}

// A decay that is read weighs from 0 to 1 and never grows with the cost.
func FuzzParseDecay(f *testing.F) {
	for _, s := range []string{"gaussian:800m", "steps:10=1,20=0.68,30=0.22", "steps:10min:1", "gaussian:1e-300", "steps:1=1,1=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, u := range []Unit{Metres, Minutes} {
			d, err := ParseDecay(s, u)
			if err != nil {
				continue
			}
			last := 1.0
			for _, c := range []float64{0, 0.5, 1, 10, 1000, 1e9, math.Inf(1)} {
				w := d.Weight(c)
				if !(w >= 0 && w <= last) {
					t.Fatalf("%q at %v: %v after %v", s, c, w, last)
				}
				last = w
			}
		}
		if r, err := ParseReach(s); err == nil && !(r.Limit > 0) {
			t.Fatalf("%q : %v", s, r)
		}
	})
}
