package coverage

import (
	"context"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"perimetre/geo/fault"
)

// Objective is what new places are chosen for.
type Objective string

const (
	// MostCovered: the most people within reach (maximal covering; Church and
	// ReVelle, 1974).
	MostCovered Objective = "coverage"
	// LeastDistance: the least mean cost to the nearest place (p-median; Hakimi, 1964).
	LeastDistance Objective = "distance"
)

// Siting asks where to open places, those that exist being kept.
type Siting struct {
	Demand     []Point // only At and Weight count
	Existing   []orb.Point
	Candidates []orb.Point
	Places     int
	Objective  Objective
	Reach      float64 // of MostCovered: metres on the ground, detour counted
	Detour     float64 // ≥ 1; 0 is 1
	// MaxNodes is the number of cells over which demand is gathered to choose; 20,000 when 0.
	// Values and bounds are computed on the demand itself.
	MaxNodes int
}

// Choice is one place chosen.
type Choice struct {
	Candidate int
	// Gain is what it adds to those ranked before: people covered, or cost taken
	// away from the sum of weight × cost. NaN for a first place without which
	// there would be none.
	Gain float64
}

// Plan is an answer. Before, After and Bound are people covered, or sums of
// weight × cost; Before is NaN when the objective is a distance and there was no
// place. No choice of as many candidates does better than Bound.
type Plan struct {
	Choices              []Choice // the greatest gain first
	Before, After, Bound float64
	Weight               float64 // people counted
	Unreachable          float64 // people left out, whom no trip links to any place
	Nodes                int     // cells over which the choice was made
	// Exact: the bound equals the value, to one part in a million.
	Exact bool
}

// Gap returns how far from the best the plan may be at most, from 0: |Bound − After|
// over Bound.
func (p *Plan) Gap() float64 {
	if p.Bound == p.After {
		return 0
	}
	return math.Abs(p.Bound-p.After) / math.Abs(p.Bound)
}

func (s *Siting) check(candidates int) error {
	switch {
	case s.Places < 1:
		return fault.New(fault.Usage, "nombre de lieux à ouvrir : attendu un entier d’au moins 1, vu %d", s.Places)
	case candidates == 0:
		return fault.New(fault.Input, "aucun lieu candidat à placer sur la carte")
	case s.Places > candidates:
		return fault.New(fault.Usage, "%d lieux demandés pour %d candidats", s.Places, candidates)
	case s.Objective != MostCovered && s.Objective != LeastDistance:
		return fault.New(fault.Usage, "objectif inconnu : attendu coverage ou distance, vu %q", s.Objective)
	}
	return nil
}

// Solve chooses places over straight distances on the ground.
func (s Siting) Solve(ctx context.Context) (*Plan, error) {
	if err := s.check(len(s.Candidates)); err != nil {
		return nil, err
	}
	if s.Detour == 0 {
		s.Detour = 1
	}
	if s.MaxNodes == 0 {
		s.MaxNodes = 20000
	}
	f := newField(&s)
	r := f.rows()
	chosen, bound, err := solve(ctx, r, s.Places)
	if err != nil {
		return nil, err
	}
	p := &Plan{Nodes: r.n(), Weight: f.weight, Choices: f.rank(chosen)}
	saved := 0.0
	for _, c := range p.Choices {
		saved += c.Gain
	}
	if f.gathered {
		if bound.value, err = f.bound(ctx, r, bound.prices, chosen, saved); err != nil {
			return nil, err
		}
	}
	p.inObjective(s.Objective, f.base, saved, bound.value, len(f.existing.order) == 0)
	return p, nil
}

// inObjective turns savings over a base into the objective's own values.
func (p *Plan) inObjective(o Objective, base, saved, most float64, fromNothing bool) {
	most = max(most, saved)
	if o == MostCovered {
		p.Before, p.After, p.Bound = base, base+saved, min(base+most, p.Weight)
	} else {
		p.Before, p.After, p.Bound = base, base-saved, max(base-most, 0)
		if fromNothing {
			p.Before = math.NaN()
			p.Choices[0].Gain = math.NaN()
		}
	}
	if math.Abs(p.Bound-p.After) <= 1e-6*math.Max(1e-9, math.Abs(p.Bound)) {
		p.Exact, p.Bound = true, p.After
	}
}

// SolveTrips chooses places over given costs: for each demand, the cost to its nearest
// existing place (+Inf without any) and its trips to candidates. People without any trip are
// left out and counted.
func (s Siting) SolveTrips(ctx context.Context, existing []float64, trips func(demand int) []Trip, candidates int) (*Plan, error) {
	if err := s.check(candidates); err != nil {
		return nil, err
	}
	p := &Plan{}
	nobody := !slices.ContainsFunc(existing, func(c float64) bool { return !math.IsInf(c, 1) })
	worst := 0.0 // what a cost without any trip counts for: the longest of all
	for i := range s.Demand {
		if !math.IsInf(existing[i], 1) {
			worst = max(worst, existing[i])
		}
		for _, t := range trips(i) {
			worst = max(worst, t.Cost)
		}
	}
	r := &rows{m: candidates, start: []int{0}}
	base := 0.0
	var row []entry
	for i := range s.Demand {
		w, list := s.Demand[i].Weight, trips(i)
		if !(w > 0) {
			continue
		}
		if len(list) == 0 && math.IsInf(existing[i], 1) {
			p.Unreachable += w
			continue
		}
		p.Weight += w
		row = row[:0]
		now := min(existing[i], worst)
		for _, t := range list {
			if g := saving(s.Objective, s.Reach, w, now, existing[i], t.Cost); g > 0 {
				row = append(row, entry{g, t.To})
			}
		}
		if s.Objective == LeastDistance {
			base += w * now
		} else if existing[i] <= s.Reach {
			base += w
		}
		r.add(row)
	}
	r.close()
	chosen, bound, err := solve(ctx, r, s.Places)
	if err != nil {
		return nil, err
	}
	p.Nodes = r.n()
	saved := 0.0
	for _, c := range r.rank(chosen) {
		p.Choices = append(p.Choices, c)
		saved += c.Gain
	}
	p.inObjective(s.Objective, base, saved, bound.value, nobody)
	return p, nil
}

// saving returns what a candidate at a cost saves to people of weight w whose nearest
// place is at existing, counted as now.
func saving(o Objective, reach, w, now, existing, cost float64) float64 {
	if o == LeastDistance {
		return w * (now - cost)
	}
	if existing > reach && cost <= reach {
		return w
	}
	return 0
}
