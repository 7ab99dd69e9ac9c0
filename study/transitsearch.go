package study

import (
	"runtime"
	"sync"
	"sync/atomic"

	"perimetre/geo/coverage"
	"perimetre/geo/fault"
	"perimetre/geo/transit"
)

// found is what a search gives: for each node its best site and half-day, and on which
// half-days it can come; for each offer who comes when.
type found struct {
	best  []transit.Coming // by node; Median 0 and Worst 0 without any
	site  []int32          // by node, of the offers; -1
	able  []uint16         // by node: bit 2×day+half
	quick []uint16         // by node: the same, within the reach in median
	sites []siteFound
}

type siteFound struct {
	able, within [7][2]float64
	any          float64
}

// search tries every offer, on each half-day that it is open, from every node.
func (j *journeys) search(offers []offer) (*found, error) {
	out := newFound(len(j.nodes))
	out.sites = make([]siteFound, len(offers))
	var next atomic.Int64
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range max(1, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			s := j.newSeeker()
			mine := newFound(len(j.nodes))
			for {
				i := int(next.Add(1)) - 1
				if i >= len(offers) || j.w.ctx.Err() != nil {
					break
				}
				site := &out.sites[i]
				comes := map[int32]bool{}
				s.each(&offers[i], func(half halfDay, node int32, c transit.Coming) {
					w := j.nodes[node].Weight
					quick := float64(c.Median) <= j.reach.Limit
					for _, d := range half.days {
						bit := uint16(1) << (2*d + half.half)
						mine.able[node] |= bit
						site.able[d][half.half] += w
						if quick {
							mine.quick[node] |= bit
							site.within[d][half.half] += w
						}
					}
					if !comes[node] {
						comes[node] = true
						site.any += w
					}
					mine.take(node, int32(i), c)
				})
			}
			mu.Lock()
			out.merge(mine)
			mu.Unlock()
		})
	}
	wg.Wait()
	if j.w.ctx.Err() != nil {
		return nil, fault.New(fault.Internal, "calcul interrompu")
	}
	return out, nil
}

func newFound(nodes int) *found {
	f := &found{best: make([]transit.Coming, nodes), site: make([]int32, nodes), able: make([]uint16, nodes), quick: make([]uint16, nodes)}
	for i := range f.site {
		f.site[i] = -1
	}
	return f
}

// take keeps the way of the least median, then of the least best, then of the first
// site.
func (f *found) take(node, site int32, c transit.Coming) {
	b := &f.best[node]
	if was := f.site[node]; was < 0 || c.Median < b.Median || c.Median == b.Median && (c.Best < b.Best || c.Best == b.Best && (c.Worst < b.Worst || c.Worst == b.Worst && site < was)) {
		*b, f.site[node] = c, site
	}
}

func (f *found) merge(o *found) {
	for i := range f.best {
		if o.site[i] >= 0 {
			f.take(int32(i), o.site[i], o.best[i])
		}
		f.able[i] |= o.able[i]
		f.quick[i] |= o.quick[i]
	}
}

// halfDay is hours that some days share, with what runs on them.
type halfDay struct {
	days  []int
	half  int
	table *transit.Timetable
	open  transit.HalfDay
}

// halfDays gathers the days of an offer on which the same runs at the same hours.
func (j *journeys) halfDays(o *offer) (out []halfDay) {
	for half := range 2 {
	days:
		for d := range 7 {
			h := o.hours[d][half]
			if h.To == 0 {
				continue
			}
			open := transit.HalfDay{Open: h.From, Close: h.To}
			for k := range out {
				if x := &out[k]; x.half == half && x.table == j.days[d] && x.open == open {
					x.days = append(x.days, d)
					continue days
				}
			}
			out = append(out, halfDay{[]int{d}, half, j.days[d], open})
		}
	}
	return out
}

// seeker tries places one after the other.
type seeker struct {
	j     *journeys
	reach *transit.Reach
	seen  []int32 // node -> the last turn that saw it
	turn  int32
	room  []coverage.Near
}

func (j *journeys) newSeeker() *seeker {
	return &seeker{j: j, reach: transit.NewReach(j.net), seen: make([]int32, len(j.nodes))}
}

// each visits the nodes from which one can come to a place, half-day by half-day.
func (s *seeker) each(o *offer, visit func(half halfDay, node int32, c transit.Coming)) {
	j := s.j
	walks := j.net.Walks(o.at)
	foot := j.net.Foot
	s.room = j.near.Within(o.at, float64(foot.Longest)*foot.Speed/foot.Detour+1, s.room[:0])
	for _, half := range j.halfDays(o) {
		s.turn++
		try := func(node int32) {
			if s.seen[node] == s.turn {
				return
			}
			s.seen[node] = s.turn
			if c, ok := s.reach.From(j.walks[node], foot.Seconds(j.at[node], o.at)); ok {
				visit(half, node, c)
			}
		}
		for _, stop := range s.reach.Open(half.table, walks, half.open, j.terms) {
			for _, node := range j.of[stop] {
				try(node)
			}
		}
		for _, n := range s.room {
			try(n.Index)
		}
	}
}
