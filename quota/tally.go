package quota

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/quota/directory"
	"perimetre/quota/outcome"
)

// Ref points at a row without showing who it is about.
type Ref struct {
	File   string
	Line   int
	Person string
	Unit   string
}

// Rejection is a row that must be corrected before it counts. Count is 1 for a row, more for a
// line of a bordereau, which has no File and no Line.
type Rejection struct {
	Ref
	Reason Reason
	Detail string
	Count  int
}

// Mutation is a person who entered in two units: counted in the first alone, or on a same
// day in the first by code.
type Mutation struct {
	Ref       // the later entry, not counted
	From      string
	FirstDate geo.Date
	Date      geo.Date
}

// OutOfTerritory is a person counted in a unit whose residence is in another's.
type OutOfTerritory struct {
	Ref
	Commune  string
	Resident string // the unit of the commune
}

// OpenFile is a counted row that is still undecided.
type OpenFile struct {
	Ref
	Motif, Action string
	Entry         geo.Date
}

// Counted is the result of one pass over rows.
type Counted struct {
	Period    Period
	Tallies   map[string]*Tally
	Breakdown map[string]*Breakdown // of each unit, for its bordereau
	Rejected  []Rejection
	Aside     map[Reason]int
	Mutations []Mutation
	Outside   []OutOfTerritory
	Open      []OpenFile
	Own       Reconciliation
	// Perimeters and Packs are the versions and packs of the counted rows, sorted.
	Perimeters, Packs []string
	// candidates are the rows that the rule may count, chosen those that it does,
	// by person.
	candidates []chosenRow
	chosen     map[string]*chosenRow
	unread     map[string]bool // situations that no group has
}

// Breakdown details a unit's counted rows as a bordereau does.
type Breakdown struct {
	Motifs  map[string]int `json:"motifs,omitempty"`  // of undecided rows
	Actions map[string]int `json:"actions,omitempty"` // of undecided rows
	Bases   map[string]int `json:"bases,omitempty"`   // of manual decisions
	Doubts  Doubts         `json:"doubts,omitempty"`  // of the rows behind the counts
	// Outcomes are all entries by situation at the end, nil where no file tells it.
	Outcomes outcome.Counts `json:"outcomes,omitempty"`
}

type chosenRow struct {
	row   *Row
	file  *Flagged
	order int // of the file
	unit  string
}

// countRows applies a rule to files over a period. units resolves codes and
// names; territory, which may be nil, gives the unit of a commune.
func countRows(files []*Flagged, rule *Rule, p Period, units *directory.Units) *Counted {
	c := &Counted{
		Period: p, Tallies: map[string]*Tally{}, Breakdown: map[string]*Breakdown{}, Aside: map[Reason]int{},
		chosen: map[string]*chosenRow{}, unread: map[string]bool{},
	}
	var candidates []chosenRow
	programmes := map[string]bool{} // a programme's words are read once
	counts := func(programme string) bool {
		yes, known := programmes[programme]
		if !known {
			yes = rule.counts(programme)
			programmes[programme] = yes
		}
		return yes
	}
	for order, f := range files {
		c.Aside[NotARow] += f.SkippedLines
		for i := range f.Rows {
			row := &f.Rows[i]
			unit := units.Resolve(row.Unit, row.Name)
			if t, ok := c.Tallies[unit]; !ok {
				c.Tallies[unit] = &Tally{Code: unit, Name: units.NameOf(unit, row.Name)}
			} else if t.Name == "" {
				t.Name = row.Name
			}
			if aside, rejected := c.sift(row, f, rule, counts); rejected != "" {
				c.Rejected = append(c.Rejected, Rejection{Ref: ref(f, row, unit), Reason: rejected, Detail: cmp.Or(row.Detail, row.seen(rejected)), Count: 1})
			} else if aside != "" {
				c.Aside[aside]++
			} else {
				candidates = append(candidates, chosenRow{row, f, order, unit})
			}
		}
	}
	c.candidates = candidates
	c.choose(candidates, rule)
	c.byOutcome(rule)
	c.tally(rule, units)
	return c
}

// sift reports whether a row is a candidate, set aside by the rule, or rejected.
// A row that the period or the programme leaves out is never rejected for what
// it says besides.
func (c *Counted) sift(row *Row, f *Flagged, rule *Rule, counts func(string) bool) (aside, rejected Reason) {
	dated := row.Problem != BadDate && row.Problem != NoDate
	if dated {
		if rule.Counting == FollowUp {
			if row.Entry.After(c.Period.To) || !row.End.IsZero() && row.End.Before(c.Period.To) {
				return NotFollowed, ""
			}
		} else if !c.Period.Contains(row.Entry) {
			return OutOfPeriod, ""
		}
	}
	if f.Has.Programme && len(rule.Values) > 0 && row.Programme != "" && !counts(row.Programme) {
		return OtherProgramme, ""
	}
	if row.Problem != "" {
		return "", row.Problem
	}
	if f.Has.without(row.Absent).Programme && len(rule.Values) > 0 && row.Programme == "" {
		return "", NoProgramme
	}
	if row.Renewal && !rule.KeepRenewals && rule.Counting == Entries {
		return Renewed, ""
	}
	if a := rule.Ages; a != nil && !row.Birth.IsZero() {
		limit := a.Max
		if row.RQTH {
			limit = a.MaxRQTH
		}
		if age := ageOn(row.Birth, row.Entry); age < a.Min || age > limit {
			return "", OutOfAge
		}
	}
	return "", ""
}

// choose keeps one row a person: the first entry, or for a follow-up the last
// one begun, which has the latest address. On a same day the order of units, then what
// the rows say, settles it: never the order of the files.
func (c *Counted) choose(candidates []chosenRow, rule *Rule) {
	slices.SortStableFunc(candidates, func(a, b chosenRow) int {
		day := a.row.Entry.Compare(b.row.Entry)
		if rule.Counting == FollowUp {
			day = -day
		}
		return cmp.Or(day, strings.Compare(a.unit, b.unit), cmp.Compare(a.row.Answer, b.row.Answer), strings.Compare(a.row.Motif, b.row.Motif),
			strings.Compare(a.row.Zone, b.row.Zone), strings.Compare(a.file.Name, b.file.Name), cmp.Compare(a.row.Line, b.row.Line))
	})
	for i := range candidates {
		k := &candidates[i]
		first, ok := c.chosen[k.row.Person]
		switch {
		case !ok:
			c.chosen[k.row.Person] = k
		case first.unit == k.unit:
			c.Aside[Repeated]++
		default:
			c.Aside[Moved]++
			c.Mutations = append(c.Mutations, Mutation{Ref: ref(k.file, k.row, k.unit), From: first.unit, FirstDate: first.row.Entry, Date: k.row.Entry})
		}
	}
}

func (c *Counted) tally(rule *Rule, units *directory.Units) {
	perimeters, packs := map[string]bool{}, map[string]bool{}
	// In a settled order, so that lists come out alike at each run.
	for _, k := range slices.SortedFunc(maps.Values(c.chosen), func(a, b *chosenRow) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.row.Line, b.row.Line))
	}) {
		row := k.row
		date := row.Entry
		if rule.Counting == FollowUp {
			date = c.Period.To
		}
		n := c.Tallies[k.unit].at(rule, date)
		b := c.breakdown(k.unit)
		for _, d := range rule.doubtsOf(row, k.file.Has, units, k.unit) {
			b.Doubts[d]++
		}
		switch row.Answer {
		case In:
			n.In++
		case Out:
			n.Out++
		case Undecided:
			n.Undecided++
			b.Motifs[row.Motif]++
			b.Actions[row.Action]++
			c.Open = append(c.Open, OpenFile{Ref: ref(k.file, row, k.unit), Motif: row.Motif, Action: row.Action, Entry: row.Entry})
		}
		if row.Unlocatable() {
			n.Unlocatable++
		}
		if row.Decided {
			switch row.Answer {
			case In:
				n.DecidedIn++
			case Out:
				n.DecidedOut++
			case Undecided:
				n.DecidedNone++
			}
			b.Bases[row.Basis]++
		}
		if k.file.Has.Own {
			c.Own.add(row, ref(k.file, row, k.unit))
		}
		if home := units.UnitOf(row.Commune); home != "" && home != k.unit {
			c.Outside = append(c.Outside, OutOfTerritory{Ref: ref(k.file, row, k.unit), Commune: row.Commune, Resident: home})
		}
		if row.Perimeter != "" {
			perimeters[row.Perimeter] = true
		}
		if row.Pack != "" {
			packs[row.Pack] = true
		}
	}
	for _, x := range c.Rejected {
		if x.Reason == BadDate || x.Reason == NoDate {
			c.breakdown(x.Unit).Doubts[DatesInvalid] += x.Count
		}
	}
	c.Perimeters, c.Packs = slices.Sorted(maps.Keys(perimeters)), slices.Sorted(maps.Keys(packs))
}

func (c *Counted) breakdown(unit string) *Breakdown {
	b := c.Breakdown[unit]
	if b == nil {
		b = &Breakdown{Motifs: map[string]int{}, Actions: map[string]int{}, Bases: map[string]int{}, Doubts: Doubts{}}
		c.Breakdown[unit] = b
	}
	return b
}

// at returns the count of the part that holds a date, added when it is the first.
func (t *Tally) at(rule *Rule, d geo.Date) *Count {
	var part Part
	if i := rule.targetAt(t.Code, d); i >= 0 {
		target := rule.targetsOf(t.Code)[i]
		part = Part{Share: target.Share, From: target.From, To: target.To}
	}
	return t.part(part)
}

func (t *Tally) part(like Part) *Count {
	for i := range t.Parts {
		if p := &t.Parts[i]; p.Share == like.Share && p.From == like.From && p.To == like.To {
			return &p.Count
		}
	}
	t.Parts = append(t.Parts, Part{Share: like.Share, From: like.From, To: like.To})
	return &t.Parts[len(t.Parts)-1].Count
}

func ref(f *Flagged, row *Row, unit string) Ref {
	return Ref{File: f.Name, Line: row.Line, Person: row.Person, Unit: unit}
}

// lastEntry returns the latest entry counted, zero without any.
func (c *Counted) lastEntry() (last geo.Date) {
	for _, k := range c.chosen {
		if k.row.Entry.After(last) {
			last = k.row.Entry
		}
	}
	return last
}
