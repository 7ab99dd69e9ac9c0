package web

import "fmt"

// SiteKinds are the kinds of site, each with a sign of its own, in the order of
// legends.
var SiteKinds = []string{"siege", "antenne", "permanence", "relais", "aller_vers", "lieu_jeunesse", "info_jeunes", "paej", "e2c", "france_services", "autre"}

// Sign is how a map shows a kind of site: a path in a square of 32 units, and a
// colour, which the shape doubles.
type Sign struct {
	Path string `json:"path"`
	Fill string `json:"fill"`
}

// Signs returns the signs of every kind.
func Signs() map[string]Sign {
	out := map[string]Sign{}
	for _, k := range SiteKinds {
		out[k] = Sign{sitePath(k, 16, 16, 9), siteFill(k)}
	}
	return out
}

// siteFill tells by its colour who keeps a place: a Mission Locale, an operator that
// goes to people, a place for the young, another.
func siteFill(kind string) string {
	switch kind {
	case "aller_vers":
		return "#7a1f5c"
	case "lieu_jeunesse", "info_jeunes", "paej", "e2c":
		return "#0b5c5a"
	case "autre":
		return "#4a5158"
	}
	return "#1d3a5f"
}

// sitePath returns the shape of a kind of site, r in units: a star for a head office, a
// square for a branch, a triangle for a permanence, a disc for a relay, a cross for
// who goes to people, a house for a place for the young, a triangle on its point for
// Info Jeunes, a hexagon for a PAEJ, a house on its point for an E2C, a wide rectangle
// for France services, a diamond for another.
func sitePath(kind string, x, y, r float64) string {
	switch kind {
	case "siege":
		return fmt.Sprintf("M%.1f %.1fl%.1f %.1fh%.1fl-%.1f %.1f %.1f %.1f-%.1f -%.1f-%.1f %.1f %.1f -%.1f-%.1f -%.1fh%.1fz", x, y-1.5*r, .35*r, 1.05*r, 1.1*r, .9*r, .65*r, .35*r, 1.05*r, .9*r, .65*r, .9*r, .65*r, .35*r, 1.05*r, .9*r, .65*r, 1.1*r)
	case "antenne":
		return fmt.Sprintf("M%.1f %.1fh%.1fv%.1fh-%.1fz", x-r, y-r, 2*r, 2*r, 2*r)
	case "permanence":
		return fmt.Sprintf("M%.1f %.1fl%.1f %.1fh-%.1fz", x, y-1.2*r, 1.15*r, 2*r, 2.3*r)
	case "relais":
		return fmt.Sprintf("M%.1f %.1fa%.1f %.1f 0 1 1 0 .01z", x-r, y, r, r)
	case "aller_vers":
		a, b := .45*r, .75*r // half the width of an arm, and its length
		return fmt.Sprintf("M%.1f %.1fh%.1fv%.1fh%.1fv%.1fh-%.1fv%.1fh-%.1fv-%.1fh-%.1fv-%.1fh%.1fz", x-a, y-a-b, 2*a, b, b, 2*a, b, b, 2*a, b, b, 2*a, b)
	case "lieu_jeunesse":
		return fmt.Sprintf("M%.1f %.1fl%.1f %.1fv%.1fh-%.1fv-%.1fz", x, y-1.2*r, 1.1*r, r, 1.2*r, 2.2*r, 1.2*r)
	case "info_jeunes":
		return fmt.Sprintf("M%.1f %.1fl%.1f -%.1fh-%.1fz", x, y+1.2*r, 1.15*r, 2*r, 2.3*r)
	case "paej":
		return fmt.Sprintf("M%.1f %.1fl%.1f %.1fl-%.1f %.1fh-%.1fl-%.1f -%.1fl%.1f -%.1fz", x+.6*r, y-r, .6*r, r, .6*r, r, 1.2*r, .6*r, r, .6*r, r)
	case "e2c":
		return fmt.Sprintf("M%.1f %.1fl-%.1f -%.1fv-%.1fh%.1fv%.1fz", x, y+1.2*r, 1.1*r, r, 1.2*r, 2.2*r, 1.2*r)
	case "france_services":
		return fmt.Sprintf("M%.1f %.1fh%.1fv%.1fh-%.1fz", x-1.2*r, y-.6*r, 2.4*r, 1.2*r, 2.4*r)
	}
	return fmt.Sprintf("M%.1f %.1fl%.1f %.1f-%.1f %.1f-%.1f -%.1fz", x, y-1.2*r, 1.2*r, 1.2*r, 1.2*r, 1.2*r, 1.2*r, 1.2*r)
}
