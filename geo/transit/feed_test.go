package transit

import (
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

// The days of a service are counted from the feed's first, across the words that hold them.
func TestServiceDays(t *testing.T) {
	s := make(Service, 2)
	for _, day := range []int{0, 63, 64, 100} {
		s.Set(day)
	}
	s.Unset(63)
	for day, want := range map[int]bool{-1: false, 0: true, 1: false, 63: false, 64: true, 100: true, 128: false} {
		if s.Runs(day) != want {
			t.Errorf("day %d: %v", day, !want)
		}
	}
	first := geo.Date{Year: 2026, Month: 1, Day: 1}
	f := Feed{First: first, Last: geo.Date{Year: 2026, Month: 4, Day: 30}, Services: []Service{s}, Trips: []Trip{{Service: 0}, {Service: 0}}}
	on := geo.Date{Year: 2026, Month: 3, Day: 6} // the day 64
	if f.TripsOn(on) != 2 || f.TripsOn(first) != 2 || f.TripsOn(geo.Date{Year: 2026, Month: 1, Day: 2}) != 0 {
		t.Errorf("trips: %d, %d", f.TripsOn(on), f.TripsOn(first))
	}
	if !f.Covers(on) || f.Covers(geo.Date{Year: 2025, Month: 12, Day: 31}) || f.Covers(geo.Date{Year: 2026, Month: 5, Day: 1}) {
		t.Error("the dates that the feed covers")
	}
}

// A kilometre of straight line is 1,300 m on foot, 1,040 s at 4.5 km/h; reach is its inverse.
func TestUsualFoot(t *testing.T) {
	if s := UsualFoot.seconds(1000); s != 1040 {
		t.Errorf("a kilometre takes %d s", s)
	}
	if m := UsualFoot.reach(1040); m < 999.999 || m > 1000.001 {
		t.Errorf("1,040 s go %g m", m)
	}
	if a := (orb.Point{3.06, 50.63}); UsualFoot.Seconds(a, a) != 0 {
		t.Error("a walk to where one stands takes time")
	}
}
