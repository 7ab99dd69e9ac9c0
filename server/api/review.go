package api

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strconv"

	"github.com/gorilla/mux"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/geojson"

	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/people"
)

// review lists what waits for a person, by tab: the addresses to decide, those
// whose answer decides most people first.
func (s *API) review(w http.ResponseWriter, r *http.Request) error {
	p := httpio.Query(r)
	who := access.Who(r)
	if err := who.May(access.ReadPeople); err != nil {
		return err
	}
	unit, err := who.OwnUnit(p.Text("unit"))
	if err != nil {
		return err
	}
	limit, offset := p.Integer("limit", 50, 1, 500), p.Integer("offset", 0, 0, math.MaxInt32)
	tab := cmp.Or(p.OneOf("tab", people.Actions...), people.Actions[0])
	if err := p.Err(); err != nil {
		return err
	}
	q, err := s.People.Queue(r.Context(), who, unit, tab, limit, offset)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"unit": q.Unit, "tab": tab, "counts": q.Counts, "total": q.Total, "groups": q.Groups, "usage": people.Usage})
}

// around is how far the review's map goes from the point, in metres.
const around = 150

// reviewMap returns what a person looks at to decide, drawn from the pack alone: the
// perimeter and its band, the known numbers, the point, the candidates.
func (s *API) reviewMap(w http.ResponseWriter, r *http.Request) (err error) {
	c, err := s.People.Case(r.Context(), access.Who(r), httpio.Query(r).Text("unit"), mux.Vars(r)["key"])
	if err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	defer blockfile.Recover(&err, blockfile.Guard())
	out := struct {
		Group      people.Group               `json:"group"`
		Center     []float64                  `json:"center"`
		Band       float64                    `json:"band_m"`
		Zones      *geojson.FeatureCollection `json:"zones"`
		Numbers    *geojson.FeatureCollection `json:"numbers"`
		Candidates []candidate                `json:"candidates"`
		Bases      []string                   `json:"bases"`
	}{Group: c.Group, Zones: geojson.NewFeatureCollection(), Numbers: geojson.NewFeatureCollection(), Candidates: []candidate{}, Bases: people.Bases}
	place := c.Place
	searcher := pack.Searcher()
	defer pack.Return(searcher)
	a, err := searcher.Search(&geocode.Query{Text: out.Group.Address, Limit: 5})
	if err != nil {
		return err
	}
	for i := range a.Results {
		found := &a.Results[i]
		if i == 0 && !place.HasPoint && !math.IsNaN(found.Lon) {
			place.Lon, place.Lat, place.HasPoint = found.Lon, found.Lat, true
		}
		if i == 0 {
			out.Band = residency.DefaultBands.Of(found.Position, found.Precision == geocode.PrecisionInterpolated, 0)
		}
		out.Candidates = append(out.Candidates, candidate{found.Label, found.Precision.String(), round6(found.Lon), round6(found.Lat), math.Round(found.Confidence*1e4) / 1e4})
	}
	if place.HasPoint {
		out.Center = []float64{round6(place.Lon), round6(place.Lat)}
		if err := drawAround(pack, place, out.Zones, out.Numbers); err != nil {
			return err
		}
	}
	return httpio.WriteJSON(w, http.StatusOK, out)
}

// candidate is a place that an address may be.
type candidate struct {
	Label      string  `json:"label"`
	Precision  string  `json:"precision"`
	Lon        float64 `json:"lon"`
	Lat        float64 `json:"lat"`
	Confidence float64 `json:"confidence"`
}

func round6(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return math.Round(v*1e6) / 1e6
}

// drawAround returns the zones and the numbers near a place.
func drawAround(p *packs.Edition, place people.Place, zones, numbers *geojson.FeatureCollection) error {
	mx, my := geo.MetresPerDegree(place.Lat)
	const far = 3 * around
	box := orb.Bound{Min: orb.Point{place.Lon - far/mx, place.Lat - far/my}, Max: orb.Point{place.Lon + far/mx, place.Lat + far/my}}
	list, index, ok := p.Zonings.Polygons(geo.QPV, place.Perimeter)
	if ok {
		var found []int
		index.Search(box, func(i int) bool { found = append(found, i); return true })
		slices.Sort(found)
		for _, i := range found {
			shape := clip.MultiPolygon(box, index.Shape(i).Clone())
			if len(shape) == 0 {
				continue
			}
			f := geojson.NewFeature(shape)
			f.Properties["code"], f.Properties["name"] = list[i].Code, list[i].Name
			zones.Append(f)
		}
	}
	return p.Index.Near(place.Lon, place.Lat, around, func(_ geocode.StreetRef, h geocode.HouseNumber) bool {
		f := geojson.NewFeature(orb.Point{round6(h.Lon), round6(h.Lat)})
		f.Properties["number"] = strconv.Itoa(h.Number) + h.Suffix
		f.Properties["position"] = h.Position.String()
		numbers.Append(f)
		return len(numbers.Features) < 2000
	})
}

func (s *API) listDecisions(w http.ResponseWriter, r *http.Request) error {
	unit, list, err := s.People.Decisions(r.Context(), access.Who(r), httpio.Query(r).Text("unit"))
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"unit": unit, "decisions": list})
}

func (s *API) decide(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.Decide); err != nil {
		return err
	}
	var body people.Answer
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	d, err := s.People.Decide(r.Context(), access.Who(r), body)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, d)
}

func (s *API) undecide(w http.ResponseWriter, r *http.Request) error {
	if err := s.People.Undecide(r.Context(), access.Who(r), httpio.Query(r).Text("unit"), mux.Vars(r)["key"]); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
