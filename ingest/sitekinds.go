package ingest

import (
	"strings"

	"perimetre/geo"
	"perimetre/ingest/table"
)

// networks tell the kind of a site by a word of a list's own: a type of service of the
// directory, a network of data·inclusion.
var networks = map[string]geo.SiteKind{
	"mission_locale": geo.SiteHead, "missions-locales": geo.SiteHead, "mission-locale": geo.SiteHead,
	"cij": geo.SiteInfoJeunes, "bij": geo.SiteInfoJeunes, "pij": geo.SiteInfoJeunes, "crij": geo.SiteInfoJeunes, "cidj": geo.SiteInfoJeunes, "info-jeunes": geo.SiteInfoJeunes,
	"paej": geo.SitePAEJ, "e2c": geo.SiteE2C,
	"msap": geo.SiteFranceServices, "fs": geo.SiteFranceServices, "france_services": geo.SiteFranceServices, "france-service": geo.SiteFranceServices, "france-services": geo.SiteFranceServices,
}

// ParseSiteKind reads a kind of site in its usual words; empty is SiteUnknown, and
// ok is false for a word that names none.
func ParseSiteKind(s string) (kind geo.SiteKind, ok bool) {
	n := words(s)
	if k, known := networks[strings.ToLower(strings.TrimSpace(s))]; known {
		return k, true
	}
	switch {
	case n == "":
		return geo.SiteUnknown, strings.TrimSpace(s) == ""
	case n == "siege", n == "siege social", n == "siege administratif", n == "ml", n == "mission locale":
		return geo.SiteHead, true
	case strings.HasPrefix(n, "antenne"):
		return geo.SiteBranch, true
	case strings.HasPrefix(n, "permanence"):
		return geo.SitePermanence, true
	}
	if k := networkInName(n); k != geo.SiteUnknown {
		return k, true
	}
	switch {
	case strings.HasPrefix(n, "relais"), strings.HasPrefix(n, "point relais"), strings.HasPrefix(n, "point d accueil"), strings.HasPrefix(n, "point accueil"):
		return geo.SiteRelay, true
	case strings.Contains(n, "aller vers"), strings.HasPrefix(n, "operateur"):
		return geo.SiteOutreach, true
	case strings.Contains(n, "jeunesse"), strings.Contains(n, "jeunes"):
		return geo.SiteYouthPlace, true
	case n == "autre", n == "autres", n == "autre lieu": // the last as we write it
		return geo.SiteOther, true
	}
	return geo.SiteUnknown, false
}

// words folds a text to its letters, with one space between words.
func words(s string) string {
	return strings.Join(strings.FieldsFunc(table.Fold(s), func(r rune) bool { return r < 'a' || r > 'z' }), " ")
}

// networkInName finds the network of a place for young people in its folded name.
func networkInName(n string) geo.SiteKind {
	padded := " " + n + " "
	has := func(list ...string) bool {
		for _, w := range list {
			if strings.Contains(padded, " "+w+" ") {
				return true
			}
		}
		return false
	}
	switch {
	case has("info jeunes", "information jeunesse", "point information jeunesse", "bureau information jeunesse"):
		return geo.SiteInfoJeunes
	case has("paej", "point accueil ecoute jeunes", "points accueil ecoute jeunes", "point d accueil et d ecoute jeunes", "point d accueil ecoute jeunes"):
		return geo.SitePAEJ
	case has("ecole de la deuxieme chance", "ecole de la e chance", "ecole de la eme chance", "deuxieme chance"):
		return geo.SiteE2C
	case has("france services", "france service", "maison france services"):
		return geo.SiteFranceServices
	}
	return geo.SiteUnknown
}

// kindInName finds a kind that a site's name tells.
func kindInName(name string) geo.SiteKind {
	n := words(name)
	switch {
	case strings.Contains(n, "antenne"):
		return geo.SiteBranch
	case strings.Contains(n, "permanence"):
		return geo.SitePermanence
	}
	if k := networkInName(n); k != geo.SiteUnknown {
		return k
	}
	if strings.Contains(n, "relais") {
		return geo.SiteRelay
	}
	return geo.SiteUnknown
}
