package geo

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// cells is a grid over polygons, about 150 m by 150 m in France, that keeps only
// the cells that some polygon meets. A cell without any edge lies wholly in a
// polygon or wholly out of it, so that most points need one look.
type cells struct {
	slots   []cellSlot // open addressing, at most half full
	shift   uint
	entries []cellEntry // of the cells that several polygons meet
}

// cellSlot is a cell: its one entry, or where n entries start.
type cellSlot struct {
	key uint64 // 0 for a free slot
	at  cellEntry
	n   uint32
}

// cellEntry is a polygon's number, doubled, plus one when an edge is in the cell.
type cellEntry uint32

const (
	cellsPerLon = 480
	cellsPerLat = 720
	// maxCells is where a grid costs more than it saves: contours of communes are
	// searched by their boxes.
	maxCells = 1 << 19
	// cellPad is how near an edge may come to a cell, in cells, before it counts as
	// in the cell: far above any rounding, a tenth of a millimetre.
	cellPad = 1e-6
)

// cellOf returns the cell of a point, in cells from the south-west of the world.
func cellOf(p orb.Point) (x, y float64) {
	return (p[0] + 180) * cellsPerLon, (p[1] + 90) * cellsPerLat
}

func cellKey(x, y int) uint64 { return uint64(x)<<32 | uint64(uint32(y)) + 1 }

// newCells makes the grid, nil where the polygons cover too many cells.
func newCells(p *Polygons) *cells {
	total := 0.0
	for _, b := range p.shapes.bounds {
		if !b.IsEmpty() {
			if b.Min[0] < -180 || b.Min[1] < -90 || b.Max[0] > 180 || b.Max[1] > 90 {
				return nil // not degrees
			}
			total += ((b.Max[0]-b.Min[0])*cellsPerLon + 1) * ((b.Max[1]-b.Min[1])*cellsPerLat + 1)
		}
	}
	if !(total <= maxCells) {
		return nil
	}
	type met struct {
		key   uint64
		entry cellEntry
	}
	all := make([]met, 0, int(total))
	var r raster
	for i, b := range p.shapes.bounds {
		if b.IsEmpty() {
			continue
		}
		r.draw(p.edges(i), b, func(x, y int, border bool) {
			e := cellEntry(i) << 1
			if border {
				e++
			}
			all = append(all, met{cellKey(x, y), e})
		})
	}
	slices.SortFunc(all, func(a, b met) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.entry, b.entry))
	})
	bits := uint(4)
	for 1<<bits < 2*len(all) {
		bits++
	}
	c := &cells{slots: make([]cellSlot, 1<<bits), shift: 64 - bits}
	for i := 0; i < len(all); {
		j := i + 1
		for j < len(all) && all[j].key == all[i].key {
			j++
		}
		s := cellSlot{key: all[i].key, at: all[i].entry, n: uint32(j - i)}
		if s.n > 1 {
			s.at = cellEntry(len(c.entries))
			for _, m := range all[i:j] {
				c.entries = append(c.entries, m.entry)
			}
		}
		*c.slot(s.key) = s
		i = j
	}
	return c
}

// slot finds the slot of a cell, or the free one where it would stand.
func (c *cells) slot(key uint64) *cellSlot {
	for h := key * 0x9e3779b97f4a7c15 >> c.shift; ; h++ {
		s := &c.slots[h&uint64(len(c.slots)-1)]
		if s.key == key || s.key == 0 {
			return s
		}
	}
}

// at is Polygons.At by the grid.
func (c *cells) at(p *Polygons, pt orb.Point, hits []Hit) []Hit {
	x, y := cellOf(pt)
	if !(x >= 0 && x < 1<<20 && y >= 0 && y < 1<<20) {
		return hits
	}
	s := c.slot(cellKey(int(x), int(y)))
	if s.n == 1 {
		return p.hit(s.at, pt, hits)
	}
	for _, e := range c.entries[s.at:][:s.n] {
		hits = p.hit(e, pt, hits)
	}
	return hits
}

func (p *Polygons) hit(e cellEntry, pt orb.Point, hits []Hit) []Hit {
	i := int(e >> 1)
	if e&1 == 0 {
		return append(hits, Hit{Polygon: i})
	}
	if s := p.trees[i].Load().side(pt); s != Outside {
		hits = append(hits, Hit{i, s == OnEdge})
	}
	return hits
}

// raster marks the cells of one polygon; its memory serves for the next.
type raster struct{ border []bool }

// draw visits the cells that a polygon meets, row by row: those near an edge, and
// those wholly inside.
func (r *raster) draw(t *edgeTree, b orb.Bound, visit func(x, y int, border bool)) {
	lowX, lowY := cellOf(b.Min)
	highX, highY := cellOf(b.Max)
	x0, y0 := int(math.Floor(lowX-cellPad)), int(math.Floor(lowY-cellPad))
	w := int(math.Floor(highX+cellPad)) - x0 + 1
	h := int(math.Floor(highY+cellPad)) - y0 + 1
	r.border = slices.Grow(r.border[:0], w*h)[:w*h]
	clear(r.border)
	for i := range t.rings {
		g := &t.rings[i]
		pts := t.points[g.first : g.first+g.n+1]
		ax, ay := cellOf(pts[0])
		for _, p := range pts[1:] {
			bx, by := cellOf(p)
			r.mark(ax-float64(x0), ay-float64(y0), bx-float64(x0), by-float64(y0), w)
			ax, ay = bx, by
		}
	}
	for y := range h {
		known, inside := false, false
		for x := range w {
			if r.border[y*w+x] {
				known = false
				visit(x0+x, y0+y, true)
				continue
			}
			if !known { // it holds along a run of cells without edges
				centre := orb.Point{(float64(x0+x)+0.5)/cellsPerLon - 180, (float64(y0+y)+0.5)/cellsPerLat - 90}
				known, inside = true, t.side(centre) == Inside
			}
			if inside {
				visit(x0+x, y0+y, false)
			}
		}
	}
}

// mark marks the cells that come within cellPad of an edge, given in cells from
// the corner of a raster w cells wide.
func (r *raster) mark(ax, ay, bx, by float64, w int) {
	if ay > by {
		ax, ay, bx, by = bx, by, ax, ay
	}
	for y := int(ay - cellPad); y <= int(by+cellPad) && y*w < len(r.border); y++ {
		left, right := ax, bx
		if by-ay > 1 { // the piece of the edge within the row; a flat one keeps its box
			slope := (bx - ax) / (by - ay)
			left = ax + slope*(max(ay, float64(y)-cellPad)-ay)
			right = ax + slope*(min(by, float64(y+1)+cellPad)-ay)
		}
		if left > right {
			left, right = right, left
		}
		for x := int(max(0, left-2*cellPad)); x <= min(w-1, int(right+2*cellPad)); x++ {
			r.border[y*w+x] = true
		}
	}
}
