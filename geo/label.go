package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// scans is how many lines across a shape LabelPoint tries.
const scans = 16

// LabelPoint returns the point of a shape where its name is best written: the middle of
// the widest of some lines that cross its largest part from west to east, those near the
// middle first. It is inside the shape; the zero point for an empty shape. Degrees.
func LabelPoint(mp orb.MultiPolygon) (at orb.Point) {
	var largest orb.Polygon
	area := -1.0
	for _, p := range mp {
		if a := math.Abs(planar.Area(p)); a > area {
			largest, area = p, a
		}
	}
	if len(largest) == 0 {
		return at
	}
	b := largest.Bound()
	at = b.Center()
	best := 0.0
	for i := range scans - 1 {
		k := (i + 1) / 2 // 8, 9, 7, 10, 6…
		if i%2 == 0 {
			k = -k
		}
		t := .5 + float64(k)/scans + 1e-4 // off the round figures where borders run
		lat := b.Min[1] + t*(b.Max[1]-b.Min[1])
		across := crossings(largest, lat)
		for i := 1; i < len(across); i += 2 {
			// A line near the edge is no place for a name, however wide.
			if width := (across[i] - across[i-1]) * math.Min(1, 3*math.Min(t, 1-t)); width > best {
				best, at = width, orb.Point{(across[i] + across[i-1]) / 2, lat}
			}
		}
	}
	return at
}

// crossings returns the longitudes where the border of a polygon crosses a parallel, sorted.
func crossings(p orb.Polygon, lat float64) (out []float64) {
	for _, r := range p {
		for i := 1; i < len(r); i++ {
			a, b := r[i-1], r[i]
			if (a[1] > lat) != (b[1] > lat) {
				out = append(out, a[0]+(lat-a[1])/(b[1]-a[1])*(b[0]-a[0]))
			}
		}
	}
	slices.Sort(out)
	return out
}
