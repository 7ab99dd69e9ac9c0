package quota

import (
	"math/big"
	"slices"

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
	// Reachable reports whether Needed is within Expected.
	Reachable bool `json:"reachable"`
}

// Pace projects a unit to the end of the period and of the year; a horizon is nil when it is
// past or cannot be projected.
type Pace struct{ Period, Year *Horizon }

// project prolongs an assessment of the days from..asOf to a later day; nil when that
// day has come, without a target that new entries share or without anybody.
func project(a Assessment, from, asOf, to geo.Date) *Horizon {
	if asOf.Before(from) || !asOf.Before(to) {
		return nil
	}
	elapsed, left := daysBetween(from, asOf)+1, daysBetween(asOf, to)
	return a.reach(to, left, (a.N()*left+elapsed/2)/elapsed)
}

// reach tells what new entries must be for the target to be reached by a day.
func (a Assessment) reach(to geo.Date, left, expected int) *Horizon {
	if a.Required == nil || a.Marginal.IsZero() {
		return nil
	}
	h := &Horizon{To: to, DaysLeft: left, Expected: expected}
	need := new(big.Rat).Mul(a.Marginal.rat(), big.NewRat(int64(h.Expected), 1))
	need.Add(need, a.Required)
	h.Needed = max(0, ceil(need)-a.In)
	h.Reachable = h.Needed <= h.Expected
	return h
}

// setPace fills the pace of every unit and total. The year is projected from its
// own figures to date, never from those of a quarter. drawn gives, by unit, the day on
// which it counted, where that is not the result's: a total then adds the units' entries
// to come.
func (r *Result) setPace(drawn map[string]geo.Date) {
	newYear := day(int(r.Period.To.Year), 1, 1)
	set := func(u *Unit) {
		asOf, told := drawn[u.Code]
		if !told {
			asOf = r.AsOf
		}
		if asOf.After(r.Period.To) {
			asOf = r.Period.To
		}
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
	for i := range r.Departements {
		r.poolPace(&r.Departements[i], drawn)
	}
	for i := range r.Regions {
		r.poolPace(&r.Regions[i], drawn)
	}
	r.poolPace(&r.Total, drawn)
}

// poolPace gives a group of units that counted on days of their own the sum of what each
// has to come.
func (r *Result) poolPace(group *Unit, drawn map[string]geo.Date) {
	if drawn == nil {
		return
	}
	left, expected := 0, 0
	for i := range r.Units {
		u := &r.Units[i]
		dep := departement(u.Code)
		if slices.Contains([]string{r.Total.Code, dep, regionOf(dep)}, group.Code) && u.Pace != nil && u.Pace.Period != nil {
			left, expected = max(left, u.Pace.Period.DaysLeft), expected+u.Pace.Period.Expected
		}
	}
	group.Pace = nil
	if h := group.reach(r.Period.To, left, expected); h != nil && left > 0 {
		group.Pace = &Pace{Period: h}
	}
}
