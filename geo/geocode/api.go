package geocode

import (
	"perimetre/geo"
	"perimetre/geo/address"
)

// Query is one address to place. Text is a whole address on one line; the other
// fields are columns, used together with Text or in its place. All are as typed.
type Query struct {
	Text       string
	Number     string // "12", "12 bis", "9-11"
	Street     string // "rue du Gal Leclerc", or "12 rue du Gal Leclerc, Bât B"
	Complement string // evidence of last resort
	Postcode   string
	City       string
	CityCode   string // INSEE as written, maybe a former one: evidence, not a filter

	// Near biases the ranking towards a point (WGS84 degrees) when HasNear.
	Near    [2]float64
	HasNear bool

	Only         Filter
	Limit        int  // results wanted, 5 when 0
	Autocomplete bool // the last word may be unfinished
	Explain      bool // fill Answer.Parsed.Spans and Answer.Communes
}

// Filter keeps only results that meet every field that is set (hard, as the
// public API's postcode, citycode and type parameters). A field but Type may hold several
// values separated by commas: a place meets it by any of them.
type Filter struct {
	CityCode, Postcode string
	Type               string // housenumber, street, locality, municipality
}

// Precision is what a result stands for, the best first.
type Precision uint8

const (
	PrecisionNone Precision = iota
	PrecisionCommune
	PrecisionLocality
	PrecisionStreet
	PrecisionInterpolated
	PrecisionNumber
)

var precisionNames = [...]string{"aucune", "commune", "lieu_dit", "voie", "interpole", "numero"}

// String returns the contract's word: numero, interpole, voie, lieu_dit, commune, aucune.
func (p Precision) String() string { return precisionNames[p] }

// Type returns the public API's word: housenumber, street, locality, municipality.
func (p Precision) Type() string {
	return [...]string{"", "municipality", "locality", "street", "housenumber", "housenumber"}[p]
}

// Result is one place that a query may mean.
type Result struct {
	Precision   Precision
	Lon, Lat    float64 // WGS84 degrees
	Position    geo.PositionType
	ID          string
	BANID       string // UUID that the BAN gives the number, the street or the lieu-dit; empty when its files hold none
	StreetID    string // the street's or lieu-dit's identifier; empty for a commune
	HouseNumber string // "12 bis"; empty for a street, a lieu-dit or a commune
	Name        string // "12 bis Rue de Lille", or the street's or commune's name
	Street      string // empty for a commune
	Postcode    string
	City        string
	CityCode    string // INSEE of today
	OldCity     string
	OldCityCode string
	District    string
	Context     string  // "59, Nord, Hauts-de-France"
	Label       string  // "12 bis Rue de Lille 59000 Lille"
	Score       float64 // 0–1, comparable with the public API's
	Confidence  float64 // 0–1, calibrated probability that the place is right
	Importance  float64
	Distance    float64   // metres from the point asked, in Reverse alone
	Faults      []string  // what was forgiven, closed list of faults.go
	Streets     StreetRef // the street or lieu-dit behind the result; zero for a commune
}

// StreetRef names a street of an opened index; the zero value is none.
type StreetRef struct {
	base   uint32 // which opened index, from 1
	street uint32
}

// IsZero tells the absent street.
func (r StreetRef) IsZero() bool { return r.base == 0 }

// Answer is what a query came to.
type Answer struct {
	// Results are ordered, best first; empty when nothing was found.
	Results []Result
	// ScoreNext is the score of the best result that is a distinct place from the
	// first; 0 without one.
	ScoreNext float64
	// Rivals counts the results, first included, that fit equally and are
	// distinct places: 2 or more is an ambiguity. They lead Results.
	Rivals int
	// CommuneCertain: the commune of the first result is known beyond doubt from
	// the commune evidence alone (name, postcode, INSEE agree or one is decisive).
	CommuneCertain bool
	// Contradiction: town and postcode (or INSEE) name different communes.
	Contradiction bool
	// StreetAsked: the text holds words for a street or a lieu-dit.
	StreetAsked bool
	// NumberAsked: the text holds a house number.
	NumberAsked bool
	// Parsed is how the text was read.
	Parsed *address.Parsed
	// Features of the best street found, and its identifier, for fitting and
	// explaining; empty without one.
	Features      Features
	FeatureStreet string
	// Communes are those that the text may name, the best first; only with
	// Query.Explain.
	Communes []CommuneEvidence
}

// CommuneEvidence is what speaks for one commune.
type CommuneEvidence struct {
	Code, Name string
	Matched    string  // the name or former name that the text resembles
	Similarity float64 // of the name, 0–1; negative when the text gives no name
	Postcode   bool    // the text's postcode is one of the commune's
	CityCode   bool    // the text's INSEE code is the commune's, or a former one's
	Weight     float64 // log-odds; the highest is tried first
}

// HouseNumber is one number of a street, as Numbers and Near visit it.
type HouseNumber struct {
	Number   int
	Suffix   string
	Lon, Lat float64
	Position geo.PositionType
}
