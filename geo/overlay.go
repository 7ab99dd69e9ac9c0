package geo

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/peterstace/simplefeatures/geom"
	"github.com/peterstace/simplefeatures/geos"

	"perimetre/geo/fault"
)

// This file is the only one that knows GEOS; another binding takes its place by
// rewriting the functions toGEOS, fromGEOS and repairWithGEOS and the five calls
// of geos below. A call costs milliseconds: overlays are for files, never for
// points.

// Repairs says what was wrong with a polygon, for its reader to be told.
type Repairs struct {
	Unclosed int  // rings whose last point was not the first
	Short    int  // rings of fewer than three distinct points, left out
	Crossing bool // rings that crossed or covered one another, or themselves
	// AreaChange is what repairing crossings changed, in square metres.
	AreaChange float64
}

// Any tells whether anything was wrong.
func (r Repairs) Any() bool { return r.Unclosed > 0 || r.Short > 0 || r.Crossing }

// Repair gives a valid multipolygon for one read from a file, in degrees or in
// metres: rings are closed, those too short left out, crossings resolved so that
// a point keeps its side by the even-odd rule. A valid one comes back as it is.
// A coordinate that is not a finite number, or an outline with nothing left, is a
// fault of kind Input.
func Repair(mp orb.MultiPolygon) (orb.MultiPolygon, Repairs, error) {
	var did Repairs
	out := make(orb.MultiPolygon, 0, len(mp))
	for _, poly := range mp {
		var rings orb.Polygon
		for i, r := range poly {
			for _, p := range r {
				if math.IsNaN(p[0]+p[1]) || math.IsInf(p[0], 0) || math.IsInf(p[1], 0) {
					return nil, did, fault.New(fault.Input, "coordonnée qui n’est pas un nombre")
				}
			}
			if n := len(r); n > 0 && r[0] != r[n-1] {
				did.Unclosed++
				r = append(r[:n:n], r[0])
			}
			if distinctPoints(r) < 3 {
				did.Short++
				if i == 0 {
					break
				}
				continue
			}
			rings = append(rings, r)
		}
		if len(rings) > 0 {
			out = append(out, rings)
		}
	}
	if len(out) == 0 {
		return nil, did, fault.New(fault.Input, "polygone sans contour")
	}
	g, err := toGEOS(out)
	if err != nil {
		return nil, did, err
	}
	if g.Validate() == nil {
		return out, did, nil
	}
	did.Crossing = true
	fixed, err := geos.MakeValid(g)
	if err != nil {
		return nil, did, fault.Wrap(fault.Input, err, "polygone impossible à réparer")
	}
	valid, err := fromGEOS(fixed)
	if err == nil && len(valid) == 0 {
		err = fault.New(fault.Input, "polygone sans surface")
	}
	if err != nil {
		return nil, did, err
	}
	did.AreaChange = math.Abs(Area(valid) - Area(out))
	return valid, did, nil
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

// Union is the territory of all the multipolygons together, in their own units.
func Union(parts ...orb.MultiPolygon) (orb.MultiPolygon, error) {
	var all orb.MultiPolygon
	for _, p := range parts {
		all = append(all, p...)
	}
	g, err := toGEOS(all)
	if err != nil {
		return nil, err
	}
	u, err := geos.UnaryUnion(g)
	return overlaid(u, err)
}

// Intersection is the territory common to a and b; lines and points where they
// only touch are left out.
func Intersection(a, b orb.MultiPolygon) (orb.MultiPolygon, error) {
	return overlay(a, b, geos.Intersection)
}

// Difference is the territory of a that is not in b.
func Difference(a, b orb.MultiPolygon) (orb.MultiPolygon, error) {
	return overlay(a, b, geos.Difference)
}

// Buffer grows a territory in degrees by a distance in metres, or shrinks it when
// metres is negative. It works on a local plane, whose scale is true at the
// middle latitude: within 0.1 % over 10 km.
func Buffer(mp orb.MultiPolygon, metres float64) (orb.MultiPolygon, error) {
	b := mp.Bound()
	if len(mp) == 0 || b.IsEmpty() {
		return nil, nil
	}
	o := b.Center()
	mx, my := MetresPerDegree(o[1])
	plane := mapPoints(mp, func(p orb.Point) orb.Point { return orb.Point{(p[0] - o[0]) * mx, (p[1] - o[1]) * my} })
	g, err := toGEOS(plane)
	if err != nil {
		return nil, err
	}
	grown, err := geos.Buffer(g, metres)
	out, err := overlaid(grown, err)
	if err != nil {
		return nil, err
	}
	return mapPoints(out, func(p orb.Point) orb.Point { return orb.Point{o[0] + p[0]/mx, o[1] + p[1]/my} }), nil
}

func mapPoints(mp orb.MultiPolygon, f func(orb.Point) orb.Point) orb.MultiPolygon {
	out := mp.Clone()
	for _, poly := range out {
		for _, r := range poly {
			for i := range r {
				r[i] = f(r[i])
			}
		}
	}
	return out
}

func overlay(a, b orb.MultiPolygon, op func(a, b geom.Geometry) (geom.Geometry, error)) (orb.MultiPolygon, error) {
	ga, err := toGEOS(a)
	if err != nil {
		return nil, err
	}
	gb, err := toGEOS(b)
	if err != nil {
		return nil, err
	}
	g, err := op(ga, gb)
	return overlaid(g, err)
}

func overlaid(g geom.Geometry, err error) (orb.MultiPolygon, error) {
	if err != nil {
		return nil, fault.Wrap(fault.Input, err, "superposition de polygones impossible (contours non valides)")
	}
	return fromGEOS(g)
}

func toGEOS(mp orb.MultiPolygon) (geom.Geometry, error) {
	b, err := wkb.Marshal(mp)
	if err != nil {
		return geom.Geometry{}, fault.Wrap(fault.Internal, err, "conversion d’un polygone")
	}
	g, err := geom.UnmarshalWKB(b, geom.NoValidate{})
	if err != nil {
		return geom.Geometry{}, fault.Wrap(fault.Input, err, "polygone illisible")
	}
	return g, nil
}

// fromGEOS keeps the polygons of a geometry, whatever its type.
func fromGEOS(g geom.Geometry) (orb.MultiPolygon, error) {
	o, err := wkb.Unmarshal(g.AsBinary())
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "conversion d’un polygone")
	}
	return polygonsOf(o), nil
}

func polygonsOf(g orb.Geometry) orb.MultiPolygon {
	switch g := g.(type) {
	case orb.Polygon:
		if len(g) > 0 {
			return orb.MultiPolygon{g}
		}
	case orb.MultiPolygon:
		return g
	case orb.Collection:
		var out orb.MultiPolygon
		for _, e := range g {
			out = append(out, polygonsOf(e)...)
		}
		return out
	}
	return nil
}
