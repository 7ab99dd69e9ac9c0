package tiles

import (
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"

	"perimetre/data/maps/pmtiles"
)

func TestAcceptsGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "gzip": true, "gzip, deflate, br": true, "br;q=1.0, gzip;q=0.8": true, "GZIP": true, "*": true,
		"gzip;q=0": false, "gzip; q=0.0, *": false, "identity": false, "*;q=0": false, "br": false,
	} {
		if got := acceptsGzip(header); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}

func TestMatches(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, `"a"`: true, `W/"a"`: true, `"b", "a"`: true, "*": true, `"b"`: false, `a`: false,
	} {
		if got := matches(header, `"a"`); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}

func tile(t *testing.T, ids ...string) pmtiles.Data {
	t.Helper()
	l := &mvt.Layer{Name: "communes", Version: 2, Extent: 4096}
	for i, id := range ids {
		f := geojson.NewFeature(orb.Point{float64(i), float64(len(id))})
		f.Properties = geojson.Properties{"id": id}
		l.Features = append(l.Features, f)
	}
	b, err := mvt.Marshal(mvt.Layers{l})
	if err != nil {
		t.Fatal(err)
	}
	return pmtiles.NewData(pmtiles.Compress(b))
}

// Where two packs show a tile, a feature that both have is shown once.
func TestJoined(t *testing.T) {
	d, err := joined([]pmtiles.Data{tile(t, "59001", "59002"), tile(t, "59002", "62001")})
	if err != nil {
		t.Fatal(err)
	}
	list, err := mvt.UnmarshalGzipped(d.Gzipped)
	if err != nil || len(list) != 1 || list[0].Name != "communes" {
		t.Fatal(list, err)
	}
	var got string
	for _, f := range list[0].Features {
		got += f.Properties["id"].(string) + " "
	}
	if got != "59001 59002 62001 " {
		t.Error(got)
	}
}

func TestCoordinate(t *testing.T) {
	for s, want := range map[string]bool{"0": true, "31": true, "32": false, "-1": false, "+1": false, "01": false, "": false, "1.0": false, "99999999999999999999": false} {
		if _, ok := coordinate(s, 32); ok != want {
			t.Errorf("%q: %v", s, ok)
		}
	}
}

// Layers asked for together are those that each tile alone shows.
func TestTogether(t *testing.T) {
	one, two := tile(t, "59001"), tile(t, "62001", "62002")
	d, ok, err := together([]pmtiles.Data{one, two})
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	list, err := mvt.UnmarshalGzipped(d.Gzipped)
	if err != nil || len(list) != 2 || len(list[0].Features) != 1 || len(list[1].Features) != 2 {
		t.Fatal(list, err)
	}
	if d, ok, _ := together([]pmtiles.Data{one}); !ok || d.Sum != one.Sum {
		t.Error("one layer is not handed out as it stands")
	}
	if _, ok, _ := together(nil); ok {
		t.Error("a tile of nothing")
	}
}
