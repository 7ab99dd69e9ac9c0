//go:build cgo

package geo_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"perimetre/geo"
	"perimetre/geo/overlay"
)

// agree compares the overlays of geo/overlay with GEOS's: the same areas within a share of
// the operands', and valid polygons.
func agree(t *testing.T, name string, a, b orb.MultiPolygon) {
	t.Helper()
	size := planar.Area(a) + planar.Area(b)
	for _, op := range []struct {
		name       string
		ours, geos func() (orb.MultiPolygon, error)
	}{
		{"union", func() (orb.MultiPolygon, error) { return overlay.Union(a, b) }, func() (orb.MultiPolygon, error) { return geo.Union(a, b) }},
		{"intersection", func() (orb.MultiPolygon, error) { return overlay.Intersection(a, b) }, func() (orb.MultiPolygon, error) { return geo.Intersection(a, b) }},
		{"difference", func() (orb.MultiPolygon, error) { return overlay.Difference(a, b) }, func() (orb.MultiPolygon, error) { return geo.Difference(a, b) }},
	} {
		got, err := op.ours()
		if err != nil {
			t.Fatalf("%s, %s: %v", name, op.name, err)
		}
		want, err := op.geos()
		if err != nil {
			t.Fatalf("%s, %s by GEOS: %v", name, op.name, err)
		}
		if g, w := planar.Area(got), planar.Area(want); math.Abs(g-w) > 1e-6*size {
			t.Errorf("%s, %s: %v, GEOS has %v of %v\n%v\n%v", name, op.name, g, w, size, a, b)
		}
		if len(got) > 0 {
			if _, did, err := geo.Repair(got); err != nil || did.Any() {
				t.Errorf("%s, %s: not valid: %+v %v", name, op.name, did, err)
			}
		}
	}
}

func TestOverlayAgreesWithGEOS(t *testing.T) {
	t.Run("squares that share corners, sides and holes", func(t *testing.T) {
		ring := func(x, y, w, h float64) orb.Ring { return square(x, y, w, h)[0][0] }
		shapes := []orb.MultiPolygon{
			square(3, 50, 2, 2), square(4, 50, 2, 2), square(5, 50, 1, 1), square(5, 52, 1, 1), square(3.5, 50.5, 1, 1),
			{{ring(3, 50, 3, 3), ring(4, 51, 1, 1)}}, {{ring(3, 50, 3, 3), ring(3, 51, 1, 1)}}, square(4, 51, 1, 1),
			append(square(3, 50, 1, 1), square(4, 51, 1, 1)...), // they touch by a corner
		}
		for i, a := range shapes {
			for _, b := range shapes[i:] {
				agree(t, "squares", a, b)
			}
		}
	})
	t.Run("random", func(t *testing.T) {
		rnd := rand.New(rand.NewPCG(3, 4))
		for k := range 300 {
			near := orb.Point{3 + rnd.Float64()/100, 50.5 + rnd.Float64()/100}
			a, _, err := geo.Repair(scrawl(rnd, orb.Point{3, 50.5}, 500, 4+rnd.IntN(12)))
			if err != nil {
				t.Fatal(err)
			}
			b, _, err := geo.Repair(star(rnd, near, 500, 3+rnd.IntN(60), k%3 == 0))
			if err != nil {
				t.Fatal(err)
			}
			agree(t, "random", a, b)
		}
	})
	t.Run("even-odd", func(t *testing.T) {
		rnd := rand.New(rand.NewPCG(5, 6))
		for range 200 {
			in := scrawl(rnd, orb.Point{3, 50.5}, 500, 4+rnd.IntN(12))
			got, err := overlay.EvenOdd(in)
			if err != nil {
				t.Fatal(err)
			}
			want, _, err := geo.Repair(in)
			if err != nil {
				t.Fatal(err)
			}
			if g, w := planar.Area(got), planar.Area(want); math.Abs(g-w) > 1e-6*w {
				t.Errorf("%v, GEOS repairs to %v\n%v", g, w, in)
			}
		}
	})
	t.Run("official perimeters", func(t *testing.T) {
		shapes := func(name string) (out []orb.MultiPolygon) {
			for _, f := range realFeatures(t, name) {
				shape, _, err := geo.Repair(f.shape(t))
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, shape)
			}
			return out
		}
		now, n := shapes("qpv/qpv2024-france.geojson.gz"), 0
		for _, old := range shapes("qpv/qpv2015-mel.geojson.gz") {
			for _, zone := range now {
				if old.Bound().Intersects(zone.Bound()) {
					n++
					agree(t, "official", old, zone)
				}
			}
		}
		if n < 30 {
			t.Errorf("%d pairs only", n)
		}
	})
}

// A disc fits where GEOS leaves something of the territory shrunk by its radius.
func TestHoldsAgreesWithGEOS(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 10))
	fits := 0
	for k := range 200 {
		shape, _, err := geo.Repair(scrawl(rnd, orb.Point{3, 50.5}, 300, 4+rnd.IntN(8)))
		if err != nil {
			t.Fatal(err)
		}
		radius := 5 + 60*rnd.Float64()
		// Shrinking draws arcs by chords: at the limit the two may differ.
		less, err := geo.Buffer(shape, -radius*0.99)
		if err != nil {
			t.Fatal(err)
		}
		more, err := geo.Buffer(shape, -radius*1.01)
		if err != nil {
			t.Fatal(err)
		}
		got := geo.Holds(shape, radius)
		if got && len(less) == 0 || !got && len(more) > 0 {
			t.Errorf("shape %d: holds a disc of %.1f m: %v; GEOS leaves %d and %d parts", k, radius, got, len(less), len(more))
		}
		if got {
			fits++
		}
	}
	if fits < 20 || fits > 180 {
		t.Errorf("%d of 200 fit: the test tells nothing", fits)
	}
	if geo.Holds(nil, 1) || !geo.Holds(square(3, 50, 0.01, 0.01), 300) || geo.Holds(square(3, 50, 0.01, 0.01), 400) {
		t.Error("nothing holds a disc, or a square of 716 m by 1,112 m holds one of 300 m only")
	}
}
