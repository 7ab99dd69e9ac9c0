package geocode

import (
	"cmp"
	"container/heap"
	"encoding/binary"
	"math"
	"slices"

	"perimetre/geo/blockfile"
)

// ReverseOptions narrow a reverse search.
type ReverseOptions struct {
	Limit  int     // results wanted, 1 when 0
	Radius float64 // metres; 0 is without limit
	Only   Filter
}

// Reaches are the radii, metres, that a reverse search tries in turn when none is asked,
// as the national service does: what is further is another place.
var Reaches = [...]float64{100, 200}

// Nearby is Reverse within o.Radius or, without one, within the first of Reaches that
// holds an address. It may find nothing.
func (ix *Index) Nearby(lon, lat float64, o ReverseOptions) ([]Result, error) {
	if o.Radius > 0 {
		return ix.Reverse(lon, lat, o)
	}
	for _, o.Radius = range Reaches {
		if rs, err := ix.Reverse(lon, lat, o); len(rs) > 0 || err != nil {
			return rs, err
		}
	}
	return nil, nil
}

// metresPerUnit is the length of a stored unit of latitude, in metres, on the
// mean sphere of radius 6,371,009 m: within 0.4 % of the ellipsoid over France,
// which orders neighbours rightly and is not used to decide a border.
const metresPerUnit = 6371009 * math.Pi / 180 / degree

// nearby walks the streets of a base by growing distance of their boxes.
type nearby struct {
	b        *base
	lon, lat float64 // of the point, stored units
	scale    float64 // of a unit of longitude to one of latitude
	levels   []int   // first box of each level, leaves first, and the end
	streets  uint32
	queue    boxQueue
	only     *[4]float64 // west, south, east, north of the boxes wanted; nil for all
}

type queued struct {
	distance float64 // metres, of the box
	level    int
	index    int
}

type boxQueue []queued

func (q boxQueue) Len() int           { return len(q) }
func (q boxQueue) Less(i, j int) bool { return q[i].distance < q[j].distance }
func (q boxQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *boxQueue) Push(x any)        { *q = append(*q, x.(queued)) }
func (q *boxQueue) Pop() any {
	old := *q
	x := old[len(old)-1]
	*q = old[:len(old)-1]
	return x
}

func (b *base) near(lon, lat float64) *nearby { return b.nearOf(lon, lat, nil) }

func (b *base) nearOf(lon, lat float64, only *[4]float64) *nearby {
	n := &nearby{b: b, only: only, lon: lon * degree, lat: lat * degree, scale: math.Cos(lat * math.Pi / 180)}
	n.streets = uint32(b.revStreets.Len() / 4)
	n.levels = []int{0}
	count, at := int(n.streets), 0
	for count > 0 {
		at += count
		n.levels = append(n.levels, at)
		if count <= fanout {
			break
		}
		count = (count + fanout - 1) / fanout
	}
	if top := len(n.levels) - 2; top >= 0 {
		for i := range n.levels[top+1] - n.levels[top] {
			n.push(top, i)
		}
	}
	return n
}

func (n *nearby) push(level, index int) {
	raw := n.b.revBoxes.Bytes((n.levels[level]+index)*16, 16)
	at := func(k int) float64 { return float64(int32(binary.LittleEndian.Uint32(raw[4*k:]))) }
	if n.only != nil && (at(2) < n.only[0] || at(0) > n.only[2] || at(3) < n.only[1] || at(1) > n.only[3]) {
		return
	}
	dx := math.Max(0, math.Max(at(0)-n.lon, n.lon-at(2))) * n.scale
	dy := math.Max(0, math.Max(at(1)-n.lat, n.lat-at(3)))
	heap.Push(&n.queue, queued{math.Hypot(dx, dy) * metresPerUnit, level, index})
}

// next returns the street of the nearest box left, and its distance in metres.
func (n *nearby) next() (street uint32, distance float64, ok bool) {
	for len(n.queue) > 0 {
		q := heap.Pop(&n.queue).(queued)
		if q.level == 0 {
			return u32at(n.b.revStreets, q.index), q.distance, true
		}
		for i := q.index * fanout; i < min((q.index+1)*fanout, n.levels[q.level]-n.levels[q.level-1]); i++ {
			n.push(q.level-1, i)
		}
	}
	return 0, 0, false
}

func (n *nearby) metres(lon, lat int32) float64 {
	return math.Hypot((float64(lon)-n.lon)*n.scale, float64(lat)-n.lat) * metresPerUnit
}

// Reverse gives the addresses nearest to a point (WGS84 degrees), the nearest
// first: the nearest number of each street, or the street's or lieu-dit's point
// when it has none; of municipalities, the communes of the nearest addresses. There is no
// limit of distance but the one asked. Confidence
// is 1 at the point and falls with the distance, as the public API's score does.
func (ix *Index) Reverse(lon, lat float64, o ReverseOptions) (rs []Result, err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	limit := max(o.Limit, 1)
	radius := o.Radius
	if radius <= 0 {
		radius = math.Inf(1)
	}
	s := &Searcher{ix: ix}
	type found struct {
		hit
		metres float64
	}
	var best []found
	towns := o.Only.Type == "municipality"
	for rank, b := range ix.bases {
		n := b.near(lon, lat)
		for {
			street, d, ok := n.next()
			if !ok || d > radius || len(best) >= limit && d > best[len(best)-1].metres {
				break
			}
			h := hit{street: street, rank: rank, record: b.street(street), ordinal: -1}
			c := b.communeOf(street)
			h.cand.commune = b.communeRank(c)
			if !ix.passes(b, c, &h, o.Only) {
				continue
			}
			m := s.nearestNumber(&h, n, o.Only.Type)
			if m > radius || math.IsInf(m, 1) || towns && slices.ContainsFunc(best, func(f found) bool { return f.rank == rank && f.cand.commune == h.cand.commune && f.metres <= m }) {
				continue
			}
			if towns { // the commune of the nearest number, once
				best = slices.DeleteFunc(best, func(f found) bool { return f.rank == rank && f.cand.commune == h.cand.commune })
			}
			i, _ := slices.BinarySearchFunc(best, m, func(f found, m float64) int { return cmp.Compare(f.metres, m) })
			for i < len(best) && best[i].metres == m && before2(&best[i].hit, &h) {
				i++
			}
			if best = slices.Insert(best, i, found{h, m}); len(best) > limit {
				best = best[:limit]
			}
		}
	}
	for i := range best {
		r := s.result(&best[i].hit)
		if towns {
			c := &ix.bases[best[i].rank].communes[best[i].cand.commune]
			r = c.result(uint32(best[i].record.former)+1, r.Postcode)
		}
		r.byDistance(best[i].metres)
		rs = append(rs, r)
	}
	return rs, nil
}

// before2 orders hits at one distance.
func before2(x, y *hit) bool {
	return x.rank < y.rank || x.rank == y.rank && x.street < y.street
}

func (b *base) communeRank(c *commune) uint32 {
	r := b.byCode[c.code]
	return r.commune
}

func (ix *Index) passes(b *base, c *commune, h *hit, f Filter) bool {
	if f.CityCode != "" && !f.inPart(b, h.cand.commune, uint32(h.record.former)+1) {
		return false
	}
	if f.Postcode != "" && !(int(h.record.postcode) < len(c.postcodes) && holds(f.Postcode, c.postcodes[h.record.postcode])) {
		return false
	}
	switch f.Type {
	case "street":
		return h.record.kind != kindLocality
	case "locality":
		return h.record.kind == kindLocality
	}
	return true
}

// nearestNumber fills the hit with the number of the street nearest to the point
// and gives its distance in metres.
func (s *Searcher) nearestNumber(h *hit, n *nearby, only string) float64 {
	var r blockReader
	b := n.b
	b.block(&r, h.record, &b.communes[h.cand.commune])
	h.lon, h.lat = r.lon, r.lat
	street := n.metres(r.lon, r.lat)
	best := math.Inf(1)
	if only == "street" || only == "locality" || r.left == 0 {
		if only == "housenumber" {
			return best
		}
		best = street
	}
	near := best
	for k := 0; r.next(); k++ {
		m := n.metres(r.lon, r.lat)
		if only == "street" || only == "locality" {
			near = math.Min(near, m) // a street is as near as its nearest number
			continue
		}
		if m < best {
			best = m
			h.lon, h.lat, h.position = r.lon, r.lat, r.position
			h.number, h.suffix, h.ordinal, h.level = r.number, r.suffix, k, numberExact
		}
	}
	return math.Min(best, near)
}

// Near visits the house numbers within a distance of a point (WGS84 degrees,
// metres), street by street, until visit says false.
func (ix *Index) Near(lon, lat, metres float64, visit func(StreetRef, HouseNumber) bool) (err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	for rank, b := range ix.bases {
		n := b.near(lon, lat)
		for {
			street, d, ok := n.next()
			if !ok || d > metres {
				break
			}
			var r blockReader
			b.block(&r, b.street(street), b.communeOf(street))
			for r.next() {
				if n.metres(r.lon, r.lat) <= metres && !visit(StreetRef{uint32(rank) + 1, street}, b.houseNumber(&r)) {
					return nil
				}
			}
		}
	}
	return nil
}
