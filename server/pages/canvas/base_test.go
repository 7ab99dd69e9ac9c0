package canvas

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"

	"perimetre/data/maps/ground"
	"perimetre/data/maps/pmtiles"
	"perimetre/geo/fault"
)

// writeBaseMap writes an archive with a road, a building, water and a name at a place.
func writeBaseMap(t *testing.T, at orb.Point) string {
	t.Helper()
	tile := maptile.At(at, 15)
	around := func(d float64) orb.Polygon {
		return orb.Polygon{{{at[0] - d, at[1] - d}, {at[0] + d, at[1] - d}, {at[0] + d, at[1] + d}, {at[0] - d, at[1] + d}, {at[0] - d, at[1] - d}}}
	}
	layer := func(name string, g orb.Geometry) *mvt.Layer {
		fc := geojson.NewFeatureCollection().Append(geojson.NewFeature(g))
		return mvt.NewLayer(name, fc)
	}
	layers := mvt.Layers{layer("roads", orb.LineString{{at[0] - 1e-3, at[1]}, {at[0] + 1e-3, at[1]}}), layer("buildings", around(2e-4)), layer("water", around(5e-4)), layer("street_names", orb.LineString{at, {at[0] + 1e-3, at[1]}})}
	layers.ProjectToTile(tile)
	b, err := mvt.MarshalGzipped(layers)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "fond.pmtiles")
	info := pmtiles.Info{Metadata: []byte(`{"name":"essai"}`), Bound: tile.Bound(), MinZoom: 15, MaxZoom: 15}
	if err := pmtiles.Write(path, info, []pmtiles.Item{{ID: pmtiles.ID(15, tile.X, tile.Y), Data: b}}); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBaseMapUnderAPlan(t *testing.T) {
	at := orb.Point{3.06, 50.63}
	base, err := ground.OpenBase(writeBaseMap(t, at))
	if err != nil {
		t.Fatal(err)
	}
	f := Plan(at)
	layers, err := BaseLayers(base, &f)
	if err != nil {
		t.Fatal(err)
	}
	var classes []string
	for _, l := range layers {
		classes = append(classes, l.Class)
		for _, s := range l.Shapes {
			if !strings.HasPrefix(s.Path, "M") {
				t.Errorf("%s: %q", l.Class, s.Path)
			}
		}
	}
	if got := strings.Join(classes, " "); got != "b-water b-building b-road" {
		t.Errorf("drawn: %s", got)
	}
	// The road runs through the middle of the plan.
	if p := layers[2].Shapes[0].Path; !strings.Contains(p, " 300.") && !strings.Contains(p, " 299.") {
		t.Errorf("the road is not where it is: %s", p)
	}
	elsewhere := Plan(orb.Point{2.3, 49.9})
	if layers, err := BaseLayers(base, &elsewhere); err != nil || len(layers) != 0 {
		t.Errorf("elsewhere: %v, %v", layers, err)
	}
	other := filepath.Join(t.TempDir(), "x.pmtiles")
	if err := os.WriteFile(other, []byte(strings.Repeat("pas une archive", 20)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ground.OpenBase(other); fault.KindOf(err) != fault.Input {
		t.Errorf("a foreign file: %v", err)
	}
}
