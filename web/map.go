package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
)

// Map is a drawing of places, in units that the server chose (y grows downwards).
// The page that shows it gives the same facts in a table or a list.
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

// MapShape is an SVG path; Class is added to the layer's, Title names it.
type MapShape struct{ Path, Class, Title string }

// Mark is a text or a sign at a place. Kind is "house", "street", "label",
// "point" or a kind of site: "siege", "antenne", "permanence", "relais", "autre".
// Angle turns a street's name, in degrees.
type Mark struct {
	Kind  string
	X, Y  float64
	Text  string
	Angle float64
}

// LegendItem explains a class of a map.
type LegendItem struct{ Class, Label string }

// SVG draws the map.
func (m *Map) SVG() template.HTML {
	var b strings.Builder
	f := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	esc := template.HTMLEscapeString
	f(`<svg viewBox="0 0 %.1f %.1f" role="img" aria-labelledby="%s-t %s-d" xmlns="http://www.w3.org/2000/svg"><title id="%s-t">%s</title><desc id="%s-d">%s</desc>`,
		m.Width, m.Height, m.ID, m.ID, m.ID, esc(m.Title), m.ID, esc(m.Desc))
	for _, l := range m.Layers {
		f(`<g class="%s"`, esc(l.Class))
		if l.Band > 0 {
			f(` stroke-width="%.2f" stroke-linejoin="round"`, l.Band)
		}
		b.WriteString(`>`)
		for _, s := range l.Shapes {
			f(`<path class="%s" d="%s">`, esc(strings.TrimSpace(l.Class+" "+s.Class)), s.Path)
			if s.Title != "" {
				f(`<title>%s</title>`, esc(s.Title))
			}
			b.WriteString(`</path>`)
		}
		b.WriteString(`</g>`)
	}
	t := m.Text
	if t == 0 {
		t = m.Width / 60
	}
	// Names stand over signs, and the point over all.
	rank := map[string]int{"house": -1, "street": 1, "label": 1, "point": 2}
	marks := slices.Clone(m.Marks)
	slices.SortStableFunc(marks, func(a, b Mark) int { return rank[a.Kind] - rank[b.Kind] })
	for _, k := range marks {
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
			f(`<text class="label" x="%.1f" y="%.1f" font-size="%.2f" text-anchor="middle">%s</text>`, k.X, k.Y, t, esc(k.Text))
		case "point":
			f(`<circle class="n-point" cx="%.1f" cy="%.1f" r="%.2f"/><circle class="n-dot" cx="%.1f" cy="%.1f" r="%.2f"/>`, k.X, k.Y, t*.55, k.X, k.Y, t*.2)
		default:
			f(`<path class="site" d="%s">`, sitePath(k.Kind, k.X, k.Y, t*.5))
			if k.Text != "" {
				f(`<title>%s</title>`, esc(k.Text))
			}
			b.WriteString(`</path>`)
		}
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

// sitePath is the shape of a kind of site, r in units: a star for a head office, a
// square for a branch, a triangle for a permanence, a disc for a relay.
func sitePath(kind string, x, y, r float64) string {
	switch kind {
	case "siege":
		return fmt.Sprintf("M%.1f %.1fl%.1f %.1fh%.1fl-%.1f %.1f %.1f %.1f-%.1f -%.1f-%.1f %.1f %.1f -%.1f-%.1f -%.1fh%.1fz", x, y-1.5*r, .35*r, 1.05*r, 1.1*r, .9*r, .65*r, .35*r, 1.05*r, .9*r, .65*r, .9*r, .65*r, .35*r, 1.05*r, .9*r, .65*r, 1.1*r)
	case "antenne":
		return fmt.Sprintf("M%.1f %.1fh%.1fv%.1fh-%.1fz", x-r, y-r, 2*r, 2*r, 2*r)
	case "permanence":
		return fmt.Sprintf("M%.1f %.1fl%.1f %.1fh-%.1fz", x, y-1.2*r, 1.15*r, 2*r, 2.3*r)
	case "relais":
		return fmt.Sprintf("M%.1f %.1fa%.1f %.1f 0 1 1 0 .01z", x-r, y, r, r)
	}
	return fmt.Sprintf("M%.1f %.1fl%.1f %.1f-%.1f %.1f-%.1f -%.1fz", x, y-1.2*r, 1.2*r, 1.2*r, 1.2*r, 1.2*r, 1.2*r, 1.2*r)
}

// Swatch is the sign of a legend's line.
func (l LegendItem) Swatch() template.HTML {
	const open = `<svg viewBox="0 0 36 16" aria-hidden="true" focusable="false">`
	switch l.Class {
	case "siege", "antenne", "permanence", "relais", "autre":
		return template.HTML(open + `<path class="site" d="` + sitePath(l.Class, 18, 8, 5.5) + `"/></svg>`)
	case "house":
		return template.HTML(open + `<circle class="n-house" cx="12" cy="8" r="2.4"/><text class="n-text" x="17" y="12" font-size="11">12</text></svg>`)
	case "point":
		return template.HTML(open + `<circle class="n-point" cx="18" cy="8" r="6"/><circle class="n-dot" cx="18" cy="8" r="2.2"/></svg>`)
	case "z-band":
		return template.HTML(open + `<path class="z-band" d="M0 8h36" stroke-width="12"/></svg>`)
	case "unsure":
		return template.HTML(open + `<rect class="c0" width="36" height="16"/><rect class="unsure" x=".5" y=".5" width="35" height="15"/></svg>`)
	}
	return template.HTML(open + `<rect class="` + template.HTMLEscapeString(l.Class) + `" x="1" y="1" width="34" height="14"/></svg>`)
}

// fileStyle is what a drawing of its own needs of the product's colours.
const fileStyle = `<style>text{font-family:"Source Sans 3","Liberation Sans",Arial,sans-serif}.z-in{fill:#f8c9a8;fill-opacity:.6;stroke:#c2410c;stroke-width:1.5}.z-frr{fill:url(#hatch-frr);stroke:#3f7d4e;stroke-width:.5}.z-zrr{fill:url(#hatch-zrr);stroke:#7a6a2a;stroke-width:.5}.z-commune{fill:none;stroke:#c6ced7;stroke-width:.6}.z-frr,.z-zrr,.z-own{fill-rule:evenodd}.z-ml{fill:none;stroke:#4a5a6d;stroke-width:1.5}.z-own{fill:#fff}.label{fill:#18222e;paint-order:stroke;stroke:#fff;stroke-width:3;stroke-linejoin:round}.site{fill:#1d3a5f;stroke:#fff}.s-scale{stroke:#000;stroke-width:2;fill:none}</style><defs><pattern id="hatch-frr" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="1.6" height="7" fill="#3f7d4e"/></pattern><pattern id="hatch-zrr" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect width="1.6" height="7" fill="#7a6a2a"/></pattern></defs>`

// File is the map as a drawing of its own, with its colours, legend and source.
func (m *Map) File(source string) string {
	text := m.Width / 62
	line := text * 1.7
	tall := m.Height + line*float64(len(m.Legend)+3)
	head := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 %.1f %.1f %.1f" width="%.0f" height="%.0f">%s<rect y="%.1f" width="%.1f" height="%.1f" fill="#fff"/><text x="%.1f" y="%.1f" font-size="%.1f" font-weight="600">%s</text>`,
		-line*1.6, m.Width, tall+line*1.6, m.Width, tall+line*1.6, fileStyle, -line*1.6, m.Width, tall+line*1.6, text, -line*.5, text*1.4, template.HTMLEscapeString(m.Title))
	var b strings.Builder
	b.WriteString(head)
	fmt.Fprintf(&b, `<svg x="0" y="0" width="%.1f" height="%.1f">%s</svg>`, m.Width, m.Height, m.SVG())
	for i, l := range m.Legend {
		y := m.Height + line*float64(i+1)
		fmt.Fprintf(&b, `<svg x="%.1f" y="%.1f" width="%.1f" height="%.1f">%s</svg><text x="%.1f" y="%.1f" font-size="%.1f">%s</text>`, text, y-text, text*2.4, text*1.2, l.Swatch(), text*4, y, text, template.HTMLEscapeString(l.Label))
	}
	fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" font-size="%.1f" fill="#52606f">%s</text></svg>`, text, tall-line*.6, text*.85, template.HTMLEscapeString(source))
	return b.String()
}
