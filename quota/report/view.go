// Package report writes a quota as text, JSON, CSV, XLSX or HTML. Figures of the
// text and of the pictures come from one View.
package report

import (
	"fmt"
	"slices"
	"strings"

	"perimetre/french"
	"perimetre/quota"
)

// Options are what a reader chooses.
type Options struct {
	// Reader is who the report is for: small numbers are hidden for others than
	// the unit itself.
	Reader quota.Reader
	// Details adds to JSON what the report knows besides.
	Details bool
	// Move explains a difference with another state; nil without one.
	Move *quota.Move
	// Engine is the program's version.
	Engine string
	// Veil is what the reader does not see, where the result is protected with others
	// (quota.Publish); nil when it is protected alone.
	Veil *quota.Veil
}

// View is a result as readers see it: hidden cells are gone, words are French.
type View struct {
	Title     string // of the rule
	RuleID    string
	Target    string // "40 %", "selon la Mission Locale", "sans objectif"
	Headline  string // the answer, in one sentence
	Reserve   string // whose figures are doubtful, and why; empty when nobody's
	Period    string // "3e trimestre 2024 (du 01/07/2024 au 30/09/2024)"
	PeriodID  string
	State     string // "provisoire" or "arrêté au 30/09/2024"
	Drawn     string // day of the figures
	Perimeter string
	Pack      string
	Counting  string
	Source    string
	Engine    string
	Masked    string // what is hidden and why; empty when nothing is
	Public    bool
	Files     []string
	// SameTarget and NoPopulation spare a column.
	SameTarget, NoPopulation bool

	Lines        []Line
	Departements []Line
	Regions      []Line
	Total        Line
	Notices      []string
	Rejected     []RejectedLine
	Aside        []Pair
	Open         []OpenLine
	Mutations    []string
	Outside      []string
	Own          *OwnTable
	Move         *MoveTable
	Replay       []Pair // the share under other perimeters
	Simulation   *SimulationTable

	result *quota.Result
	veil   *quota.Veil
}

// Line is one unit. A hidden number is "•", and what follows from it too.
type Line struct {
	Code, Name                  string
	N, In, Out, Undecided       string
	Share                       string // "27,1 %" or "de 27,1 % à 27,2 %"
	Range                       string // the same, shorter: "27,1 – 27,2 %"
	Target                      string
	Verdict                     quota.Verdict
	VerdictText                 string
	Sign                        string
	Auto                        string // the verdict without decisions, where it differs
	Reread, RereadShort         string // how far a second reader agrees with the decisions; empty: none drawn
	Expected                    string
	Zones                       string
	Short, Missing, MissingMix  string
	Flip                        string
	YearToDate, YearVerdict     string
	Pace                        string // what remains to do by the end of the period
	OutOfReach                  string // « hors d’atteinte ce trimestre »; empty otherwise
	PeriodEnd, YearEnd          *HorizonText
	Doubts                      []string // what lessens the figures, the gravest first
	Reserved                    bool     // a grave doubt marks the line
	Beside, BesideShort         string   // the count that the rule does not take
	Unlocatable                 string   // verdicts of other treatments, where they differ
	Low, High, TargetShare      float64  // from 0 to 1, for pictures
	HasShare, HasTarget, Hidden bool
}

// HorizonText is what remains to do by a day.
type HorizonText struct {
	To, Expected, Needed string
	Unreachable          bool
}

// Pair is a label and its number.
type Pair struct{ Label, Value string }

// RejectedLine is a row to correct, or a number of them.
type RejectedLine struct{ File, Line, Person, Unit, Reason, Detail, Count string }

// OpenLine is an undecided row, without its address.
type OpenLine struct{ File, Line, Person, Unit, Entry, Action, Motif string }

// OwnTable sets the institution's flag against the computed one.
type OwnTable struct {
	Columns       []string
	Rows          []OwnRow
	Summary       string
	Disagreements []string
}

// OwnRow is a line of an OwnTable.
type OwnRow struct {
	Label string
	Cells []string
}

// MoveTable is why the share moved.
type MoveTable struct {
	Intro   string
	Rows    []MoveRow
	Total   MoveRow
	Reasons []Pair // « numéro hors QPV → numéro dans le QPV » and its persons
	Name    string // of the unit, empty for all
	Units   []*MoveTable
}

// MoveRow is a cause: people and points. MinShare is Min exact, from -1 to 1, for
// pictures.
type MoveRow struct {
	Cause, Persons, In, Out, Undecided, Min, Max string
	MinShare                                     float64
}

// SimulationTable is a user's formula applied; it has no legal value.
type SimulationTable struct {
	Label, Reference string
	Rows             []Pair
}

const hidden = "•"

// NewView turns a result into what a reader sees.
func NewView(r *quota.Result, o Options) *View {
	if o.Reader == "" {
		o.Reader = quota.OwnUnit
	}
	veil := o.Veil
	if veil == nil {
		veil = r.Rule.Sight(o.Reader).Veil(r)
	}
	v := &View{
		result: r, veil: veil, Public: o.Reader != quota.OwnUnit,
		Title: french.Typography(r.Rule.Name), RuleID: r.Rule.ID, PeriodID: r.Period.ID, Period: PeriodText(r.Period), Drawn: french.Date(r.AsOf),
		Counting: countingText(r), Perimeter: perimeterText(r.Perimeter), Pack: orDash(strings.ReplaceAll(r.Pack, "|", ", ")),
		Source: french.Typography(r.Rule.Source), Engine: o.Engine, Files: r.Files,
	}
	v.State = "provisoire"
	if r.Closed() {
		v.State = "arrêté au " + french.Date(r.Period.To)
	}
	switch {
	case veil.Masks():
		v.Masked = fmt.Sprintf("« %s »%s: nombre caché, parce qu’il compte moins de %d personnes ou qu’il en ferait connaître un.", hidden, french.Thin, veil.Totals)
	case veil.Details > 1:
		v.Masked = fmt.Sprintf("Les totaux de chaque Mission Locale sont donnés tels qu’ils ont été envoyés%s; le détail (par raison, par décision) qui compte moins de %d personnes est caché.", french.Thin, veil.Details)
	}
	for _, u := range r.Units {
		v.Lines = append(v.Lines, v.line(quota.LevelUnit, u))
	}
	for _, u := range r.Departements {
		v.Departements = append(v.Departements, v.line(quota.LevelDepartement, u))
	}
	for _, u := range r.Regions {
		v.Regions = append(v.Regions, v.line(quota.LevelRegion, u))
	}
	v.Total = v.line(quota.LevelTotal, r.Total)
	v.Target = targetText(r)
	v.SameTarget, v.NoPopulation = oneTarget(v.Lines) >= 0 || !r.Rule.HasTarget(), r.Population == nil
	v.Headline, v.Reserve = v.headline(), v.reserve()
	for _, n := range r.Notices {
		v.Notices = append(v.Notices, french.Typography(n))
	}
	v.lists()
	if o.Move != nil && !v.Public {
		v.Move = NewMoveTable(o.Move)
	}
	v.replay()
	v.simulation(o.Reader)
	return v
}

func (v *View) line(level quota.Level, u quota.Unit) Line {
	cell := func(c quota.Column, n int) string {
		if v.veil.Hidden(level, u.Code, c) {
			return hidden
		}
		return french.Integer(n)
	}
	l := Line{
		Code: u.Code, Name: u.Name, Verdict: u.Verdict,
		N: cell(quota.ColumnN, u.N()), In: cell(quota.ColumnIn, u.In), Out: cell(quota.ColumnOut, u.Out), Undecided: cell(quota.ColumnUndecided, u.Undecided),
	}
	if l.Name == "" {
		l.Name = orDash(u.Code)
	}
	v.doubts(&l, u)
	b := v.besides(level, u.Code)
	l.Beside, l.BesideShort = b.text(), b.short()
	l.Hidden = v.veil.Any(level, u.Code)
	if u.Reread != nil && v.veil.Reader != quota.Everybody {
		l.Reread, l.RereadShort = u.Reread.String(), u.Reread.Short()
	}
	if v.tellsTarget(u) {
		l.TargetShare, l.HasTarget = u.Target()
	}
	if l.HasTarget {
		l.Target = french.Chosen(l.TargetShare, 2)
	} else {
		l.Target = "–"
	}
	l.Expected = "–"
	if e := u.Expected; e != nil {
		l.Zones = strings.Join(e.Zones, ", ")
		if _, ok := e.Share(); ok {
			l.Expected = french.Ratio(e.InQPV, e.Young)
		} else if low, high, ok := e.Bounds(); ok {
			l.Expected = "de " + french.Percent(low) + " à " + french.Percent(high)
		} else if e.Possible > 0 {
			l.Zones += fmt.Sprintf(" – habitants en QPV%s: de %s à %s", french.Thin, french.Integer(e.Sure), french.Integer(e.Possible))
		}
	}
	if u.Expected != nil && u.Expected.InQPV == 0 && len(u.Expected.Zones) == 0 {
		l.Zones = "aucun QPV sur ce territoire"
	}
	if l.Hidden {
		v.shown(&l, level, u)
		return l
	}
	l.Low, l.HasShare = u.ShareMin()
	l.High, _ = u.ShareMax()
	l.Share, l.Range = shareText(u.Assessment), rangeText(u.Assessment)
	l.VerdictText, l.Sign = VerdictText(u.Verdict)
	l.Auto = v.autoText(level, u)
	l.Short, l.Missing, l.MissingMix, l.Flip = "–", "–", "–", "–"
	if u.Required != nil && v.tellsTarget(u) {
		l.Short = french.Integer(u.Short)
		if u.ShortMin != u.Short {
			l.Short = french.Integer(u.ShortMin) + " à " + french.Integer(u.Short)
		}
		l.Missing, l.MissingMix = missingText(!u.Marginal.IsZero(), u.Missing), missingText(!u.Marginal.IsZero(), u.MissingAtMix)
	}
	if u.Flip != nil && v.tellsTarget(u) {
		l.Flip = french.Integer(u.Flip.ToReach) + " oui ou " + french.Integer(u.Flip.ToMiss) + " non"
	}
	if !v.veil.Masks() {
		l.Pace = paceText(u.Pace, v.result.Period)
		if u.Pace != nil && u.Pace.Period != nil && !u.Pace.Period.Reachable {
			l.OutOfReach = "hors d’atteinte " + spanText(v.result.Period)
		}
	}
	if v.Public {
		return l // other figures could tell hidden ones by difference
	}
	if y := u.YearToDate; y != nil {
		l.YearToDate = shareText(*y)
		l.YearVerdict, _ = VerdictText(y.Verdict)
	}
	if u.Pace != nil {
		l.PeriodEnd, l.YearEnd = horizonText(u.Pace.Period), horizonText(u.Pace.Year)
	}
	if len(u.ByUnlocatable) > 0 {
		var parts []string
		for _, t := range []quota.Unlocatable{quota.AsUndecided, quota.AsOut, quota.Excluded} {
			w, _ := VerdictText(u.ByUnlocatable[t])
			parts = append(parts, unlocatableText[t]+french.Thin+": "+strings.ToLower(w))
		}
		l.Unlocatable = strings.Join(parts, french.Thin+"; ")
	}
	return l
}

// told returns the doubts of a unit that the reader may know. The public reads the grave
// ones that concern all of its entries, which tells no number.
func (v *View) told(u quota.Unit) []quota.Doubt {
	if !v.veil.Masks() {
		return u.Doubts.List()
	}
	return slices.DeleteFunc(u.Doubts.Grave(), func(d quota.Doubt) bool { return u.Doubts[d] != u.N() })
}

// doubts tells what lessens the figures of a line.
func (v *View) doubts(l *Line, u quota.Unit) {
	for _, d := range v.told(u) {
		l.Reserved = l.Reserved || d.Grave()
		if v.veil.Masks() {
			l.Doubts = append(l.Doubts, french.Capital(d.Name()))
		} else {
			l.Doubts = append(l.Doubts, u.Doubts.Sentence(d, u.N()))
		}
	}
}

// reserve names the units whose figures are marked, by doubt: « Sous réserve :
// renouvellements non écartés (Roubaix, Lens) ».
func (v *View) reserve() string {
	var order []quota.Doubt
	names := map[quota.Doubt][]string{}
	for i, u := range v.result.Units {
		for _, d := range v.told(u) {
			if !d.Grave() {
				continue
			}
			if names[d] == nil {
				order = append(order, d)
			}
			names[d] = append(names[d], v.Lines[i].Name)
		}
	}
	if len(order) == 0 {
		return ""
	}
	var parts []string
	for _, d := range order {
		part := d.Name()
		if len(v.Lines) > 1 {
			part += " (" + few(names[d], 6) + ")"
		}
		parts = append(parts, part)
	}
	return "Sous réserve" + french.Thin + ": " + strings.Join(parts, french.Thin+"; ") + "."
}

// few joins the first names of a list, and counts the others.
func few(names []string, most int) string {
	if more := len(names) - most; more > 1 {
		return strings.Join(names[:most], ", ") + " et " + french.Integer(more) + " autres"
	}
	return strings.Join(names, ", ")
}

// shown fills a line that has hidden cells with what follows from the others:
// the lower bound, and what the target lacks from it, come from the entries and
// the residents alone; the verdict, from what the mask allows.
func (v *View) shown(l *Line, level quota.Level, u quota.Unit) {
	l.Share, l.Range, l.Short, l.Missing, l.MissingMix, l.Flip = hidden, hidden, hidden, hidden, hidden, hidden
	l.Verdict, l.VerdictText = "", v.tooFew()
	if !v.veil.HidesVerdict(level, u.Code) {
		l.Verdict = u.Verdict
		l.VerdictText, l.Sign = VerdictText(u.Verdict)
		l.Auto = v.autoText(level, u)
	}
	if !v.lowerBound(level, u) {
		return
	}
	l.Low, l.HasShare = u.ShareMin()
	l.High = l.Low
	l.Share = "au moins " + french.Ratio(u.In, u.N())
	l.Range = "≥" + french.Thin + french.Ratio(u.In, u.N())
	if u.Required != nil && v.tellsTarget(u) {
		l.Short, l.Missing = "au plus "+french.Integer(u.Short), missingText(!u.Marginal.IsZero(), u.Missing)
		if u.Short == 0 {
			l.Short = "0"
		}
	}
}

// autoText returns the verdict without manual decisions, where it differs or is hidden.
func (v *View) autoText(level quota.Level, u quota.Unit) string {
	switch {
	case u.VerdictAuto == "" || v.veil.HidesAuto(level, u.Code):
		return "caché (peu de décisions)"
	case u.VerdictAuto != u.Verdict:
		text, _ := VerdictText(u.VerdictAuto)
		return text
	}
	return ""
}

// tellsTarget reports whether a line's target may be shown where numbers are masked: one
// that weighs several parts tells how many people each has.
func (v *View) tellsTarget(u quota.Unit) bool { return !v.veil.Masks() || !u.Weighted() }

// lowerBound reports whether the entries and the residents of a line are shown.
func (v *View) lowerBound(level quota.Level, u quota.Unit) bool {
	return !v.veil.Hidden(level, u.Code, quota.ColumnN) && !v.veil.Hidden(level, u.Code, quota.ColumnIn)
}

// tooFew stands for a verdict that hidden numbers would give away, « < 11 »: it is
// hidden, which says nothing of what it is.
func (v *View) tooFew() string { return fmt.Sprintf("<\u00a0%d", v.veil.Totals) }

// headline answers the page's question.
func (v *View) headline() string {
	n, reached, unsettled := 0, 0, 0
	for _, u := range v.result.Units {
		switch u.Verdict {
		case quota.NotRelevant, quota.NoTarget:
			continue
		case quota.Reached:
			reached++
		case quota.Undetermined:
			unsettled++
		}
		n++
	}
	total := v.Total
	all := fmt.Sprintf("part d’ensemble%s: %s", french.Thin, total.Share)
	switch {
	case v.result.Total.N() == 0:
		return "Personne n’est compté sur la période" + french.Thin + ": il n’y a pas de part."
	case total.Hidden && !total.HasShare:
		return "Les nombres sont trop petits pour être montrés."
	case total.Hidden || slices.ContainsFunc(v.Lines, func(l Line) bool { return l.Hidden }):
		return french.Capital(all) + "." // a number of verdicts would tell the hidden ones
	case !v.result.Rule.HasTarget():
		return french.Capital(all) + " (" + total.In + " sur " + total.N + ")."
	case n == 1:
		return fmt.Sprintf("%s%s: %s, objectif %s.", total.VerdictText, french.Thin, total.Share, total.Target)
	}
	what := v.Target
	if strings.HasPrefix(what, "selon") {
		what = "leur objectif"
	}
	verb := "atteignent"
	if reached < 2 {
		verb = "atteint"
		what = strings.Replace(what, "leur", "son", 1)
	}
	subject := french.Count(reached, "Mission Locale", "Missions Locales")
	if reached == 0 {
		subject, verb = "Aucune Mission Locale", "n’atteint"
	}
	s := fmt.Sprintf("%s sur %s %s %s", subject, french.Integer(n), verb, what)
	if unsettled == 1 {
		s += french.Thin + "; 1 ne peut être départagée"
	} else if unsettled > 1 {
		s += french.Thin + "; " + french.Integer(unsettled) + " ne peuvent être départagées"
	}
	return s + french.Thin + "; " + all + "."
}
