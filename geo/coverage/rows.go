package coverage

import (
	"cmp"
	"slices"
)

// rows hold a siting problem as savings: for each demand, what each candidate
// would save it if it were the best one open, the greatest first. A plan saves
// the sum over demands of the greatest saving among the places open. Covering and
// p-median are both such problems, and so is any choice with places kept.
type rows struct {
	m     int   // candidates
	start []int // of each demand in gain and cand, and the end
	gain  []float64
	cand  []int32
	// floor is, for each demand, a saving that entries left out do not exceed: 0
	// unless the row was cut.
	floor []float64
}

type entry struct {
	gain float64
	cand int32
}

// maxEntries bounds the memory of rows: 12 bytes an entry. Rows beyond are cut to
// their best entries, which the bound takes into account.
const maxEntries = 16 << 20

func (r *rows) n() int { return len(r.start) - 1 }

// add appends a demand; its entries are sorted in place.
func (r *rows) add(row []entry) {
	sortEntries(row)
	for _, e := range row {
		r.gain, r.cand = append(r.gain, e.gain), append(r.cand, e.cand)
	}
	r.start = append(r.start, len(r.gain))
}

func sortEntries(row []entry) {
	slices.SortFunc(row, func(a, b entry) int { return cmp.Or(cmp.Compare(b.gain, a.gain), cmp.Compare(a.cand, b.cand)) })
}

func (r *rows) close() {
	if r.floor == nil {
		r.floor = make([]float64, r.n())
	}
}

// top returns the greatest saving of a demand.
func (r *rows) top(i int) float64 {
	if r.start[i] == r.start[i+1] {
		return 0
	}
	return r.gain[r.start[i]]
}

// opened tells the two best places open for each demand.
type opened struct {
	set    []int32 // candidates open
	slot   []int32 // for each candidate, its rank in set, -1 when closed
	first  []int32 // for each demand, rank in set of its best place, -1 for none
	b1, b2 []float64
	value  float64
}

func (r *rows) open(set []int32) *opened {
	o := &opened{set: slices.Clone(set), slot: make([]int32, r.m), first: make([]int32, r.n()), b1: make([]float64, r.n()), b2: make([]float64, r.n())}
	o.refresh(r)
	return o
}

func (o *opened) refresh(r *rows) {
	for j := range o.slot {
		o.slot[j] = -1
	}
	for k, j := range o.set {
		o.slot[j] = int32(k)
	}
	o.value = 0
	for i := range o.first {
		o.first[i], o.b1[i], o.b2[i] = -1, 0, 0
		for e := r.start[i]; e < r.start[i+1]; e++ {
			if s := o.slot[r.cand[e]]; s >= 0 {
				if o.first[i] < 0 {
					o.first[i], o.b1[i] = s, r.gain[e]
				} else {
					o.b2[i] = r.gain[e]
					break
				}
			}
		}
		o.value += o.b1[i]
	}
}

// greedy opens k places, each the one that adds most to those before it.
func (r *rows) greedy(k int) []int32 {
	best := make([]float64, r.n())
	gains := make([]float64, r.m)
	var set []int32
	for len(set) < k {
		clear(gains)
		for i := range best {
			for e := r.start[i]; e < r.start[i+1] && r.gain[e] > best[i]; e++ {
				gains[r.cand[e]] += r.gain[e] - best[i]
			}
		}
		at := int32(-1)
		for j := range gains {
			if (at < 0 || gains[j] > gains[at]) && !slices.Contains(set, int32(j)) {
				at = int32(j)
			}
		}
		set = append(set, at)
		r.raise(best, at)
	}
	return set
}

// raise counts a place as open and gives what it adds.
func (r *rows) raise(best []float64, j int32) (gain float64) {
	for i := range best {
		for e := r.start[i]; e < r.start[i+1] && r.gain[e] > best[i]; e++ {
			if r.cand[e] == j {
				gain += r.gain[e] - best[i]
				best[i] = r.gain[e]
				break
			}
		}
	}
	return gain
}

// rank orders a set by what each adds to those before it, the greatest first.
func (r *rows) rank(set []int32) []Choice {
	best := make([]float64, r.n())
	left := slices.Sorted(slices.Values(set))
	var out []Choice
	for len(left) > 0 {
		at, top := 0, -1.0
		for k, j := range left {
			g := 0.0
			for i := range best {
				for e := r.start[i]; e < r.start[i+1] && r.gain[e] > best[i]; e++ {
					if r.cand[e] == j {
						g += r.gain[e] - best[i]
						break
					}
				}
			}
			if g > top {
				at, top = k, g
			}
		}
		j := left[at]
		out = append(out, Choice{int(j), r.raise(best, j)})
		left = slices.Delete(left, at, at+1)
	}
	return out
}

// improve swaps an open place for a closed one while that saves more, the best
// swap first, at most rounds times. One pass over the rows prices every swap
// (Resende and Werneck, 2007).
func (r *rows) improve(set []int32, rounds int) *opened {
	o := r.open(set)
	k := len(set)
	gain, loss, extra := make([]float64, r.m), make([]float64, k), make([]float64, r.m*k)
	for range rounds {
		clear(gain)
		clear(loss)
		clear(extra)
		for i := range o.first {
			f := int(o.first[i])
			b1, b2 := o.b1[i], o.b2[i]
			if f >= 0 {
				loss[f] += b1 - b2
			}
			for e := r.start[i]; e < r.start[i+1] && r.gain[e] > b2; e++ {
				j, g := int(r.cand[e]), r.gain[e]
				if g > b1 {
					gain[j] += g - b1
					if f >= 0 {
						extra[j*k+f] += b1 - b2
					}
				} else if f >= 0 {
					extra[j*k+f] += g - b2
				}
			}
		}
		in, out, best := -1, -1, 1e-9*o.value
		for j := range r.m {
			if o.slot[j] >= 0 {
				continue
			}
			for s := range k {
				if p := gain[j] - loss[s] + extra[j*k+s]; p > best {
					in, out, best = j, s, p
				}
			}
		}
		if in < 0 {
			break
		}
		was := o.value
		o.set[out] = int32(in)
		o.refresh(r)
		if o.value <= was { // rounding alone told them apart
			break
		}
	}
	return o
}
