package geo

import "github.com/paulmach/orb"

// Zoning names a family of priority zones.
type Zoning string

const (
	QPV Zoning = "qpv"
	FRR Zoning = "frr"
	ZRR Zoning = "zrr"
)

// Version is one loaded file of a zoning: its time in force, the day from which
// it was known, the territory for which it is complete, and where it came from.
type Version struct {
	Zoning    Zoning `json:"zoning"`
	Name      string `json:"version"`    // "2015", "2024", "2025-07"
	ValidFrom Date   `json:"valid_from"` // first day in force
	ValidTo   Date   `json:"valid_to"`   // last day in force; zero: still in force
	KnownFrom Date   `json:"known_from"` // first day on which anybody could know it
	// CompleteFor lists départements ("59") or communes ("59350"); "*" is France.
	CompleteFor []string `json:"complete_for"`
	URL         string   `json:"url,omitempty"`
	SHA256      string   `json:"sha256,omitempty"`
	// Precision is the precision of the file's coordinates, metres; 0 for lists of communes.
	Precision float64 `json:"precision_m,omitempty"`
}

// Question asks of a place: what is this point, in this commune, on this date,
// as known on that date?
type Question struct {
	Point      orb.Point // WGS84 degrees, longitude first
	HasPoint   bool
	Commune    string // INSEE code of today, empty when unknown
	OldCommune string // INSEE code of the former commune, empty when unknown
	On, Known  Date   // both set
	// Perimeter names the QPV version to answer with ("2015"), whatever the dates;
	// empty lets them decide.
	Perimeter string
}

// ZoneRef names a zone.
type ZoneRef struct{ Code, Name string }

// QPVFact answers a Question for polygons.
type QPVFact struct {
	// Version in force and known; nil when none is loaded for that place and
	// those dates (perimetre_absent).
	Version *Version
	// Inside lists the zones that hold the point, border included, by code.
	Inside []ZoneRef
	// Nearest is the zone whose border decides: of those that hold the point, the
	// one in which it lies deepest; else the nearest. Empty beyond Reach metres.
	Nearest ZoneRef
	// Distance to that border in metres, positive inside, negative outside.
	Distance    float64
	HasDistance bool
	// OnEdge: the point is exactly on an edge or a vertex.
	OnEdge bool
	// CommuneHasZone reports whether the commune has a zone in that version, by geometry
	// (slivers ignored) or by the file's own list of communes. It is also true when neither
	// can decide: no contour for the commune, and zones without communes.
	CommuneHasZone bool
}

// Reach is the distance, in metres, beyond which no nearest zone is returned.
const Reach = 5000

// ListStatus is a commune's status in a zoning made of lists.
type ListStatus string

const (
	StatusNo          ListStatus = "non"
	StatusYes         ListStatus = "oui"          // ZRR classed
	StatusSocle       ListStatus = "socle"        // FRR
	StatusPlus        ListStatus = "plus"         // FRR+
	StatusBeneficiary ListStatus = "beneficiaire" // former ZRR kept until 2027-12-31
	StatusPartial     ListStatus = "partiel"      // partly classed, former commune unknown
	StatusUncertain   ListStatus = "a_verifier"   // commune unknown, or list not loaded
	StatusNone        ListStatus = "sans_objet"   // the zoning is not in force on that date

	// StatusPartBeneficiary stands in lists ("FRR bénéficiaire partiellement") and
	// never in an answer: it is StatusPartial until 2027-12-31, then StatusNo.
	StatusPartBeneficiary ListStatus = "beneficiaire_partiel"
)

// ListFact answers a Question for lists of communes.
type ListFact struct {
	Version *Version // nil when none is in force, known and loaded
	Status  ListStatus
}

// Memberships is the whole answer to a Question.
type Memberships struct {
	QPV QPVFact
	FRR ListFact
	ZRR ListFact
}
