package study

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/data"
	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
)

// ParseWeight reads « qpv », « frr », « zrr »: they alone count; « qpv=3 »: they
// count three times; empty: everybody counts once.
func ParseWeight(s string) (Weight, error) {
	name, times, given := strings.Cut(strings.ToLower(strings.TrimSpace(s)), "=")
	group, ok := map[string]coverage.Group{"": coverage.Everyone, "tous": coverage.Everyone, "qpv": coverage.InQPV, "frr": coverage.InFRR, "zrr": coverage.InZRR}[name]
	w := Weight{Group: group}
	if given {
		v, err := strconv.ParseFloat(strings.Replace(times, ",", ".", 1), 64)
		if err != nil || !(v >= 1) || v > 1000 {
			ok = false
		}
		w.Times = v
	}
	if !ok || given && group == coverage.Everyone {
		return Weight{}, &fault.Error{Kind: fault.Usage, Message: "--weight : pondération inconnue", Expected: "qpv, frr, zrr (eux seuls comptent) ou qpv=3 (ils comptent trois fois)", Seen: "« " + s + " »"}
	}
	return w, nil
}

// String returns how ParseWeight reads it, « tous » for everybody.
func (w Weight) String() string {
	name := [...]string{"tous", "qpv", "frr", "zrr"}[w.Group]
	if w.Times > 0 {
		name += "=" + strconv.FormatFloat(w.Times, 'g', -1, 64)
	}
	return name
}

// of returns how much people count.
func (w Weight) of(p *coverage.Point) float64 {
	switch {
	case w.Group == coverage.Everyone:
		return p.Weight
	case !p.In(w.Group):
		if w.Times > 0 {
			return p.Weight
		}
		return 0
	case w.Times > 0:
		return p.Weight * w.Times
	}
	return p.Weight
}

// Choose finds where to open o.Places places, the present sites being kept.
func Choose(ctx context.Context, pack *data.Pack, o Options) (plan *Plan, err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	if o.Objective == "" {
		o.Objective = coverage.MostCovered
	}
	w, err := newWalk(ctx, pack, &o)
	if err != nil {
		return nil, err
	}
	g, s := w.g, w.s
	candidates, err := g.candidates(&o, s)
	if err != nil {
		return nil, err
	}
	c := &choice{walk: w}
	if c.demand, c.rows, err = w.demand(); err != nil {
		return nil, err
	}
	plan = &Plan{Objective: o.Objective, Weighting: o.Weight.String(), Candidates: len(candidates), Completeness: s.of, ground: g}
	for i := range s.placed {
		plan.Sites = append(plan.Sites, s.at(i))
	}
	var solved *coverage.Plan
	if o.Itinerant != nil {
		solved, candidates, plan.Round, err = c.round(candidates)
	} else {
		solved, candidates, err = c.solve(candidates)
	}
	if err != nil {
		return nil, err
	}
	plan.Plan, plan.Frame = *solved, g.frame(&o, s, w.p)
	for _, c := range solved.Choices {
		site := &candidates[c.Candidate]
		place := Opening{Name: site.Name, Code: site.ID, At: orb.Point{site.Lon, site.Lat}, Gain: c.Gain, Commune: site.City}
		if o.Objective == coverage.LeastDistance && plan.Weight > 0 {
			place.Gain /= plan.Weight
		}
		plan.Places = append(plan.Places, place)
	}
	if solved.Unreachable > 0 {
		g.notice(fmt.Sprintf("%.0f personnes sans aucun trajet vers un lieu ne sont pas comptées", solved.Unreachable))
	}
	plan.Notices = g.notices
	return plan, nil
}

// choice is a walk on which places are chosen, with its people.
type choice struct {
	*walk
	demand []coverage.Point
	rows   []int // of the table of demand
}

// solve chooses among candidates, and gives those that it could choose from.
func (c *choice) solve(candidates []geo.Site) (*coverage.Plan, []geo.Site, error) {
	q := coverage.Siting{Demand: c.demand, Places: c.o.Places, Objective: c.o.Objective, Reach: c.o.Reach.Limit, Detour: c.o.Detour}
	if c.o.Matrix != nil {
		return c.solveMatrix(q, candidates)
	}
	for i := range c.s.placed {
		if c.s.sites[i].Kind.Presence() {
			q.Existing = append(q.Existing, c.s.at(i))
		}
	}
	for _, s := range candidates {
		q.Candidates = append(q.Candidates, orb.Point{s.Lon, s.Lat})
	}
	p, err := q.Solve(c.ctx)
	return p, candidates, err
}

// demand collects the weighted people who have a place, or with a matrix all of
// them; rows are their numbers in the table of demand.
func (w *walk) demand() (list []coverage.Point, rows []int, err error) {
	row, lost := 0, 0.0
	var room []geo.Hit
	err = w.p.each(func(points []coverage.Point) bool {
		for i := range points {
			p := &points[i]
			placed := !math.IsNaN(p.At[0])
			if placed {
				room = w.g.fill(p, room)
			}
			if !placed && w.o.Matrix == nil {
				lost += p.Weight
			} else if p.Weight = w.o.Weight.of(p); p.Weight > 0 {
				list, rows = append(list, *p), append(rows, row)
			}
			row++
		}
		return w.ctx.Err() == nil
	})
	if err == nil && w.ctx.Err() != nil {
		err = fault.New(fault.Internal, "calcul interrompu")
	}
	if lost > 0 {
		w.g.notice(fmt.Sprintf("%.0f personnes sans lieu connu ne sont pas comptées", lost))
	}
	if err == nil && len(list) == 0 {
		err = fault.New(fault.Input, "personne à compter avec la pondération demandée (%s)", w.o.Weight)
	}
	return list, rows, err
}

// candidates returns the candidates of a file, the destinations of a matrix that are no site,
// or town halls, centres of QPV and youth places.
func (g *ground) candidates(o *Options, s *supply) ([]geo.Site, error) {
	if o.Candidates != "" {
		list, _, err := readSites(o, o.Candidates)
		if err != nil {
			return nil, err
		}
		if g.pack != nil && g.pack.Index != nil {
			if _, err := data.LocateSites(g.pack.Index, list); err != nil {
				return nil, err
			}
		}
		if o.Matrix == nil {
			n := len(list)
			list = slices.DeleteFunc(list, func(s geo.Site) bool { return math.IsNaN(s.Lon) })
			if n -= len(list); n > 0 {
				g.notice(fmt.Sprintf("%s sans point sur la carte écarté%s", french.Count(n, "lieu candidat", "lieux candidats"), french.S(n)))
			}
		}
		return list, nil
	}
	var out []geo.Site
	wants := func(k CandidateKind) bool { return len(o.Kinds) == 0 || slices.Contains(o.Kinds, k) }
	for z := range g.zones {
		if !wants(QPVCentres) {
			break
		}
		c := g.centre(z)
		out = append(out, geo.Site{ID: g.zones[z].Code, Name: "Centre du QPV " + g.zones[z].Name, Lon: c[0], Lat: c[1], HalfDays: math.NaN()})
	}
	for _, c := range g.list {
		if wants(CommuneCentres) && c.Lon == c.Lon {
			out = append(out, geo.Site{ID: c.Code, Name: "Centre de " + c.Name, City: c.Name, Lon: c.Lon, Lat: c.Lat, HalfDays: math.NaN()})
		}
	}
	for i := range s.placed {
		if wants(YouthPlaces) && !s.sites[i].Kind.Presence() && g.holds(s.at(i)) {
			out = append(out, s.sites[i])
		}
	}
	if o.Matrix != nil {
		for _, d := range o.Matrix.Destinations {
			if !slices.ContainsFunc(s.sites, func(s geo.Site) bool { return s.ID == d || s.Name == d }) && !slices.ContainsFunc(out, func(s geo.Site) bool { return s.ID == d }) {
				out = append(out, geo.Site{ID: d, Name: d, Lon: math.NaN(), Lat: math.NaN(), HalfDays: math.NaN()})
			}
		}
	}
	names := map[CandidateKind]string{QPVCentres: "centres des QPV", CommuneCentres: "centres des communes", YouthPlaces: "lieux jeunesse connus"}
	var told []string
	for _, k := range CandidateKinds {
		if wants(k) {
			told = append(told, names[k])
		}
	}
	g.notice("lieux candidats, faute d’une liste : " + strings.Join(told, ", "))
	return out, nil
}

// holds reports whether a point is in a commune of the study.
func (g *ground) holds(p orb.Point) bool {
	if len(g.units) == 0 || g.communes == nil {
		return true
	}
	code, ok := g.communes.At(p)
	return ok && g.commune(code) >= 0
}

// solveMatrix chooses over the times of a matrix; candidates that it lacks are left
// out.
func (w *choice) solveMatrix(q coverage.Siting, candidates []geo.Site) (*coverage.Plan, []geo.Site, error) {
	m := w.o.Matrix
	rank := make([]int32, len(m.Destinations))
	for j := range rank {
		rank[j] = -1
	}
	present := func(j int32) bool { s := w.g.siteOf[j]; return s >= 0 && w.s.sites[s].Kind.Presence() }
	var known []geo.Site
	for _, c := range candidates {
		if j, ok := destination(m, &c); ok && rank[j] < 0 && !present(j) {
			rank[j] = int32(len(known))
			known = append(known, c)
		}
	}
	// People of one origin have the same trips: they count together.
	together := map[string]int{}
	var demand []coverage.Point
	var existing []float64
	var trips [][]coverage.Trip
	for i := range q.Demand {
		p := &q.Demand[i]
		from := ""
		for _, code := range w.origins(p, w.rows[i]) {
			if m.From(code) != nil {
				from = code
				break
			}
		}
		if k, known := together[from]; known {
			demand[k].Weight += p.Weight
			continue
		}
		together[from] = len(demand)
		near, list := math.Inf(1), []coverage.Trip(nil)
		for _, t := range m.From(from) {
			if present(t.To) {
				near = min(near, t.Cost)
			} else if c := rank[t.To]; c >= 0 {
				list = append(list, coverage.Trip{To: c, Cost: t.Cost})
			}
		}
		demand, existing, trips = append(demand, coverage.Point{At: p.At, Weight: p.Weight}), append(existing, near), append(trips, list)
	}
	q.Demand = demand
	p, err := q.SolveTrips(w.ctx, existing, func(i int) []coverage.Trip { return trips[i] }, len(known))
	return p, known, err
}
