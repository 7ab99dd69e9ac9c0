package report

import (
	"cmp"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/geo/residency"
	"perimetre/quota"
	"perimetre/quota/agreement"
)

// Document is the JSON of a quota, as other programs read it.
type Document struct {
	Rule      string         `json:"rule"`
	Period    quota.Period   `json:"period"`
	AsOf      geo.Date       `json:"as_of"`
	Pack      string         `json:"pack"`
	Perimeter string         `json:"perimeter"`
	Counting  quota.Counting `json:"counting"`
	Units     []DocumentUnit `json:"units"`
	Total     DocumentUnit   `json:"total"`
	Rejected  []rejected     `json:"rejected"`
	Moved     *moved         `json:"moved,omitempty"`
	Details   *details       `json:"details,omitempty"`
}

// DocumentUnit has null for what does not exist or is hidden.
type DocumentUnit struct {
	Code          string      `json:"code"`
	Name          *string     `json:"name"`
	Entries       *int        `json:"entries"`
	In            *int        `json:"in"`
	Out           *int        `json:"out"`
	Undecided     *int        `json:"undecided"`
	ShareMin      *float64    `json:"share_min"`
	ShareMax      *float64    `json:"share_max"`
	Target        *float64    `json:"target"`
	Verdict       *string     `json:"verdict"`
	VerdictAuto   *string     `json:"verdict_auto"`
	ExpectedShare *float64    `json:"expected_share"`
	Short         *int        `json:"short"`
	Missing       *int        `json:"missing"`
	MissingAtMix  *int        `json:"missing_at_mix"`
	Flip          *quota.Flip `json:"flip"`
	// Reread is how far a second reader agrees with the manual decisions; absent while none is
	// drawn, and for the public.
	Reread *agreement.Agreement `json:"rereading,omitempty"`
}

type rejected struct {
	File   string       `json:"file,omitempty"`
	Line   int          `json:"line,omitempty"`
	Person string       `json:"person,omitempty"`
	Unit   string       `json:"unit"`
	Reason quota.Reason `json:"reason"`
	Detail string       `json:"detail,omitempty"`
	Count  int          `json:"count"`
}

type moved struct {
	Before quota.Count  `json:"before"`
	After  quota.Count  `json:"after"`
	Steps  []movedStep  `json:"steps"`
	Points *movedPoints `json:"points"`
	// Unit is the unit whose move this is, in Units alone.
	Unit  string   `json:"unit,omitempty"`
	Units []*moved `json:"units,omitempty"`
	// Changed counts the persons whose answer changed, by motif.
	Changed []movedMotif `json:"changed"`
}

type movedMotif struct {
	Before  string `json:"before"`
	After   string `json:"after"`
	Persons int    `json:"persons"`
}

type movedPoints struct {
	Min float64 `json:"min"`
	Max float64 `json:"max"`
}

type movedStep struct {
	Cause     quota.Cause  `json:"cause"`
	Persons   int          `json:"persons"`
	In        int          `json:"in"`
	Out       int          `json:"out"`
	Undecided int          `json:"undecided"`
	Points    *movedPoints `json:"points"`
}

// details are given on request: the contract above stays as it is.
type details struct {
	Closed         bool                 `json:"closed"`
	Headline       string               `json:"headline"`
	Departements   []DocumentUnit       `json:"departements"`
	Regions        []DocumentUnit       `json:"regions"`
	YearToDate     []DocumentUnit       `json:"year_to_date,omitempty"`
	Pace           []pacedUnit          `json:"pace,omitempty"`
	Aside          map[quota.Reason]int `json:"aside,omitempty"`
	Mutations      []mutation           `json:"mutations,omitempty"`
	OutOfTerritory []outside            `json:"out_of_territory,omitempty"`
	OwnFlag        *ownFlag             `json:"own_flag,omitempty"`
	Replay         []replayed           `json:"replay,omitempty"`
	Doubts         []doubtful           `json:"doubts,omitempty"`
	Outcomes       []*besides           `json:"outcomes,omitempty"`
	Notices        []string             `json:"notices"`
}

// doubtful is a unit whose figures rest on something that its files do not tell. People
// is null where the reader does not see the number.
type doubtful struct {
	Code   string      `json:"code"`
	Doubt  quota.Doubt `json:"doubt"`
	Grave  bool        `json:"grave"`
	People *int        `json:"people"`
}

// replayed is the whole under other perimeters.
type replayed struct {
	Perimeter string       `json:"perimeter"`
	Total     DocumentUnit `json:"total"`
}

type pacedUnit struct {
	Code   string         `json:"code"`
	Period *quota.Horizon `json:"period"`
	Year   *quota.Horizon `json:"year"`
}

type mutation struct {
	File      string   `json:"file"`
	Line      int      `json:"line"`
	Person    string   `json:"person"`
	From      string   `json:"from"`
	FirstDate geo.Date `json:"first_date"`
	To        string   `json:"to"`
	Date      geo.Date `json:"date"`
}

type outside struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Person   string `json:"person"`
	Unit     string `json:"unit"`
	Commune  string `json:"commune"`
	Resident string `json:"resident_unit"`
}

// ownFlag counts rows by own flag, then by computed answer.
type ownFlag struct {
	Counts map[string]map[string]int `json:"counts"`
	Lines  []int                     `json:"disagreements"`
}

// JSON writes a quota in the shape that other programs rely on.
func (v *View) JSON(w io.Writer, o Options) error {
	r := v.result
	d := Document{
		Rule: r.Rule.ID, Period: r.Period, AsOf: r.AsOf, Pack: r.Pack, Perimeter: r.Perimeter, Counting: r.Rule.Counting,
		Units: v.units(quota.LevelUnit, r.Units), Total: v.unit(quota.LevelTotal, r.Total), Rejected: []rejected{},
	}
	if !v.Public {
		for _, x := range r.Rejected {
			d.Rejected = append(d.Rejected, rejected{x.File, x.Line, x.Person, x.Unit, x.Reason, x.Detail, x.Count})
		}
		if o.Move != nil {
			d.Moved = newMoved(o.Move)
		}
	}
	if o.Details {
		d.Details = v.details()
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

func (v *View) units(l quota.Level, units []quota.Unit) []DocumentUnit {
	out := make([]DocumentUnit, 0, len(units))
	for _, u := range units {
		out = append(out, v.unit(l, u))
	}
	return out
}

func (v *View) unit(l quota.Level, u quota.Unit) DocumentUnit {
	cell := func(c quota.Column, n int) *int {
		if v.veil.Hidden(l, u.Code, c) {
			return nil
		}
		return &n
	}
	d := DocumentUnit{
		Code: u.Code, Entries: cell(quota.ColumnN, u.N()), In: cell(quota.ColumnIn, u.In),
		Out: cell(quota.ColumnOut, u.Out), Undecided: cell(quota.ColumnUndecided, u.Undecided),
	}
	if u.Name != "" {
		d.Name = &u.Name
	}
	if v.veil.Reader != quota.Everybody {
		d.Reread = u.Reread
	}
	if v.tellsTarget(u) {
		d.Target = number(u.Target())
	}
	d.ExpectedShare = number(u.Expected.Share())
	if v.veil.Any(l, u.Code) {
		if verdict, auto := string(u.Verdict), string(u.VerdictAuto); !v.veil.HidesVerdict(l, u.Code) {
			d.Verdict = &verdict
			if auto != "" && !v.veil.HidesAuto(l, u.Code) {
				d.VerdictAuto = &auto
			}
		}
		if v.lowerBound(l, u) {
			d.ShareMin = number(u.ShareMin())
			if u.Required != nil && v.tellsTarget(u) {
				d.Short, d.Missing = &u.Short, u.Missing
			}
		}
		return d
	}
	d.ShareMin, d.ShareMax = number(u.ShareMin()), number(u.ShareMax())
	verdict, auto := string(u.Verdict), string(u.VerdictAuto)
	d.Verdict = &verdict
	if auto != "" && !v.veil.HidesAuto(l, u.Code) {
		d.VerdictAuto = &auto
	}
	if u.Required != nil && v.tellsTarget(u) {
		d.Short, d.Missing, d.MissingAtMix, d.Flip = &u.Short, u.Missing, u.MissingAtMix, u.Flip
	}
	return d
}

func number(f float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	return &f
}

func newMoved(m *quota.Move) *moved {
	out := &moved{Before: m.Before, After: m.After, Changed: []movedMotif{}}
	out.Unit = m.Unit
	for _, u := range m.Units {
		out.Units = append(out.Units, newMoved(u))
	}
	for motifs, n := range m.Reasons {
		out.Changed = append(out.Changed, movedMotif{motifs[0], motifs[1], n})
	}
	slices.SortFunc(out.Changed, func(a, b movedMotif) int {
		return cmp.Or(strings.Compare(a.Before, b.Before), strings.Compare(a.After, b.After))
	})
	if m.Min != nil {
		out.Points = newPoints(m.Min.Float64, m.Max.Float64)
	}
	for _, s := range m.Steps {
		step := movedStep{Cause: s.Cause, Persons: s.Persons, In: s.In, Out: s.Out, Undecided: s.Undecided}
		if s.Min != nil {
			step.Points = newPoints(s.Min.Float64, s.Max.Float64)
		}
		out.Steps = append(out.Steps, step)
	}
	return out
}

func newPoints(low, high func() (float64, bool)) *movedPoints {
	l, _ := low()
	h, _ := high()
	return &movedPoints{Min: 100 * l, Max: 100 * h}
}

func (d *details) addOutcomes(b *besides) {
	if b != nil {
		d.Outcomes = append(d.Outcomes, b)
	}
}

func (v *View) details() *details {
	r := v.result
	d := &details{
		Closed: r.Closed(), Headline: v.Headline, Departements: v.units(quota.LevelDepartement, r.Departements),
		Regions: v.units(quota.LevelRegion, r.Regions), Notices: append([]string{}, v.Notices...),
	}
	for _, u := range r.Units {
		for _, doubt := range v.told(u) {
			line := doubtful{Code: u.Code, Doubt: doubt, Grave: doubt.Grave()}
			if n := u.Doubts[doubt]; n > 0 && !v.veil.Masks() {
				line.People = &n
			}
			d.Doubts = append(d.Doubts, line)
		}
	}
	for _, u := range r.Units {
		d.addOutcomes(v.besides(quota.LevelUnit, u.Code))
	}
	d.addOutcomes(v.besides(quota.LevelTotal, r.Total.Code))
	for _, u := range append(r.Units[:len(r.Units):len(r.Units)], r.Total) {
		if u.Pace != nil && !v.veil.Masks() {
			d.Pace = append(d.Pace, pacedUnit{u.Code, u.Pace.Period, u.Pace.Year})
		}
	}
	if v.Public {
		return d
	}
	d.Aside = r.Aside
	for _, u := range append(r.Units[:len(r.Units):len(r.Units)], r.Total) {
		if u.YearToDate != nil {
			y := u
			y.Assessment = *u.YearToDate
			d.YearToDate = append(d.YearToDate, v.unit(quota.LevelUnit, y))
		}
	}
	for _, m := range r.Mutations {
		d.Mutations = append(d.Mutations, mutation{File: m.File, Line: m.Line, Person: m.Person, From: m.From, To: m.Unit, FirstDate: m.FirstDate, Date: m.Date})
	}
	for _, o := range r.Outside {
		d.OutOfTerritory = append(d.OutOfTerritory, outside{File: o.File, Line: o.Line, Person: o.Person, Unit: o.Unit, Commune: o.Commune, Resident: o.Resident})
	}
	for _, x := range r.Replay {
		u := r.Total
		u.Assessment = x.Total
		d.Replay = append(d.Replay, replayed{x.Perimeter, v.unit(quota.LevelTotal, u)})
	}
	if !r.Own.Empty() {
		d.OwnFlag = &ownFlag{Counts: map[string]map[string]int{}}
		words := map[quota.Answer]string{quota.In: string(residency.In), quota.Out: string(residency.Out), quota.Undecided: "inconnu"}
		for own, a := range words {
			d.OwnFlag.Counts[a] = map[string]int{}
			for computed, b := range map[quota.Answer]string{quota.In: string(residency.In), quota.Out: string(residency.Out), quota.Undecided: string(residency.Undecided)} {
				d.OwnFlag.Counts[a][b] = r.Own.Cells[own][computed]
			}
		}
		for _, x := range r.Own.Disagreements {
			d.OwnFlag.Lines = append(d.OwnFlag.Lines, x.Line)
		}
	}
	return d
}
