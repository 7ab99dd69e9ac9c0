package transit

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/coverage"
)

// Foot says how people walk.
type Foot struct {
	Detour  float64 // of a street against the straight line
	Speed   float64 // metres a second
	Longest int32   // seconds, to a stop or the whole way
	Between int32   // seconds, from a stop to another
	Change  int32   // seconds, at least, from a vehicle to the next
}

// UsualFoot is 4.5 km/h, 1.3 times the straight line, a quarter of an hour to a stop,
// eight minutes between stops and two to change.
var UsualFoot = Foot{Detour: 1.3, Speed: 1.25, Longest: 15 * 60, Between: 8 * 60, Change: 120}

// Seconds returns the walk between two points, rounded up.
func (f Foot) Seconds(a, b orb.Point) int32 { return f.seconds(geo.Distance(a, b)) }

func (f Foot) seconds(metres float64) int32 { return int32(math.Ceil(metres * f.Detour / f.Speed)) }

// reach returns how far, in metres on the straight line, a walk of some seconds goes.
func (f Foot) reach(seconds int32) float64 { return float64(seconds) * f.Speed / f.Detour }

// Walk is a way on foot to or from a stop.
type Walk struct{ Stop, Seconds int32 }

// Walks returns the stops to which one walks from a place, by number.
func (n *Network) Walks(from orb.Point) []Walk {
	var out []Walk
	for _, s := range n.near.within(from, n.Foot.reach(n.Foot.Longest)) {
		if sec := n.Foot.Seconds(from, n.stops[s].At); sec <= n.Foot.Longest {
			out = append(out, Walk{s, sec})
		}
	}
	return out
}

// nearby finds stops around a place.
type nearby struct{ l *coverage.Locator }

func newNearby(stops []Stop) *nearby {
	at := make([]orb.Point, len(stops))
	for i := range stops {
		at[i] = stops[i].At
	}
	return &nearby{coverage.NewLocator(at)}
}

func (n *nearby) within(p orb.Point, metres float64) (stops []int32) {
	for _, x := range n.l.Within(p, metres+1, nil) {
		stops = append(stops, x.Index)
	}
	slices.Sort(stops)
	return stops
}

// ways are walks from each stop: of[start[s]:start[s+1]].
type ways struct {
	start []int32
	of    []Walk
}

func (w *ways) from(stop int32) []Walk { return w.of[w.start[stop]:w.start[stop+1]] }

// walks returns the changes from each stop to those around, itself included, and to those
// of its station; what a feed says of a change goes before the distance.
func (n *Network) walks() ways {
	said := map[[2]int32]int32{}
	extra := map[int32][]int32{}
	for _, t := range n.transfers() {
		k := [2]int32{t.From, t.To}
		if was, twice := said[k]; !twice || t.Seconds < was && t.Seconds >= 0 {
			said[k] = t.Seconds
		}
		extra[t.From] = append(extra[t.From], t.To)
	}
	station := map[int32][]int32{}
	for i, s := range n.stops {
		if s.Station >= 0 {
			station[s.Station] = append(station[s.Station], int32(i))
		}
	}
	w := ways{start: make([]int32, 1, len(n.stops)+1)}
	for i, s := range n.stops {
		to := append(n.near.within(s.At, n.Foot.reach(n.Foot.Between)), extra[int32(i)]...)
		to = append(append(to, int32(i)), station[s.Station]...)
		slices.Sort(to)
		for _, u := range slices.Compact(to) {
			sec := max(n.Foot.Change, n.Foot.Seconds(s.At, n.stops[u].At))
			if v, ok := said[[2]int32{int32(i), u}]; ok {
				sec = v
			}
			if sec >= 0 {
				w.of = append(w.of, Walk{u, sec})
			}
		}
		w.start = append(w.start, int32(len(w.of)))
	}
	return w
}

// turned returns the same walks the other way.
func (w *ways) turned() ways {
	n := len(w.start) - 1
	out := ways{start: make([]int32, n+1), of: make([]Walk, len(w.of))}
	for _, x := range w.of {
		out.start[x.Stop+1]++
	}
	for s := range n {
		out.start[s+1] += out.start[s]
	}
	at := slices.Clone(out.start)
	for s := range int32(n) {
		for _, x := range w.from(s) {
			out.of[at[x.Stop]] = Walk{s, x.Seconds}
			at[x.Stop]++
		}
	}
	return out
}
