package web

import (
	"fmt"
	"math"
	"slices"

	"perimetre/french"
)

// Pilotage is the page of a quota: which Missions Locales reach their target.
// It shows counts only.
type Pilotage struct {
	Layout
	RuleName string
	Counting string // « entrées (hors renouvellements) »
	Target   string // « 40 % », « leur objectif »; empty without a target
	Period   string // « 3e trimestre 2024 (du 01/07/2024 au 30/09/2024) »

	Tab     string // "tableau", "tendance" or "carte"
	Tabs    []Link
	Filters []Filter // the period and what goes with it
	Options []Filter // the rule, the perimeters: seldom changed
	State   State
	// Stages of the meeting, in order, one of them Current.
	Stages []Link
	// Sheets prints one page a Mission Locale; Project shows one at a time.
	Sheets, Project string
	// Reserve names those whose figures are doubtful, and why.
	Reserve string
	// Received says who sent its counts; nil where figures come from rows.
	Received *Received
	Facts    []Fact
	// Confirm says that the target is to be confirmed; empty when it is in force.
	Confirm string
	Goals   []Fact // the target and its source

	Rows   []ShareRow
	Groups []ShareRow
	Total  ShareRow
	// Projected is the row shown alone; Around leads to the one before and the next.
	Projected *ShareRow
	Around    []Link
	// Sort names the columns that may be sorted by, with the link that does.
	Sort map[string]SortLink
	// Shared says why the QPV of the lines add up to more than their number.
	Shared       string
	NoPopulation bool
	SameTarget   bool
	Masked       string
	Notices      []string

	Trends     []Trend
	Map        *Map
	Gaps       []GapRow // the table of the map
	Replay     *Replay
	Since      *Since
	Simulation *Simulation
	// Observations are the observations of a frozen state: by whom, and what.
	Observations []Fact

	// Draw asks for a sample of manual decisions to be answered again; nil on a frozen state.
	Draw    *DrawForm
	Frozen  []Link // states frozen before
	Freeze  *FreezeForm
	Exports []Link
	Empty   string // why there is nothing to show
	Why     string // what it takes to have something; empty for the usual
	Instead []Link // where there is something, then
}

func (*Pilotage) view() string { return "pilotage" }

// Filter is a choice of the reader that reloads the page.
type Filter struct {
	Name, Label string
	Choices     []Choice
}

// State distinguishes provisional figures from frozen ones.
type State struct {
	Frozen bool
	Text   string // « provisoire », « arrêté au 30/09/2024 »
	Detail string
}

// Received counts the bordereaux of a period.
type Received struct {
	Got, Expected int
	Missing       []string
	Letter        string // text to copy, for those who have not sent
}

// ShareRow is one unit: texts as they are read, numbers for the pictures. Low,
// High, Target and Expected are shares from 0 to 1.
type ShareRow struct {
	Code, Name, Href                    string
	Zones                               string   // number of QPV in its territory
	ZoneNames                           []string // their names
	Entries, In, Undecided              string
	Share                               string
	ExpectedText                        string
	TargetText                          string
	Verdict                             string // key of DOMAIN's verdicts; empty when hidden
	VerdictText, Sign                   string
	Missing, MissingTitle               string
	Auto, Flip, Unlocatable, YearToDate string
	Reread                              string // how far a second reader agrees with the manual decisions, in a few words
	Low, High, Target, Expected         float64
	HasShare, HasTarget, HasExpected    bool
	Hidden                              bool   // a number of the line is hidden
	Received                            bool   // it has sent figures; the other texts are « – » otherwise
	Why                                 string // what it sent cannot be counted under the perimeters asked for; empty otherwise
	Beside, BesideShort                 string // the count that the rule does not take; empty where no file tells it
	Pace, OutOfReach                    string // what remains to do by the end of the period, and whether it is out of reach
	// Doubts lessen the figures, the gravest first; Reserved marks the line for them.
	Doubts   []string
	Reserved bool
}

// GapRow is a unit of the map: the distance of its bounds to the target, in points,
// and how it is drawn.
type GapRow struct {
	Name, Share, Low, High, Drawn string
	Verdict, VerdictText, Sign    string
	Swatch                        LegendItem
}

// SortLink sorts a table by a column.
type SortLink struct {
	Href string
	Dir  string // "ascending", "descending" or empty
}

// Trend is a unit's share by quarter.
type Trend struct {
	Name   string
	Points []TrendPoint
}

// TrendPoint is a quarter of a Trend; HasShare is false when nobody entered.
type TrendPoint struct {
	Label, Share, VerdictText string
	Verdict, Sign             string
	Low, High, Target         float64
	HasShare, HasTarget       bool
}

// Replay sets the same people under two versions of the perimeters.
type Replay struct {
	Before, After string // the versions
	Intro         string
	Rows          []ReplayRow
}

// ReplayRow is a unit under both versions.
type ReplayRow struct {
	Name, Before, After, BeforeVerdict, AfterVerdict, Difference string
	VerdictChanged                                               bool
	Why                                                          string // it cannot be replayed; empty when it is
}

// Changes says why the share moved since another state.
type Changes struct {
	Links   []Link // the earlier states that may be chosen
	Intro   string
	Notes   []string
	Rows    []ChangeRow
	Total   ChangeRow
	Picture *Waterfall // nil where a share does not exist
}

// ChangeRow is a cause, in people and in points.
type ChangeRow struct{ Cause, People, In, Out, Undecided, Min, Max string }

// Simulation is a formula that a user entered.
type Simulation struct {
	Label, Reference string
	Rows             []Fact
}

// FreezeForm asks for a name to freeze figures under.
type FreezeForm struct {
	Action, Name string
	Hidden       []Choice    // fields sent along: Value under Label
	Units        []SaidField // Missions Locales that may have observations
	Warning      string      // « le trimestre n’est pas fini »
	Missing      string      // « 3 sur 16 reçus, manquent : … »; empty when all have sent
	Supersedes   string      // the state that this one would replace; empty for the first
}

// DrawForm draws manual decisions of a Mission Locale at random, for another person of it to
// answer again.
type DrawForm struct {
	Action string
	Hidden []Choice // fields sent along: Value under Label
	Units  []Choice // Missions Locales that have sent
	Done   []Fact   // what was drawn and answered, by Mission Locale
}

// SaidField is where a Mission Locale's observations are written: its field's name, the
// Mission Locale's, and what it wrote itself.
type SaidField struct{ Field, Label, Text string }

// Sentence answers the page's question, from the very rows of the table: how many have
// sent, what their verdicts are, and the share of those who have.
func (p *Pilotage) Sentence() string {
	var verdicts []string
	for i := range p.Rows {
		if p.Rows[i].Received {
			verdicts = append(verdicts, p.Rows[i].Verdict)
		}
	}
	s := french.Verdicts(len(p.Rows), verdicts)
	counted := len(slices.DeleteFunc(verdicts, func(v string) bool { return v == "non_rejoue" }))
	if p.Total.HasShare && !p.Total.Hidden {
		s += fmt.Sprintf(" Part %s : %s.", french.Plural(counted, "de celui-ci", "de l’ensemble des "+french.Integer(counted)), p.Total.Share)
	}
	return French(s)
}

// Top returns the share at the right end of the bars: a round one past every bound.
func (p *Pilotage) Top() float64 {
	top := p.Total.top()
	for i := range p.Rows {
		top = max(top, p.Rows[i].top())
	}
	for i := range p.Groups {
		top = max(top, p.Groups[i].top())
	}
	return roundTop(top)
}

// Goal returns the target that all lines share, negative without one.
func (p *Pilotage) Goal() float64 {
	goal := -1.0
	for i := range p.Rows {
		switch r := &p.Rows[i]; {
		case !r.HasTarget:
		case goal < 0:
			goal = r.Target
		case goal != r.Target:
			return -1
		}
	}
	return goal
}

func (r *ShareRow) top() float64 {
	t := 0.0
	if r.HasShare {
		t = r.High
	}
	if r.HasTarget {
		t = max(t, r.Target)
	}
	if r.HasExpected {
		t = max(t, r.Expected)
	}
	return t
}

func roundTop(share float64) float64 {
	step := .1
	if share > .5 {
		step = .2
	}
	return math.Min(1, math.Max(.1, math.Ceil(share/step+.05)*step))
}

// unitCells is a line of the table, with what its columns depend on.
type unitCells struct {
	ShareRow
	Top                      float64
	SameTarget, NoPopulation bool
	CanRemind                bool // the page holds the letter to who has not sent
}

// Cells returns what a line's template needs.
func (p *Pilotage) Cells(r ShareRow, top float64) unitCells {
	return unitCells{r, top, p.SameTarget, p.NoPopulation, p.Received != nil && p.Received.Letter != ""}
}
