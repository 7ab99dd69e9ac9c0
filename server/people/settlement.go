package people

import (
	"context"
	"encoding/json"
	"time"

	"perimetre/geo"
	"perimetre/quota"
	"perimetre/server/store"
)

// Settlement says since when the quarters of Missions Locales are settled.
type Settlement struct {
	Settings
	frozen map[string][]frozenSpan // by unit
}

type frozenSpan struct {
	period quota.Period
	at     time.Time
}

// ReadSettlement reads the frozen states: one of a Mission Locale settles its own
// quarters, one of the services de l'État the quarters of every unit that it counts.
func ReadSettlement(ctx context.Context, st *store.Store) (*Settlement, error) {
	v, err := ReadSettings(ctx, st)
	if err != nil {
		return nil, err
	}
	out := &Settlement{v, map[string][]frozenSpan{}}
	states, err := st.AllFrozen(ctx)
	for i := range states {
		f := &states[i]
		period, err := quota.ParsePeriod(f.Period)
		if err != nil {
			continue // of a period that is named otherwise
		}
		span := frozenSpan{period, f.FrozenAt}
		if f.Owner != "" {
			out.frozen[f.Owner] = append(out.frozen[f.Owner], span)
			continue
		}
		for _, unit := range unitsOf(f) {
			out.frozen[unit] = append(out.frozen[unit], span)
		}
	}
	return out, err
}

// unitsOf returns the codes of the units that a frozen state counts.
func unitsOf(f *store.Frozen) (codes []string) {
	var body struct {
		Figures struct{ Units []struct{ Code string } }
	}
	if json.Unmarshal(f.Body, &body) != nil {
		return nil
	}
	for _, u := range body.Figures.Units {
		codes = append(codes, u.Code)
	}
	return codes
}

// since returns when a quarter of a Mission Locale was, or will be, settled.
func (x *Settlement) since(unit string, q quota.Period) time.Time {
	last := q.To
	end := time.Date(int(last.Year), time.Month(last.Month), int(last.Day)+1, 0, 0, 0, 0, geo.Paris)
	at := end.AddDate(0, x.SettleMonths, 0)
	for _, f := range x.frozen[unit] {
		if !f.period.Contains(q.From) || !f.period.Contains(q.To) {
			continue
		}
		froze := f.at
		if froze.Before(end) { // frozen while it ran: only its end settles it
			froze = end
		}
		if froze.Before(at) {
			at = froze
		}
	}
	return at
}

// due reports what is to be done of rows at an instant: take their addresses out, or
// remove them.
func (x *Settlement) due(a *store.AgedRows, now time.Time) (reduce, remove bool) {
	month, err := time.Parse("2006-01", a.Month)
	if err != nil || now.Before(a.Imported.AddDate(0, 0, x.GraceDays)) {
		return false, false
	}
	settled := x.since(a.Unit, quota.Quarter(month.Year(), (int(month.Month())+2)/3))
	remove = !now.Before(settled.AddDate(0, x.RemoveMonths, 0))
	return !remove && !a.Reduced && !now.Before(settled.AddDate(0, x.ReduceMonths, 0)), remove
}

// Removed reports whether rows of some quarter of a period may have gone by their age.
func (x *Settlement) Removed(unit string, p quota.Period, now time.Time) bool {
	for y := int(p.From.Year); y <= int(p.To.Year); y++ {
		for n := 1; n <= 4; n++ {
			q := quota.Quarter(y, n)
			if p.Contains(q.From) && p.Contains(q.To) && !now.Before(x.since(unit, q).AddDate(0, x.RemoveMonths, 0)) {
				return true
			}
		}
	}
	return false
}
