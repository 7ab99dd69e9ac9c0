package study

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
	"perimetre/ingest/opening"
)

// Itinerant is a permanence of one agent that goes from place to place.
type Itinerant struct {
	PerWeek int // half-days that the agent goes out, each week
	Weeks   int // after which each place comes back; 0 is 1
	// Start is the site, by name or identifier, from which the agent starts each day;
	// empty for the head office nearest to the places chosen.
	Start string
	// Pattern is when the agent may go out, as an opening pattern; empty for Monday to
	// Friday.
	Pattern string
	// Receives is how many young people the agent sees in a half-day; 0 when unknown.
	Receives int
	// Router returns the times between places; nil for the matrix's, or straight lines.
	Router Router

	days [7][2]bool
}

func (i *Itinerant) normal() error {
	i.Weeks = max(1, i.Weeks)
	if i.PerWeek < 1 || i.PerWeek > 14 || i.Weeks > 8 {
		return fault.New(fault.Usage, "permanence itinérante : attendu de 1 à 14 demi-journées par semaine, et un retour au plus toutes les 8 semaines")
	}
	days := cmp.Or(strings.TrimSpace(i.Pattern), "lundi au vendredi")
	o, err := opening.Parse(days)
	if err != nil {
		return err
	}
	i.days = halves(o.Week, 1)
	n := 0
	for _, d := range i.days {
		n += b2i(d[0]) + b2i(d[1])
	}
	if n < i.PerWeek {
		return fault.New(fault.Usage, "permanence itinérante : %s par semaine demandée%s, l’agent n’en a que %d (%s)", count(i.PerWeek, "demi-journée"), french.S(i.PerWeek), n, days)
	}
	return nil
}

// halves returns the half-days of a pattern that come back often enough for a visit
// every so many weeks.
func halves(week [7][2]float64, weeks int) (open [7][2]bool) {
	for d := range week {
		for h := range week[d] {
			open[d][h] = week[d][h]*float64(weeks) >= 1-1e-9
		}
	}
	return open
}

// Round is the tour of an itinerant permanence.
type Round struct {
	Itinerant
	Base   string        // where each day starts and ends; empty when no site is known
	Unit   coverage.Unit // of the costs
	Source string        // French: how they are had
	Days   []DayOut      // in order
	Cost   float64       // of the whole round
	// Unknown are the places whose opening is not known, held to be open when the
	// agent comes.
	Unknown int
	// Unseen are the candidates left out, which no half-day of the agent suits.
	Unseen []string
}

// DayOut is one day of the agent: the ranks in Plan.Places of its morning's and its
// afternoon's place, -1 for none.
type DayOut struct {
	Week, Day int // from 0; day 0 is Monday
	Places    [2]int
	Cost      float64 // from the base and back
}

// mostRounds bounds the times that places which fit no half-day are left out and
// the others chosen again.
const mostRounds = 12

// round chooses places that one agent can visit, and when. The bound holds for a
// free choice, which no choice within opening hours beats.
func (c *choice) round(candidates []geo.Site) (*coverage.Plan, []geo.Site, *Round, error) {
	it := *c.o.Itinerant
	r := &Round{Itinerant: it}
	open := map[string][7][2]bool{}
	key := func(s *geo.Site) string { return fmt.Sprint(s.ID, "\x00", s.Name) }
	unknown := map[string]bool{}
	candidates = slices.DeleteFunc(slices.Clone(candidates), func(s geo.Site) bool {
		times, known := openTimes(&s, it.Weeks)
		some := false
		for d := range times {
			for h := range times[d] {
				times[d][h] = times[d][h] && it.days[d][h]
				some = some || times[d][h]
			}
		}
		if !some {
			r.Unseen = append(r.Unseen, s.Name)
		}
		open[key(&s)], unknown[key(&s)] = times, !known
		return !some
	})
	if len(candidates) == 0 {
		return nil, nil, nil, fault.New(fault.Input, "aucun lieu candidat n’est ouvert un jour où l’agent se déplace")
	}
	var bound *coverage.Plan
	for tries := 0; ; tries++ {
		c.o.Places = min(it.PerWeek*it.Weeks, len(candidates))
		plan, from, err := c.solve(candidates)
		if err != nil {
			return nil, nil, nil, err
		}
		if bound == nil {
			bound = plan
		}
		t := coverage.Tour{Weeks: it.Weeks, PerWeek: it.PerWeek, Cost: func(_, _ int) float64 { return 0 }}
		chosen := make([]*geo.Site, len(plan.Choices))
		for k, x := range plan.Choices {
			chosen[k] = &from[x.Candidate]
			t.Open = append(t.Open, open[key(chosen[k])])
			r.Unknown += b2i(unknown[key(chosen[k])])
		}
		_, _, left := t.Plan()
		if len(left) == 0 || tries == mostRounds {
			for _, k := range slices.Backward(left) { // after so many tries, they stay without a visit
				plan.Choices = slices.Delete(plan.Choices, k, k+1)
				chosen, t.Open = slices.Delete(chosen, k, k+1), slices.Delete(t.Open, k, k+1)
			}
			plan.Bound, plan.Exact = bound.Bound, math.Abs(bound.Bound-plan.After) <= 1e-6*math.Abs(bound.Bound)
			if len(plan.Choices) < it.PerWeek*it.Weeks {
				c.g.notice(fmt.Sprintf("%s de l’agent par tournée restent sans lieu", count(it.PerWeek*it.Weeks-len(plan.Choices), "demi-journée")))
			}
			return plan, from, r, c.visits(r, &t, chosen)
		}
		r.Unknown = 0
		for _, k := range left {
			name := chosen[k].Name
			r.Unseen = append(r.Unseen, name)
			gone := key(chosen[k])
			candidates = slices.DeleteFunc(candidates, func(s geo.Site) bool { return key(&s) == gone })
		}
	}
}

// openTimes returns when a place may be visited every so many weeks; known is false for one
// whose hours are not told, held to be open from Monday to Friday.
func openTimes(s *geo.Site, weeks int) (times [7][2]bool, known bool) {
	if o, err := opening.Parse(s.Opening); err == nil && o.Week != ([7][2]float64{}) {
		return halves(o.Week, weeks), true
	}
	if s.HalfDays*float64(weeks) < 1-1e-9 {
		return times, true // lent more rarely than the round
	}
	for d := range 5 {
		times[d] = [2]bool{true, true}
	}
	return times, false
}

// visits orders the visits by the way between places.
func (c *choice) visits(r *Round, t *coverage.Tour, places []*geo.Site) error {
	base, err := c.base(r.Start, places)
	if err != nil {
		return err
	}
	stops := places
	if base != nil {
		r.Base = base.Name
		stops = append([]*geo.Site{base}, places...)
	}
	between, err := c.between(r, stops)
	if err != nil {
		return err
	}
	first := len(stops) - len(places)
	t.Cost = func(from, to int) float64 {
		if base == nil && (from < 0 || to < 0) {
			return 0
		}
		return between[from+first][to+first]
	}
	visits, cost, _ := t.Plan()
	r.Cost = cost
	for _, v := range visits {
		n := len(r.Days)
		if n == 0 || r.Days[n-1].Week != v.Week || r.Days[n-1].Day != v.Day {
			r.Days = append(r.Days, DayOut{Week: v.Week, Day: v.Day, Places: [2]int{-1, -1}})
			n++
		}
		r.Days[n-1].Places[v.Half] = v.Place
	}
	for k := range r.Days {
		r.Days[k].Cost = t.Day(r.Days[k].Places[0], r.Days[k].Places[1])
	}
	return nil
}

// base returns the site named, else the head office nearest to the middle of places, else
// the nearest site of any kind.
func (c *choice) base(name string, places []*geo.Site) (*geo.Site, error) {
	if name != "" {
		for i := range c.s.sites {
			if s := &c.s.sites[i]; s.ID == name || strings.EqualFold(s.Name, name) {
				return s, nil
			}
		}
		return nil, fault.New(fault.Usage, "site de départ « %s » : inconnu parmi les sites d’accueil", name)
	}
	var middle orb.Point
	for _, s := range places {
		middle[0], middle[1] = middle[0]+s.Lon/float64(len(places)), middle[1]+s.Lat/float64(len(places))
	}
	var best *geo.Site
	far := func(s *geo.Site) float64 { return geo.Distance(orb.Point{s.Lon, s.Lat}, middle) }
	for i := range c.s.placed {
		s := &c.s.sites[i]
		switch {
		case !s.Kind.Presence():
		case best == nil, s.Kind == geo.SiteHead && best.Kind != geo.SiteHead, (s.Kind == geo.SiteHead) == (best.Kind == geo.SiteHead) && far(s) < far(best):
			best = s
		}
	}
	return best, nil
}

// between gives the costs from each stop to each other: of the server, of the
// matrix when it has them all, else on straight lines.
func (c *choice) between(r *Round, stops []*geo.Site) ([][]float64, error) {
	at := make([]orb.Point, len(stops))
	placed := true
	for i, s := range stops {
		at[i] = orb.Point{s.Lon, s.Lat}
		placed = placed && s.Lon == s.Lon
	}
	if router := r.Router; router != nil && placed {
		times, err := router.Minutes(c.ctx, at, at)
		if err == nil && !slices.ContainsFunc(times, func(row []float64) bool { return slices.ContainsFunc(row, math.IsNaN) }) {
			r.Unit, r.Source = coverage.Minutes, router.Source()
			return times, nil
		}
		if err != nil {
			return nil, err
		}
		c.g.notice("le serveur d’itinéraires ne relie pas tous les lieux : la tournée est comptée en ligne droite")
	}
	out := make([][]float64, len(stops))
	for i := range out {
		out[i] = make([]float64, len(stops))
	}
	if c.o.Matrix != nil && fillTimes(c.o.Matrix, stops, out) {
		r.Unit, r.Source = coverage.Minutes, c.o.Matrix.Source
		return out, nil
	}
	if !placed {
		return nil, fault.New(fault.Input, "tournée : la matrice ne donne pas les durées entre les lieux choisis, et tous ne sont pas sur la carte")
	}
	for i := range at {
		for j := range at {
			out[i][j] = geo.Distance(at[i], at[j]) * c.o.Detour
		}
	}
	r.Unit, r.Source = coverage.Metres, straight(c.o.Detour)
	return out, nil
}

// fillTimes takes the times between stops from a matrix; it tells whether all are
// there.
func fillTimes(m *coverage.Matrix, stops []*geo.Site, out [][]float64) bool {
	for i, from := range stops {
		for j, to := range stops {
			if i == j {
				continue
			}
			d, ok := destination(m, to)
			trips := m.From(from.ID)
			if trips == nil {
				trips = m.From(from.Name)
			}
			k, found := slices.BinarySearchFunc(trips, d, func(t coverage.Trip, d int32) int { return cmp.Compare(t.To, d) })
			if !ok || !found {
				return false
			}
			out[i][j] = trips[k].Cost
		}
	}
	return true
}
