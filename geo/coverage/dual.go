package coverage

import (
	"context"
	"math"
	"slices"
)

// The Lagrangian bound of Cornuéjols, Fisher and Nemhauser (1977): each demand is
// served once at most; with a price u_i ≥ 0 on that,
//
//	Z ≤ L(u) = Σ_i u_i + the k greatest of ρ_j(u), ρ_j(u) = Σ_i max(0, g_ij − u_i).
//
// Any u gives a bound; subgradient steps lower it. Where a row was cut, u_i stays
// above what was left out.

// dual is a state of the prices and the best bound found.
type dual struct {
	r     *rows
	u     []float64
	best  []float64 // prices of the best bound
	value float64   // the best bound
	rho   []float64
	// fixed places: 1 open, −1 closed, 0 free; nil when all are free.
	fixed []int8
	// often counts how much each candidate stood among the chosen ones.
	often []float64

	step  []float64 // smoothed subgradient
	order []int32
}

func newDual(r *rows, o *opened) *dual {
	d := &dual{r: r, u: make([]float64, r.n()), rho: make([]float64, r.m), often: make([]float64, r.m), step: make([]float64, r.n()), value: math.Inf(1)}
	for i := range d.u {
		d.u[i] = max((o.b1[i]+o.b2[i])/2, r.floor[i])
	}
	d.best = slices.Clone(d.u)
	return d
}

// price gives L(u) and leaves in order the candidates chosen.
func (d *dual) price(k int) float64 {
	clear(d.rho)
	sum := 0.0
	for i, u := range d.u {
		sum += u
		for e := d.r.start[i]; e < d.r.start[i+1] && d.r.gain[e] > u; e++ {
			d.rho[d.r.cand[e]] += d.r.gain[e] - u
		}
	}
	return sum + d.choose(k)
}

// choose sums the greatest of rho: those fixed open, then the best free ones.
func (d *dual) choose(k int) (sum float64) {
	d.order = d.order[:0]
	var free []int32
	for j := range d.rho {
		switch {
		case d.fixed == nil || d.fixed[j] == 0:
			free = append(free, int32(j))
		case d.fixed[j] > 0:
			d.order = append(d.order, int32(j))
		}
	}
	slices.SortFunc(free, func(a, b int32) int {
		switch {
		case d.rho[a] > d.rho[b]:
			return -1
		case d.rho[a] < d.rho[b]:
			return 1
		}
		return int(a - b)
	})
	d.order = append(d.order, free[:min(max(0, k-len(d.order)), len(free))]...)
	for _, j := range d.order {
		sum += d.rho[j]
	}
	return sum
}

// descend lowers the bound for so many steps, or until it meets target; seen is
// told the sets chosen on the way.
func (d *dual) descend(ctx context.Context, k, steps int, target func() float64, seen func([]int32)) error {
	theta, stale := 1.0, 0
	chosen := make([]bool, d.r.m)
	for it := range steps {
		if it%16 == 0 && ctx.Err() != nil {
			return interrupted()
		}
		l := d.price(k)
		if l < d.value-1e-7*math.Abs(d.value) || math.IsInf(d.value, 1) {
			stale = 0
		} else if stale++; stale == 12 {
			theta, stale = theta/1.6, 0
			copy(d.u, d.best)
			clear(d.step)
			if theta < 1e-3 {
				return nil
			}
			continue
		}
		if l < d.value {
			d.value = l
			copy(d.best, d.u)
		}
		if seen != nil {
			seen(d.order)
		}
		lower := target()
		if d.value <= lower*(1+1e-9)+1e-12 {
			return nil
		}
		for _, j := range d.order {
			chosen[j] = true
			d.often[j]++
		}
		norm := 0.0
		for i, u := range d.u {
			s := 1.0
			for e := d.r.start[i]; e < d.r.start[i+1] && d.r.gain[e] > u; e++ {
				if chosen[d.r.cand[e]] {
					s--
				}
			}
			top := d.r.top(i)
			// A price at its end that the step would push out does not move.
			if s > 0 && u <= d.r.floor[i] || s < 0 && u >= top {
				s = 0
			}
			d.step[i] = 0.7*s + 0.3*d.step[i]
			// Each price is moved on the scale of its demand's greatest saving.
			norm += top * top * s * d.step[i]
		}
		for _, j := range d.order {
			chosen[j] = false
		}
		if !(norm > 0) {
			clear(d.step)
			if stale == 0 {
				continue
			}
			return nil
		}
		t := theta * (l - lower*(1-1e-4)) / norm
		for i := range d.u {
			top := d.r.top(i)
			d.u[i] = max(d.r.floor[i], min(top, d.u[i]-t*top*top*d.step[i]))
		}
	}
	return nil
}
