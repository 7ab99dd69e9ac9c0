package quota

import (
	"cmp"
	"maps"
	"slices"

	"perimetre/geo"
	"perimetre/quota/directory"
)

// Person is a row that a rule counts over a period: the first entry of somebody, or what
// a follow-up sees last.
type Person struct {
	Row  *Row
	File *Flagged
	Unit string // resolved
}

// People returns the people of flagged files that a rule counts over a period, each once,
// in the order of the files, and the names of the units met.
func People(files []*Flagged, rule *Rule, p Period, units *directory.Units) (people []Person, names map[string]string) {
	c := countRows(files, rule, p, units)
	names = map[string]string{}
	for code, t := range c.Tallies {
		names[code] = t.Name
	}
	for _, k := range slices.SortedFunc(maps.Values(c.chosen), func(a, b *chosenRow) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.row.Line, b.row.Line))
	}) {
		people = append(people, Person{k.row, k.file, k.unit})
	}
	return people, names
}

// Answer returns the residency in zonings: in one of them is in, else any doubt is a doubt; ok
// is false where a status is absent or unknown.
func (s Statuses) Answer(zonings ...geo.Zoning) (a Answer, ok bool) {
	a, problem, _ := s.answer(zonings)
	return a, problem == ""
}

// Line is the counts of a unit.
type Line struct {
	Code, Name string
	Count
}

// FromLines assesses counts by unit under a rule without a target, with their
// départements, regions and whole.
func FromLines(lines []Line, rule *Rule, o Options) *Result {
	var tallies []Tally
	for _, l := range lines {
		tallies = append(tallies, Tally{Code: l.Code, Name: l.Name, Parts: []Part{{Count: l.Count}}})
	}
	r := assemble(tallies, rule, o)
	r.FromCounts = true
	return r
}
