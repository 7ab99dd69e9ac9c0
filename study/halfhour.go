package study

import (
	"perimetre/geo/coverage"
	"perimetre/geo/transit"
)

// halfHour returns what EquityMinutes come to in the unit of a study's reach: minutes of
// its travel times, or the metres that one walks in that time along its straight lines.
func (o *Options) halfHour() float64 {
	if o.Reach.Unit == coverage.Minutes {
		return EquityMinutes
	}
	foot := transit.UsualFoot
	walked := EquityMinutes * 60 * foot.Speed
	if o.Detour > 1 { // the lines are as long as streets already
		return walked
	}
	return walked / foot.Detour
}

// BeyondOf returns the people of a count within half an hour who have no site in it: at
// least, those surely out; at most, those whose place is not known too.
func BeyondOf(c coverage.Count) (least, most float64) {
	return c.Total - c.Covered - c.Maybe, c.Total - c.Covered
}
