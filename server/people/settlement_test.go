package people

import (
	"testing"
	"time"

	"perimetre/geo"
	"perimetre/quota"
	"perimetre/server/store"
)

// A quarter is settled when its figures are frozen, some months after its end at the
// latest; what follows counts from there.
func TestSettlement(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, geo.Paris)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	span := func(period, when string) frozenSpan {
		p, err := quota.ParsePeriod(period)
		if err != nil {
			t.Fatal(err)
		}
		return frozenSpan{p, at(when)}
	}
	x := &Settlement{DefaultSettings, map[string][]frozenSpan{
		"a": {span("2026-T1", "2026-04-20 10:00"), span("2026-T1", "2026-05-20 10:00")},
		"b": {span("2026", "2026-05-01 10:00")},             // its first quarter is over, the second runs
		"c": {span("2026-T1", "2026-03-01 10:00")},          // frozen while it ran
		"d": {span("2026-T2..2026-T3", "2026-10-02 10:00")}, // of other quarters
		"e": {span("2025-T4..2026-T1", "2026-04-02 10:00")},
		"f": {span("2026-T1", "2026-12-01 10:00")}, // long after
	}}
	for _, c := range []struct{ unit, month, settled, reduced, removed string }{
		{"a", "2026-02", "2026-04-20 10:00", "2026-07-20 10:00", "2028-04-20 10:00"},
		{"b", "2026-03", "2026-05-01 10:00", "2026-08-01 10:00", "2028-05-01 10:00"},
		{"b", "2026-04", "2026-07-01 00:00", "2026-10-01 00:00", "2028-07-01 00:00"},
		{"c", "2026-01", "2026-04-01 00:00", "2026-07-01 00:00", "2028-04-01 00:00"},
		{"d", "2026-01", "2026-07-01 00:00", "2026-10-01 00:00", "2028-07-01 00:00"},
		{"e", "2026-01", "2026-04-02 10:00", "2026-07-02 10:00", "2028-04-02 10:00"},
		{"f", "2026-01", "2026-07-01 00:00", "2026-10-01 00:00", "2028-07-01 00:00"},
		{"never", "2026-12", "2027-04-01 00:00", "2027-07-01 00:00", "2029-04-01 00:00"},
	} {
		a := store.AgedRows{Unit: c.unit, Month: c.month, Imported: at("2026-01-15 00:00")}
		for _, step := range []struct {
			when           time.Time
			reduce, remove bool
		}{{at(c.settled), false, false}, {at(c.reduced).Add(-time.Minute), false, false}, {at(c.reduced), true, false}, {at(c.removed).Add(-time.Minute), true, false}, {at(c.removed), false, true}} {
			if reduce, remove := x.due(&a, step.when); reduce != step.reduce || remove != step.remove {
				t.Errorf("%s of %s at %s: reduced %v, removed %v", c.unit, c.month, step.when, reduce, remove)
			}
		}
		// A late import has its days of grace; a reduced row is not reduced again.
		a.Imported = at(c.reduced)
		if reduce, remove := x.due(&a, at(c.reduced).AddDate(0, 0, 29)); reduce || remove {
			t.Errorf("%s: no grace", c.unit)
		}
		if reduce, _ := x.due(&a, at(c.reduced).AddDate(0, 0, 30)); !reduce {
			t.Errorf("%s: grace without an end", c.unit)
		}
		a.Reduced = true
		if reduce, _ := x.due(&a, at(c.reduced).AddDate(0, 0, 30)); reduce {
			t.Errorf("%s: reduced twice", c.unit)
		}
	}
}
