package server

import (
	"context"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gorilla/mux"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/geojson"

	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/people"
	"perimetre/server/store"
)

// reviewGroup is an address to settle. Neither share nor verdict stands here: who
// decides has an interest in them.
type reviewGroup struct {
	Key       string   `json:"key"`
	People    int      `json:"people"` // settled by one answer
	Address   string   `json:"address"`
	Motif     string   `json:"motif"`
	MotifText string   `json:"motif_text"`
	Place     string   `json:"place"`
	Precision string   `json:"precision"`
	Perimeter string   `json:"perimeter"`
	Zone      string   `json:"zone"`
	Distance  *float64 `json:"distance_m"`
}

// review lists what waits for a person, by tab: the addresses to settle, those
// that settle most people first.
func (s *Server) review(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadPeople); err != nil {
		return err
	}
	p := httpio.Query(r)
	unit, err := principalOf(r).OwnUnit(p.Text("unit"))
	if err != nil {
		return err
	}
	limit, offset := p.Integer("limit", 50, 1, 500), p.Integer("offset", 0, 0, math.MaxInt32)
	tab := p.OneOf("tab", actions...)
	if err := p.Err(); err != nil {
		return err
	}
	if tab == "" {
		tab = "trancher"
	}
	ctx := r.Context()
	counts, err := s.store.WaitingPeople(ctx, unit)
	if err != nil {
		return err
	}
	groups, total, err := s.store.Groups(ctx, store.PeopleQuery{Unit: unit, Action: tab, Limit: limit}, offset)
	if err != nil {
		return err
	}
	fields, err := s.fieldsOf(r, unit)
	if err != nil {
		return err
	}
	out := make([]reviewGroup, len(groups))
	for i, g := range groups {
		out[i] = groupOf(fields[g.Example.FileID], &g)
	}
	if err := s.journal(r, principalOf(r), "lecture de la file à vérifier", unit, "", len(out)); err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"unit": unit, "tab": tab, "counts": counts, "total": total, "groups": out, "usage": people.Usage})
}

func groupOf(fields []string, g *store.Group) reviewGroup {
	p := &g.Example
	place := people.PlaceOf(p)
	out := reviewGroup{Key: g.AddressKey, People: g.People, Address: people.Typed(fields, p), Motif: p.Motif, MotifText: residency.Motif(p.Motif).Text(),
		Place: place.Label, Precision: place.Precision, Perimeter: p.Perimeter, Zone: place.Zone}
	if place.HasDistance {
		out.Distance = &place.Distance
	}
	return out
}

// ownGroup finds the rows of an address of one's own Mission Locale.
func (s *Server) ownGroup(ctx context.Context, unit, key string) ([]store.Person, error) {
	rows, err := s.store.People(ctx, store.PeopleQuery{Unit: unit, AddressKey: key, Limit: 5000})
	if err == nil && (len(rows) == 0 || key == "") {
		err = fault.New(fault.NotFound, "adresse introuvable")
	}
	return rows, err
}

// around is how far the review's map goes from the point, in metres.
const around = 150

// reviewMap gives what a person looks at to decide, drawn from the pack alone: the
// perimeter and its band, the known numbers, the point, the candidates.
func (s *Server) reviewMap(w http.ResponseWriter, r *http.Request) (err error) {
	if err := principalOf(r).May(access.ReadPeople); err != nil {
		return err
	}
	unit, err := principalOf(r).OwnUnit(httpio.Query(r).Text("unit"))
	if err != nil {
		return err
	}
	ctx := r.Context()
	rows, err := s.ownGroup(ctx, unit, mux.Vars(r)["key"])
	if err != nil {
		return err
	}
	file, err := s.store.File(ctx, rows[0].FileID)
	if err != nil {
		return err
	}
	pack := s.packs.Acquire()
	defer pack.Release()
	defer blockfile.Recover(&err, blockfile.Guard())
	place := people.PlaceOf(&rows[0])
	g := store.Group{AddressKey: rows[0].AddressKey, People: len(rows), Example: rows[0]}
	out := struct {
		Group      reviewGroup                `json:"group"`
		Center     []float64                  `json:"center"`
		Band       float64                    `json:"band_m"`
		Zones      *geojson.FeatureCollection `json:"zones"`
		Numbers    *geojson.FeatureCollection `json:"numbers"`
		Candidates []candidate                `json:"candidates"`
		Bases      []string                   `json:"bases"`
	}{Group: groupOf(file.Intake.Fields, &g), Zones: geojson.NewFeatureCollection(), Numbers: geojson.NewFeatureCollection(), Candidates: []candidate{}, Bases: bases}
	searcher := pack.Searcher()
	defer pack.Return(searcher)
	a, err := searcher.Search(&geocode.Query{Text: out.Group.Address, Limit: 5})
	if err != nil {
		return err
	}
	for i := range a.Results {
		c := &a.Results[i]
		if i == 0 && !place.HasPoint && !math.IsNaN(c.Lon) {
			place.Lon, place.Lat, place.HasPoint = c.Lon, c.Lat, true
		}
		if i == 0 {
			out.Band = residency.DefaultBands.Of(c.Position, c.Precision == geocode.PrecisionInterpolated, 0)
		}
		out.Candidates = append(out.Candidates, candidate{c.Label, c.Precision.String(), round6(c.Lon), round6(c.Lat), math.Round(c.Confidence*1e4) / 1e4})
	}
	if place.HasPoint {
		out.Center = []float64{round6(place.Lon), round6(place.Lat)}
		if err := drawAround(pack, place, out.Zones, out.Numbers); err != nil {
			return err
		}
	}
	if err := s.journal(r, principalOf(r), "carte d’une adresse", unit, "", len(rows)); err != nil {
		return err
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

// drawAround gives the zones and the numbers near a place.
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

// bases are what a decision may stand on; there is no free text.
var bases = people.Bases

// decisionBody is a decision as it is sent.
type decisionBody struct {
	Unit    string `json:"unit"`
	Key     string `json:"key"`
	Verdict string `json:"verdict"`
	Basis   string `json:"basis"`
	Zone    string `json:"zone"`
}

// decision is one as the API gives it.
type decision struct {
	Key       string    `json:"key"`
	Perimeter string    `json:"perimeter"`
	Verdict   string    `json:"verdict"`
	Basis     string    `json:"basis"`
	Zone      string    `json:"zone"`
	Author    string    `json:"author"`
	DecidedAt time.Time `json:"decided_at"`
	Address   string    `json:"address"`
	People    int       `json:"people"` // rows that it settled just now
}

func decisionOf(d *store.Decision) decision {
	return decision{d.AddressKey, d.Perimeter, d.Verdict, d.Basis, d.Zone, d.Author, d.DecidedAt, d.Typed, 0}
}

func (s *Server) listDecisions(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadPeople); err != nil {
		return err
	}
	unit, err := principalOf(r).OwnUnit(httpio.Query(r).Text("unit"))
	if err != nil {
		return err
	}
	list, err := s.store.Decisions(r.Context(), unit)
	if err != nil {
		return err
	}
	out := make([]decision, len(list))
	for i := range list {
		out[i] = decisionOf(&list[i])
	}
	if err := s.journal(r, principalOf(r), "lecture des décisions", unit, "", len(out)); err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"unit": unit, "decisions": out})
}

// decide keeps a person's answer on an address, and flags its rows anew.
func (s *Server) decide(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.Decide); err != nil {
		return err
	}
	var body decisionBody
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	unit, err := principalOf(r).OwnUnit(body.Unit)
	if err != nil {
		return err
	}
	verdict, ok := residency.ParseVerdict(body.Verdict)
	if !ok {
		return httpio.Refused("verdict : dans le QPV, hors QPV ou ne permet pas de conclure")
	}
	if !slices.Contains(bases, body.Basis) {
		return httpio.Refused("basis : " + joinQuoted(bases))
	}
	ctx := r.Context()
	rows, err := s.ownGroup(ctx, unit, body.Key)
	if err != nil {
		return err
	}
	first := &rows[0]
	if first.Action != string(residency.Settle) && first.Motif != string(residency.ByPerson) {
		return fault.New(fault.Conflict, "cette adresse n’est pas à trancher")
	}
	file, err := s.store.File(ctx, first.FileID)
	if err != nil {
		return err
	}
	if body.Zone != "" && !s.isZone(first.Perimeter, body.Zone) {
		return httpio.Refused("zone : un code de QPV du périmètre " + first.Perimeter)
	}
	place := people.PlaceOf(first)
	d := store.Decision{Unit: unit, AddressKey: body.Key, Perimeter: first.Perimeter, Verdict: string(verdict), Basis: body.Basis, Zone: body.Zone, Author: principalOf(r).Name,
		Typed: people.Typed(file.Intake.Fields, first), ResultID: place.ID, Commune: place.CityCode, Normaliser: residency.NormaliserVersion}
	if d.Zone == "" && verdict == residency.SaysIn {
		d.Zone = place.Zone
	}
	if place.HasPoint {
		d.Lon, d.Lat = &place.Lon, &place.Lat
	}
	n, err := s.redecide(r, unit, body.Key, "décision", func(t *store.Store) error { return t.Decide(ctx, &d) })
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, decision{d.AddressKey, d.Perimeter, d.Verdict, d.Basis, d.Zone, d.Author, d.DecidedAt, d.Typed, n})
}

// isZone tells a code of a QPV of a version of the perimeters.
func (s *Server) isZone(version, code string) bool {
	pack := s.packs.Acquire()
	defer pack.Release()
	list, _, ok := pack.Zonings.Polygons(geo.QPV, version)
	for i := range list {
		if ok && list[i].Code == code {
			return true
		}
	}
	return false
}

// undecide takes a decision back, and flags its rows anew.
func (s *Server) undecide(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.Decide); err != nil {
		return err
	}
	unit, err := principalOf(r).OwnUnit(httpio.Query(r).Text("unit"))
	if err != nil {
		return err
	}
	ctx, key := r.Context(), mux.Vars(r)["key"]
	if _, err := s.redecide(r, unit, key, "décision reprise", func(t *store.Store) error { return t.Undecide(ctx, unit, key) }); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// redecide changes the decision on an address, flags the rows of the address again
// and writes the line of the audit log: all of it or nothing. It returns the number
// of rows.
func (s *Server) redecide(r *http.Request, unit, key, action string, change func(t *store.Store) error) (n int, err error) {
	pack := s.packs.Acquire()
	defer pack.Release()
	ctx := r.Context()
	err = s.store.Together(ctx, func(t *store.Store) error {
		if err := t.HoldUnit(ctx, unit); err != nil {
			return err
		}
		if err := change(t); err != nil {
			return err
		}
		if n, err = people.Reflag(ctx, t, pack, store.PeopleQuery{Unit: unit, AddressKey: key}); err != nil {
			return err
		}
		return t.Record(ctx, principalOf(r).Entry(action, unit, key[:min(16, len(key))], n))
	})
	return n, err
}
