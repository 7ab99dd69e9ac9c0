package crosstab

import (
	"cmp"
	"maps"
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/quota/directory"
)

// Indicator is what a table counts: the people of a rule.
type Indicator struct {
	Rule string // its name
	Name string // « Jeunes accompagnés »
}

// Indicators are the indicators of the annual report, in its order.
var Indicators = []Indicator{
	{"accompagnes", "Jeunes accompagnés"},
	{"premiers-accueils", "Premiers accueils"},
	{"parcours-nationaux", "Entrées en parcours nationaux"},
	{"cej-entrees", "Contrats d’engagement jeune"},
	{"pacea", "PACEA"},
}

// Query is what tables are asked for; a zero list takes everything that the files hold.
type Query struct {
	Period     quota.Period
	AsOf       geo.Date
	Indicators []Indicator
	Zonings    []geo.Zoning
	By         []By
	Units      *directory.Units
	// RuralBefore counts with FRR the entries in ZRR, which FRR replaced on 1 July 2024.
	RuralBefore bool
	// EPCI returns the EPCI of a commune, to count by it in place of the unit; nil for units.
	EPCI func(commune string) (code, name string)
}

// Table is an indicator in a zoning, of all people or of people with one value.
type Table struct {
	Indicator Indicator
	Zoning    geo.Zoning
	By        By
	Value     string
	Result    *quota.Result
	// Before is the same a year earlier, nil when the files hold nobody of it.
	Before *quota.Result
	// past hides the small counts of a year earlier.
	past *quota.Mask
	// veils hide what each protected publication of the table asks; entries are hidden in
	// every zoning alike, and each of those hides them.
	veils, entries []*quota.Veil
}

// Set is all the tables of a query.
type Set struct {
	Period  quota.Period
	AsOf    geo.Date
	ByEPCI  bool
	Tables  []*Table
	Notices []string
}

// Count counts files as a query asks.
func Count(files []*File, q Query) (*Set, error) {
	s := &Set{Period: q.Period, AsOf: q.AsOf, ByEPCI: q.EPCI != nil}
	if q.Indicators == nil {
		q.Indicators = Indicators
	}
	if q.Zonings == nil {
		q.Zonings = zonings
	}
	asked := q.By != nil
	if !asked {
		q.By = Bys
	}
	by := []By{All}
	for _, b := range q.By {
		switch {
		case Has(files, b):
			by = append(by, b)
		case asked:
			return nil, &fault.Error{Kind: fault.Input, Message: "colonne absente pour ventiler par " + b.Name(), Expected: "la colonne dans chaque fichier"}
		default:
			s.Notices = append(s.Notices, "Pas de tableau par "+b.Name()+" : un fichier n’a pas la colonne.")
		}
	}
	for _, ind := range q.Indicators {
		rule, err := quota.LoadRule(ind.Rule)
		if err != nil {
			return nil, err
		}
		now, names, err := people(files, rule, q.Period, q.Units)
		if err != nil {
			return nil, err
		}
		before, _, err := people(files, rule, q.Period.YearBefore(), q.Units)
		if err != nil {
			return nil, err
		}
		for _, z := range q.Zonings {
			for _, b := range by {
				s.Tables = append(s.Tables, q.tables(ind, rule, z, b, now, before, names)...)
			}
		}
	}
	return s, nil
}

// tables returns the tables of an indicator in a zoning: one for all, or one a value.
func (q Query) tables(ind Indicator, rule *quota.Rule, z geo.Zoning, b By, now, before []person, names map[string]string) (out []*Table) {
	cells, old := q.count(z, b, now, names), q.count(z, b, before, names)
	o := quota.Options{Period: q.Period, AsOf: q.AsOf}
	zoned := *rule
	zoned.Zonings = []geo.Zoning{z}
	for _, value := range valuesOf(b, cells) {
		t := &Table{Indicator: ind, Zoning: z, By: b, Value: value, Result: quota.FromLines(everywhere(cells, value, names, q.EPCI != nil), &zoned, o)}
		if len(before) > 0 {
			past := o
			past.Period = q.Period.YearBefore()
			t.Before = quota.FromLines(everywhere(old, value, names, q.EPCI != nil), &zoned, past)
		}
		out = append(out, t)
	}
	return out
}

// count counts people by value and territory.
func (q Query) count(z geo.Zoning, b By, list []person, names map[string]string) map[string]map[string]*quota.Count {
	out := map[string]map[string]*quota.Count{}
	for i := range list {
		p := &list[i]
		value, place := p.value(b), p.unit
		if q.EPCI != nil {
			code, name := q.EPCI(p.commune)
			if place = code; place == "" {
				place, name = "sans EPCI", "EPCI inconnu"
			}
			names[place] = name
		}
		if out[value] == nil {
			out[value] = map[string]*quota.Count{}
		}
		c := out[value][place]
		if c == nil {
			c = &quota.Count{}
			out[value][place] = c
		}
		of := []geo.Zoning{z}
		if z == geo.FRR && q.RuralBefore {
			of = append(of, geo.ZRR)
		}
		switch a, ok := p.status.Answer(of...); {
		case !ok || a == quota.Undecided:
			c.Undecided++
		case a == quota.In:
			c.In++
		default:
			c.Out++
		}
	}
	return out
}

// everywhere lists the counts of every territory for a value, empty territories too.
func everywhere(cells map[string]map[string]*quota.Count, value string, names map[string]string, epci bool) (lines []quota.Line) {
	places := map[string]bool{}
	if !epci {
		for code := range names {
			places[code] = true
		}
	}
	for _, m := range cells {
		for code := range m {
			places[code] = true
		}
	}
	for _, code := range slices.Sorted(maps.Keys(places)) {
		l := quota.Line{Code: code, Name: names[code]}
		if c := cells[value][code]; c != nil {
			l.Count = *c
		}
		lines = append(lines, l)
	}
	return lines
}

// valuesOf lists the values met, in the order of their division.
func valuesOf(b By, cells map[string]map[string]*quota.Count) []string {
	if b == All {
		return []string{""}
	}
	order, french := b.order(), collate.New(language.French)
	rank := func(v string) int {
		if v == Unknown {
			return 1000
		}
		if i := slices.Index(order, v); i >= 0 {
			return i
		}
		return 500
	}
	return slices.SortedFunc(maps.Keys(cells), func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), french.CompareString(a, b))
	})
}

// Find returns the table of an indicator, a zoning and a value, nil without one.
func (s *Set) Find(rule string, z geo.Zoning, b By, value string) *Table {
	for _, t := range s.Tables {
		if t.Indicator.Rule == rule && t.Zoning == z && t.By == b && t.Value == value {
			return t
		}
	}
	return nil
}

// Mask protects the tables for a reader: each indicator's tables in a zoning together,
// since values add up to the whole. One zoning and one division at most can be shown to
// everybody: other sums would tie the cells otherwise.
func (s *Set) Mask(reader quota.Reader) error {
	groups := map[string][]*Table{}
	divisions, zoned := map[By]bool{}, map[geo.Zoning]bool{}
	for _, t := range s.Tables {
		key := t.Indicator.Rule + "/" + string(t.Zoning)
		groups[key] = append(groups[key], t)
		zoned[t.Zoning] = true
		if t.By != All {
			divisions[t.By] = true
		}
	}
	if reader == quota.Everybody && (len(divisions) > 1 || len(zoned) > 1) {
		return &fault.Error{Kind: fault.Usage, Message: "trop de croisements pour être publiés ensemble", Expected: "un zonage (--zoning) et une ventilation au plus (--by)"}
	}
	for _, group := range groups {
		sight := group[0].Result.Rule.Sight(reader)
		var parts []*quota.Result
		for _, t := range group {
			t.Before = visible(t.Before, reader)
			if t.By != All {
				parts = append(parts, t.Result)
			}
		}
		least := sight.Totals
		if len(parts) > 0 {
			least = max(least, sight.Details) // a division is a detail
		}
		p := quota.PublishParts(group[0].Result, parts, least)
		for _, t := range group {
			t.veils = append(t.veils, p.Veil(t.Result, sight))
		}
	}
	s.hideEntriesAlike()
	return nil
}

// MaskEach protects each division apart with its whole, for a report that prints several. A
// number of the whole that one of them hides is hidden in the parts of the others too: they
// would add up to it. Of the year before, everybody reads the whole in the first zoning alone,
// protected as a publication of its own: the two years share no sum.
func (s *Set) MaskEach(reader quota.Reader) {
	for _, t := range s.Tables {
		if t.By != All || t.Zoning != s.Tables[0].Zoning {
			t.Before = visible(t.Before, reader)
		} else if t.Before != nil {
			t.past = t.Before.Suppress(t.Before.Rule.Sight(reader).Totals)
		}
	}
	for _, all := range s.Tables {
		if all.By != All {
			continue
		}
		sight := all.Result.Rule.Sight(reader)
		parts := map[By][]*Table{All: nil}
		for _, t := range s.Tables {
			if t.Indicator == all.Indicator && t.Zoning == all.Zoning && t.By != All {
				parts[t.By] = append(parts[t.By], t)
			}
		}
		for b, list := range parts {
			least := sight.Totals
			if b != All {
				least = max(least, sight.Details)
			}
			var results []*quota.Result
			for _, t := range list {
				results = append(results, t.Result)
			}
			p := quota.PublishParts(all.Result, results, least)
			for _, t := range append(list, all) {
				t.veils = append(t.veils, p.Veil(t.Result, sight))
			}
		}
		for _, list := range parts {
			for _, t := range list {
				t.veils = append(t.veils, all.veils...)
			}
		}
	}
	s.hideEntriesAlike()
}

// hideEntriesAlike makes the entries hidden in a zoning hidden in the others.
func (s *Set) hideEntriesAlike() {
	for _, t := range s.Tables {
		for _, o := range s.Tables {
			if o.Indicator == t.Indicator && o.By == t.By && o.Value == t.Value {
				t.entries = append(t.entries, o.veils...)
			}
		}
	}
}

// visible drops the year before for everybody: it is a publication of its own.
func visible(r *quota.Result, reader quota.Reader) *quota.Result {
	if reader == quota.Everybody {
		return nil
	}
	return r
}
