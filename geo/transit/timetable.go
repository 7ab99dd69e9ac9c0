package transit

import (
	"cmp"
	"hash/fnv"
	"slices"

	"perimetre/geo"
)

// Timetable is what runs on one day, in the shape that a search reads.
type Timetable struct {
	On    geo.Date
	Trips int // that run that day, after midnight of the day before included

	net     *Network
	forward *lines // from homes and places onwards in time
	back    *lines // the same, time and ways turned round
}

// lines are the trips of a day gathered by their stops. In those turned round, times
// are negative and stops in the other order, so that one search does both.
type lines struct {
	list  []line
	start []int32 // stop -> its calls in calls
	calls []lineCall
	foot  ways
}

// line is trips that call at the same stops and never overtake one another.
type line struct {
	stops         []int32
	noBoard       []bool
	noAlight      []bool
	trips         int
	arrive, leave []int32 // trip by trip
}

type lineCall struct{ line, at int32 }

const daySeconds = 86400

// Key identifies days on which the same trips run: their timetables are one.
func (n *Network) Key(on geo.Date) uint64 {
	h := fnv.New64a()
	var b [1]byte
	for i := range n.Feeds {
		f := &n.Feeds[i]
		day := f.day(on)
		for k, s := range f.Services {
			b[0] = 0
			if s.Runs(day) {
				b[0] |= 1
			}
			if n.late[i][k] && s.Runs(day-1) {
				b[0] |= 2
			}
			h.Write(b[:])
		}
	}
	return h.Sum64()
}

// Day makes the timetable of a date: the trips of its services, and the trips of the day
// before that still run after midnight.
func (n *Network) Day(on geo.Date) *Timetable {
	t := &Timetable{On: on, net: n}
	type run struct {
		calls []Call
		first int32 // stop of the network where the feed's begin
		shift int32
	}
	groups := map[string][]run{}
	var key []byte
	var order []string
	for i := range n.Feeds {
		f := &n.Feeds[i]
		day := f.day(on)
		for _, trip := range f.Trips {
			calls := f.Calls[trip.From : trip.From+trip.N]
			for _, late := range []int{0, 1} {
				if !f.Services[trip.Service].Runs(day-late) || late == 1 && calls[len(calls)-1].Arrive < daySeconds {
					continue
				}
				t.Trips++
				key = key[:0]
				for _, c := range calls {
					s := c.Stop + n.first[i]
					key = append(key, byte(s), byte(s>>8), byte(s>>16), byte(s>>24), flags(c))
				}
				k := string(key)
				if groups[k] == nil {
					order = append(order, k)
				}
				groups[k] = append(groups[k], run{calls, n.first[i], int32(-late * daySeconds)})
			}
		}
	}
	t.forward = &lines{foot: n.foot}
	for _, k := range order {
		runs := groups[k]
		slices.SortStableFunc(runs, func(a, b run) int {
			return cmp.Compare(a.calls[0].Depart+a.shift, b.calls[0].Depart+b.shift)
		})
		var split []*line
		for _, r := range runs {
			arrive, leave := make([]int32, len(r.calls)), make([]int32, len(r.calls))
			for j, c := range r.calls {
				arrive[j], leave[j] = c.Arrive+r.shift, c.Depart+r.shift
			}
			k := slices.IndexFunc(split, func(l *line) bool { return l.follows(arrive, leave) })
			if k < 0 {
				k = len(split)
				split = append(split, newLine(r.calls, r.first))
			}
			split[k].trips++
			split[k].arrive, split[k].leave = append(split[k].arrive, arrive...), append(split[k].leave, leave...)
		}
		for _, l := range split {
			t.forward.list = append(t.forward.list, *l)
		}
	}
	t.forward.index(len(n.stops))
	t.back = t.forward.turned(len(n.stops))
	return t
}

func flags(c Call) (b byte) {
	if c.NoBoard {
		b |= 1
	}
	if c.NoAlight {
		b |= 2
	}
	return b
}

func newLine(calls []Call, first int32) *line {
	l := &line{}
	for _, c := range calls {
		l.stops = append(l.stops, c.Stop+first)
		l.noBoard, l.noAlight = append(l.noBoard, c.NoBoard), append(l.noAlight, c.NoAlight)
	}
	return l
}

// follows reports whether a trip passes every stop no sooner than the line's last.
func (l *line) follows(arrive, leave []int32) bool {
	from := (l.trips - 1) * len(l.stops)
	for j := range arrive {
		if arrive[j] < l.arrive[from+j] || leave[j] < l.leave[from+j] {
			return false
		}
	}
	return true
}

// index lists the calls at each stop.
func (x *lines) index(stops int) {
	x.start = make([]int32, stops+1)
	for i := range x.list {
		for _, s := range x.list[i].stops {
			x.start[s+1]++
		}
	}
	for s := range stops {
		x.start[s+1] += x.start[s]
	}
	x.calls = make([]lineCall, x.start[stops])
	at := slices.Clone(x.start)
	for i := range x.list {
		for j, s := range x.list[i].stops {
			x.calls[at[s]] = lineCall{int32(i), int32(j)}
			at[s]++
		}
	}
}

// turned returns the same day backwards: who leaves a stop arrives at it.
func (x *lines) turned(stops int) *lines {
	out := &lines{foot: x.foot.turned(), list: make([]line, len(x.list))}
	reversed := func(b []bool) []bool { b = slices.Clone(b); slices.Reverse(b); return b }
	for i := range x.list {
		l, m := &x.list[i], &out.list[i]
		n := len(l.stops)
		m.stops, m.trips = slices.Clone(l.stops), l.trips
		slices.Reverse(m.stops)
		m.noBoard, m.noAlight = reversed(l.noAlight), reversed(l.noBoard)
		m.arrive, m.leave = make([]int32, len(l.arrive)), make([]int32, len(l.leave))
		for k := range l.trips {
			for j := range n {
				from, to := (l.trips-1-k)*n+n-1-j, k*n+j
				m.arrive[to], m.leave[to] = -l.leave[from], -l.arrive[from]
			}
		}
	}
	out.index(stops)
	return out
}

// first returns the rank of the first trip that leaves call at of a line no sooner than a
// time; l.trips when no trip leaves later.
func (l *line) first(at int, time int32) int {
	low, high := 0, l.trips
	n := len(l.stops)
	for low < high {
		mid := int(uint(low+high) / 2)
		if l.leave[mid*n+at] < time {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}
