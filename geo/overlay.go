package geo

import (
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/peterstace/simplefeatures/geom"
	"github.com/peterstace/simplefeatures/geos"

	"perimetre/geo/fault"
)

// This file is the only one that knows GEOS: another binding takes its place by
// rewriting toGEOS, fromGEOS and the calls of geos below. A call costs
// milliseconds: overlays are for files, never for points.

// makeValid gives a valid multipolygon for one that may not be; changed is false
// for one that is valid already.
func makeValid(mp orb.MultiPolygon) (valid orb.MultiPolygon, changed bool, err error) {
	g, err := toGEOS(mp)
	if err != nil {
		return nil, false, err
	}
	if g.Validate() == nil {
		return mp, false, nil
	}
	// Validate errs on rare rings that GEOS holds valid, and gives back as they are.
	fixed, err := geos.MakeValid(g)
	if err != nil {
		return nil, false, fault.Wrap(fault.Input, err, "polygone impossible à réparer")
	}
	if valid, err = fromGEOS(fixed); err != nil {
		return nil, false, err
	}
	return valid, !valid.Equal(mp), nil
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

// overlay runs op, and once more on repaired polygons when GEOS refuses them.
func overlay(a, b orb.MultiPolygon, op func(a, b geom.Geometry) (geom.Geometry, error)) (orb.MultiPolygon, error) {
	run := func(a, b orb.MultiPolygon) (orb.MultiPolygon, error) {
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
	out, refused := run(a, b)
	if refused == nil {
		return out, nil
	}
	va, _, err := makeValid(a)
	if err != nil {
		return nil, refused
	}
	vb, _, err := makeValid(b)
	if err != nil {
		return nil, refused
	}
	return run(va, vb)
}

func overlaid(g geom.Geometry, err error) (orb.MultiPolygon, error) {
	if err != nil {
		return nil, fault.Wrap(fault.Input, err, "superposition de polygones impossible (contours non valides)")
	}
	return fromGEOS(g)
}

func toGEOS(mp orb.MultiPolygon) (geom.Geometry, error) {
	if len(mp) == 0 {
		return geom.MultiPolygon{}.AsGeometry(), nil
	}
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
	if g.IsEmpty() {
		return nil, nil
	}
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
