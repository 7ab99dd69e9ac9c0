package api

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"perimetre/batch/publicapi"
	"perimetre/geo/blockfile"
	"perimetre/geo/geocode"
	"perimetre/server/httpio"
	"perimetre/server/packs"
)

// Bounds of the public API's parameters.
const (
	minQuery     = 3    // characters
	maxQuery     = 1000 // characters; the public API stops at 200
	defaultLimit = 5
	maxLimit     = 100
	maxReach     = 100_000 // metres
)

var placeTypes = []string{"housenumber", "street", "locality", "municipality"}

// search answers as the public API does to /search.
func (s *API) search(w http.ResponseWriter, r *http.Request) (err error) {
	s.anySite(w)
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	q := geocode.Query{Text: p.Text("q"), Autocomplete: p.Bool("autocomplete", true)}
	if n := utf8.RuneCountInString(q.Text); n < minQuery || n > maxQuery {
		p.Refuse("q", "de 3 à 1000 caractères sont attendus")
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	defer blockfile.Recover(&err, blockfile.Guard())
	q.Limit = p.Integer("limit", defaultLimit, 1, maxLimit)
	q.Only = filter(p, pack)
	otherNames(p)
	q.Near[0], q.Near[1], q.HasNear = p.Point(false)
	zonings := askedZonings(p)
	if err := p.Err(); err != nil {
		return err
	}
	searcher := pack.Searcher()
	defer pack.Return(searcher) // the answer is the searcher's until it is written
	a, err := searcher.Search(&q)
	if err != nil {
		return err
	}
	c := publicapi.Search(a.Results, q.Text, q.Limit, pack.ID)
	zonings.places(pack, a, c.Features)
	return httpio.WriteJSON(w, http.StatusOK, &c)
}

// reverse answers as the public API does to /reverse.
func (s *API) reverse(w http.ResponseWriter, r *http.Request) (err error) {
	s.anySite(w)
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	defer blockfile.Recover(&err, blockfile.Guard())
	otherNames(p)
	lon, lat, _ := p.Point(true)
	o := geocode.ReverseOptions{Limit: p.Integer("limit", 1, 1, maxLimit), Radius: float64(p.Integer("reach", 0, 1, maxReach)), Only: filter(p, pack)}
	zonings := askedZonings(p)
	if err := p.Err(); err != nil {
		return err
	}
	results, err := pack.Index.Nearby(lon, lat, o)
	if err != nil {
		return err
	}
	c := publicapi.Reverse(results, o.Limit, pack.ID)
	zonings.point(pack, lon, lat, c.Features)
	return httpio.WriteJSON(w, http.StatusOK, &c)
}

// anySite lets the pages of any site read an answer, as the public API does, where
// the answer is anybody's.
func (s *API) anySite(w http.ResponseWriter) {
	if !s.Private {
		w.Header().Set("Access-Control-Allow-Origin", "*")
	}
}

// preflight tells a browser what pages of other sites may send.
func (s *API) preflight(w http.ResponseWriter, _ *http.Request) error {
	s.anySite(w)
	if h := w.Header(); !s.Private {
		h.Set("Access-Control-Allow-Methods", "GET, POST")
		h.Set("Access-Control-Allow-Headers", "Content-Type, X-Requested-With")
		h.Set("Access-Control-Max-Age", "86400")
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// filter reads the parameters that keep only some places.
func filter(p *httpio.Params, pack *packs.Edition) geocode.Filter {
	indexes(p)
	f := geocode.Filter{Type: p.OneOf("type", placeTypes...), Postcode: p.Code("postcode", 5), CityCode: p.Code("citycode", 5)}
	if name := p.Text("city"); name != "" {
		switch code := pack.TownNamed(name); {
		case code == "":
			p.Refuse("city", "le nom d’une commune est attendu")
		case f.CityCode != "" && f.CityCode != code:
			p.Refuse("city, citycode", "une même commune est attendue")
		default:
			f.CityCode = code
		}
	}
	return f
}

// indexes reads the list of indexes to search. That of addresses is the only one
// here: a list without it is refused.
func indexes(p *httpio.Params) {
	if !p.Values.Has("index") && p.Values.Has("indexes") { // its name for tables
		p.Values.Set("index", strings.Join(p.Values["indexes"], ","))
	}
	list := strings.Split(p.Text("index"), ",")
	for _, name := range list {
		p.Values.Set("index", name)
		p.OneOf("index", "address", "poi", "parcel")
	}
	if list[0] != "" && !slices.Contains(list, "address") {
		p.Refuse("index", "seules les adresses (address) sont servies")
	}
}

// otherNames gives lon and lat the names that the public API's first server takes
// for them too.
func otherNames(p *httpio.Params) {
	for name, others := range map[string][]string{"lon": {"lng", "long", "longitude"}, "lat": {"latitude"}} {
		for _, o := range others {
			if !p.Values.Has(name) && p.Values.Has(o) {
				p.Values.Set(name, p.Values.Get(o))
			}
		}
	}
}
