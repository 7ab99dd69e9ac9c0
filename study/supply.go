package study

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/data"
	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
	"perimetre/ingest"
)

// supply is the sites of a study.
type supply struct {
	sites   []geo.Site // open on the date, those with a point first
	placed  int        // of them, with a point
	units   []string   // Mission Locale of each, by code; empty when unknown
	locator *coverage.Locator
	of      coverage.Completeness // of the sites of the territory studied
	kinds   []coverage.KindCount
	// offers are the numbers of Options.Supply, NaN for a site that it lacks; nil without it.
	offers    []float64
	offerUnit string // French
}

func (s *supply) at(i int) orb.Point { return orb.Point{s.sites[i].Lon, s.sites[i].Lat} }

// readSites reads a list of sites; with a matrix of times they need no place.
func readSites(o *Options, path string) ([]geo.Site, ingest.SiteReport, error) {
	if o.Matrix != nil {
		return ingest.SitesByCode(path)
	}
	return ingest.Sites(path)
}

// readSupply reads, places and dates the sites.
func (g *ground) readSupply(o *Options) (*supply, error) {
	var sites []geo.Site
	switch {
	case o.SiteList != nil:
		sites = slices.Clone(o.SiteList)
	case o.Sites != "":
		list, report, err := readSites(o, o.Sites)
		if err != nil {
			return nil, err
		}
		for _, e := range report.Faults {
			g.notice(e.Error())
		}
		sites = list
	case o.Matrix != nil && o.Places == 0 && (g.pack == nil || len(g.pack.Sites) == 0 || !anyDestination(o.Matrix, g.pack.Sites)):
		for _, d := range o.Matrix.Destinations {
			sites = append(sites, geo.Site{ID: d, Name: d, Lon: math.NaN(), Lat: math.NaN(), HalfDays: math.NaN()})
		}
	case g.pack != nil:
		sites = slices.Clone(g.pack.Sites)
	}
	before := len(sites)
	sites = slices.DeleteFunc(sites, func(s geo.Site) bool { return !s.ActiveOn(o.On) })
	if n := before - len(sites); n > 0 {
		g.notice(fmt.Sprintf("%s écarté%s : pas encore ouvert%s ou fermé%s au %s", count(n, "site"), french.S(n), french.S(n), french.S(n), french.Date(o.On)))
	}
	if g.pack != nil && g.pack.Index != nil {
		if _, err := data.LocateSites(g.pack.Index, sites); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(sites, func(a, b geo.Site) int { return b2i(math.IsNaN(a.Lon)) - b2i(math.IsNaN(b.Lon)) })
	s := &supply{sites: sites, units: make([]string, len(sites))}
	var points []orb.Point
	var codes []string
	for i := range sites {
		if math.IsNaN(sites[i].Lon) {
			break
		}
		s.placed++
		points = append(points, s.at(i))
	}
	s.locator = coverage.NewLocator(points)
	if n := len(sites) - s.placed; n > 0 && o.Matrix == nil {
		g.notice(fmt.Sprintf("%s sans point sur la carte (adresse non trouvée) : %s dans les distances", count(n, "site"), map[bool]string{true: "il ne compte pas", false: "ils ne comptent pas"}[n == 1]))
	}
	for i := range sites {
		code := sites[i].CityCode
		if code == "" && i < s.placed && g.communes != nil {
			code, _ = g.communes.At(points[i])
		}
		codes = append(codes, code)
		s.units[i] = g.unitOfSite(&sites[i], code)
	}
	var of, around coverage.Declared
	if len(g.units) == 0 {
		of = DeclaredFor(codes)
	} else { // what is declared is so for whole regions
		around = DeclaredFor(g.codes())
	}
	if o.Declared > 0 {
		of = coverage.Declared{Sites: o.Declared, Source: cmp.Or(o.DeclaredSource, "nombre donné par l’utilisateur")}
	}
	if err := g.readOffers(s, o.Supply); err != nil {
		return nil, err
	}
	own := sites
	if len(g.units) > 0 {
		own = nil
		for i := range sites {
			if g.serves(s.units[i : i+1]) {
				own = append(own, sites[i])
			}
		}
	}
	s.of, s.kinds = coverage.NewCompleteness(own, of), coverage.CountKinds(own)
	s.of.Around = around
	if o.Matrix != nil {
		g.siteOf = make([]int, len(o.Matrix.Destinations))
		for j := range g.siteOf {
			g.siteOf[j] = -1
		}
		for i := range sites {
			if j, ok := destination(o.Matrix, &sites[i]); ok {
				g.siteOf[j] = i
			}
		}
	}
	return s, nil
}

// readOffers gives sites what a table says that they offer, and how long they open.
func (g *ground) readOffers(s *supply, path string) error {
	s.offerUnit = "demi-journées d’ouverture par semaine"
	if path == "" {
		return nil
	}
	t, err := ingest.Supply(path)
	if err != nil {
		return err
	}
	for _, e := range t.Faults {
		g.notice(e.Error())
	}
	s.offerUnit = t.Unit
	byKey := map[string]*ingest.SiteOffer{}
	for i := range t.Sites {
		x := &t.Sites[i]
		if x.Name != "" {
			byKey[x.Name] = x
		}
	}
	for i := range t.Sites {
		if x := &t.Sites[i]; x.ID != "" { // an identifier goes before a name
			byKey[x.ID] = x
		}
	}
	used := map[*ingest.SiteOffer]bool{}
	for i := range s.sites {
		x, ok := byKey[s.sites[i].ID]
		if !ok {
			x, ok = byKey[s.sites[i].Name]
		}
		if !ok {
			s.offers = append(s.offers, math.NaN())
			continue
		}
		used[x] = true
		s.offers = append(s.offers, x.Offer)
		if !math.IsNaN(x.HalfDays) {
			s.sites[i].HalfDays = x.HalfDays
		}
	}
	if n := len(t.Sites) - len(used); n > 0 {
		g.notice(fmt.Sprintf("%s de la table d’offre %s d’aucun site", count(n, "ligne"), map[bool]string{true: "n’est celle", false: "ne sont celles"}[n == 1]))
	}
	return nil
}

// codes returns the codes of the communes of the study.
func (g *ground) codes() (codes []string) {
	for _, c := range g.list {
		codes = append(codes, c.Code)
	}
	return codes
}

func anyDestination(m *coverage.Matrix, sites []geo.Site) bool {
	return slices.ContainsFunc(sites, func(s geo.Site) bool { _, ok := destination(m, &s); return ok })
}

// destination returns a site's number in a matrix, by its identifier or its name.
func destination(m *coverage.Matrix, s *geo.Site) (int32, bool) {
	if j, ok := m.Destination(s.ID); ok {
		return j, true
	}
	return m.Destination(s.Name)
}

// unitCode finds a Mission Locale by its code or one of its names.
func unitCode(pack *data.Pack, s string) (code string, ok bool) {
	if pack == nil || s == "" {
		return "", false
	}
	for i := range pack.MissionsLocales {
		m := &pack.MissionsLocales[i]
		if m.Code == s || strings.EqualFold(m.Name, s) || strings.EqualFold(pack.UsualNames[m.Code], s) {
			return m.Code, true
		}
	}
	return "", false
}

// ParseUnits returns the codes of Missions Locales named by code or by name, for
// Options.Units.
func ParseUnits(pack *data.Pack, list []string) (codes []string, err error) {
	for _, s := range list {
		code, ok := unitCode(pack, strings.TrimSpace(s))
		if !ok {
			return nil, &fault.Error{Kind: fault.Usage, Message: "Mission Locale inconnue du référentiel", Expected: "un code ou un nom", Seen: "« " + s + " »"}
		}
		codes = append(codes, code)
	}
	return codes, nil
}

// unitOfSite returns the Mission Locale of a site: the one that it names, else the one
// of its commune when there is only one.
func (g *ground) unitOfSite(s *geo.Site, commune string) string {
	if code, ok := unitCode(g.pack, s.MissionLocale); ok {
		return code
	}
	if units := g.unitsOf[commune]; len(units) == 1 {
		return units[0]
	}
	return s.MissionLocale
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
