//go:build cgo

package geo_test

import (
	"encoding/json"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/paulmach/orb/planar"

	"perimetre/geo"
	"perimetre/geo/fault"
)

func TestSidesAgreeWithGEOS(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for k := range 24 {
		shape := star(rnd, orb.Point{3, 50.5}, 400, 3+rnd.IntN(200), k%2 == 0)
		if k%3 == 0 {
			shape = append(shape, star(rnd, orb.Point{3.02, 50.5}, 400, 60, true)...)
		}
		g := wkb.MustMarshal(shape)
		index := geo.NewPolygons([]orb.MultiPolygon{shape})
		b := shape.Bound()
		var points []orb.Point
		for range 60 {
			points = append(points, orb.Point{b.Min[0] + rnd.Float64()*(b.Max[0]-b.Min[0]), b.Min[1] + rnd.Float64()*(b.Max[1]-b.Min[1])})
		}
		points = append(points, shape[0][0]...)
		for _, p := range points {
			meets, within, err := geo.GEOSRelates(g, wkb.MustMarshal(p)) // the border is out
			if err != nil {
				t.Fatal(err)
			}
			want := geo.Outside
			if within {
				want = geo.Inside
			} else if meets {
				want = geo.OnEdge
			}
			if got := index.Side(0, p); got != want {
				t.Fatalf("%v: side %d, GEOS %d", p, got, want)
			}
		}
	}
}

var (
	areasFile = flag.String("areas", "",
		"file of the areas of TestOverlayAreas, of real perimeters too: written where it is absent, else compared with")
	areaPairs = flag.Int("pairs", 500, "random pairs of shapes in TestOverlayAreas")
)

// scrawl draws a ring of n vertices at random within metres of o: it crosses itself.
func scrawl(rnd *rand.Rand, o orb.Point, metres float64, n int) orb.MultiPolygon {
	mx, my := geo.MetresPerDegree(o[1])
	var r orb.Ring
	for range n {
		r = append(r, orb.Point{o[0] + metres*(2*rnd.Float64()-1)/mx, o[1] + metres*(2*rnd.Float64()-1)/my})
	}
	return orb.MultiPolygon{{append(r, r[0])}}
}

// overlayAreas returns the plane areas, in square metres at 50.5°, of two shapes repaired, of their
// union, intersection and difference, and of the first one grown and shrunk.
func overlayAreas(t *testing.T, a, b orb.MultiPolygon) (out [7]float64) {
	t.Helper()
	must := func(mp orb.MultiPolygon, err error) orb.MultiPolygon {
		t.Helper()
		if err != nil {
			t.Fatalf("%v and %v: %v", a, b, err)
		}
		return mp
	}
	mx, my := geo.MetresPerDegree(50.5)
	ra, _, err := geo.Repair(a)
	must(ra, err)
	rb, _, err := geo.Repair(b)
	must(rb, err)
	for i, mp := range []orb.MultiPolygon{ra, rb, must(geo.Union(ra, rb)), must(geo.Intersection(ra, rb)),
		must(geo.Difference(ra, rb)), must(geo.Buffer(ra, 30)), must(geo.Buffer(ra, -10))} {
		out[i] = planar.Area(mp) * mx * my
	}
	return out
}

// The areas of overlays add up; with -areas, two bindings of GEOS find the same, on random
// pairs and on every real perimeter.
func TestOverlayAreas(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	var areas [][7]float64
	for k := range *areaPairs {
		near := orb.Point{3 + rnd.Float64()/100, 50.5 + rnd.Float64()/100}
		a := star(rnd, orb.Point{3, 50.5}, 500, 3+rnd.IntN(60), k%2 == 0)
		b := star(rnd, near, 500, 3+rnd.IntN(60), k%3 == 0)
		if k%4 == 0 {
			b = scrawl(rnd, near, 500, 4+rnd.IntN(12))
		}
		areas = append(areas, overlayAreas(t, a, b))
	}
	if *areasFile != "" {
		var last orb.MultiPolygon
		for _, f := range realFeatures(t, "qpv/qpv2024-france.geojson.gz") {
			shape := f.shape(t)
			if last == nil {
				last = shape
			}
			areas = append(areas, overlayAreas(t, shape, last))
			last = shape
		}
	}
	for i, s := range areas {
		union, common, rest := s[2], s[3], s[4]
		if math.Abs(union+common-s[0]-s[1]) > 1e-9*(s[0]+s[1]) || math.Abs(rest+common-s[0]) > 1e-9*s[0] {
			t.Errorf("pair %d: areas %v do not add up", i, s)
		}
		if s[5] <= s[0] || s[6] >= s[0] {
			t.Errorf("pair %d: grown to %v and shrunk to %v from %v", i, s[5], s[6], s[0])
		}
	}
	if *areasFile != "" {
		compareAreas(t, *areasFile, areas)
	}
}

func compareAreas(t *testing.T, name string, areas [][7]float64) {
	t.Helper()
	b, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		if b, err = json.Marshal(areas); err == nil {
			err = os.WriteFile(name, b, 0o644)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	var want [][7]float64
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	if len(want) != len(areas) {
		t.Fatalf("%d pairs, the file has %d: is the real data on both sides?", len(areas), len(want))
	}
	worst := 0.0
	for i := range want {
		for k, w := range want[i] {
			d := math.Abs(areas[i][k]-w) / max(1, w)
			if d > 1e-9 {
				t.Errorf("pair %d, area %d: %v m², the other binding has %v", i, k, areas[i][k], w)
			}
			worst = max(worst, d)
		}
	}
	t.Logf("%d pairs by %v: areas differ by at most %.1e", len(areas), geo.UsesGEOS(), worst)
}

// What GEOS refuses, by an error, a panic or nothing at all, is a fault of kind Input,
// and leaves GEOS fit for the next call.
func TestOverlayOfWhatGEOSRefuses(t *testing.T) {
	good := square(3, 50, 0.01, 0.01)
	for name, bad := range map[string]orb.MultiPolygon{
		"not a number":   {{{{3, 50}, {math.NaN(), 50}, {3.01, 50.01}, {3, 50.01}, {3, 50}}}},
		"beyond numbers": {{{{3, 50}, {math.Inf(1), 50}, {3.01, 50.01}, {3, 50.01}, {3, 50}}}},
		"two points":     {{{{3, 50}, {3.01, 50}}}},
		"an open ring":   {{{{3, 50}, {3.01, 50}, {3.01, 50.01}, {3, 50.01}}}},
	} {
		for op, f := range map[string]func() (orb.MultiPolygon, error){
			"intersection": func() (orb.MultiPolygon, error) { return geo.Intersection(bad, good) },
			"difference":   func() (orb.MultiPolygon, error) { return geo.Difference(good, bad) },
			"union":        func() (orb.MultiPolygon, error) { return geo.Union(good, bad) },
		} {
			if _, err := f(); err != nil && fault.KindOf(err) != fault.Input {
				t.Errorf("%s, %s: %v", name, op, err)
			}
			if got, err := geo.Intersection(good, good); err != nil || math.Abs(geo.Area(got)/geo.Area(good)-1) > 1e-9 {
				t.Fatalf("after %s, %s: %v, %v", name, op, got, err)
			}
		}
	}
	if _, err := geo.Union(orb.MultiPolygon{{{{3, 50}, {3.01, 50}}}}); fault.KindOf(err) != fault.Input || err == nil {
		t.Errorf("a ring of two points: %v", err)
	}
}

// Goroutines overlay at once, each with a context of its own, also while GEOS refuses.
func TestOverlaysAtOnce(t *testing.T) {
	a, b := square(3, 50, 0.02, 0.01), square(3.01, 50, 0.02, 0.01)
	bad := orb.MultiPolygon{{{{3, 50}, {3.01, 50}}}}
	want, err := geo.Intersection(a, b)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for k := range 50 {
				if (g+k)%5 == 0 {
					if _, err := geo.Union(bad); err == nil {
						t.Error("a ring of two points has a union")
					}
				}
				if got, err := geo.Intersection(a, b); err != nil || !slices.EqualFunc(got, want, orb.Polygon.Equal) {
					t.Errorf("%v, %v; want %v", got, err, want)
				}
			}
		})
	}
	wg.Wait()
}

// A program says which GEOS it calls.
func TestUsesGEOS(t *testing.T) {
	got := geo.UsesGEOS()
	if got.Version == "" || got.Version[0] != '3' || got.Binding == "" {
		t.Errorf("GEOS %+v", got)
	}
}
