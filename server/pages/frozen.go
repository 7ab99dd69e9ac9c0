package pages

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"perimetre/french"
	"perimetre/quota"
	"perimetre/quota/report"
	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/web"
)

// documentRows returns the lines of a frozen state as a page shows them.
func documentRows(d *report.Document) []web.ShareRow {
	var out []web.ShareRow
	for i := range d.Units {
		out = append(out, documentRow(&d.Units[i]))
	}
	return out
}

func documentRow(u *report.DocumentUnit) web.ShareRow {
	number := func(n *int) string {
		if n == nil {
			return "•"
		}
		return french.Integer(*n)
	}
	row := web.ShareRow{Received: true, Hidden: u.Entries == nil || u.In == nil || u.Out == nil || u.Undecided == nil, Code: u.Code, Name: u.Code, Entries: number(u.Entries), In: number(u.In), Undecided: number(u.Undecided), Share: "•", VerdictText: "Caché", Missing: "–", TargetText: "–", ExpectedText: "–"}
	if u.Name != nil {
		row.Name = *u.Name
	}
	if u.Target != nil {
		row.Target, row.HasTarget, row.TargetText = *u.Target, true, web.Percent(*u.Target)
	}
	if u.ExpectedShare != nil {
		row.Expected, row.HasExpected, row.ExpectedText = *u.ExpectedShare, true, french.Percent(*u.ExpectedShare)
	}
	if u.ShareMin != nil && u.ShareMax != nil {
		row.Low, row.High, row.HasShare = *u.ShareMin, *u.ShareMax, true
		if row.Share = french.Percent(row.Low); french.Percent(row.High) != row.Share {
			row.Share = strings.TrimSuffix(row.Share, "\u202f%") + "–" + french.Percent(row.High)
		}
	}
	if u.Verdict != nil {
		row.Verdict = *u.Verdict
		row.VerdictText, row.Sign = report.VerdictText(quota.Verdict(*u.Verdict))
		if quota.Verdict(row.Verdict) == quota.NotRelevant {
			row.Share = "–"
		}
	}
	if u.Reread != nil {
		row.Reread = u.Reread.Short()
	}
	if u.Missing != nil && *u.Missing > 0 {
		row.Missing = french.Integer(*u.Missing) + "\u00a0" + french.Plural(*u.Missing, "entrée", "entrées")
		if u.In != nil && u.Entries != nil {
			row.MissingTitle = missingTitle(*u.Missing, *u.In, *u.Entries, row.TargetText)
		}
	}
	return row
}

// observationField names the field of a Mission Locale's observations, before its
// code.
const observationField = "observations-"

// pilotageFreeze keeps the figures of now under a name.
func (s *Pages) pilotageFreeze(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.FreezeTerritory); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	said := map[string]string{}
	for name := range p.Values {
		if code, ok := strings.CutPrefix(name, observationField); ok && p.Text(name) != "" {
			said[code] = p.Text(name)
		}
	}
	kept, err := s.Figures.Freeze(r.Context(), access.Who(r), figures.Freezing{Name: p.Text("nom"), Rule: p.Text("regle"), Period: p.Text("periode"), Perimeter: p.Text("perimetre"), Observations: p.Text("observations"), UnitObservations: said})
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/pilotage?arrete="+url.QueryEscape(kept.ID), http.StatusSeeOther)
	return nil
}

// pilotageFrozen shows a frozen state, and what the figures say otherwise today.
func (s *Pages) pilotageFrozen(w http.ResponseWriter, r *http.Request, v *web.Pilotage, id string) error {
	f, err := s.Figures.State(r.Context(), access.Who(r), id)
	if err != nil {
		return err
	}
	d, err := f.Document()
	if err != nil {
		return err
	}
	v.Filters, v.Options = nil, nil
	period, err := quota.ParsePeriod(f.Period)
	if err != nil {
		return err
	}
	rule, err := s.Figures.Rule(r.Context(), f.Rule, period)
	if err != nil {
		return err
	}
	v.RuleName = rule.Name
	v.Period = periodName(f.Period)
	v.State = web.State{Frozen: true, Text: f.Stamp(), Detail: fmt.Sprintf("« %s », par %s. Ces chiffres ne changent plus.", f.Name, f.FrozenBy)}
	if err := s.stateTies(r, v, f); err != nil {
		return err
	}
	v.Stages = stages(figures.FrozenStage)
	v.Rows, v.Total, v.SameTarget, v.NoPopulation = documentRows(d), documentRow(&d.Total), true, true
	v.Total.Name = "Ensemble"
	targets := map[float64]bool{}
	for i := range v.Rows {
		v.NoPopulation = v.NoPopulation && !v.Rows[i].HasExpected
		if v.Rows[i].HasTarget {
			targets[v.Rows[i].Target] = true
		}
	}
	if v.SameTarget = len(targets) < 2; v.SameTarget && v.Total.HasTarget {
		v.Target = web.Percent(v.Total.Target)
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	for _, code := range f.Missing {
		v.Rows = append(v.Rows, missingRow(code, pack.UnitName(code)))
	}
	v.Total.Name = totalName(v)
	countZones(v, pack.ZonesOfUnits(figures.PerimeterShown(d.Perimeter, f.Perimeter)))
	if v.Target != "" {
		v.Goals = []web.Fact{{Term: "Objectif", Text: v.Target}}
	}
	sortRows(v, r.URL.Query())
	v.Facts = []web.Fact{{Term: "Règle", Text: f.Rule + ", empreinte " + f.RuleHash[:min(12, len(f.RuleHash))]}, {Term: "Périmètres", Text: cmp.Or(f.Perimeter, "en vigueur à l’entrée")}, {Term: "Référentiel géographique", Text: f.Pack}}
	if len(f.Missing) > 0 {
		v.Facts = append(v.Facts, web.Fact{Term: "N’avaient rien envoyé", Text: pack.NamesOf(f.Missing)})
	}
	v.Observations = observations(f.Observations, f.UnitObservations, pack)
	export := "/api/v1/reports/quota?frozen=" + url.QueryEscape(id) + "&format="
	v.Sheets = export + "fiches"
	v.Exports = []web.Link{{Label: "Classeur XLSX", Href: export + "xlsx"}, {Label: "CSV", Href: export + "csv"}, {Label: "Chiffres du jour", Href: "/pilotage?" + url.Values{"regle": {f.Rule}, "periode": {f.Period}, "perimetre": {f.Perimeter}}.Encode()}}
	if err := s.pilotageProjected(r, v); err != nil {
		return err
	}
	switch v.Tab {
	case "carte":
		v.Map, v.Gaps = quotaMap(pack, v.Rows), gapRows(v.Rows)
		return s.Render(w, r, http.StatusOK, v)
	case "tendance":
		if err := s.frozenTrend(r, v, f, period); err != nil {
			return err
		}
		return s.Render(w, r, http.StatusOK, v)
	}
	if v.Since, err = s.sinceState(r, id, v.Total); err != nil {
		return err
	}
	return s.Render(w, r, http.StatusOK, v)
}

// stateTies tells which state this one replaces, and which replaces it.
func (s *Pages) stateTies(r *http.Request, v *web.Pilotage, f *figures.State) error {
	for _, tie := range [...][2]string{{f.SupersededBy, "Il est remplacé par l’état"}, {f.Supersedes, "Il remplace l’état"}} {
		id, text := tie[0], tie[1]
		if id == "" {
			continue
		}
		other, err := s.Figures.State(r.Context(), access.Who(r), id)
		if err != nil {
			return err
		}
		v.Frozen = append(v.Frozen, web.Link{Label: fmt.Sprintf("%s « %s », arrêté le %s", text, other.Name, french.Moment(other.FrozenAt)), Href: "/pilotage?arrete=" + url.QueryEscape(id)})
		v.State.Detail += fmt.Sprintf(" %s « %s ».", text, other.Name)
	}
	return nil
}

// frozenTrend returns each unit's share in the state, after its shares in the states in force of
// the quarters before: what is not frozen is no point of it.
func (s *Pages) frozenTrend(r *http.Request, v *web.Pilotage, f *figures.State, period quota.Period) error {
	all, err := s.Figures.States(r.Context(), access.Who(r))
	if err != nil {
		return err
	}
	for _, row := range v.Rows {
		v.Trends = append(v.Trends, web.Trend{Name: row.Name})
	}
	for _, quarter := range quarters(period) {
		state := f
		if quarter.ID != f.Period {
			i := slices.IndexFunc(all, func(x figures.State) bool { return x.Rule == f.Rule && x.Period == quarter.ID && x.SupersededBy == "" })
			if i < 0 {
				continue
			}
			if state, err = s.Figures.State(r.Context(), access.Who(r), all[i].ID); err != nil {
				return err
			}
		}
		d, err := state.Document()
		if err != nil {
			return err
		}
		shown := map[string]web.ShareRow{}
		for _, row := range documentRows(d) {
			shown[row.Code] = row
		}
		for i := range v.Rows {
			point := web.TrendPoint{Share: "–", Verdict: "sans_objet", VerdictText: "Aucun envoi"}
			if row, ok := shown[v.Rows[i].Code]; ok {
				point = pointOf(&row)
			}
			point.Label = quarter.ID[5:] + " " + quarter.ID[:4]
			v.Trends[i].Points = append(v.Trends[i].Points, point)
		}
	}
	return nil
}

// observations returns what was written when figures were frozen: by who froze them,
// then by Mission Locale.
func observations(all string, units map[string]string, pack *packs.Edition) (out []web.Fact) {
	if all != "" {
		out = append(out, web.Fact{Term: "Ensemble", Text: all})
	}
	for _, u := range pack.Units() {
		if text := units[u.Code]; text != "" {
			out = append(out, web.Fact{Term: u.Name, Text: text})
		}
	}
	return out
}
