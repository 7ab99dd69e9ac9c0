package data

import (
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// Kind says what a file holds, hence which reader takes it.
type Kind string

const (
	KindZoning      Kind = "zonage"           // QPV polygons, or an FRR or ZRR list
	KindContours    Kind = "contours"         // contours of communes, GeoJSON
	KindCommunes    Kind = "communes"         // table of communes, CSV or JSON
	KindCOGMoves    Kind = "mouvements-cog"   // INSEE's v_mvt_commune
	KindAddresses   Kind = "adresses"         // BAN CSV
	KindLocalities  Kind = "lieux-dits"       // BAN CSV of lieux-dits
	KindAddok       Kind = "adresses-addok"   // BAN NDJSON for addok
	KindBAL         Kind = "bal"              // Base Adresse Locale
	KindMissions    Kind = "missions-locales" // list of Missions Locales
	KindUsualNames  Kind = "noms-usuels"      // names that people use for them
	KindTerritories Kind = "territoires"      // commune to Mission Locale
	KindSites       Kind = "sites"            // sites d’accueil, or the service-public directory
	KindTimetable   Kind = "horaires"         // timetable of buses or trains, GTFS
	KindPopulation  Kind = "population"       // young people by place, for expected shares
)

// Term is the dates and the territory of a zoning's file. Dates are those of metropolitan
// France; the kernel knows where the QPV's differ overseas.
type Term struct {
	Zoning    geo.Zoning `json:"zoning,omitempty"`
	Version   string     `json:"version,omitempty"`
	ValidFrom geo.Date   `json:"valid_from,omitzero"`
	ValidTo   geo.Date   `json:"valid_to,omitzero"`   // last day in force; zero: still in force
	KnownFrom geo.Date   `json:"known_from,omitzero"` // first day on which anybody could know it
	// CompleteFor lists codes of départements ("59") or communes ("59350"),
	// "epci:200093201" for an EPCI's communes of the commune table, "*" for France.
	CompleteFor []string `json:"complete_for,omitempty"`
}

// Source is an entry of the catalogue.
type Source struct {
	ID      string
	Title   string // French
	Kind    Kind
	Term           // of a zoning
	URL     string // template: {dep} is the code of a département; empty: no stable address
	Path    string // in RAW; template as URL
	Licence string
	Format  string // French: what is expected
	Ask     string // French: where to ask when there is no stable address
	// InPlaceOf is the source that it can stand in for: it is fetched when it is
	// named, or when that one is missing.
	InPlaceOf string
}

// ByDepartement reports whether there is one file for each département.
func (s Source) ByDepartement() bool { return strings.Contains(s.Path, "{dep}") }

// at fills the template for a département.
func at(template, dep string) string { return strings.ReplaceAll(template, "{dep}", dep) }

// File returns the sources.json line of the source's file at path.
func (s Source) File(path string) RawFile {
	return RawFile{Path: path, Kind: s.Kind, Source: s.ID, Term: s.Term, Licence: s.Licence}
}

// SourceByID finds an entry of the catalogue.
func SourceByID(id string) (Source, error) {
	for _, s := range Catalogue() {
		if s.ID == id {
			return s, nil
		}
	}
	var ids []string
	for _, s := range Catalogue() {
		ids = append(ids, s.ID)
	}
	return Source{}, &fault.Error{Kind: fault.Usage, Message: "source inconnue",
		Expected: strings.Join(ids, ", "), Seen: id}
}

// DepartementCodes checks a list of départements ("59,2a,974"); "tous" is all.
func DepartementCodes(list []string) ([]string, error) {
	var out []string
	for _, l := range list {
		for d := range strings.SplitSeq(l, ",") {
			d = strings.ToUpper(strings.TrimSpace(d))
			if d == "" {
				continue
			}
			if d == "TOUS" {
				return geo.Departements(), nil
			}
			if len(d) == 1 {
				d = "0" + d
			}
			if !slices.Contains(out, d) {
				out = append(out, d)
			}
		}
	}
	return out, nil
}
