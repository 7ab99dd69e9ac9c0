package geo

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"perimetre/geo/fault"
)

// Repairs is what was wrong with a polygon, for its reader to report.
type Repairs struct {
	Unclosed int  // rings whose last point was not the first
	Short    int  // rings of fewer than three distinct points, left out
	Crossing bool // edges that cross one another
	Touching bool // no crossing, but rings that touch or cover themselves or one another
	// AreaChange is what undoing these changed, in square metres for a polygon in
	// degrees.
	AreaChange float64
}

// Any reports whether anything was wrong.
func (r Repairs) Any() bool { return r.Unclosed > 0 || r.Short > 0 || r.Crossing || r.Touching }

// Repair returns a valid multipolygon for one read from a file, in degrees or in
// metres: rings are closed, those too short left out, crossings resolved so that
// a point keeps its side by the even-odd rule. A valid one comes back as it is.
// A coordinate that is not a finite number, and nothing left that has a surface,
// are faults of kind Input.
func Repair(mp orb.MultiPolygon) (orb.MultiPolygon, Repairs, error) {
	var did Repairs
	closed := make(orb.MultiPolygon, 0, len(mp))
	for _, poly := range mp {
		rings, err := closeRings(poly, &did)
		if err != nil {
			return nil, did, err
		}
		if len(rings) > 0 {
			closed = append(closed, rings)
		}
	}
	if len(closed) == 0 {
		return nil, did, fault.New(fault.Input, "polygone sans contour")
	}
	valid, changed, err := makeValid(closed)
	if err != nil {
		return nil, did, err
	}
	if len(valid) == 0 {
		return nil, did, fault.New(fault.Input, "polygone sans surface")
	}
	if changed {
		did.Crossing = edgesCross(closed)
		did.Touching = !did.Crossing
		did.AreaChange = math.Abs(Area(valid) - Area(closed))
	}
	return valid, did, nil
}

// closeRings closes the rings of a part and leaves out those too short; it gives
// nothing when the outline is.
func closeRings(poly orb.Polygon, did *Repairs) (orb.Polygon, error) {
	var rings orb.Polygon
	for i, r := range poly {
		if !finite(r) {
			return nil, fault.New(fault.Input, "coordonnée qui n’est pas un nombre")
		}
		if n := len(r); n > 0 && r[0] != r[n-1] {
			did.Unclosed++
			r = append(r[:n:n], r[0])
		}
		if distinctPoints(r) < 3 {
			did.Short++
			if i == 0 {
				return nil, nil
			}
			continue
		}
		rings = append(rings, r)
	}
	return rings, nil
}

// distinctPoints counts the points of a ring up to three.
func distinctPoints(r orb.Ring) int {
	n := 0
	var seen [2]orb.Point
	for _, p := range r {
		if n > 0 && p == seen[0] || n > 1 && p == seen[1] {
			continue
		}
		if n == 2 {
			return 3
		}
		seen[n] = p
		n++
	}
	return n
}

// finite reports whether every coordinate of a ring is a number.
func finite(r orb.Ring) bool {
	for _, p := range r {
		if s := p[0] + p[1]; math.IsNaN(s) || math.IsInf(s, 0) {
			return false
		}
	}
	return true
}

// edgesCross reports whether two edges cross, each having its ends strictly on
// either side of the other.
func edgesCross(mp orb.MultiPolygon) bool {
	type edge struct {
		a, b orb.Point
		box  box
	}
	var edges []edge
	for _, poly := range mp {
		for _, r := range poly {
			for i := 1; i < len(r); i++ {
				e := edge{r[i-1], r[i], emptyBox}
				e.box.add(e.a)
				e.box.add(e.b)
				edges = append(edges, e)
			}
		}
	}
	slices.SortFunc(edges, func(e, f edge) int { return cmp.Compare(e.box.minX, f.box.minX) })
	for i, e := range edges {
		for _, f := range edges[i+1:] {
			if f.box.minX > e.box.maxX {
				break
			}
			if f.box.minY > e.box.maxY || f.box.maxY < e.box.minY {
				continue
			}
			if orientation(e.a, e.b, f.a)*orientation(e.a, e.b, f.b) < 0 && orientation(f.a, f.b, e.a)*orientation(f.a, f.b, e.b) < 0 {
				return true
			}
		}
	}
	return false
}
