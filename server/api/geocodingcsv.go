package api

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"perimetre/batch"
	"perimetre/batch/publicapi"
	"perimetre/export"
	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
	"perimetre/ingest/table"
	"perimetre/server/httpio"
	"perimetre/server/packs"
)

// searchCSV answers as the public API does to /search/csv, by the pipeline of the
// command line. The whole body is read before the first byte of the answer:
// clients that send all before reading work whatever the size.
func (s *API) searchCSV(m manners) httpio.Handler {
	return s.geocodeTable(m, publicapi.Columns, func(ctx context.Context, pack *packs.Edition, o batch.Options, kind string, zonings zoningAsked, in *table.Reader, out batch.Writer) error {
		if len(o.Columns) == 0 && !saysAddress(in.Header) {
			o.Columns = otherColumns(in.Header, &o) // as the public API: the whole row is the address
		}
		o.NewSearch = func() batch.Search {
			searcher := pack.Searcher()
			return func(q *geocode.Query) (*geocode.Answer, error) {
				if kind != "" {
					q.Only.Type = kind
				}
				if err := s.Turns.Take(ctx); err != nil {
					return nil, err
				}
				defer s.Turns.Give()
				return searcher.Search(q)
			}
		}
		var err error
		if at := zonings.at(pack); at != nil {
			_, err = batch.Flag(ctx, batch.FlagOptions{Options: o, Public: true, Decider: at.Decider, Locate: at.Locate, On: at.On, Known: at.Known, Pack: at.Pack}, in, out)
		} else {
			_, err = batch.Geocode(ctx, o, in, out)
		}
		return err
	})
}

// saysAddress reports whether headings tell where the address stands.
func saysAddress(header []string) bool {
	c := table.Generic().Match(header)
	return c.Has(table.Address) || c.Has(table.Street) || c.Has(table.City)
}

// otherColumns returns the columns that no option names.
func otherColumns(header []string, o *batch.Options) (columns []string) {
	for _, h := range header {
		if strings.TrimSpace(h) != "" && !slices.Contains([]string{o.CityCode, o.Postcode, o.Type, o.Near[0], o.Near[1]}, h) {
			columns = append(columns, h)
		}
	}
	return columns
}

// reverseCSV answers as the public API does to /reverse/csv.
func (s *API) reverseCSV(m manners) httpio.Handler {
	return s.geocodeTable(m, publicapi.ReverseColumns, func(ctx context.Context, pack *packs.Edition, o batch.Options, kind string, zonings zoningAsked, in *table.Reader, out batch.Writer) error {
		_, err := batch.Reverse(ctx, o, func(lon, lat float64, only geocode.Filter) ([]geocode.Result, error) {
			if kind != "" {
				only.Type = kind
			}
			if err := s.Turns.Take(ctx); err != nil {
				return nil, err
			}
			defer s.Turns.Give()
			return pack.Index.Nearby(lon, lat, geocode.ReverseOptions{Limit: 1, Only: only})
		}, zonings.at(pack), in, out)
		return err
	})
}

// tableWork geocodes a table; kind is a type of place for every row, or empty.
type tableWork func(ctx context.Context, pack *packs.Edition, o batch.Options, kind string, zonings zoningAsked, in *table.Reader, out batch.Writer) error

// geocodeTable spools the body, opens the table and streams what work writes, our
// columns last. The parameters stand in the form or, as the public API allows, in
// the query string.
func (s *API) geocodeTable(m manners, ours []string, work tableWork) httpio.Handler {
	return m.answers(func(w http.ResponseWriter, r *http.Request) error { return s.answerTable(w, r, m, ours, work) })
}

func (s *API) answerTable(w http.ResponseWriter, r *http.Request, m manners, ours []string, work tableWork) (err error) {
	s.anySite(w)
	u, err := httpio.ReadUpload(w, r, s.MaxUpload)
	if err != nil {
		return err
	}
	defer u.Discard()
	form := r.URL.Query()
	for name, list := range u.Fields {
		form[name] = list
	}
	p := httpio.Params{Values: form}
	indexes(&p)
	delimiter := form.Get("delimiter")
	if len(delimiter) > 1 {
		p.Refuse("delimiter", "un caractère est attendu")
	}
	if q := p.Text("quote"); q != "" && q != `"` {
		p.Refuse("quote", `seul " est lu`)
	}
	encoding, encodingErr := table.ParseEncoding(p.Text("encoding"))
	if encodingErr != nil {
		p.Refuse("encoding", encodingErr.Error())
	}
	answered := encoding
	if answered == table.Auto || answered == table.UTF8BOM {
		answered = table.UTF8
	}
	if p.Bool("with_bom", false) && answered == table.UTF8 {
		answered = table.UTF8BOM
	}
	zonings := askedZonings(&p)
	wanted := form["result_columns"]
	more := m.geoplateforme && len(wanted) == 0
	for _, c := range wanted {
		switch {
		case slices.Contains(ours, c):
		case slices.Contains(publicapi.MoreColumns, c):
			more = true
		case slices.Contains(batch.ZoningColumns, c):
			if len(zonings.names) == 0 { // named is asked
				zonings.names = publicapi.Zonings
			}
		default:
			p.Refuse("result_columns", "colonne inconnue « "+c+" »")
		}
	}
	asked := zonings.columns()
	if len(wanted) == 0 && (more || len(asked) > 0) {
		wanted = slices.Concat(ours, asked)
		if more {
			wanted = append(wanted, publicapi.MoreColumns[0])
		}
	}
	if len(asked) > 0 {
		ours = slices.Concat(ours, batch.ZoningColumns)
	}
	if more {
		ours = slices.Concat(ours, publicapi.MoreColumns)
	}
	if err := p.Err(); err != nil {
		return err
	}
	read := table.Options{Columns: form["columns"], Encoding: encoding, MaxExpanded: s.MaxExpanded}
	if delimiter != "" {
		read.Delimiter = delimiter[0]
	}
	if err := readWhole(r.Context(), u.Name, u.File, read); err != nil {
		return unreadable(err)
	}
	in, err := table.OpenReader(u.Name, u.File, read)
	if err != nil {
		return unreadable(err)
	}
	defer in.Close()
	o := batch.Options{Workers: s.Workers, More: more, Columns: form["columns"], CityCode: p.Text("citycode"), Postcode: p.Text("postcode"), Near: [2]string{p.Text("lon"), p.Text("lat")}}
	kind := p.Text("type")
	if table.FindColumn(in.Header, kind) >= 0 && kind != "" {
		o.Type, kind = kind, ""
	} else if kind != "" && !slices.Contains(placeTypes, kind) {
		return httpio.Refused("type : attendu : une colonne du tableau, ou " + strings.Join(placeTypes, ", "))
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	defer blockfile.Recover(&err, blockfile.Guard())
	out := &tableAnswer{w: w, in: in, ours: ours, results: wanted, encoding: answered}
	if err := work(r.Context(), pack, o, kind, zonings, in, out); err != nil {
		return out.broken(unreadable(err))
	}
	return out.close()
}

// readWhole reads a table to its end: what cannot be read, or is past a limit, has a
// status of its own only before the answer begins.
func readWhole(ctx context.Context, name string, file io.ReadSeeker, o table.Options) error {
	in, err := table.OpenReader(name, file, o)
	if err != nil {
		return err
	}
	defer in.Close()
	for n := 0; ; n++ {
		if _, err := in.Next(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		if n%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	_, err = file.Seek(0, io.SeekStart)
	return err
}

// unreadable answers 400 to a table that cannot be read as asked, as the public API
// does.
func unreadable(err error) error {
	if fault.KindOf(err) == fault.Input {
		return httpio.Refused(err.Error())
	}
	return err
}

// tableAnswer is a CSV answer that begins with the first row: until then an error
// has a status of its own. Of our columns it keeps the ones that were asked for, in the
// order asked.
type tableAnswer struct {
	w        http.ResponseWriter
	in       *table.Reader
	ours     []string
	results  []string
	encoding table.Encoding
	out      *export.Writer
	keep     []int // nil keeps all
	line     []string
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
		first := len(header) - len(t.ours)
		for i := range first {
			t.keep = append(t.keep, i)
		}
		for _, c := range t.results {
			t.keep = append(t.keep, first+slices.Index(t.ours, c))
		}
	}
	t.out, err = export.Create("-", export.Options{Stdout: t.w, Delimiter: t.in.Delimiter, Encoding: t.encoding})
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(filepath.Base(t.in.Name), filepath.Ext(t.in.Name)) + ".geocoded.csv"
	h := t.w.Header()
	h.Set("Content-Type", "text/csv; charset="+strings.TrimSuffix(t.encoding.String(), "-bom"))
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
	return httpio.CutShort(err)
}

func (t *tableAnswer) close() error {
	if t.out == nil {
		return nil
	}
	if err := t.out.Close(); err != nil {
		return httpio.CutShort(err)
	}
	return nil
}
