package tiles

import (
	"context"
	"encoding/json"
	"math"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/project"
	"pgregory.net/rapid"

	"perimetre/data/maps/layers"
	"perimetre/data/maps/pmtiles"
	"perimetre/geo"
)

func square(lon, lat, side float64) orb.Ring {
	return orb.Ring{{lon, lat}, {lon + side, lat}, {lon + side, lat + side}, {lon, lat + side}, {lon, lat}}
}

func hole(lon, lat, side float64) orb.Ring {
	r := square(lon, lat, side)
	r.Reverse()
	return r
}

// world has a commune in two parts, one with a hole, a tiny one, and two sites, one
// of which nobody has placed.
func world(t *testing.T) []*layers.Layer {
	t.Helper()
	communes, err := geo.NewCommunes([]geo.Commune{{Code: "59001", Name: "Grande", Departement: "59", Population: 1200}, {Code: "59002", Name: "Petite", Departement: "59"}},
		[]geo.Contour{
			{Code: "59001", Shape: orb.MultiPolygon{{square(3, 50, .2), hole(3.05, 50.05, .05)}, {square(3.3, 50, .1)}}},
			{Code: "59002", Shape: orb.MultiPolygon{{square(3.25, 50.2, .00005)}}},
		})
	if err != nil {
		t.Fatal(err)
	}
	z, err := geo.NewZonings(communes, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return layers.Of(layers.Source{Zonings: z,
		Sites:     []geo.Site{{ID: "s1", Name: "Antenne", Lon: 3.1, Lat: 50.1, HalfDays: math.NaN()}, {ID: "s2", Lon: math.NaN(), Lat: math.NaN(), HalfDays: 2}},
		Territory: func(string) (orb.MultiPolygon, bool) { return nil, false }})
}

func encoded(t *testing.T, l *layers.Layer) *pmtiles.Archive {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.pmtiles")
	if err := Write(context.Background(), path, l); err != nil {
		t.Fatal(err)
	}
	a, err := pmtiles.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// each decodes every tile of a zoom.
func each(t *testing.T, a *pmtiles.Archive, zoom uint8, visit func(x, y uint32, l *mvt.Layer)) {
	t.Helper()
	a.Each(func(id uint64) bool {
		z, x, y := pmtiles.Tile(id)
		if z != zoom {
			return true
		}
		d, _, err := a.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		list, err := mvt.UnmarshalGzipped(d.Gzipped)
		if err != nil || len(list) != 1 || list[0].Version != 2 || list[0].Extent != extent {
			t.Fatal(list, err)
		}
		visit(x, y, list[0])
		return true
	})
}

// A shape comes back from its tiles: within each tile's own square, the parts add
// up to its area, holes taken out, at every zoom.
func TestAreaComesBack(t *testing.T) {
	l := world(t)[0]
	a := encoded(t, l)
	mp := l.Features[0].Shape().(orb.MultiPolygon)
	want := math.Abs(planar.Area(project.MultiPolygon(mp, project.WGS84.ToMercator)))
	for zoom := uint8(MinZoom); zoom <= MaxZoom; zoom++ {
		// Square metres of Mercator for a square unit of the zoom.
		unit := math.Pow(2*math.Pi*6378137/extent/float64(uint64(1)<<zoom), 2)
		sum, outer, holes := 0.0, 0, 0
		each(t, a, zoom, func(x, y uint32, l *mvt.Layer) {
			for _, f := range l.Features {
				if f.Properties["id"] != "59001" {
					continue
				}
				var parts orb.MultiPolygon
				switch g := f.Geometry.(type) {
				case orb.Polygon:
					parts = orb.MultiPolygon{g}
				case orb.MultiPolygon:
					parts = g
				}
				for _, p := range parts {
					for i, r := range p {
						// Clockwise on the screen: y grows downwards.
						if (r.Orientation() == orb.CCW) != (i == 0) {
							t.Fatalf("zoom %d: ring %d of %v turns the wrong way", zoom, i, p)
						}
						if i == 0 {
							outer++
						} else {
							holes++
						}
					}
				}
				step := 32
				if zoom < 10 {
					step = 8
				}
				sum += areaWithin(parts, step)
			}
		})
		if ratio := sum * unit / want; math.Abs(ratio-1) > .02 && zoom > 6 || math.Abs(ratio-1) > .2 {
			t.Errorf("zoom %d: %.4f of the area", zoom, ratio)
		}
		if outer == 0 || holes == 0 {
			t.Errorf("zoom %d: %d outlines, %d holes", zoom, outer, holes)
		}
	}
}

// areaWithin counts the unit squares of a tile by their centres: coarse, and of no
// kin with the clipping that made the tile.
func areaWithin(mp orb.MultiPolygon, step int) float64 {
	n := 0
	for x := step / 2; x < extent; x += step {
		for y := step / 2; y < extent; y += step {
			if planar.MultiPolygonContains(mp, orb.Point{float64(x) + .25, float64(y) + .25}) {
				n++
			}
		}
	}
	return float64(n * step * step)
}

// A feature too small for a zoom is a dot, where it is.
func TestTinyFeatureIsKept(t *testing.T) {
	l := world(t)[0]
	a := encoded(t, l)
	for zoom := uint8(MinZoom); zoom <= MaxZoom; zoom++ {
		met := false
		each(t, a, zoom, func(x, y uint32, l *mvt.Layer) {
			for _, f := range l.Features {
				if f.Properties["id"] != "59002" {
					continue
				}
				at := maptile.Fraction(orb.Point{3.25, 50.2}, maptile.Zoom(zoom))
				c := f.Geometry.Bound().Center()
				if math.Hypot(c[0]-(at[0]-float64(x))*extent, c[1]-(at[1]-float64(y))*extent) > 8 {
					t.Errorf("zoom %d: at %v", zoom, c)
				}
				met = true
			}
		})
		if !met {
			t.Errorf("lost at zoom %d", zoom)
		}
	}
}

func TestProperties(t *testing.T) {
	all := world(t)
	got := map[string]map[string]any{}
	for _, l := range all {
		each(t, encoded(t, l), MinZoom, func(_, _ uint32, m *mvt.Layer) {
			for _, f := range m.Features {
				got[m.Name+" "+f.Properties["id"].(string)] = f.Properties
			}
		})
	}
	want := map[string]map[string]any{
		"communes 59001": {"id": "59001", "code": "59001", "nom": "Grande", "departement": "59", "population": 1200.0},
		"communes 59002": {"id": "59002", "code": "59002", "nom": "Petite", "departement": "59"},
		"sites s1":       {"id": "s1", "nom": "Antenne", "rendez_vous": false},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	var m Metadata
	if err := json.Unmarshal(encoded(t, all[0]).Info().Metadata, &m); err != nil || m.VectorLayers[0].ID != "communes" || m.VectorLayers[0].Fields["population"] == "" {
		t.Errorf("%+v, %v", m, err)
	}
}

// projectTo agrees with orb's tiles.
func TestProject(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pt := orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-85, 85).Draw(t, "lat")}
		z := rapid.Uint8Range(0, MaxZoom).Draw(t, "z")
		want := maptile.Fraction(pt, maptile.Zoom(z))
		got := projectTo(pt, z)
		if math.Abs(got[0]/extent-want[0]) > 1e-6 || math.Abs(got[1]/extent-want[1]) > 1e-6 {
			t.Fatalf("%v: %v, want %v", pt, got, want)
		}
	})
}

func TestStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Write(ctx, filepath.Join(t.TempDir(), "a.pmtiles"), world(t)[0]); err == nil {
		t.Error("went on after the end of its context")
	}
}
