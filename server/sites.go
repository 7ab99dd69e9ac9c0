package server

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"slices"

	"perimetre/geo"
	"perimetre/ingest"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/people"
	"perimetre/server/store"
)

// siteRecord is a site d'accueil as the API gives it and takes it.
type siteRecord struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Kind        string   `json:"kind"`
	Unit        string   `json:"unit"`
	Host        string   `json:"host"`
	Address     string   `json:"address"`
	Postcode    string   `json:"postcode"`
	City        string   `json:"city"`
	CityCode    string   `json:"citycode"`
	Lon         *float64 `json:"lon"`
	Lat         *float64 `json:"lat"`
	Opening     string   `json:"opening"`
	HalfDays    *float64 `json:"half_days"` // open a week; null when unknown
	Appointment bool     `json:"appointment"`
	From        geo.Date `json:"from"`
	To          geo.Date `json:"to"`
	Updated     geo.Date `json:"updated"`
}

var siteKinds = []string{"", string(geo.SiteHead), string(geo.SiteBranch), string(geo.SitePermanence), string(geo.SiteRelay), string(geo.SiteOutreach), string(geo.SiteYouthPlace), string(geo.SiteOther)}

func siteOf(x *geo.Site, units *ingest.UnitNames) siteRecord {
	out := siteRecord{ID: x.ID, Name: x.Name, Kind: string(x.Kind), Unit: x.MissionLocale, Host: x.Host, Address: x.Address, Postcode: x.Postcode, City: x.City, CityCode: x.CityCode,
		Opening: x.Opening, Appointment: x.Appointment, From: x.From, To: x.To, Updated: x.Updated, Lon: number(x.Lon), Lat: number(x.Lat), HalfDays: number(x.HalfDays)}
	if code, ok := units.Unit(x.MissionLocale); ok {
		out.Unit = code
	}
	return out
}

// number is null for what is no number.
func number(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}

// site is the record as studies read it.
func (x *siteRecord) site() geo.Site {
	return geo.Site{ID: x.ID, Name: x.Name, Kind: geo.SiteKind(x.Kind), MissionLocale: x.Unit, Host: x.Host, Address: x.Address, Postcode: x.Postcode, City: x.City, CityCode: x.CityCode,
		Opening: x.Opening, Appointment: x.Appointment, From: x.From, To: x.To, Updated: x.Updated, Lon: orNaN(x.Lon), Lat: orNaN(x.Lat), HalfDays: orNaN(x.HalfDays)}
}

// sites are sitesInForce for a request.
func (s *Server) sites(r *http.Request, pack *packs.Edition) ([]siteRecord, error) {
	return s.sitesInForce(r.Context(), pack)
}

// sitesInForce are those of the list that a Mission Locale wrote, for those that
// did, and of the pack for the others.
func (s *Server) sitesInForce(ctx context.Context, pack *packs.Edition) ([]siteRecord, error) {
	kept, err := s.store.Sites(ctx, "")
	if err != nil {
		return nil, err
	}
	own := map[string]bool{}
	out := []siteRecord{}
	for _, k := range kept {
		var x siteRecord
		if err := json.Unmarshal(k.Body, &x); err != nil {
			return nil, err
		}
		x.ID, x.Unit = k.ID, k.Unit
		own[k.Unit] = true
		out = append(out, x)
	}
	names := pack.UnitNames()
	for i := range pack.Sites {
		x := siteOf(&pack.Sites[i], names)
		if x.Unit == "" {
			x.Unit = pack.ServedBy(x.CityCode)
		}
		// The directory names a head office as it names the Mission Locale, in capitals.
		if code, ok := names.Unit(x.Name); ok && code == x.Unit {
			x.Name = "Mission Locale " + pack.UnitName(code)
		}
		if !own[x.Unit] || x.Unit == "" {
			out = append(out, x)
		}
	}
	return out, nil
}

// listSites lists the sites, with the completeness of the list of each Mission
// Locale: under 80 % of what it declares, distances are maxima.
func (s *Server) listSites(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadReference); err != nil {
		return err
	}
	unit := httpio.Query(r).Text("unit")
	pack := s.packs.Acquire()
	defer pack.Release()
	all, err := s.sites(r, pack)
	if err != nil {
		return err
	}
	if unit != "" {
		all = slices.DeleteFunc(all, func(x siteRecord) bool { return x.Unit != unit })
	}
	v, err := people.ReadSettings(r.Context(), s.store)
	if err != nil {
		return err
	}
	type completeness struct {
		Unit     string   `json:"unit"`
		OnFile   int      `json:"on_file"`
		Declared int      `json:"declared"` // 0: not said
		Share    *float64 `json:"share"`
		Opening  int      `json:"with_opening"`
	}
	by := map[string]*completeness{}
	order := []string{}
	for _, x := range all {
		c := by[x.Unit]
		if c == nil {
			c = &completeness{Unit: x.Unit, Declared: v.DeclaredSites[x.Unit]}
			by[x.Unit] = c
			order = append(order, x.Unit)
		}
		c.OnFile++
		if x.HalfDays != nil {
			c.Opening++
		}
	}
	slices.Sort(order)
	list := make([]completeness, len(order))
	for i, code := range order {
		c := by[code]
		if c.Declared > 0 {
			share := math.Min(1, float64(c.OnFile)/float64(c.Declared))
			c.Share = &share
		}
		list[i] = *c
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"sites": all, "completeness": list})
}

// putSites writes the list of sites of one's own Mission Locale.
func (s *Server) putSites(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.EditSites); err != nil {
		return err
	}
	var body struct {
		Unit  string       `json:"unit"`
		Sites []siteRecord `json:"sites"`
	}
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	unit, err := principalOf(r).OwnUnit(body.Unit)
	if err != nil {
		return err
	}
	if body.Sites == nil {
		return httpio.Refused("sites : la liste est attendue")
	}
	if len(body.Sites) > 5000 {
		return httpio.Refused("sites : 5 000 au plus")
	}
	bodies := make([][]byte, len(body.Sites))
	for i := range body.Sites {
		x := &body.Sites[i]
		x.Unit, x.Updated = unit, geo.Today()
		switch {
		case x.Name == "":
			return httpio.Refused("sites : chaque site a un nom")
		case !slices.Contains(siteKinds, x.Kind):
			return httpio.Refused("sites : nature inconnue « " + x.Kind + " »")
		case (x.Lon == nil) != (x.Lat == nil) || x.Lon != nil && (math.Abs(*x.Lon) > 180 || math.Abs(*x.Lat) > 90):
			return httpio.Refused("sites : coordonnées invalides pour « " + x.Name + " »")
		}
		if bodies[i], err = json.Marshal(x); err != nil {
			return err
		}
	}
	err = s.recorded(r, principalOf(r).Entry("sites modifiés", unit, "", len(bodies)), func(t *store.Store) error {
		return t.ReplaceSites(r.Context(), unit, principalOf(r).Name, bodies)
	})
	if err != nil {
		return err
	}
	return s.listSites(w, r)
}
