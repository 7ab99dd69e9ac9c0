package study

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/paulmach/orb"

	"perimetre/data"
	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
	"perimetre/geo/transit"
)

// ChooseByTransit finds where, and on which half-day, to open o.Places permanences for
// those whom no present site reaches by bus, train and foot while it is open.
func ChooseByTransit(ctx context.Context, pack *data.Pack, o Options, terms transit.Terms) (plan *Plan, err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	if o.Objective == "" {
		o.Objective = coverage.MostCovered
	}
	if o.Itinerant != nil {
		return nil, fault.New(fault.Usage, "--transit et --half-days s’excluent : --transit propose déjà un lieu et une demi-journée")
	}
	weighting := o.Weight
	j, err := newJourneys(ctx, pack, &o, terms)
	if err != nil {
		return nil, err
	}
	w := j.w
	candidates, err := w.g.candidates(&o, w.s)
	if err != nil {
		return nil, err
	}
	present, err := j.present()
	if err != nil {
		return nil, err
	}
	options, trips, err := j.options(candidates)
	if err != nil {
		return nil, err
	}
	q := coverage.Siting{Places: o.Places, Objective: o.Objective, Reach: j.reach.Limit}
	var existing []float64
	var rows []int32
	for i := range j.nodes {
		p := j.nodes[i]
		if p.Weight = weighting.of(&p); p.Weight > 0 {
			cost := math.Inf(1)
			if present.site[i] >= 0 {
				cost = float64(present.best[i].Median)
			}
			q.Demand, existing, rows = append(q.Demand, p), append(existing, cost), append(rows, int32(i))
		}
	}
	solved, err := q.SolveTrips(ctx, existing, func(i int) []coverage.Trip { return trips[rows[i]] }, len(options))
	if err != nil {
		return nil, err
	}
	plan = &Plan{Plan: *solved, Frame: w.g.frame(&o, w.s, w.p), Objective: o.Objective, Weighting: weighting.String(), Candidates: len(candidates), Completeness: w.s.of, ground: w.g}
	plan.Reach, plan.Source = j.reach, j.source()
	for i := range w.s.placed {
		plan.Sites = append(plan.Sites, w.s.at(i))
	}
	for _, c := range solved.Choices {
		x := &options[c.Candidate]
		site := &candidates[x.candidate]
		place := Opening{Name: site.Name, Code: site.ID, At: orb.Point{site.Lon, site.Lat}, Gain: c.Gain, Commune: site.City, When: x.when()}
		if o.Objective == coverage.LeastDistance && plan.Weight > 0 {
			place.Gain /= plan.Weight
		}
		plan.Places = append(plan.Places, place)
	}
	if solved.Unreachable > 0 {
		w.g.notice(fmt.Sprintf("%.0f %s ne peuvent venir à aucun lieu candidat et ne comptent pas", solved.Unreachable, w.p.noun))
	}
	plan.Notices = w.g.notices
	return plan, nil
}

// present is who comes to the sites that are a Mission Locale's own presence.
func (j *journeys) present() (*found, error) {
	var offers []offer
	for i := range j.w.s.placed {
		if s := &j.w.s.sites[i]; s.Kind.Presence() {
			o, _ := offerOf(s)
			offers = append(offers, o)
		}
	}
	return j.search(offers)
}

// option is a place on a half-day; days are those on which the same would be had.
type option struct {
	candidate int
	halfDay
}

// when says the half-day: « mardi ou jeudi matin, 9 h – 12 h ».
func (o *option) when() string {
	var days []string
	for _, d := range o.days {
		days = append(days, french.Weekday(d))
	}
	s := days[0]
	if n := len(days); n > 1 {
		s = strings.Join(days[:n-1], ", ") + " ou " + days[n-1]
	}
	return s + " " + french.Halves[o.half] + ", " + french.Clock(o.open.Open) + " – " + french.Clock(o.open.Close)
}

// options tries each candidate on each half-day that it is open, once for days on which
// the same runs, and gives for each node the options to which it comes, by median.
func (j *journeys) options(candidates []geo.Site) (list []option, trips [][]coverage.Trip, err error) {
	offers, first := make([]offer, len(candidates)), make([]int32, len(candidates))
	guessed := 0
	for i := range candidates {
		var guess bool
		offers[i], guess = offerOf(&candidates[i])
		guessed += b2i(guess)
		first[i] = int32(len(list))
		for _, half := range j.halfDays(&offers[i]) {
			list = append(list, option{i, half})
		}
	}
	if guessed > 0 {
		j.w.g.notice(fmt.Sprintf("%s sans horaires connus : essayé%s du lundi au vendredi, de 9 h à 12 h et de 14 h à 17 h, à vérifier avec l’hébergeur", french.Count(guessed, "lieu candidat", "lieux candidats"), french.S(guessed)))
	}
	trips = make([][]coverage.Trip, len(j.nodes))
	var next atomic.Int64
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range max(1, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			s := j.newSeeker()
			type way struct {
				node int32
				trip coverage.Trip
			}
			var ways []way
			for {
				i := int(next.Add(1)) - 1
				if i >= len(offers) || j.w.ctx.Err() != nil {
					return
				}
				ways = ways[:0]
				s.each(&offers[i], func(half halfDay, node int32, c transit.Coming) {
					for k := first[i]; ; k++ {
						if x := &list[k]; x.half == half.half && x.table == half.table && x.open == half.open {
							ways = append(ways, way{node, coverage.Trip{To: k, Cost: float64(c.Median)}})
							return
						}
					}
				})
				mu.Lock()
				for _, w := range ways {
					trips[w.node] = append(trips[w.node], w.trip)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if j.w.ctx.Err() != nil {
		return nil, nil, fault.New(fault.Internal, "calcul interrompu")
	}
	for _, t := range trips {
		slices.SortFunc(t, func(a, b coverage.Trip) int { return int(a.To) - int(b.To) })
	}
	return list, trips, nil
}
