package quota

import (
	"math/big"

	"perimetre/geo"
)

// Horizon is what remains to do by a day, at the present rhythm of entries.
type Horizon struct {
	To       geo.Date `json:"to"`
	DaysLeft int      `json:"days_left"`
	// Expected is the number of entries still to come at the rhythm so far.
	Expected int `json:"expected"`
	// Needed is how many of them must be residents, from the lower bound.
	Needed int `json:"needed"`
	// Reachable tells whether Needed is within Expected.
	Reachable bool `json:"reachable"`
}

// Pace projects a unit to the end of the period and of the year; a nil horizon
// is past, or cannot be told.
type Pace struct{ Period, Year *Horizon }

// project prolongs an assessment of the days from..asOf to a later day; nil when that
// day has come, without a target that new entries share or without anybody.
func project(a Assessment, from, asOf, to geo.Date) *Horizon {
	if a.Required == nil || a.Marginal.IsZero() || asOf.Before(from) || !asOf.Before(to) {
		return nil
	}
	elapsed, left := daysBetween(from, asOf)+1, daysBetween(asOf, to)
	h := &Horizon{To: to, DaysLeft: left, Expected: (a.N()*left + elapsed/2) / elapsed}
	need := new(big.Rat).Mul(a.Marginal.rat(), big.NewRat(int64(h.Expected), 1))
	need.Add(need, a.Required)
	h.Needed = max(0, ceil(need)-a.In)
	h.Reachable = h.Needed <= h.Expected
	return h
}

// setPace fills the pace of every unit and total. The year is projected from its
// own figures to date, never from those of a quarter.
func (r *Result) setPace() {
	asOf := r.AsOf
	if asOf.After(r.Period.To) {
		asOf = r.Period.To
	}
	newYear := day(int(r.Period.To.Year), 1, 1)
	set := func(u *Unit) {
		p := Pace{Period: project(u.Assessment, r.Period.From, asOf, r.Period.To)}
		toDate := u.YearToDate
		if toDate == nil && r.Period.From == newYear {
			toDate = &u.Assessment
		}
		if toDate != nil && r.AsOf.Year == r.Period.To.Year {
			p.Year = project(*toDate, newYear, asOf, day(int(r.Period.To.Year), 12, 31))
		}
		if p != (Pace{}) {
			u.Pace = &p
		}
	}
	for _, units := range [][]Unit{r.Units, r.Departements, r.Regions} {
		for i := range units {
			set(&units[i])
		}
	}
	set(&r.Total)
}
