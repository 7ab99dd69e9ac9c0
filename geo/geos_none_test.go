//go:build !cgo

package geo_test

import (
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// Without C, what is valid stays as it is, and what needs GEOS says where to build.
func TestRepairWithoutC(t *testing.T) {
	if geo.UsesGEOS() != (geo.GEOS{}) || fault.KindOf(geo.NeedGEOS()) != fault.Unsupported {
		t.Errorf("GEOS %+v, %v", geo.UsesGEOS(), geo.NeedGEOS())
	}
	if got, did, err := geo.Repair(square(3, 50, 0.01, 0.01)); err != nil || did.Any() || len(got) != 1 {
		t.Errorf("a square: %v, %+v, %v", got, did, err)
	}
	bowTie := orb.MultiPolygon{{{{3, 50}, {3.01, 50.01}, {3.01, 50}, {3, 50.01}, {3, 50}}}}
	if _, _, err := geo.Repair(bowTie); fault.KindOf(err) != fault.Unsupported {
		t.Errorf("a bow tie: %v", err)
	}
	if _, err := geo.Union(square(3, 50, 0.02, 0.01), square(3.01, 50, 0.02, 0.01)); fault.KindOf(err) != fault.Unsupported {
		t.Errorf("the union of squares: %v", err)
	}
}
