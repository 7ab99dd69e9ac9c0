package crosstab

import (
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/ingest/table"
	"perimetre/quota"
	"perimetre/quota/outcome"
)

// By is a way to divide people.
type By string

const (
	All       By = ""
	BySex     By = "sexe"
	ByAge     By = "age"
	ByDiploma By = "diplome"
	ByHousing By = "logement"
	ByOutcome By = "sortie"
)

// Bys are the ways to divide people, as users name them.
var Bys = []By{BySex, ByAge, ByDiploma, ByHousing, ByOutcome}

// Name returns a way to divide as French writes it, in lower case.
func (b By) Name() string {
	switch b {
	case ByAge:
		return "âge"
	case ByDiploma:
		return "diplôme"
	}
	return string(b)
}

// Unknown is the value of people for whom a file has none.
const Unknown = "non renseigné"

// Values that the reports name.
const (
	Women     = "femmes"
	Men       = "hommes"
	Minors    = "16-17 ans"
	NoDiploma = "sans diplôme (niveaux 1-2)"
)

var (
	ages     = []string{"moins de 16 ans", Minors, "18-21 ans", "22-25 ans", "26 ans et plus, RQTH", "26 ans et plus"}
	diplomas = []string{NoDiploma, "niveau 3 (CAP, BEP)", "niveau 4 (baccalauréat)", "niveau 5 et plus"}
)

// order returns the values of a division in order, Unknown last; nil for values that the files
// themselves name.
func (b By) order() []string {
	switch b {
	case BySex:
		return []string{Women, Men}
	case ByAge:
		return ages
	case ByDiploma:
		return diplomas
	case ByOutcome:
		return outcomes
	}
	return nil
}

// traits are what a row tells of somebody, by way to divide; age is computed at entry.
type traits struct{ sex, diploma, housing, outcome string }

// traitColumns are the columns of traits, -1 without.
type traitColumns struct{ sex, diploma, housing, outcome int }

var (
	sexTitles     = []string{"Sexe", "Genre", "Civilité"}
	diplomaTitles = []string{"Niveau de diplôme", "Niveau diplôme", "Niveau d’études", "Niveau d'études", "Niveau de formation", "Niveau scolaire", "Niveau", "Diplôme"}
)

func findTraits(header []string, profile *table.Profile) traitColumns {
	if profile == nil {
		profile = table.Generic()
	}
	cols := profile.Match(header)
	return traitColumns{
		sex: table.FindColumn(header, sexTitles...), diploma: table.FindColumn(header, diplomaTitles...),
		housing: cols.Index(table.Housing), outcome: cols.Index(table.Outcome),
	}
}

func (t traitColumns) has(b By) bool {
	switch b {
	case BySex:
		return t.sex >= 0
	case ByDiploma:
		return t.diploma >= 0
	case ByHousing:
		return t.housing >= 0
	case ByOutcome:
		return t.outcome >= 0
	}
	return b == All
}

func (t traitColumns) read(cells []string) traits {
	at := func(i int) string {
		if i < 0 || i >= len(cells) {
			return ""
		}
		return strings.Clone(table.Clean(cells[i]))
	}
	return traits{sex: sexOf(at(t.sex)), diploma: diplomaOf(at(t.diploma)), housing: orUnknown(at(t.housing)), outcome: at(t.outcome)}
}

// outcomes are the groups of situations at the end of the programme, but the unknown one.
var outcomes = func() (out []string) {
	for _, g := range outcome.Groups {
		if g != outcome.Unknown {
			out = append(out, g.Label())
		}
	}
	return out
}()

// outcomeOf returns the group of a situation under a rule.
func outcomeOf(rule *quota.Rule, situation string) string {
	group, _ := rule.Outcomes.Of(situation)
	if group == outcome.Unknown {
		return Unknown
	}
	return group.Label()
}

func orUnknown(s string) string {
	if s == "" {
		return Unknown
	}
	return s
}

func sexOf(s string) string {
	switch table.Words(s) {
	case "f", "femme", "femmes", "feminin", "mme", "madame", "mlle", "fille", "2":
		return Women
	case "h", "homme", "hommes", "masculin", "m", "mr", "monsieur", "garcon", "1":
		return Men
	}
	return Unknown
}

// diplomaOf reads a level, in today's numbers (3 a CAP, 4 a baccalauréat) or yesterday's
// Roman ones (V, IV).
func diplomaOf(s string) string {
	w := strings.Fields(strings.TrimPrefix(table.Words(s), "niveau "))
	if len(w) == 0 {
		return Unknown
	}
	has := func(list ...string) bool {
		return slices.ContainsFunc(list, func(x string) bool { return slices.Contains(w, x) })
	}
	switch {
	case has("sans", "aucun", "aucune", "non") && has("diplome", "qualification", "diplomes", "aucun") || has("vi", "brevet", "dnb", "cfg") || w[0] == "v" && has("bis"):
		return NoDiploma
	case w[0] == "1" || w[0] == "2":
		return NoDiploma
	case w[0] == "3" || w[0] == "v" || has("cap", "bep", "mc"):
		return diplomas[1]
	case w[0] == "5" || w[0] == "6" || w[0] == "7" || w[0] == "8" || has("iii", "ii", "i", "bts", "dut", "but", "licence", "master", "doctorat") || strings.HasPrefix(w[0], "bac") && len(w) > 1 && w[1] >= "2" && w[1] <= "9":
		return diplomas[3]
	case w[0] == "4" || w[0] == "iv" || strings.HasPrefix(w[0], "bac") || has("bp"):
		return diplomas[2]
	}
	return Unknown
}

// ageOf returns the band of an age at entry; Unknown without a birth date.
func ageOf(birth, entry geo.Date, rqth bool) string {
	if birth.IsZero() || entry.IsZero() {
		return Unknown
	}
	age := int(entry.Year) - int(birth.Year)
	if entry.Month < birth.Month || entry.Month == birth.Month && entry.Day < birth.Day {
		age--
	}
	switch {
	case age < 16:
		return ages[0]
	case age < 18:
		return ages[1]
	case age < 22:
		return ages[2]
	case age < 26:
		return ages[3]
	case rqth:
		return ages[4]
	}
	return ages[5]
}
