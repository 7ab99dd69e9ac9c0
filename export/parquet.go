package export

import (
	"encoding/binary"
	"io"
	"math"
	"strconv"

	"github.com/parquet-go/parquet-go"
)

// geometryColumn holds the point of each row, as GeoParquet has it.
const geometryColumn = "geometry"

// geoParquet is the value of the key "geo" of GeoParquet 1.1: points, longitude first, WGS84
// by default.
const geoParquet = `{"version":"1.1.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB","geometry_types":["Point"]}}}`

// parquetSink writes Parquet: texts, numbers, and a point where the table has one.
type parquetSink struct {
	out     io.Writer
	numbers []string
	head    head
	w       *parquet.GenericWriter[any]
	row     parquet.Row
}

// Columns are the columns of a Parquet file in the order of the table, which a
// parquet.Group sorts; each may be null.
type Columns struct {
	parquet.Group
	order []string
}

// Add puts a column behind the others.
func (c *Columns) Add(name string, node parquet.Node) {
	if c.Group == nil {
		c.Group = parquet.Group{}
	}
	c.Group[name], c.order = parquet.Optional(node), append(c.order, name)
}

// column is a named node.
type column struct {
	parquet.Field
}

// Fields implements parquet.Node.
func (c Columns) Fields() []parquet.Field {
	byName := map[string]parquet.Field{}
	for _, f := range c.Group.Fields() {
		byName[f.Name()] = f
	}
	out := make([]parquet.Field, len(c.order))
	for i, name := range c.order {
		out[i] = column{byName[name]}
	}
	return out
}

func (s *parquetSink) write(cells []string) error {
	if s.w == nil {
		s.begin(cells)
		return nil
	}
	s.row = s.row[:0]
	for i := range s.head.titles {
		cell := ""
		if i < len(cells) {
			cell = cells[i]
		}
		s.row = append(s.row, s.value(i, cell))
	}
	if s.head.hasPoints() {
		v := parquet.NullValue().Level(0, 0, len(s.head.titles))
		if lon, lat, ok := s.head.point(cells); ok {
			v = parquet.ByteArrayValue(pointWKB(lon, lat)).Level(0, 1, len(s.head.titles))
		}
		s.row = append(s.row, v)
	}
	_, err := s.w.WriteRows([]parquet.Row{s.row})
	return err
}

// value returns the value of a cell; it is null if the cell is empty or holds no number.
func (s *parquetSink) value(i int, cell string) parquet.Value {
	if !s.head.numeric[i] {
		return parquet.ByteArrayValue([]byte(cell)).Level(0, 1, i)
	}
	v, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		return parquet.NullValue().Level(0, 0, i)
	}
	return parquet.DoubleValue(v).Level(0, 1, i)
}

func (s *parquetSink) begin(header []string) {
	s.head = newHead(header, s.numbers)
	c := Columns{}
	for i, title := range s.head.titles {
		node := parquet.String()
		if s.head.numeric[i] {
			node = parquet.Leaf(parquet.DoubleType)
		}
		c.Add(title, node)
	}
	options := []parquet.WriterOption{parquet.Compression(&parquet.Zstd), parquet.CreatedBy("perimetre", "", "")}
	if s.head.hasPoints() {
		c.Add(geometryColumn, parquet.Leaf(parquet.ByteArrayType))
		options = append(options, parquet.KeyValueMetadata("geo", geoParquet))
	}
	s.w = parquet.NewGenericWriter[any](s.out, append(options, parquet.NewSchema("table", c))...)
}

// pointWKB returns a point in the binary form of OGC, little-endian.
func pointWKB(lon, lat float64) []byte {
	b := []byte{1, 1, 0, 0, 0}
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(lon))
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(lat))
}

func (s *parquetSink) flush() error {
	if s.w == nil {
		s.begin(nil)
	}
	return s.w.Close()
}
