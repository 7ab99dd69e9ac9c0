package ground

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
)

const metre = 1 / 111195. // degrees of latitude

// row makes numbers along a parallel, one every step metres, north metres off it.
func row(first, by, count int, step, north float64) (out []geocode.HouseNumber) {
	for i := range count {
		out = append(out, geocode.HouseNumber{Number: first + i*by, Lon: 3 + float64(i)*step*metre/math.Cos(50*math.Pi/180), Lat: 50 + north*metre})
	}
	return out
}

// metresNorth is how far north of the parallel 50 a line's points lie, at least and at most.
func metresNorth(l orb.LineString) (least, most float64) {
	least, most = math.Inf(1), math.Inf(-1)
	for _, p := range l {
		least, most = min(least, (p[1]-50)/metre), max(most, (p[1]-50)/metre)
	}
	return least, most
}

func TestAStreetRunsBetweenItsSides(t *testing.T) {
	lines := streetLines(append(row(1, 2, 20, 10, -8), row(2, 2, 15, 13, 8)...))
	if len(lines) != 1 {
		t.Fatalf("%d lines", len(lines))
	}
	if least, most := metresNorth(lines[0]); least < -1 || most > 1 {
		t.Errorf("from %.1f to %.1f m off the middle", least, most)
	}
	if got := (lines[0].Bound().Max[0] - lines[0].Bound().Min[0]) / metre * math.Cos(50*math.Pi/180); math.Abs(got-190) > 5 {
		t.Errorf("%.0f m long, its numbers span 190", got)
	}
}

func TestAStreetIsCutWhereNothingIsKnown(t *testing.T) {
	far := row(101, 2, 5, 10, 0)
	for i := range far {
		far[i].Lon += 600 * metre / math.Cos(50*math.Pi/180)
	}
	for name, c := range map[string]struct {
		numbers []geocode.HouseNumber
		lines   int
	}{
		"one number":            {row(1, 1, 1, 0, 0), 0},
		"none":                  {nil, 0},
		"all at one place":      {row(1, 1, 9, 0, 0), 0},
		"fictitious numbers":    {row(5001, 1, 9, 20, 0), 0},
		"a gap of 500 m":        {append(row(1, 2, 5, 10, 0), far...), 2},
		"numbers 300 m apart":   {row(1, 2, 6, 300, 0), 1},
		"a street that is bent": {append(row(1, 2, 6, 20, 0), geocode.HouseNumber{Number: 21, Lon: 3 + 100*metre/math.Cos(50*math.Pi/180), Lat: 50 + 40*metre}), 1},
		"there and back":        {append(row(1, 2, 6, 20, 0), geocode.HouseNumber{Number: 21, Lon: 3, Lat: 50 + metre}), 2},
	} {
		if got := len(streetLines(c.numbers)); got != c.lines {
			t.Errorf("%s: %d lines, want %d", name, got, c.lines)
		}
	}
}

func skeleton(t *testing.T) *Skeleton {
	t.Helper()
	box := func(lon float64) orb.MultiPolygon {
		return orb.MultiPolygon{{{{lon, 50}, {lon + .1, 50}, {lon + .1, 50.1}, {lon, 50.1}, {lon, 50}}}}
	}
	list := []geo.Commune{
		{Code: "59001", Name: "Petite", Departement: "59", Population: 10, Postcodes: []string{"59100"}, Lon: 3.05, Lat: 50.05},
		{Code: "59002", Name: "Grande", Departement: "59", Population: 1000, Postcodes: []string{"59200"}, Lon: 3.15, Lat: 50.05}}
	communes, err := geo.NewCommunes(list, []geo.Contour{{Code: "59001", Shape: box(3)}, {Code: "59002", Shape: box(3.1)}})
	if err != nil {
		t.Fatal(err)
	}
	day := geo.MustDate("2024-01-01")
	zonings, err := geo.NewZonings(communes, []geo.PolygonVersion{{Version: geo.Version{Zoning: geo.QPV, Name: "2024", ValidFrom: day, KnownFrom: day, CompleteFor: []string{"*"}},
		Zones: []geo.Zone{{ZoneRef: geo.ZoneRef{Code: "QN05901M", Name: "Nord"}, Communes: []string{"59001"}, Shape: box(3.02)}}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	b, err := geocode.NewBuilder(geocode.BuildOptions{Dir: dir, Communes: list})
	if err != nil {
		t.Fatal(err)
	}
	for i, h := range append(row(1, 2, 40, 20, 5000), row(2, 2, 40, 20, 5010)...) {
		if err := b.Add([]geo.Address{{ID: "59001_0001_" + string(rune('a'+i%26)) + string(rune('a'+i/26)), StreetID: "59001_0001", Number: h.Number, Street: "Rue de la Gare", Postcode: "59100", CityCode: "59001", City: "Petite", Lon: h.Lon, Lat: h.Lat}}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Close(); err != nil {
		t.Fatal(err)
	}
	index, err := geocode.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close() })
	return New(index, zonings)
}

func decoded(t *testing.T, s *Skeleton, layer string, tile maptile.Tile) map[string]*mvt.Layer {
	t.Helper()
	d, ok, err := s.Tile(layer, uint8(tile.Z), tile.X, tile.Y)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*mvt.Layer{}
	if !ok {
		return out
	}
	list, err := mvt.UnmarshalGzipped(d.Gzipped)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list {
		out[l.Name] = l
	}
	return out
}

// A name is in one tile of each zoom, however many tiles show what bears it.
func TestANameIsInOneTile(t *testing.T) {
	s := skeleton(t)
	for z := maptile.Zoom(NamesFrom); z <= StreetsTo; z++ {
		seen := map[string]int{}
		min, max := maptile.At(orb.Point{3, 50.1}, z), maptile.At(orb.Point{3.2, 50}, z)
		for x := min.X; x <= max.X; x++ {
			for y := min.Y; y <= max.Y; y++ {
				for _, layer := range []string{Streets, Names} {
					for name, l := range decoded(t, s, layer, maptile.New(x, y, z)) {
						for _, f := range l.Features {
							if name != "rues" {
								seen[f.Properties.MustString("nom")]++
							}
						}
					}
				}
			}
		}
		want := map[string]int{}
		if z <= NamesTo {
			want["Petite"], want["Grande"] = 1, 1
		}
		if z >= allNamesFrom && z <= NamesTo {
			want["Nord"] = 1
		}
		if z >= StreetsFrom { // 780 m long
			want["Rue de la Gare"] = 1
		}
		for name, n := range want {
			if seen[name] != n {
				t.Errorf("zoom %d: %s %d times, want %d", z, name, seen[name], n)
			}
		}
		if len(seen) != len(want) {
			t.Errorf("zoom %d: %v, want %v", z, seen, want)
		}
	}
}

func TestTheLargestCommuneIsNamedFirst(t *testing.T) {
	l := decoded(t, skeleton(t), Names, maptile.At(orb.Point{3.1, 50.05}, 5))["communes_noms"]
	if len(l.Features) != 2 || l.Features[0].Properties["nom"] != "Grande" || l.Features[0].Properties.MustFloat64("rang", -1) != 0 {
		t.Errorf("%v", l.Features)
	}
}

func TestKindsOfAGround(t *testing.T) {
	for layer, want := range map[string]string{"roads": "road", "water": "water", "buildings": "building", "landuse": "green", "transportation": "road", "transportation_name": "", "places": "", "boundaries": "", "ocs_vegetation_surf": "green"} {
		if got := KindOf(layer); got != want {
			t.Errorf("%s: %q, want %q", layer, got, want)
		}
	}
	bad := filepath.Join(t.TempDir(), "x.pmtiles")
	if err := os.WriteFile(bad, make([]byte, 400), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenBase(bad); fault.KindOf(err) != fault.Input {
		t.Errorf("a foreign file: %v", err)
	}
}

// BenchmarkStreets draws the tiles of the middle of a town, of a pack named by
// $PERIMETRE_PACK (a folder of one pack: PACK/current).
func BenchmarkStreets(b *testing.B) {
	dir := os.Getenv("PERIMETRE_PACK")
	if dir == "" {
		b.Skip("PERIMETRE_PACK names no pack")
	}
	index, err := geocode.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer index.Close()
	communes, _ := geo.NewCommunes(nil, nil)
	zonings, err := geo.NewZonings(communes, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	s := New(index, zonings)
	at := orb.Point{2.3478, 48.8566}
	for z := maptile.Zoom(StreetsFrom); z <= StreetsTo; z++ {
		b.Run([]string{"z12", "z13", "z14"}[z-StreetsFrom], func(b *testing.B) {
			tile := maptile.At(at, z)
			bytes := 0
			for range b.N {
				d, ok, err := s.Tile(Streets, uint8(z), tile.X, tile.Y)
				if err != nil || !ok {
					b.Fatal(ok, err)
				}
				bytes = len(d.Gzipped)
			}
			b.ReportMetric(float64(bytes), "bytes")
		})
	}
}
