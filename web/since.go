package web

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"perimetre/french"
)

// Since sets the figures of a page against an earlier state of them.
type Since struct {
	Links  []Link // the earlier states that may be chosen
	Intro  string
	Causes []string // columns, each an effect on the lower bound
	Rows   []SinceRow
	Total  *SinceRow // nil where it would reveal what is hidden
	// Picture is the move of PictureOf, the whole unless a unit is asked for; nil where it
	// would reveal what is hidden.
	Picture   *Waterfall
	PictureOf string
	Notes     []string
	Empty     string // why there is nothing to compare
}

// SinceRow is a unit: differences in people, shares, effects in points in the order
// of the causes, and what else is to be known.
type SinceRow struct {
	Name, Href, Entries, In, Undecided string
	Before, After                      string
	Effects, Facts                     []string
}

// Waterfall goes from a share to another, cause by cause. From, To and the deltas
// are shares from 0 to 1.
type Waterfall struct {
	Before, After string
	From, To      float64
	Steps         []WaterfallStep
}

// WaterfallStep is a cause and what it adds to the share.
type WaterfallStep struct {
	Label, Text string
	Delta       float64
}

// Waterfall sizes, in SVG units.
const (
	fallWidth, fallRow  = 640.0, 30.0
	fallLeft, fallRight = 236.0, 92.0
	fallHeight          = 16.0
	fallAxis            = 20.0
)

// SVG draws a line for the state before, one a cause, one for the state after. States
// are marks, not bars, for the scale does not start at zero: its ends are labelled. What raises the share is
// full, what lowers it is hatched, and each has its sign.
func (w *Waterfall) SVG() template.HTML {
	low, high, at := math.Min(w.From, w.To), math.Max(w.From, w.To), w.From
	for _, s := range w.Steps {
		at += s.Delta
		low, high = math.Min(low, at), math.Max(high, at)
	}
	pad := math.Max((high-low)*.15, .005)
	low, high = math.Max(0, low-pad), math.Min(1, high+pad)
	x := func(share float64) float64 {
		return fallLeft + (fallWidth-fallLeft-fallRight)*(share-low)/(high-low)
	}
	tall := fallRow*float64(len(w.Steps)+2) + fallAxis
	var b strings.Builder
	f := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	f(`<svg class="fall" viewBox="0 0 %g %g" aria-hidden="true" focusable="false">`, fallWidth, tall)
	for i := 0; i <= 4; i++ {
		share := low + (high-low)*float64(i)/4
		f(`<path class="grid" d="M%.1f 0V%.1f"/><text class="tick" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, x(share), tall-fallAxis, x(share), tall-4, french.Percent(share))
	}
	line := 0
	text := func(label, value string, y, right float64, class string) {
		f(`<text x="%g" y="%.1f" text-anchor="end"%s>%s</text><text x="%.1f" y="%.1f"%s>%s</text>`, fallLeft-10, y+fallRow*.64, class, template.HTMLEscapeString(label), right+6, y+fallRow*.64, class, template.HTMLEscapeString(value))
	}
	state := func(label, value string, share float64) {
		y := fallRow * float64(line)
		f(`<rect class="state" x="%.1f" y="%.1f" width="5" height="%g"/>`, x(share)-2.5, y+(fallRow-fallHeight)/2, fallHeight)
		text(label, value, y, x(share), ` class="strong"`)
		line++
	}
	state("avant", w.Before, w.From)
	at = w.From
	for _, s := range w.Steps {
		y := fallRow * float64(line)
		a, z := x(at), x(at+s.Delta)
		class := "up"
		if s.Delta < 0 {
			class = "down"
		}
		f(`<path class="thread" d="M%.1f %.1fV%.1f"/>`, a, y-(fallRow-fallHeight)/2, y+(fallRow-fallHeight)/2)
		f(`<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%g"/>`, class, math.Min(a, z), y+(fallRow-fallHeight)/2, math.Max(1, math.Abs(z-a)), fallHeight)
		text(s.Label, s.Text, y, math.Max(a, z), "")
		at += s.Delta
		line++
	}
	f(`<path class="thread" d="M%.1f %.1fV%.1f"/>`, x(at), fallRow*float64(line)-(fallRow-fallHeight)/2, fallRow*float64(line)+(fallRow-fallHeight)/2)
	state("après", w.After, w.To)
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}
