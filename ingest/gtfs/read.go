package gtfs

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/paulmach/orb"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/geo/transit"
	"perimetre/ingest/bound"
)

// IsFeed reports whether a file is a zip that holds a timetable.
func IsFeed(path string) bool {
	a, close, err := open(path)
	if err != nil {
		return false
	}
	defer close()
	return a.isFeed()
}

func open(path string) (*archive, func() error, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fault.Wrap(fault.NotFound, err, "lecture de %s", path)
	}
	st, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, nil, fault.Wrap(fault.Internal, err, "lecture de %s", path)
	}
	z, err := bound.OpenZip(path, f, st.Size())
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return newArchive(path, z), f.Close, nil
}

// Read reads a feed. The warnings, in French, say what was done without.
func Read(path string) (transit.Feed, []string, error) {
	a, close, err := open(path)
	if err != nil {
		return transit.Feed{}, nil, err
	}
	defer close()
	return read(a, filepath.Base(path))
}

type reader struct {
	a        *archive
	feed     transit.Feed
	stops    map[string]int32
	services map[string]int32
	trips    map[string]int32 // to info
	info     []tripInfo
	calls    []call
	headways map[int32][]headway
	unrolled int // calls made of headways
	warnings []string
}

type tripInfo struct {
	id      string
	service int32
	from, n int // in calls
}

// call is a line of stop_times; the times that it lacks are -1.
type call struct {
	trip, sequence int32
	line           int32
	transit.Call
}

func read(a *archive, name string) (transit.Feed, []string, error) {
	r := &reader{a: a, feed: transit.Feed{Name: name}, stops: map[string]int32{}, services: map[string]int32{}, trips: map[string]int32{}, headways: map[int32][]headway{}}
	for _, f := range []string{"stops.txt", "trips.txt", "stop_times.txt"} {
		if !a.has(f) {
			return r.feed, nil, &fault.Error{Kind: fault.Input, File: a.name, Message: "horaires sans " + f, Expected: "une archive GTFS entière"}
		}
	}
	if !a.has("calendar.txt") && !a.has("calendar_dates.txt") {
		return r.feed, nil, &fault.Error{Kind: fault.Input, File: a.name, Message: "horaires sans calendrier", Expected: "calendar.txt ou calendar_dates.txt"}
	}
	for _, step := range []func() error{r.readAgencies, r.readStops, r.readServices, r.readTrips, r.readCalls, r.readHeadways, r.readTransfers, r.build, r.bounds} {
		if err := step(); err != nil {
			return r.feed, nil, err
		}
	}
	return r.feed, r.warnings, nil
}

func (r *reader) warn(format string, args ...any) {
	r.warnings = append(r.warnings, fmt.Sprintf(format, args...))
}

func (r *reader) readAgencies() error {
	err := r.a.each("agency.txt", []string{"agency_name", "agency_timezone"}, func(w row) error {
		zone := w.get("agency_timezone")
		switch {
		case r.feed.Zone == "":
			r.feed.Zone, r.feed.Publisher = zone, w.get("agency_name")
		case zone != r.feed.Zone:
			return w.wrong("agency_timezone", "le même fuseau pour toutes les lignes du fichier, "+r.feed.Zone)
		}
		return nil
	})
	if err == nil && r.feed.Zone == "" {
		r.feed.Zone = "Europe/Paris"
		r.warn("agency.txt absent ou sans fuseau : heure de Paris")
	}
	return err
}

// readStops reads stops; one without coordinates stands at its station.
func (r *reader) readStops() error {
	type pending struct {
		stop   int32
		parent string
		line   int
		file   string
	}
	var parents []pending
	err := r.a.each("stops.txt", []string{"stop_id"}, func(w row) error {
		id := w.get("stop_id")
		if id == "" {
			return w.wrong("stop_id", "un identifiant")
		}
		if _, twice := r.stops[id]; twice {
			return w.wrong("stop_id", "un identifiant donné une seule fois")
		}
		lon, lat := w.degrees("stop_lon", 180), w.degrees("stop_lat", 90)
		if lon == 0 && lat == 0 {
			lon, lat = math.NaN(), math.NaN()
		}
		r.stops[id] = int32(len(r.feed.Stops))
		parents = append(parents, pending{int32(len(r.feed.Stops)), w.get("parent_station"), w.line(), w.t.file})
		r.feed.Stops = append(r.feed.Stops, transit.Stop{ID: id, Name: w.get("stop_name"), At: orb.Point{lon, lat}, Station: -1})
		return nil
	})
	if err != nil {
		return err
	}
	for _, p := range parents {
		s := &r.feed.Stops[p.stop]
		if p.parent == "" {
			continue
		}
		k, ok := r.stops[p.parent]
		if !ok {
			return fault.At(p.file, p.line, "parent_station", "une station de stops.txt", "« "+p.parent+" »")
		}
		s.Station = k
		if at := r.feed.Stops[k].At; math.IsNaN(s.At[0] + s.At[1]) {
			s.At = at
		}
	}
	return nil
}

// degrees returns a coordinate, NaN for none.
func (r row) degrees(column string, most float64) float64 {
	v, err := strconv.ParseFloat(r.get(column), 64)
	if err != nil || !(math.Abs(v) <= most) {
		return math.NaN()
	}
	return v
}

func (r *reader) readTrips() error {
	return r.a.each("trips.txt", []string{"trip_id", "service_id"}, func(w row) error {
		id := w.get("trip_id")
		service, ok := r.services[w.get("service_id")]
		if !ok {
			return w.wrong("service_id", "un service de calendar.txt ou de calendar_dates.txt")
		}
		if _, twice := r.trips[id]; twice || id == "" {
			return w.wrong("trip_id", "un identifiant donné une seule fois")
		}
		r.trips[id] = int32(len(r.info))
		r.info = append(r.info, tripInfo{id: id, service: service})
		return nil
	})
}

func (r *reader) readCalls() error {
	var lastID string
	last := int32(-1)
	onDemand := map[int32]bool{}
	err := r.a.each("stop_times.txt", []string{"trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence"}, func(w row) error {
		if id := w.get("trip_id"); id != lastID || last < 0 {
			k, ok := r.trips[id]
			if !ok {
				return w.wrong("trip_id", "une course de trips.txt")
			}
			lastID, last = id, k
		}
		stop, ok := r.stops[w.get("stop_id")]
		if !ok {
			return w.wrong("stop_id", "un arrêt de stops.txt")
		}
		sequence, err := strconv.Atoi(w.get("stop_sequence"))
		if err != nil || sequence < 0 || sequence > math.MaxInt32 {
			return w.wrong("stop_sequence", "un rang")
		}
		c := call{trip: last, sequence: int32(sequence), line: int32(min(w.line(), math.MaxInt32)), Call: transit.Call{Stop: stop, Arrive: -1, Depart: -1}}
		for _, x := range []struct {
			column string
			to     *int32
		}{{"arrival_time", &c.Arrive}, {"departure_time", &c.Depart}} {
			if s := w.get(x.column); s != "" {
				if *x.to, ok = clock(s); !ok {
					return w.wrong(x.column, "une heure HH:MM:SS")
				}
			}
		}
		if c.Arrive < 0 {
			c.Arrive = c.Depart
		} else if c.Depart < 0 {
			c.Depart = c.Arrive
		}
		pickup, drop := w.get("pickup_type"), w.get("drop_off_type")
		c.NoBoard, c.NoAlight = pickup == "1", drop == "1"
		if pickup == "2" || pickup == "3" || drop == "2" || drop == "3" {
			onDemand[last] = true
		}
		r.calls = append(r.calls, c)
		return nil
	})
	if r.feed.OnDemand = len(onDemand); r.feed.OnDemand > 0 {
		r.warn("%d courses à réserver (transport à la demande), comptées comme les autres", r.feed.OnDemand)
	}
	return err
}

// readTransfers keeps what is said of a change between two stops, whatever the lines.
func (r *reader) readTransfers() error {
	return r.a.each("transfers.txt", []string{"from_stop_id", "to_stop_id"}, func(w row) error {
		kind := w.get("transfer_type")
		if kind != "2" && kind != "3" {
			return nil
		}
		for _, c := range []string{"from_route_id", "to_route_id", "from_trip_id", "to_trip_id"} {
			if w.get(c) != "" {
				return nil
			}
		}
		from, ok1 := r.stops[w.get("from_stop_id")]
		to, ok2 := r.stops[w.get("to_stop_id")]
		if !ok1 || !ok2 {
			return w.wrong("from_stop_id", "deux arrêts de stops.txt")
		}
		t := transit.Transfer{From: from, To: to, Seconds: -1}
		if kind == "2" {
			n, err := strconv.Atoi(w.get("min_transfer_time"))
			if err != nil || n < 0 || n > 86400 {
				return w.wrong("min_transfer_time", "une durée en secondes")
			}
			t.Seconds = int32(n)
		}
		r.feed.Transfers = append(r.feed.Transfers, t)
		return nil
	})
}

// bounds finds the first and the last day with a vehicle, and refuses a feed that has
// none.
func (r *reader) bounds() error {
	used := make([]bool, len(r.feed.Services))
	for _, t := range r.feed.Trips {
		used[t.Service] = true
	}
	first, last := -1, -1
	for s, service := range r.feed.Services {
		if !used[s] {
			continue
		}
		for day := range 64 * len(service) {
			if service.Runs(day) {
				if first < 0 || day < first {
					first = day
				}
				last = max(last, day)
			}
		}
	}
	if first < 0 {
		return &fault.Error{Kind: fault.Input, File: r.a.name, Message: "aucune course ne circule, quel que soit le jour"}
	}
	base := r.feed.First
	r.feed.Last = base.AddDays(last)
	if first > 0 {
		r.feed.First = base.AddDays(first)
		for s, old := range r.feed.Services {
			moved := make(transit.Service, len(old))
			for day := first; day <= last; day++ {
				if old.Runs(day) {
					moved.Set(day - first)
				}
			}
			r.feed.Services[s] = moved
		}
	}
	return nil
}

// OutOfDate returns the fault of a feed whose timetables stop before a day; nil for another.
func OutOfDate(f *transit.Feed, path string, on geo.Date) error {
	if !f.Last.Before(on) {
		return nil
	}
	return &fault.Error{Kind: fault.Input, File: path, Message: "horaires périmés",
		Expected: "des horaires du " + french.Date(on) + " ou d’après (--on dit un autre jour)", Seen: "du " + french.Date(f.First) + " au " + french.Date(f.Last)}
}
