package geo_test

import (
	"fmt"
	"math"
	"math/big"
	"math/cmplx"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"perimetre/geo"
)

// ratSide is the oracle: even-odd in each part by rational numbers, without any
// rounding, every edge looked at.
func ratSide(mp orb.MultiPolygon, p orb.Point) geo.Side {
	rat := func(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }
	px, py := rat(p[0]), rat(p[1])
	in := false
	for _, poly := range mp {
		odd := false
		for k, ring := range poly {
			n := len(ring)
			distinct := map[orb.Point]bool{}
			for _, q := range ring {
				distinct[q] = true
			}
			if len(distinct) < 3 { // no ring; without an outline, no part
				if k == 0 {
					break
				}
				continue
			}
			for i := range n {
				a, b := ring[i], ring[(i+1)%n]
				if a == b {
					if a == p {
						return geo.OnEdge
					}
					continue
				}
				ax, ay, bx, by := rat(a[0]), rat(a[1]), rat(b[0]), rat(b[1])
				// cross = (b − a) × (p − a)
				cross := new(big.Rat).Sub(
					new(big.Rat).Mul(new(big.Rat).Sub(bx, ax), new(big.Rat).Sub(py, ay)),
					new(big.Rat).Mul(new(big.Rat).Sub(by, ay), new(big.Rat).Sub(px, ax)))
				if cross.Sign() == 0 && px.Cmp(ratMin(ax, bx)) >= 0 && px.Cmp(ratMax(ax, bx)) <= 0 && py.Cmp(ratMin(ay, by)) >= 0 && py.Cmp(ratMax(ay, by)) <= 0 {
					return geo.OnEdge
				}
				// The abscissa of the edge at the height of p, compared with p's.
				if (ay.Cmp(py) <= 0) == (by.Cmp(py) <= 0) {
					continue
				}
				t := new(big.Rat).Quo(new(big.Rat).Sub(py, ay), new(big.Rat).Sub(by, ay))
				x := new(big.Rat).Add(ax, t.Mul(t, new(big.Rat).Sub(bx, ax)))
				if x.Cmp(px) < 0 {
					odd = !odd
				}
			}
		}
		in = in || odd
	}
	if in {
		return geo.Inside
	}
	return geo.Outside
}

func ratMin(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

func ratMax(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) > 0 {
		return a
	}
	return b
}

// checkSides compares an index with the oracle at points, by every way in.
func checkSides(t interface{ Fatalf(string, ...any) }, shapes []orb.MultiPolygon, points []orb.Point) {
	index := geo.NewPolygons(shapes)
	for _, p := range points {
		var want []geo.Hit
		for i, s := range shapes {
			side := ratSide(s, p)
			if got := index.Side(i, p); got != side {
				t.Fatalf("polygon %v at %v: side %d, want %d", s, p, got, side)
			}
			if side != geo.Outside {
				want = append(want, geo.Hit{Polygon: i, OnEdge: side == geo.OnEdge})
			}
		}
		if got := index.At(p, nil); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("polygons %v at %v: %v, want %v", shapes, p, got, want)
		}
	}
}

func TestSidesAdversarial(t *testing.T) {
	hole := orb.MultiPolygon{{
		{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}},
		{{4, 4}, {6, 4}, {6, 6}, {4, 6}, {4, 4}},
	}}
	tiny := math.Nextafter(5, 6)
	for _, c := range []struct {
		name  string
		shape orb.MultiPolygon
		at    map[orb.Point]geo.Side
	}{
		{"hole", hole, map[orb.Point]geo.Side{{1, 1}: geo.Inside, {5, 5}: geo.Outside, {4, 5}: geo.OnEdge, {6, 6}: geo.OnEdge, {10, 10}: geo.OnEdge, {11, 10}: geo.Outside, {5, 0}: geo.OnEdge, {-1, 0}: geo.Outside, {-1, 4}: geo.Outside}},
		{"hole one float wide", orb.MultiPolygon{{{{0, 0}, {10, 0}, {10, 10}, {0, 10}}, {{5, 4}, {tiny, 4}, {tiny, 6}, {5, 6}}}}, map[orb.Point]geo.Side{{5, 5}: geo.OnEdge, {tiny, 5}: geo.OnEdge, {math.Nextafter(5, 4), 5}: geo.Inside, {math.Nextafter(tiny, 6), 5}: geo.Inside}},
		{"two parts", append(square(0, 0, 1, 1), square(3, 0, 1, 1)...), map[orb.Point]geo.Side{{0.5, 0.5}: geo.Inside, {2, 0.5}: geo.Outside, {3.5, 0.5}: geo.Inside, {1, 0.5}: geo.OnEdge}},
		{"two parts that overlap", append(square(0, 0, 2, 2), square(1, 0, 2, 2)...), map[orb.Point]geo.Side{{1.5, 1}: geo.Inside, {0.5, 1}: geo.Inside}},
		{"spike up from the top edge", orb.MultiPolygon{{{{0, 0}, {4, 0}, {4, 2}, {2, 2}, {2, 5}, {2, 2}, {0, 2}, {0, 0}}}}, map[orb.Point]geo.Side{{1, 1}: geo.Inside, {2, 4}: geo.OnEdge, {2, 5}: geo.OnEdge, {1, 4}: geo.Outside, {3, 2}: geo.OnEdge, {1, 5}: geo.Outside}},
		{"horizontal edges level with the point", orb.MultiPolygon{{{{0, 0}, {6, 0}, {6, 4}, {4, 4}, {4, 2}, {2, 2}, {2, 4}, {0, 4}, {0, 0}}}}, map[orb.Point]geo.Side{{1, 2}: geo.Inside, {3, 2}: geo.OnEdge, {5, 2}: geo.Inside, {3, 3}: geo.Outside, {-1, 2}: geo.Outside, {7, 2}: geo.Outside, {3, 4}: geo.Outside}},
		{"vertices level with the point", orb.MultiPolygon{{{{0, 0}, {2, 2}, {4, 0}, {6, 2}, {4, 4}, {2, 2.5}, {0, 4}, {-2, 2}, {0, 0}}}}, map[orb.Point]geo.Side{{0, 2}: geo.Inside, {-3, 2}: geo.Outside, {2, 2}: geo.OnEdge, {6, 2}: geo.OnEdge, {7, 2}: geo.Outside, {4, 2}: geo.Inside, {-3, 0}: geo.Outside, {2, 0}: geo.Outside}},
		{"unclosed ring with a repeated vertex", orb.MultiPolygon{{{{0, 0}, {2, 0}, {2, 0}, {2, 2}, {0, 2}}}}, map[orb.Point]geo.Side{{1, 1}: geo.Inside, {0, 1}: geo.OnEdge, {2, 0}: geo.OnEdge}},
		{"all points on a line", orb.MultiPolygon{{{{0, 0}, {1, 1}, {2, 2}, {0, 0}}}}, map[orb.Point]geo.Side{{1, 1}: geo.OnEdge, {1.5, 1.5}: geo.OnEdge, {1, 0}: geo.Outside}},
		{"nothing", nil, map[orb.Point]geo.Side{{0, 0}: geo.Outside}},
		{"a ring of two points", orb.MultiPolygon{{{{0, 0}, {1, 1}}}}, map[orb.Point]geo.Side{{0, 0}: geo.Outside}},
	} {
		t.Run(c.name, func(t *testing.T) {
			index := geo.NewPolygons([]orb.MultiPolygon{c.shape})
			for p, want := range c.at {
				if got := index.Side(0, p); got != want {
					t.Errorf("%v: side %d, want %d", p, got, want)
				}
				if got := index.At(p, nil); (len(got) == 1) != (want != geo.Outside) || len(got) == 1 && got[0].OnEdge != (want == geo.OnEdge) {
					t.Errorf("%v: %v, want side %d", p, got, want)
				}
			}
		})
	}
}

// Points almost on an edge, where plain arithmetic errs: one float beside it.
func TestSidesOneFloatFromAnEdge(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		at := func() orb.Point { return orb.Point{3 + rnd.Float64()/10, 50 + rnd.Float64()/10} }
		a, b, c := at(), at(), at()
		shape := orb.MultiPolygon{{{a, b, c, a}}}
		var points []orb.Point
		for range 20 {
			f := rnd.Float64()
			p := orb.Point{a[0] + f*(b[0]-a[0]), a[1] + f*(b[1]-a[1])}
			points = append(points, p, orb.Point{math.Nextafter(p[0], 0), p[1]}, orb.Point{p[0], math.Nextafter(p[1], 90)})
		}
		mid := orb.Point{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2}
		checkSides(t, []orb.MultiPolygon{shape}, append(points, mid, a, b, c))
	}
}

// Small whole numbers make every degenerate case likely: points on vertices and
// edges, edges that overlap, horizontal runs, rings that cross themselves.
func TestSidesOnALattice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale := rapid.SampledFrom([]float64{1, 0.0001, 0.00137}).Draw(t, "scale")
		coord := rapid.Map(rapid.IntRange(0, 7), func(i int) float64 { return float64(i) * scale })
		point := rapid.Custom(func(t *rapid.T) orb.Point { return orb.Point{coord.Draw(t, "x"), coord.Draw(t, "y")} })
		ring := rapid.Map(rapid.SliceOfN(point, 3, 30), func(p []orb.Point) orb.Ring { return p })
		poly := rapid.Map(rapid.SliceOfN(ring, 1, 3), func(r []orb.Ring) orb.Polygon { return r })
		shape := rapid.Map(rapid.SliceOfN(poly, 1, 2), func(p []orb.Polygon) orb.MultiPolygon { return p })
		shapes := rapid.SliceOfN(shape, 1, 3).Draw(t, "shapes")
		half := rapid.Custom(func(t *rapid.T) orb.Point {
			return orb.Point{float64(rapid.IntRange(-1, 15).Draw(t, "x")) * scale / 2, float64(rapid.IntRange(-1, 15).Draw(t, "y")) * scale / 2}
		})
		checkSides(t, shapes, rapid.SliceOfN(half, 1, 12).Draw(t, "points"))
	})
}

// star is a valid polygon of n vertices round a centre, with a hole when asked.
func star(rnd *rand.Rand, c orb.Point, metres float64, n int, hole bool) orb.MultiPolygon {
	mx, my := geo.MetresPerDegree(c[1])
	ring := func(r float64) orb.Ring {
		var out orb.Ring
		for k := range n {
			a := 2 * math.Pi * float64(k) / float64(n)
			d := r * (0.6 + 0.4*rnd.Float64())
			out = append(out, orb.Point{c[0] + d*math.Cos(a)/mx, c[1] + d*math.Sin(a)/my})
		}
		return append(out, out[0])
	}
	p := orb.Polygon{ring(metres)}
	if hole {
		p = append(p, ring(metres*0.4))
	}
	return orb.MultiPolygon{p}
}

// The real perimeters are coarse: rounded to four decimals, with repeated
// vertices. Vertices, middles of edges and cell corners are the hard points.
func TestSidesOnRealPerimeters(t *testing.T) {
	var shapes []orb.MultiPolygon
	for _, f := range realFeatures(t, "qpv/qpv2024-france.geojson.gz") {
		if f.Properties["insee_dep"] == "59" || f.Properties["insee_dep"] == "974" {
			shapes = append(shapes, f.shape(t))
		}
	}
	index := geo.NewPolygons(shapes)
	n := 0
	for i, s := range shapes {
		for _, poly := range s {
			for _, r := range poly {
				for k := 0; k+1 < len(r); k += 60 {
					for _, p := range []orb.Point{r[k], {(r[k][0] + r[k+1][0]) / 2, (r[k][1] + r[k+1][1]) / 2}, {r[k][0], r[k+1][1]}} {
						want := ratSide(s, p)
						if got := index.Side(i, p); got != want {
							t.Fatalf("polygon %d at %v: side %d, want %d", i, p, got, want)
						}
						found := false
						for _, h := range index.At(p, nil) {
							found = found || h.Polygon == i && h.OnEdge == (want == geo.OnEdge)
						}
						if found != (want != geo.Outside) {
							t.Fatalf("polygon %d at %v: side %d missed among %v", i, p, want, index.At(p, nil))
						}
						n++
					}
				}
			}
		}
	}
	if n < 500 {
		t.Fatalf("only %d points", n)
	}
}

// flatDistance is the oracle of distances: every edge, on the plane tangent to
// the ellipsoid at p, through geocentric coordinates.
func flatDistance(mp orb.MultiPolygon, p orb.Point) float64 {
	const a, f = 6378137.0, 1 / 298.257222101
	cart := func(q orb.Point) [3]float64 {
		lon, lat := q[0]*math.Pi/180, q[1]*math.Pi/180
		e2 := f * (2 - f)
		n := a / math.Sqrt(1-e2*math.Sin(lat)*math.Sin(lat))
		return [3]float64{n * math.Cos(lat) * math.Cos(lon), n * math.Cos(lat) * math.Sin(lon), n * (1 - e2) * math.Sin(lat)}
	}
	lon, lat := p[0]*math.Pi/180, p[1]*math.Pi/180
	o := cart(p)
	flat := func(q orb.Point) complex128 {
		c := cart(q)
		dx, dy, dz := c[0]-o[0], c[1]-o[1], c[2]-o[2]
		return complex(-math.Sin(lon)*dx+math.Cos(lon)*dy, -math.Sin(lat)*math.Cos(lon)*dx-math.Sin(lat)*math.Sin(lon)*dy+math.Cos(lat)*dz)
	}
	best := math.Inf(1)
	for _, poly := range mp {
		for _, r := range poly {
			for i := range r {
				u, v := flat(r[i]), flat(r[(i+1)%len(r)])
				if cmplx.Abs(u)-cmplx.Abs(v-u) > best {
					continue
				}
				// Ternary search: no formula in common with the index.
				lo, hi := 0.0, 1.0
				at := func(t float64) float64 { q := u + complex(t, 0)*(v-u); return math.Hypot(real(q), imag(q)) }
				for range 60 {
					m1, m2 := lo+(hi-lo)/3, hi-(hi-lo)/3
					if at(m1) < at(m2) {
						hi = m2
					} else {
						lo = m1
					}
				}
				best = math.Min(best, at((lo+hi)/2))
			}
		}
	}
	return best
}

func TestSignedDistances(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	var shapes []orb.MultiPolygon
	for k := range 40 {
		shapes = append(shapes, star(rnd, orb.Point{3 + 0.1*rnd.Float64(), 50.5 + 0.1*rnd.Float64()}, 100+400*rnd.Float64(), 3+rnd.IntN(300), k%2 == 0))
	}
	index := geo.NewPolygons(shapes)
	inside, near, far, none := 0, 0, 0, 0
	for range 600 {
		p := orb.Point{2.95 + 0.2*rnd.Float64(), 50.45 + 0.2*rnd.Float64()}
		reach := []float64{300, geo.Reach}[rnd.IntN(2)]
		want, ok := -math.Inf(1), false
		for _, s := range shapes {
			d := flatDistance(s, p)
			switch {
			case s.Bound().Contains(p) && ratSide(s, p) != geo.Outside:
				if want < 0 {
					want, ok = d, true
				}
				want = math.Max(want, d)
			case want < 0 && -d > want && d < reach:
				want, ok = -d, true
			}
		}
		got, found := index.SignedDistance(p, reach)
		if found != ok {
			t.Fatalf("%v within %.0f m: found %v, want %v (%.2f m)", p, reach, found, ok, want)
		}
		if !ok {
			none++
			continue
		}
		// 1 cm near, 0.05 % far: the choice of the border is made on a plane.
		if tolerance := math.Max(0.01, math.Abs(want)*0.0005); math.Abs(got.Metres-want) > tolerance {
			t.Fatalf("%v: %.3f m, want %.3f m", p, got.Metres, want)
		}
		d, within := index.BorderDistance(got.Polygon, p, math.Abs(got.Metres)+1)
		if !within || math.Abs(d-math.Abs(got.Metres)) > 1e-6 {
			t.Fatalf("%v: border of %d at %.3f m (%v), signed %.3f m", p, got.Polygon, d, within, got.Metres)
		}
		switch {
		case want >= 0:
			inside++
		case want > -300:
			near++
		default:
			far++
		}
	}
	if inside < 20 || near < 20 || far < 20 || none < 20 {
		t.Errorf("cases not all met: %d inside, %d near, %d far, %d beyond", inside, near, far, none)
	}
}

func TestEquallyNearBordersGiveTheFirst(t *testing.T) {
	// Two zones share the edge x = 1: a point level with its end is as near to both.
	index := geo.NewPolygons([]orb.MultiPolygon{square(3.01, 50, 0.01, 0.01), square(3, 50, 0.01, 0.01)})
	if s, ok := index.SignedDistance(orb.Point{3.01, 50.011}, 300); !ok || s.Polygon != 0 {
		t.Errorf("%+v %v", s, ok)
	}
	if s, ok := index.SignedDistance(orb.Point{3.01, 50.005}, 300); !ok || s.Polygon != 0 || s.Metres != 0 {
		t.Errorf("on the shared edge: %+v %v", s, ok)
	}
}

func TestLookupsDoNotAllocate(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 10))
	near := []orb.MultiPolygon{star(rnd, orb.Point{3, 50}, 500, 200, true), star(rnd, orb.Point{3.01, 50}, 500, 200, false)}
	for name, shapes := range map[string][]orb.MultiPolygon{
		"by cells": near,
		"by boxes": append(near, square(-5, 42, 12, 9)), // too wide for cells
	} {
		index := geo.NewPolygons(shapes)
		var room [8]geo.Hit
		i := 0
		at := func() orb.Point { i++; return orb.Point{2.98 + float64(i%50)/1000, 49.99 + float64(i%20)/1000} }
		for range 1000 { // makes what is made once
			index.SignedDistance(at(), geo.Reach)
		}
		if n := testing.AllocsPerRun(2000, func() { index.At(at(), room[:0]) }); n != 0 {
			t.Errorf("%s: At allocates %v", name, n)
		}
		if n := testing.AllocsPerRun(2000, func() { index.SignedDistance(at(), geo.Reach) }); n != 0 {
			t.Errorf("%s: SignedDistance allocates %v", name, n)
		}
	}
}

func TestFirstLookupsTogether(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 12))
	var shapes []orb.MultiPolygon
	for range 50 {
		shapes = append(shapes, star(rnd, orb.Point{3 + rnd.Float64()/20, 50 + rnd.Float64()/20}, 300, 100, false))
	}
	index := geo.NewPolygons(shapes)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for k := range 500 {
				p := orb.Point{3 + float64((k*37+g)%100)/2000, 50 + float64((k*11+g)%100)/2000}
				index.At(p, nil)
				index.SignedDistance(p, geo.Reach)
			}
		})
	}
	wg.Wait()
}

func TestNotANumberIsOutside(t *testing.T) {
	nan := math.NaN()
	for _, shapes := range [][]orb.MultiPolygon{{square(0, 0, 1, 1)}, {square(-170, -80, 340, 160)}} {
		index := geo.NewPolygons(shapes)
		for _, p := range []orb.Point{{nan, 0.5}, {0.5, nan}, {math.Inf(1), 0.5}, {0.5, math.Inf(-1)}} {
			if hits := index.At(p, nil); len(hits) > 0 || index.Side(0, p) != geo.Outside {
				t.Errorf("%v is in %v", p, hits)
			}
			if s, ok := index.SignedDistance(p, geo.Reach); ok {
				t.Errorf("%v is %v m off", p, s.Metres)
			}
		}
	}
}
