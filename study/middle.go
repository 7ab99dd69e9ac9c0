package study

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/coverage"
)

// middle returns where the people of a zone live in the median: as many of its addresses
// lie to the east as to the west, to the north as to the south. The middle of its surface
// may be a park or a railway. Addresses of the base alone count, never the addresses of a file of
// people; without any, it is the centre of the surface.
func (g *ground) middle(zone int) orb.Point { return g.middles()[zone] }

func (g *ground) findMiddles() []orb.Point {
	of := make([][]orb.Point, len(g.zones))
	if g.hasAddresses() && len(g.zones) > 0 {
		may := g.zoneCommunes()
		var room []geo.Hit
		// What cannot be read of the base is told by those who count people.
		_ = g.addresses(nil)(func(list []coverage.Point) bool {
			for i := range list {
				p := &list[i]
				if may != nil && !may[p.Commune] {
					continue
				}
				if room = g.fill(p, room); p.Zone >= 0 {
					of[p.Zone] = append(of[p.Zone], p.At)
				}
			}
			return true
		})
	}
	out := make([]orb.Point, len(g.zones))
	for z := range out {
		if len(of[z]) == 0 {
			out[z] = g.centre(z)
			continue
		}
		for axis := range 2 {
			slices.SortFunc(of[z], func(a, b orb.Point) int { return cmp.Compare(a[axis], b[axis]) })
			n := len(of[z])
			out[z][axis] = (of[z][(n-1)/2][axis] + of[z][n/2][axis]) / 2
		}
	}
	return out
}

// zoneCommunes returns the ranks of the communes that the file gives to the zones; nil
// where it names none for one of them.
func (g *ground) zoneCommunes() map[int32]bool {
	out := map[int32]bool{}
	for i := range g.zones {
		if len(g.zones[i].Communes) == 0 {
			return nil
		}
		for _, code := range g.zones[i].Communes {
			out[g.commune(code)] = true
		}
	}
	return out
}
