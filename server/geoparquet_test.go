package server

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/paulmach/orb/encoding/wkb"

	"perimetre/data/maps/layers"
	"perimetre/geo"
)

// Each collection is whole in GeoParquet: its fields in their order, typed even where
// every value is null, and its shapes.
func TestGeoParquet(t *testing.T) {
	w := newWorld(t)
	types := map[layers.FieldType]string{layers.Text: "STRING", layers.Integer: "INT(64,true)", layers.Real: "DOUBLE", layers.Boolean: "BOOLEAN", layers.Date: "DATE"}
	for _, l := range w.layers() {
		b := w.client().get("/ogc/collections/" + l.ID + "/geoparquet").want(200).body
		f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatalf("%s: %v", l.ID, err)
		}
		columns := f.Schema().Fields()
		if len(columns) != len(l.Fields)+2 || f.NumRows() != int64(len(l.Features)) {
			t.Fatalf("%s: %d columns and %d rows for %d fields and %d features", l.ID, len(columns), f.NumRows(), len(l.Fields), len(l.Features))
		}
		for i, field := range l.Fields {
			if c := columns[i+1]; c.Name() != field.Name || c.Type().String() != types[field.Type] {
				t.Errorf("%s: column %s %s, want %s %s", l.ID, c.Name(), c.Type(), field.Name, types[field.Type])
			}
		}
		meta, _ := f.Lookup("geo")
		var said struct {
			Columns struct {
				Geometry struct {
					Encoding string     `json:"encoding"`
					Box      [4]float64 `json:"bbox"`
				} `json:"geometry"`
			} `json:"columns"`
		}
		if err := json.Unmarshal([]byte(meta), &said); err != nil || said.Columns.Geometry.Encoding != "WKB" || said.Columns.Geometry.Box[0] != l.Bound.Min[0] {
			t.Errorf("%s: %v %s", l.ID, err, meta)
		}
		rows := make([]parquet.Row, len(l.Features))
		if n, _ := parquet.NewReader(f).ReadRows(rows); n != len(rows) {
			t.Fatalf("%s: %d rows are read", l.ID, n)
		}
		for i, row := range rows {
			sameFeature(t, l, &l.Features[i], row)
		}
	}
}

// sameFeature holds a row to a feature.
func sameFeature(t *testing.T, l *layers.Layer, f *layers.Feature, row parquet.Row) {
	t.Helper()
	if id := row[0].String(); id != f.ID {
		t.Errorf("%s: row of %s, want %s", l.ID, id, f.ID)
	}
	for k, field := range l.Fields {
		v, want := row[k+1], f.Values[k]
		switch {
		case want == nil || v.IsNull():
			if want != nil || !v.IsNull() {
				t.Errorf("%s %s: %s is %v, want %v", l.ID, f.ID, field.Name, v, want)
			}
		case field.Type == layers.Date:
			if day := (geo.Date{Year: 1970, Month: 1, Day: 1}).AddDays(int(v.Int32())); day.String() != want {
				t.Errorf("%s %s: %s is %v, want %v", l.ID, f.ID, field.Name, day, want)
			}
		case field.Type == layers.Text && v.String() != want:
			t.Errorf("%s %s: %s is %v, want %v", l.ID, f.ID, field.Name, v, want)
		case field.Type == layers.Integer && v.Int64() != int64(want.(int)):
			t.Errorf("%s %s: %s is %v, want %v", l.ID, f.ID, field.Name, v, want)
		}
	}
	shape := row[len(row)-1]
	if shape.IsNull() != (f.Shape() == nil) {
		t.Errorf("%s %s: a shape in one and not in the other", l.ID, f.ID)
	}
	if shape.IsNull() {
		return
	}
	if g, err := wkb.Unmarshal(shape.ByteArray()); err != nil || g.Bound() != f.Bound {
		t.Errorf("%s %s: shape %v (%v), want one in %v", l.ID, f.ID, g.Bound(), err, f.Bound)
	}
}
