package report

import (
	"fmt"
	"html/template"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"perimetre/geo"
	"perimetre/study"
)

// ZoningMap draws the zonings of a territory, each Mission Locale's own numbered, and
// returns the names that the numbers stand for, in their order.
func ZoningMap(z *study.Zonings, title, description string) (drawn template.HTML, index []string) {
	box := z.Land.All.Bound()
	m := newMap(box, "zonages", title, description)
	m.b.WriteString(`<defs><pattern id="frr" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#eef4e6"/><path d="M0 0V6" stroke="#5f8a3a" stroke-width="1.3"/></pattern>` +
		`<pattern id="zrr" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" fill="#f3eef7"/><circle cx="2.5" cy="2.5" r="1" fill="#7a5a99"/></pattern></defs>`)
	m.shape("land", z.Land.All)
	m.shape("frr", z.FRR)
	m.shape("zrr", z.ZRR)
	for _, u := range z.Land.Units {
		m.shape("unit", u.Shape)
	}
	m.shape("border", z.Land.All)
	for _, q := range z.QPV {
		m.shape("qpv", q)
	}
	var taken []square
	for i, u := range z.Land.Units {
		index = append(index, u.Name)
		x, y := m.at(inside(u.Shape))
		at := besides(x, y, taken)
		if at != [2]float64{x, y} {
			m.f(`<path class="lead" d="M%.1f %.1fL%.1f %.1f"/>`, x, y, at[0], at[1])
		}
		m.f(`<circle class="new" cx="%.1f" cy="%.1f" r="8"/>`, at[0], at[1])
		m.label("newname", fmt.Sprint(i+1), at[0], at[1]+3.6)
		taken = append(taken, square{at[0] - 10, at[1] - 10, at[0] + 10, at[1] + 10})
	}
	return m.end(), index
}

// inside returns a point of the largest part of a shape: its middle, or what of its outline
// is nearest to it.
func inside(shape orb.MultiPolygon) orb.Point {
	best, most := orb.Polygon{}, -1.0
	for _, p := range shape {
		if a := planar.Area(p); a > most {
			best, most = p, a
		}
	}
	c, _ := planar.CentroidArea(best)
	if len(best) == 0 || planar.PolygonContains(best, c) {
		return c
	}
	near := best[0][0]
	for _, p := range best[0] {
		if geo.Distance(p, c) < geo.Distance(near, c) {
			near = p
		}
	}
	return near
}
