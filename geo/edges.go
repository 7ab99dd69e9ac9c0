package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Side is the side of a polygon's border on which a point lies.
type Side uint8

const (
	Outside Side = iota
	Inside
	OnEdge // exactly on an edge or a vertex: inside, by the rule for borders
)

// Edges are kept in the order of their ring, in leaves of leafEdges and groups
// of groupEdges, each with its box. A run of edges that lies wholly right of a
// point crosses the point's rightward ray an odd number of times exactly when
// the run's two ends are on either side of the ray: no need to look inside it.
const (
	leafEdges  = 8
	groupEdges = 64
)

type box struct{ minX, minY, maxX, maxY float64 }

var emptyBox = box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}

func (b *box) add(p orb.Point) {
	b.minX, b.maxX = min(b.minX, p[0]), max(b.maxX, p[0])
	b.minY, b.maxY = min(b.minY, p[1]), max(b.maxY, p[1])
}

func (b *box) addBox(c *box) {
	b.minX, b.maxX = min(b.minX, c.minX), max(b.maxX, c.maxX)
	b.minY, b.maxY = min(b.minY, c.minY), max(b.maxY, c.maxY)
}

// distance2 returns the squared distance in square metres from p to the box, mx and
// my being metres per degree.
func (b *box) distance2(x, y, mx, my float64) float64 {
	dx := max(b.minX-x, x-b.maxX, 0) * mx
	dy := max(b.minY-y, y-b.maxY, 0) * my
	return dx*dx + dy*dy
}

// ring is a closed run of a polygon's points: edges join points first..first+n.
type ring struct {
	box
	first, n    int32
	leaf, group int32 // first leaf and first group
	leafN, grpN int32
	outer       bool // starts a part of the multipolygon; the others are holes
}

// edgeTree is the index of one multipolygon's edges. It is read-only once made.
type edgeTree struct {
	points []orb.Point
	rings  []ring
	leaves []box
	groups []box
}

// newEdgeTree indexes rings given one after another in points: ring i ends
// before ends[i], and starts a part when outer[i]. Each ring must be closed.
func newEdgeTree(points []orb.Point, ends []uint32, outer func(i int) bool) *edgeTree {
	t := &edgeTree{points: points, rings: make([]ring, 0, len(ends))}
	var leafN, groupN int
	start := 0
	for _, e := range ends {
		n := int(e) - start - 1
		leafN += (n + leafEdges - 1) / leafEdges
		groupN += (n + groupEdges - 1) / groupEdges
		start = int(e)
	}
	t.leaves = make([]box, 0, leafN)
	t.groups = make([]box, 0, groupN)
	start = 0
	for i, e := range ends {
		n := int(e) - start - 1
		r := ring{box: emptyBox, first: int32(start), n: int32(max(n, 0)), leaf: int32(len(t.leaves)), group: int32(len(t.groups)), outer: outer(i)}
		pts := points[start:e]
		for g := 0; g < n; g += groupEdges {
			gb := emptyBox
			for l := g; l < min(g+groupEdges, n); l += leafEdges {
				lb := emptyBox
				for _, p := range pts[l : min(l+leafEdges, n)+1] {
					lb.add(p)
				}
				t.leaves = append(t.leaves, lb)
				gb.addBox(&lb)
			}
			t.groups = append(t.groups, gb)
			r.addBox(&gb)
		}
		r.leafN, r.grpN = int32(len(t.leaves))-r.leaf, int32(len(t.groups))-r.group
		t.rings = append(t.rings, r)
		start = int(e)
	}
	return t
}

// side tells where p lies. A part is what an odd number of its rings hold; the
// multipolygon is the union of its parts.
func (t *edgeTree) side(p orb.Point) Side {
	x, y := p[0], p[1]
	in, odd := false, false
	for i := range t.rings {
		r := &t.rings[i]
		if r.outer {
			in, odd = in || odd, false
		}
		if x < r.minX || x > r.maxX || y < r.minY || y > r.maxY {
			continue
		}
		crossings, on := t.crossings(r, x, y)
		if on {
			return OnEdge
		}
		odd = odd != crossings
	}
	if in || odd {
		return Inside
	}
	return Outside
}

// crossings reports whether the rightward ray from (x, y) crosses the ring an odd
// number of times, and whether the point is on it.
func (t *edgeTree) crossings(r *ring, x, y float64) (odd, on bool) {
	pts := t.points[r.first : r.first+r.n+1]
	n := int(r.n)
	groups := t.groups[r.group : r.group+r.grpN]
	leaves := t.leaves[r.leaf : r.leaf+r.leafN]
	for g := range groups {
		gb := &groups[g]
		if y < gb.minY || y > gb.maxY || x > gb.maxX {
			continue
		}
		first, last := g*groupEdges, min((g+1)*groupEdges, n)
		if x < gb.minX {
			odd = odd != ((pts[first][1] > y) != (pts[last][1] > y))
			continue
		}
		for e := first; e < last; e += leafEdges {
			lb := &leaves[e/leafEdges]
			if y < lb.minY || y > lb.maxY || x > lb.maxX {
				continue
			}
			end := min(e+leafEdges, n)
			if x < lb.minX {
				odd = odd != ((pts[e][1] > y) != (pts[end][1] > y))
				continue
			}
			o, touch := runCrossings(pts[e:end+1], x, y)
			if touch {
				return false, true
			}
			odd = odd != o
		}
	}
	return odd, false
}

// runCrossings is crossings for a run of joined points, edge by edge.
func runCrossings(pts []orb.Point, x, y float64) (odd, on bool) {
	a := pts[0]
	for _, b := range pts[1:] {
		if (a[1] > y) != (b[1] > y) {
			if x < min(a[0], b[0]) {
				odd = !odd
			} else if x <= max(a[0], b[0]) {
				s := orientation(a, b, orb.Point{x, y})
				if s == 0 {
					return false, true
				}
				if (s > 0) == (b[1] > a[1]) {
					odd = !odd
				}
			}
		} else if y == a[1] || y == b[1] {
			// Level with an end that the half-open rule above does not count:
			// on the border only at that end, or along a horizontal edge.
			if a[1] == b[1] {
				if x >= min(a[0], b[0]) && x <= max(a[0], b[0]) {
					return false, true
				}
			} else if (x == a[0] && y == a[1]) || (x == b[0] && y == b[1]) {
				return false, true
			}
		}
		a = b
	}
	return odd, false
}

// nearest finds the point of the border nearest to p among those nearer than
// √best2 metres; mx and my are metres per degree. It gives best2 back when the
// border is farther.
func (t *edgeTree) nearest(p orb.Point, mx, my, best2 float64) (float64, orb.Point) {
	var at orb.Point
	x, y := p[0], p[1]
	for i := range t.rings {
		r := &t.rings[i]
		if r.distance2(x, y, mx, my) >= best2 {
			continue
		}
		groups := t.groups[r.group : r.group+r.grpN]
		// The nearest group first: the rest is then mostly cut off by its box.
		near, near2 := 0, math.Inf(1)
		if len(groups) > 1 {
			for g := range groups {
				if d := groups[g].distance2(x, y, mx, my); d < near2 {
					near, near2 = g, d
				}
			}
		}
		for k := range groups {
			g := near + k
			if g >= len(groups) {
				g -= len(groups)
			}
			if groups[g].distance2(x, y, mx, my) < best2 {
				best2, at = t.nearestInGroup(r, g, x, y, mx, my, best2, at)
			}
		}
	}
	return best2, at
}

func (t *edgeTree) nearestInGroup(r *ring, g int, x, y, mx, my, best2 float64, at orb.Point) (float64, orb.Point) {
	pts := t.points[r.first : r.first+r.n+1]
	leaves := t.leaves[r.leaf : r.leaf+r.leafN]
	n := int(r.n)
	for e := g * groupEdges; e < min((g+1)*groupEdges, n); e += leafEdges {
		if leaves[e/leafEdges].distance2(x, y, mx, my) >= best2 {
			continue
		}
		ax, ay := (pts[e][0]-x)*mx, (pts[e][1]-y)*my
		for k := e + 1; k <= min(e+leafEdges, n); k++ {
			bx, by := (pts[k][0]-x)*mx, (pts[k][1]-y)*my
			dx, dy := bx-ax, by-ay
			qx, qy := ax, ay
			if along := -(ax*dx + ay*dy); along > 0 {
				if len2 := dx*dx + dy*dy; along >= len2 {
					qx, qy = bx, by
				} else {
					f := along / len2
					qx, qy = ax+f*dx, ay+f*dy
				}
			}
			if d := qx*qx + qy*qy; d < best2 {
				best2, at = d, orb.Point{x + qx/mx, y + qy/my}
			}
			ax, ay = bx, by
		}
	}
	return best2, at
}
