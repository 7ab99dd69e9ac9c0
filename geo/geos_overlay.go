package geo

import (
	"errors"
	"runtime/debug"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"perimetre/geo/fault"
)

// This file knows GEOS by five functions of polygons in WKB, geosMakeValid, geosUnion,
// geosIntersection, geosDifference and geosBuffer, which the binding chosen at build
// gives: geos_gogeos.go where GEOS is recent, geos_simplefeatures.go elsewhere,
// geos_none.go without C. A call costs milliseconds: overlays are for files, never for
// points.

// GEOS says which library overlays polygons.
type GEOS struct {
	Version string `json:"version"` // of the C library that runs, as 3.13.1; empty without C
	Binding string `json:"binding"` // Go module and its version
}

// UsesGEOS reports which GEOS this program calls and by which Go module; both are empty
// in a program built without C.
func UsesGEOS() GEOS {
	if geosModule == "" {
		return GEOS{}
	}
	return GEOS{Version: geosVersion(), Binding: moduleVersion(geosModule)}
}

// errNoGEOS says where to make a pack.
var errNoGEOS = fault.New(fault.Unsupported, "ce programme est fait sans GEOS : il lit les référentiels géographiques et n’en construit pas ; "+
	"construire le référentiel sous Linux avec un programme fait par « make build », puis copier son dossier ici")

// NeedGEOS returns the fault of a program built without C, which says where packs are
// made, or nil.
func NeedGEOS() error {
	if geosModule == "" {
		return errNoGEOS
	}
	return nil
}

// moduleVersion returns a Go module's path and the version of it in this program, or
// the path alone where the program does not say.
func moduleVersion(path string) string {
	if bi, ok := debug.ReadBuildInfo(); ok {
		for _, d := range bi.Deps {
			if d.Path == path {
				return path + " " + d.Version
			}
		}
	}
	return path
}

// bufferSegments is the number of sides that draw a quarter of a circle.
const bufferSegments = 8

// makeValid returns a valid multipolygon for one that may not be; changed is false
// for one that is valid already, which GEOS gives back as it is.
func makeValid(mp orb.MultiPolygon) (valid orb.MultiPolygon, changed bool, err error) {
	in, err := toGEOS(mp)
	if err != nil {
		return nil, false, err
	}
	out, err := geosMakeValid(in)
	if err != nil {
		return nil, false, refusal(err, "polygone impossible à réparer")
	}
	if valid, err = fromGEOS(out); err != nil {
		return nil, false, err
	}
	return valid, !valid.Equal(mp), nil
}

// Union returns the territory of all the multipolygons together, in their own units.
func Union(parts ...orb.MultiPolygon) (orb.MultiPolygon, error) {
	var all orb.MultiPolygon
	for _, p := range parts {
		all = append(all, p...)
	}
	in, err := toGEOS(all)
	if err != nil {
		return nil, err
	}
	u, err := geosUnion(in)
	return overlaid(u, err)
}

// Intersection returns the territory common to a and b; lines and points where they
// only touch are left out.
func Intersection(a, b orb.MultiPolygon) (orb.MultiPolygon, error) {
	return onPolygons(a, b, geosIntersection)
}

// Difference returns the territory of a that is not in b.
func Difference(a, b orb.MultiPolygon) (orb.MultiPolygon, error) {
	return onPolygons(a, b, geosDifference)
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
	in, err := toGEOS(mapPoints(mp, func(p orb.Point) orb.Point { return orb.Point{(p[0] - o[0]) * mx, (p[1] - o[1]) * my} }))
	if err != nil {
		return nil, err
	}
	grown, err := geosBuffer(in, metres)
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

// onPolygons runs op, and once more on repaired polygons when GEOS refuses them.
func onPolygons(a, b orb.MultiPolygon, op func(a, b []byte) ([]byte, error)) (orb.MultiPolygon, error) {
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

func overlaid(g []byte, err error) (orb.MultiPolygon, error) {
	if err != nil {
		return nil, refusal(err, "superposition de polygones impossible (contours non valides)")
	}
	return fromGEOS(g)
}

// refusal returns the fault of kind Input for polygons that GEOS refuses. A fault of
// our own, such as the absence of GEOS, stays as it is.
func refusal(err error, message string) error {
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		return err
	}
	return fault.Wrap(fault.Input, err, "%s", message)
}

func toGEOS(mp orb.MultiPolygon) ([]byte, error) {
	if mp == nil {
		mp = orb.MultiPolygon{} // orb writes no byte for nil
	}
	b, err := wkb.Marshal(mp)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "conversion d’un polygone")
	}
	return b, nil
}

// fromGEOS keeps the polygons of a geometry in WKB, whatever its type.
func fromGEOS(b []byte) (orb.MultiPolygon, error) {
	g, err := wkb.Unmarshal(b)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "conversion d’un polygone")
	}
	return polygonsOf(g), nil
}

func polygonsOf(g orb.Geometry) orb.MultiPolygon {
	switch g := g.(type) {
	case orb.Polygon:
		if len(g) > 0 {
			return orb.MultiPolygon{g}
		}
	case orb.MultiPolygon:
		if len(g) > 0 {
			return g
		}
	case orb.Collection:
		var out orb.MultiPolygon
		for _, e := range g {
			out = append(out, polygonsOf(e)...)
		}
		return out
	}
	return nil
}
