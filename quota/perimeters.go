package quota

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// regime tells under which perimeters a file's counted rows were decided: those
// in force at each entry, or one that was asked for.
type regime struct {
	file   string
	forced string // "" for the perimeters in force
}

// regimes returns the regimes of the files whose rows the rule may count, and tell their
// perimeter.
func (c *Counted) regimes() []regime {
	type seen struct {
		conform    bool
		perimeters map[string]bool
	}
	files := map[*Flagged]*seen{}
	var order []*Flagged
	for i := range c.candidates {
		k := &c.candidates[i]
		if k.row.Perimeter == "" {
			continue
		}
		s := files[k.file]
		if s == nil {
			s = &seen{conform: true, perimeters: map[string]bool{}}
			files[k.file] = s
			order = append(order, k.file)
		}
		s.conform = s.conform && k.row.Perimeter == perimeterInForce(k.row)
		s.perimeters[k.row.Perimeter] = true
	}
	slices.SortFunc(order, func(a, b *Flagged) int { return cmp.Compare(a.Name, b.Name) })
	out := make([]regime, 0, len(order))
	for _, f := range order {
		s := files[f]
		g := regime{file: f.Name}
		if !s.conform {
			g.forced = joinKeys(s.perimeters)
		}
		out = append(out, g)
	}
	return out
}

// checkPerimeters refuses files decided under different perimeters.
func (c *Counted) checkPerimeters() error {
	regimes := c.regimes()
	for _, g := range regimes {
		if first := regimes[0]; g.forced != first.forced {
			return &fault.Error{
				Kind: fault.Input, Message: "périmètres mélangés : " + first.file + " (" + first.label() + ") et " + g.file + " (" + g.label() + ")",
				Expected: "des fichiers signalés sous les mêmes périmètres, ou --against pour les comparer",
			}
		}
	}
	return nil
}

func (g regime) label() string {
	if g.forced == "" {
		return "en vigueur à l’entrée"
	}
	return strings.ReplaceAll(g.forced, "|", " et ")
}

// perimeterInForce returns the QPV version in force on the day of an entry: 2024 from
// 1 January 2024, a year later overseas.
func perimeterInForce(row *Row) string {
	change := geo.Date{Year: 2024, Month: 1, Day: 1}
	if strings.HasPrefix(row.Commune, "97") || strings.HasPrefix(row.Commune, "98") {
		change.Year = 2025
	}
	if row.Entry.Before(change) {
		return "2015"
	}
	return "2024"
}

func joinKeys(m map[string]bool) string {
	return strings.Join(slices.Sorted(maps.Keys(m)), "|")
}
