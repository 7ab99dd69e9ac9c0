package gtfs

import (
	"archive/zip"
	"encoding/csv"
	"io"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/transit"
)

// world is a timetable read and searched by brute force: nothing of it is shared with
// the reader or with the search, save the length of a straight line.
type world struct {
	at    map[string]orb.Point
	trips [][]passage
	rank  map[string]int
	place []orb.Point
	foot  [][]step // from each stop
}

type step struct{ stop, seconds int }

type passage struct {
	stop          string
	rank          int
	arrive, leave int
	board, alight bool
}

func lines(t *testing.T, path, file string) (out []map[string]string) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	f, err := z.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\ufeff")))
	in.FieldsPerRecord = -1
	all, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, cells := range all[1:] {
		m := map[string]string{}
		for i, h := range all[0] {
			if i < len(cells) {
				m[h] = cells[i]
			}
		}
		out = append(out, m)
	}
	return out
}

func hms(s string) int {
	var n int
	for p := range strings.SplitSeq(s, ":") {
		v, _ := strconv.Atoi(p)
		n = n*60 + v
	}
	return n
}

// readWorld takes what runs on a day, and after midnight of the day before.
func readWorld(t *testing.T, paths []string, on time.Time) *world {
	w := &world{at: map[string]orb.Point{}, rank: map[string]int{}}
	said := map[[2]string]int{}
	station := map[string]string{}
	for _, path := range paths {
		id := func(s string) string { return path + "#" + s }
		for _, s := range lines(t, path, "stops.txt") {
			lon, err1 := strconv.ParseFloat(s["stop_lon"], 64)
			lat, err2 := strconv.ParseFloat(s["stop_lat"], 64)
			if err1 == nil && err2 == nil {
				w.at[id(s["stop_id"])] = orb.Point{lon, lat}
			}
			if p := s["parent_station"]; p != "" {
				station[id(s["stop_id"])] = id(p)
			}
		}
		for child, p := range station {
			if _, ok := w.at[child]; !ok {
				w.at[child] = w.at[p]
			}
		}
		runs := func(service string, day time.Time) bool {
			d, yes := day.Format("20060102"), false
			for _, c := range lines(t, path, "calendar.txt") {
				if c["service_id"] == service && c["start_date"] <= d && d <= c["end_date"] && c[strings.ToLower(day.Weekday().String())] == "1" {
					yes = true
				}
			}
			for _, c := range lines(t, path, "calendar_dates.txt") {
				if c["service_id"] == service && c["date"] == d {
					yes = c["exception_type"] == "1"
				}
			}
			return yes
		}
		active := map[string][2]bool{}
		calls := map[string][]map[string]string{}
		for _, c := range lines(t, path, "stop_times.txt") {
			calls[c["trip_id"]] = append(calls[c["trip_id"]], c)
		}
		headways := map[string][]map[string]string{}
		for _, h := range lines(t, path, "frequencies.txt") {
			headways[h["trip_id"]] = append(headways[h["trip_id"]], h)
		}
		for _, trip := range lines(t, path, "trips.txt") {
			s := trip["service_id"]
			if _, known := active[s]; !known {
				active[s] = [2]bool{runs(s, on), runs(s, on.AddDate(0, 0, -1))}
			}
			for late, yes := range active[s] {
				if !yes {
					continue
				}
				list := calls[trip["trip_id"]]
				sort.SliceStable(list, func(i, j int) bool {
					a, _ := strconv.Atoi(list[i]["stop_sequence"])
					b, _ := strconv.Atoi(list[j]["stop_sequence"])
					return a < b
				})
				if len(list) < 2 {
					continue
				}
				shifts := []int{0}
				if hs := headways[trip["trip_id"]]; hs != nil {
					shifts = nil
					for _, h := range hs {
						every, _ := strconv.Atoi(h["headway_secs"])
						for at := hms(h["start_time"]); at < hms(h["end_time"]); at += every {
							shifts = append(shifts, at-hms(list[0]["departure_time"]))
						}
					}
				}
				for _, shift := range shifts {
					w.trips = append(w.trips, w.passages(id, list, shift-late*86400))
				}
			}
		}
		for _, x := range lines(t, path, "transfers.txt") {
			switch x["transfer_type"] {
			case "2":
				n, _ := strconv.Atoi(x["min_transfer_time"])
				said[[2]string{id(x["from_stop_id"]), id(x["to_stop_id"])}] = n
			case "3":
				said[[2]string{id(x["from_stop_id"]), id(x["to_stop_id"])}] = -1
			}
		}
	}
	for a, p := range w.at {
		w.rank[a] = len(w.place)
		w.place = append(w.place, p)
	}
	w.foot = make([][]step, len(w.place))
	for a, p := range w.at {
		for b, q := range w.at {
			sec := onFoot(p, q)
			n, told := said[[2]string{a, b}]
			to := &w.foot[w.rank[a]]
			switch {
			case told && n >= 0:
				*to = append(*to, step{w.rank[b], n})
			case told:
			case sec <= 480 || a == b || station[a] != "" && station[a] == station[b]:
				*to = append(*to, step{w.rank[b], max(120, sec)})
			}
		}
	}
	for _, trip := range w.trips {
		for i := range trip {
			trip[i].rank = w.rank[trip[i].stop]
		}
	}
	return w
}

func onFoot(p, q orb.Point) int { return int(math.Ceil(geo.Distance(p, q) * 1.3 / 1.25)) }

func (w *world) passages(id func(string) string, list []map[string]string, shift int) (out []passage) {
	for _, c := range list {
		p := passage{stop: id(c["stop_id"]), board: c["pickup_type"] != "1", alight: c["drop_off_type"] != "1", arrive: -1 << 30}
		if c["arrival_time"] != "" {
			p.arrive, p.leave = hms(c["arrival_time"])+shift, hms(c["departure_time"])+shift
		}
		out = append(out, p)
	}
	for i := range out {
		if out[i].arrive != -1<<30 {
			continue
		}
		a := i
		for out[a].arrive == -1<<30 {
			a--
		}
		b := i
		for out[b].arrive == -1<<30 {
			b++
		}
		var before, all float64
		for k := a + 1; k <= b; k++ {
			d := geo.Distance(w.at[out[k-1].stop], w.at[out[k].stop])
			all += d
			if k <= i {
				before += d
			}
		}
		share := float64(i-a) / float64(b-a)
		if all > 0 {
			share = before / all
		}
		// Only the ends are used: those in between are marked after.
		at := out[a].leave + int(math.Round(float64(out[b].arrive-out[a].leave)*share))
		defer func() { out[i].arrive, out[i].leave = at, at }()
	}
	return out
}

// walks are the stops within a quarter of an hour of a point.
func (w *world) walks(p orb.Point) (out []step) {
	for s, q := range w.place {
		if sec := onFoot(p, q); sec <= 900 {
			out = append(out, step{s, sec})
		}
	}
	return out
}

// from gives the earliest arrivals at places, for who leaves a point at a second.
func (w *world) from(home orb.Point, at int, places []orb.Point, ends [][]step) []int {
	const never = 1 << 40
	ready, ride := make([]int, len(w.place)), make([]int, len(w.place))
	for s := range ready {
		ready[s] = never
	}
	for _, x := range w.walks(home) {
		ready[x.stop] = at + x.seconds
	}
	best := make([]int, len(places))
	for i, p := range places {
		best[i] = never
		if sec := onFoot(home, p); sec <= 900 {
			best[i] = at + sec
		}
	}
	for range 4 {
		for s := range ride {
			ride[s] = never
		}
		for _, trip := range w.trips {
			aboard := false
			for i := range trip {
				p := &trip[i]
				if aboard && p.alight && p.arrive < ride[p.rank] {
					ride[p.rank] = p.arrive
				}
				aboard = aboard || p.board && ready[p.rank] <= p.leave
			}
		}
		for i := range places {
			for _, x := range ends[i] {
				best[i] = min(best[i], ride[x.stop]+x.seconds)
			}
		}
		for s, t := range ride {
			for _, x := range w.foot[s] {
				if t < never {
					ready[x.stop] = min(ready[x.stop], t+x.seconds)
				}
			}
		}
	}
	return best
}

// leaves lists the seconds at which leaving home is worth it: those that catch a
// vehicle just in time.
func (w *world) leaves(home orb.Point, from, to int) (out []int) {
	for _, trip := range w.trips {
		for _, p := range trip[:len(trip)-1] {
			if sec := onFoot(home, w.at[p.stop]); p.board && sec <= 900 && p.leave-sec >= from && p.leave-sec <= to {
				out = append(out, p.leave-sec)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// coming is the oracle's answer: from each home to a place that is open, and back.
func (w *world) coming(homes []orb.Point, place orb.Point, half transit.HalfDay, terms transit.Terms) []*transit.Coming {
	out := make([]*transit.Coming, len(homes))
	backs := make([]int, len(homes))
	for i, h := range homes {
		backs[i] = -1
		if onFoot(h, place) <= 900 {
			backs[i] = 24 * 60
		}
	}
	var ends [][]step
	for _, h := range homes {
		ends = append(ends, w.walks(h))
	}
	toPlace := [][]step{w.walks(place)}
	for b := half.Open + terms.Visit; b <= half.Close; b++ {
		for i, at := range w.from(place, b*60, homes, ends) {
			if at <= terms.Home*60 {
				backs[i] = max(backs[i], b)
			}
		}
	}
	for i, home := range homes {
		first, last := half.Open, min(half.Close, backs[i])-terms.Visit
		if last < first {
			continue
		}
		walk := onFoot(home, place)
		latest := map[int]int{} // deadline -> departure
		for _, t := range w.leaves(home, first*60-terms.Longest*60, last*60) {
			at := w.from(home, t, []orb.Point{place}, toPlace)[0]
			for m := first; m <= last; m++ {
				if at <= m*60 && m*60-t <= terms.Longest*60 {
					latest[m] = max(latest[m], t)
				}
			}
		}
		if walk <= 900 {
			for m := first; m <= last; m++ {
				latest[m] = max(latest[m], m*60-walk)
			}
		}
		if len(latest) == 0 {
			continue
		}
		low, high := 1<<40, 0
		lowDeadline := 1 << 40
		for m, t := range latest {
			if m < lowDeadline {
				lowDeadline, low = m, t
			}
			high = max(high, t)
		}
		var all []int
		for t := low / 60; t <= high/60; t++ {
			for m := first; m <= last; m++ {
				if d, ok := latest[m]; ok && d >= t*60 {
					all = append(all, m-t)
					break
				}
			}
		}
		slices.Sort(all)
		out[i] = &transit.Coming{Best: all[0], Median: all[len(all)/2], Worst: all[len(all)-1], Back: backs[i]}
	}
	return out
}

// compare sets the product's answers beside the oracle's; it returns how many homes
// can come.
func compare(t *testing.T, paths []string, on time.Time, homes, places []orb.Point, halves []transit.HalfDay, terms transit.Terms) (able int) {
	t.Helper()
	var feeds []transit.Feed
	for _, p := range paths {
		f, _, err := Read(p)
		if err != nil {
			t.Fatal(err)
		}
		feeds = append(feeds, f)
	}
	n, err := transit.NewNetwork(feeds, transit.UsualFoot)
	if err != nil {
		t.Fatal(err)
	}
	day := n.Day(geo.DateOf(on.Add(12 * time.Hour)))
	w := readWorld(t, paths, on)
	r := transit.NewReach(n)
	for _, place := range places {
		for _, half := range halves {
			r.Open(day, n.Walks(place), half, terms)
			for i, want := range w.coming(homes, place, half, terms) {
				got, ok := r.From(n.Walks(homes[i]), n.Foot.Seconds(homes[i], place))
				switch {
				case ok != (want != nil):
					t.Fatalf("%v to %v, open %v on %s: can come %v, the oracle says %v", homes[i], place, half, on.Format(time.DateOnly), ok, want)
				case ok && got != *want:
					t.Fatalf("%v to %v, open %v on %s: %+v, the oracle says %+v", homes[i], place, half, on.Format(time.DateOnly), got, *want)
				}
				if ok {
					able++
				}
			}
		}
	}
	return able
}
