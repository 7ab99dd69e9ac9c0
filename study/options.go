package study

import (
	"perimetre/geo"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
)

// Options are what a reader asks. Paths are of CSV or XLSX files, empty for the
// pack's own data.
type Options struct {
	Sites      string
	SiteList   []geo.Site // in place of a file
	Demand     string     // people by point, by commune, by code of the matrix, or a flagged file
	Population string     // young people by commune and by part of QPV
	Met        People     // people known, for those not met; needs Population
	// Few is the number of people known below which a part hides it; 0 hides nothing, as from
	// one's own unit.
	Few        int
	Supply     string // what each site offers
	Candidates string
	Matrix     *coverage.Matrix
	// Units are the Missions Locales to whose territory the study is limited, by
	// code; nil for all. The sites of the others still reach people.
	Units []string
	// Land returns the outlines of the territories, which take seconds to draw; nil to draw
	// them when they are asked.
	Land *Land

	On, Known geo.Date
	Reach     coverage.Reach
	Bands     []float64 // in the unit of Reach; nil for the usual ones
	Detour    float64   // of straight lines; 0 is 1
	Declared  int       // sites declared for the territory; 0 for those that are published
	// DeclaredSource says in French who declares them; empty for the user.
	DeclaredSource string

	Access string // "", "2sfca" or "e2sfca"
	Decay  string // as coverage.ParseDecay
	// ReachGiven: the reach also bounds the catchments of Access.
	ReachGiven bool

	// Of Choose alone.
	Places    int
	Objective coverage.Objective
	Weight    Weight
	// Kinds are the kinds of the candidates when there is no file of them; nil for all.
	Kinds []CandidateKind
	// Itinerant asks for a permanence that goes from place to place, and lists Places; nil for
	// places open for good.
	Itinerant *Itinerant
}

// The usual bands: what is walked, cycled or driven.
var (
	bandsMetres  = []float64{500, 1000, 2000, 5000, 10000}
	bandsMinutes = []float64{10, 20, 30, 45, 60}
)

// DefaultReach is the distance within which people are held to be served.
var DefaultReach = coverage.Reach{Limit: 1000, Unit: coverage.Metres}

// normal fills what is not given and refuses what does not fit together.
func (o *Options) normal() error {
	if o.Reach.Limit == 0 {
		o.Reach = DefaultReach
		if o.Matrix != nil {
			o.Reach = coverage.Reach{Limit: 20, Unit: coverage.Minutes}
		}
	}
	switch {
	case o.Matrix == nil && o.Reach.Unit == coverage.Minutes:
		return fault.New(fault.Usage, "une portée en minutes demande des temps de trajet : donner --matrix ou un serveur d’itinéraires (--osrm, --valhalla), ou une distance (--reach 1000m)")
	case o.Matrix != nil && o.Reach.Unit == coverage.Metres:
		return fault.New(fault.Usage, "la matrice est en minutes : donner une portée en minutes (--reach 20min)")
	case o.Detour != 0 && o.Detour < 1:
		return fault.New(fault.Usage, "facteur de détour : attendu un nombre d’au moins 1")
	case o.Access != "" && o.Access != "2sfca" && o.Access != "e2sfca":
		return fault.New(fault.Usage, "accès inconnu : attendu 2sfca ou e2sfca, vu %q", o.Access)
	case o.Access == "e2sfca" && o.Decay == "":
		return fault.New(fault.Usage, "e2sfca demande une décroissance : --decay gaussian:ÉCART ou --decay steps:LIMITE=POIDS,…")
	case o.Met != nil && o.Population == "":
		return fault.New(fault.Usage, "les jeunes non rencontrés demandent une table de population (--population)")
	}
	if o.Detour == 0 {
		o.Detour = 1
	}
	if o.Itinerant != nil {
		if err := o.Itinerant.normal(); err != nil {
			return err
		}
		o.Places = o.Itinerant.PerWeek * o.Itinerant.Weeks
	}
	if o.Bands == nil {
		o.Bands = bandsMetres
		if o.Reach.Unit == coverage.Minutes {
			o.Bands = bandsMinutes
		}
	}
	return nil
}

// decay returns the weights of the catchments.
func (o *Options) decay() (coverage.Decay, error) {
	if o.Decay == "" {
		return coverage.Within(o.Reach.Limit), nil
	}
	d, err := coverage.ParseDecay(o.Decay, o.Reach.Unit)
	if err == nil && o.ReachGiven {
		d = d.CutAt(o.Reach.Limit)
	}
	return d, err
}

// CandidateKind is a kind of places that the pack proposes.
type CandidateKind string

const (
	QPVCentres     CandidateKind = "qpv"
	CommuneCentres CandidateKind = "communes"
	YouthPlaces    CandidateKind = "jeunesse" // and operators who go to meet young people
)

// CandidateKinds are all of them.
var CandidateKinds = []CandidateKind{QPVCentres, CommuneCentres, YouthPlaces}

// Weight says for whom places are chosen.
type Weight struct {
	Group coverage.Group
	// Times is how much people of the group count, the others counting once; 0:
	// they alone count.
	Times float64
}
