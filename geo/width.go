package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// finestCell is half the side, in metres, under which Holds no longer looks: a disc that
// fits by less than this may be missed.
const finestCell = 0.05

// Holds reports whether a disc of that radius in metres fits in a territory in degrees:
// whether something remains of it when its border moves inwards by as much.
func Holds(mp orb.MultiPolygon, radius float64) bool {
	if Area(mp) < math.Pi*radius*radius {
		return false
	}
	for _, poly := range mp {
		if polygonHolds(poly, radius) {
			return true
		}
	}
	return false
}

// polygonHolds divides the box of a polygon in squares, and those of them again where the
// centre of such a disc may be.
func polygonHolds(poly orb.Polygon, radius float64) bool {
	shape := NewPolygons([]orb.MultiPolygon{{poly}})
	box := shape.Bound(0)
	mx, my := MetresPerDegree(box.Center()[1])
	half := max(radius, max((box.Max[0]-box.Min[0])*mx, (box.Max[1]-box.Min[1])*my)/16)
	type cell struct {
		centre orb.Point
		half   float64
	}
	var open []cell
	for x := box.Min[0] + half/mx; x-half/mx < box.Max[0]; x += 2 * half / mx {
		for y := box.Min[1] + half/my; y-half/my < box.Max[1]; y += 2 * half / my {
			open = append(open, cell{orb.Point{x, y}, half})
		}
	}
	for len(open) > 0 {
		c := open[len(open)-1]
		open = open[:len(open)-1]
		reach := c.half * math.Sqrt2 // from the centre to a corner
		inside := shape.Side(0, c.centre) == Inside
		border, near := shape.BorderDistance(0, c.centre, radius+reach)
		switch {
		case inside && (!near || border >= radius):
			return true
		case inside && border+reach < radius, !inside && (!near || border+radius > reach), c.half < finestCell:
			continue // no point of this square is deep enough
		}
		h := c.half / 2
		for _, d := range [4][2]float64{{-h, -h}, {-h, h}, {h, -h}, {h, h}} {
			open = append(open, cell{orb.Point{c.centre[0] + d[0]/mx, c.centre[1] + d[1]/my}, h})
		}
	}
	return false
}
