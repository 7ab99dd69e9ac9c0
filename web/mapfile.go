package web

import (
	"fmt"
	"html/template"
	"strings"
)

// fileStyle is what a drawing of its own needs of the product's colours.
const fileStyle = `<style>text{font-family:"Source Sans 3","Liberation Sans",Arial,sans-serif}.z-in{fill:#f8c9a8;fill-opacity:.6;stroke:#c2410c;stroke-width:1.5}.z-frr{fill:url(#hatch-frr);stroke:#3f7d4e;stroke-width:.5}.z-zrr{fill:url(#hatch-zrr);stroke:#7a6a2a;stroke-width:.5}.z-commune{fill:none;stroke:#c6ced7;stroke-width:.6}.z-frr,.z-zrr,.z-own{fill-rule:evenodd}.g-street path{fill:none;stroke:#b9c1c8;stroke-linecap:round;stroke-width:.8}.g-street .g-1{stroke-width:2}.g-street .g-2{stroke-width:1.3}.z-ml{fill:none;stroke:#4a5a6d;stroke-width:1.5}.z-own{fill:#fff}.n-label{fill:#18222e;paint-order:stroke;stroke:#fff;stroke-width:3;stroke-linejoin:round}.n-label.small{fill:#52606f}.n-label.zone{fill:#8a2c06;font-weight:600}.z-b1,.z-b2,.z-b3{stroke:#1f5a8c;fill-rule:evenodd}.z-b1{fill:#8db8dc}.z-b2{fill:#bcd6ec;stroke-dasharray:7 3}.z-b3{fill:#e0edf7;stroke-dasharray:2 3}.n-place{fill:#fff;stroke:#7a1f5c;stroke-width:3}.n-rank{fill:#7a1f5c;font-weight:650}.site{stroke:#fff}.s-text{paint-order:stroke;stroke:#fff;stroke-width:3}.s-scale{stroke:#000;stroke-width:2;fill:none}</style><defs><pattern id="hatch-frr" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="1.6" height="7" fill="#3f7d4e"/></pattern><pattern id="hatch-zrr" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect width="1.6" height="7" fill="#7a6a2a"/></pattern></defs>`

// File returns the map as a drawing of its own: title, what it shows and when, colours,
// scale, north, legend and sources.
func (m *Map) File(subtitle string, sources []string) string {
	text := m.Width / 62
	line := text * 1.6
	columns := 3
	for _, l := range m.Legend {
		if len([]rune(l.Label)) > 36 { // what a third of the width holds
			columns = 2
		}
	}
	rows := (len(m.Legend) + columns - 1) / columns
	head := line * 3.4
	height := head + m.Height + line*(float64(rows+len(sources))+1.6)
	var b strings.Builder
	f := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	write := func(x, y, size float64, more, s string) {
		f(`<text x="%.1f" y="%.1f" font-size="%.1f"%s>%s</text>`, x, y, size, more, template.HTMLEscapeString(French(s)))
	}
	f(`<svg xmlns="http://www.w3.org/2000/svg" lang="fr" viewBox="0 0 %.1f %.1f" width="%.0f" height="%.0f">%s<rect width="100%%" height="100%%" fill="#fff"/>`, m.Width, height, m.Width, height, fileStyle)
	write(text, line*1.3, text*1.5, ` font-weight="600"`, m.Title)
	write(text, line*2.5, text, ` fill="#52606f"`, subtitle)
	f(`<svg x="0" y="%.1f" width="%.1f" height="%.1f">%s</svg><rect x=".5" y="%.1f" width="%.1f" height="%.1f" fill="none" stroke="#7b8896"/>`, head, m.Width, m.Height, m.SVG(), head, m.Width-1, m.Height)
	for i, l := range m.Legend {
		x, y := text+float64(i%columns)*m.Width/float64(columns), head+m.Height+line*float64(i/columns+1)
		f(`<svg x="%.1f" y="%.1f" width="%.1f" height="%.1f">%s</svg>`, x, y-text*.9, text*2.4, text*1.1, l.Swatch())
		write(x+text*3, y, text, "", l.Label)
	}
	for i, s := range sources {
		write(text, head+m.Height+line*(float64(rows+i)+1.6), text*.8, ` fill="#52606f"`, s)
	}
	b.WriteString(`</svg>`)
	return b.String()
}
