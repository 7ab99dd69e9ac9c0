package transit

import (
	"math"
	"strconv"
	"strings"

	"perimetre/geo/fault"
)

// HalfDay is when a place is open, in minutes of the day.
type HalfDay struct{ Open, Close int }

// Terms say what coming and going back means.
type Terms struct {
	Visit   int // minutes that people stay
	Longest int // minutes at most from leaving home to the visit
	Home    int // minute of the day by which they must be back
}

// UsualTerms: three quarters of an hour on the spot, an hour and a half at most to
// come, back by midnight.
var UsualTerms = Terms{Visit: 45, Longest: 90, Home: 24 * 60}

// ParseHome reads an hour HH:MM, up to 24:00, as a minute of the day.
func ParseHome(text string) (minute int, err error) {
	hours, minutes, ok := strings.Cut(text, ":")
	x, err1 := strconv.Atoi(hours)
	y, err2 := strconv.Atoi(minutes)
	if !ok || err1 != nil || err2 != nil || x < 0 || y < 0 || y > 59 || x*60+y > 24*60 {
		return 0, fault.New(fault.Usage, "attendu une heure HH:MM, de 00:00 à 24:00, vu « %s »", text)
	}
	return x*60 + y, nil
}

// Coming is how long it takes to come, in minutes from leaving home to the visit: a
// wait at the stop, between vehicles or before the place opens is counted. Over the
// departures at each whole minute, from the last that arrives by the opening (or the
// first that arrives at all) to the last one that leaves time for the visit and the
// way back: the shortest, the median (the upper one of an even number) and the longest.
type Coming struct {
	Best, Median, Worst int
	Back                int // latest minute at which one may start home, 24 hours when walking
}

// Reach finds who can come to one place at a time. One goroutine uses it.
type Reach struct {
	t         *Timetable
	half      HalfDay
	terms     Terms
	out, back *search
	latest    []int32 // by deadline, seconds: the latest departure
	counts    []int32 // departures by duration
}

// NewReach makes one for the timetables of a network.
func NewReach(n *Network) *Reach {
	return &Reach{out: newSearch(len(n.stops)), back: newSearch(len(n.stops))}
}

// Open looks for the ways to a place, from which one walks to some stops, while it is
// open, and back. It returns the stops from which one can come, until the next call.
func (r *Reach) Open(t *Timetable, place []Walk, half HalfDay, terms Terms) (stops []int32) {
	r.t, r.half, r.terms = t, half, terms
	first, last := int32(half.Open)*60, int32(half.Close-terms.Visit)*60
	if last < first {
		r.out.clear(t.back)
		r.back.clear(t.forward)
		return nil
	}
	r.out.profile(t.back, place, -last, -first, int32(terms.Longest)*60)
	if len(r.out.reached) > 0 {
		r.back.profile(t.forward, place, int32(half.Open+terms.Visit)*60, int32(half.Close)*60, daySeconds)
	} else {
		r.back.clear(t.forward)
	}
	return r.out.reached
}

// From returns how people come whose home is some walks from stops, and some seconds on foot
// from the place itself (-1 when it is never walked); ok is false for those who cannot.
func (r *Reach) From(home []Walk, onFoot int32) (c Coming, ok bool) {
	first, last := r.half.Open, r.half.Close-r.terms.Visit
	if last < first {
		return c, false
	}
	walks := onFoot >= 0 && onFoot <= r.t.net.Foot.Longest
	c.Back = r.lastBack(home)
	if walks {
		c.Back = 24 * 60
	}
	last = min(last, c.Back-r.terms.Visit)
	if last < first {
		return c, false
	}
	r.fill(home, first, last)
	if walks {
		for i := range r.latest {
			r.latest[i] = max(r.latest[i], int32(first+i)*60-onFoot)
		}
	}
	return r.summary(c, first)
}

// lastBack returns the latest minute, up to the closing, at which one may leave the place
// and be home in time; -1 for never.
func (r *Reach) lastBack(home []Walk) int {
	best := int32(-60)
	for _, w := range home {
		for _, l := range r.back.legs[w.Stop] {
			if l.leave <= best {
				break
			}
			if l.arrive+w.Seconds <= int32(r.terms.Home)*60 {
				best = l.leave
				break
			}
		}
	}
	return int(best / 60)
}

// fill sets, for each whole minute from first to last, the latest departure that
// arrives by it.
func (r *Reach) fill(home []Walk, first, last int) {
	n := last - first + 1
	if cap(r.latest) < n {
		r.latest = make([]int32, n)
	}
	r.latest = r.latest[:n]
	for i := range r.latest {
		r.latest[i] = math.MinInt32
	}
	for _, w := range home {
		for _, l := range r.out.legs[w.Stop] {
			i := int(-l.leave)/60 - first
			if i >= n {
				break
			}
			// A walk home may make the whole way too long.
			if leave := -l.arrive - w.Seconds; -l.leave-leave <= int32(r.terms.Longest)*60 {
				r.latest[i] = max(r.latest[i], leave)
			}
		}
	}
}

// summary counts the departures of each duration.
func (r *Reach) summary(c Coming, first int) (Coming, bool) {
	clear(r.counts)
	before, total := int32(math.MinInt32), int32(0)
	c.Best, c.Worst = math.MaxInt, 0
	for i, leave := range r.latest {
		if leave == math.MinInt32 || leave <= before {
			continue
		}
		minute, since := floorDiv(leave), floorDiv(leave)-1
		if before != math.MinInt32 {
			since = floorDiv(before)
		}
		before = leave
		if minute == since {
			// Leaving seconds later is no later minute, yet it is a way of coming.
			continue
		}
		shortest, longest := int32(first+i)-minute, int32(first+i)-since-1
		for len(r.counts) <= int(longest) {
			r.counts = append(r.counts, 0)
		}
		for d := shortest; d <= longest; d++ {
			r.counts[d]++
		}
		total += minute - since
		c.Best, c.Worst = min(c.Best, int(shortest)), max(c.Worst, int(longest))
	}
	if total == 0 {
		return c, false
	}
	left := total/2 + 1
	for d, n := range r.counts {
		if left -= n; left <= 0 {
			c.Median = d
			break
		}
	}
	return c, true
}

func floorDiv(t int32) int32 { return floorMinute(t) / 60 }
