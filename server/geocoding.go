package server

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"perimetre/batch/publicapi"
	"perimetre/geo/blockfile"
	"perimetre/geo/geocode"
)

// Bounds of the public API's parameters.
const (
	minQuery     = 3    // characters
	maxQuery     = 1000 // characters; the public API stops at 200
	defaultLimit = 5
	maxLimit     = 100
)

var placeTypes = []string{"housenumber", "street", "locality", "municipality"}

// search answers as the public API does to /search.
func (s *Server) search(w http.ResponseWriter, r *http.Request) (err error) {
	s.anySite(w)
	p, err := formParams(w, r)
	if err != nil {
		return err
	}
	q := geocode.Query{Text: p.text("q"), Autocomplete: p.boolean("autocomplete", true)}
	if n := utf8.RuneCountInString(q.Text); n < minQuery || n > maxQuery {
		p.refuse("q", "de 3 à 1000 caractères sont attendus")
	}
	q.Limit = p.whole("limit", defaultLimit, 1, maxLimit)
	q.Only = filter(p)
	otherNames(p)
	q.Near[0], q.Near[1], q.HasNear = p.point(false)
	if err := p.err(); err != nil {
		return err
	}
	pack := s.packs.acquire()
	defer pack.release()
	defer blockfile.Recover(&err)
	searcher := pack.searcher()
	defer pack.searchers.Put(searcher) // the answer is the searcher's until it is written
	a, err := searcher.Search(&q)
	if err != nil {
		return err
	}
	c := publicapi.Search(a.Results, q.Text, q.Limit, pack.ID)
	return writeJSON(w, http.StatusOK, &c)
}

// reverse answers as the public API does to /reverse.
func (s *Server) reverse(w http.ResponseWriter, r *http.Request) (err error) {
	s.anySite(w)
	p, err := formParams(w, r)
	if err != nil {
		return err
	}
	otherNames(p)
	lon, lat, _ := p.point(true)
	o := geocode.ReverseOptions{Limit: p.whole("limit", 1, 1, maxLimit), Only: filter(p)}
	if err := p.err(); err != nil {
		return err
	}
	pack := s.packs.acquire()
	defer pack.release()
	defer blockfile.Recover(&err)
	results, err := pack.Index.Reverse(lon, lat, o)
	if err != nil {
		return err
	}
	c := publicapi.Reverse(results, o.Limit, pack.ID)
	return writeJSON(w, http.StatusOK, &c)
}

// anySite lets the pages of any site read an answer, as the public API does, where
// the answer is anybody's.
func (s *Server) anySite(w http.ResponseWriter) {
	if !s.cfg.Private {
		w.Header().Set("Access-Control-Allow-Origin", "*")
	}
}

// filter reads the parameters that keep only some places.
func filter(p *params) geocode.Filter {
	indexes(p)
	return geocode.Filter{Type: p.oneOf("type", placeTypes...), Postcode: p.code("postcode", 5), CityCode: p.code("citycode", 5)}
}

// indexes reads the list of indexes to search. That of addresses is the only one
// here: a list without it is refused.
func indexes(p *params) {
	if !p.v.Has("index") && p.v.Has("indexes") { // its name for tables
		p.v.Set("index", strings.Join(p.v["indexes"], ","))
	}
	list := strings.Split(p.text("index"), ",")
	for _, name := range list {
		p.v.Set("index", name)
		p.oneOf("index", "address", "poi", "parcel")
	}
	if list[0] != "" && !slices.Contains(list, "address") {
		p.refuse("index", "seules les adresses (address) sont servies")
	}
}

// otherNames gives lon and lat the names that the public API's first server takes
// for them too.
func otherNames(p *params) {
	for name, others := range map[string][]string{"lon": {"lng", "long", "longitude"}, "lat": {"latitude"}} {
		for _, o := range others {
			if !p.v.Has(name) && p.v.Has(o) {
				p.v.Set(name, p.v.Get(o))
			}
		}
	}
}

// withoutSlash drops the slash that the public API's clients write at the end of
// its end points: "/search/?q=…".
func withoutSlash(r *http.Request) *http.Request {
	path := strings.TrimSuffix(r.URL.Path, "/")
	switch strings.TrimPrefix(path, "/geocodage") {
	case "/search", "/reverse", "/search/csv", "/reverse/csv", "/ogc", "/ogc/collections":
		if path != r.URL.Path {
			u := *r.URL
			u.Path, u.RawPath = path, ""
			bare := *r
			bare.URL = &u
			return &bare
		}
	}
	return r
}
