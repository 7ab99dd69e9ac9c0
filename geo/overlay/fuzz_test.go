package overlay

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// shape draws a ring by bytes, on a coarse grid so that vertices, sides and lines coincide.
func shape(b []byte) orb.MultiPolygon {
	var r orb.Ring
	for i := 0; i+1 < len(b) && i < 24; i += 2 {
		r = append(r, orb.Point{float64(b[i] % 16), float64(b[i+1] % 16)})
	}
	if len(r) == 0 {
		return nil
	}
	return orb.MultiPolygon{{append(r, r[0])}}
}

// The areas of overlays add up, whatever is overlaid.
func FuzzOverlay(f *testing.F) {
	f.Add([]byte{0, 0, 4, 4, 4, 0, 0, 4}, []byte{1, 1, 5, 1, 5, 5, 1, 5})
	f.Add([]byte{0, 0, 4, 0, 4, 4, 0, 4}, []byte{0, 0, 4, 0, 4, 4, 0, 4})
	f.Add([]byte{0, 0, 8, 0, 2, 0, 4, 4}, []byte{4, 0, 8, 8, 0, 8})
	f.Fuzz(func(t *testing.T, x, y []byte) {
		area := func(mp orb.MultiPolygon, err error) float64 {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range mp {
				for _, r := range p {
					if len(r) < 4 || r[0] != r[len(r)-1] {
						t.Errorf("a ring of %v", r)
					}
				}
			}
			return planar.Area(mp)
		}
		a, err := EvenOdd(shape(x))
		inA := area(a, err)
		b, err := EvenOdd(shape(y))
		inB := area(b, err)
		both := area(Intersection(a, b))
		if got := area(Union(a, b)); math.Abs(got+both-inA-inB) > 1e-4 {
			t.Errorf("union %v, intersection %v of %v and %v", got, both, inA, inB)
		}
		if got := area(Difference(a, b)); math.Abs(got+both-inA) > 1e-4 {
			t.Errorf("difference %v, intersection %v of %v", got, both, inA)
		}
		if again, err := EvenOdd(a); err != nil || math.Abs(planar.Area(again)-inA) > 1e-4 {
			t.Errorf("even-odd twice: %v, once %v (%v)", planar.Area(again), inA, err)
		}
	})
}
