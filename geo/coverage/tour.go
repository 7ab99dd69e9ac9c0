package coverage

import "math"

// HalfDay is a half of a day of the week: day 0 is Monday, half 0 the morning.
type HalfDay struct{ Day, Half int }

// Tour asks when one agent goes to each place of an itinerant permanence: each
// place once in a round of some weeks, in a half-day when it is open, and never two
// places in one half-day.
type Tour struct {
	Weeks   int // of a round, after which it begins again
	PerWeek int // half-days that the agent goes out, each week
	// Open returns the half-days on which each place, the most wanted first, may be visited.
	Open [][7][2]bool
	// Cost returns the cost of going from a place to another, -1 being where the agent starts
	// and ends each day; it need not be symmetric.
	Cost func(from, to int) float64
}

// Visit is a place in a half-day of a week, from 0.
type Visit struct {
	Week int
	HalfDay
	Place int
}

// Day returns the cost of one day out: from the start to the morning's place, to the
// afternoon's, and back. A place is -1 without a visit.
func (t *Tour) Day(morning, afternoon int) float64 {
	switch {
	case morning < 0 && afternoon < 0:
		return 0
	case morning < 0:
		return t.Cost(-1, afternoon) + t.Cost(afternoon, -1)
	case afternoon < 0:
		return t.Cost(-1, morning) + t.Cost(morning, -1)
	}
	return t.Cost(-1, morning) + t.Cost(morning, afternoon) + t.Cost(afternoon, -1)
}

// timetable holds the place of each half-day, -1 for none.
type timetable struct {
	t     *Tour
	place [][7][2]int // by week
	used  []int       // half-days of each week
}

// Plan returns a visit to as many places as opening allows, the first asked first served (an
// augmenting path never takes a visit from a place that has one), then exchanges half-days two
// by two until no exchange shortens the way. It also returns the cost of the round and the
// places for which no half-day is left.
func (t *Tour) Plan() (visits []Visit, cost float64, left []int) {
	b := &timetable{t: t, place: make([][7][2]int, t.Weeks), used: make([]int, t.Weeks)}
	for w := range b.place {
		for d := range b.place[w] {
			b.place[w][d] = [2]int{-1, -1}
		}
	}
	for p := range t.Open {
		if !b.seat(p, map[Visit]bool{}) {
			left = append(left, p)
		}
	}
	b.exchange()
	for w := range b.place {
		for d, halves := range b.place[w] {
			cost += t.Day(halves[0], halves[1])
			for h, p := range halves {
				if p >= 0 {
					visits = append(visits, Visit{w, HalfDay{d, h}, p})
				}
			}
		}
	}
	return visits, cost, left
}

// seat finds a half-day for a place, moving others when that frees one.
func (b *timetable) seat(p int, tried map[Visit]bool) bool {
	for w := range b.place {
		for d := range 7 {
			for h := range 2 {
				if b.t.Open[p][d][h] && b.place[w][d][h] < 0 && b.used[w] < b.t.PerWeek {
					b.place[w][d][h] = p
					b.used[w]++
					return true
				}
			}
		}
	}
	for w := range b.place {
		for d := range 7 {
			for h := range 2 {
				if !b.t.Open[p][d][h] {
					continue
				}
				// Either the one who is there moves, or, where the week is full, one of
				// its others does.
				for _, out := range b.rivals(w, d, h) {
					if tried[out] {
						continue
					}
					tried[out] = true
					b.place[w][out.Day][out.Half] = -1
					b.used[w]--
					b.place[w][d][h] = p
					b.used[w]++
					if b.seat(out.Place, tried) {
						return true
					}
					b.place[w][d][h] = -1
					b.place[w][out.Day][out.Half] = out.Place
				}
			}
		}
	}
	return false
}

// rivals returns the visits that hold a half-day: one must move for it to be free.
func (b *timetable) rivals(w, d, h int) (out []Visit) {
	if p := b.place[w][d][h]; p >= 0 {
		return []Visit{{w, HalfDay{d, h}, p}}
	}
	for day, halves := range b.place[w] {
		for half, p := range halves {
			if p >= 0 {
				out = append(out, Visit{w, HalfDay{day, half}, p})
			}
		}
	}
	return out
}

// exchange swaps two half-days while that shortens the way: a place against
// another, or, within a week, against a free half-day.
func (b *timetable) exchange() {
	n := len(b.place) * 14
	at := func(i int) (w, d, h int) { return i / 14, i % 14 / 2, i % 2 }
	for better := true; better; {
		better = false
		for i := range n {
			for j := i + 1; j < n; j++ {
				wi, di, hi := at(i)
				wj, dj, hj := at(j)
				p, q := b.place[wi][di][hi], b.place[wj][dj][hj]
				if p == q || (p < 0 || q < 0) && wi != wj || p >= 0 && !b.t.Open[p][dj][hj] || q >= 0 && !b.t.Open[q][di][hi] {
					continue
				}
				before := b.cost(wi, di, wj, dj)
				b.place[wi][di][hi], b.place[wj][dj][hj] = q, p
				if after := b.cost(wi, di, wj, dj); after < before-1e-9*math.Abs(before) {
					better = true
				} else {
					b.place[wi][di][hi], b.place[wj][dj][hj] = p, q
				}
			}
		}
	}
}

// cost returns the cost of two days, or of one.
func (b *timetable) cost(w, d, v, e int) float64 {
	sum := b.t.Day(b.place[w][d][0], b.place[w][d][1])
	if w != v || d != e {
		sum += b.t.Day(b.place[v][e][0], b.place[v][e][1])
	}
	return sum
}
