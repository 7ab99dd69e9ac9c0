package gtfs

import (
	"cmp"
	"slices"
	"time"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/geo/transit"
)

var weekdays = [7]string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

// mostDays bounds a calendar: some publishers write the year 2099.
const mostDays = 366 * 6

// readServices gathers the days of each service: weeks of calendar.txt, then days
// added and taken away by calendar_dates.txt.
func (r *reader) readServices() error {
	type week struct {
		service  int32
		days     [7]bool
		from, to geo.Date
	}
	type exception struct {
		service int32
		on      geo.Date
		added   bool
	}
	var weeks []week
	var exceptions []exception
	service := func(id string) int32 {
		k, ok := r.services[id]
		if !ok {
			k = int32(len(r.services))
			r.services[id] = k
		}
		return k
	}
	err := r.a.each("calendar.txt", append([]string{"service_id", "start_date", "end_date"}, weekdays[:]...), func(w row) error {
		x := week{service: service(w.get("service_id"))}
		for d, name := range weekdays {
			switch w.get(name) {
			case "1":
				x.days[d] = true
			case "0", "":
			default:
				return w.wrong(name, "0 ou 1")
			}
		}
		var ok1, ok2 bool
		if x.from, ok1 = date(w.get("start_date")); !ok1 {
			return w.wrong("start_date", "une date AAAAMMJJ")
		}
		if x.to, ok2 = date(w.get("end_date")); !ok2 {
			return w.wrong("end_date", "une date AAAAMMJJ")
		}
		weeks = append(weeks, x)
		return nil
	})
	if err != nil {
		return err
	}
	err = r.a.each("calendar_dates.txt", []string{"service_id", "date", "exception_type"}, func(w row) error {
		x := exception{service: service(w.get("service_id"))}
		var ok bool
		if x.on, ok = date(w.get("date")); !ok {
			return w.wrong("date", "une date AAAAMMJJ")
		}
		switch w.get("exception_type") {
		case "1":
			x.added = true
		case "2":
		default:
			return w.wrong("exception_type", "1 ou 2")
		}
		exceptions = append(exceptions, x)
		return nil
	})
	if err != nil {
		return err
	}
	var days []geo.Date
	for _, w := range weeks {
		if !w.to.Before(w.from) {
			days = append(days, w.from, w.to)
		}
	}
	for _, e := range exceptions {
		days = append(days, e.on)
	}
	if len(days) == 0 {
		return &fault.Error{Kind: fault.Input, File: r.a.name, Message: "calendrier vide", Expected: "des lignes dans calendar.txt ou calendar_dates.txt"}
	}
	first, last := slices.MinFunc(days, geo.Date.Compare), slices.MaxFunc(days, geo.Date.Compare)
	at := func(d geo.Date) int { return int(d.Time().Sub(first.Time()) / (24 * time.Hour)) }
	n := min(at(last)+1, mostDays)
	if at(last) >= mostDays {
		r.warn("calendrier du %s au %s : arrêté au %s", french.Date(first), french.Date(last), french.Date(first.AddDays(mostDays-1)))
	}
	r.feed.First = first
	r.feed.Services = make([]transit.Service, len(r.services))
	for s := range r.feed.Services {
		r.feed.Services[s] = make(transit.Service, (n+63)/64)
	}
	monday := (int(first.Time().Weekday()) + 6) % 7
	for _, w := range weeks {
		for d := at(w.from); d <= min(at(w.to), n-1); d++ {
			if w.days[(monday+d)%7] {
				r.feed.Services[w.service].Set(d)
			}
		}
	}
	slices.SortStableFunc(exceptions, func(a, b exception) int { return cmp.Compare(a.service, b.service) })
	for _, e := range exceptions {
		d := at(e.on)
		switch {
		case d >= n:
		case e.added:
			r.feed.Services[e.service].Set(d)
		default:
			r.feed.Services[e.service].Unset(d)
		}
	}
	return nil
}
