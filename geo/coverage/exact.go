package coverage

import (
	"context"
	"math"
	"slices"

	"perimetre/geo/fault"
)

// bounded is what no choice can exceed, and the prices that prove it.
type bounded struct {
	value  float64
	prices []float64
}

func interrupted() error { return fault.New(fault.Internal, "calcul interrompu") }

// solve chooses k places and bounds what the best ones could save: greedy and
// swaps from several starts, the Lagrangian bound, then branching while the size
// allows. Its effort is counted in steps, so that an answer never depends on the
// machine's speed.
func solve(ctx context.Context, r *rows, k int) ([]int32, bounded, error) {
	best := r.improve(r.greedy(k), 200)
	d := newDual(r, best)
	entries := len(r.gain) + r.n() + 1
	steps := min(600, max(150, 2_000_000_000/entries))
	tries, it := min(60, max(6, 200_000_000/(entries*8))), 0
	var last []int32
	err := d.descend(ctx, k, steps, func() float64 { return best.value }, func(set []int32) {
		if it++; it%10 != 0 || tries == 0 || len(set) < k {
			return
		}
		s := slices.Sorted(slices.Values(set[:k]))
		if slices.Equal(s, last) {
			return
		}
		last = s
		tries--
		if o := r.improve(s, 30); o.value > best.value {
			best = o
		}
	})
	if err != nil {
		return nil, bounded{}, err
	}
	b := &branching{ctx: ctx, r: r, k: k, best: best, nodes: min(20000, 1_000_000_000/(entries*nodeSteps)), integral: wholeNumbers(r.gain)}
	root := bounded{d.value, d.best}
	if !b.settled(d.value) && b.nodes >= 10 {
		d.fixed = make([]int8, r.m)
		if err := b.explore(d); err != nil {
			return nil, bounded{}, err
		}
		root.value = min(root.value, max(b.open, b.best.value))
	} else if b.settled(d.value) {
		root.value = b.best.value
	}
	return b.best.set, root, nil
}

func wholeNumbers(list []float64) bool {
	return !slices.ContainsFunc(list, func(v float64) bool { return v != math.Trunc(v) || v > 1e12 })
}

const nodeSteps = 40

// branching is a depth-first search over places fixed open or closed.
type branching struct {
	ctx      context.Context
	r        *rows
	k        int
	best     *opened
	nodes    int
	integral bool
	open     float64 // the greatest bound among nodes given up
}

// settled tells that nothing better can hide under a bound.
func (b *branching) settled(bound float64) bool {
	v := b.best.value
	return bound <= v*(1+1e-9)+1e-12 || b.integral && bound < v+1-1e-6
}

// explore looks under a node, whose fixed places, prices and bound d holds.
func (b *branching) explore(d *dual) error {
	if b.nodes--; b.nodes < 0 {
		b.open = max(b.open, d.value)
		return nil
	}
	in := 0
	for _, f := range d.fixed {
		if f > 0 {
			in++
		}
	}
	copy(d.u, d.best)
	clear(d.step)
	if err := d.descend(b.ctx, b.k, nodeSteps, func() float64 { return b.best.value }, nil); err != nil {
		return err
	}
	if b.settled(d.value) {
		return nil
	}
	copy(d.u, d.best)
	l := d.price(b.k)
	if len(d.order) < b.k {
		return nil // too few places left
	}
	if o := b.r.improve(d.order[:b.k], 3); o.value > b.best.value {
		b.best = o
	}
	if in == b.k || b.settled(l) {
		if in == b.k {
			if o := b.r.open(d.order); o.value > b.best.value {
				b.best = o
			}
		}
		return nil
	}
	b.fix(d, l)
	free := int32(-1)
	open, left := 0, 0
	for j, f := range d.fixed {
		switch {
		case f > 0:
			open++
		case f == 0:
			left++
			if free < 0 || d.rho[j] > d.rho[free] {
				free = int32(j)
			}
		}
	}
	if open == b.k || open+left == b.k { // one set is left
		var set []int32
		for j, f := range d.fixed {
			if f > 0 || f == 0 && open < b.k {
				set = append(set, int32(j))
			}
		}
		if o := b.r.open(set); o.value > b.best.value {
			b.best = o
		}
		return nil
	}
	if open+left < b.k {
		return nil
	}
	for _, side := range []int8{1, -1} {
		child := *d
		child.fixed = slices.Clone(d.fixed)
		child.fixed[free] = side
		child.u, child.best = slices.Clone(d.best), slices.Clone(d.best)
		child.value = math.Inf(1)
		if err := b.explore(&child); err != nil {
			return err
		}
	}
	return nil
}

// fix closes the places that cannot be open in anything better, and opens those
// that must be, by what changing them costs to the bound l.
func (b *branching) fix(d *dual, l float64) {
	var last, next float64 // the least chosen among free ones, the greatest not chosen
	last = math.Inf(1)
	chosen := make([]bool, b.r.m)
	for _, j := range d.order {
		chosen[j] = true
		if d.fixed[j] == 0 {
			last = min(last, d.rho[j])
		}
	}
	for j := range d.rho {
		if !chosen[j] && d.fixed[j] == 0 {
			next = max(next, d.rho[j])
		}
	}
	for j := range d.rho {
		switch {
		case d.fixed[j] != 0:
		case chosen[j] && b.settled(l-d.rho[j]+next):
			d.fixed[j] = 1
		case !chosen[j] && b.settled(l-last+d.rho[j]):
			d.fixed[j] = -1
		}
	}
}
