package geo

import (
	"math"
	"sync"
	"sync/atomic"

	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"
)

// Polygons is an index of multipolygons in WGS84 degrees, numbered from 0. It is
// exact: a point on an edge or a vertex is inside, holes and the space between
// parts are outside. Lookups allocate nothing and may run concurrently; the
// structures that they need are made at the first that needs them.
type Polygons struct {
	shapes shapes
	trees  []atomic.Pointer[edgeTree]

	boxesOnce sync.Once
	boxes     rtree.RTreeG[int32]

	cellsOnce sync.Once
	cells     *cells // nil where the polygons spread too widely
}

// Hit is a polygon that holds a point.
type Hit struct {
	Polygon int
	OnEdge  bool // exactly on an edge or a vertex
}

// NewPolygons indexes shapes. Rings left open are closed; rings of fewer than
// three distinct points, or with a coordinate that is no number, are left out; so
// is a part whose outline is. Self-crossing rings should be repaired first: a
// point is in a part when an odd number of the part's rings hold it.
func NewPolygons(list []orb.MultiPolygon) *Polygons { return indexShapes(newShapes(list)) }

func indexShapes(s shapes) *Polygons {
	return &Polygons{shapes: s, trees: make([]atomic.Pointer[edgeTree], s.len())}
}

// Len returns the number of polygons.
func (p *Polygons) Len() int { return p.shapes.len() }

// Shape returns a polygon, its rings closed.
func (p *Polygons) Shape(i int) orb.MultiPolygon { return p.shapes.multiPolygon(i) }

// Bound returns the box of a polygon in degrees, empty for an empty polygon.
func (p *Polygons) Bound(i int) orb.Bound { return p.shapes.bounds[i] }

// Search visits the polygons whose box meets b, in no order, until visit says
// false.
func (p *Polygons) Search(b orb.Bound, visit func(i int) bool) {
	p.tree().Search(b.Min, b.Max, func(_, _ [2]float64, i int32) bool { return visit(int(i)) })
}

// At appends to hits the polygons that hold pt, in increasing order.
func (p *Polygons) At(pt orb.Point, hits []Hit) []Hit {
	p.cellsOnce.Do(func() { p.cells = newCells(p) })
	if p.cells != nil {
		return p.cells.at(p, pt, hits)
	}
	from := len(hits)
	p.tree().Search(pt, pt, func(_, _ [2]float64, i int32) bool {
		if s := p.edges(int(i)).side(pt); s != Outside {
			hits = append(hits, Hit{int(i), s == OnEdge})
		}
		return true
	})
	for i := from + 1; i < len(hits); i++ { // a handful: insertion sort, no allocation
		for j := i; j > from && hits[j].Polygon < hits[j-1].Polygon; j-- {
			hits[j], hits[j-1] = hits[j-1], hits[j]
		}
	}
	return hits
}

// Side returns the side of polygon i's border on which pt lies.
func (p *Polygons) Side(i int, pt orb.Point) Side {
	if b := &p.shapes.bounds[i]; pt[0] < b.Min[0] || pt[0] > b.Max[0] || pt[1] < b.Min[1] || pt[1] > b.Max[1] {
		return Outside
	}
	return p.edges(i).side(pt)
}

// BorderDistance returns the distance in metres from pt to the border of polygon i,
// on either side; ok is false beyond cutoff metres.
func (p *Polygons) BorderDistance(i int, pt orb.Point, cutoff float64) (metres float64, ok bool) {
	mx, my := MetresPerDegree(pt[1])
	limit2 := cutoff * cutoff
	d2, at := p.edges(i).nearest(pt, mx, my, limit2)
	if !(d2 < limit2) {
		return 0, false
	}
	return Distance(pt, at), true
}

// borderMetres is BorderDistance without a limit; a polygon without any edge is
// infinitely far.
func (p *Polygons) borderMetres(i int, pt orb.Point) float64 {
	if d, ok := p.BorderDistance(i, pt, math.Inf(1)); ok {
		return d
	}
	return math.Inf(1)
}

// Signed is the nearest border to a point, for one answer out of the polygons
// that are near it.
type Signed struct {
	Polygon int
	// Metres to that polygon's border, positive inside, negative outside, zero on
	// the border. Within 1 cm at 300 m; the choice between two borders about as
	// near is made with scales that err by 0.05 % at 5 km.
	Metres float64
}

// SignedDistance returns the border that decides pt: when polygons hold pt, the
// one in which it lies deepest; else the nearest one within cutoff metres. ok is
// false when there is neither. Ties go to the lowest number.
func (p *Polygons) SignedDistance(pt orb.Point, cutoff float64) (s Signed, ok bool) {
	mx, my := MetresPerDegree(pt[1])
	var room [8]Hit
	best := -1.0
	var at orb.Point
	for _, h := range p.At(pt, room[:0]) {
		if h.OnEdge {
			if best < 0 {
				best, s.Polygon, at = 0, h.Polygon, pt
			}
			continue
		}
		if d2, q := p.edges(h.Polygon).nearest(pt, mx, my, math.Inf(1)); d2 > best {
			best, s.Polygon, at = d2, h.Polygon, q
		}
	}
	if best >= 0 {
		s.Metres = Distance(pt, at)
		return s, true
	}
	return p.nearestOutside(pt, cutoff, mx, my)
}

// nearestOutside looks in growing boxes, so that a near border is found without
// visiting the far ones.
func (p *Polygons) nearestOutside(pt orb.Point, cutoff, mx, my float64) (s Signed, ok bool) {
	tree := p.tree()
	for reach := min(cutoff, nearReach); ; reach = min(cutoff, reach*4) {
		best2 := reach * reach
		var at orb.Point
		found := -1
		// Degrees per metre grow towards the pole: take the far side's.
		far, _ := MetresPerDegree(math.Min(89, math.Abs(pt[1])+reach/my))
		dx, dy := reach/far, reach/my
		tree.Search([2]float64{pt[0] - dx, pt[1] - dy}, [2]float64{pt[0] + dx, pt[1] + dy}, func(_, _ [2]float64, i int32) bool {
			limit := best2
			if found > int(i) { // a tie goes to the lowest number
				limit = math.Nextafter(best2, math.Inf(1))
			}
			if d2, q := p.edges(int(i)).nearest(pt, mx, my, limit); d2 < limit {
				best2, at, found = d2, q, int(i)
			}
			return true
		})
		if found >= 0 {
			return Signed{found, -Distance(pt, at)}, true
		}
		if !(reach < cutoff) {
			return Signed{}, false
		}
	}
}

// nearReach is the first reach, in metres, of the search for the nearest border.
const nearReach = 300

// edges returns the edge index of polygon i, made at its first use.
func (p *Polygons) edges(i int) *edgeTree {
	if t := p.trees[i].Load(); t != nil {
		return t
	}
	t := p.shapes.edgeTree(i)
	p.trees[i].CompareAndSwap(nil, t)
	return p.trees[i].Load()
}

// tree returns the boxes of the polygons, made at its first use.
func (p *Polygons) tree() *rtree.RTreeG[int32] {
	p.boxesOnce.Do(func() {
		for i, b := range p.shapes.bounds {
			if !b.IsEmpty() {
				p.boxes.Insert(b.Min, b.Max, int32(i))
			}
		}
	})
	return &p.boxes
}
