package web

import (
	"fmt"

	"perimetre/french"
)

// Home is a Mission Locale's own page: its share in ten seconds, why it moved, its
// territory and what is to be done.
type Home struct {
	Layout
	Unit     string
	Period   string
	Filters  []Filter
	State    State
	Confirm  string   // that the target is to be confirmed; empty when it is in force
	Row      ShareRow // its own line
	HasRow   bool
	Facts    []Fact
	Todo     []Todo
	Left     string // time left before the period ends
	Changes  *Changes
	Trend    *Trend
	Map      *Map
	Zones    *Table
	Sites    *Table
	Complete *Completeness
	Exports  []Link
	// Freeze asks for a name to freeze figures under; nil for who may not.
	Freeze       *FreezeForm
	Frozen       []Link
	Observations []Fact
	// Settled is what the services de l'État froze of this Mission Locale's figures.
	Settled *OwnSettled
	// Observe asks what the Mission Locale says of its figures before that; nil for who
	// may not, or too late.
	Observe *ObserveForm
	Notices []string
	Empty   string
}

// OwnSettled is a Mission Locale's own line of a state of the services de l'État.
type OwnSettled struct {
	Stamp string
	Row   *ShareRow // nil when nothing had been received
}

// ObserveForm asks what a Mission Locale says of its figures.
type ObserveForm struct {
	Action, Text, By string
	Hidden           []Choice
}

func (*Home) view() string { return "home" }

// Todo is something to do before the quarter's end.
type Todo struct{ Text, Href, Label string }

// Sentence returns the share, its bounds, and the expected share.
func (h *Home) Sentence() string {
	r := &h.Row
	if !h.HasRow || !r.HasShare {
		return French("Personne n’est compté sur la période : il n’y a pas de part.")
	}
	s := fmt.Sprintf("%s des entrées résident en QPV", french.Capital(r.Share))
	if r.HasTarget {
		s += fmt.Sprintf(" ; objectif %s : %s", r.TargetText, french.Small(r.VerdictText))
	}
	if r.HasExpected {
		s += fmt.Sprintf(". Part attendue du territoire : %s", r.ExpectedText)
	}
	return French(s + ".")
}

// Top returns the right end of the page's bar.
func (h *Home) Top() float64 { return roundTop(h.Row.top()) }

// Goal returns the target, negative without one.
func (h *Home) Goal() float64 {
	if !h.Row.HasTarget {
		return -1
	}
	return h.Row.Target
}

// TrendTop returns the share at the top of the trend.
func (h *Home) TrendTop() float64 { return trendTopOf([]Trend{*h.Trend}) }
