package main

import (
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// A square of 0.02 degree with a hole: inside, in the hole, outside, with the distance to
// the nearest border in metres.
func TestLocate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "qpv.geojson.gz")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	z.Write([]byte(`{"features":[{"properties":{"insee_com":"59512, 59599"},"geometry":{"type":"Polygon","coordinates":[
		[[3,50],[3.02,50],[3.02,50.02],[3,50.02],[3,50]],[[3.008,50.008],[3.012,50.008],[3.012,50.012],[3.008,50.012],[3.008,50.008]]]}}]}`))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	zones, communes, err := readZones(path)
	if err != nil || len(zones) != 1 || !communes["59512"] || !communes["59599"] {
		t.Fatal(zones, communes, err)
	}
	for _, c := range []struct {
		x, y   float64
		inside bool
		metres float64
	}{{3.01, 50.004, true, .004 * 111320}, {3.01, 50.01, false, .002 * 111320 * math.Cos(50.01*math.Pi/180)}, {3.01, 49.999, false, .001 * 111320}, {4, 50, false, 1000}} {
		inside, metres := locate(zones, c.x, c.y)
		if inside != c.inside || math.Abs(metres-c.metres) > .5 {
			t.Errorf("%v %v: %v at %.1f m, want %v at %.1f m", c.x, c.y, inside, metres, c.inside, c.metres)
		}
	}
}
