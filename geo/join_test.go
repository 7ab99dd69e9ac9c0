package geo_test

import (
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

// Joined packs keep every commune, contour and zone; what two of them hold is taken
// once, from the first.
func TestJoinZoningsKeepsContours(t *testing.T) {
	part := func(code string, x, width float64, zone string) *geo.Zonings {
		c, err := geo.NewCommunes([]geo.Commune{{Code: code}, {Code: "59650", Name: zone}}, []geo.Contour{
			{Code: code, Shape: square(x, 50, 0.1, 0.1)}, {Code: "59650", Shape: square(4, 50, width, 0.1)},
		})
		if err != nil {
			t.Fatal(err)
		}
		z, err := geo.NewZonings(c, []geo.PolygonVersion{{Version: version("qpv", "2024"), Zones: []geo.Zone{{ZoneRef: geo.ZoneRef{Code: zone}, Shape: square(x, 50, 0.01, 0.01)}}}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	z, err := geo.JoinZonings(part("59350", 3, 0.1, "QN05901M"), part("62041", 2, 0.2, "QN06201M"))
	if err != nil {
		t.Fatal(err)
	}
	c := z.Communes()
	for _, tt := range []struct {
		code string
		at   orb.Point
	}{{"59350", orb.Point{3.05, 50.05}}, {"62041", orb.Point{2.05, 50.05}}, {"59650", orb.Point{4.05, 50.05}}} {
		if in, known := c.Contains(tt.code, tt.at); !in || !known {
			t.Errorf("%s: inside %v, contour known %v", tt.code, in, known)
		}
	}
	if in, _ := c.Contains("59650", orb.Point{4.15, 50.05}); in {
		t.Error("the contour of a commune of both is the second's")
	}
	if line, _ := c.Lookup("59650"); line == nil || line.Name != "QN05901M" {
		t.Errorf("the line of a commune of both is not the first's: %+v", line)
	}
	zones, _, ok := z.Polygons(geo.QPV, "2024")
	if !ok || len(zones) != 2 {
		t.Errorf("zones %+v", zones)
	}
}
