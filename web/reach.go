package web

import (
	"fmt"
	"html/template"
	"strings"
)

// Reach is the page of whom the sites reach: by bus, train and foot while they are
// open, or by straight lines.
type Reach struct {
	Layout
	Filters  []Filter
	Week     string // first day asked, 2026-12-01; empty for straight lines
	Headline string
	Warning  string
	Spans    *Spans
	Days     *Days
	Map      *Map
	Beside   *Table // of the map's areas
	Tables   []Table
	Proposed *Proposed
	Notes    []string
	Facts    []Fact
	Exports  []Link
	Empty    string
}

func (*Reach) view() string { return "reach" }

// Spans are shares of people within durations or distances, a line a group.
type Spans struct {
	Heads []string
	Rows  []SpanRow
	Note  string
}

// SpanRow is a group of people.
type SpanRow struct {
	Name, People string
	Cells        []SpanCell
}

// SpanCell is a share from 0 to 1 with its bounds, and in words.
type SpanCell struct {
	Low, Mid, High float64
	Text           string
}

// Bar draws the share: full up to the lower bound, hatched up to the upper one, a line
// at the middle. Its text says the same.
func (c SpanCell) Bar() template.HTML {
	x := func(share float64) float64 { return barWidth * min(share, 1) }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="bar thin" viewBox="0 0 %g 12" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="rail" width="%g" height="12"/><rect class="low" width="%.1f" height="12"/>`, barWidth, barWidth, x(c.Low))
	if c.High > c.Low {
		fmt.Fprintf(&b, `<rect class="high" x="%.1f" width="%.1f" height="12"/><path class="whisker" d="M%.1f 0v12"/>`, x(c.Low), x(c.High)-x(c.Low), x(c.Mid))
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// Days is a week by half-days.
type Days struct {
	Heads []string // of the days
	Rows  []DaysRow
	Keys  []LegendItem
	Note  string
}

// DaysRow is mornings or afternoons.
type DaysRow struct {
	Name  string
	Cells []DaysCell
}

// DaysCell is one half-day: a class of shade, what it says, and a word more; closed when
// nothing is open.
type DaysCell struct {
	Class, Text, More string
	Closed            bool
}

// Proposed is where and when to open places.
type Proposed struct {
	Headline string
	Table    Table
	Notes    []string
}
