//go:build cgo && !gogeos

package geo

import (
	"github.com/peterstace/simplefeatures/geom"
	"github.com/peterstace/simplefeatures/geos"
)

// geosModule is the binding that this file calls: GEOS is older than 3.12, which
// go-geos needs.
const geosModule = "github.com/peterstace/simplefeatures"

func geosMakeValid(a []byte) ([]byte, error) { return onOne(a, geos.MakeValid) }

func geosUnion(a []byte) ([]byte, error) { return onOne(a, geos.UnaryUnion) }

func geosIntersection(a, b []byte) ([]byte, error) { return onTwo(a, b, geos.Intersection) }

func geosDifference(a, b []byte) ([]byte, error) { return onTwo(a, b, geos.Difference) }

// geosBuffer grows a geometry by width, in its units.
func geosBuffer(a []byte, width float64) ([]byte, error) {
	return onOne(a, func(g geom.Geometry) (geom.Geometry, error) {
		return geos.Buffer(g, width, geos.BufferQuadSegments(bufferSegments))
	})
}

func onOne(a []byte, op func(geom.Geometry) (geom.Geometry, error)) ([]byte, error) {
	g, err := geom.UnmarshalWKB(a, geom.NoValidate{})
	if err != nil {
		return nil, err
	}
	out, err := op(g)
	return out.AsBinary(), err
}

func onTwo(a, b []byte, op func(a, b geom.Geometry) (geom.Geometry, error)) ([]byte, error) {
	g, err := geom.UnmarshalWKB(b, geom.NoValidate{})
	if err != nil {
		return nil, err
	}
	return onOne(a, func(f geom.Geometry) (geom.Geometry, error) { return op(f, g) })
}
