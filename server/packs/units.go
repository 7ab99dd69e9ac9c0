package packs

import (
	"math"
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/geo/address"
	"perimetre/ingest"
)

// Unit is a Mission Locale as the packs know it.
type Unit struct {
	Code        string   `json:"code"`
	Name        string   `json:"name"`
	Departement string   `json:"departement"`
	Lon         *float64 `json:"lon"` // degrees; nil when the site is not placed
	Lat         *float64 `json:"lat"`
	Communes    int      `json:"communes"` // of its territory
}

// Units returns the Missions Locales of the packs, by code.
func (e *Edition) Units() []Unit { return e.units() }

func (e *Edition) listUnits() []Unit {
	communes := map[string]int{}
	for _, t := range e.Territories {
		communes[t.MissionLocale]++
	}
	out := []Unit{}
	for i := range e.MissionsLocales {
		m := &e.MissionsLocales[i]
		u := Unit{
			Code: m.Code, Name: e.UsualName(m), Departement: geo.DepartementOf(m.Code), Communes: communes[m.Code],
		}
		if !math.IsNaN(m.Lon) && !math.IsNaN(m.Lat) {
			u.Lon, u.Lat = &m.Lon, &m.Lat
		}
		out = append(out, u)
	}
	slices.SortFunc(out, func(a, b Unit) int { return strings.Compare(a.Code, b.Code) })
	return out
}

// UnitName returns the usual name of a Mission Locale, or its code when it is unknown.
func (e *Edition) UnitName(code string) string {
	for _, u := range e.Units() {
		if u.Code == code {
			return u.Name
		}
	}
	return code
}

// NamesOf returns the usual names of some Missions Locales, separated by commas.
func (e *Edition) NamesOf(codes []string) string {
	var names []string
	for _, c := range codes {
		names = append(names, e.UnitName(c))
	}
	return strings.Join(names, ", ")
}

// UsualName returns what people call a Mission Locale: its name in the table of usual
// names, else the directory's set in letters, « 59-ML VILLENEUVE D ASCQ » being
// « Villeneuve-d’Ascq ».
func (e *Edition) UsualName(m *geo.MissionLocale) string {
	if usual := e.UsualNames[m.Code]; usual != "" {
		return usual
	}
	return e.spelling().name(m.Name)
}

// UnitNames returns every name of the packs' Missions Locales.
func (e *Edition) UnitNames() *ingest.UnitNames { return e.names() }

func (e *Edition) nameUnits() *ingest.UnitNames {
	n := &ingest.UnitNames{}
	for i := range e.MissionsLocales {
		m := &e.MissionsLocales[i]
		n.Add(m.Code, m.Name)
		n.Add(m.Code, e.UsualName(m))
	}
	return n
}

// TownNamed returns the INSEE code of the most populous commune called name, or "".
func (e *Edition) TownNamed(name string) string {
	if c, ok := e.towns()[address.FoldString(name)]; ok {
		return c.Code
	}
	return ""
}

func (e *Edition) nameTowns() map[string]*geo.Commune {
	towns := map[string]*geo.Commune{}
	for i := range e.Communes.All() {
		c := &e.Communes.All()[i]
		key := address.FoldString(c.Name)
		if o, ok := towns[key]; !ok || o.Population < c.Population {
			towns[key] = c
		}
	}
	return towns
}

// ServedBy returns the Mission Locale whose territory holds a commune, or "" for a
// commune that several share or that none serves.
func (e *Edition) ServedBy(commune string) string {
	now, _, ok := e.Communes.Resolve(commune)
	if !ok {
		return ""
	}
	return e.served()[now]
}

func (e *Edition) serve() map[string]string {
	out := map[string]string{}
	for _, t := range e.Territories {
		if other, ok := out[t.Commune]; ok && other != t.MissionLocale {
			out[t.Commune] = ""
			continue
		}
		out[t.Commune] = t.MissionLocale
	}
	return out
}
