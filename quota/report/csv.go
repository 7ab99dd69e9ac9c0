package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"perimetre/export"
	"perimetre/quota"
)

var csvHeader = []string{
	"niveau", "code", "nom", "entrees", "qpv", "hors_qpv", "a_verifier", "part_min", "part_max", "objectif",
	"verdict", "verdict_auto", "part_attendue", "manque", "entrees_qpv_de_plus", "entrees_de_plus_au_rythme", "bascule_atteint", "bascule_non_atteint", "reserves",
}

// CSV writes a line a unit, then the départements, the regions and the whole:
// numbers with a dot, UTF-8 with its mark, semicolons.
func (v *View) CSV(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.Comma = ';'
	c.UseCRLF = true
	header := csvHeader
	if v.tellsOutcomes() {
		header = append(header[:len(header):len(header)], besidesHeader...)
	}
	c.Write(header)
	r := v.result
	write := func(level string, l quota.Level, units ...quota.Unit) {
		for _, u := range units {
			c.Write(v.csvLine(level, l, u))
		}
	}
	write("mission_locale", quota.LevelUnit, r.Units...)
	write("departement", quota.LevelDepartement, r.Departements...)
	write("region", quota.LevelRegion, r.Regions...)
	write("ensemble", quota.LevelTotal, r.Total)
	c.Flush()
	return c.Error()
}

func (v *View) csvLine(level string, l quota.Level, u quota.Unit) []string {
	d := v.unit(l, u)
	whole := func(n *int) string {
		if n == nil {
			return ""
		}
		return strconv.Itoa(*n)
	}
	share := func(f *float64) string {
		if f == nil {
			return ""
		}
		return strconv.FormatFloat(*f, 'f', 6, 64)
	}
	word := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	flip := [2]string{}
	if d.Flip != nil {
		flip = [2]string{strconv.Itoa(d.Flip.ToReach), strconv.Itoa(d.Flip.ToMiss)}
	}
	line := []string{
		level, export.NeutraliseFormula(d.Code), export.NeutraliseFormula(word(d.Name)), whole(d.Entries), whole(d.In), whole(d.Out), whole(d.Undecided), share(d.ShareMin), share(d.ShareMax),
		share(d.Target), word(d.Verdict), word(d.VerdictAuto), share(d.ExpectedShare), whole(d.Short), whole(d.Missing), whole(d.MissingAtMix), flip[0], flip[1], v.doubtCodes(u),
	}
	if v.tellsOutcomes() {
		line = append(line, v.besides(l, u.Code).cells()...)
	}
	return line
}

// doubtCodes returns the codes of a unit's doubts that the reader may know, joined by « | ».
func (v *View) doubtCodes(u quota.Unit) string {
	var out []string
	for _, d := range v.told(u) {
		out = append(out, string(d))
	}
	return strings.Join(out, "|")
}
