package study

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/coverage"
)

// cost returns the cost of the nearest site, and its number; +Inf without any site.
func (w *walk) cost(p *coverage.Point, row int, find *coverage.Finder, trips map[string]Nearest) (float64, int) {
	if w.o.Matrix == nil {
		i, d, ok := find.Nearest(p.At)
		if !ok {
			return math.Inf(1), -1
		}
		return d * w.o.Detour, i
	}
	for _, code := range w.origins(p, row) {
		n, known := trips[code]
		if !known {
			n = w.g.byMatrix(w.o.Matrix, w.s, code, nil)
			trips[code] = n
		}
		if n.Site >= 0 {
			return n.Minutes, n.Site
		}
	}
	return math.Inf(1), -1
}

// origins returns the codes by which a matrix may know people: their own row's, their
// square's, their QPV's, their commune's.
func (w *walk) origins(p *coverage.Point, row int) (codes []string) {
	if w.p.codes != nil {
		codes = append(codes, w.p.codes[row])
	}
	if code := w.square(p.At); code != "" {
		codes = append(codes, code)
	}
	if p.Zone >= 0 {
		codes = append(codes, w.g.zones[p.Zone].Code)
	}
	if p.Commune >= 0 {
		codes = append(codes, w.g.list[p.Commune].Code)
	}
	return codes
}

// square returns the code of a place's square in the matrix, empty when it has none.
func (w *walk) square(at orb.Point) string {
	if w.o.Matrix == nil || w.o.Matrix.Squares == nil || math.IsNaN(at[0]) {
		return ""
	}
	return w.o.Matrix.Squares.At(at).String()
}

// byMatrix returns the site of some units reached soonest from an origin.
func (g *ground) byMatrix(m *coverage.Matrix, s *supply, origin string, units []string) Nearest {
	none := Nearest{Site: -1, Metres: math.NaN(), Minutes: math.NaN()}
	t, ok := m.Nearest(origin, func(j int32) bool {
		i := g.siteOf[j]
		return i >= 0 && (units == nil || slices.Contains(units, s.units[i]))
	})
	if !ok {
		return none
	}
	i := g.siteOf[t.To]
	return Nearest{Site: i, Name: s.sites[i].Name, Metres: math.NaN(), Minutes: t.Cost}
}

// elsewhere tells that people's nearest site is another Mission Locale's.
func (w *walk) elsewhere(p *coverage.Point, site int) bool {
	if site < 0 || p.Commune < 0 || w.s.units[site] == "" {
		return false
	}
	own := w.g.unitsOf[w.g.list[p.Commune].Code]
	return len(own) > 0 && !slices.Contains(own, w.s.units[site])
}

// nearest returns the site nearest to a place among those of some Missions Locales, nil
// for all; by the matrix where there is one.
func (w *walk) nearest(at orb.Point, code string, units []string) Nearest {
	if w.o.Matrix != nil {
		n := w.g.byMatrix(w.o.Matrix, w.s, code, units)
		if n.Site >= 0 && n.Site < w.s.placed && at[0] == at[0] {
			n.Metres = geo.Distance(at, w.s.at(n.Site))
		}
		return n
	}
	none := Nearest{Site: -1, Metres: math.NaN(), Minutes: math.NaN()}
	if units == nil {
		i, d, ok := w.s.locator.Finder().Nearest(at)
		if !ok {
			return none
		}
		return Nearest{i, w.s.sites[i].Name, d * w.o.Detour, math.NaN()}
	}
	best := none
	for i := range w.s.placed {
		if !slices.Contains(units, w.s.units[i]) {
			continue
		}
		if d := geo.Distance(at, w.s.at(i)) * w.o.Detour; best.Site < 0 || d < best.Metres {
			best = Nearest{i, w.s.sites[i].Name, d, math.NaN()}
		}
	}
	return best
}
