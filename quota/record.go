package quota

import (
	"cmp"
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/geo/residency"
	"perimetre/ingest/table"
)

// Record is one row of a flagged table before any rule: what its cells say, read
// once for every rule and period that counts it. It holds no address.
type Record struct {
	Line    int
	Skipped bool // a blank line or a line of totals: nothing below is set
	Person  string
	// Unit and Name are the unit's code and name as written, or empty.
	Unit, Name                                                               string
	Programme, Motif, Action, Zone, Perimeter, Commune, Pack, Basis, Outcome string
	Absent                                                                   string
	Entry, End, Birth, AddressDate                                           Day
	Renewal                                                                  Repeat
	RQTH                                                                     bool
	Own                                                                      Answer // the institution's own flag, or Undecided
	Statuses                                                                 Statuses
}

// Day is a date as a cell writes it. Written is the cell, kept of an end, and of a
// date that cannot be read.
type Day struct {
	Date    geo.Date
	Bad     bool
	Written string
}

// Repeat says whether a row renews a contract. Written is the cell, kept when it
// cannot be read.
type Repeat struct {
	Yes, Bad bool
	Written  string
}

// Statuses are the row's status in each zoning as flag writes it, or empty.
type Statuses struct{ QPV, FRR, ZRR string }

// Held reports which optional columns a flagged table holds.
type Held struct{ Unit, Programme, Renewal, FirstEntry, End, Birth, RQTH, Own, Commune, Motif, Perimeter, AddressDate, Outcome bool }

// Columns are the columns of a flagged table that quotas read.
type Columns struct {
	name   string
	header []string
	cols   table.Columns
	at     flaggedColumns
	has    Held
	words  interner
}

// NewColumns finds the columns of a flagged table by its headings; name is the
// table's in faults and notices. A table without the person or the entry date is
// refused.
func NewColumns(name string, header []string, o ReadOptions) (*Columns, error) {
	profile := o.Profile
	if profile == nil {
		profile = table.Generic()
	}
	cols := profile.Match(header)
	if err := cols.Map(header, o.Map...); err != nil {
		return nil, err
	}
	if o.Unit != "" {
		i := table.FindColumn(header, o.Unit)
		if i < 0 {
			return nil, &fault.Error{Kind: fault.Usage, File: name, Message: "--unit : colonne introuvable", Expected: "« " + strings.Join(header, " », « ") + " »", Seen: o.Unit}
		}
		cols.Set(table.Unit, i)
	}
	if err := cols.Need(name, header, table.Person, table.EntryDate); err != nil {
		return nil, err
	}
	at := func(title string) int { return table.FindColumn(header, title) }
	c := &Columns{name: name, header: header, cols: cols, words: interner{}, at: flaggedColumns{
		status: at("qpv_statut"), motif: at("qpv_motif"), action: at("qpv_action"), zone: at("qpv_code"), perimeter: at("qpv_perimetre"),
		citycode: at("result_citycode"), pack: at("pack"), basis: at("qpv_decision_base"), frr: at("frr_statut"), zrr: at("zrr_statut"), absent: at(AbsentTitle),
		unitName: unitNameColumn(header, cols.Index(table.Unit)),
	}}
	c.has = HeldBy(cols.Has)
	c.has.Commune, c.has.Motif, c.has.Perimeter = c.at.citycode >= 0, c.at.motif >= 0, c.at.perimeter >= 0
	return c, nil
}

// Has reports which optional columns the table holds.
func (c *Columns) Has() Held { return c.has }

// Record reads one row; the record keeps nothing of cells.
func (c *Columns) Record(line int, kind table.RowKind, cells []string) Record {
	if kind != table.Data {
		return Record{Line: line, Skipped: true}
	}
	cell := func(i int) string {
		if i < 0 {
			return ""
		}
		return c.words.of(table.Clean(cells[i]))
	}
	raw := func(i int) string {
		if i < 0 {
			return ""
		}
		return c.words.of(strings.TrimSpace(cells[i]))
	}
	field := func(f table.Field) string { return table.Clean(c.cols.Cell(cells, f)) }
	day := func(f table.Field) (d Day) {
		text := field(f)
		var err error
		if d.Date, err = table.ParseDate(text); err != nil {
			d.Bad = true
		}
		if d.Bad || f == table.CEJEnd {
			d.Written = c.words.of(text)
		}
		return d
	}
	rec := Record{
		Line: line, Person: strings.Clone(field(table.Person)), Unit: cell(c.cols.Index(table.Unit)), Name: cell(c.at.unitName),
		Programme: cell(c.cols.Index(table.Programme)), Motif: cell(c.at.motif), Action: cell(c.at.action), Zone: cell(c.at.zone),
		Perimeter: cell(c.at.perimeter), Commune: cell(c.at.citycode), Pack: cell(c.at.pack), Basis: cell(c.at.basis),
		Entry: day(table.EntryDate), End: day(table.CEJEnd), Birth: day(table.BirthDate), AddressDate: day(table.AddressDate), Absent: cell(c.at.absent), Outcome: cell(c.cols.Index(table.Outcome)),
		Statuses: Statuses{QPV: raw(c.at.status), FRR: raw(c.at.frr), ZRR: raw(c.at.zrr)},
	}
	rec.RQTH, _, _ = table.ParseBool(field(table.RQTH))
	renewed, err := table.Renews(field(table.Renewal), field(table.FirstEntry))
	if rec.Renewal = (Repeat{Yes: renewed}); err != nil {
		rec.Renewal = Repeat{Bad: true, Written: strings.Clone(cmp.Or(field(table.Renewal), field(table.FirstEntry)))}
	}
	if own := field(table.FlagQPV); own != "" {
		rec.Own = ownAnswer(own)
	}
	return rec
}

// row returns what a rule makes of a record: the first thing that prevents counting it is
// its problem.
func (rec *Record) row(rule *Rule) Row {
	out := Row{
		Line: rec.Line, Person: rec.Person, Unit: rec.Unit, Name: rec.Name, Programme: rec.Programme, Motif: rec.Motif, Action: rec.Action,
		Zone: rec.Zone, Perimeter: rec.Perimeter, Commune: rec.Commune, Pack: rec.Pack, Basis: rec.Basis, Entry: rec.Entry.Date, Absent: rec.Absent, RQTH: rec.RQTH, Own: rec.Own, Outcome: rec.Outcome,
	}
	reject := func(r Reason, detail string) {
		if out.Problem == "" {
			out.Problem, out.Detail = r, detail
		}
	}
	if rec.Entry.Bad {
		reject(BadDate, rec.Entry.Written)
	} else if rec.Entry.Date.IsZero() {
		reject(NoDate, "")
	}
	if rec.Person == "" {
		reject(NoPerson, "")
	}
	var status Reason
	var seen string
	if out.Answer, status, seen = rec.Statuses.answer(rule.Zonings); status != "" {
		reject(status, seen)
	}
	out.Decided = rec.decided(rule.Zonings, out.Answer)
	// An end that cannot be read leaves the contract open; it matters to follow-up alone.
	if rule.Counting == FollowUp {
		out.End = rec.End.Date
		if rec.End.Bad {
			reject(BadDate, rec.End.Written)
		} else if rec.End.Written != "" && rec.End.Date.Before(out.Entry) {
			reject(EndFirst, rec.End.Written)
		}
	}
	// A date of address that cannot be read is no reason to leave a person out.
	checked := rec.AddressDate.Date
	checked.Year++
	out.AddressOld = !rec.AddressDate.Bad && !rec.AddressDate.Date.IsZero() && checked.Before(rec.Entry.Date)
	if rule.Ages != nil {
		if out.Birth = rec.Birth.Date; rec.Birth.Bad {
			reject(BadBirth, "")
		}
	}
	if !rule.KeepRenewals {
		if out.Renewal = rec.Renewal.Yes; rec.Renewal.Bad {
			reject(UnclearRepeat, rec.Renewal.Written)
		}
	}
	return out
}

// decided reports whether a person's decision makes the answer: it is on the QPV alone,
// and taken only where that was to check. Another zoning of the rule may settle the answer
// whatever the person said.
func (rec *Record) decided(zonings []geo.Zoning, a Answer) bool {
	if rec.Motif != string(residency.ByPerson) || !slices.Contains(zonings, geo.QPV) {
		return false
	}
	before := rec.Statuses
	before.QPV = "a_verifier"
	without, _, _ := before.answer(zonings)
	return without != a || rec.Statuses.QPV == before.QPV && a == Undecided
}

// answer returns the residency in a rule's zonings: in one of them is in, else any doubt
// is a doubt.
func (s Statuses) answer(zonings []geo.Zoning) (a Answer, problem Reason, seen string) {
	a = Out
	for _, z := range zonings {
		status := s.QPV
		switch z {
		case geo.FRR:
			status = s.FRR
		case geo.ZRR:
			status = s.ZRR
		}
		switch status {
		case "oui", "socle", "plus", "beneficiaire":
			return In, "", ""
		case "non", "sans_objet":
		case "a_verifier", "partiel":
			a = Undecided
		case "":
			return Undecided, NoStatus, ""
		default:
			return Undecided, BadStatus, status
		}
	}
	return a, "", ""
}

// interner keeps one copy of each word that repeats, free of its line.
type interner map[string]string

func (w interner) of(s string) string {
	if s == "" {
		return ""
	}
	if v, ok := w[s]; ok {
		return v
	}
	v := strings.Clone(s)
	w[v] = v
	return v
}
