package quota

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"perimetre/french"
	"perimetre/ingest/table"
	"perimetre/quota/directory"
)

// Doubt is something that a file lacks, or states badly, without its rows being rejected: the
// figures that rest on it are shown with it.
type Doubt string

const (
	RenewalsKept   Doubt = "renouvellements_inconnus" // nothing says which entries renew a contract
	ProgrammeTaken Doubt = "dispositif_suppose"
	UnitTaken      Doubt = "unite_supposee"
	UnitUnknown    Doubt = "unite_inconnue" // a code or a name that no Mission Locale bears
	AgeUnchecked   Doubt = "age_non_verifie"
	DatesInvalid   Doubt = "dates_invalides" // rows left out for their entry date
	AddressOld     Doubt = "adresse_ancienne"
	AddressUndated Doubt = "adresse_non_datee"
	OutcomeUnknown Doubt = "sortie_inconnue" // left out of a count of people oriented to work
)

// doubts in the order in which they are told, the gravest first, with their words: a
// short name, and what the people concerned are.
var doubts = []doubtWords{
	{RenewalsKept, true, "renouvellements non écartés", "rien ne dit si elles renouvellent un contrat"},
	{ProgrammeTaken, true, "dispositif supposé", "le dispositif n’est pas écrit"},
	{UnitUnknown, true, "Mission Locale inconnue", "la Mission Locale écrite n’est pas dans l’annuaire"},
	{DatesInvalid, true, "dates d’entrée invalides", "faute d’une date d’entrée lisible"},
	{OutcomeUnknown, true, "situations à la sortie inconnues", "rien ne dit si elles sont orientées vers l’emploi"},
	{AgeUnchecked, true, "âge non vérifié", "la date de naissance manque"},
	{AddressOld, true, "adresses anciennes", "l’adresse date de plus d’un an avant l’entrée"},
	{UnitTaken, false, "Mission Locale supposée", "le fichier ne nomme pas la Mission Locale"},
	{AddressUndated, false, "adresses non datées", "adresse connue au jour de l’extraction"},
}

type doubtWords struct {
	doubt        Doubt
	grave        bool
	name, effect string
}

// Doubts counts the people whom each doubt concerns. 0 stands for a number hidden from the
// reader: somebody is concerned.
type Doubts map[Doubt]int

// Grave reports whether a doubt marks the figures wherever they are shown; another doubt is
// written beside them.
func (d Doubt) Grave() bool {
	return slices.ContainsFunc(doubts, func(t doubtWords) bool { return t.doubt == d && t.grave })
}

// Name returns the doubt in a few French words, in the plural.
func (d Doubt) Name() string {
	for _, t := range doubts {
		if t.doubt == d {
			return t.name
		}
	}
	return string(d)
}

// List returns the doubts in the order in which they are shown.
func (d Doubts) List() []Doubt {
	var out []Doubt
	for _, t := range doubts {
		if _, ok := d[t.doubt]; ok {
			out = append(out, t.doubt)
		}
	}
	return out
}

// Grave returns the doubts that mark the figures.
func (d Doubts) Grave() []Doubt {
	return slices.DeleteFunc(d.List(), func(x Doubt) bool { return !x.Grave() })
}

// Sentence returns what a doubt does to n people of a unit: « Renouvellements non
// écartés : 195 entrées sur 195, rien ne dit si elles renouvellent un contrat ».
func (d Doubts) Sentence(doubt Doubt, entries int) string {
	n := d[doubt]
	for _, t := range doubts {
		if t.doubt != doubt {
			continue
		}
		switch {
		case n == 0:
			return french.Capital(t.name) + french.Thin + ": " + t.effect
		case doubt == DatesInvalid || doubt == OutcomeUnknown:
			return french.Capital(t.name) + french.Thin + ": " + french.Count(n, "ligne non comptée", "lignes non comptées") + ", " + t.effect
		}
		return fmt.Sprintf("%s%s: %s sur %s, %s", french.Capital(t.name), french.Thin, french.Count(n, "entrée", "entrées"), french.Integer(max(entries, n)), t.effect)
	}
	return ""
}

// add counts the other's people too; a number that is not told makes the sum untold.
func (d Doubts) add(other Doubts) Doubts {
	if len(other) == 0 {
		return d
	}
	out := maps.Clone(d)
	if out == nil {
		out = Doubts{}
	}
	for k, n := range other {
		if had, ok := out[k]; ok && (had == 0 || n == 0) {
			out[k] = 0
			continue
		}
		out[k] += n
	}
	return out
}

// Cost is what a file loses by lacking a column that a rule reads.
type Cost struct {
	Field  table.Field
	Doubt  Doubt  // "" where nothing marks the figures
	Column string // « du renouvellement »
	Effect string // « les renouvellements ne sont pas écartés »
}

// Costs returns what a rule cannot do without the columns that a file lacks.
func (rule *Rule) Costs(has Held) []Cost {
	var out []Cost
	add := func(absent bool, c Cost) {
		if absent {
			out = append(out, c)
		}
	}
	add(!has.Unit, Cost{table.Unit, UnitTaken, "de la Mission Locale", "le fichier est compté comme une seule unité"})
	add(!has.Programme && len(rule.Values) > 0, Cost{table.Programme, ProgrammeTaken, "du dispositif", "toutes les lignes sont comptées comme " + rule.Programme})
	add(!has.Renewal && !has.FirstEntry && !rule.KeepRenewals && rule.Counting == Entries, Cost{table.Renewal, RenewalsKept, "du renouvellement", "les renouvellements ne sont pas écartés"})
	add(!has.Birth && rule.Ages != nil, Cost{table.BirthDate, AgeUnchecked, "de la date de naissance", "l’âge n’est pas vérifié"})
	add(has.Birth && !has.RQTH && rule.Ages != nil && rule.Ages.MaxRQTH > rule.Ages.Max, Cost{table.RQTH, "", "de la RQTH", "la limite d’âge est celle de tous"})
	add(!has.AddressDate, Cost{table.AddressDate, AddressUndated, "de la date de l’adresse", "adresse connue au jour de l’extraction"})
	return out
}

// HeldBy returns the optional columns that a file holds, from its fields.
func HeldBy(has func(table.Field) bool) Held {
	return Held{
		Unit: has(table.Unit), Programme: has(table.Programme), Renewal: has(table.Renewal), FirstEntry: has(table.FirstEntry), End: has(table.CEJEnd),
		Birth: has(table.BirthDate), RQTH: has(table.RQTH), Own: has(table.FlagQPV), AddressDate: has(table.AddressDate), Outcome: has(table.Outcome),
	}
}

// AbsentTitle heads the column that names, row by row, the fields that the row's own
// file did not hold, joined by « | », in a table made of several files.
const AbsentTitle = "colonnes_absentes"

// without returns the columns held, less those that a row's own file lacked.
func (h Held) without(absent string) Held {
	if absent == "" {
		return h
	}
	own := HeldBy(func(f table.Field) bool { return !slices.Contains(strings.Split(absent, "|"), string(f)) })
	h.Unit, h.Programme = h.Unit && own.Unit, h.Programme && own.Programme
	h.Renewal, h.FirstEntry = h.Renewal && own.Renewal, h.FirstEntry && own.FirstEntry
	h.Birth, h.AddressDate, h.Outcome = h.Birth && own.Birth, h.AddressDate && own.AddressDate, h.Outcome && own.Outcome
	return h
}

// doubtsOf returns what is doubtful of a row that is counted.
func (rule *Rule) doubtsOf(row *Row, has Held, units *directory.Units, unit string) (out []Doubt) {
	for _, c := range rule.Costs(has.without(row.Absent)) {
		if c.Doubt != "" && c.Doubt != AgeUnchecked {
			out = append(out, c.Doubt)
		}
	}
	if rule.Ages != nil && row.Birth.IsZero() {
		out = append(out, AgeUnchecked)
	}
	if row.AddressOld {
		out = append(out, AddressOld)
	}
	if row.Unit != "" && units.Lacks(unit) {
		out = append(out, UnitUnknown)
	}
	return out
}

// setDoubts gives each unit what is doubtful of its rows, and groups what is doubtful
// of any of theirs.
func (r *Result) setDoubts() {
	var all Doubts
	groups := map[string]Doubts{}
	for i := range r.Units {
		u := &r.Units[i]
		u.Doubts = r.blocks[u.Code].Doubts
		all = all.add(u.Doubts)
		if dep := departement(u.Code); dep != "" {
			groups[dep], groups[regionOf(dep)] = groups[dep].add(u.Doubts), groups[regionOf(dep)].add(u.Doubts)
		}
	}
	for _, units := range [][]Unit{r.Departements, r.Regions} {
		for i := range units {
			units[i].Doubts = groups[units[i].Code]
		}
	}
	r.Total.Doubts = all
}
