package coverage

import (
	"context"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

// field is a siting problem over the ground: people one by one, gathered in cells
// to choose places, and taken one by one again to value and to bound the choice.
type field struct {
	s          *Siting
	at         []orb.Point
	w          []float64
	now        []float64 // metres on the straight line to what exists or, without anything, to the farthest candidate
	cells      [][]int32 // people of each cell
	weight     float64
	base       float64 // objective without any new place
	gathered   bool    // some cell holds several people
	existing   *Locator
	candidates *Locator
	reach      float64 // metres on the straight line
}

func newField(s *Siting) *field {
	f := &field{s: s, existing: NewLocator(s.Existing), candidates: NewLocator(s.Candidates), reach: s.Reach / s.Detour}
	for i := range s.Demand {
		p := &s.Demand[i]
		if p.Weight > 0 && finite(p.At) {
			f.at, f.w = append(f.at, p.At), append(f.w, p.Weight)
			f.weight += p.Weight
		}
	}
	f.now = make([]float64, len(f.at))
	parallel(len(f.at), func(_, from, to int) {
		find := f.existing.Finder()
		for i := from; i < to; i++ {
			if _, d, ok := find.Nearest(f.at[i]); ok {
				f.now[i] = d
			} else if s.Objective == LeastDistance {
				for _, c := range s.Candidates {
					f.now[i] = max(f.now[i], f.candidates.scale.distance(f.at[i], c))
				}
			} else {
				f.now[i] = math.Inf(1)
			}
		}
	})
	for i, d := range f.now {
		if s.Objective == LeastDistance {
			f.base += f.w[i] * d * s.Detour
		} else if d <= f.reach {
			f.base += f.w[i]
		}
	}
	f.gather()
	return f
}

// parallel shares n items among the cores; worker is a number from 0.
func parallel(n int, do func(worker, from, to int)) {
	workers := max(1, min(runtime.GOMAXPROCS(0), n/256))
	var wg sync.WaitGroup
	for k := range workers {
		wg.Go(func() { do(k, k*n/workers, (k+1)*n/workers) })
	}
	wg.Wait()
}

// gather puts people in square cells, as small as the number of nodes allows, to
// 3 %: fewer nodes where every candidate saves something to everybody, for rows
// to stay whole.
func (f *field) gather() {
	nodes := f.s.MaxNodes
	if f.s.Objective == LeastDistance && f.existing.Len() == 0 {
		nodes = min(nodes, max(1000, maxEntries/len(f.s.Candidates)))
	}
	if len(f.at) <= nodes {
		for i := range f.at {
			f.cells = append(f.cells, []int32{int32(i)})
		}
		return
	}
	f.gathered = true
	box := orb.MultiPoint(f.at).Bound()
	latitude := box.Center()[1]
	group := func(metres float64) map[Square][]int32 {
		l := NewLattice(metres, latitude)
		cells := map[Square][]int32{}
		for i, p := range f.at {
			k := l.At(p)
			cells[k] = append(cells[k], int32(i))
		}
		return cells
	}
	count := func(metres float64) int {
		l := NewLattice(metres, latitude)
		keys := map[Square]struct{}{}
		for _, p := range f.at {
			keys[l.At(p)] = struct{}{}
		}
		return len(keys)
	}
	mx, my := geo.MetresPerDegree(latitude)
	low := max(1, math.Sqrt((box.Max[0]-box.Min[0])*mx*(box.Max[1]-box.Min[1])*my/float64(nodes))/16)
	high := low * 2
	for count(high) > nodes {
		low, high = high, high*2
	}
	for high/low > 1.03 {
		if mid := math.Sqrt(low * high); count(mid) > nodes {
			low = mid
		} else {
			high = mid
		}
	}
	cells := group(high)
	for _, list := range cells {
		f.cells = append(f.cells, list)
	}
	slices.SortFunc(f.cells, func(a, b []int32) int { return int(a[0] - b[0]) })
}

// near lists what a candidate would save to one person, in metres (or 1 for
// covering) a unit of weight.
func (f *field) near(i int32, least float64, room []Near) []Near {
	if f.s.Objective == MostCovered {
		if f.now[i] <= f.reach {
			return room
		}
		return f.candidates.Within(f.at[i], f.reach, room)
	}
	if least == 0 && f.existing.Len() == 0 { // all of them
		for j, q := range f.s.Candidates {
			room = append(room, Near{int32(j), f.candidates.scale.distance(f.at[i], q)})
		}
		return room
	}
	return f.candidates.Within(f.at[i], f.now[i]-least, room)
}

// saved returns what candidate n saves to person i, weight and detour counted.
func (f *field) saved(i int32, n Near) float64 {
	if f.s.Objective == MostCovered {
		return f.w[i]
	}
	return f.w[i] * (f.now[i] - n.Metres) * f.s.Detour
}

// savedBy returns what one candidate would save to person i, 0 when nothing.
func (f *field) savedBy(i int, j int32) float64 {
	d := f.candidates.scale.distance(f.at[i], f.s.Candidates[j])
	if f.s.Objective == MostCovered {
		if f.now[i] > f.reach && d <= f.reach {
			return f.w[i]
		}
		return 0
	}
	return max(0, f.w[i]*(f.now[i]-d)*f.s.Detour)
}

// rows sums, for each cell, the savings of its people candidate by candidate.
func (f *field) rows() *rows {
	r := &rows{m: len(f.s.Candidates), start: []int{0}}
	limit := max(1, maxEntries/max(1, len(f.cells)))
	type part struct {
		entries []entry
		ends    []int
		floor   []float64
	}
	parts := make([]part, runtime.GOMAXPROCS(0)+1)
	parallel(len(f.cells), func(worker, from, to int) {
		p := &parts[worker]
		sums := make([]float64, r.m)
		var touched []int32
		var room []Near
		var row []entry
		for c := from; c < to; c++ {
			for _, i := range f.cells[c] {
				room = f.near(i, 0, room[:0])
				for _, n := range room {
					if sums[n.Index] == 0 {
						touched = append(touched, n.Index)
					}
					sums[n.Index] += f.saved(i, n)
				}
			}
			row = row[:0]
			for _, j := range touched {
				if sums[j] > 0 {
					row = append(row, entry{sums[j], j})
				}
				sums[j] = 0
			}
			touched = touched[:0]
			sortEntries(row)
			floor := 0.0
			if len(row) > limit {
				floor = row[limit].gain
				row = row[:limit]
			}
			p.entries, p.ends, p.floor = append(p.entries, row...), append(p.ends, len(p.entries)+len(row)), append(p.floor, floor)
		}
	})
	total := 0
	for k := range parts {
		total += len(parts[k].entries)
	}
	r.gain, r.cand = make([]float64, 0, total), make([]int32, 0, total)
	for k := range parts {
		p := &parts[k]
		at := len(r.gain)
		for _, e := range p.entries {
			r.gain, r.cand = append(r.gain, e.gain), append(r.cand, e.cand)
		}
		for _, end := range p.ends {
			r.start = append(r.start, at+end)
		}
		r.floor = append(r.floor, p.floor...)
		*p = part{}
	}
	return r
}

// rank orders places by what each adds, person by person.
func (f *field) rank(set []int32) []Choice {
	r := &rows{m: len(set), start: []int{0}}
	var row []entry
	for i := range f.at {
		row = row[:0]
		for k, j := range set {
			if g := f.savedBy(i, j); g > 0 {
				row = append(row, entry{g, int32(k)})
			}
		}
		if len(row) > 0 {
			r.add(row)
		}
	}
	all := make([]int32, len(set))
	for k := range all {
		all[k] = int32(k)
	}
	out := r.rank(all)
	for k := range out {
		out[k].Candidate = int(set[out[k].Candidate])
	}
	return out
}

// fieldSteps is the number of times that the bound is taken person by person.
const fieldSteps = 14

// closeEnough is the gap at which they stop.
const closeEnough = 0.003

// bound bounds what k places can save to the people themselves, from the prices
// found over cells: those of a person stand, between what the two best chosen
// places save them, where the cell's price stands for the cell. A few subgradient
// steps follow. What gathering hides is so counted in the bound.
func (f *field) bound(ctx context.Context, r *rows, prices []float64, chosen []int32, saved float64) (float64, error) {
	cells := r.open(chosen)
	u, top := make([]float64, len(f.at)), make([]float64, len(f.at))
	parallel(len(f.cells), func(_, from, to int) {
		find := f.candidates.Finder()
		for c := from; c < to; c++ {
			share := 0.5
			if d := cells.b1[c] - cells.b2[c]; d > 0 {
				share = min(1, max(0, (prices[c]-cells.b2[c])/d))
			}
			for _, i := range f.cells[c] {
				var b1, b2 float64
				for _, j := range chosen {
					if g := f.savedBy(int(i), j); g > b1 {
						b1, b2 = g, b1
					} else if g > b2 {
						b2 = g
					}
				}
				u[i] = b2 + share*(b1-b2)
				if j, _, ok := find.Nearest(f.at[i]); ok {
					top[i] = max(b1, f.savedBy(int(i), int32(j)))
				}
			}
		}
	})
	return f.descend(ctx, u, top, len(chosen), saved)
}

// descend takes subgradient steps over the people and gives the best bound met.
func (f *field) descend(ctx context.Context, u, top []float64, k int, saved float64) (float64, error) {
	best := math.Inf(1)
	var enough float64
	if f.s.Objective == LeastDistance {
		enough = closeEnough * (f.base - saved)
	} else {
		enough = closeEnough * (f.base + saved)
	}
	m := len(f.s.Candidates)
	workers := runtime.GOMAXPROCS(0) + 1
	rho, sums := make([][]float64, workers), make([]float64, workers)
	norms := make([]float64, workers)
	s := make([]float64, len(u))
	theta := 1.0
	for range fieldSteps {
		if ctx.Err() != nil {
			return best, interrupted()
		}
		for w := range rho {
			rho[w], sums[w], norms[w] = make([]float64, m), 0, 0
		}
		parallel(len(u), func(w, from, to int) {
			var room []Near
			for i := from; i < to; i++ {
				sums[w] += u[i]
				room = f.near(int32(i), f.least(i, u[i]), room[:0])
				for _, n := range room {
					if g := f.saved(int32(i), n); g > u[i] {
						rho[w][n.Index] += g - u[i]
					}
				}
			}
		})
		total := rho[0]
		l := sums[0]
		for w := 1; w < workers; w++ {
			l += sums[w]
			for j, v := range rho[w] {
				total[j] += v
			}
		}
		order := make([]int32, m)
		for j := range order {
			order[j] = int32(j)
		}
		slices.SortStableFunc(order, func(a, b int32) int {
			switch {
			case total[a] > total[b]:
				return -1
			case total[a] < total[b]:
				return 1
			}
			return 0
		})
		for _, j := range order[:k] {
			l += total[j]
		}
		if l < best {
			best = l
		} else {
			theta /= 2
		}
		if best <= saved+enough {
			break
		}
		parallel(len(u), func(w, from, to int) {
			for i := from; i < to; i++ {
				s[i] = 1
				for _, j := range order[:k] {
					if f.savedBy(i, j) > u[i] {
						s[i]--
					}
				}
				if s[i] > 0 && u[i] <= 0 || s[i] < 0 && u[i] >= top[i] {
					s[i] = 0
				}
				norms[w] += top[i] * top[i] * s[i] * s[i]
			}
		})
		norm := 0.0
		for _, v := range norms {
			norm += v
		}
		if !(norm > 0) {
			break
		}
		t := theta * (l - saved) / norm
		for i := range u {
			u[i] = max(0, min(top[i], u[i]-t*top[i]*top[i]*s[i]))
		}
	}
	return best, nil
}

// least returns the saving in metres below which a candidate does not matter at a price.
func (f *field) least(i int, u float64) float64 {
	if f.s.Objective == MostCovered {
		return 0
	}
	return u / (f.w[i] * f.s.Detour)
}
