package web

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
)

// Drawings are SVG without any style of their own: the content security policy
// refuses inline styles, so classes carry colours.

const barWidth = 200.0 // SVG units of a whole bar

// bar draws a share: full up to the lower bound, hatched up to the upper one, a
// whisker over both, a line at the target and a lozenge at the expected share. The
// cell beside it says the same in words.
func bar(r ShareRow, top float64) template.HTML {
	if !r.HasShare || top <= 0 {
		return ""
	}
	x := func(share float64) float64 { return barWidth * min(share/top, 1) }
	var b strings.Builder
	f := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	f(`<svg class="bar" viewBox="0 0 %g 20" preserveAspectRatio="none" aria-hidden="true" focusable="false">`, barWidth)
	f(`<rect class="rail" x="0" y="3" width="%g" height="14"/>`, barWidth)
	f(`<rect class="low" x="0" y="3" width="%.1f" height="14"/>`, x(r.Low))
	if r.High > r.Low {
		f(`<rect class="high" x="%.1f" y="3" width="%.1f" height="14"/>`, x(r.Low), x(r.High)-x(r.Low))
		f(`<path class="whisker" d="M%.1f 6v8m0-4H%.1fm0-4v8"/>`, x(r.Low), x(r.High))
	}
	if r.HasExpected {
		f(`<path class="expected" d="M%.1f 14l2.500 4-2.500 4-2.500-4z"/>`, x(r.Expected))
	}
	if r.HasTarget {
		f(`<path class="target" d="M%.1f 0V20"/>`, x(r.Target))
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// axis returns the scale of a column of bars, with the target where all share it.
func axis(top, goal float64) template.HTML {
	step := .1
	switch {
	case top > .5:
		step = .2
	case top <= .2:
		step = .05
	}
	var b strings.Builder
	f := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	b.WriteString(`<svg class="axis" aria-hidden="true" focusable="false">`)
	for s := 0.0; s <= top+1e-9; s += step {
		anchor := "middle"
		if s == 0 {
			anchor = "start"
		} else if s > top-1e-9 {
			anchor = "end"
		}
		if goal >= 0 && s > goal-step*.45 && s < goal+step*.45 {
			continue // the target's label stands there
		}
		f(`<text x="%.1f%%" y="26" text-anchor="%s">%s</text>`, 100*s/top, anchor, Percent(s))
	}
	if goal >= 0 {
		anchor := "middle"
		if goal > top*.8 {
			anchor = "end"
		} else if goal < top*.2 {
			anchor = "start"
		}
		f(`<text class="goal" x="%.1f%%" y="12" text-anchor="%s">objectif %s</text><line x1="%.1f%%" x2="%.1f%%" y1="16" y2="30"/>`, 100*goal/top, anchor, Percent(goal), 100*goal/top, 100*goal/top)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// Percent writes a share from 0 to 1, « 40 % », « 27,5 % ».
func Percent(share float64) string {
	s := strings.TrimRight(strings.TrimRight(strconv.FormatFloat(share*100, 'f', 1, 64), "0"), ".")
	return strings.Replace(s, ".", ",", 1) + "\u202f%"
}

// key returns the legend of the bars.
func key(expected bool) template.HTML {
	const open = `<li><svg viewBox="0 0 36 16" class="bar" aria-hidden="true" focusable="false">`
	s := `<ul class="key">` +
		open + `<rect class="low" y="3" width="36" height="10"/></svg>part certaine</li>` +
		open + `<rect class="high" y="3" width="36" height="10"/><path class="whisker" d="M4 4v8m0-4H32m0-4v8"/></svg>ce que les adresses à vérifier peuvent ajouter</li>` +
		open + `<path class="target" d="M18 0V16"/></svg>objectif</li>`
	if expected {
		s += open + `<path class="expected" d="M18 3l4 5-4 5-4-5z"/></svg>part attendue</li>`
	}
	return template.HTML(s + `</ul>`)
}

// Trend sizes, in SVG units.
const (
	trendWidth, trendHeight = 320.0, 130.0
	trendLeft, trendRight   = 34.0, 12.0
	trendTop, trendBottom   = 14.0, 26.0
)

// Picture draws the quarters of a unit: a dot at the lower bound, a whisker to the
// upper one, a line through the lower bounds and a dashed one at the target.
func (t *Trend) Picture(top float64) template.HTML {
	n := len(t.Points)
	if n == 0 || top <= 0 {
		return ""
	}
	x := func(i int) float64 {
		if n == 1 {
			return (trendLeft + trendWidth - trendRight) / 2
		}
		return trendLeft + 10 + (trendWidth-trendLeft-trendRight-20)*float64(i)/float64(n-1)
	}
	y := func(share float64) float64 {
		return trendHeight - trendBottom - (trendHeight-trendTop-trendBottom)*share/top
	}
	var b strings.Builder
	f := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	f(`<svg class="trend" viewBox="0 0 %g %g" aria-hidden="true" focusable="false">`, trendWidth, trendHeight)
	f(`<text x="%g" y="%.1f" text-anchor="end">0</text><text x="%g" y="%.1f" text-anchor="end">%s</text>`, trendLeft-4, y(0)+4, trendLeft-4, y(top)+4, Percent(top))
	f(`<path class="grid" d="M%g %.1fH%g" stroke="#d3dae2"/>`, trendLeft, y(0), trendWidth-trendRight)
	pen := "M"
	line := ""
	for i, p := range t.Points {
		f(`<text x="%.1f" y="%g" text-anchor="middle">%s</text>`, x(i), trendHeight-8, template.HTMLEscapeString(p.Label))
		if p.HasTarget {
			f(`<path class="target" d="M%.1f %.1fH%.1f"/>`, x(i)-14, y(p.Target), x(i)+14)
		}
		if !p.HasShare {
			pen = "M"
			continue
		}
		line += fmt.Sprintf("%s%.1f %.1f", pen, x(i), y(p.Low))
		pen = "L"
		if p.High > p.Low {
			f(`<path class="whisker" d="M%.1f %.1fh8m-4 0V%.1fm-4 0h8"/>`, x(i)-4, y(p.Low), y(p.High))
		}
		f(`<circle class="dot" cx="%.1f" cy="%.1f" r="4"/>`, x(i), y(p.Low))
	}
	f(`<path class="line" d="%s"/></svg>`, line)
	return template.HTML(b.String())
}

// TrendTop returns the share at the top of every trend of the page.
func (p *Pilotage) TrendTop() float64 { return trendTopOf(p.Trends) }

func trendTopOf(trends []Trend) float64 {
	top := 0.0
	for _, t := range trends {
		for _, q := range t.Points {
			top = max(top, q.High, q.Target)
		}
	}
	return roundTop(top)
}
