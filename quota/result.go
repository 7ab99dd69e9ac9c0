package quota

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"perimetre/geo"
	"perimetre/quota/agreement"
	"perimetre/quota/directory"
)

// Unit is a Mission Locale, or a group of them, with its assessment.
type Unit struct {
	Code string
	Name string // empty when unknown
	Assessment
	// YearToDate is the same from 1 January to the period's end; nil when the period starts
	// there, or when the input does not say.
	YearToDate *Assessment
	Pace       *Pace
	Expected   *Expected
	Doubts     Doubts               // of the rows behind the counts; nil where nothing is known of them
	Reread     *agreement.Agreement // of its manual decisions, where some were answered again; nil: none drawn
}

// Result is a quota, unit by unit. Units are sorted by name, then code.
type Result struct {
	Rule      *Rule
	Period    Period
	AsOf      geo.Date // the day on which the figures were drawn
	Pack      string
	Perimeter string
	Units     []Unit
	// Departements and Regions pool units by the code of their unit: a share of
	// sums, never a mean of shares.
	Departements []Unit
	Regions      []Unit
	Total        Unit

	Rejected  []Rejection
	Aside     map[Reason]int
	Mutations []Mutation
	Outside   []OutOfTerritory
	Open      []OpenFile
	Own       Reconciliation
	Notices   []string
	// Unreplayed are the units that cannot be counted under the perimeter asked for.
	Unreplayed []Unreplayed
	// Replay is the whole under the other perimeters that every bordereau holds.
	Replay []Replayed
	// Population is the table behind the expected shares, nil without one.
	Population *Population
	// FromCounts reports that the result comes from bordereaux or published figures: there are
	// no rows behind it.
	FromCounts bool
	counted    *Counted
	// blocks are the counts of each unit with their breakdown, by code: what a reader
	// may see depends on it.
	blocks map[string]Block
	// Files names the inputs.
	Files []string
}

// Replayed is a total under other perimeters than the result's.
type Replayed struct {
	Perimeter string
	Total     Assessment
}

// Closed reports whether the period was over on the day of the figures: otherwise
// they are provisional.
func (r *Result) Closed() bool { return r.Period.Closed(r.AsOf) }

// Options are the choices of a computation; the zero value takes the period
// that holds every entry.
type Options struct {
	Period     Period
	AsOf       geo.Date
	Units      *directory.Units
	Population *Population
	// Loaded reports whether a version of the QPV is loaded where a unit works, or is nil when
	// nothing knows. It names the reason why a unit cannot be replayed.
	Loaded func(perimeter, unit string) bool
}

// FromRows computes a quota from flagged files. Files flagged under different
// perimeters are refused by name.
func FromRows(files []*Flagged, rule *Rule, o Options) (*Result, error) {
	if o.Period.ID == "" {
		o.Period = spanOf(files, rule, o.AsOf)
	}
	c := countRows(files, rule, o.Period, o.Units)
	if err := c.checkPerimeters(); err != nil {
		return nil, err
	}
	tallies := c.tallies(rule)
	r := assemble(tallies, rule, o)
	r.counted, r.blocks = c, map[string]Block{}
	for _, t := range tallies {
		r.blocks[t.Code] = c.block("", t)
	}
	r.setDoubts()
	r.Pack, r.Perimeter = strings.Join(c.Packs, "|"), strings.Join(c.Perimeters, "|")
	r.Rejected, r.Aside, r.Mutations, r.Outside, r.Open, r.Own = c.Rejected, c.Aside, c.Mutations, c.Outside, c.Open, c.Own
	for _, f := range files {
		r.Files = append(r.Files, f.Name)
		r.Notices = append(r.Notices, f.Notices...)
	}
	if n := c.unreadNotice(); n != "" {
		r.Notices = append(r.Notices, n)
	}
	if n := r.programmeNotice(files); n != "" {
		r.Notices = append(r.Notices, n)
	}
	if len(c.Packs) > 1 {
		r.Notices = append(r.Notices, "Plusieurs éditions du référentiel géographique : "+strings.Join(c.Packs, ", ")+".")
	}
	if !o.Units.Knows() {
		r.Notices = append(r.Notices, "Territoires des Missions Locales non chargés : les résidences hors territoire ne sont pas listées.")
	}
	if rule.Counting == Entries && (o.Period.From.Month != 1 || o.Period.From.Day != 1) {
		year := Period{From: day(int(o.Period.To.Year), 1, 1), To: o.Period.To}
		r.cumulate(countRows(files, rule, year, o.Units).tallies(rule))
	}
	r.setPace(nil)
	return r, nil
}

// programmeNotice tells a column of programmes that never names the rule's: it
// may be another column.
func (r *Result) programmeNotice(files []*Flagged) string {
	if r.Total.N() > 0 || r.Aside[OtherProgramme] == 0 {
		return ""
	}
	seen := map[string]bool{}
	for _, f := range files {
		for i := range f.Rows {
			if p := f.Rows[i].Programme; p != "" && len(seen) < 6 {
				seen[p] = true
			}
		}
	}
	return "Aucune ligne du dispositif " + r.Rule.Programme + " ; valeurs vues : « " + strings.Join(slices.Sorted(maps.Keys(seen)), " », « ") + " »."
}

// spanOf returns the period of every entry that the rule may count, the quarter of
// the day without any.
func spanOf(files []*Flagged, rule *Rule, asOf geo.Date) Period {
	var first, last geo.Date
	for _, f := range files {
		for i := range f.Rows {
			row := &f.Rows[i]
			if row.Problem != "" || f.Has.Programme && len(rule.Values) > 0 && !rule.counts(row.Programme) {
				continue
			}
			if first.IsZero() || row.Entry.Before(first) {
				first = row.Entry
			}
			if row.Entry.After(last) {
				last = row.Entry
			}
		}
	}
	if first.IsZero() {
		return QuarterOf(asOf)
	}
	return Spanning(first, last)
}

// tallies returns the tallies of every unit met, counted or not, with the target that new
// entries meet.
func (c *Counted) tallies(rule *Rule) []Tally {
	out := make([]Tally, 0, len(c.Tallies))
	for _, t := range c.Tallies {
		t.Marginal = marginal(rule, t.Code, c.Period)
		out = append(out, *t)
	}
	return out
}

// marginal returns the unit's target at the end of a period, else its last one within.
func marginal(rule *Rule, unit string, p Period) Fraction {
	targets := rule.targetsOf(unit)
	if i := rule.targetAt(unit, p.To); i >= 0 {
		return targets[i].Share
	}
	for _, t := range slices.Backward(targets) {
		if (t.From.IsZero() || !t.From.After(p.To)) && (t.To.IsZero() || !t.To.Before(p.From)) {
			return t.Share
		}
	}
	return Fraction{}
}

// assemble assesses tallies one by one, and pooled.
func assemble(tallies []Tally, rule *Rule, o Options) *Result {
	r := &Result{Rule: rule, Period: o.Period, AsOf: o.AsOf, Population: o.Population, Aside: map[Reason]int{}}
	sortTallies(tallies)
	unit := func(t Tally) Unit {
		return Unit{Code: t.Code, Name: t.Name, Assessment: assess(t, rule.Unlocatable)}
	}
	total := Tally{Code: "TOTAL", Name: "Ensemble", Marginal: common(rule, tallies, o.Period)}
	departements, regions := pool{}, pool{}
	for _, t := range tallies {
		u := unit(t)
		u.Expected = o.Population.Of(t.Code)
		r.Units = append(r.Units, u)
		total.Parts, total.Unsure = append(total.Parts, t.Parts...), total.Unsure || t.Unsure
		if dep := departement(t.Code); dep != "" {
			name, region, _ := geo.Departement(dep)
			departements.add(dep, name, t)
			regions.add(region, region, t)
		}
	}
	r.Total = unit(total)
	r.Total.Expected = o.Population.ofAll(unitCodes(tallies))
	for dep, t := range departements {
		u := unit(t)
		u.Expected = o.Population.ofAll(slices.DeleteFunc(unitCodes(tallies), func(c string) bool { return departement(c) != dep }))
		r.Departements = append(r.Departements, u)
	}
	for _, t := range regions {
		r.Regions = append(r.Regions, unit(t))
	}
	byCode := func(a, b Unit) int { return strings.Compare(a.Code, b.Code) }
	slices.SortFunc(r.Departements, byCode)
	slices.SortFunc(r.Regions, byCode)
	r.Notices = append(r.Notices, rule.Warnings(o.Period, o.AsOf)...)
	if o.Population == nil {
		r.Notices = append(r.Notices, "Population non chargée : la part attendue n’est pas calculée.")
	} else {
		r.Notices = append(r.Notices, o.Population.Notices()...)
	}
	return r
}

// pool adds tallies up by group.
type pool map[string]Tally

func (p pool) add(code, name string, t Tally) {
	g, met := p[code]
	g.Code, g.Name, g.Parts, g.Unsure = code, name, append(g.Parts, t.Parts...), g.Unsure || t.Unsure
	switch {
	case !met:
		g.Marginal = t.Marginal
	case g.Marginal != t.Marginal:
		g.Marginal = Fraction{}
	}
	p[code] = g
}

// common returns the target that new entries meet in all units alike, zero where they differ.
func common(rule *Rule, tallies []Tally, p Period) Fraction {
	if len(tallies) == 0 {
		return marginal(rule, "", p)
	}
	for _, t := range tallies {
		if t.Marginal != tallies[0].Marginal {
			return Fraction{}
		}
	}
	return tallies[0].Marginal
}

func unitCodes(tallies []Tally) []string {
	codes := make([]string, len(tallies))
	for i, t := range tallies {
		codes[i] = t.Code
	}
	return codes
}

func sortTallies(tallies []Tally) {
	french := collate.New(language.French)
	slices.SortFunc(tallies, func(a, b Tally) int {
		an, bn := a.Name, b.Name
		if an == "" {
			an = "\uffff" // unknown names last
		}
		if bn == "" {
			bn = "\uffff"
		}
		if k := french.CompareString(an, bn); k != 0 {
			return k
		}
		return strings.Compare(a.Code, b.Code)
	})
}

// cumulate adds to each unit, and to the totals, the year's figures to date.
func (r *Result) cumulate(tallies []Tally) {
	rule := r.Rule
	byCode := map[string]Tally{}
	total := Tally{Marginal: r.Total.Marginal}
	groups := pool{}
	for _, t := range tallies {
		byCode[t.Code] = t
		total.Parts = append(total.Parts, t.Parts...)
		if dep := departement(t.Code); dep != "" {
			_, region, _ := geo.Departement(dep)
			groups.add(dep, "", t)
			groups.add(region, "", t)
		}
	}
	set := func(units []Unit, from func(code string) Tally) {
		for i := range units {
			a := assess(from(units[i].Code), rule.Unlocatable)
			units[i].YearToDate = &a
		}
	}
	set(r.Units, func(code string) Tally { return byCode[code] })
	set(r.Departements, func(code string) Tally { return groups[code] })
	set(r.Regions, func(code string) Tally { return groups[code] })
	a := assess(total, rule.Unlocatable)
	r.Total.YearToDate = &a
}

// departement returns the département of a unit that bears a commune's code, or the
// empty string.
func departement(code string) string {
	if len(code) != 5 {
		return ""
	}
	dep := geo.DepartementOf(code)
	if _, _, ok := geo.Departement(dep); !ok {
		return ""
	}
	return dep
}

// regionOf returns the region of a département, empty when unknown.
func regionOf(departement string) string {
	_, region, _ := geo.Departement(departement)
	return region
}
