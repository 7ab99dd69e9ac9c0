package tiles

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"golang.org/x/sync/errgroup"
)

// A plane is the world at one zoom, in units of which a tile has extent a side,
// from the north-west.
const (
	extent = 4096
	// buffer is how far, in units, a tile shows what lies beyond its edges, so that
	// outlines do not show these.
	buffer = 64
)

// projectTo returns the units of a zoom for a point in degrees (web Mercator).
func projectTo(pt orb.Point, zoom uint8) orb.Point {
	side := float64(extent) * float64(uint64(1)<<zoom)
	lat := math.Max(-85.05112878, math.Min(85.05112878, pt[1])) * math.Pi / 180
	return orb.Point{(pt[0] + 180) / 360 * side, (1 - math.Asinh(math.Tan(lat))/math.Pi) / 2 * side}
}

// piece is what a part of the plane shows of a feature.
type piece struct {
	feature int
	shape   orb.MultiPolygon // shared: never changed
	point   orb.Point        // where the layer is of points
	bound   orb.Bound
	whole   bool // nothing was cut off
}

// cutter cuts the plane of a zoom into tiles.
type cutter struct {
	points bool
	emit   func(x, y uint32, pieces []piece) error
	group  *errgroup.Group
}

// area is a range of tiles, the ends not in it.
type area struct{ x0, y0, x1, y1 uint32 }

func (a area) bound() orb.Bound {
	return orb.Bound{
		Min: orb.Point{float64(a.x0)*extent - buffer, float64(a.y0)*extent - buffer},
		Max: orb.Point{float64(a.x1)*extent + buffer, float64(a.y1)*extent + buffer},
	}
}

// cut halves an area until it is one tile, which is emitted with its pieces. Halves
// are cut side by side where the group has room.
func (c *cutter) cut(a area, pieces []piece) error {
	if len(pieces) == 0 {
		return nil
	}
	w, h := a.x1-a.x0, a.y1-a.y0
	if w == 1 && h == 1 {
		return c.emit(a.x0, a.y0, pieces)
	}
	first, second := a, a
	if w >= h {
		first.x1 = a.x0 + w/2
		second.x0 = first.x1
	} else {
		first.y1 = a.y0 + h/2
		second.y0 = first.y1
	}
	one, two := c.within(first, pieces), c.within(second, pieces)
	if len(one) > 0 && len(two) > 0 && c.group.TryGo(func() error { return c.cut(first, one) }) {
		return c.cut(second, two)
	}
	if err := c.cut(first, one); err != nil {
		return err
	}
	return c.cut(second, two)
}

// within keeps what an area shows.
func (c *cutter) within(a area, pieces []piece) []piece {
	b := a.bound()
	var out []piece
	for _, p := range pieces {
		switch {
		case !b.Intersects(p.bound):
			continue
		case c.points, b.Contains(p.bound.Min) && b.Contains(p.bound.Max):
		default:
			// Clipping writes over what it is given.
			p.shape, p.whole = clip.MultiPolygon(b, p.shape.Clone()), false
			if len(p.shape) == 0 {
				continue
			}
			p.bound = p.shape.Bound()
		}
		out = append(out, p)
	}
	return out
}

// areaOf returns the range of tiles that show a part of the plane.
func areaOf(b orb.Bound, zoom uint8) area {
	last := float64(uint64(1)<<zoom) - 1
	tile := func(v float64) uint32 { return uint32(math.Max(0, math.Min(last, math.Floor(v/extent)))) }
	return area{tile(b.Min[0] - buffer), tile(b.Min[1] - buffer), tile(b.Max[0]+buffer) + 1, tile(b.Max[1]+buffer) + 1}
}

// inTile returns the shape of a piece in the units of a tile, whole numbers, outlines
// clockwise on the screen and holes the other way, as vector tiles ask; nil when
// nothing is left.
func (p *piece) inTile(x, y uint32) orb.MultiPolygon {
	corner := orb.Point{float64(x) * extent, float64(y) * extent}
	var out orb.MultiPolygon
	for _, poly := range p.shape {
		var kept orb.Polygon
		for i, r := range poly {
			r = wholeRing(r, corner, i == 0)
			if r == nil && i == 0 {
				break
			}
			if r != nil {
				kept = append(kept, r)
			}
		}
		if kept != nil {
			out = append(out, kept)
		}
	}
	if out == nil && p.whole {
		// Too small for its zoom: a dot, so that no feature is lost.
		c := p.bound.Center()
		cx, cy := math.Round(c[0]-corner[0]), math.Round(c[1]-corner[1])
		out = orb.MultiPolygon{{{{cx - 1, cy - 1}, {cx + 1, cy - 1}, {cx + 1, cy + 1}, {cx - 1, cy + 1}, {cx - 1, cy - 1}}}}
	}
	return out
}

// wholeRing rounds a ring, leaves out points met twice in a row and turns it as
// asked; nil when it has no area.
func wholeRing(r orb.Ring, corner orb.Point, outer bool) orb.Ring {
	out := make(orb.Ring, 0, len(r))
	for _, p := range r {
		q := orb.Point{math.Round(p[0] - corner[0]), math.Round(p[1] - corner[1])}
		if n := len(out); n == 0 || out[n-1] != q {
			out = append(out, q)
		}
	}
	if len(out) < 4 {
		return nil
	}
	area := 0.0 // twice, positive clockwise on the screen, where y grows downwards
	for i := 1; i < len(out); i++ {
		area += out[i-1][0]*out[i][1] - out[i][0]*out[i-1][1]
	}
	if area == 0 {
		return nil
	}
	if (area > 0) != outer {
		out.Reverse()
	}
	return out
}
