package study

import (
	"cmp"
	"math"
	"slices"

	"perimetre/geo/coverage"
)

// UnitResult is what the territory of a Mission Locale comes to: its people and how
// they stand to the sites, its own and the others'.
type UnitResult struct {
	Code, Name string // empty for the communes that several serve
	coverage.Count
	// Elsewhere are its people whose nearest site is another Mission Locale's.
	Elsewhere float64
	Communes  int
	Sites     int     // its own
	HalfDays  float64 // that these open a week, as far as is known
	QPV       int     // those that it shares included
	Served    int     // of them, with a presence inside
}

// Share is a commune or a QPV that several Missions Locales serve, seen from one of
// them.
type Share struct {
	Kind       string // « QPV » or « commune »
	Code, Name string
	Unit       string // name of the Mission Locale
	Communes   []string
	Own        Nearest // its nearest site
}

// units sums the communes of each Mission Locale.
func (w *walk) units(r *Result) {
	by := map[string]*UnitResult{}
	of := func(codes []string) *UnitResult {
		code := ""
		if len(codes) == 1 {
			code = codes[0]
		}
		u := by[code]
		if u == nil {
			u = &UnitResult{Code: code, Name: w.g.unitName(code)}
			by[code] = u
		}
		return u
	}
	if len(w.g.unitsOf) == 0 {
		return
	}
	for i, c := range w.g.list {
		u := of(w.g.unitsOf[c.Code])
		t := &w.tally.Communes[i]
		u.Total, u.Covered, u.Maybe = u.Total+t.Total, u.Covered+t.Covered, u.Maybe+t.Maybe
		u.Elsewhere += t.Elsewhere
		u.Communes++
	}
	for i := range w.s.sites {
		if u := by[w.s.units[i]]; u != nil && w.s.units[i] != "" {
			u.Sites++
			if h := w.s.sites[i].HalfDays; !math.IsNaN(h) {
				u.HalfDays += h
			}
		}
	}
	for z := range w.g.zones {
		inside := slices.ContainsFunc(r.QPV, func(q Zone) bool { return q.Code == w.g.zones[z].Code && q.Presence > 0 })
		for _, code := range w.g.unitsOfZone(z) {
			if u := by[code]; u != nil {
				u.QPV++
				u.Served += b2i(inside)
			}
		}
	}
	for _, u := range by {
		r.Units = append(r.Units, *u)
	}
	slices.SortFunc(r.Units, func(a, b UnitResult) int {
		return cmp.Or(b2i(a.Code == "")-b2i(b.Code == ""), cmp.Compare(a.Code, b.Code))
	})
}

// shares lists what several Missions Locales serve, one line for each of them.
func (w *walk) shares(r *Result) {
	g := w.g
	for z := range g.zones {
		units := g.unitsOfZone(z)
		if len(units) < 2 {
			continue
		}
		for _, u := range units {
			s := Share{Kind: "QPV", Code: g.zones[z].Code, Name: g.zones[z].Name, Unit: g.unitName(u), Own: w.nearest(g.middle(z), g.zones[z].Code, []string{u})}
			for _, code := range g.zones[z].Communes {
				now, _, _ := g.communes.Resolve(code)
				if c, ok := g.communes.Lookup(now); ok && slices.Contains(g.unitsOf[now], u) {
					s.Communes = append(s.Communes, c.Name)
				}
			}
			r.Shares = append(r.Shares, s)
		}
	}
	for i := range r.Communes {
		a := &r.Communes[i]
		units := g.unitsOf[a.Code]
		if len(units) < 2 {
			continue
		}
		for _, u := range units {
			r.Shares = append(r.Shares, Share{Kind: "commune", Code: a.Code, Name: a.Name, Unit: g.unitName(u), Own: w.nearest(a.At, a.Code, []string{u})})
		}
	}
}
