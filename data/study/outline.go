package study

import (
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"perimetre/geo/coverage"
)

// Outline is the territory of a Mission Locale.
type Outline struct {
	Code, Name string
	Shape      orb.MultiPolygon
}

// sliverMetres is the width under which a hole between communes is a border drawn
// twice.
const sliverMetres = 20

// drawnOutlines keeps what outlines gives, which takes seconds.
type drawnOutlines struct {
	once  sync.Once
	all   orb.MultiPolygon
	units []Outline
	err   error
}

func (g *ground) outlines() (all orb.MultiPolygon, units []Outline, err error) {
	d := &g.drawn
	d.once.Do(func() { d.all, d.units, d.err = g.drawOutlines() })
	return d.all, d.units, d.err
}

// drawOutlines unions the communes in scope by Mission Locale, then all together. A
// commune of several Missions Locales goes to the first that the table names.
func (g *ground) drawOutlines() (all orb.MultiPolygon, units []Outline, err error) {
	byUnit := map[string][]orb.MultiPolygon{}
	for _, c := range g.list {
		shape, ok := g.communes.Contour(c.Code)
		if !ok {
			continue
		}
		unit := ""
		if list := g.unitsOf[c.Code]; len(list) > 0 {
			unit = list[0]
		}
		byUnit[unit] = append(byUnit[unit], shape)
	}
	var parts []orb.MultiPolygon
	for code, list := range byUnit {
		shape, err := coverage.Dissolve(list, sliverMetres)
		if err != nil {
			return nil, nil, err
		}
		parts = append(parts, shape)
		if code != "" {
			units = append(units, Outline{code, g.unitName(code), shape})
		}
	}
	slices.SortFunc(units, func(a, b Outline) int {
		if a.Code < b.Code {
			return -1
		}
		return 1
	})
	all, err = coverage.Dissolve(parts, sliverMetres)
	return all, units, err
}
