package data

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"

	"perimetre/data/maps/layers"
	"perimetre/data/maps/pmtiles"
	"perimetre/data/maps/tiles"
	"perimetre/geo"
	"perimetre/geo/fault"
)

func layerOf(t *testing.T, p *Pack, id string) *layers.Layer {
	t.Helper()
	list, err := p.Layers()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list {
		if l.ID == id {
			return l
		}
	}
	t.Fatalf("no layer %s", id)
	return nil
}

// decoded gives the features of a layer's tile by their id, in its units.
func decoded(t *testing.T, p *Pack, layer string, z uint8, x, y uint32) map[string]orb.Geometry {
	t.Helper()
	archives, err := p.Tiles(layer)
	if err != nil || len(archives) != 1 {
		t.Fatal(len(archives), err)
	}
	d, ok, err := archives[0].Get(pmtiles.ID(z, x, y))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]orb.Geometry{}
	if !ok {
		return out
	}
	list, err := mvt.UnmarshalGzipped(d.Gzipped)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list[0].Features {
		out[f.Properties.MustString("id")] = f.Geometry
	}
	return out
}

func holds(g orb.Geometry, pt orb.Point) bool {
	switch g := g.(type) {
	case orb.Polygon:
		return planar.PolygonContains(g, pt)
	case orb.MultiPolygon:
		return planar.MultiPolygonContains(g, pt)
	}
	return false
}

// The layers of the real pack hold what their sources do, and a tile says of a point
// what the index says, but within the width of a line of the screen.
func TestRealMaps(t *testing.T) {
	raw, pack := realRaw(t), t.TempDir()
	build(t, raw, pack)
	p := openPack(t, pack)
	start := time.Now()
	list, err := p.Layers()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("layers made in %v", time.Since(start))
	want := map[string]int{"communes": 3782, "missions-locales": 42, "qpv-2015": 26, "qpv-2024": 1584, "frr": 1269 + 323 + 34, "zrr": -1, "sites": 47}
	for _, l := range list {
		n, ok := want[l.ID]
		if !ok || n >= 0 && len(l.Features) != n {
			t.Errorf("%s: %d features, want %d", l.ID, len(l.Features), n)
		}
		delete(want, l.ID)
	}
	if len(want) > 0 {
		t.Errorf("no layer of %v", want)
	}
	contours, codes := p.Communes.Contours()
	_, zones, _ := p.Zonings.Polygons(geo.QPV, "2024")
	qpv := layerOf(t, p, "qpv-2024")
	r := rand.New(rand.NewPCG(1, 2))
	inside := 0
	for _, z := range []uint8{tiles.MaxZoom, 10, 7} {
		for range 300 {
			pt := orb.Point{1.5 + 2.5*r.Float64(), 49 + 1.8*r.Float64()}
			if r.IntN(2) == 0 { // near a zone, for few points fall in one
				c := zones.Bound(r.IntN(zones.Len())).Center()
				pt = orb.Point{c[0] + (r.Float64()-.5)*.01, c[1] + (r.Float64()-.5)*.01}
			}
			f := maptile.Fraction(pt, maptile.Zoom(z))
			x, y := uint32(f[0]), uint32(f[1])
			at := orb.Point{(f[0] - float64(x)) * 4096, (f[1] - float64(y)) * 4096}
			// Metres of 10 units: rounding and simplification stay within them.
			near := 10 * 40075016.7 * math.Cos(pt[1]*math.Pi/180) / 4096 / float64(uint64(1)<<z)
			check := func(layer string, index *geo.Polygons, id func(i int) string) {
				shown := decoded(t, p, layer, z, x, y)
				for i := range index.Len() {
					if b := index.Bound(i); !b.Pad(.2).Contains(pt) {
						continue
					}
					if _, close := index.BorderDistance(i, pt, near); close {
						continue
					}
					in := index.Side(i, pt) == geo.Inside
					if in {
						inside++
					}
					if in != holds(shown[id(i)], at) {
						t.Fatalf("%s %s at %v, zoom %d: inside %v, and the tile says otherwise", layer, id(i), pt, z, in)
					}
				}
			}
			check("communes", contours, func(i int) string { return codes[i] })
			check("qpv-2024", zones, func(i int) string { return qpv.Features[i].ID })
		}
	}
	if inside < 300 {
		t.Fatalf("%d points only were in something", inside)
	}
	// No feature is lost, at any zoom.
	for _, l := range list {
		for _, z := range []uint8{tiles.MaxZoom, tiles.MinZoom} {
			shown := map[string]bool{}
			archives, _ := p.Tiles(l.ID)
			archives[0].Each(func(id uint64) bool {
				if tz, x, y := pmtiles.Tile(id); tz == z {
					for id := range decoded(t, p, l.ID, tz, x, y) {
						shown[id] = true
					}
				}
				return true
			})
			drawn := 0
			for i := range l.Features {
				if l.Features[i].Shape() != nil {
					drawn++
				}
			}
			if len(shown) != drawn {
				t.Errorf("%s at zoom %d: %d features of %d", l.ID, z, len(shown), drawn)
			}
		}
	}
}

// A territory is its communes, no less and no more.
func TestRealTerritories(t *testing.T) {
	raw, pack := realRaw(t), t.TempDir()
	build(t, raw, pack)
	p := openPack(t, pack)
	area := map[string]float64{}
	for _, terr := range p.Territories {
		c, _ := p.Communes.Contour(terr.Commune)
		area[terr.MissionLocale] += geo.Area(c)
	}
	l := layerOf(t, p, "missions-locales")
	for i := range l.Features {
		f := &l.Features[i]
		got := geo.Area(f.Shape().(orb.MultiPolygon))
		if math.Abs(got/area[f.ID]-1) > 1e-4 {
			t.Errorf("%s: %.0f m², its communes %.0f", f.ID, got, area[f.ID])
		}
	}
}

// Building maps twice gives the same bytes.
func TestMapsAreRepeatable(t *testing.T) {
	raw, one, two := t.TempDir(), t.TempDir(), t.TempDir()
	makeRaw(t, raw, 200)
	build(t, raw, one)
	build(t, raw, two)
	if a, b := openPack(t, one).ID, openPack(t, two).ID; a != b {
		t.Errorf("%s, then %s", a, b)
	}
}

func BenchmarkBuildMaps(b *testing.B) {
	pack := b.TempDir()
	build(b, realRaw(b), pack)
	dir, err := packDir(pack)
	if err != nil {
		b.Fatal(err)
	}
	pl, err := openPlaces(filepath.Join(dir, placesFile))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := buildMaps(context.Background(), dir, &pl); err != nil {
			b.Fatal(err)
		}
	}
}

// Packs built of the same contours share their maps.
func TestMapsOfSeveralPacks(t *testing.T) {
	raw, other, one, two := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	makeRaw(t, raw, 200)
	makeRaw(t, other, 300)
	build(t, raw, one)
	build(t, other, two)
	alone, both := openPack(t, one), openPack(t, one, two)
	want, err := alone.Layers()
	if err != nil {
		t.Fatal(err)
	}
	got, err := both.Layers()
	if err != nil || len(got) != len(want) || len(both.TileLayers()) != len(want) {
		t.Fatal(len(got), len(want), both.TileLayers(), err)
	}
	for i, l := range want {
		if got[i].ID != l.ID || len(got[i].Features) != len(l.Features) {
			t.Errorf("%s: %d features, %s: %d", l.ID, len(l.Features), got[i].ID, len(got[i].Features))
		}
		archives, err := both.Tiles(l.ID)
		if err != nil || len(archives) != 1 && l.ID != "sites" { // placed by each pack's own addresses
			t.Errorf("%s: %d archives, %v", l.ID, len(archives), err)
		}
	}
	if archives, err := both.Tiles("../zonings"); err != nil || archives != nil {
		t.Errorf("a layer that is none: %v, %v", archives, err)
	}
}

// A pack without its maps opens, and says what to do when they are asked for.
func TestPackWithoutMaps(t *testing.T) {
	raw, pack := t.TempDir(), t.TempDir()
	makeRaw(t, raw, 100)
	build(t, raw, pack)
	p := openPack(t, pack)
	for _, f := range []string{territoriesFile, tilesPrefix + "communes" + tilesSuffix} {
		if err := os.Remove(filepath.Join(p.dirs[0], f)); err != nil {
			t.Fatal(err)
		}
	}
	_, err := p.Layers()
	if fault.KindOf(err) != fault.Corrupt || !strings.Contains(err.Error(), "data build") {
		t.Error(err)
	}
	if _, err := p.Tiles("communes"); fault.KindOf(err) != fault.Corrupt || !strings.Contains(err.Error(), "data build") {
		t.Error(err)
	}
}
