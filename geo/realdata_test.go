package geo_test

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

// realFile reads a file of the real data, and skips where there is none.
func realFile(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "shared", "data", "raw", filepath.FromSlash(name)))
	if err != nil {
		t.Skip("données réelles absentes : " + name)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// feature is a GeoJSON feature with a polygon or a multipolygon.
type feature struct {
	Properties map[string]string
	Geometry   struct {
		Type        string
		Coordinates json.RawMessage
	}
}

func (f *feature) shape(t testing.TB) (mp orb.MultiPolygon) {
	t.Helper()
	into := any(&mp)
	if f.Geometry.Type == "Polygon" {
		mp = make(orb.MultiPolygon, 1)
		into = &mp[0]
	}
	if err := json.Unmarshal(f.Geometry.Coordinates, into); err != nil {
		t.Fatal(err)
	}
	return mp
}

func realFeatures(t testing.TB, name string) []feature {
	t.Helper()
	var fc struct{ Features []feature }
	if err := json.Unmarshal(realFile(t, name), &fc); err != nil {
		t.Fatal(err)
	}
	return fc.Features
}

func repaired(t testing.TB, f *feature) orb.MultiPolygon {
	t.Helper()
	mp, _, err := geo.Repair(f.shape(t))
	if err != nil {
		t.Fatal(err)
	}
	return mp
}

// realZones reads the QPV of 2024 or 2015, repaired.
func realZones(t testing.TB, name string) []geo.Zone {
	t.Helper()
	var out []geo.Zone
	for _, f := range realFeatures(t, name) {
		z := geo.Zone{ZoneRef: geo.ZoneRef{Code: f.Properties["code_qp"]}, Shape: repaired(t, &f)}
		z.Name = f.Properties["lib_qp"] + f.Properties["nom_qp"] // one or the other
		if list := f.Properties["insee_com"]; list != "" {
			for _, c := range strings.Split(list, ",") {
				z.Communes = append(z.Communes, strings.TrimSpace(c))
			}
		}
		out = append(out, z)
	}
	return out
}

func realCommunes(t testing.TB) *geo.Communes {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(realFile(t, "communes/communes-hdf.csv")), "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var list []geo.Commune
	for _, row := range rows[1:] {
		c := geo.Commune{Code: row[0], Name: row[1], Departement: row[2], EPCI: row[5], EPCIName: row[6], Postcodes: strings.Split(row[4], ",")}
		c.Population, _ = strconv.Atoi(row[3])
		for _, f := range strings.Split(row[7], ",") {
			if f != "" {
				c.Former = append(c.Former, geo.FormerCommune{Code: f})
			}
		}
		list = append(list, c)
	}
	var contours []geo.Contour
	for _, d := range []string{"02", "59", "60", "62", "80"} {
		for _, f := range realFeatures(t, "communes/communes-"+d+".geojson.gz") {
			contours = append(contours, geo.Contour{Code: f.Properties["code"], Shape: f.shape(t)})
		}
	}
	c, err := geo.NewCommunes(list, contours)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// realList reads a list of communes: the column of the status, and what its
// labels mean.
func realList(t testing.TB, name string, column int, labels map[string]geo.ListStatus) map[string]geo.ListStatus {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(realFile(t, name)), "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]geo.ListStatus{}
	for _, row := range rows[1:] {
		s, ok := labels[row[column]]
		if !ok {
			t.Fatalf("%s: label %q", name, row[column])
		}
		out[row[0]] = s
	}
	return out
}
