package api

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"perimetre/batch/publicapi"
	"perimetre/geo/blockfile"
	"perimetre/geo/geocode"
	"perimetre/server/httpio"
	"perimetre/server/packs"
)

// Bounds of the public API's parameters.
const (
	minQuery = 3    // characters
	maxQuery = 1000 // characters; the public API stops at 200
	maxLimit = 100
	maxReach = 100_000 // metres
)

var placeTypes = []string{"housenumber", "street", "locality", "municipality"}

// search answers as the public API does to /search.
func (s *API) search(m manners) httpio.Handler {
	return m.answers(func(w http.ResponseWriter, r *http.Request) error {
		s.anySite(w)
		p, err := m.form(w, r)
		if err != nil {
			return err
		}
		c, err := s.find(p, m)
		if err != nil {
			return err
		}
		return httpio.WriteJSON(w, http.StatusOK, c)
	})
}

// find searches as parameters ask.
func (s *API) find(p *httpio.Params, m manners) (c *publicapi.Collection, err error) {
	q := geocode.Query{Text: p.Text("q"), Autocomplete: p.Bool("autocomplete", true)}
	checkText(p, "q", q.Text)
	pack := s.Packs.Acquire()
	defer pack.Release()
	defer blockfile.Recover(&err, blockfile.Guard())
	q.Limit = p.Integer("limit", m.limit, 1, maxLimit)
	var types []string
	q.Only, types = filter(p, pack)
	otherNames(p)
	q.Near[0], q.Near[1], q.HasNear = p.Point(false)
	zonings := askedZonings(p)
	if err := p.Err(); err != nil {
		return nil, err
	}
	searcher := pack.Searcher()
	defer pack.Return(searcher)
	return byType(types, q.Limit, func(only string) (publicapi.Collection, error) {
		q.Only.Type = only
		a, err := searcher.Search(&q)
		if err != nil {
			return publicapi.Collection{}, err
		}
		found := publicapi.Search(a.Results, q.Text, q.Limit, pack.ID)
		zonings.places(pack, a, found.Features)
		if m.geoplateforme {
			found.AsGeoplateforme()
		}
		return found, nil
	})
}

// byType asks for each type of place, or once for all without any, and returns the best of
// all the answers.
func byType(types []string, limit int, ask func(only string) (publicapi.Collection, error)) (*publicapi.Collection, error) {
	if len(types) == 0 {
		types = []string{""}
	}
	var found publicapi.Collection
	for i, only := range types {
		c, err := ask(only)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			found = c
			continue
		}
		for _, f := range c.Features {
			if !slices.ContainsFunc(found.Features, func(o publicapi.Feature) bool { return o.Properties.ID == f.Properties.ID }) {
				found.Features = append(found.Features, f)
			}
		}
	}
	if len(types) > 1 {
		slices.SortStableFunc(found.Features, func(a, b publicapi.Feature) int { return cmp.Compare(b.Properties.Score, a.Properties.Score) })
		found.Features = found.Features[:min(limit, len(found.Features))]
	}
	return &found, nil
}

// checkText refuses a text too short or too long to search.
func checkText(p *httpio.Params, name, text string) {
	if n := utf8.RuneCountInString(text); n < minQuery || n > maxQuery {
		p.Refuse(name, "de 3 à 1000 caractères sont attendus")
	}
}

// reverse answers as the public API does to /reverse.
func (s *API) reverse(m manners) httpio.Handler {
	return m.answers(func(w http.ResponseWriter, r *http.Request) error {
		s.anySite(w)
		p, err := m.form(w, r)
		if err != nil {
			return err
		}
		c, err := s.locate(p, m)
		if err != nil {
			return err
		}
		return httpio.WriteJSON(w, http.StatusOK, c)
	})
}

// locate looks around a point, or in a shape, as parameters ask.
func (s *API) locate(p *httpio.Params, m manners) (c *publicapi.Collection, err error) {
	pack := s.Packs.Acquire()
	defer pack.Release()
	defer blockfile.Recover(&err, blockfile.Guard())
	otherNames(p)
	var area *shape
	if m.geoplateforme {
		area = searchGeometry(p)
	}
	lon, lat, pointed := p.Point(area == nil)
	o := geocode.ReverseOptions{Limit: p.Integer("limit", m.reverse, 1, maxLimit), Radius: float64(p.Integer("reach", 0, 1, maxReach))}
	var types []string
	o.Only, types = filter(p, pack)
	zonings := askedZonings(p)
	if err := p.Err(); err != nil {
		return nil, err
	}
	if !pointed {
		lon, lat = area.centre[0], area.centre[1]
	}
	return byType(types, o.Limit, func(only string) (publicapi.Collection, error) {
		o.Only.Type = only
		var results []geocode.Result
		var err error
		switch {
		case area != nil && !area.bare:
			results, err = area.addresses(pack.Index, orb.Point{lon, lat}, o)
		case m.geoplateforme && only != "municipality":
			results, err = aroundPoint(pack.Index, lon, lat, o)
		default:
			results, err = pack.Index.Nearby(lon, lat, o)
		}
		if err != nil {
			return publicapi.Collection{}, err
		}
		found := publicapi.Reverse(results, o.Limit, pack.ID)
		zonings.point(pack, lon, lat, found.Features)
		if m.geoplateforme {
			found.ByDistance(pointed || area.bare)
			found.AsGeoplateforme()
		}
		return found, nil
	})
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

// filter reads the parameters that keep only some places, and the types of these.
func filter(p *httpio.Params, pack *packs.Edition) (geocode.Filter, []string) {
	indexes(p)
	f := geocode.Filter{Postcode: p.Codes("postcode", 5), CityCode: p.Codes("citycode", 5)}
	if name := p.Text("city"); name != "" {
		switch code := pack.TownNamed(name); {
		case code == "":
			p.Refuse("city", "le nom d’une commune est attendu")
		case f.CityCode != "" && !slices.Contains(strings.Split(f.CityCode, ","), code):
			p.Refuse("city, citycode", "une même commune est attendue")
		default:
			f.CityCode = code
		}
	}
	return f, p.Words("type", placeTypes...)
}

// indexes reads the list of indexes to search. That of addresses is the only one
// here: a list without it is refused.
func indexes(p *httpio.Params) {
	if !p.Values.Has("index") && p.Values.Has("indexes") { // its name for tables
		p.Values.Set("index", strings.Join(p.Values["indexes"], ","))
	}
	list, bad := strings.Split(p.Text("index"), ","), len(p.Bad)
	for _, name := range list {
		p.Values.Set("index", name)
		p.OneOf("index", "address", "poi", "parcel")
	}
	if len(p.Bad) == bad && list[0] != "" && !slices.Contains(list, "address") {
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
