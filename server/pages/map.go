package pages

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/quota"
	"perimetre/server/packs"
	"perimetre/web"
)

// frameOf fits a box in a drawing of a width, with a margin.
func frameOf(b orb.Bound, width float64) frame { return frameIn(b, width, 0) }

// frameIn is frameOf in a paper of so much height by width; 0 for the box's,
// little more than a square at most.
func frameIn(b orb.Bound, width, ratio float64) frame {
	c := b.Center()
	mx, my := geo.MetresPerDegree(c[1])
	dx, dy := math.Max(1, (b.Max[0]-b.Min[0])*mx), math.Max(1, (b.Max[1]-b.Min[1])*my)
	const margin = .04
	scale := width * (1 - 2*margin) / dx
	height := dy*scale + 2*margin*width
	limit := width * 1.1
	if ratio > 0 {
		limit = width * ratio
	}
	if height > limit {
		scale = (limit - 2*margin*width) / dy
	}
	if height > limit || ratio > 0 {
		height = limit
	}
	return frame{centre: c, mx: mx, my: my, scale: scale, w: width, h: height}
}

// ground returns what a drawing shows, and a little more, so that what is cut is not
// taken for a border.
func (f *frame) ground() orb.Bound {
	dx, dy := .55*f.w/f.scale/f.mx, .55*f.h/f.scale/f.my
	return orb.Bound{Min: orb.Point{f.centre[0] - dx, f.centre[1] - dy}, Max: orb.Point{f.centre[0] + dx, f.centre[1] + dy}}
}

// scaleBar is a round length of about a sixth of the drawing.
func (f *frame) scaleBar(m *web.Map) {
	want := f.w / f.scale / 6
	step := math.Pow(10, math.Floor(math.Log10(want)))
	for _, k := range []float64{5, 2} {
		if step*k <= want {
			step *= k
			break
		}
	}
	m.Scale, m.ScaleText = step*f.scale, french.Length(step)
	if step >= 1000 {
		m.ScaleText = fmt.Sprintf("%.0f km", step/1000)
	}
}

func (f *frame) rings(list []orb.Ring) string {
	var b strings.Builder
	for _, r := range list {
		f.ring(&b, r)
	}
	return b.String()
}

// quotaMap colours the territories by the distance of their share to the target;
// a share that cannot be told from the target is hatched.
func quotaMap(p *packs.Edition, rows []web.ShareRow) *web.Map {
	byCode := map[string]*web.ShareRow{}
	for i := range rows {
		byCode[rows[i].Code] = &rows[i]
	}
	var box orb.Bound
	any := false
	for _, t := range p.Outlines() { // framed on those of the page
		switch {
		case byCode[t.Code] == nil:
		case any:
			box = box.Union(t.Bound)
		default:
			box, any = t.Bound, true
		}
	}
	if !any {
		return nil
	}
	f := frameOf(box, 800)
	if f.h > .8*f.w { // the whole is seen at once
		f = frameIn(box, 800, .8)
	}
	m := &web.Map{ID: "ecart", Title: "Écart à l’objectif, par Mission Locale", Width: f.w, Height: f.h, Text: 15,
		Desc: "Chaque territoire est colorié selon l’écart entre sa part et l’objectif ; le tableau donne les mêmes valeurs."}
	f.scaleBar(m)
	// Ruled and hatched, missed and unsettled are told apart without colour.
	regions, missed, unsure, absent, lines := web.MapLayer{Class: "region"}, web.MapLayer{Class: "missed"}, web.MapLayer{Class: "unsure"}, web.MapLayer{Class: "absent"}, web.MapLayer{Class: "z-ml"}
	var labels []label
	for _, t := range p.Outlines() {
		d := f.rings(t.Rings)
		if d == "" {
			continue
		}
		row := byCode[t.Code]
		class, title := "c0", t.Name+" : hors de cette page"
		if row != nil {
			class, title = gapClass(row), fmt.Sprintf("%s : %s, %s", row.Name, row.Share, row.VerdictText)
			if class == "c0" {
				absent.Shapes = append(absent.Shapes, web.MapShape{Path: d, Title: web.French(title)})
			}
			switch quota.Verdict(row.Verdict) {
			case quota.Missed:
				missed.Shapes = append(missed.Shapes, web.MapShape{Path: d, Title: web.French(title)})
			case quota.Undetermined:
				unsure.Shapes = append(unsure.Shapes, web.MapShape{Path: d, Title: web.French(title)})
			}
		}
		regions.Shapes = append(regions.Shapes, web.MapShape{Path: d, Class: class, Title: web.French(title)})
		lines.Shapes = append(lines.Shapes, web.MapShape{Path: d})
		if row != nil {
			l := label{name: row.Name, rings: t.Rings}
			if l.x, l.y = f.at(widest(t.Rings)); class != "c0" {
				l.share = strings.TrimSpace(row.Sign + " " + row.Share)
			}
			labels = append(labels, l)
		}
	}
	leaders := f.write(m, labels)
	under := web.MapLayer{Class: "leader under", Shapes: leaders.Shapes}
	m.Layers = []web.MapLayer{regions, absent, missed, lines, unsure, under, leaders}
	m.Legend = []web.LegendItem{{Class: "c1", Label: "10 points et plus sous l’objectif"}, {Class: "c2", Label: "moins de 10 points sous l’objectif"}, {Class: "c3", Label: "jusqu’à 10 points au-dessus"},
		{Class: "c4", Label: "plus de 10 points au-dessus"}, {Class: "missed", Label: "✗ non atteint"}, {Class: "unsure", Label: "? ne peut être départagée"}, {Class: "absent", Label: "non reçu, sans part ou nombres cachés"}}
	return m
}

// apart leaves out the labels that would stand over one drawn before them: the
// page's table names every place. size is the height of the letters.
func apart(marks []web.Mark, size float64) []web.Mark {
	type box struct{ x0, y0, x1, y1 float64 }
	var taken []box
	return slices.DeleteFunc(marks, func(m web.Mark) bool {
		if m.Kind != "label" {
			return false
		}
		half := float64(len([]rune(m.Text))) * size * .3
		b := box{m.X - half, m.Y - size, m.X + half, m.Y + size*.4}
		for _, t := range taken {
			if b.x0 < t.x1 && t.x0 < b.x1 && b.y0 < t.y1 && t.y0 < b.y1 {
				return true
			}
		}
		taken = append(taken, b)
		return false
	})
}

// besides is the room left on the right of a map for the names that do not fit on it.
const besides = 240

// label is the name and the share of a territory, and where it is drawn.
type label struct {
	name, share string
	x, y        float64
	rings       []orb.Ring
}

// write puts the labels on their territories, and those that do not fit in a column on the
// right, each at the end of a line; it returns the lines.
func (f *frame) write(m *web.Map, labels []label) web.MapLayer {
	lines := web.MapLayer{Class: "leader"}
	var aside []label
	for _, l := range labels {
		if !f.holds(&l, m.Text) {
			aside = append(aside, l)
			continue
		}
		m.Marks = append(m.Marks, web.Mark{Kind: "label", X: l.x, Y: l.y, Text: l.name, Class: "plate name"})
		if l.share != "" {
			m.Marks = append(m.Marks, web.Mark{Kind: "label", X: l.x, Y: l.y + m.Text*1.1, Text: l.share, Class: "plate"})
		}
	}
	slices.SortFunc(aside, func(a, b label) int { return cmp.Compare(a.y, b.y) })
	step := min(m.Text*1.6, f.h*.8/float64(max(1, len(aside))))
	y := m.Text * 8 // under the buttons
	if len(aside) > 0 {
		m.Width += besides
	}
	for _, l := range aside {
		y = max(y, l.y-step*float64(len(aside))/2)
		m.Marks = append(m.Marks, web.Mark{Kind: "label", X: f.w + besides*.45, Y: y, Text: strings.TrimSpace(l.name + " " + l.share), Class: "plate name"})
		lines.Shapes = append(lines.Shapes, web.MapShape{Path: fmt.Sprintf("M%.1f %.1fL%.1f %.1f", l.x, l.y, f.w+besides*.45-float64(len([]rune(l.name+l.share)))*m.Text*.2-10, y-m.Text*.3)})
		y += step
	}
	return lines
}

// holds reports whether a territory holds its label.
func (f *frame) holds(l *label, size float64) bool {
	half := float64(max(len([]rune(l.name)), len([]rune(l.share)))) * size * .18
	for _, dx := range []float64{-half, -half / 2, 0, half / 2, half} {
		for _, dy := range []float64{-size * .7, size * 1.2} {
			if !contains(l.rings, f.from(l.x+dx, l.y+dy)) {
				return false
			}
		}
	}
	return true
}

// contains reports whether rings, drawn by the even-odd rule, hold a point.
func contains(rings []orb.Ring, p orb.Point) bool {
	in := false
	for _, r := range rings {
		in = in != planar.RingContains(r, p)
	}
	return in
}

// gapClass returns the colour of a gap: the middle of the bounds against the target.
func gapClass(r *web.ShareRow) string {
	if !r.HasShare || !r.HasTarget || r.Hidden || !r.Received {
		return "c0"
	}
	switch gap := (r.Low+r.High)/2 - r.Target; {
	case gap <= -.1:
		return "c1"
	case gap < 0:
		return "c2"
	case gap <= .1:
		return "c3"
	}
	return "c4"
}

// widest returns where a territory's name is written: in the largest of its rings.
func widest(rings []orb.Ring) orb.Point {
	parts := make(orb.MultiPolygon, len(rings))
	for i, r := range rings {
		parts[i] = orb.Polygon{r}
	}
	return geo.LabelPoint(parts)
}
