package transit

import (
	"math"
	"slices"
)

// MostVehicles is how many buses and trains one way may take.
const MostVehicles = 4

const never = math.MaxInt32

// leg is a way between the search's origin and a stop, the walk at the stop's side
// left out: who leaves at Leave arrives, by a vehicle, at Arrive.
type leg struct{ leave, arrive int32 }

// search is one rRAPTOR: departures from the latest to the earliest, each keeping what
// the later ones found. It serves again and again, by one goroutine at a time.
type search struct {
	x *lines
	// ride[k] and ready[k] are, for each stop, the earliest arrival by a vehicle and
	// the earliest time at which one may board there, with k vehicles at most.
	ride, ready [MostVehicles + 1][]int32
	legs        [][]leg // of each stop, the latest departure first, each better than the one before
	reached     []int32 // stops that have legs
	touched     []int32 // stops whose labels changed
	dirty       []bool
	marked      []int32
	isMarked    []bool
	improved    []int32
	boardAt     []int32 // line -> the first call to look at, -1
	queue       []int32 // lines to look at
	starts      []int32
}

func newSearch(stops int) *search {
	s := &search{legs: make([][]leg, stops), dirty: make([]bool, stops), isMarked: make([]bool, stops)}
	for k := range s.ride {
		s.ride[k], s.ready[k] = make([]int32, stops), make([]int32, stops)
		for i := range s.ride[k] {
			s.ride[k][i], s.ready[k][i] = never, never
		}
	}
	return s
}

// profile finds, for each stop, every departure between from and to, at whole minutes,
// that arrives before all later ones, in longest seconds at most. Departures start
// with walks to stops.
func (s *search) profile(x *lines, walks []Walk, from, to, longest int32) {
	s.clear(x)
	s.departures(walks, from, to)
	for _, at := range s.starts {
		s.run(walks, at, longest)
	}
}

func (s *search) clear(x *lines) {
	s.x = x
	for _, i := range s.touched {
		for k := range s.ride {
			s.ride[k][i], s.ready[k][i] = never, never
		}
		s.dirty[i] = false
	}
	for _, i := range s.reached {
		s.legs[i] = s.legs[i][:0]
	}
	s.touched, s.reached = s.touched[:0], s.reached[:0]
	if len(s.boardAt) < len(x.list) {
		s.boardAt = make([]int32, len(x.list))
		for i := range s.boardAt {
			s.boardAt[i] = -1
		}
	}
}

// departures lists the whole minutes at which leaving catches a vehicle that leaving
// a minute later would not, the latest first, and the latest of all.
func (s *search) departures(walks []Walk, from, to int32) {
	s.starts = append(s.starts[:0], to)
	for _, w := range walks {
		for _, c := range s.x.calls[s.x.start[w.Stop]:s.x.start[w.Stop+1]] {
			l := &s.x.list[c.line]
			if l.noBoard[c.at] || int(c.at) == len(l.stops)-1 {
				continue
			}
			n := len(l.stops)
			for trip := l.first(int(c.at), from+w.Seconds); trip < l.trips; trip++ {
				at := floorMinute(l.leave[trip*n+int(c.at)] - w.Seconds)
				if at >= to {
					break
				}
				if at >= from {
					s.starts = append(s.starts, at)
				}
			}
		}
	}
	slices.SortFunc(s.starts, func(a, b int32) int { return int(b) - int(a) })
	s.starts = slices.Compact(s.starts)
}

// floorMinute returns the whole minute at or before a time, which may be negative.
func floorMinute(t int32) int32 {
	m := t % 60
	if m < 0 {
		m += 60
	}
	return t - m
}

func (s *search) run(walks []Walk, at, longest int32) {
	until := at + longest
	s.marked = s.marked[:0]
	for _, w := range walks {
		s.canBoard(0, w.Stop, at+w.Seconds)
	}
	for k := 1; k <= MostVehicles && len(s.marked) > 0; k++ {
		s.gather()
		s.improved = s.improved[:0]
		for _, i := range s.queue {
			s.ridden(i, k, at, until)
			s.boardAt[i] = -1
		}
		for _, stop := range s.improved {
			ride := s.ride[k][stop]
			for _, w := range s.x.foot.from(stop) {
				if t := ride + w.Seconds; t <= until {
					s.canBoard(k, w.Stop, t)
				}
			}
		}
	}
	for _, i := range s.marked {
		s.isMarked[i] = false
	}
}

// canBoard tells that a stop is reached at a time with k vehicles.
func (s *search) canBoard(k int, stop, at int32) {
	if at >= s.ready[k][stop] {
		return
	}
	s.touch(stop)
	for j := k; j <= MostVehicles && s.ready[j][stop] > at; j++ {
		s.ready[j][stop] = at
	}
	if !s.isMarked[stop] {
		s.isMarked[stop] = true
		s.marked = append(s.marked, stop)
	}
}

func (s *search) touch(stop int32) {
	if !s.dirty[stop] {
		s.dirty[stop] = true
		s.touched = append(s.touched, stop)
	}
}

// gather finds the lines of the marked stops, each with the first of them on it.
func (s *search) gather() {
	s.queue = s.queue[:0]
	for _, stop := range s.marked {
		s.isMarked[stop] = false
		for _, c := range s.x.calls[s.x.start[stop]:s.x.start[stop+1]] {
			switch was := s.boardAt[c.line]; {
			case was < 0:
				s.queue = append(s.queue, c.line)
				s.boardAt[c.line] = c.at
			case c.at < was:
				s.boardAt[c.line] = c.at
			}
		}
	}
	s.marked = s.marked[:0]
}

// ridden follows a line from its first marked stop, on the earliest trip that can be
// caught with k−1 vehicles before it.
func (s *search) ridden(index int32, k int, at, until int32) {
	l := &s.x.list[index]
	n := len(l.stops)
	trip := l.trips
	arrive, leave := []int32(nil), []int32(nil)
	for j := int(s.boardAt[index]); j < n; j++ {
		stop := l.stops[j]
		if trip < l.trips && !l.noAlight[j] {
			if t := arrive[j]; t < s.ride[k][stop] && t <= until {
				s.arrive(k, stop, at, t)
			}
		}
		if l.noBoard[j] {
			continue
		}
		ready := s.ready[k-1][stop]
		if ready == never || trip < l.trips && ready > leave[j] {
			continue
		}
		if t := l.first(j, ready); t < trip {
			trip = t
			arrive, leave = l.arrive[t*n:(t+1)*n], l.leave[t*n:(t+1)*n]
		}
	}
}

// arrive keeps an arrival, and a leg when no later departure arrives as soon.
func (s *search) arrive(k int, stop, from, at int32) {
	s.touch(stop)
	if at < s.ride[MostVehicles][stop] {
		legs := s.legs[stop]
		switch n := len(legs); {
		case n == 0:
			s.reached = append(s.reached, stop)
			s.legs[stop] = append(legs, leg{from, at})
		case legs[n-1].leave == from:
			legs[n-1].arrive = at
		default:
			s.legs[stop] = append(legs, leg{from, at})
		}
	}
	for j := k; j <= MostVehicles && s.ride[j][stop] > at; j++ {
		s.ride[j][stop] = at
	}
	s.improved = append(s.improved, stop)
}
