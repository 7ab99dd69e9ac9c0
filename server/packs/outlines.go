package packs

import (
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// Outline is the border of a Mission Locale's territory, in degrees.
type Outline struct {
	Code, Name string
	Rings      []orb.Ring // filled by the even-odd rule
	Bound      orb.Bound
}

// Outlines returns the territories of all Missions Locales, by code.
func (e *Edition) Outlines() []Outline { return e.outlines() }

func (e *Edition) outline() []Outline {
	shapes := map[string][]orb.MultiPolygon{}
	for _, t := range e.Territories {
		if mp, ok := e.Communes.Contour(t.Commune); ok {
			shapes[t.MissionLocale] = append(shapes[t.MissionLocale], mp)
		}
	}
	var out []Outline
	for code, list := range shapes {
		o := Outline{Code: code, Name: e.UnitName(code), Rings: Border(list), Bound: list[0].Bound()}
		for _, mp := range list[1:] {
			o.Bound = o.Bound.Union(mp.Bound())
		}
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b Outline) int { return strings.Compare(a.Code, b.Code) })
	return out
}

// Ground returns the box of all that the packs draw, in degrees; ok is false for packs
// that draw nothing.
func (e *Edition) Ground() (b orb.Bound, ok bool) {
	if list := e.Outlines(); len(list) > 0 {
		b = list[0].Bound
		for _, o := range list[1:] {
			b = b.Union(o.Bound)
		}
		return b, true
	}
	index, codes := e.Communes.Contours()
	if index == nil || len(codes) == 0 {
		return orb.Bound{}, false
	}
	b = index.Bound(0)
	for i := range codes {
		b = b.Union(index.Bound(i))
	}
	return b, true
}

// Border returns the border of the union of contours that share their vertices, as the
// contours of one vintage of the official file do: an edge met twice is inside and goes,
// the others make closed rings. Filled by the even-odd rule they are the union, holes
// included.
func Border(shapes []orb.MultiPolygon) []orb.Ring {
	type edge [2]orb.Point
	odd := map[edge]bool{}
	for _, mp := range shapes {
		for _, poly := range mp {
			for _, ring := range poly {
				for i := 1; i < len(ring); i++ {
					a, b := ring[i-1], ring[i]
					if a == b {
						continue
					}
					if b[0] < a[0] || b[0] == a[0] && b[1] < a[1] {
						a, b = b, a
					}
					if odd[edge{a, b}] {
						delete(odd, edge{a, b})
					} else {
						odd[edge{a, b}] = true
					}
				}
			}
		}
	}
	next := map[orb.Point][]orb.Point{}
	starts := make([]orb.Point, 0, len(odd))
	for e := range odd {
		next[e[0]] = append(next[e[0]], e[1])
		next[e[1]] = append(next[e[1]], e[0])
		starts = append(starts, e[0])
	}
	byPlace := func(a, b orb.Point) int {
		if a[0] != b[0] {
			return int(math.Copysign(1, a[0]-b[0]))
		}
		if a[1] != b[1] {
			return int(math.Copysign(1, a[1]-b[1]))
		}
		return 0
	}
	slices.SortFunc(starts, byPlace) // the same drawing at each run
	for _, list := range next {
		slices.SortFunc(list, byPlace)
	}
	drop := func(a, b orb.Point) {
		list := next[a]
		i := slices.Index(list, b)
		next[a] = slices.Delete(list, i, i+1)
	}
	var rings []orb.Ring
	for _, start := range starts {
		for len(next[start]) > 0 {
			ring, at := orb.Ring{start}, start
			for len(next[at]) > 0 {
				to := next[at][0]
				drop(at, to)
				drop(to, at)
				ring, at = append(ring, to), to
				if at == start {
					break
				}
			}
			rings = append(rings, ring)
		}
	}
	return rings
}
