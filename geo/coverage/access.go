package coverage

import (
	"math"
	"strconv"
	"strings"

	"perimetre/geo/fault"
)

// Decay is the weight of a provider at a cost, from 1 down to 0.
type Decay struct {
	sigma  float64
	limits []float64 // steps, increasing
	values []float64
	cutoff float64 // no weight beyond; +Inf for none
	name   string
}

// Gaussian weighs exp(−c²/2σ²), σ in the unit of the costs.
func Gaussian(sigma float64) Decay {
	return Decay{sigma: sigma, cutoff: math.Inf(1), name: "gaussian:" + trim(sigma)}
}

// Within weighs 1 up to a limit and 0 beyond.
func Within(limit float64) Decay {
	return Decay{limits: []float64{limit}, values: []float64{1}, cutoff: limit, name: "steps:" + trim(limit) + "=1"}
}

// CutAt returns the same weights, and none beyond a limit.
func (d Decay) CutAt(limit float64) Decay {
	d.cutoff = min(d.cutoff, limit)
	return d
}

// Reach returns the cost beyond which the weight is 0, or +Inf without a limit.
func (d Decay) Reach() float64 { return d.cutoff }

// String returns how ParseDecay reads it.
func (d Decay) String() string { return d.name }

// ParseDecay reads « gaussian:SIGMA » or « steps:10=1,20=0.68,30=0.22 »: a limit (included)
// and the weight up to it. Numbers may bear a unit, m, km or min, which must be the unit of
// the costs.
func ParseDecay(s string, unit Unit) (Decay, error) {
	wrong := func(seen string) (Decay, error) {
		return Decay{}, &fault.Error{Kind: fault.Usage, Message: "décroissance illisible", Seen: "« " + seen + " »",
			Expected: "gaussian:ÉCART (gaussian:800m) ou steps:LIMITE=POIDS,… (steps:10=1,20=0.68,30=0.22)"}
	}
	cost := func(t string) (float64, bool) {
		if v, err := strconv.ParseFloat(strings.TrimSpace(t), 64); err == nil {
			return v, v > 0 && !math.IsInf(v, 0)
		}
		r, err := ParseReach(t)
		return r.Limit, err == nil && r.Unit == unit
	}
	kind, rest, ok := strings.Cut(s, ":")
	switch {
	case ok && strings.EqualFold(kind, "gaussian"):
		v, ok := cost(rest)
		if !ok {
			return wrong(s)
		}
		return Gaussian(v), nil
	case ok && strings.EqualFold(kind, "steps"):
		d := Decay{name: "steps:" + rest}
		for part := range strings.SplitSeq(rest, ",") {
			l, w, ok := strings.Cut(part, "=")
			if !ok {
				l, w, ok = strings.Cut(part, ":")
			}
			limit, okLimit := cost(l)
			weight, err := strconv.ParseFloat(strings.TrimSpace(w), 64)
			n := len(d.limits)
			if !ok || !okLimit || err != nil || weight < 0 || weight > 1 || n > 0 && (limit <= d.limits[n-1] || weight > d.values[n-1]) {
				return wrong(part)
			}
			d.limits, d.values = append(d.limits, limit), append(d.values, weight)
		}
		d.cutoff = d.limits[len(d.limits)-1]
		return d, nil
	}
	return wrong(s)
}

func trim(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// Weight at a cost.
func (d Decay) Weight(cost float64) float64 {
	if !(cost <= d.cutoff) {
		return 0
	}
	if d.sigma > 0 {
		z := cost / d.sigma // first, so that no square underflows
		return math.Exp(-z * z / 2)
	}
	for i, l := range d.limits {
		if cost <= l {
			return d.values[i]
		}
	}
	return 0
}

// Trip is the cost from somebody to a provider.
type Trip struct {
	To   int32
	Cost float64
}

// Access returns the floating catchment of each demand: the sum over providers j of
// w(c_ij) R_j, with R_j = S_j / Σ_i D_i w(c_ij), where D are people, S what
// providers offer and trips the costs from each demand (Luo and Wang, 2003, with
// w one within a limit; Luo and Qi, 2009, with steps; Dai, 2010, gaussian).
// Providers whom nobody reaches give nothing.
func Access(people, supply []float64, trips func(demand int) []Trip, d Decay) []float64 {
	load := make([]float64, len(supply))
	for i, n := range people {
		for _, t := range trips(i) {
			load[t.To] += n * d.Weight(t.Cost)
		}
	}
	access := make([]float64, len(people))
	for i := range people {
		for _, t := range trips(i) {
			if load[t.To] > 0 {
				access[i] += d.Weight(t.Cost) * supply[t.To] / load[t.To]
			}
		}
	}
	return access
}
