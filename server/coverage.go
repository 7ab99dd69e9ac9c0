package server

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"strconv"
	"time"

	"perimetre/data/study"
	"perimetre/data/study/report"
	"perimetre/geo/blockfile"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// measuring lets one study of coverage run at a time: each goes through all the
// addresses.
var measuring = make(chan struct{}, 1)

// coverage answers with whom the sites in force reach, in the shape of « perimetre
// coverage --format json ».
func (s *Server) coverage(w http.ResponseWriter, r *http.Request) (err error) {
	p := queryParams(r)
	o := study.Options{On: p.date("on", today()), Known: p.date("known", today()), Population: s.cfg.Population}
	if text := p.text("reach"); text != "" {
		reach, err := coverage.ParseReach(text)
		if err != nil {
			p.refuse("reach", "une distance comme 1000m")
		}
		o.Reach, o.ReachGiven = reach, true
	}
	if text := p.text("detour"); text != "" {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || v < 1 || v > 3 {
			p.refuse("detour", "un nombre de 1 à 3")
		}
		o.Detour = v
	}
	format := p.oneOf("format", "json", "geojson")
	if err := p.err(); err != nil {
		return err
	}
	ctx := r.Context()
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(5 * time.Minute)) // a region takes long
	select {
	case measuring <- struct{}{}:
		defer func() { <-measuring }()
	case <-ctx.Done():
		return ctx.Err()
	}
	pack := s.packs.acquire()
	defer pack.release()
	defer blockfile.Recover(&err)
	clean, err := s.studySites(ctx, r, pack, &o)
	if err != nil {
		return err
	}
	defer clean()
	res, err := study.Cover(ctx, pack.Pack, o)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	kind, write := "application/json; charset=utf-8", report.JSON
	if format == "geojson" {
		kind, write = "application/geo+json", report.GeoJSON
	}
	if err := write(&b, res); err != nil {
		return err
	}
	w.Header().Set("Content-Type", kind)
	_, err = w.Write(b.Bytes())
	return err
}

// studySites gives the study the sites in force where a Mission Locale wrote its
// own list, and what they declare; clean removes the file.
func (s *Server) studySites(ctx context.Context, r *http.Request, pack *openPack, o *study.Options) (clean func(), err error) {
	v, err := s.settings(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range v.DeclaredSites {
		o.Declared += n
	}
	written, err := s.store.Sites(ctx, "")
	if err != nil || len(written) == 0 {
		return func() {}, err
	}
	all, err := s.sites(r, pack)
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp("", "perimetre-sites-*.csv")
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "fichier temporaire")
	}
	clean = func() { f.Close(); os.Remove(f.Name()) }
	defer func() {
		if err != nil {
			clean()
		}
	}()
	t, err := table.Create("-", table.WriteOptions{Stdout: f})
	if err != nil {
		return nil, err
	}
	text := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'f', -1, 64)
	}
	rows := [][]string{{"id", "nom", "genre", "mission_locale", "hôte", "adresse", "code_postal", "commune", "insee", "lon", "lat", "ouverture", "demi_journees", "du", "au", "maj"}}
	for _, x := range all {
		rows = append(rows, []string{x.ID, x.Name, x.Kind, x.Unit, x.Host, x.Address, x.Postcode, x.City, x.CityCode, text(x.Lon), text(x.Lat), x.Opening, text(x.HalfDays), x.From.String(), x.To.String(), x.Updated.String()})
	}
	for _, cells := range rows {
		if err := t.Write(cells); err != nil {
			return nil, err
		}
	}
	o.Sites = f.Name()
	return clean, t.Close()
}
