package quota

import (
	"testing"

	"perimetre/geo"
)

func TestParsePeriod(t *testing.T) {
	for _, c := range []struct{ in, id, from, to string }{
		{"2024-T3", "2024-T3", "2024-07-01", "2024-09-30"},
		{"2024-t1", "2024-T1", "2024-01-01", "2024-03-31"},
		{"2023-T4", "2023-T4", "2023-10-01", "2023-12-31"},
		{"2024", "2024", "2024-01-01", "2024-12-31"},
		{"2024-T1..2024-T3", "2024-T1..2024-T3", "2024-01-01", "2024-09-30"},
		{"2023-T4..2024-T1", "2023-T4..2024-T1", "2023-10-01", "2024-03-31"},
		{"2024-T1..2024-T1", "2024-T1", "2024-01-01", "2024-03-31"},
	} {
		p, err := ParsePeriod(c.in)
		if err != nil || p.ID != c.id || p.From.String() != c.from || p.To.String() != c.to {
			t.Errorf("%s : %s du %s au %s, %v", c.in, p.ID, p.From, p.To, err)
		}
	}
	for _, s := range []string{"", "2024-T5", "2024-T", "24", "2024-T3..2024-T1", "2024-T0", "2024-13", "T3-2024", "2024..", "20x4"} {
		if p, err := ParsePeriod(s); err == nil {
			t.Errorf("%q is accepted: %v", s, p)
		}
	}
}

func TestQuartersTileTheYear(t *testing.T) {
	d := geo.MustDate("2024-01-01")
	for range 366 {
		q := QuarterOf(d)
		if !q.Contains(d) || q.Contains(q.From.AddDays(-1)) || q.Contains(q.To.AddDays(1)) {
			t.Fatalf("%s : %v", d, q)
		}
		d = d.AddDays(1)
	}
}

func TestAgeOn(t *testing.T) {
	for _, c := range []struct {
		name, birth, on string
		age             int
	}{
		{"veille du 26e anniversaire", "1998-05-02", "2024-05-01", 25},
		{"jour du 26e anniversaire", "1998-05-02", "2024-05-02", 26},
		{"né un 29 février, le 28", "2004-02-29", "2022-02-28", 17},
		{"né un 29 février, le 1er mars", "2004-02-29", "2022-03-01", 18},
	} {
		if got := ageOn(geo.MustDate(c.birth), geo.MustDate(c.on)); got != c.age {
			t.Errorf("%s: %d, want %d", c.name, got, c.age)
		}
	}
}
