package study

import (
	"slices"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/coverage"
)

// Frame is what every figure is printed with.
type Frame struct {
	Reach     coverage.Reach
	Detour    float64
	Source    string // French: how distances or times are had
	On        geo.Date
	Pack      string
	Edition   string // French: when the pack was built, and the beginning of its name
	Perimeter string // the QPV version; empty without one
	People    string // French: who is counted
	Noun      string // « adresses », « jeunes »
	StandIn   bool   // addresses stand in for people
	Notices   []string
	Warning   string // what an incomplete list forbids to say; empty when complete
}

// Result is whom the sites reach.
type Result struct {
	Frame
	Sites        []geo.Site // open on the date; the first Placed stand on the map
	SiteUnits    []string   // code of the Mission Locale of each, empty when unknown
	Placed       int
	Kinds        []coverage.KindCount // of the sites of the territory studied, as Completeness
	Completeness coverage.Completeness
	Bands        []float64
	Groups       []GroupResult
	QPV          []Zone
	Communes     []Area
	Units        []UnitResult // by code; none without territories
	Shares       []Share
	Unserved     []Gap
	Access       []AccessValue
	NotMet       *NotMet // nil without population and flagged file
	// Elsewhere are the people whose nearest site is another Mission Locale's.
	Elsewhere float64

	ground *ground
	drawn  []Band
}

// GroupResult is the people of a group, all of them and by band (cumulated).
type GroupResult struct {
	Group coverage.Group
	coverage.Count
	UpTo []float64
	// HalfHour counts those within EquityMinutes of a site.
	HalfHour coverage.Count
}

// Nearest is a site and how far it is: Metres NaN without points, Minutes NaN
// without a matrix.
type Nearest struct {
	Site            int // in Result.Sites, -1 for none
	Name            string
	Metres, Minutes float64
}

// Area is a commune, or a QPV.
type Area struct {
	Code, Name string
	At         orb.Point // its middle
	Units      []string  // names of the Missions Locales that serve it
	Nearest    Nearest
	coverage.Count
	// HalfHour counts those within EquityMinutes of a site.
	HalfHour coverage.Count
	// Elsewhere are its people whose nearest site is another Mission Locale's.
	Elsewhere float64
}

// Zone is a QPV.
type Zone struct {
	Area
	Own      Nearest // the nearest site of its own Missions Locales
	Border   float64 // metres from its border to the nearest site, 0 with one inside; NaN without sites
	Presence int     // sites inside
	Shape    orb.MultiPolygon
}

// Gap is a place where people out of reach live close together.
type Gap struct {
	coverage.Cluster
	Code, Name string // of the commune or origin
	Nearest    Nearest
}

// AccessValue is the floating catchment of a commune, a QPV or a row of demand.
type AccessValue struct {
	Code  string
	Value float64
}

// Plan is where to open places.
type Plan struct {
	Frame
	coverage.Plan
	Objective    coverage.Objective
	Weighting    string // "tous", "qpv", "qpv=3"
	Places       []Opening
	Candidates   int
	Completeness coverage.Completeness
	Round        *Round      // of an itinerant permanence; nil for places open for good
	Sites        []orb.Point // the present ones

	ground *ground
}

// Opening is a place to open.
type Opening struct {
	Name    string
	Code    string // of the candidate, when it has one
	At      orb.Point
	Gain    float64 // people, or metres or minutes of the mean cost; NaN for a first place
	Commune string
	When    string // French: the half-day, of a choice by timetable
}

// Territory returns the shape of the territory studied and the shapes of its Missions Locales,
// by code.
func (r *Result) Territory() (outline orb.MultiPolygon, units []Outline, err error) {
	return r.ground.outlines()
}

// Territory is Result.Territory.
func (p *Plan) Territory() (outline orb.MultiPolygon, units []Outline, err error) {
	return p.ground.outlines()
}

// QPV returns the shapes of the QPV in force, for a map.
func (p *Plan) QPV() (shapes []orb.MultiPolygon) {
	for z := range p.ground.zones {
		shapes = append(shapes, p.ground.shapes.Shape(p.ground.polygon[z]))
	}
	return shapes
}

// Values returns the objective's values as people read them: people covered, or the
// mean cost of one person.
func (p *Plan) Values() (before, after, bound float64) {
	if p.Objective == coverage.LeastDistance && p.Weight > 0 {
		return p.Before / p.Weight, p.After / p.Weight, p.Bound / p.Weight
	}
	return p.Before, p.After, p.Bound
}

// ValueUnit returns the unit of Values in French.
func (p *Plan) ValueUnit() string {
	if p.Objective == coverage.LeastDistance {
		return string(p.Reach.Unit)
	}
	return p.Noun
}

// Towns returns the most peopled communes of the study, for a map's names.
func (r *Result) Towns() []*geo.Commune { return r.ground.towns() }

// Towns is Result.Towns.
func (p *Plan) Towns() []*geo.Commune { return p.ground.towns() }

func (g *ground) towns() []*geo.Commune {
	list := slices.Clone(g.list)
	slices.SortStableFunc(list, func(a, b *geo.Commune) int { return b.Population - a.Population })
	return list[:min(len(list), 60)]
}
