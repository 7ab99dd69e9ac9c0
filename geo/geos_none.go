//go:build !cgo

package geo

import "github.com/peterstace/simplefeatures/geom"

// A program built without C reads packs and makes none: it overlays by geo/overlay alone,
// and repairs nothing.
const geosModule = ""

func geosVersion() string { return "" }

// geosMakeValid returns a valid geometry back as it is.
func geosMakeValid(a []byte) ([]byte, error) {
	if _, err := geom.UnmarshalWKB(a); err != nil {
		return nil, errNoGEOS
	}
	return a, nil
}

func geosUnion([]byte) ([]byte, error) { return nil, errNoGEOS }

func geosIntersection(_, _ []byte) ([]byte, error) { return nil, errNoGEOS }

func geosDifference(_, _ []byte) ([]byte, error) { return nil, errNoGEOS }

func geosBuffer([]byte, float64) ([]byte, error) { return nil, errNoGEOS }
