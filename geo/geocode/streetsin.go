package geocode

import (
	"github.com/paulmach/orb"

	"perimetre/geo/blockfile"
)

// Street is a street with its numbers, in the order of the base: by number.
type Street struct {
	Ref     StreetRef
	Name    string
	Commune string // INSEE code
	Numbers []HouseNumber
}

// StreetsIn visits the streets with numbers whose box meets a bound (WGS84 degrees), each
// with all its numbers, until visit says false. The numbers are the caller's until the
// next visit.
func (ix *Index) StreetsIn(bound orb.Bound, visit func(*Street) bool) (err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	var s Street
	for rank, b := range ix.bases {
		n := b.nearOf(bound.Center()[0], bound.Center()[1], &[4]float64{bound.Min[0] * degree, bound.Min[1] * degree, bound.Max[0] * degree, bound.Max[1] * degree})
		for {
			i, _, ok := n.next()
			if !ok {
				break
			}
			record, commune := b.street(i), b.communeOf(i)
			if record.size == 0 || record.kind == kindAlias { // an alias shows its street's numbers
				continue
			}
			s.Ref, s.Name, s.Commune, s.Numbers = StreetRef{uint32(rank) + 1, i}, b.display(record.name), commune.code, s.Numbers[:0]
			var r blockReader
			b.block(&r, record, commune)
			for r.next() {
				s.Numbers = append(s.Numbers, b.houseNumber(&r))
			}
			if !visit(&s) {
				return nil
			}
		}
	}
	return nil
}
