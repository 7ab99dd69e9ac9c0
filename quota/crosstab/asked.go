package crosstab

import (
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/quota"
)

// none asks for no division at all.
const none = "aucune"

// ParseBys reads the names of divisions, or « aucune »; without a name it returns nil: every
// division that the files allow.
func ParseBys(names []string) (out []By, err error) {
	for _, name := range names {
		switch b := By(name); {
		case name == none:
			out = append([]By{}, out...)
		case slices.Contains(Bys, b):
			out = append(out, b)
		default:
			return nil, unknown("ventilation inconnue", "sexe, age, diplome, logement, sortie ou "+none, name)
		}
	}
	return out, nil
}

// ParseZonings reads the names of zonings; nil without a name: all.
func ParseZonings(names []string) (out []geo.Zoning, err error) {
	for _, name := range names {
		if !slices.Contains(zonings, geo.Zoning(name)) {
			return nil, unknown("zonage inconnu", "qpv, frr ou zrr", name)
		}
		out = append(out, geo.Zoning(name))
	}
	return out, nil
}

// ParseIndicators reads the names of indicators: the annual report's, else rules
// that load knows; nil without a name: the annual report's.
func ParseIndicators(names []string, load func(name string) (*quota.Rule, error)) (out []Indicator, err error) {
	for _, name := range names {
		if i := slices.IndexFunc(Indicators, func(x Indicator) bool { return x.Rule == name }); i >= 0 {
			out = append(out, Indicators[i])
			continue
		}
		rule, err := load(name)
		if err != nil {
			return nil, err
		}
		out = append(out, Indicator{Rule: name, Name: rule.Name})
	}
	return out, nil
}

// NoIndicator returns the fault of a name that no rule bears.
func NoIndicator(name string, rules []string) error {
	var names []string
	for _, i := range Indicators {
		names = append(names, i.Rule)
	}
	for _, r := range rules {
		if !slices.Contains(names, r) {
			names = append(names, r)
		}
	}
	return unknown("indicateur inconnu", strings.Join(names, ", "), name)
}

func unknown(what, expected, seen string) error {
	return &fault.Error{Kind: fault.Usage, Message: what, Expected: expected, Seen: seen}
}
