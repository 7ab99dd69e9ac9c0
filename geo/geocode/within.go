package geocode

import (
	"cmp"
	"math"
	"slices"

	"perimetre/geo/blockfile"
)

// Within returns the addresses within o.Radius metres of a point (WGS84 degrees) that
// inside accepts, the nearest first: unlike Reverse, every number of a street, and the
// point of a street or a lieu-dit without numbers. nil accepts all.
func (ix *Index) Within(lon, lat float64, inside func(lon, lat float64) bool, o ReverseOptions) (rs []Result, err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	limit := max(o.Limit, 1)
	s := &Searcher{ix: ix}
	type found struct {
		hit
		metres float64
	}
	var best []found
	for rank, b := range ix.bases {
		n := b.near(lon, lat)
		keep := func(h *hit) {
			m := n.metres(h.lon, h.lat)
			if m > o.Radius || len(best) == limit && m >= best[limit-1].metres || inside != nil && !inside(float64(h.lon)/degree, float64(h.lat)/degree) {
				return
			}
			i, _ := slices.BinarySearchFunc(best, m, func(f found, m float64) int { return cmp.Compare(f.metres, m) })
			for i < len(best) && best[i].metres == m && before2(&best[i].hit, h) {
				i++
			}
			if best = slices.Insert(best, i, found{*h, m}); len(best) > limit {
				best = best[:limit]
			}
		}
		for {
			street, d, ok := n.next()
			if !ok || d > o.Radius || len(best) == limit && d > best[limit-1].metres {
				break
			}
			h := hit{street: street, rank: rank, record: b.street(street), ordinal: -1}
			c := b.communeOf(street)
			h.cand.commune = b.communeRank(c)
			if !ix.passes(b, c, &h, o.Only) {
				continue
			}
			var r blockReader
			b.block(&r, h.record, c)
			if o.Only.Type == "street" || o.Only.Type == "locality" || r.left == 0 && o.Only.Type != "housenumber" {
				h.lon, h.lat = r.lon, r.lat
				keep(&h)
				continue
			}
			for k := 0; r.next(); k++ {
				h.lon, h.lat, h.position = r.lon, r.lat, r.position
				h.number, h.suffix, h.ordinal, h.level = r.number, r.suffix, k, numberExact
				keep(&h)
			}
		}
	}
	for i := range best {
		r := s.result(&best[i].hit)
		r.byDistance(best[i].metres)
		rs = append(rs, r)
	}
	return rs, nil
}

// byDistance gives a result its distance from the point asked, in metres, and the score
// that falls with it as the public API's does: 1 at the point, 0 at 100 km.
func (r *Result) byDistance(metres float64) {
	r.Distance = math.Round(metres*10) / 10
	r.Score = math.Round(math.Max(0, 1-metres/1e5)*1e5) / 1e5
	r.Confidence = math.Round(math.Exp(-metres/100)*1e4) / 1e4
}
