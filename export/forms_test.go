package export

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"perimetre/geo/fault"
)

var formRows = [][]string{
	{"nom", "longitude", "latitude", "note"},
	{"Zoé « é »", "3.0633", "50.6372", "a;b"},
	{"sans point", "", "", ""},
}

func written(t *testing.T, name string, rows [][]string) ([]byte, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	w, err := Create(path, Options{Numbers: []string{"longitude", "latitude"}})
	if err != nil {
		return nil, err
	}
	defer w.Abort()
	for _, r := range rows {
		if err := w.Write(r); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b, nil
}

func TestFormsByExtension(t *testing.T) {
	csv, err := written(t, "a.csv", formRows)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := written(t, "sans-extension", formRows); err != nil || !bytes.Equal(b, csv) {
		t.Errorf("without extension: %v %q", err, b)
	}
	if b, err := written(t, "a.tsv", formRows); err != nil || !strings.Contains(string(b), "sans point\t\t\t\n") {
		t.Errorf("tsv: %v %q", err, b)
	}
	b, err := written(t, "A.CSV.GZ", formRows)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := io.ReadAll(z); err != nil || !bytes.Equal(plain, csv) {
		t.Errorf("csv.gz: %v %q", err, plain)
	}
	var list []struct {
		Nom       string
		Longitude *float64
		Note      string
	}
	if b, err = written(t, "a.json", formRows); err != nil || json.Unmarshal(b, &list) != nil {
		t.Fatalf("json: %v %s", err, b)
	}
	if len(list) != 2 || list[0].Nom != "Zoé « é »" || *list[0].Longitude != 3.0633 || list[0].Note != "a;b" || list[1].Longitude != nil {
		t.Errorf("json: %s", b)
	}
	var features struct {
		Features []struct {
			Geometry   *struct{ Coordinates [2]float64 }
			Properties map[string]any
		}
	}
	if b, err = written(t, "a.geojson", formRows); err != nil || json.Unmarshal(b, &features) != nil {
		t.Fatalf("geojson: %v %s", err, b)
	}
	if f := features.Features; len(f) != 2 || f[0].Geometry.Coordinates != [2]float64{3.0633, 50.6372} || f[1].Geometry != nil || f[1].Properties["nom"] != "sans point" {
		t.Errorf("geojson: %s", b)
	}
	if b, err = written(t, "vide.json", nil); err != nil || !json.Valid(b) {
		t.Errorf("an empty json: %v %q", err, b)
	}
	if _, err := written(t, "a.geojson", [][]string{{"nom"}}); fault.KindOf(err) != fault.Usage {
		t.Errorf("a GeoJSON without points: %v", err)
	}
}

func TestParquetHasTheColumnsInOrderAndPoints(t *testing.T) {
	b, err := written(t, "a.parquet", formRows)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range f.Root().Columns() {
		names = append(names, c.Name()+":"+c.Type().Kind().String())
	}
	if got, want := strings.Join(names, " "), "nom:BYTE_ARRAY longitude:DOUBLE latitude:DOUBLE note:BYTE_ARRAY geometry:BYTE_ARRAY"; got != want {
		t.Errorf("columns %s, want %s", got, want)
	}
	geo, ok := f.Lookup("geo")
	var about struct {
		Version string
		Primary string `json:"primary_column"`
		Columns map[string]struct{ Encoding string }
	}
	if !ok || json.Unmarshal([]byte(geo), &about) != nil || about.Version != "1.1.0" || about.Columns[about.Primary].Encoding != "WKB" {
		t.Errorf("geo: %s", geo)
	}
	rows := make([]parquet.Row, 2)
	r := parquet.NewReader(f)
	if n, err := r.ReadRows(rows); n != 2 || err != nil && err != io.EOF {
		t.Fatal(n, err)
	}
	if rows[0][0].String() != "Zoé « é »" || rows[0][1].Double() != 3.0633 || !bytes.Equal(rows[0][4].ByteArray(), pointWKB(3.0633, 50.6372)) || !rows[1][1].IsNull() || !rows[1][4].IsNull() {
		t.Errorf("%v", rows)
	}
}

// A table never goes out in another format under a name that says one.
func TestOtherFormsAreRefused(t *testing.T) {
	for _, name := range []string{"a.ods", "a.xls", "a.gpkg", "A.SHP", "a.csv.zip", "a.json.gz", "a.jsonl"} {
		if _, err := written(t, name, formRows); fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), ".parquet") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
