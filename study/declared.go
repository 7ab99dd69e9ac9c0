package study

import (
	"perimetre/geo"
	"perimetre/geo/coverage"
)

// declared are the sites that the regional association of Missions Locales says to
// have, by region. Other regions publish no such number that we know of.
var declared = map[string]coverage.Declared{
	"Hauts-de-France": {Sites: 962, Year: 2023, Source: "rapport d’activité des Missions Locales de Hauts-de-France"},
}

// DeclaredFor sums what is declared for the regions of INSEE codes, of communes or of
// départements; zero when one of them declares nothing.
func DeclaredFor(codes []string) (total coverage.Declared) {
	seen := map[string]bool{}
	for _, code := range codes {
		_, region, _ := geo.Departement(geo.DepartementOf(code))
		if region == "" || seen[region] {
			continue
		}
		seen[region] = true
		d, ok := declared[region]
		if !ok {
			return coverage.Declared{}
		}
		total = coverage.Declared{Sites: total.Sites + d.Sites, Year: d.Year, Source: d.Source}
	}
	return total
}
