package demo

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// version is a generation of QPV.
type version int

const (
	v2015 version = iota
	v2024
)

func (v version) String() string { return []string{"2015", "2024"}[v] }

// quarter is a QPV of one version.
type quarter struct {
	version    version
	code, name string
	shape      orb.MultiPolygon
	bound      orb.Bound
	communes   []*commune
}

// drawQuarters places the QPV of a département: some kept as they were in 2015,
// most changed, some left, some new; one over two communes of two Missions
// Locales, one with a hole, one in two parts.
func (t *territory) drawQuarters(d *departement) {
	rng := t.random("qpv " + d.code)
	var homes []*commune // those that may hold one, the largest first
	for _, c := range d.communes {
		if !c.ml.rural {
			homes = append(homes, c)
		}
	}
	slices.SortStableFunc(homes, func(a, b *commune) int { return cmp.Compare(b.want, a.want) })
	addresses := 0
	for _, c := range d.communes {
		addresses += c.want
	}
	n := min(max(8, addresses/14000), 40)
	homes = homes[:min(len(homes), max(4, n/2))]
	var taken []orb.Point
	names := map[string]bool{}
	n2015, n2024 := 0, 0
	for i := range n {
		var parts []*commune
		var at orb.Point
		radius := 170 + 200*rng.Float64()
		if a, b, p, ok := t.frontier(d); i == 0 && ok {
			parts, at, radius = []*commune{a, b}, p, 330
		} else {
			c := homes[min(rng.IntN(len(homes)), rng.IntN(len(homes)))]
			p, ok := t.site(rng, c, radius*1.7, taken)
			if !ok {
				continue
			}
			parts, at = []*commune{c}, p
		}
		taken = append(taken, at)
		name := pickOf(rng, quarters)
		if names[name] {
			name += " – " + parts[0].name
		}
		names[name] = true
		before := blob(rng, at, radius)
		kind := rng.IntN(100)
		if i < 6 {
			kind = []int{50, 0, 90, 97, 60, 40}[i] // every kind in the smallest territory
		}
		after := before
		letter := "I"
		switch {
		case kind < 25:
		case kind < 85:
			letter, after = "M", reshape(rng, before, at)
		case kind < 95:
			letter, before = "N", nil
		default:
			after = nil
		}
		if after != nil && i == 4 {
			after = pierce(after, at)
		}
		if after != nil && i == 5 {
			if p, ok := t.site(rng, parts[0], 160, taken); ok {
				after = append(after, blob(rng, p, 110)...)
				taken = append(taken, p)
			}
		}
		if before != nil {
			n2015++
			t.add(d, v2015, fmt.Sprintf("QP%s%03d", d.number, n2015), name, before, parts)
		}
		if after != nil {
			n2024++
			t.add(d, v2024, fmt.Sprintf("QN%s%02d%s", d.number, n2024, letter), name, after, parts)
		}
	}
}

func (t *territory) add(d *departement, v version, code, name string, shape orb.MultiPolygon, parts []*commune) {
	q := &quarter{v, code, name, shape, shape.Bound(), parts}
	d.quarters = append(d.quarters, q)
	t.quarters = append(t.quarters, q)
	for _, c := range parts {
		c.quarters = append(c.quarters, q)
	}
}

// frontier finds the two neighbours of different Missions Locales, neither rural,
// that hold most people, and the middle of their common border.
func (t *territory) frontier(d *departement) (a, b *commune, at orb.Point, ok bool) {
	best := 0
	for _, c := range d.communes {
		for _, step := range [][2]int{{1, 0}, {0, 1}} {
			o := t.byCell[[2]int{c.gx + step[0], c.gy + step[1]}]
			if o == nil || o.dep != d || o.ml == c.ml || o.ml.rural || c.ml.rural || min(c.want, o.want) <= best {
				continue
			}
			best, a, b, ok = min(c.want, o.want), c, o, true
			line := t.edge(o.gx, o.gy, step[1], step[0]) // their border starts at the neighbour's corner
			at = line[len(line)/2]
		}
	}
	return a, b, at, ok
}

// site finds a place for a circle of so many metres in a commune, apart from others.
func (t *territory) site(rng *rand.Rand, c *commune, radius float64, taken []orb.Point) (orb.Point, bool) {
	for range 60 {
		s := urbanSpread(c)
		p := moved(c.centre, rng.NormFloat64()*s*1.2, rng.NormFloat64()*s*1.2)
		ok := true
		for k := range 12 {
			sin, cos := math.Sincos(float64(k) * math.Pi / 6)
			ok = ok && inRing(c.ring, moved(p, radius*cos, radius*sin))
		}
		for _, o := range taken {
			x, y := between(p, o)
			ok = ok && math.Hypot(x, y) > radius+450
		}
		if ok {
			return p, true
		}
	}
	return orb.Point{}, false
}

// blob returns a polygon of about that radius, in metres, with a wavy border.
func blob(rng *rand.Rand, at orb.Point, radius float64) orb.MultiPolygon {
	n := 10 + rng.IntN(12)
	var r orb.Ring
	for k := range n {
		sin, cos := math.Sincos(2 * math.Pi * (float64(k) + .5*rng.Float64()) / float64(n))
		m := radius * (.72 + .5*rng.Float64())
		p := moved(at, m*cos, m*sin)
		r = append(r, orb.Point{micro(p[0]), micro(p[1])})
	}
	return orb.MultiPolygon{{append(r, r[0])}}
}

// reshape moves the border of a QPV as the review of 2024 did: some sides out,
// some in.
func reshape(rng *rand.Rand, m orb.MultiPolygon, at orb.Point) orb.MultiPolygon {
	from := m[0][0]
	r := make(orb.Ring, 0, len(from))
	k := .85 + .35*rng.Float64()
	lo := rng.IntN(len(from))
	for i, p := range from[:len(from)-1] {
		if (i+len(from)-lo)%len(from) < len(from)/2 { // half of the border changes
			x, y := between(at, p)
			p = moved(at, x*k, y*k)
		}
		r = append(r, orb.Point{micro(p[0]), micro(p[1])})
	}
	return orb.MultiPolygon{{append(r, r[0])}}
}

// pierce leaves a hole of 60 m about the middle.
func pierce(m orb.MultiPolygon, at orb.Point) orb.MultiPolygon {
	var hole orb.Ring
	for k := range 6 {
		sin, cos := math.Sincos(-2 * math.Pi * float64(k) / 6)
		p := moved(at, 60*cos, 60*sin)
		hole = append(hole, orb.Point{micro(p[0]), micro(p[1])})
	}
	out := m.Clone()
	out[0] = append(out[0], append(hole, hole[0]))
	return out
}

// holds reports whether the QPV holds a point, and the metres to its border,
// positive inside. It is written apart from the product's own index, whose
// answers the truth is there to check.
func (q *quarter) holds(p orb.Point) (in bool, metres float64) {
	metres = math.Inf(1)
	for _, poly := range q.shape {
		odd := false
		for _, r := range poly {
			odd = odd != inRing(r, p)
			for i := 1; i < len(r); i++ {
				ax, ay := between(p, r[i-1])
				bx, by := between(p, r[i])
				metres = min(metres, toSegment(ax, ay, bx, by))
			}
		}
		in = in || odd
	}
	if !in {
		metres = -metres
	}
	return in, metres
}

// toSegment returns the distance from the origin to a segment.
func toSegment(ax, ay, bx, by float64) float64 {
	dx, dy := bx-ax, by-ay
	l := dx*dx + dy*dy
	k := 0.0
	if l > 0 {
		k = max(0, min(1, -(ax*dx+ay*dy)/l))
	}
	return math.Hypot(ax+k*dx, ay+k*dy)
}

// place says which QPV of a version hold a point, and the metres to the nearest
// border (positive inside), within the QPV of a département.
func (d *departement) place(v version, p orb.Point) (codes string, metres float64) {
	metres = math.Inf(-1)
	var in []string
	for _, q := range d.quarters {
		if q.version != v {
			continue
		}
		inside, m := q.holds(p)
		if inside {
			in = append(in, q.code)
		}
		if len(in) == 0 && m > metres || inside {
			metres = m
		}
	}
	return strings.Join(in, "|"), metres
}
