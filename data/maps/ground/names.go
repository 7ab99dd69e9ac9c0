package ground

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

// A place bears a name at one point.
type place struct {
	at         orb.Point // degrees
	name, code string
	version    string // of a QPV
	population int
}

// namesIn keeps the places of a list in a bound, the most populous ones first, most at
// most.
func namesIn(list []place, b orb.Bound, most int) []place {
	var out []place
	for i := range list {
		if p := &list[i]; b.Contains(p.at) {
			if out = append(out, *p); len(out) == most {
				break
			}
		}
	}
	return out
}

// communePlaces returns the communes of a table at the widest place of their contour, or at
// their centre without one, the most populous first.
func communePlaces(c *geo.Communes) []place {
	var out []place
	for _, x := range c.All() {
		p := place{at: orb.Point{x.Lon, x.Lat}, name: x.Name, code: x.Code, population: x.Population}
		if shape, ok := c.Contour(x.Code); ok {
			p.at = geo.LabelPoint(shape)
		}
		if p.name != "" && p.at[0] == p.at[0] {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b place) int {
		return cmp.Or(cmp.Compare(b.population, a.population), cmp.Compare(a.code, b.code))
	})
	return out
}

// zonePlaces returns the QPV of every version.
func zonePlaces(z *geo.Zonings) []place {
	var out []place
	for _, v := range z.Versions() {
		zones, index, ok := z.Polygons(v.Zoning, v.Name)
		if !ok || v.Zoning != geo.QPV {
			continue
		}
		for i := range zones {
			out = append(out, place{at: geo.LabelPoint(index.Shape(i)), name: cmp.Or(zones[i].Name, zones[i].Code), code: zones[i].Code, version: v.Name})
		}
	}
	return out
}
