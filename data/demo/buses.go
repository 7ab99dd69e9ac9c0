package demo

import (
	"archive/zip"
	"cmp"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// The fictional network, one file of timetables: buses in the towns that are large
// enough, coaches from the communes to the town of their Mission Locale, and a train
// between these towns. Some coaches run on market days alone, and some communes see none,
// so that the demo has people who cannot come.

// The days on which vehicles run.
const (
	runsWeek   = "semaine"
	runsSat    = "samedi"
	runsMarket = "marche" // Wednesday and Saturday
	runsSunday = "dimanche"
)

// The timetables hold for six years, the most that the reader keeps.
const busesFrom, busesTo = "20250101", "20301230"

// Speeds in metres a second, stops included, along ways some third longer than the straight line.
const (
	busSpeed, coachSpeed, trainSpeed = 4.5, 11.0, 20.0
	wayDetour                        = 1.3
)

// townWithBus is the least number of addresses of a town that has its own buses.
const townWithBus = 900

// busStop is a line of stops.txt.
type busStop struct {
	id, name string
	at       orb.Point
}

// busLine is stops that vehicles call at both ways, and when.
type busLine struct {
	name  string
	kind  int // route_type of GTFS: 2 train, 3 bus
	stops []busStop
	speed float64
	runs  []busRuns
}

// busRuns are departures from both ends on some days: from a time to another at an
// interval, or, when every is 0, one at from; seconds of the day.
type busRuns struct {
	days            string
	from, to, every int
}

// busLines makes the lines of a Mission Locale: its town's, then its coaches.
func (t *territory) busLines(m *mission) (lines []busLine) {
	rng := t.random("bus " + m.code)
	if m.head.want >= townWithBus {
		for k, way := range [][2]float64{{1, .15}, {-.2, 1}} {
			l := busLine{name: fmt.Sprintf("%s %d", m.head.name, k+1), kind: 3, speed: busSpeed,
				runs: []busRuns{{runsWeek, 6 * 3600, 20 * 3600, 900}, {runsSat, 7 * 3600, 19 * 3600, 1800}, {runsSunday, 9 * 3600, 18 * 3600, 5400}}}
			step := urbanSpread(m.head) / 1.6
			for s := -4; s <= 4; s++ {
				l.stops = append(l.stops, busStop{fmt.Sprintf("%s-%d-%d", m.head.code, k+1, s+5), fmt.Sprintf("%s, arrêt %d", m.head.name, s+5),
					moved(m.head.centre, float64(s)*step*way[0], float64(s)*step*way[1])})
			}
			lines = append(lines, l)
		}
	}
	for k, spoke := range spokes(rng, m) {
		l := busLine{name: fmt.Sprintf("Car %s %c", m.head.name, 'A'+rune(k)), kind: 3, speed: coachSpeed, stops: []busStop{square(m.head)}}
		people := 0
		for _, c := range spoke {
			l.stops = append(l.stops, square(c))
			people += c.population
		}
		switch {
		case people > 6000:
			l.runs = []busRuns{{runsWeek, 6*3600 + 1800, 19*3600 + 1800, 3600}, {runsSat, 8 * 3600, 18 * 3600, 7200}}
		case rng.IntN(3) > 0:
			for _, at := range []int{7 * 3600, 8*3600 + 900, 12*3600 + 1200, 13 * 3600, 16*3600 + 2400, 17*3600 + 2700} {
				l.runs = append(l.runs, busRuns{runsWeek, at, 0, 0})
			}
		default:
			l.runs = []busRuns{{runsMarket, 8 * 3600, 0, 0}, {runsMarket, 12*3600 + 900, 0, 0}}
		}
		lines = append(lines, l)
	}
	return lines
}

// square returns the stop in the middle of a commune.
func square(c *commune) busStop { return busStop{c.code + "-place", c.name + ", place", c.centre} }

// spokes gathers the communes of a Mission Locale that see a coach by the side on which
// they lie of its town, each side from the nearest to the farthest.
func spokes(rng *rand.Rand, m *mission) [][]*commune {
	var sides [5][]*commune
	far := map[*commune]float64{}
	for _, c := range m.communes {
		if c == m.head || c.want < 40 || rng.IntN(6) == 0 {
			continue
		}
		east, north := between(m.head.centre, c.centre)
		far[c] = math.Hypot(east, north)
		k := int((math.Atan2(north, east) + math.Pi) / (2 * math.Pi) * float64(len(sides)))
		sides[min(k, len(sides)-1)] = append(sides[min(k, len(sides)-1)], c)
	}
	var out [][]*commune
	for _, side := range sides {
		slices.SortStableFunc(side, func(a, b *commune) int { return cmp.Compare(far[a], far[b]) })
		for len(side) > 0 { // no coach goes round a whole county
			n := min(len(side), 9)
			out, side = append(out, side[:n]), side[n:]
		}
	}
	return out
}

// train joins the towns of the Missions Locales of a département, from west to east.
func train(d *departement) busLine {
	l := busLine{name: "Train " + d.name, kind: 2, speed: trainSpeed, runs: []busRuns{{runsWeek, 6 * 3600, 20 * 3600, 5400}, {runsSat, 8 * 3600, 20 * 3600, 7200}, {runsSunday, 9 * 3600, 20 * 3600, 10800}}}
	heads := slices.Clone(d.missions)
	slices.SortStableFunc(heads, func(a, b *mission) int { return cmp.Compare(a.head.centre[0], b.head.centre[0]) })
	for _, m := range heads {
		l.stops = append(l.stops, busStop{m.head.code + "-gare", "Gare " + toward(m.head.name), moved(m.head.centre, 180, -120)})
	}
	return l
}

// writeBuses writes the timetables as a GTFS archive, the same bytes for the same seed.
func (t *territory) writeBuses(dir string) (*output, error) {
	var lines []busLine
	for _, m := range t.missions {
		lines = append(lines, t.busLines(m)...)
	}
	for _, d := range t.deps {
		lines = append(lines, train(d))
	}
	o, err := create(dir, "horaires/horaires-fictif.zip")
	if err != nil {
		return nil, err
	}
	z := zip.NewWriter(o)
	for _, f := range busTables(lines) {
		w, e := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate})
		if e == nil {
			e = csv.NewWriter(w).WriteAll(f.rows)
		}
		err = cmp.Or(err, e)
	}
	return o, o.done(cmp.Or(err, z.Close()))
}

type busTable struct {
	name string
	rows [][]string
}

func busTables(lines []busLine) []busTable {
	stops, routes := [][]string{{"stop_id", "stop_name", "stop_lat", "stop_lon"}}, [][]string{{"route_id", "route_short_name", "route_type"}}
	trips, calls := [][]string{{"route_id", "service_id", "trip_id"}}, [][]string{{"trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence"}}
	often := [][]string{{"trip_id", "start_time", "end_time", "headway_secs"}}
	seen := map[string]bool{}
	for i, l := range lines {
		route := strconv.Itoa(i + 1)
		routes = append(routes, []string{route, l.name, strconv.Itoa(l.kind)})
		for _, s := range l.stops {
			if !seen[s.id] {
				seen[s.id] = true
				lon, lat := degrees(s.at)
				stops = append(stops, []string{s.id, s.name, lat, lon})
			}
		}
		for k, r := range l.runs {
			for way, there := range [][]busStop{l.stops, backwards(l.stops)} {
				trip := fmt.Sprintf("%s-%d-%d", route, k+1, way+1)
				trips = append(trips, []string{route, r.days, trip})
				for n, at := range l.times(there, r.from) {
					calls = append(calls, []string{trip, at, at, there[n].id, strconv.Itoa(n + 1)})
				}
				if r.every > 0 {
					often = append(often, []string{trip, clock(r.from), clock(r.to), strconv.Itoa(r.every)})
				}
			}
		}
	}
	return []busTable{
		{"agency.txt", [][]string{{"agency_id", "agency_name", "agency_url", "agency_timezone"}, {"1", "Bus, cars et train (fictifs)", "https://exemple.invalid", "Europe/Paris"}}},
		{"stops.txt", stops}, {"routes.txt", routes}, {"trips.txt", trips}, {"stop_times.txt", calls}, {"frequencies.txt", often},
		{"calendar.txt", busWeeks()}, {"calendar_dates.txt", busHolidays()},
	}
}

// times returns when a vehicle that starts at a time calls at each stop.
func (l *busLine) times(stops []busStop, from int) (out []string) {
	at := float64(from)
	for i, s := range stops {
		if i > 0 {
			east, north := between(stops[i-1].at, s.at)
			at += math.Hypot(east, north) * wayDetour / l.speed
		}
		out = append(out, clock(int(at)/60*60))
	}
	return out
}

func backwards(stops []busStop) []busStop {
	out := slices.Clone(stops)
	slices.Reverse(out)
	return out
}

func clock(seconds int) string {
	return fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

// busWeeks returns calendar.txt, Monday first.
func busWeeks() [][]string {
	out := [][]string{strings.Split("service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date", ",")}
	for _, s := range [][2]string{{runsWeek, "1111100"}, {runsSat, "0000010"}, {runsMarket, "0010010"}, {runsSunday, "0000001"}} {
		out = append(out, append(append([]string{s[0]}, strings.Split(s[1], "")...), busesFrom, busesTo))
	}
	return out
}

// busHolidays returns calendar_dates.txt: on some days nothing runs.
func busHolidays() [][]string {
	out := [][]string{{"service_id", "date", "exception_type"}}
	for year := 2025; year <= 2030; year++ {
		for _, day := range []string{"0101", "0501", "0714", "1225"} {
			for _, s := range []string{runsWeek, runsSat, runsMarket, runsSunday} {
				out = append(out, []string{s, strconv.Itoa(year) + day, "2"})
			}
		}
	}
	return out
}
