package study

import (
	"fmt"
	"math"
	"strings"

	"perimetre/french"
	"perimetre/geo/coverage"
	"perimetre/geo/transit"
)

// result counts people by group, half-day, site, QPV and commune.
func (j *journeys) result(offers []offer, f *found) *Transit {
	w := j.w
	t := &Transit{Frame: w.g.frame(w.o, w.s, w.p), Terms: j.terms, Foot: j.net.Foot, Days: j.on, Feeds: j.net.Feeds, Bands: j.bands, Completeness: w.s.of}
	t.Reach, t.Source = j.reach, j.source()
	zones, communes := make([]areaSum, len(w.g.zones)), make([]areaSum, len(w.g.list))
	byGroup := map[coverage.Group]*TransitGroup{}
	for _, g := range coverage.Groups {
		n := len(j.bands)
		byGroup[g] = &TransitGroup{Group: g, Best: make([]float64, n), Median: make([]float64, n), Worst: make([]float64, n)}
	}
	for i := range j.nodes {
		p := &j.nodes[i]
		for _, g := range coverage.Groups {
			if p.In(g) {
				byGroup[g].add(p.Weight, f, i, j.bands)
			}
		}
		for d := range 7 {
			for h := range 2 {
				bit := uint16(1) << (2*d + h)
				if f.able[i]&bit != 0 {
					t.HalfDays[d][h].Able += p.Weight
				}
				if f.quick[i]&bit != 0 {
					t.HalfDays[d][h].Within += p.Weight
				}
			}
		}
		if p.Zone >= 0 {
			zones[p.Zone].add(p.Weight, f, i)
		}
		if p.Commune >= 0 {
			communes[p.Commune].add(p.Weight, f, i)
		}
	}
	for _, g := range coverage.Groups {
		if byGroup[g].Total > 0 {
			t.Groups = append(t.Groups, *byGroup[g])
		}
	}
	for i := range offers {
		s := TransitSite{Site: &w.s.sites[i], Able: f.sites[i].any, HalfDays: weekOf(&offers[i], &f.sites[i])}
		for d := range 7 {
			for h := range 2 {
				t.HalfDays[d][h].Open = t.HalfDays[d][h].Open || s.HalfDays[d][h].Open
			}
		}
		t.Sites = append(t.Sites, s)
	}
	for z := range zones {
		a := j.area(&zones[z])
		a.Code, a.Name = w.g.zones[z].Code, w.g.zones[z].Name
		for _, u := range w.g.unitsOfZone(z) {
			a.Units = append(a.Units, w.g.unitName(u))
		}
		t.QPV = append(t.QPV, a)
	}
	for c := range communes {
		a := j.area(&communes[c])
		a.Code, a.Name = w.g.list[c].Code, w.g.list[c].Name
		for _, u := range w.g.unitsOf[a.Code] {
			a.Units = append(a.Units, w.g.unitName(u))
		}
		t.Communes = append(t.Communes, a)
	}
	t.Notices = w.g.notices
	return t
}

// weekOf returns who can come to an offer on each half-day that it has.
func weekOf(o *offer, f *siteFound) (week [7][2]HalfDayReach) {
	for d := range week {
		for h := range week[d] {
			if hours := o.hours[d][h]; hours.To > 0 {
				week[d][h] = HalfDayReach{true, hours, f.able[d][h], f.within[d][h]}
			}
		}
	}
	return week
}

func (g *TransitGroup) add(weight float64, f *found, node int, bands []float64) {
	g.Total += weight
	if f.site[node] < 0 {
		return
	}
	g.Able += weight
	c := f.best[node]
	for k, b := range bands {
		for _, x := range []struct {
			minutes int
			to      []float64
		}{{c.Best, g.Best}, {c.Median, g.Median}, {c.Worst, g.Worst}} {
			if float64(x.minutes) <= b {
				x.to[k] += weight
			}
		}
	}
}

// areaSum gathers the nodes of an area.
type areaSum struct {
	total, able, minutes float64
	days                 uint16
	bySite               map[int32]float64
	beyond               Beyond
}

func (a *areaSum) add(weight float64, f *found, node int) {
	a.total += weight
	a.beyond.add(weight, f.best[node], f.site[node] >= 0)
	if f.site[node] < 0 {
		return
	}
	a.able += weight
	a.minutes += weight * float64(f.best[node].Median)
	a.days |= f.able[node]
	if a.bySite == nil {
		a.bySite = map[int32]float64{}
	}
	a.bySite[f.site[node]] += weight
}

func (j *journeys) area(a *areaSum) TransitArea {
	out := TransitArea{Total: a.total, Able: a.able, Median: math.NaN(), Beyond: a.beyond}
	for d := range 7 {
		for h := range 2 {
			out.Days[d][h] = a.days&(1<<(2*d+h)) != 0
		}
	}
	best := int32(-1)
	for s, n := range a.bySite {
		if best < 0 || n > a.bySite[best] || n == a.bySite[best] && s < best {
			best = s
		}
	}
	if best >= 0 {
		out.Median, out.Site = a.minutes/a.able, j.w.s.sites[best].Name
	}
	return out
}

// source says how durations are had.
func (j *journeys) source() string {
	var names []string
	for i := range j.net.Feeds {
		f := &j.net.Feeds[i]
		name := f.Publisher
		if name == "" {
			name = f.Name
		}
		names = append(names, name)
	}
	foot := j.net.Foot
	home := "le soir même"
	if j.terms.Home < 24*60 {
		home = "avant " + french.Clock(j.terms.Home)
	}
	return fmt.Sprintf("horaires de %s, semaine du %s ; à pied %s km/h sur %s fois la ligne droite, %d min au plus jusqu’à l’arrêt ; %d véhicules au plus, %d min au plus en tout, attentes comprises ; %d min sur place et retour %s",
		strings.Join(names, ", "), french.Date(j.w.o.On), french.Short(foot.Speed*3.6, 1), french.Short(foot.Detour, 1), foot.Longest/60, transit.MostVehicles, j.terms.Longest, j.terms.Visit, home)
}
