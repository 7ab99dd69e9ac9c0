package study

import (
	"slices"

	"github.com/paulmach/orb"

	"perimetre/data"
	"perimetre/geo"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
)

// Zonings are the priority zonings of a territory on a date, to be drawn and counted.
type Zonings struct {
	Land     *Land
	FRR, ZRR orb.MultiPolygon // communes classed FRR; former ZRR that keep the benefit, or ZRR before July 2024
	QPV      []orb.MultiPolygon
	// Communes counts the communes of the territory, InFRR and InZRR the ones drawn as such.
	Communes, InFRR, InZRR int
	Perimeter              string         // version of the QPV
	ByDepartement          map[string]int // QPV of each
}

// MapZonings gathers the zonings of a pack on a date, as known on another.
func MapZonings(pack *data.Pack, on, known geo.Date) (*Zonings, error) {
	g := newGround(pack, &Options{On: on, Known: known})
	if len(g.list) == 0 || g.communes == nil {
		return nil, fault.New(fault.Usage, "carte : le référentiel n’a pas de contours de communes")
	}
	land, err := g.drawn()
	if err != nil {
		return nil, err
	}
	z := &Zonings{Land: land, Communes: len(g.list), ByDepartement: map[string]int{}}
	var frr, zrr []orb.MultiPolygon
	for _, c := range g.list {
		m := pack.Zonings.At(geo.Question{Commune: c.Code, On: on, Known: known})
		shape, ok := g.communes.Contour(c.Code)
		switch {
		case m.FRR.Status == geo.StatusSocle || m.FRR.Status == geo.StatusPlus:
			if z.InFRR++; ok {
				frr = append(frr, shape)
			}
		case m.FRR.Status == geo.StatusBeneficiary || m.ZRR.Status == geo.StatusYes:
			if z.InZRR++; ok {
				zrr = append(zrr, shape)
			}
		}
	}
	if z.FRR, err = coverage.Dissolve(frr, sliverMetres); err != nil {
		return nil, err
	}
	if z.ZRR, err = coverage.Dissolve(zrr, sliverMetres); err != nil {
		return nil, err
	}
	for i := range g.zones {
		z.QPV = append(z.QPV, g.shapes.Shape(g.polygon[i]))
		z.ByDepartement[zoneDepartement(&g.zones[i])]++
	}
	if g.version != nil {
		z.Perimeter = g.version.Name
	}
	return z, nil
}

// Departements lists the départements that have a QPV, those with fewest first, as reports
// name them.
func (z *Zonings) Departements() []string {
	var out []string
	for d := range z.ByDepartement {
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b string) int {
		if n := z.ByDepartement[a] - z.ByDepartement[b]; n != 0 {
			return n
		}
		return b2i(a > b) - b2i(a < b)
	})
	return out
}
