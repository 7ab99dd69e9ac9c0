package coverage

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Group is a set of priority people.
type Group uint8

const (
	Everyone Group = iota
	InQPV
	InFRR
	InZRR
	groups
)

// Groups are all of them, in the order in which reports show them.
var Groups = []Group{Everyone, InQPV, InFRR, InZRR}

// Point is people at a place.
type Point struct {
	At      orb.Point // WGS84 degrees; NaN when only the commune is known
	Weight  float64   // people
	Commune int32     // the caller's number, -1 when unknown
	Zone    int32     // the QPV, the caller's number; -1 outside
	Groups  uint8     // bit 1<<Group of those, Everyone aside, that hold the people
}

// In reports whether the people are of a group.
func (p *Point) In(g Group) bool { return g == Everyone || p.Groups&(1<<g) != 0 }

// Count is people of whom some are within reach.
type Count struct {
	Total   float64
	Covered float64
	// Maybe are those whose place is not known well enough: they may be covered.
	Maybe float64
}

// Share returns the part surely covered and the part maybe covered at most, from 0 to
// 1; ok is false when there is nobody.
func (c Count) Share() (low, high float64, ok bool) {
	if !(c.Total > 0) {
		return 0, 0, false
	}
	return c.Covered / c.Total, (c.Covered + c.Maybe) / c.Total, true
}

func (c *Count) add(o Count) {
	c.Total += o.Total
	c.Covered += o.Covered
	c.Maybe += o.Maybe
}

// Area is what a commune or a zone comes to.
type Area struct {
	Count
	Nearest, Farthest float64 // least and greatest cost of its points; NaN without any
	Sum               float64 // of weight × cost
	// Elsewhere are the people whose nearest site belongs to another Mission Locale.
	Elsewhere float64
}

// Tally counts people by cost. It is not safe for concurrent use: one a worker,
// then Merge.
type Tally struct {
	Reach float64   // cost within which people are covered
	Bands []float64 // costs, increasing
	// ByBand counts the people of each group up to each band; NoReach are those
	// whom no site reaches at all.
	ByBand   [groups][]float64
	Total    [groups]Count
	Communes []Area
	Zones    []Area
	// Unserved gathers the people beyond reach by cells; nil to do without.
	Unserved *Grid
}

// NewTally makes a tally over so many communes and zones.
func NewTally(reach float64, bands []float64, communes, zones int) *Tally {
	t := &Tally{Reach: reach, Bands: bands, Communes: make([]Area, communes), Zones: make([]Area, zones)}
	for g := range t.ByBand {
		t.ByBand[g] = make([]float64, len(bands))
	}
	for _, areas := range [][]Area{t.Communes, t.Zones} {
		for i := range areas {
			areas[i].Nearest, areas[i].Farthest = math.NaN(), math.NaN()
		}
	}
	return t
}

// Add counts people at a cost from their nearest site, +Inf without any; elsewhere reports
// whether that site belongs to another Mission Locale than theirs.
func (t *Tally) Add(p *Point, cost float64, elsewhere bool) {
	c := Count{Total: p.Weight}
	if cost <= t.Reach {
		c.Covered = p.Weight
	}
	t.count(p, c)
	band, _ := slices.BinarySearch(t.Bands, cost)
	if band < len(t.Bands) {
		for g := Everyone; g < groups; g++ {
			if p.In(g) {
				t.ByBand[g][band] += p.Weight
			}
		}
	}
	t.area(p, func(a *Area) {
		if !(a.Nearest <= cost) {
			a.Nearest = cost
		}
		if !(a.Farthest >= cost) {
			a.Farthest = cost
		}
		a.Sum += p.Weight * cost
		if elsewhere {
			a.Elsewhere += p.Weight
		}
	})
	if t.Unserved != nil && c.Covered == 0 && p.Weight > 0 {
		t.Unserved.Add(p)
	}
}

// AddUndecided counts people of whom only the commune is known, by the costs of that commune's
// points: covered when the farthest is, out of reach when the nearest is not, else maybe
// covered. NaN costs mean that nothing is known.
func (t *Tally) AddUndecided(p *Point, nearest, farthest float64) {
	c := Count{Total: p.Weight}
	switch {
	case farthest <= t.Reach:
		c.Covered = p.Weight
	case nearest > t.Reach:
	default:
		c.Maybe = p.Weight
	}
	t.count(p, c)
}

func (t *Tally) count(p *Point, c Count) {
	for g := Everyone; g < groups; g++ {
		if p.In(g) {
			t.Total[g].add(c)
		}
	}
	t.area(p, func(a *Area) { a.add(c) })
}

func (t *Tally) area(p *Point, do func(*Area)) {
	if p.Commune >= 0 {
		do(&t.Communes[p.Commune])
	}
	if p.Zone >= 0 {
		do(&t.Zones[p.Zone])
	}
}

// Merge adds another tally of the same shape.
func (t *Tally) Merge(o *Tally) {
	for g := range t.ByBand {
		for i, v := range o.ByBand[g] {
			t.ByBand[g][i] += v
		}
		t.Total[g].add(o.Total[g])
	}
	for _, pair := range [][2][]Area{{t.Communes, o.Communes}, {t.Zones, o.Zones}} {
		for i := range pair[0] {
			a, b := &pair[0][i], &pair[1][i]
			a.add(b.Count)
			if !(a.Nearest <= b.Nearest) && !math.IsNaN(b.Nearest) {
				a.Nearest = b.Nearest
			}
			if !(a.Farthest >= b.Farthest) && !math.IsNaN(b.Farthest) {
				a.Farthest = b.Farthest
			}
			a.Sum += b.Sum
			a.Elsewhere += b.Elsewhere
		}
	}
	if t.Unserved != nil && o.Unserved != nil {
		t.Unserved.Merge(o.Unserved)
	}
}

// UpTo returns the people of a group within each band, cumulated.
func (t *Tally) UpTo(g Group) []float64 {
	out := slices.Clone(t.ByBand[g])
	for i := 1; i < len(out); i++ {
		out[i] += out[i-1]
	}
	return out
}
