//go:build cgo && !gogeos

package geo

import (
	"github.com/peterstace/simplefeatures/geom"
	"github.com/peterstace/simplefeatures/geos"
)

// geosRelates reports whether two geometries in WKB meet, and whether a contains b, the
// border left out: the oracle of the polygon index.
func geosRelates(a, b []byte) (meets, contains bool, err error) {
	ga, err := geom.UnmarshalWKB(a, geom.NoValidate{})
	if err != nil {
		return false, false, err
	}
	gb, err := geom.UnmarshalWKB(b, geom.NoValidate{})
	if err != nil {
		return false, false, err
	}
	if meets, err = geos.Intersects(ga, gb); err != nil {
		return false, false, err
	}
	contains, err = geos.Contains(ga, gb)
	return meets, contains, err
}
