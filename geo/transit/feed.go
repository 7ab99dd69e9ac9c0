package transit

import (
	"cmp"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// Stop is where a vehicle stops.
type Stop struct {
	ID, Name string
	At       orb.Point // WGS84 degrees
	Station  int32     // the number, in its feed, of the station that holds it; -1 without one
}

// Call is a vehicle at a stop.
type Call struct {
	Stop           int32 // in Feed.Stops
	Arrive, Depart int32 // seconds from noon minus twelve hours of the day of service; past 86,400 after midnight
	NoBoard        bool
	NoAlight       bool
}

// Trip is one run of a vehicle on each day of a service: Calls[From:From+N] of its feed.
type Trip struct {
	Service int32
	From, N int32
}

// Transfer is what a network says of a change between two stops, which may be one.
type Transfer struct {
	From, To int32
	Seconds  int32 // at least; -1: no change is possible
}

// Service is the days on which trips run: bit d of the words for the feed's first day
// plus d.
type Service []uint64

// Set adds a day, counted from the feed's first; Unset takes it away.
func (s Service) Set(day int) { s[day/64] |= 1 << (day % 64) }

// Unset takes a day away.
func (s Service) Unset(day int) { s[day/64] &^= 1 << (day % 64) }

// Runs reports whether a day, counted from the feed's first, is in the service.
func (s Service) Runs(day int) bool {
	return day >= 0 && day/64 < len(s) && s[day/64]&(1<<(day%64)) != 0
}

// Feed is the timetable that one file publishes.
type Feed struct {
	Name        string // of the file
	Publisher   string
	Zone        string // IANA time zone of its times
	First, Last geo.Date
	Stops       []Stop
	Services    []Service
	Trips       []Trip
	Calls       []Call
	Transfers   []Transfer
	OnDemand    int // trips that must be booked at some stop
}

// Covers reports whether a date lies between the first and the last day on which the
// feed has a vehicle.
func (f *Feed) Covers(on geo.Date) bool { return !on.Before(f.First) && !on.After(f.Last) }

// day counts a date from the feed's first day.
func (f *Feed) day(on geo.Date) int {
	return int(on.Time().Sub(f.First.Time()) / (24 * time.Hour))
}

// TripsOn counts the trips that start on a date.
func (f *Feed) TripsOn(on geo.Date) (n int) {
	day := f.day(on)
	for _, t := range f.Trips {
		if f.Services[t.Service].Runs(day) {
			n++
		}
	}
	return n
}

// Network is some feeds together, and the ways on foot between their stops.
type Network struct {
	Feeds []Feed
	Foot  Foot

	stops []Stop   // of all the feeds
	first []int32  // feed -> the number of its first stop
	late  [][]bool // feed, service -> some of its trips run past midnight
	near  *nearby
	foot  ways
}

// NewNetwork joins feeds whose clocks agree; their stops are linked by walks.
func NewNetwork(feeds []Feed, foot Foot) (*Network, error) {
	n := &Network{Feeds: feeds, Foot: foot}
	zone, named := "", ""
	for i := range feeds {
		f := &feeds[i]
		if zone == "" {
			zone, named = f.Zone, f.Name
		} else if !sameClock(zone, f.Zone, f.First) {
			return nil, fault.New(fault.Input, "les horaires de %s et de %s ne sont pas à la même heure (%s, %s)", named, f.Name, zone, f.Zone)
		}
		first := int32(len(n.stops))
		n.first = append(n.first, first)
		late := make([]bool, len(f.Services))
		for _, t := range f.Trips {
			if f.Calls[t.From+t.N-1].Arrive >= daySeconds {
				late[t.Service] = true
			}
		}
		n.late = append(n.late, late)
		for _, s := range f.Stops {
			if s.Station >= 0 {
				s.Station += first
			}
			n.stops = append(n.stops, s)
		}
	}
	n.near = newNearby(n.stops)
	n.foot = n.walks()
	return n, nil
}

// sameClock reports whether two time zones tell one hour on a day, at noon.
func sameClock(a, b string, on geo.Date) bool {
	if a == b {
		return true
	}
	at := on.Time().Add(12 * time.Hour)
	offset := func(zone string) int {
		l, err := time.LoadLocation(zone)
		if err != nil {
			return -1 << 20
		}
		_, o := at.In(l).Zone()
		return o
	}
	return offset(a) == offset(b)
}

// Stops returns the number of stops.
func (n *Network) Stops() int { return len(n.stops) }

// Stop returns a stop by its number.
func (n *Network) Stop(i int32) Stop { return n.stops[i] }

// transfers returns the transfers of the feeds by numbers of the network, sorted.
func (n *Network) transfers() (list []Transfer) {
	for i := range n.Feeds {
		for _, t := range n.Feeds[i].Transfers {
			list = append(list, Transfer{t.From + n.first[i], t.To + n.first[i], t.Seconds})
		}
	}
	slices.SortFunc(list, func(a, b Transfer) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return list
}
