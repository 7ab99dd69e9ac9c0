package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
)

// Map is a drawing of places, in units that the server chose (y grows downwards). The page
// that shows it states the same facts in a table or a list.
type Map struct {
	ID            string // unique in the page
	Title, Desc   string
	Width, Height float64
	Layers        []MapLayer
	Marks         []Mark
	// Scale is a length on the ground and what it measures in units; ScaleText
	// names it: « 50 m ».
	Scale     float64
	ScaleText string
	Ratio     string // « 1:1 000 » at the printed size; empty when it has none
	Text      float64
	Legend    []LegendItem
}

// MapLayer is shapes drawn alike. Band, when positive, is the width of its strokes
// in units, for a margin of doubt along a border.
type MapLayer struct {
	Class  string
	Band   float64
	Shapes []MapShape
}

// MapShape is an SVG path; Class is added to the layer's, Title names it. Area is the key
// of the line of a table that it leads to; empty for none.
type MapShape struct{ Path, Class, Title, Area string }

// Mark is a text or a sign at a place. Kind is "house", "street", "label",
// "point", "place" (proposed: Text is its rank, Title its name) or one of SiteKinds.
// Class is added to a label's. Angle turns a street's name, in degrees.
type Mark struct {
	Kind  string
	Class string
	X, Y  float64
	Text  string
	Title string
	Angle float64
}

// LegendItem explains a class of a map.
type LegendItem struct{ Class, Label string }

// SVG draws the map.
func (m *Map) SVG() template.HTML {
	var b strings.Builder
	f := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	esc := template.HTMLEscapeString
	role := "img"
	if m.leads() {
		role = "group" // a picture holds no link
	}
	f(`<svg viewBox="0 0 %.1f %.1f" role="%s" aria-labelledby="%s-t %s-d" xmlns="http://www.w3.org/2000/svg"><title id="%s-t">%s</title><desc id="%s-d">%s</desc>`,
		m.Width, m.Height, role, m.ID, m.ID, m.ID, esc(m.Title), m.ID, esc(m.Desc))
	for _, l := range m.Layers {
		f(`<g id="%s-%s" class="%s"`, m.ID, esc(l.Class), esc(l.Class))
		if l.Band > 0 {
			f(` stroke-width="%.2f" stroke-linejoin="round"`, l.Band)
		}
		b.WriteString(`>`)
		for _, s := range l.Shapes {
			if s.Area != "" {
				// A keyboard goes through the table, whose lines lead here.
				f(`<a id="a-%s" href="#l-%s" data-area="%s" tabindex="-1" aria-label="%s">`, esc(s.Area), esc(s.Area), esc(s.Area), esc(s.Title))
			}
			f(`<path class="%s" d="%s">`, esc(strings.TrimSpace(l.Class+" "+s.Class)), s.Path)
			if s.Title != "" {
				f(`<title>%s</title>`, esc(s.Title))
			}
			b.WriteString(`</path>`)
			if s.Area != "" {
				b.WriteString(`</a>`)
			}
		}
		b.WriteString(`</g>`)
	}
	t := m.Text
	if t == 0 {
		t = m.Width / 60
	}
	// Names stand over signs, and the point over all.
	rank := map[string]int{"house": -1, "street": 1, "label": 1, "place": 2, "point": 3}
	marks := slices.Clone(m.Marks)
	slices.SortStableFunc(marks, func(a, b Mark) int { return rank[a.Kind] - rank[b.Kind] })
	group := ""
	for _, k := range marks {
		if g := groupOf(k.Kind); g != group {
			if group != "" {
				b.WriteString(`</g>`)
			}
			group = g
			f(`<g id="%s-%s">`, m.ID, g)
		}
		switch k.Kind {
		case "house":
			f(`<circle class="n-house" cx="%.1f" cy="%.1f" r="%.2f"/><text class="n-text" x="%.1f" y="%.1f" font-size="%.2f">%s</text>`, k.X, k.Y, t*.16, k.X+t*.28, k.Y+t*.22, t*.62, esc(k.Text))
		case "street":
			f(`<text class="n-street" x="%.1f" y="%.1f" font-size="%.2f" text-anchor="middle"`, k.X, k.Y, t*.95)
			if k.Angle != 0 {
				f(` transform="rotate(%.1f %.1f %.1f)"`, k.Angle, k.X, k.Y)
			}
			f(`>%s</text>`, esc(k.Text))
		case "label":
			size := t
			if k.Class != "" {
				size *= .8
			}
			f(`<text class="%s" x="%.1f" y="%.1f" font-size="%.2f" text-anchor="middle">%s</text>`, esc(strings.TrimSpace("n-label "+k.Class)), k.X, k.Y, size, esc(k.Text))
		case "place":
			f(`<g><title>%s</title><circle class="n-place" cx="%.1f" cy="%.1f" r="%.2f"/><text class="n-rank" x="%.1f" y="%.1f" font-size="%.2f" text-anchor="middle">%s</text></g>`, esc(k.Title), k.X, k.Y, t*.75, k.X, k.Y+t*.32, t*.95, esc(k.Text))
		case "point":
			f(`<circle class="n-point" cx="%.1f" cy="%.1f" r="%.2f"/><circle class="n-dot" cx="%.1f" cy="%.1f" r="%.2f"/>`, k.X, k.Y, t*.55, k.X, k.Y, t*.2)
		default:
			f(`<path class="site" fill="%s" d="%s">`, siteFill(k.Kind), sitePath(k.Kind, k.X, k.Y, t*.5))
			if k.Text != "" {
				f(`<title>%s</title>`, esc(k.Text))
			}
			b.WriteString(`</path>`)
		}
	}
	if group != "" {
		b.WriteString(`</g>`)
	}
	if m.Scale > 0 {
		x, y := t*.8, m.Height-t*.9
		f(`<g class="s-furniture"><path class="s-scale" d="M%.1f %.1fv%.1fh%.1fv-%.1f"/><text class="s-text" x="%.1f" y="%.1f" font-size="%.2f">%s</text>`, x, y-t*.5, t*.5, m.Scale, t*.5, x+t*.3, y-t*.25, t*.85, esc(m.ScaleText))
		nx, ny := m.Width-t*1.3, m.Height-t*.9
		f(`<path d="M%.1f %.1fl%.1f %.1f-%.1f -%.1f-%.1f %.1fz"/><text class="s-text" x="%.1f" y="%.1f" font-size="%.2f" text-anchor="middle">N</text></g>`,
			nx, ny-t*1.5, t*.5, t*1.5, t*.5, t*.4, t*.5, t*.4, nx, ny-t*1.7, t*.85)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// leads reports whether some shape leads to a line of a table.
func (m *Map) leads() bool {
	return slices.ContainsFunc(m.Layers, func(l MapLayer) bool {
		return slices.ContainsFunc(l.Shapes, func(s MapShape) bool { return s.Area != "" })
	})
}

// groupOf names the layer of a drawing that a kind of mark is in.
func groupOf(kind string) string {
	switch kind {
	case "house":
		return "numeros"
	case "street", "label":
		return "noms"
	case "place":
		return "propositions"
	case "point":
		return "point"
	}
	return "sites"
}

// Swatch returns the sign of a legend's line.
func (l LegendItem) Swatch() template.HTML {
	const open = `<svg viewBox="0 0 36 16" aria-hidden="true" focusable="false">`
	if slices.Contains(SiteKinds, l.Class) {
		return template.HTML(open + `<path class="site" fill="` + siteFill(l.Class) + `" d="` + sitePath(l.Class, 18, 8, 5.5) + `"/></svg>`)
	}
	switch l.Class {
	case "street":
		return template.HTML(open + `<path d="M2 12 34 4" fill="none" stroke="#c3cad0" stroke-width="3"/></svg>`)
	case "house":
		return template.HTML(open + `<circle class="n-house" cx="12" cy="8" r="2.4"/><text class="n-text" x="17" y="12" font-size="11">12</text></svg>`)
	case "place":
		return template.HTML(open + `<circle class="n-place" cx="18" cy="8" r="7"/><text class="n-rank" x="18" y="12" font-size="11" text-anchor="middle">1</text></svg>`)
	case "point":
		return template.HTML(open + `<circle class="n-point" cx="18" cy="8" r="6"/><circle class="n-dot" cx="18" cy="8" r="2.2"/></svg>`)
	case "z-band":
		return template.HTML(open + `<path class="z-band" d="M0 8h36" stroke-width="12"/></svg>`)
	case "unsure", "missed", "absent":
		return template.HTML(open + `<rect class="c0" width="36" height="16"/><rect class="` + l.Class + `" x=".5" y=".5" width="35" height="15"/></svg>`)
	}
	return template.HTML(open + `<rect class="` + template.HTMLEscapeString(l.Class) + `" x="1" y="1" width="34" height="14"/></svg>`)
}
