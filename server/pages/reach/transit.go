package reach

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/coverage"
	"perimetre/server/packs"
	"perimetre/server/pages/canvas"
	"perimetre/study"
	"perimetre/study/report"
	"perimetre/web"
)

// transitSpans draws the shares of the block that the report writes.
func transitSpans(t *study.Transit, b *report.Block) *web.Spans {
	out := &web.Spans{Heads: withoutAble(b.Head), Note: b.Note}
	for i, g := range t.Groups {
		row := b.Rows[i]
		r := web.SpanRow{Name: row[0], People: row[1]}
		for k := range t.Bands {
			r.Cells = append(r.Cells, web.SpanCell{Low: g.Worst[k] / g.Total, Mid: g.Median[k] / g.Total, High: g.Best[k] / g.Total, Text: row[3+k]})
		}
		r.Cells = append(r.Cells, span(g.Able/g.Total, row[2]))
		out.Rows = append(out.Rows, r)
	}
	return out
}

// withoutAble returns the headings with who can come at all in the last place.
func withoutAble(head []string) []string {
	return append(slices.Concat(head[:2], head[3:]), head[2])
}

func span(share float64, text string) web.SpanCell {
	return web.SpanCell{Low: share, Mid: share, High: share, Text: text}
}

// lineSpans draws the shares within distances on straight lines.
func lineSpans(b *report.Block, d *report.Document) *web.Spans {
	out := &web.Spans{Heads: b.Head, Note: b.Note}
	for i, g := range d.Groups {
		row := b.Rows[i]
		r := web.SpanRow{Name: row[0], People: row[1]}
		for k, x := range g.Bands {
			r.Cells = append(r.Cells, span(x.People/g.Total, row[2+k]))
		}
		last := web.SpanCell{Low: g.Covered / g.Total, High: g.CoveredMax / g.Total, Text: row[len(row)-1]}
		last.Mid = last.Low
		r.Cells = append(r.Cells, last)
		out.Rows = append(out.Rows, r)
	}
	return out
}

// shadeFrom are the shares from which each shade of canvas.Shades begins.
var shadeFrom = []float64{0, .2, .4, .6, .8}

// shadeKeys are their words.
var shadeKeys = []string{"moins de 20 %", "de 20 à 40 %", "de 40 à 60 %", "de 60 à 80 %", "80 % et plus"}

func shade(share float64) string {
	k := 0
	for i, from := range shadeFrom {
		if share >= from {
			k = i
		}
	}
	return canvas.Shades[k]
}

func shadeLegend() (keys []web.LegendItem) {
	for i, class := range canvas.Shades {
		keys = append(keys, web.LegendItem{Class: class, Label: shadeKeys[i]})
	}
	return keys
}

// week draws the half-days on which some site is open, by who can come.
func week(t *study.Transit) *web.Days {
	out := &web.Days{Keys: shadeLegend(), Note: "Part des personnes qui peuvent venir quelque part et rentrer le jour même ; dessous, celles qui viennent en " + french.Short(t.Reach.Limit, 0) + " min au plus en médiane."}
	total := t.Groups[0].Total
	for half := range 2 {
		row := web.DaysRow{Name: french.Capital(french.Halves[half])}
		for d := range t.HalfDays {
			h := &t.HalfDays[d][half]
			if !h.Open {
				row.Cells = append(row.Cells, web.DaysCell{Closed: true, Text: "fermé"})
				continue
			}
			row.Cells = append(row.Cells, web.DaysCell{Class: shade(h.Able / total), Text: french.Percent(h.Able / total), More: french.Short(t.Reach.Limit, 0) + " min : " + french.Percent(h.Within/total)})
		}
		out.Rows = append(out.Rows, row)
	}
	for d, on := range t.Days {
		out.Heads = append(out.Heads, french.Capital(french.Weekday(d))+" "+french.Date(on)[:5])
	}
	return out
}

// mostNamed is how many communes a map names, the most peopled first.
const mostNamed = 40

// transitMap colours the communes by the share of their people who can come, and hatches
// those of which nobody can.
func transitMap(t *study.Transit, pack *packs.Edition) *web.Map {
	type place struct {
		area  *study.TransitArea
		shape orb.MultiPolygon
	}
	var places []place
	var box orb.Bound
	for i := range t.Communes {
		a := &t.Communes[i]
		shape, ok := pack.Communes.Contour(a.Code)
		if !ok || a.Total == 0 {
			continue
		}
		if len(places) == 0 {
			box = shape.Bound()
		}
		box = box.Union(shape.Bound())
		places = append(places, place{a, shape})
	}
	if len(places) == 0 {
		return nil
	}
	slices.SortStableFunc(places, func(a, b place) int { return int(b.area.Total - a.area.Total) })
	f := canvas.In(box, 900, .7)
	var areas []canvas.Area
	for i, p := range places {
		x := canvas.Area{Code: p.area.Code, Name: p.area.Name, Path: f.Path(p.shape), At: p.shape.Bound().Center(), Class: canvas.Absent, Value: "personne ne peut venir", Named: i < mostNamed}
		if share := p.area.Able / p.area.Total; share > 0 {
			x.Class, x.Value = shade(share), french.Percent(share)+" peuvent venir"
		}
		areas = append(areas, x)
	}
	var borders []string
	for _, o := range pack.Outlines() {
		if o.Bound.Intersects(box) {
			borders = append(borders, f.Rings(o.Rings))
		}
	}
	m := &web.Map{ID: "venir", Title: "D’où l’on peut venir", Text: 13, Desc: "Chaque commune est coloriée selon la part de ses habitants qui peuvent venir ; le tableau des communes donne les mêmes valeurs."}
	f.Choropleth(m, areas, borders)
	for _, x := range t.Sites {
		if x.Able > 0 {
			px, py := f.At(orb.Point{x.Site.Lon, x.Site.Lat})
			m.Marks = append(m.Marks, web.Mark{Kind: cmp.Or(string(x.Site.Kind), "autre"), X: px, Y: py, Text: x.Site.Name})
		}
	}
	m.Legend = append(shadeLegend(), web.LegendItem{Class: canvas.Absent, Label: "personne ne peut venir, aucune demi-journée"}, web.LegendItem{Class: "z-ml", Label: "limite de Mission Locale"})
	seen := map[string]bool{}
	for _, k := range m.Marks {
		seen[k.Kind] = true
	}
	for _, k := range web.SiteKinds {
		if seen[k] {
			m.Legend = append(m.Legend, web.LegendItem{Class: k, Label: coverage.KindName(geo.SiteKind(k))})
		}
	}
	return m
}
