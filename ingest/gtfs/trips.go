package gtfs

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/geo/transit"
)

// headway is a line of frequencies.txt.
type headway struct{ from, to, every int32 }

// mostRuns bounds the departures of one line of frequencies.txt.
const mostRuns = 3000

// mostUnrolled bounds the calls that frequencies make, for a whole feed.
const mostUnrolled = 4 << 20

func (r *reader) readHeadways() error {
	return r.a.each("frequencies.txt", []string{"trip_id", "start_time", "end_time", "headway_secs"}, func(w row) error {
		trip, ok := r.trips[w.get("trip_id")]
		if !ok {
			return w.wrong("trip_id", "une course de trips.txt")
		}
		var h headway
		if h.from, ok = clock(w.get("start_time")); !ok {
			return w.wrong("start_time", "une heure HH:MM:SS")
		}
		if h.to, ok = clock(w.get("end_time")); !ok || h.to < h.from {
			return w.wrong("end_time", "une heure HH:MM:SS, après le début")
		}
		n, err := strconv.Atoi(w.get("headway_secs"))
		if err != nil || n < 1 || int(h.to-h.from)/n > mostRuns {
			return w.wrong("headway_secs", "un intervalle en secondes")
		}
		h.every = int32(n)
		r.headways[trip] = append(r.headways[trip], h)
		return nil
	})
}

// mostSilent is the share of trips that may have no stop time: some networks announce
// a few that never run. More is a file cut short.
const mostSilent = 0.05

// build makes the feed's trips of what was read: their calls in order, missing times
// filled in, frequencies unrolled.
func (r *reader) build() error {
	slices.SortStableFunc(r.calls, func(a, b call) int {
		return cmp.Or(cmp.Compare(a.trip, b.trip), cmp.Compare(a.sequence, b.sequence))
	})
	for i := range r.calls {
		t := &r.info[r.calls[i].trip]
		if t.n == 0 {
			t.from = i
		}
		t.n++
	}
	silent, short := 0, 0
	for k := range r.info {
		t := &r.info[k]
		switch t.n {
		case 0:
			silent++
			continue
		case 1:
			short++
			continue
		}
		calls := r.calls[t.from : t.from+t.n]
		if err := r.complete(t, calls); err != nil {
			return err
		}
		if err := r.addTrip(int32(k), t, calls); err != nil {
			return err
		}
	}
	if n := len(r.info); n == 0 || float64(silent) > mostSilent*float64(n) {
		return &fault.Error{Kind: fault.Input, File: r.a.name + "/stop_times.txt", Message: fmt.Sprintf("fichier tronqué : %d des %d courses de trips.txt n’ont aucun horaire", silent, n),
			Expected: "le fichier entier, à redemander au réseau"}
	}
	if silent+short > 0 {
		r.warn("%d courses sans horaire et %d à un seul arrêt, laissées de côté", silent, short)
	}
	return nil
}

// complete fills the times that a trip leaves out between two that it gives, by the
// distance between stops, and refuses one that goes back in time.
func (r *reader) complete(t *tripInfo, calls []call) error {
	wrong := func(c *call, column, expected, seen string) error {
		return fault.At(r.a.name+"/stop_times.txt", int(c.line), column, expected, seen)
	}
	for i := range calls {
		c := &calls[i]
		if i > 0 && c.sequence == calls[i-1].sequence {
			return wrong(c, "stop_sequence", "un rang par arrêt de la course "+t.id, strconv.Itoa(int(c.sequence)))
		}
		if math.IsNaN(r.feed.Stops[c.Stop].At[0] + r.feed.Stops[c.Stop].At[1]) {
			return wrong(c, "stop_id", "un arrêt dont stops.txt donne les coordonnées, ou celles de sa station", "« "+r.feed.Stops[c.Stop].ID+" »")
		}
	}
	known := 0
	for i := range calls {
		c := &calls[i]
		if c.Arrive < 0 {
			if i == 0 || i == len(calls)-1 {
				return wrong(c, "arrival_time", "une heure au premier et au dernier arrêt de la course "+t.id, "rien")
			}
			continue
		}
		r.between(calls[known : i+1])
		if i > 0 && c.Arrive < calls[i-1].Depart || c.Depart < c.Arrive {
			return wrong(c, "arrival_time", "une heure qui suit celle de l’arrêt d’avant, course "+t.id, written(c.Arrive)+" après "+written(calls[max(0, i-1)].Depart))
		}
		known = i
	}
	return nil
}

func written(t int32) string { return fmt.Sprintf("%02d:%02d:%02d", t/3600, t/60%60, t%60) }

// between gives times to the calls inside, whose first and last have theirs.
func (r *reader) between(calls []call) {
	if len(calls) < 3 {
		return
	}
	far := make([]float64, len(calls))
	for i := 1; i < len(calls); i++ {
		far[i] = far[i-1] + geo.Distance(r.feed.Stops[calls[i-1].Stop].At, r.feed.Stops[calls[i].Stop].At)
	}
	last := len(calls) - 1
	from, span := calls[0].Depart, float64(calls[last].Arrive-calls[0].Depart)
	for i := 1; i < last; i++ {
		share := float64(i) / float64(last)
		if far[last] > 0 {
			share = far[i] / far[last]
		}
		at := from + int32(math.Round(span*share))
		calls[i].Arrive, calls[i].Depart = at, at
	}
}

// addTrip adds a trip as it is, or once for each departure that its frequencies give.
func (r *reader) addTrip(index int32, t *tripInfo, calls []call) error {
	add := func(shift int32) {
		trip := transit.Trip{Service: t.service, From: int32(len(r.feed.Calls)), N: int32(len(calls))}
		for _, c := range calls {
			c.Arrive, c.Depart = c.Arrive+shift, c.Depart+shift
			r.feed.Calls = append(r.feed.Calls, c.Call)
		}
		r.feed.Trips = append(r.feed.Trips, trip)
	}
	list, often := r.headways[index]
	if !often {
		add(0)
		return nil
	}
	for _, h := range list {
		for at := h.from; at < h.to; at += h.every {
			if r.unrolled += len(calls); r.unrolled > mostUnrolled {
				return &fault.Error{Kind: fault.TooLarge, File: r.a.name + "/frequencies.txt", Message: "trop de passages", Expected: fmt.Sprintf("%d au plus en tout", mostUnrolled)}
			}
			add(at - calls[0].Depart)
		}
	}
	return nil
}
