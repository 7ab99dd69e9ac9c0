package reach

import (
	"math"
	"slices"
	"testing"

	"perimetre/geo"
	"perimetre/geo/transit"
	"perimetre/study"
	"perimetre/study/report"
)

// A shade begins at its own bound, and the legend names as many as there are.
func TestShade(t *testing.T) {
	for share, want := range map[float64]string{0: "s1", .199: "s1", .2: "s2", .4: "s3", .6: "s4", .799: "s4", .8: "s5", 1: "s5"} {
		if got := shade(share); got != want {
			t.Errorf("%v: %s, want %s", share, got, want)
		}
	}
	if len(shadeLegend()) != len(shadeFrom) {
		t.Error("the legend does not name each shade")
	}
}

// A week is asked from its Monday, and an hour reads back as it is written.
func TestAsked(t *testing.T) {
	for day, want := range map[string]string{"2026-11-30": "2026-11-30", "2026-12-01": "2026-11-30", "2026-12-06": "2026-11-30", "2026-12-07": "2026-12-07"} {
		if got := monday(geo.MustDate(day)).String(); got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
	for _, minute := range []int{0, 61, 18 * 60, 24 * 60} {
		if got, err := transit.ParseHome(clock(minute)); err != nil || got != minute {
			t.Errorf("%d: %d, %v", minute, got, err)
		}
	}
}

// The table beside the map keeps the figures, is keyed by code, and leaves the report's own
// rows alone: the answer is kept for others.
func TestBesideMap(t *testing.T) {
	v := report.TransitView(&study.Transit{Groups: []study.TransitGroup{{Total: 10}}, Communes: []study.TransitArea{{Code: "96001", Name: "Bourg", Units: []string{"ML"}, Total: 10, Able: 5, Median: math.NaN(), Site: "Siège"}}})
	b := &v.Blocks[len(v.Blocks)-1]
	before := slices.Clone(b.Rows[0])
	got := besideMap(b)
	if got.Columns[0].Label != "Nom" || got.Rows[0][0] != "Bourg" || got.Keys[0] != "96001" || len(got.Columns) != len(got.Rows[0]) || slices.Contains(got.Rows[0], "Siège") || slices.Contains(got.Rows[0], "ML") {
		t.Errorf("%+v", got)
	}
	if !slices.Equal(b.Rows[0], before) {
		t.Errorf("the report's row is %q", b.Rows[0])
	}
}
