package ogc

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"os"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/paulmach/orb/encoding/wkb"

	"perimetre/data/maps/layers"
	"perimetre/export"
	"perimetre/geo"
)

// parquetNodes are the columns of the types of fields; each may be null.
var parquetNodes = map[layers.FieldType]parquet.Node{layers.Text: parquet.String(), layers.Integer: parquet.Int(64), layers.Real: parquet.Leaf(parquet.DoubleType),
	layers.Boolean: parquet.Leaf(parquet.BooleanType), layers.Date: parquet.Date()}

// geoColumn is what GeoParquet 1.1 asks to be said of the shapes: they are in degrees,
// longitude first, by default.
type geoColumn struct {
	Encoding string    `json:"encoding"`
	Kinds    []string  `json:"geometry_types"`
	Box      []float64 `json:"bbox,omitempty"`
}

// parquetColumns returns the columns of a layer: id, its fields, geometry.
func parquetColumns(l *layers.Layer) export.Columns {
	c := export.Columns{}
	c.Add("id", parquet.String())
	for _, f := range l.Fields {
		c.Add(f.Name, parquetNodes[f.Type])
	}
	c.Add("geometry", parquet.Leaf(parquet.ByteArrayType))
	return c
}

func writeParquet(path string, l *layers.Layer, made time.Time) (err error) {
	column := geoColumn{Encoding: "WKB", Kinds: []string{"MultiPolygon"}}
	if l.Points {
		column.Kinds[0] = "Point"
	}
	if b := l.Bound; !b.IsEmpty() {
		column.Box = []float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
	}
	meta, err := json.Marshal(map[string]any{"version": "1.1.0", "primary_column": "geometry", "columns": map[string]geoColumn{"geometry": column}})
	if err != nil {
		return err
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	w := parquet.NewGenericWriter[any](out, parquet.NewSchema(l.ID, parquetColumns(l)), parquet.Compression(&parquet.Zstd), parquet.CreatedBy("perimetre", "", ""),
		parquet.KeyValueMetadata("geo", string(meta)), parquet.KeyValueMetadata("built_at", made.UTC().Format(time.RFC3339)))
	for i := range l.Features {
		row, err := parquetRow(l, &l.Features[i])
		if err != nil {
			return err
		}
		if _, err := w.WriteRows([]parquet.Row{row}); err != nil {
			return err
		}
	}
	return w.Close()
}

// parquetRow returns a feature as its columns.
func parquetRow(l *layers.Layer, f *layers.Feature) (parquet.Row, error) {
	values := []parquet.Value{parquet.ValueOf(f.ID)}
	for i, field := range l.Fields {
		v := f.Values[i]
		if text, ok := v.(string); ok && field.Type == layers.Date {
			d, err := geo.ParseDate(text)
			if err != nil {
				return nil, err
			}
			v = int32(d.Time().Unix() / 86400) // days since 1970
		}
		values = append(values, parquet.ValueOf(v))
	}
	shape := parquet.NullValue()
	if g := f.Shape(); g != nil {
		b, err := wkb.Marshal(g, binary.LittleEndian)
		if err != nil {
			return nil, err
		}
		shape = parquet.ByteArrayValue(b)
	}
	values = append(values, shape)
	for i, v := range values {
		held := 1
		if v.IsNull() {
			held = 0
		}
		values[i] = v.Level(0, held, i)
	}
	return values, nil
}
