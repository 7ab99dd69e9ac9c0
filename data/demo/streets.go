package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/data/noise"
	"perimetre/geo"
)

// street is made on the way and never kept; the same commune always gives the
// same streets.
type street struct {
	id, name, postcode string
	afnor              string // capitals without accents
	place              string // lieu-dit
	old                *former
	certified          bool
	numbers            []houseNumber
}

type houseNumber struct {
	n        int
	suffix   string
	at       orb.Point
	position geo.PositionType
}

// label is "12 bis".
func (h houseNumber) label() string {
	if h.suffix == "" {
		return strconv.Itoa(h.n)
	}
	return strconv.Itoa(h.n) + " " + h.suffix
}

// positions weigh the kinds of point as the BAN's do, about.
var positions = []geo.PositionType{geo.PositionEntrance, geo.PositionEntrance, geo.PositionEntrance, geo.PositionEntrance, geo.PositionBuilding,
	geo.PositionParcel, geo.PositionParcel, geo.PositionSegment, geo.PositionDelivery, geo.PositionUnknown}

// urbanSpread returns the standard deviation, in metres, of streets about the middle.
func urbanSpread(c *commune) float64 {
	return min(cellMetres*.2, 150+9*math.Sqrt(float64(c.want)))
}

// streets makes the streets of a commune one after the other. The street given to
// visit is reused by the next.
func (t *territory) streets(c *commune, visit func(*street) error) error {
	rng := t.random("voies " + c.code)
	urban := c.want > 600
	seen := map[string]bool{}
	var s street
	got := 0
	for k := 1; got < c.want && k < 20000; {
		name := streetName(rng, c.neighbours)
		key := noise.Key(name)
		if seen[key] {
			if k++; k > 200 {
				name = roadType(rng) + " " + pickOf(rng, givenNames) + " " + surname(rng)
				key = noise.Key(name)
			}
			if seen[key] {
				continue
			}
		}
		numbers := t.number(rng, c, urban, c.want-got, s.numbers[:0])
		if len(numbers) == 0 {
			k++
			continue
		}
		seen[key] = true
		s = street{id: c.code + "_" + pad(len(seen), 4), name: name, afnor: upperASCII(name), numbers: numbers, certified: rng.IntN(5) < 3}
		s.postcode = c.postcodes[rng.IntN(len(c.postcodes))]
		if c.old != nil && rng.Float64() < c.old.share {
			s.old = c.old
		}
		if !urban && rng.IntN(12) == 0 {
			s.place = hamletName(rng)
		}
		got += len(numbers)
		if err := visit(&s); err != nil {
			return err
		}
	}
	return nil
}

// number lays the numbers of a street along a line: odd on one side, even on the
// other; by metres on some country roads.
func (t *territory) number(rng *rand.Rand, c *commune, urban bool, most int, out []houseNumber) []houseNumber {
	n := min(110, max(2, int(rng.ExpFloat64()*13)))
	step := 7 + 9*rng.Float64()
	sin, cos := math.Sincos(2 * math.Pi * rng.Float64())
	start, ok := t.startOf(rng, c)
	if !ok {
		return out
	}
	metric := !urban && rng.IntN(6) == 0
	if metric {
		step = 40
	}
	for i := 1; i < 2*n && len(out) < most; i++ {
		if rng.IntN(4) == 0 {
			continue
		}
		along := float64(i-n) * step / 2
		side := 8.0
		if i%2 == 0 {
			side = -8
		}
		p := moved(start, along*cos-side*sin, along*sin+side*cos)
		if !inRing(c.ring, p) {
			continue
		}
		h := houseNumber{n: i, at: orb.Point{micro(p[0]), micro(p[1])}, position: positions[rng.IntN(len(positions))]}
		if metric {
			h.n = i*int(step)/2 + rng.IntN(8)*2
			if h.n%2 != i%2 {
				h.n++
			}
			if len(out) > 0 && h.n <= out[len(out)-1].n {
				continue
			}
		}
		out = append(out, h)
		if rng.IntN(25) == 0 && len(out) < most {
			q := moved(p, 3, 0)
			h.at = orb.Point{micro(q[0]), micro(q[1])}
			h.suffix = []string{"bis", "bis", "bis", "ter", "a", "b"}[rng.IntN(6)]
			out = append(out, h)
		}
	}
	return out
}

// startOf returns the middle of a street: about the town, or in one of its QPV.
func (t *territory) startOf(rng *rand.Rand, c *commune) (orb.Point, bool) {
	if len(c.quarters) > 0 && rng.IntN(100) < 22 {
		q := pickOf(rng, c.quarters)
		for range 20 {
			p := orb.Point{q.bound.Min[0] + rng.Float64()*(q.bound.Max[0]-q.bound.Min[0]), q.bound.Min[1] + rng.Float64()*(q.bound.Max[1]-q.bound.Min[1])}
			if in, _ := q.holds(p); in && inRing(c.ring, p) {
				return p, true
			}
		}
	}
	for range 30 {
		s := urbanSpread(c)
		if rng.IntN(10) < 3 {
			s = cellMetres * .35
		}
		p := moved(c.centre, rng.NormFloat64()*s, rng.NormFloat64()*s)
		if inRing(c.ring, p) {
			return p, true
		}
	}
	return orb.Point{}, false
}

func pad(n, width int) string { return fmt.Sprintf("%0*d", width, n) }

// upperASCII returns the text as the post writes it.
func upperASCII(s string) string { return strings.ToUpper(noise.Fold(s)) }
