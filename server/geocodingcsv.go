package server

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"perimetre/batch"
	"perimetre/batch/publicapi"
	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
	"perimetre/ingest/table"
)

// searchCSV answers as the public API does to /search/csv, by the pipeline of the
// command line. The whole body is read before the first byte of the answer:
// clients that send all before reading work whatever the size.
func (s *Server) searchCSV(w http.ResponseWriter, r *http.Request) (err error) {
	return s.geocodeTable(w, r, func(ctx context.Context, pack *openPack, form url.Values, in *table.Reader, out batch.Writer) error {
		o := batch.Options{
			Workers: s.cfg.Workers, Columns: form["columns"], CityCode: form.Get("citycode"), Postcode: form.Get("postcode"),
			NewSearch: func() batch.Search {
				searcher := pack.searcher()
				only := geocode.Filter{Type: form.Get("type")}
				return func(q *geocode.Query) (*geocode.Answer, error) {
					q.Only = only
					if err := s.heavy.take(ctx); err != nil {
						return nil, err
					}
					defer s.heavy.give()
					return searcher.Search(q)
				}
			},
		}
		_, err := batch.Geocode(ctx, o, in, out)
		return err
	})
}

// reverseCSV answers as the public API does to /reverse/csv.
func (s *Server) reverseCSV(w http.ResponseWriter, r *http.Request) error {
	return s.geocodeTable(w, r, func(ctx context.Context, pack *openPack, form url.Values, in *table.Reader, out batch.Writer) error {
		lon, lat := coordinate(in.Header, form, "lon", "longitude", "lng", "x"), coordinate(in.Header, form, "lat", "latitude", "y")
		if lon < 0 || lat < 0 {
			return &fault.Error{Kind: fault.Input, File: in.Name, Line: in.HeaderLine, Message: "colonnes des coordonnées introuvables",
				Expected: "longitude et latitude (ou lon et lat)", Seen: strings.Join(in.Header, ", ")}
		}
		only := geocode.Filter{Type: form.Get("type")}
		if err := out.Write(slices.Concat(in.Header, publicapi.Columns)); err != nil {
			return err
		}
		var cells publicapi.Cells
		line := make([]string, len(in.Header)+len(publicapi.Columns))
		ours := line[len(in.Header):]
		for n := 0; ; n++ {
			row, err := in.Next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if n%1024 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			copy(line, row.Cells)
			if len(row.Overflow) > 0 { // cells past the last heading stay with the last one
				sep := string(rune(max(in.Delimiter, ',')))
				line[len(row.Cells)-1] += sep + strings.Join(row.Overflow, sep)
			}
			if err := reverseRow(&cells, pack, ours, row.Cells[lon], row.Cells[lat], only); err != nil {
				return err
			}
			if err := out.Write(line); err != nil {
				return err
			}
		}
	})
}

func reverseRow(cells *publicapi.Cells, pack *openPack, ours []string, lon, lat string, only geocode.Filter) error {
	clear(ours)
	if strings.TrimSpace(lon) == "" && strings.TrimSpace(lat) == "" {
		ours[publicapi.Status] = publicapi.Skipped
		return nil
	}
	x, err1 := table.ParseNumber(lon)
	y, err2 := table.ParseNumber(lat)
	if err1 != nil || err2 != nil || x < -180 || x > 180 || y < -90 || y > 90 {
		ours[publicapi.Status] = publicapi.Error
		return nil
	}
	results, err := pack.Index.Reverse(x, y, geocode.ReverseOptions{Limit: 1, Only: only})
	if err != nil {
		return err
	}
	cells.Fill(ours, &geocode.Answer{Results: results})
	return nil
}

// coordinate finds a column by the form, else by its usual titles.
func coordinate(header []string, form url.Values, name string, titles ...string) int {
	if given := form.Get(name); given != "" {
		return table.FindColumn(header, given)
	}
	for _, t := range append([]string{name}, titles...) {
		if i := table.FindColumn(header, t); i >= 0 {
			return i
		}
	}
	return -1
}

// geocodeTable spools the body, opens the table and streams what work writes.
func (s *Server) geocodeTable(w http.ResponseWriter, r *http.Request, work func(context.Context, *openPack, url.Values, *table.Reader, batch.Writer) error) (err error) {
	u, err := readUpload(w, r, s.cfg.MaxUpload)
	if err != nil {
		return err
	}
	defer u.discard()
	p := params{v: u.fields}
	p.oneOf("type", placeTypes...)
	p.oneOf("index", "address")
	delimiter := p.text("delimiter")
	if len(delimiter) > 1 {
		p.refuse("delimiter", "un caractère est attendu")
	}
	encoding, encodingErr := table.ParseEncoding(u.fields.Get("encoding"))
	if encodingErr != nil {
		p.refuse("encoding", encodingErr.Error())
	}
	if err := p.err(); err != nil {
		return err
	}
	o := table.Options{Columns: u.fields["columns"], Encoding: encoding, MaxExpanded: s.cfg.MaxExpanded}
	if delimiter != "" {
		o.Delimiter = delimiter[0]
	}
	in, err := table.OpenReader(u.name, u.File, o)
	if err != nil {
		return err
	}
	defer in.Close()
	pack := s.packs.acquire()
	defer pack.release()
	defer blockfile.Recover(&err)
	out := &tableAnswer{w: w, in: in, results: u.fields["result_columns"]}
	if err := work(r.Context(), pack, u.fields, in, out); err != nil {
		return out.broken(err)
	}
	return out.close()
}

// tableAnswer is a CSV answer that begins with the first row: until then an error
// has a status of its own. It keeps the columns of ours that were asked for.
type tableAnswer struct {
	w       http.ResponseWriter
	in      *table.Reader
	results []string
	out     *table.Writer
	keep    []int // nil keeps all
	line    []string
}

// Write implements batch.Writer.
func (t *tableAnswer) Write(cells []string) error {
	if t.out == nil {
		if err := t.begin(cells); err != nil {
			return err
		}
	}
	if t.keep == nil {
		return t.out.Write(cells)
	}
	t.line = t.line[:0]
	for _, i := range t.keep {
		t.line = append(t.line, cells[i])
	}
	return t.out.Write(t.line)
}

func (t *tableAnswer) begin(header []string) (err error) {
	if len(t.results) > 0 {
		for _, c := range t.results {
			if !slices.Contains(publicapi.Columns, c) {
				return &badRequest{[]string{"result_columns : colonne inconnue « " + c + " »"}}
			}
		}
		for i, h := range header {
			if !slices.Contains(publicapi.Columns, h) || slices.Contains(t.results, h) {
				t.keep = append(t.keep, i)
			}
		}
	}
	t.out, err = table.Create("-", table.WriteOptions{Stdout: t.w, Delimiter: t.in.Delimiter, Encoding: table.UTF8})
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(filepath.Base(t.in.Name), filepath.Ext(t.in.Name)) + ".geocoded.csv"
	h := t.w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	t.w.WriteHeader(http.StatusOK)
	return nil
}

// broken ends an answer that cannot go on: cut short where it had begun, so that
// nobody takes it for whole.
func (t *tableAnswer) broken(err error) error {
	if t.out == nil {
		return err
	}
	t.out.Abort()
	return &cutShort{err}
}

func (t *tableAnswer) close() error {
	if t.out == nil {
		return nil
	}
	if err := t.out.Close(); err != nil {
		return &cutShort{err}
	}
	return nil
}

// cutShort is an error met once the answer had begun.
type cutShort struct{ error }

func (c *cutShort) Unwrap() error { return c.error }
