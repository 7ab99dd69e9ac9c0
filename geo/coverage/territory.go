package coverage

import (
	"math"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/overlay"
)

// Dissolve unions neighbouring territories in degrees into one. Holes and gaps
// narrower than sliver metres, which come from borders drawn twice, are filled;
// real enclaves stay.
func Dissolve(parts []orb.MultiPolygon, sliver float64) (orb.MultiPolygon, error) {
	u, err := overlay.Union(parts...)
	if err != nil {
		return nil, err
	}
	return dropSlivers(u, sliver), nil
}

// dropSlivers takes out the holes and the parts that no disc of that width fits in,
// judged by surface over perimeter.
func dropSlivers(mp orb.MultiPolygon, width float64) orb.MultiPolygon {
	var out orb.MultiPolygon
	for _, poly := range mp {
		if thin(poly[0], width) {
			continue
		}
		kept := orb.Polygon{poly[0]}
		for _, hole := range poly[1:] {
			if !thin(hole, width) {
				kept = append(kept, hole)
			}
		}
		out = append(out, kept)
	}
	return out
}

func thin(r orb.Ring, width float64) bool {
	length := 0.0
	for i := 1; i < len(r); i++ {
		length += geo.Distance(r[i-1], r[i])
	}
	return 2*geo.Area(orb.MultiPolygon{{r}}) < width*length
}

// Discs returns the territory within metres of any of the points, their circles drawn
// with 64 sides and unioned.
func Discs(points []orb.Point, metres float64) (orb.MultiPolygon, error) {
	var parts []orb.MultiPolygon
	for _, p := range points {
		mx, my := geo.MetresPerDegree(p[1])
		ring := make(orb.Ring, 65)
		for k := range ring {
			s, c := math.Sincos(2 * math.Pi * float64(k%64) / 64)
			ring[k] = orb.Point{p[0] + metres*c/mx, p[1] + metres*s/my}
		}
		parts = append(parts, orb.MultiPolygon{{ring}})
	}
	if len(parts) == 0 {
		return nil, nil
	}
	return overlay.Union(parts...)
}
