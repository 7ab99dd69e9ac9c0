package measure

import (
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/residency"
)

// `zones` and `flag --lon --lat` say one thing of one point: inside the country or
// out, on every date and under every version.
func TestFactsAndDecisionsAgree(t *testing.T) {
	p := fictional(t, 2000)
	d := residency.Decider{Zones: p.Zonings, Communes: p.Communes, Options: residency.DefaultOptions}
	points := []orb.Point{{48.85, 2.35}, {2.35, 48.85}, {-30, 48}, {55.45, -20.9}}
	contours, _ := p.Communes.Contours()
	for i := range contours.Len() {
		points = append(points, contours.Bound(i).Center(), contours.Bound(i).Min)
	}
	seen := map[residency.Motif]int{}
	for _, pt := range points {
		for _, on := range []string{"2014-06-30", "2023-06-30", "2024-06-30", "2026-01-01"} {
			for _, perimeter := range []string{"", "2015", "2024"} {
				day := geo.MustDate(on)
				f := p.FactsAt(pt, day, geo.MustDate("2026-01-15"), perimeter)
				commune, _ := p.Communes.At(pt)
				got := d.Decide(residency.Input{Point: pt, HasPoint: true, Commune: commune, On: day, Known: geo.MustDate("2026-01-15"), Perimeter: perimeter})
				seen[got.Motif]++
				if (got.Motif == residency.NoPerimeter) != (f.QPV.Version == "") || got.Perimeter != f.QPV.Version ||
					got.Status == residency.In && len(f.QPV.Inside) == 0 || got.Status == residency.Out && len(f.QPV.Inside) > 0 ||
					got.FRR != f.FRR.Status || got.ZRR != f.ZRR.Status {
					t.Errorf("%v on %s under %q: %+v, %+v", pt, on, perimeter, got, f)
				}
			}
		}
	}
	if seen[residency.NoPerimeter] == 0 || seen[residency.NumberOut] == 0 || len(seen) < 3 {
		t.Errorf("too few reasons to compare: %v", seen)
	}
}
