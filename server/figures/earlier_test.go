package figures

import (
	"testing"

	"perimetre/quota"
)

// Figures are compared with the period before, and with the same months of the year
// before, which have the same number of days or one more.
func TestPeriodsComparedWith(t *testing.T) {
	for _, c := range []struct {
		period string
		since  Since
		want   string
	}{
		{"2024-T3", SincePeriod, "2024-T2"}, {"2024-T1", SincePeriod, "2023-T4"}, {"2024-T3", SinceYear, "2023-T3"}, {"2024", SincePeriod, "2023"}, {"2024", SinceYear, ""},
		{"2024-T1..2024-T3", SincePeriod, ""}, {"2024-T1..2024-T3", SinceYear, "2023-T1..2023-T3"}, {"2023..2024", SinceYear, ""},
	} {
		p, err := quota.ParsePeriod(c.period)
		if err != nil {
			t.Fatal(err)
		}
		before, ok := c.since.of(p)
		if before.ID != c.want || ok != (c.want != "") {
			t.Errorf("%s of %s: %q, %v; want %q", c.since, c.period, before.ID, ok, c.want)
		}
		if d := p.Days() - before.Days(); ok && c.since == SinceYear && (d < -1 || d > 1) {
			t.Errorf("%s has %d days, %s %d", c.period, p.Days(), before.ID, before.Days())
		}
	}
}
