package canvas

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"perimetre/geo"
	"perimetre/web"
)

// Apart leaves out the labels that would stand over one drawn before them: the
// page's table names every place. size is the height of the letters.
func Apart(marks []web.Mark, size float64) []web.Mark {
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

// Label is the name and the share of a territory, and where it is drawn.
type Label struct {
	Name, Share string
	X, Y        float64
	Rings       []orb.Ring
}

// Write puts the labels on their territories, and those that do not fit in a column on the
// right, each at the end of a line; it returns the lines.
func (f *Frame) Write(m *web.Map, labels []Label) web.MapLayer {
	lines := web.MapLayer{Class: "leader"}
	var aside []Label
	for _, l := range labels {
		if !f.holds(&l, m.Text) {
			aside = append(aside, l)
			continue
		}
		m.Marks = append(m.Marks, web.Mark{Kind: "label", X: l.X, Y: l.Y, Text: l.Name, Class: "plate name"})
		if l.Share != "" {
			m.Marks = append(m.Marks, web.Mark{Kind: "label", X: l.X, Y: l.Y + m.Text*1.1, Text: l.Share, Class: "plate"})
		}
	}
	slices.SortFunc(aside, func(a, b Label) int { return cmp.Compare(a.Y, b.Y) })
	step := min(m.Text*1.6, f.H*.8/float64(max(1, len(aside))))
	y := m.Text * 8 // under the buttons
	if len(aside) > 0 {
		m.Width += besides
	}
	for _, l := range aside {
		y = max(y, l.Y-step*float64(len(aside))/2)
		m.Marks = append(m.Marks, web.Mark{Kind: "label", X: f.W + besides*.45, Y: y, Text: strings.TrimSpace(l.Name + " " + l.Share), Class: "plate name"})
		lines.Shapes = append(lines.Shapes, web.MapShape{Path: fmt.Sprintf("M%.1f %.1fL%.1f %.1f", l.X, l.Y, f.W+besides*.45-float64(len([]rune(l.Name+l.Share)))*m.Text*.2-10, y-m.Text*.3)})
		y += step
	}
	return lines
}

// holds reports whether a territory holds its label.
func (f *Frame) holds(l *Label, size float64) bool {
	half := float64(max(len([]rune(l.Name)), len([]rune(l.Share)))) * size * .18
	for _, dx := range []float64{-half, -half / 2, 0, half / 2, half} {
		for _, dy := range []float64{-size * .7, size * 1.2} {
			if !contains(l.Rings, f.From(l.X+dx, l.Y+dy)) {
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

// Widest returns where a territory's name is written: in the largest of its rings.
func Widest(rings []orb.Ring) orb.Point {
	parts := make(orb.MultiPolygon, len(rings))
	for i, r := range rings {
		parts[i] = orb.Polygon{r}
	}
	return geo.LabelPoint(parts)
}
