package export

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"perimetre/geo/fault"
)

// Forms are the extensions that a table is written under, each as what it says.
const Forms = ".csv, .csv.gz, .tsv, .xlsx, .json, .geojson ou .parquet"

// others are extensions of formats that are not written: a table never goes out in another
// format under one of these names.
var others = []string{".ods", ".xls", ".xlsm", ".xlsb", ".zip", ".gz", ".zst", ".bz2", ".xz", ".7z", ".jsonl", ".ndjson", ".geojsonl",
	".gpkg", ".shp", ".dbf", ".kml", ".kmz", ".fgb", ".gml", ".xml", ".sqlite", ".db", ".duckdb", ".arrow", ".feather", ".avro", ".orc", ".pdf", ".html", ".doc", ".docx", ".yml", ".yaml"}

// form returns the extension of a path that says its format; an unknown one is CSV, and one
// that names a format that is not written is refused.
func form(path string) (string, error) {
	name := strings.ToLower(filepath.Base(path))
	ext := filepath.Ext(name)
	if strings.HasSuffix(name, ".csv.gz") {
		return ".csv.gz", nil
	}
	if slices.Contains(others, ext) {
		return "", &fault.Error{Kind: fault.Usage, File: path, Message: "une table ne s’écrit pas dans ce format", Expected: Forms, Seen: ext}
	}
	return ext, nil
}

// newSink writes in the format that an extension says.
func newSink(ext string, out io.Writer, o Options) (sink, error) {
	switch ext {
	case ".xlsx":
		return newXLSXSink(out, o)
	case ".json":
		return &jsonSink{out: bufio.NewWriter(out), numbers: o.Numbers}, nil
	case ".geojson":
		return &jsonSink{out: bufio.NewWriter(out), numbers: o.Numbers, features: true}, nil
	case ".parquet":
		return &parquetSink{out: out, numbers: o.Numbers}, nil
	case ".tsv":
		o.Delimiter = '\t'
	case ".csv.gz":
		z := gzip.NewWriter(out)
		s, err := newCSVSink(z, o)
		return gzipSink{s, z}, err
	}
	return newCSVSink(out, o)
}

// gzipSink is a CSV under gzip.
type gzipSink struct {
	*csvSink
	z *gzip.Writer
}

func (s gzipSink) flush() error { return errors.Join(s.csvSink.flush(), s.z.Close()) }

// head is what the header says of a table: its titles, and which columns hold numbers or
// the point of a row.
type head struct {
	titles   []string
	numeric  []bool
	lon, lat int // -1 without
}

// newHead reads a header; a title that comes twice takes its rank.
func newHead(cells, numbers []string) head {
	h := head{lon: slices.Index(cells, "longitude"), lat: slices.Index(cells, "latitude")}
	for i, c := range cells {
		h.numeric = append(h.numeric, slices.Contains(numbers, c))
		if c == "" || slices.Contains(h.titles, c) {
			c = strings.TrimSpace(c + " " + strconv.Itoa(i+1))
		}
		h.titles = append(h.titles, c)
	}
	return h
}

// hasPoints reports whether rows have a point.
func (h *head) hasPoints() bool { return h.lon >= 0 && h.lat >= 0 }

// point returns the point of a row, in degrees; ok is false if the row has none.
func (h *head) point(cells []string) (lon, lat float64, ok bool) {
	lon, err1 := strconv.ParseFloat(cells[h.lon], 64)
	lat, err2 := strconv.ParseFloat(cells[h.lat], 64)
	return lon, lat, err1 == nil && err2 == nil
}

// jsonSink writes an array of objects, or the features of a GeoJSON.
type jsonSink struct {
	out      *bufio.Writer
	numbers  []string
	features bool
	head     head
	rows     int
	started  bool
}

func (s *jsonSink) write(cells []string) error {
	if !s.started {
		s.started, s.head = true, newHead(cells, s.numbers)
		if s.features && !s.head.hasPoints() {
			return &fault.Error{Kind: fault.Usage, Message: "un GeoJSON demande un point par ligne", Expected: "les colonnes longitude et latitude"}
		}
		open := "["
		if s.features {
			open = `{"type":"FeatureCollection","features":[`
		}
		_, err := s.out.WriteString(open)
		return err
	}
	if s.rows++; s.rows > 1 {
		s.out.WriteByte(',')
	}
	s.out.WriteString("\n")
	if !s.features {
		return s.object(cells)
	}
	s.out.WriteString(`{"type":"Feature","geometry":`)
	if lon, lat, ok := s.head.point(cells); ok {
		b, err := json.Marshal([2]float64{lon, lat})
		if err != nil {
			return err
		}
		s.out.WriteString(`{"type":"Point","coordinates":` + string(b) + `}`)
	} else {
		s.out.WriteString("null")
	}
	s.out.WriteString(`,"properties":`)
	if err := s.object(cells); err != nil {
		return err
	}
	return s.out.WriteByte('}')
}

// object writes the cells of a row under their titles, in order; an empty number is null.
func (s *jsonSink) object(cells []string) error {
	s.out.WriteByte('{')
	for i, title := range s.head.titles {
		if i > 0 {
			s.out.WriteByte(',')
		}
		cell := ""
		if i < len(cells) {
			cell = cells[i]
		}
		s.text(title)
		s.out.WriteByte(':')
		_, err := strconv.ParseFloat(cell, 64)
		switch {
		case s.head.numeric[i] && cell == "":
			s.out.WriteString("null")
		case s.head.numeric[i] && err == nil && json.Valid([]byte(cell)):
			s.out.WriteString(cell)
		default:
			s.text(cell)
		}
	}
	return s.out.WriteByte('}')
}

func (s *jsonSink) text(v string) {
	e := json.NewEncoder(lineless{s.out})
	e.SetEscapeHTML(false)
	e.Encode(v)
}

// lineless drops the line end that an encoder adds.
type lineless struct{ w *bufio.Writer }

func (l lineless) Write(p []byte) (int, error) {
	n := len(p)
	_, err := l.w.Write(p[:n-1])
	return n, err
}

func (s *jsonSink) flush() error {
	if !s.started {
		if err := s.write([]string{"longitude", "latitude"}); err != nil {
			return err
		}
	}
	end := "\n]\n"
	if s.features {
		end = "\n]}\n"
	}
	if _, err := s.out.WriteString(end); err != nil {
		return err
	}
	return s.out.Flush()
}
