package study

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"perimetre/data"
	"perimetre/geo/coverage"
)

// Land is a territory and the territories of its Missions Locales, in degrees.
type Land struct {
	All   orb.MultiPolygon
	Units []Outline // by code
}

// Outline is the territory of a Mission Locale.
type Outline struct {
	Code, Name string
	Shape      orb.MultiPolygon
}

// sliverMetres is the width under which a hole between communes is a border drawn
// twice.
const sliverMetres = 20

// DrawLand unions the communes of a pack by Mission Locale, then all together: some
// seconds for a region. Options.Land takes it.
func DrawLand(pack *data.Pack) (*Land, error) { return newGround(pack, &Options{}).drawLand() }

// drawLand unions the communes in scope. A commune of several Missions Locales goes
// to the first of the study's units that the table names.
func (g *ground) drawLand() (*Land, error) {
	byUnit := map[string][]orb.MultiPolygon{}
	for _, c := range g.list {
		shape, ok := g.communes.Contour(c.Code)
		if !ok {
			continue
		}
		unit := ""
		for _, u := range g.unitsOf[c.Code] {
			if g.serves([]string{u}) {
				unit = u
				break
			}
		}
		byUnit[unit] = append(byUnit[unit], shape)
	}
	land := &Land{}
	var parts []orb.MultiPolygon
	for code, list := range byUnit {
		shape, err := coverage.Dissolve(list, sliverMetres)
		if err != nil {
			return nil, err
		}
		parts = append(parts, shape)
		if code != "" {
			land.Units = append(land.Units, Outline{code, g.unitName(code), shape})
		}
	}
	slices.SortFunc(land.Units, func(a, b Outline) int { return cmp.Compare(a.Code, b.Code) })
	var err error
	land.All, err = coverage.Dissolve(parts, sliverMetres)
	return land, err
}

// of returns the land of some Missions Locales alone; nil for all.
func (l *Land) of(units []string) (*Land, error) {
	if len(units) == 0 {
		return l, nil
	}
	out := &Land{}
	var parts []orb.MultiPolygon
	for _, u := range l.Units {
		if slices.Contains(units, u.Code) {
			out.Units, parts = append(out.Units, u), append(parts, u.Shape)
		}
	}
	var err error
	out.All, err = coverage.Dissolve(parts, sliverMetres)
	return out, err
}
