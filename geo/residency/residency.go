// Package residency decides whether an address, on a date, lies in a priority
// zone: oui, non or a_verifier, each with its reason, the distance to the
// nearest border and the version of the perimeter that was asked.
//
// The first rule that matches wins: unusable text; foreign address; no
// established residence; a person's decision; house number; street; commune.
package residency

import (
	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/address"
	"perimetre/geo/geocode"
)

// Status is the answer.
type Status string

const (
	In        Status = "oui"
	Out       Status = "non"
	Undecided Status = "a_verifier"
)

// Motif is the reason of an answer, a closed list.
type Motif string

const (
	NumberIn           Motif = "numero_dedans"    // number inside by more than the band
	NumberOut          Motif = "numero_dehors"    // number outside by more than the band
	Border             Motif = "bord"             // number within the band of a border
	StreetIn           Motif = "voie_dedans"      // all known numbers of the street inside
	StreetOut          Motif = "voie_dehors"      // all known numbers of the street outside
	StreetCut          Motif = "voie_coupee"      // the street cannot be decided as a whole
	CommuneWithoutZone Motif = "commune_sans_qpv" // the commune has no zone in that version
	CommuneWithZone    Motif = "commune_avec_qpv" // only the commune is known, and it has one
	Ambiguous          Motif = "ambigu"           // two places fit, or the place is not sure
	NoPerimeter        Motif = "perimetre_absent" // version not loaded for that place and date
	NoResidence        Motif = "sans_residence"   // homeless, domiciliation, institution
	ForeignAddress     Motif = "etranger"         // outside France
	UnusableText       Motif = "inexploitable"    // nothing to look for, or no valid date
	ByPerson           Motif = "decision"         // a person's decision
)

// Motifs lists the closed list, in the order of its documentation.
var Motifs = []Motif{NumberIn, NumberOut, Border, StreetIn, StreetOut, StreetCut, CommuneWithoutZone,
	CommuneWithZone, Ambiguous, NoPerimeter, NoResidence, ForeignAddress, UnusableText, ByPerson}

// Action is what to do about an undecided address; empty when nothing is.
type Action string

const (
	NoAction  Action = ""
	ToDecide  Action = "trancher"       // a person decides on the map
	Complete  Action = "completer"      // the address is to be corrected at its source
	NoneKnown Action = "sans_residence" // no residence is established
)

// Zones answers what a place is in; *geo.Zonings is one.
type Zones interface {
	At(q geo.Question) geo.Memberships
}

// Communes returns the distance, in metres, of a point (WGS84 degrees) from the contour of a
// commune of today, 0 inside; known is false without a contour. *geo.Communes implements it.
type Communes interface {
	MetresOutside(code string, pt orb.Point) (metres float64, known bool)
}

// Numbers visits the known house numbers of a street; *geocode.Index is one.
type Numbers interface {
	Numbers(ref geocode.StreetRef, visit func(geocode.HouseNumber) bool) error
}

// Options tune the rules.
type Options struct {
	// Bands are the widths, in metres, of the doubt at a border.
	Bands Bands
	// MinConfidence is the least confidence (0–1) of a geocoded number or street
	// that is decided on; below it only the commune speaks.
	MinConfidence float64
	// MinStreetNumbers is the least count of known numbers that decide a street.
	MinStreetNumbers int
	// CommuneTolerance is how far, in metres, a point may stand out of the commune
	// that matched: contours are simplified, and a street may run along them.
	CommuneTolerance float64
	// Explain fills Decision.Steps.
	Explain bool
}

// DefaultOptions are the documented ones.
var DefaultOptions = Options{Bands: DefaultBands, MinConfidence: 0.85, MinStreetNumbers: 3, CommuneTolerance: 25}

// Decider applies the rules; it is safe for concurrent use when its parts are.
type Decider struct {
	Zones     Zones
	Communes  Communes // nil: no commune is checked
	Numbers   Numbers  // nil: no street is decided by its numbers
	Decisions Manuals  // nil: no person decided anything
	Options   Options
}

// Input is one address, geocoded or given by its coordinates, and its dates.
type Input struct {
	// Answer is the geocoder's; nil when Point is given.
	Answer *geocode.Answer
	// Point, WGS84 degrees, and Commune (INSEE of today, maybe empty) stand for
	// the Answer when the coordinates are known already.
	Point    orb.Point
	HasPoint bool
	Commune  string
	// Precision is what Point stands for, when known; PrecisionNone is a number.
	Precision geocode.Precision
	// Class, when not Residence, says from another column than the address (housing
	// situations) that there is no residence.
	Class address.Class
	// Text is the address as typed, for a person's decision.
	Text string
	// On is the date of the fact, Known the date of knowledge. A zero On is an
	// invalid date: undecided.
	On, Known geo.Date
	// Perimeter, when set, names the version of the QPV to answer with, whatever
	// the dates, to replay it.
	Perimeter string
}

// Decision is the answer for one address.
type Decision struct {
	Status Status
	Motif  Motif
	Action Action
	// Zones are the zones of an In, or the candidate within the band of a border.
	Zones []geo.ZoneRef
	// Distance to the nearest border, metres, inside positive.
	Distance    float64
	HasDistance bool
	Perimeter   string // "2015", "2024"; empty when none is loaded
	FRR, ZRR    geo.ListStatus
	On          geo.Date
	// Overlap: several zones of one version hold the point, a defect of the data;
	// the person counts once.
	Overlap bool
	// StreetNumbers known, and the share of them inside (0–1), where the street was asked.
	StreetNumbers int
	ShareInside   float64
	Rivals        []geocode.Result // the places that fit equally, for Ambiguous
	Steps         []Step
}

// Step is one line of the explanation: what was looked at, and what came of it.
type Step struct{ What, Result string }
