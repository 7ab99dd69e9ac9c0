package publicapi

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"perimetre/geo/geocode"
)

var lille = geocode.Result{
	Precision: geocode.PrecisionNumber, Lon: 3.0586789, Lat: 50.6300001, ID: "59350_1234_00012_bis", HouseNumber: "12 bis",
	Name: "12 bis Rue Nationale", Street: "Rue Nationale", Postcode: "59000", City: "Lille", CityCode: "59350",
	OldCity: "Lomme", OldCityCode: "59355", Context: "59, Nord, Hauts-de-France", Label: "12 bis Rue Nationale 59000 Lille",
	Score: 0.96784, Confidence: 0.98765, Importance: 0.7, Distance: 12.4, Faults: []string{"voie_faute", "commune_alias"},
}

func TestCells(t *testing.T) {
	var c Cells
	cells := make([]string, len(Columns))
	c.Fill(cells, &geocode.Answer{Results: []geocode.Result{lille}, ScoreNext: 0.5})
	want := []string{
		"3.058679", "50.63", "0.9678", "0.5", "12 bis Rue Nationale 59000 Lille", "housenumber", "59350_1234_00012_bis",
		"12 bis", "12 bis Rue Nationale", "Rue Nationale", "59000", "Lille", "59, Nord, Hauts-de-France", "59350", "59355", "Lomme", "", "ok",
		"numero", "0.9877", "voie_faute|commune_alias",
	}
	if diff := cmp.Diff(want, cells); diff != "" {
		t.Error(diff)
	}
	unplaced := lille
	unplaced.Lon, unplaced.Lat = math.NaN(), math.NaN()
	c.Fill(cells, &geocode.Answer{Results: []geocode.Result{unplaced}})
	if cells[Longitude] != "" || cells[Latitude] != "" || cells[2] != "0.9678" {
		t.Errorf("a place without a point: %q", cells[:4])
	}
	c.Fill(cells, &geocode.Answer{})
	if cells[Status] != NotFound || cells[Precision] != "aucune" || cells[4] != "" {
		t.Errorf("nothing found: %q", cells)
	}
	for title, at := range map[string]int{"longitude": Longitude, "latitude": Latitude, "result_type": Type, "result_citycode": CityCode, "result_status": Status, "result_precision": Precision} {
		if slices.Index(Columns, title) != at {
			t.Errorf("%s is not at %d", title, at)
		}
	}
}

func TestParsePrecision(t *testing.T) {
	for _, c := range []struct {
		precision, kind string
		want            geocode.Precision
	}{
		{"numero", "", geocode.PrecisionNumber}, {"interpole", "housenumber", geocode.PrecisionInterpolated}, {"", "street", geocode.PrecisionStreet},
		{"", "municipality", geocode.PrecisionCommune}, {"LIEU_DIT", "", geocode.PrecisionLocality}, {"", "", geocode.PrecisionNone}, {"aucune", "", geocode.PrecisionNone},
	} {
		if got := ParsePrecision(c.precision, c.kind); got != c.want {
			t.Errorf("%q %q: %s, want %s", c.precision, c.kind, got, c.want)
		}
	}
}

// The GeoJSON is the public API's: the golden file holds the shape.
func TestGeoJSON(t *testing.T) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	for _, c := range []Collection{Search([]geocode.Result{lille, lille}, "12 bis rue nationale", 1, "abc"), Reverse([]geocode.Result{lille}, 5, "abc"), Search(nil, "rien", 5, "abc")} {
		if err := e.Encode(c); err != nil {
			t.Fatal(err)
		}
	}
	const golden = "testdata/collection.json"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Error(diff)
	}
}
