package geo_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/fault"
)

func TestRepair(t *testing.T) {
	unit := geo.Area(square(3, 50, 0.01, 0.01))
	at := func(x, y float64) orb.Point { return orb.Point{3 + x/100, 50 + y/100} }
	ring := func(p ...orb.Point) orb.Ring { return p }
	for _, c := range []struct {
		name string
		in   orb.MultiPolygon
		want geo.Repairs // without AreaChange
		area float64     // in units
	}{
		{"nothing wrong", square(3, 50, 0.01, 0.01), geo.Repairs{}, 1},
		{"unclosed ring", orb.MultiPolygon{{ring(at(0, 0), at(1, 0), at(1, 1), at(0, 1))}}, geo.Repairs{Unclosed: 1}, 1},
		{"bow tie", orb.MultiPolygon{{ring(at(0, 0), at(1, 1), at(1, 0), at(0, 1), at(0, 0))}}, geo.Repairs{Crossing: true}, 0.5},
		{"unclosed bow tie", orb.MultiPolygon{{ring(at(0, 0), at(1, 1), at(1, 0), at(0, 1))}}, geo.Repairs{Unclosed: 1, Crossing: true}, 0.5},
		{"spike", orb.MultiPolygon{{ring(at(0, 0), at(1, 0), at(1, 1), at(0.5, 1), at(0.5, 3), at(0.5, 1), at(0, 1), at(0, 0))}}, geo.Repairs{Touching: true}, 1},
		{"hole with two points", orb.MultiPolygon{{ring(at(0, 0), at(1, 0), at(1, 1), at(0, 1), at(0, 0)), ring(at(0.2, 0.2), at(0.3, 0.3), at(0.2, 0.2))}}, geo.Repairs{Short: 1}, 1},
		{"hole half out of its outline", orb.MultiPolygon{{ring(at(0, 0), at(1, 0), at(1, 1), at(0, 1), at(0, 0)), ring(at(0.5, 0.25), at(1.5, 0.25), at(1.5, 0.75), at(0.5, 0.75), at(0.5, 0.25))}}, geo.Repairs{Crossing: true}, 1}, // even-odd
		{"ring that touches itself", orb.MultiPolygon{{ring(at(0, 0), at(1, 0), at(1, 1), at(0.5, 0), at(0, 1), at(0, 0))}}, geo.Repairs{Touching: true}, 0.5},
		{"parts that overlap", append(square(3, 50, 0.01, 0.01), square(3.005, 50.005, 0.01, 0.01)...), geo.Repairs{Crossing: true}, 1.5}, // even-odd
		{"repeated vertices are allowed", orb.MultiPolygon{{ring(at(0, 0), at(1, 0), at(1, 0), at(1, 1), at(0, 1), at(0, 0))}}, geo.Repairs{}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, did, err := geo.Repair(c.in)
			if err != nil {
				t.Fatal(err)
			}
			did.AreaChange = 0
			if did != c.want || did.Any() != (c.want != geo.Repairs{}) {
				t.Errorf("repairs %+v, want %+v", did, c.want)
			}
			if a := geo.Area(got) / unit; math.Abs(a-c.area) > 0.001 {
				t.Errorf("area %.4f, want %.4f", a, c.area)
			}
			if _, again, err := geo.Repair(got); again.Any() || err != nil {
				t.Errorf("a second repair finds %+v, %v", again, err)
			}
			// A point keeps the side that the even-odd rule gives it.
			for i := range 40 {
				p := at(float64(i%8)*0.21-0.13, float64(i/8)*0.23-0.07)
				if before, after := ratSide(c.in, p), ratSide(got, p); before != after && len(c.in[0]) == 1 && len(c.in) == 1 {
					t.Errorf("%v: side %d became %d", p, before, after)
				}
			}
		})
	}
	for name, in := range map[string]orb.MultiPolygon{
		"no ring":         {},
		"no outline":      {{ring(at(0, 0), at(1, 1), at(0, 0))}},
		"no surface":      {{ring(orb.Point{0, 0}, orb.Point{1, 1}, orb.Point{2, 2}, orb.Point{0, 0})}},
		"not a number":    {{ring(at(0, 0), orb.Point{math.NaN(), 50}, at(1, 1), at(0, 0))}},
		"beyond numbers":  {{ring(at(0, 0), orb.Point{math.Inf(1), 50}, at(1, 1), at(0, 0))}},
		"opposite limits": {{ring(at(0, 0), orb.Point{math.Inf(1), math.Inf(-1)}, at(1, 1), at(0, 0))}},
	} {
		if _, _, err := geo.Repair(in); fault.KindOf(err) != fault.Input || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOverlays(t *testing.T) {
	a, b := square(3, 50, 0.02, 0.01), square(3.01, 50, 0.02, 0.01)
	bowTie := orb.MultiPolygon{{{{3, 50}, {3.01, 50.01}, {3.01, 50}, {3, 50.01}, {3, 50}}}}
	unit := geo.Area(square(3, 50, 0.01, 0.01))
	area := func(mp orb.MultiPolygon, err error) float64 {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return geo.Area(mp) / unit
	}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"union", area(geo.Union(a, b)), 3},
		{"union of none", area(geo.Union()), 0},
		{"union with an empty one", area(geo.Union(a, nil)), 2},
		{"intersection", area(geo.Intersection(a, b)), 1},
		{"intersection along an edge", area(geo.Intersection(square(3, 50, 0.01, 0.01), square(3.01, 50, 0.01, 0.01))), 0},
		{"intersection with none", area(geo.Intersection(a, nil)), 0},
		{"difference", area(geo.Difference(a, b)), 1},
		{"intersection with a bow tie", area(geo.Intersection(bowTie, square(3, 50, 0.01, 0.01))), 0.5},
		{"difference with a bow tie", area(geo.Difference(square(3, 50, 0.01, 0.01), bowTie)), 0.5},
		{"difference with itself", area(geo.Difference(a, a)), 0},
	} {
		if math.Abs(c.got-c.want) > 1e-6 {
			t.Errorf("%s: %.6f units, want %.0f", c.name, c.got, c.want)
		}
	}
}

func TestBufferInMetres(t *testing.T) {
	side := 1000.0
	mx, my := geo.MetresPerDegree(50)
	s := square(3, 50-side/my/2, side/mx, side/my) // 1 km by 1 km, centred on 50°
	for _, metres := range []float64{100, -100, 25, -499} {
		got, err := geo.Buffer(s, metres)
		if err != nil {
			t.Fatal(err)
		}
		want := (side + 2*metres) * (side + 2*metres)
		if metres > 0 {
			want = side*side + 4*side*metres + math.Pi*metres*metres
		}
		if a := geo.Area(got); math.Abs(a-want) > 0.002*want+50 {
			t.Errorf("by %.0f m: %.0f m², want %.0f", metres, a, want)
		}
	}
	if got, err := geo.Buffer(s, -501); err != nil || len(got) != 0 {
		t.Errorf("shrunk away: %v, %v", got, err)
	}
	if got, err := geo.Buffer(nil, 10); err != nil || len(got) != 0 {
		t.Errorf("nothing grows to %v, %v", got, err)
	}
}

// The QPV file of 2024 crosses itself in places: all of it is repaired, and the
// territory hardly moves.
func TestRepairOfOfficialFile(t *testing.T) {
	crossing, wrong, region := 0, 0, 0
	for _, f := range realFeatures(t, "qpv/qpv2024-france.geojson.gz") {
		shape := f.shape(t)
		got, did, err := geo.Repair(shape)
		if err != nil {
			t.Fatal(f.Properties["code_qp"], err)
		}
		if _, again, err := geo.Repair(got); again.Any() || err != nil {
			t.Errorf("%s is not valid after repair: %+v %v", f.Properties["code_qp"], again, err)
		}
		if did.Any() {
			wrong++
		}
		if did.Crossing {
			crossing++
			switch f.Properties["insee_dep"] {
			case "02", "59", "60", "62", "80":
				region++
			}
			if did.AreaChange > 0.02*geo.Area(got)+100 {
				t.Errorf("%s: repair moved %.0f m² of %.0f", f.Properties["code_qp"], did.AreaChange, geo.Area(got))
			}
		}
	}
	if region != 16 {
		t.Errorf("%d perimeters of the region cross themselves (%d in France), want 16", region, crossing)
	}
	if wrong != 586 { // what GEOS, asked by GDAL, says is not valid
		t.Errorf("%d repaired in France, want 586", wrong)
	}
}
