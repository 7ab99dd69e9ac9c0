package report

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"perimetre/french"
)

// Chart sizes, in SVG units (1/96 inch on paper).
const (
	chartLabel = 222.0 // width left to names
	chartBar   = 330.0
	chartValue = 138.0
	chartRow   = 15.8
	chartTop   = 26.0
)

// chart draws a bar a line: filled up to the lower bound, hatched up to the upper
// one, a whisker over both, and a mark at the target. It reads in greyscale; the
// table beside it says the same to screen readers.
func (v *View) chart(lines []Line) template.HTML {
	top := 0.1
	for _, l := range lines {
		top = max(top, l.High, l.TargetShare)
	}
	step := 0.1
	if top <= 0.3 {
		step = 0.05
	}
	top = min(1, math.Ceil(top/step+0.3)*step)
	x := func(share float64) float64 { return chartLabel + chartBar*share/top }
	height := chartTop + chartRow*float64(len(lines)) + 22
	var b strings.Builder
	f := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	f(`<svg class="chart" viewBox="0 0 %.0f %.0f" role="img" aria-labelledby="chart-title chart-desc" xmlns="http://www.w3.org/2000/svg">`, chartLabel+chartBar+chartValue, height)
	f(`<title id="chart-title">%s</title><desc id="chart-desc">%s Les mêmes valeurs sont dans le tableau qui suit.</desc>`,
		template.HTMLEscapeString(v.Title), template.HTMLEscapeString(v.Headline))
	b.WriteString(`<defs><pattern id="doubt" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="4" height="4" fill="#fff"/><rect width="1.6" height="4" fill="#33485e"/></pattern></defs>`)
	bottom := chartTop + chartRow*float64(len(lines))
	for s := 0.0; s <= top+1e-9; s += step {
		f(`<line class="grid" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`, x(s), chartTop, x(s), bottom)
		f(`<text class="axis" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, x(s), bottom+13, french.Chosen(s, 2))
	}
	one := oneTarget(lines)
	for i, l := range lines {
		y := chartTop + chartRow*float64(i)
		mid := y + chartRow/2
		f(`<text class="name" x="%.1f" y="%.1f" text-anchor="end">%s</text>`, chartLabel-8, mid+3.5, template.HTMLEscapeString(shorten(l.Name, 38)))
		value := l.Share
		if l.HasShare {
			f(`<rect class="low" x="%.1f" y="%.1f" width="%.1f" height="9"/>`, x(0), mid-4.5, x(l.Low)-x(0))
			if l.High > l.Low {
				f(`<rect class="doubt" x="%.1f" y="%.1f" width="%.1f" height="9"/>`, x(l.Low), mid-4.5, x(l.High)-x(l.Low))
				f(`<path class="whisker" d="M%.1f %.1fv6m0-3H%.1fm0-3v6"/>`, x(l.Low), mid-3, x(l.High))
			}
			if l.Sign != "" && l.Sign != "–" {
				value += " " + l.Sign
			}
		}
		if l.HasTarget && one < 0 {
			f(`<line class="target" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`, x(l.TargetShare), y+1, x(l.TargetShare), y+chartRow-1)
		}
		f(`<text class="value" x="%.1f" y="%.1f">%s</text>`, chartLabel+chartBar+10, mid+3.5, template.HTMLEscapeString(value))
	}
	if one >= 0 {
		f(`<line class="target" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`, x(one), chartTop-5, x(one), bottom)
		f(`<text class="goal" x="%.1f" y="%.1f" text-anchor="middle">objectif %s</text>`, x(one), chartTop-10, french.Chosen(one, 2))
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// oneTarget returns the target that every line shares, -1 without one.
func oneTarget(lines []Line) float64 {
	one := -1.0
	for _, l := range lines {
		switch {
		case !l.HasTarget:
		case one < 0:
			one = l.TargetShare
		case one != l.TargetShare:
			return -1
		}
	}
	return one
}

func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimSpace(string(r[:n-1])) + "…"
}
