package api

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/batch/publicapi"
	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/geocode"
	"perimetre/server/httpio"
)

// Bounds of completion, the Géoplateforme's.
const (
	suggestions     = 10
	mostSuggestions = 15
	// looked is how many completions are looked at when some are left out after.
	looked = 100
)

// suggest completes a text as the Géoplateforme does.
func (s *API) suggest(w http.ResponseWriter, r *http.Request) (err error) {
	s.anySite(w)
	p := asGeoplateforme(httpio.Query(r))
	q := geocode.Query{Text: p.Text("text"), Autocomplete: true}
	checkText(p, "text", q.Text)
	addresses, places := completionTypes(p)
	limit := p.Integer("maximumresponses", suggestions, 1, mostSuggestions)
	terr := territories(p)
	box, boxed := searchBox(p)
	if lonlat := numbers(p, "lonlat", "longitude,latitude", 2); lonlat != nil && !refusePoint(p, "lonlat", lonlat) {
		q.Near, q.HasNear = [2]float64{lonlat[0], lonlat[1]}, true
	} else if boxed {
		q.Near, q.HasNear = box.Center(), true
	}
	if err := p.Err(); err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	defer blockfile.Recover(&err, blockfile.Guard())
	if q.Limit = limit; boxed || len(terr) > 0 || !addresses {
		q.Limit = looked
	}
	searcher := pack.Searcher()
	defer pack.Return(searcher)
	a, err := searcher.Search(&q)
	if err != nil {
		return err
	}
	answer := publicapi.Suggestions{Status: "OK", Results: []publicapi.Suggestion{}}
	for i := range a.Results {
		f := &a.Results[i]
		place := f.Precision == geocode.PrecisionCommune || f.Precision == geocode.PrecisionLocality
		if len(answer.Results) == limit || !addresses && !place || len(terr) > 0 && !inTerritory(f, terr) || boxed && !box.Contains(orb.Point{f.Lon, f.Lat}) {
			continue
		}
		answer.Results = append(answer.Results, publicapi.Suggest(f, places && !addresses))
	}
	return httpio.WriteJSON(w, http.StatusOK, &answer)
}

// completionTypes reads what is looked for: addresses, places or, without a word, both.
func completionTypes(p *httpio.Params) (addresses, places bool) {
	text := p.Text("type")
	if text == "" {
		return true, true
	}
	for t := range strings.SplitSeq(text, ",") {
		switch strings.TrimSpace(t) {
		case publicapi.StreetAddress:
			addresses = true
		case publicapi.PositionOfInterest:
			places = true
		case "":
		default:
			p.Refuse("type", "attendu : "+publicapi.StreetAddress+", "+publicapi.PositionOfInterest+" ou les deux, séparés par une virgule")
			return true, true
		}
	}
	return addresses || !places, places
}

// territoryCode is a département's code or a postcode.
var territoryCode = regexp.MustCompile(`^([0-9]{2,3}|2[AB]|[0-9]{5})$`)

// territories reads terr: METROPOLE, DOMTOM, départements and postcodes.
func territories(p *httpio.Params) (list []string) {
	for t := range strings.SplitSeq(p.Text("terr"), ",") {
		t = strings.ToUpper(strings.TrimSpace(t))
		switch {
		case t == "":
		case t == "METROPOLE", t == "DOMTOM", territoryCode.MatchString(t):
			list = append(list, t)
		default:
			p.Refuse("terr", "attendu : METROPOLE, DOMTOM, un département ou un code postal")
			return nil
		}
	}
	return list
}

func inTerritory(r *geocode.Result, terr []string) bool {
	whole := "DOMTOM"
	if publicapi.Metropole(r.CityCode) {
		whole = "METROPOLE"
	}
	return slices.Contains(terr, whole) || slices.Contains(terr, geo.DepartementOf(r.CityCode)) || slices.Contains(terr, r.Postcode)
}

// searchBox reads bbox: the west, the south, the east, the north, in degrees.
func searchBox(p *httpio.Params) (orb.Bound, bool) {
	v := numbers(p, "bbox", "ouest,sud,est,nord", 4)
	if v == nil || refusePoint(p, "bbox", v[:2]) || refusePoint(p, "bbox", v[2:]) {
		return orb.Bound{}, false
	}
	return orb.Bound{Min: orb.Point{v[0], v[1]}, Max: orb.Point{v[2], v[3]}}, true
}

// numbers reads so many numbers separated by commas, or returns nil.
func numbers(p *httpio.Params, name, expected string, n int) []float64 {
	text := p.Text(name)
	if text == "" {
		return nil
	}
	var list []float64
	for s := range strings.SplitSeq(text, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		if err != nil {
			break
		}
		list = append(list, v)
	}
	if len(list) != n || strings.Count(text, ",") != n-1 {
		p.Refuse(name, "attendu : "+expected+", en degrés")
		return nil
	}
	return list
}

// refusePoint refuses a longitude and a latitude that are nowhere, and says so.
func refusePoint(p *httpio.Params, name string, v []float64) bool {
	if onEarth(orb.Point{v[0], v[1]}) {
		return false
	}
	p.Refuse(name, "une longitude de -180 à 180 et une latitude de -90 à 90 sont attendues")
	return true
}
