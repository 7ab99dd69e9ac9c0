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
	KindMissions    Kind = "missions-locales" // Missions Locales, CSV or JSON
	KindTerritories Kind = "territoires"      // commune to Mission Locale
	KindSites       Kind = "sites"            // sites d’accueil
)

// ofAddresses tells the kinds that hold the address base, which --deps limits.
func (k Kind) ofAddresses() bool {
	return k == KindAddresses || k == KindLocalities || k == KindAddok || k == KindBAL
}

// Term is one period in force of a zoning's file, for a part of the country.
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
	Terms   []Term // of a zoning
	URL     string // template: {dep} is the code of a département; empty: no stable address
	Path    string // in RAW; template as URL
	Licence string
	Format  string // French: what is expected
	Ask     string // French: where to ask when there is no stable address
	// OnRequest: not fetched unless named.
	OnRequest bool
}

// ByDepartement tells whether there is one file for each département.
func (s Source) ByDepartement() bool { return strings.Contains(s.Path, "{dep}") }

// at fills the template for a département.
func at(template, dep string) string { return strings.ReplaceAll(template, "{dep}", dep) }

// Files are the sources.json lines of the source's file at path.
func (s Source) Files(path string) []RawFile {
	f := RawFile{Path: path, Kind: s.Kind, Source: s.ID, Licence: s.Licence}
	if len(s.Terms) == 0 {
		return []RawFile{f}
	}
	var out []RawFile
	for _, t := range s.Terms {
		f.Term = t
		out = append(out, f)
	}
	return out
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
				return slices.Concat(metropole(), overseas), nil
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
