package figures

import (
	"strconv"
	"strings"

	"perimetre/export"
	"perimetre/geo"
	"perimetre/quota"
	"perimetre/quota/report"
)

// StateTitles are the columns of a frozen state's table.
var StateTitles = []string{"etat", "arrete_le", "regle", "periode", "perimetre", "referentiel", "code", "mission_locale", "entrees", "dans_qpv", "hors_qpv",
	"a_verifier", "part_min", "part_max", "objectif", "verdict", "verdict_sans_decisions", "part_attendue", "observations"}

// HiddenNumber stands for a number that is too small to be shown.
const HiddenNumber = "caché"

// WriteTable writes a frozen state as a table, one line a Mission Locale and one for
// all: shares from 0 to 1, with a dot.
func (f *State) WriteTable(out *export.Writer) error {
	d, err := f.Document()
	if err != nil {
		return err
	}
	if err := out.Write(StateTitles); err != nil {
		return err
	}
	for i := range d.Units {
		if err := out.Write(f.line(d, &d.Units[i], f.UnitObservations[d.Units[i].Code])); err != nil {
			return err
		}
	}
	d.Total.Code = ""
	name := "Ensemble"
	d.Total.Name = &name
	return out.Write(f.line(d, &d.Total, f.Observations))
}

func (f *State) line(d *report.Document, u *report.DocumentUnit, observations string) []string {
	count := func(n *int) string {
		if n == nil {
			return HiddenNumber
		}
		return strconv.Itoa(*n)
	}
	share := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'f', 4, 64)
	}
	verdict := func(v *string) string {
		if v == nil {
			return HiddenNumber
		}
		text, _ := report.VerdictText(quota.Verdict(*v))
		return text
	}
	name := u.Code
	if u.Name != nil {
		name = *u.Name
	}
	cells := []string{f.Name, f.FrozenAt.In(geo.Paris).Format("2006-01-02"), f.Rule, f.Period, PerimeterShown(d.Perimeter, f.Perimeter), f.Pack, u.Code, name, count(u.Entries), count(u.In), count(u.Out),
		count(u.Undecided), share(u.ShareMin), share(u.ShareMax), share(u.Target), verdict(u.Verdict), verdict(u.VerdictAuto), share(u.ExpectedShare), observations}
	for i := range cells {
		cells[i] = export.NeutraliseFormula(cells[i])
	}
	return cells
}

// PerimeterShown returns the version of the QPV whose zones figures are shown with: the
// one asked for, or the latest of the versions that counted, joined by "|".
func PerimeterShown(counted, asked string) string {
	if asked != "" {
		return asked
	}
	all := strings.Split(counted, "|")
	return all[len(all)-1]
}
