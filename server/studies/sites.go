package studies

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"slices"

	"perimetre/geo"
	"perimetre/geo/coverage"
	"perimetre/ingest"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/people"
	"perimetre/server/store"
	"perimetre/study"
)

// Site is a site d'accueil as the API reads and writes it.
type Site struct {
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

// SiteKinds are the kinds of a site; the first is unknown.
var SiteKinds = func() []string {
	names := []string{""}
	for _, k := range geo.SiteKinds {
		names = append(names, string(k))
	}
	return names
}()

func siteOf(x *geo.Site, units *ingest.UnitNames) Site {
	out := Site{ID: x.ID, Name: x.Name, Kind: string(x.Kind), Unit: x.MissionLocale, Host: x.Host, Address: x.Address, Postcode: x.Postcode, City: x.City, CityCode: x.CityCode,
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

// site returns the record as studies read it.
func (x *Site) site() geo.Site {
	return geo.Site{ID: x.ID, Name: x.Name, Kind: geo.SiteKind(x.Kind), MissionLocale: x.Unit, Host: x.Host, Address: x.Address, Postcode: x.Postcode, City: x.City, CityCode: x.CityCode,
		Opening: x.Opening, Appointment: x.Appointment, From: x.From, To: x.To, Updated: x.Updated, Lon: orNaN(x.Lon), Lat: orNaN(x.Lat), HalfDays: orNaN(x.HalfDays)}
}

// Sites returns the sites in force: the list that a Mission Locale wrote, and the
// pack's for the Missions Locales that wrote none.
func (s *Service) Sites(ctx context.Context, pack *packs.Edition) ([]Site, error) {
	kept, err := s.Store.Sites(ctx, "")
	if err != nil {
		return nil, err
	}
	own := map[string]bool{}
	out := []Site{}
	for _, k := range kept {
		var x Site
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

// orNaN is NaN for nil.
func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

// OnFile is how much of a Mission Locale's list of sites is known: under 80 % of what it
// declares, distances are maxima.
type OnFile struct {
	Unit     string   `json:"unit"`
	OnFile   int      `json:"on_file"`
	Declared int      `json:"declared"` // 0: not said
	Share    *float64 `json:"share"`
	Opening  int      `json:"with_opening"`
}

// List returns the sites in force, of one Mission Locale unless unit is empty, and how
// much of each list is known, by code.
func (s *Service) List(ctx context.Context, who *access.Principal, pack *packs.Edition, unit string) ([]Site, []OnFile, error) {
	if err := who.May(access.ReadReference); err != nil {
		return nil, nil, err
	}
	return s.list(ctx, pack, unit)
}

func (s *Service) list(ctx context.Context, pack *packs.Edition, unit string) ([]Site, []OnFile, error) {
	all, err := s.Sites(ctx, pack)
	if err != nil {
		return nil, nil, err
	}
	if unit != "" {
		all = slices.DeleteFunc(all, func(x Site) bool { return x.Unit != unit })
	}
	v, err := people.ReadSettings(ctx, s.Store)
	if err != nil {
		return nil, nil, err
	}
	by := map[string]*OnFile{}
	order := []string{}
	for _, x := range all {
		c := by[x.Unit]
		if c == nil {
			c = &OnFile{Unit: x.Unit, Declared: v.DeclaredSites[x.Unit]}
			by[x.Unit] = c
			order = append(order, x.Unit)
		}
		c.OnFile++
		if x.HalfDays != nil {
			c.Opening++
		}
	}
	slices.Sort(order)
	list := make([]OnFile, len(order))
	for i, code := range order {
		c := by[code]
		if c.Declared > 0 {
			share := math.Min(1, float64(c.OnFile)/float64(c.Declared))
			c.Share = &share
		}
		list[i] = *c
	}
	return all, list, nil
}

// Completeness returns how much of a list of sites is known, of the number that the
// administration wrote for a Mission Locale, or for all when unit is empty.
func (s *Service) Completeness(ctx context.Context, pack *packs.Edition, unit string, list []Site) (coverage.Completeness, error) {
	v, err := people.ReadSettings(ctx, s.Store)
	if err != nil {
		return coverage.Completeness{}, err
	}
	var declared coverage.Declared
	if unit != "" {
		declared.Sites = v.DeclaredSites[unit]
	} else {
		declared.Sites = declaredBy(v.DeclaredSites, nil, pack)
	}
	sites, codes := make([]geo.Site, len(list)), make([]string, len(list))
	for i, x := range list {
		codes[i] = cmp.Or(x.CityCode, x.Unit)
		sites[i] = geo.Site{Lon: orNaN(x.Lon), Lat: orNaN(x.Lat), HalfDays: orNaN(x.HalfDays), Updated: x.Updated}
	}
	if unit == "" && declared.Sites == 0 {
		declared = study.DeclaredFor(codes)
	}
	return coverage.NewCompleteness(sites, declared), nil
}

const mostSites = 5000

// Save writes the list of sites of a Mission Locale of the principal's, and returns the
// lists in force.
func (s *Service) Save(ctx context.Context, who *access.Principal, pack *packs.Edition, unit string, sites []Site) ([]Site, []OnFile, error) {
	err := who.May(access.EditSites)
	if err == nil {
		unit, err = who.OwnUnit(unit)
	}
	if err != nil {
		return nil, nil, err
	}
	if sites == nil {
		return nil, nil, httpio.Refused("sites : la liste est attendue")
	}
	if len(sites) > mostSites {
		return nil, nil, httpio.Refused("sites : 5 000 au plus")
	}
	bodies := make([][]byte, len(sites))
	for i := range sites {
		x := sites[i]
		x.Unit, x.Updated = unit, geo.Today()
		switch {
		case x.Name == "":
			return nil, nil, httpio.Refused("sites : chaque site a un nom")
		case !slices.Contains(SiteKinds, x.Kind):
			return nil, nil, httpio.Refused("sites : nature inconnue « " + x.Kind + " »")
		case (x.Lon == nil) != (x.Lat == nil) || x.Lon != nil && (math.Abs(*x.Lon) > 180 || math.Abs(*x.Lat) > 90):
			return nil, nil, httpio.Refused("sites : coordonnées invalides pour « " + x.Name + " »")
		}
		if bodies[i], err = json.Marshal(x); err != nil {
			return nil, nil, err
		}
	}
	err = access.Recorded(ctx, s.Store, who.Entry("sites modifiés", unit, "", len(bodies)), func(t *store.Store) error {
		return t.ReplaceSites(ctx, unit, who.Name, bodies)
	})
	if err != nil {
		return nil, nil, err
	}
	return s.list(ctx, pack, "")
}

// declaredBy sums the sites that Missions Locales declare, all of the pack when units
// is nil; 0 when one of them declares none, for a list is complete only of all.
func declaredBy(declared map[string]int, units []string, pack *packs.Edition) (total int) {
	if len(units) == 0 {
		for _, u := range pack.Units() {
			units = append(units, u.Code)
		}
	}
	for _, code := range units {
		if declared[code] == 0 {
			return 0
		}
		total += declared[code]
	}
	return total
}
