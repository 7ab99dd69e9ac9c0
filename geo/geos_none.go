//go:build !cgo

package geo

import "github.com/peterstace/simplefeatures/geom"

// A program built without C reads packs: what maps draw of them is unioned and cut in Go.
// It repairs nothing, so it makes no pack.
const geosModule = ""

func geosVersion() string { return "" }

// geosMakeValid gives a valid geometry back as it is.
func geosMakeValid(a []byte) ([]byte, error) {
	_, err := valid(a)
	return a, err
}

func geosUnion(a []byte) ([]byte, error) {
	g, err := geom.UnmarshalWKB(a, geom.NoValidate{})
	if err != nil {
		return nil, err
	}
	// The parts of a union may overlap, and the parts of one valid geometry do not.
	var parts []geom.Geometry
	if mp, ok := g.AsMultiPolygon(); ok {
		for i := range mp.NumPolygons() {
			p := mp.PolygonN(i)
			if p.Validate() != nil {
				return nil, errNoGEOS
			}
			parts = append(parts, p.AsGeometry())
		}
	}
	out, err := geom.UnionMany(parts)
	return out.AsBinary(), err
}

func geosIntersection(a, b []byte) ([]byte, error) { return onTwo(a, b, geom.Intersection) }

func geosDifference(a, b []byte) ([]byte, error) { return onTwo(a, b, geom.Difference) }

func geosBuffer([]byte, float64) ([]byte, error) { return nil, errNoGEOS }

func onTwo(a, b []byte, op func(a, b geom.Geometry) (geom.Geometry, error)) ([]byte, error) {
	f, err := valid(a)
	if err != nil {
		return nil, err
	}
	g, err := valid(b)
	if err != nil {
		return nil, err
	}
	out, err := op(f, g)
	return out.AsBinary(), err
}

// valid reads a geometry in WKB; one to repair first is the fault errNoGEOS.
func valid(wkb []byte) (geom.Geometry, error) {
	g, err := geom.UnmarshalWKB(wkb)
	if err != nil {
		return g, errNoGEOS
	}
	return g, nil
}
