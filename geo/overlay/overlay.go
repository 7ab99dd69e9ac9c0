// Package overlay unions, intersects and subtracts polygons in Go, on a grid of whole
// numbers, so that every build of the program gives the same bytes.
//
// Edges are cut where they meet, each piece learns how many times each operand covers its
// two sides, and the pieces between what is kept and what is not are tied into rings. Every
// test of a side is exact; only the points where two edges cross are rounded, to the grid:
// a few millionths of the largest side of what is overlaid.
package overlay

import (
	"errors"
	"math"

	"github.com/paulmach/orb"
)

// errEndless is what no known polygons give: edges that still meet after many cuts.
var errEndless = errors.New("contours impossibles à superposer")

// Union returns the territory of all the multipolygons together. Operands are valid, here
// and below: rings do not cross, the first of a polygon is its outline.
func Union(parts ...orb.MultiPolygon) (orb.MultiPolygon, error) {
	var all orb.MultiPolygon
	for _, p := range parts {
		all = append(all, p...)
	}
	return run(all, nil, true, func(in [2]int) bool { return in[0] > 0 })
}

// Intersection returns the territory common to a and b, without the lines and points where
// they only touch.
func Intersection(a, b orb.MultiPolygon) (orb.MultiPolygon, error) {
	if !a.Bound().Intersects(b.Bound()) {
		return nil, nil
	}
	return run(a, b, true, func(in [2]int) bool { return in[0] > 0 && in[1] > 0 })
}

// Difference returns the territory of a that is not in b.
func Difference(a, b orb.MultiPolygon) (orb.MultiPolygon, error) {
	return run(a, b, true, func(in [2]int) bool { return in[0] > 0 && in[1] <= 0 })
}

// EvenOdd returns a valid multipolygon of the points that an odd number of rings surround,
// for rings that may cross one another and themselves.
func EvenOdd(mp orb.MultiPolygon) (orb.MultiPolygon, error) {
	return run(mp, nil, false, func(in [2]int) bool { return in[0]&1 != 0 })
}

// run overlays a and b and keeps the faces that keep chooses by how many times each covers
// them. With oriented, rings are turned so that outlines count one and holes take one away.
func run(a, b orb.MultiPolygon, oriented bool, keep func(in [2]int) bool) (orb.MultiPolygon, error) {
	g := newGrid(a, b)
	var edges []edge
	for operand, mp := range []orb.MultiPolygon{a, b} {
		for _, poly := range mp {
			for i, r := range poly {
				edges = g.addRing(edges, r, operand, oriented, i > 0)
			}
		}
	}
	edges, err := cutAll(edges)
	if err != nil {
		return nil, err
	}
	return g.polygons(rings(borders(edges, keep))), nil
}

// point is a node of the grid; coordinates are from 0 to span.
type point struct{ x, y int64 }

// span keeps the products of two differences of doubled coordinates within 64 bits.
const span = 1 << 29

func (p point) before(q point) bool { return p.x < q.x || p.x == q.x && p.y < q.y }

// side is positive when r is left of the way from p to q, 0 on its line.
func side(p, q, r point) int64 { return (q.x-p.x)*(r.y-p.y) - (q.y-p.y)*(r.x-p.x) }

// edge goes from p to q, p before q. over is what going from its right, which is below, to
// its left adds to the number of times that each operand covers.
type edge struct {
	p, q point
	over [2]int
}

// grid places coordinates on nodes, and gives back the coordinates of the vertices read.
type grid struct {
	origin orb.Point
	scale  float64
	read   map[point]orb.Point
}

func newGrid(a, b orb.MultiPolygon) *grid {
	bound := a.Bound()
	if len(a) == 0 {
		bound = b.Bound()
	} else if len(b) > 0 {
		bound = bound.Union(b.Bound())
	}
	g := &grid{origin: bound.Min, scale: 1, read: map[point]orb.Point{}}
	if size := max(bound.Max[0]-bound.Min[0], bound.Max[1]-bound.Min[1]); size > 0 {
		_, exp := math.Frexp(span / size)
		g.scale = math.Ldexp(1, exp-1) // a power of two: nothing is lost by it
	}
	return g
}

func (g *grid) node(p orb.Point) point {
	n := point{int64(math.Round((p[0] - g.origin[0]) * g.scale)), int64(math.Round((p[1] - g.origin[1]) * g.scale))}
	if _, ok := g.read[n]; !ok {
		g.read[n] = p
	}
	return n
}

func (g *grid) at(n point) orb.Point {
	if p, ok := g.read[n]; ok {
		return p
	}
	return orb.Point{g.origin[0] + float64(n.x)/g.scale, g.origin[1] + float64(n.y)/g.scale}
}

// addRing appends the edges of a ring, closed or not.
func (g *grid) addRing(edges []edge, r orb.Ring, operand int, oriented, hole bool) []edge {
	nodes := make([]point, 0, len(r)+1)
	for _, p := range r {
		if n := g.node(p); len(nodes) == 0 || n != nodes[len(nodes)-1] {
			nodes = append(nodes, n)
		}
	}
	if len(nodes) > 0 && nodes[0] != nodes[len(nodes)-1] {
		nodes = append(nodes, nodes[0])
	}
	way := 1
	if oriented && area(nodes) > 0 == hole {
		way = -1
	}
	for i := 1; i < len(nodes); i++ {
		e := edge{p: nodes[i-1], q: nodes[i]}
		e.over[operand] = way
		if e.q.before(e.p) {
			e.p, e.q, e.over[operand] = e.q, e.p, -way
		}
		edges = append(edges, e)
	}
	return edges
}

// area is twice the area of a closed ring in squares of the grid, negative clockwise. It
// is a float: only its sign and order serve.
func area(ring []point) float64 {
	sum := 0.0
	for i := 1; i < len(ring); i++ {
		p, q, o := ring[i-1], ring[i], ring[0]
		sum += float64((p.x-o.x)*(q.y-o.y) - (q.x-o.x)*(p.y-o.y))
	}
	return sum
}

// polygons gives each hole to the smallest outline around it.
func (g *grid) polygons(all [][]point) orb.MultiPolygon {
	var out orb.MultiPolygon
	var outlines, holes [][]point
	for _, r := range all {
		if area(r) > 0 {
			outlines = append(outlines, r)
			out = append(out, orb.Polygon{g.ring(r)})
		} else {
			holes = append(holes, r)
		}
	}
	for _, h := range holes {
		m := point{h[0].x + h[1].x, h[0].y + h[1].y}
		best := -1
		for i, o := range outlines {
			if around(o, m) && (best < 0 || area(o) < area(outlines[best])) {
				best = i
			}
		}
		if best >= 0 {
			out[best] = append(out[best], g.ring(h))
		}
	}
	return out
}

func (g *grid) ring(nodes []point) orb.Ring {
	r := make(orb.Ring, len(nodes))
	for i, n := range nodes {
		r[i] = g.at(n)
	}
	return r
}

// around reports whether a closed ring surrounds m, whose coordinates are doubled.
func around(ring []point, m point) bool {
	in := false
	for i := 1; i < len(ring); i++ {
		p, q := twice(ring[i-1]), twice(ring[i])
		if q.before(p) {
			p, q = q, p
		}
		if p.before(m) && m.before(q) && side(p, q, m) > 0 {
			in = !in
		}
	}
	return in
}

func twice(p point) point { return point{2 * p.x, 2 * p.y} }
