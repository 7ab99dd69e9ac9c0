package server

import (
	"encoding/json"
	"net/http"
	"strconv"

	"perimetre/ingest/table"
	"perimetre/quota"
	"perimetre/quota/report"
)

// frozenTitles are the columns of a frozen state's table.
var frozenTitles = []string{"etat", "arrete_le", "regle", "periode", "perimetre", "referentiel", "code", "mission_locale", "entrees", "dans_qpv", "hors_qpv",
	"a_verifier", "part_min", "part_max", "objectif", "verdict", "verdict_sans_decisions", "part_attendue", "observations"}

// hiddenNumber stands for a number that is too small to be shown.
const hiddenNumber = "caché"

// frozenFile gives a frozen state as a table, one line a Mission Locale and one for
// all: shares from 0 to 1, with a dot.
func frozenFile(w http.ResponseWriter, f *frozenState, format string) error {
	var d frozenFigures
	if err := json.Unmarshal(f.Figures, &d); err != nil {
		return err
	}
	return sendTable(w, "etat-"+f.Period+"."+format, func(out *table.Writer) error {
		if err := out.Write(frozenTitles); err != nil {
			return err
		}
		for i := range d.Units {
			if err := out.Write(f.line(&d, &d.Units[i], f.UnitObservations[d.Units[i].Code])); err != nil {
				return err
			}
		}
		d.Total.Code = ""
		name := "Ensemble"
		d.Total.Name = &name
		return out.Write(f.line(&d, &d.Total, f.Observations))
	})
}

func (f *frozenState) line(d *frozenFigures, u *frozenUnit, observations string) []string {
	count := func(n *int) string {
		if n == nil {
			return hiddenNumber
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
			return hiddenNumber
		}
		text, _ := report.VerdictText(quota.Verdict(*v))
		return text
	}
	name := u.Code
	if u.Name != nil {
		name = *u.Name
	}
	cells := []string{f.Name, f.FrozenAt.In(paris).Format("2006-01-02"), f.Rule, f.Period, perimeterOf(d.Perimeter, f.Perimeter), f.Pack, u.Code, name, count(u.Entries), count(u.In), count(u.Out),
		count(u.Undecided), share(u.ShareMin), share(u.ShareMax), share(u.Target), verdict(u.Verdict), verdict(u.VerdictAuto), share(u.Expected), observations}
	for i := range cells {
		cells[i] = table.NeutraliseFormula(cells[i])
	}
	return cells
}
