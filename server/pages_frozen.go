package server

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"perimetre/french"
	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/quota/report"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/web"
)

// frozenFigures are the figures of a frozen state, as the API's document has them.
type frozenFigures struct {
	Perimeter string
	Units     []frozenUnit
	Total     frozenUnit
}

type frozenUnit struct {
	countsOf
	Name        *string
	ShareMin    *float64 `json:"share_min"`
	ShareMax    *float64 `json:"share_max"`
	Target      *float64
	Verdict     *string
	VerdictAuto *string  `json:"verdict_auto"`
	Expected    *float64 `json:"expected_share"`
	Missing     *int
}

func (d *frozenFigures) rows() []web.ShareRow {
	var out []web.ShareRow
	for i := range d.Units {
		out = append(out, d.Units[i].row())
	}
	return out
}

func (u *frozenUnit) row() web.ShareRow {
	number := func(n *int) string {
		if n == nil {
			return "•"
		}
		return french.Integer(*n)
	}
	row := web.ShareRow{Hidden: u.Entries == nil || u.In == nil || u.Out == nil || u.Undecided == nil, Code: u.Code, Name: u.Code, Entries: number(u.Entries), In: number(u.In), Undecided: number(u.Undecided), Share: "•", VerdictText: "Caché", Missing: "–", TargetText: "–", ExpectedText: "–"}
	if u.Name != nil {
		row.Name = *u.Name
	}
	if u.Target != nil {
		row.Target, row.HasTarget, row.TargetText = *u.Target, true, web.Percent(*u.Target)
	}
	if u.Expected != nil {
		row.Expected, row.HasExpected, row.ExpectedText = *u.Expected, true, french.Percent(*u.Expected)
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
func (s *Server) pilotageFreeze(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.FreezeTerritory); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	var kept struct{ ID string }
	said := map[string]string{}
	for name := range p.Values {
		if code, ok := strings.CutPrefix(name, observationField); ok && p.Text(name) != "" {
			said[code] = p.Text(name)
		}
	}
	body := map[string]any{"name": p.Text("name"), "rule": p.Text("rule"), "period": p.Text("period"), "perimeter": p.Text("perimeter"), "observations": p.Text("observations"), "unit_observations": said}
	if err := s.api(r, s.freeze, nil, nil, body, &kept); err != nil {
		return err
	}
	http.Redirect(w, r, "/pilotage?arrete="+url.QueryEscape(kept.ID), http.StatusSeeOther)
	return nil
}

// pilotageFrozen shows a frozen state, and what the figures say otherwise today.
func (s *Server) pilotageFrozen(w http.ResponseWriter, r *http.Request, v *web.Pilotage, id string) error {
	var f struct {
		Name, Rule, Period string
		FrozenBy           string    `json:"frozen_by"`
		FrozenAt           time.Time `json:"frozen_at"`
		frozenBody
	}
	vars := map[string]string{"id": id}
	if err := s.api(r, s.getFrozen, vars, nil, nil, &f); err != nil {
		return err
	}
	var d frozenFigures
	if err := json.Unmarshal(f.Figures, &d); err != nil {
		return err
	}
	v.Tabs, v.Tab, v.Filters = nil, "tableau", nil
	period, err := quota.ParsePeriod(f.Period)
	if err != nil {
		return err
	}
	rule, err := s.rule(r.Context(), f.Rule, period)
	if err != nil {
		return err
	}
	v.RuleName = rule.Name
	v.Period = periodName(f.Period)
	v.State = web.State{Frozen: true, Text: "arrêté au " + f.FrozenAt.In(paris).Format("02/01/2006"), Detail: fmt.Sprintf("« %s », par %s. Ces chiffres ne changent plus.", f.Name, f.FrozenBy)}
	v.Rows, v.Total, v.SameTarget, v.NoPopulation = d.rows(), d.Total.row(), true, true
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
	pack := s.packs.Acquire()
	defer pack.Release()
	zones, shared := pack.ZonesOfUnits(perimeterOf(d.Perimeter, f.Perimeter))
	total := 0
	for i := range v.Rows {
		names := zones[v.Rows[i].Code]
		v.Rows[i].Zones, v.Rows[i].ZoneNames = strconv.Itoa(len(names)), names
		total += len(names)
	}
	v.Total.Zones = strconv.Itoa(total - shared)
	if v.Target != "" {
		v.Goals = []web.Fact{{Term: "Objectif", Text: v.Target}}
	}
	sortRows(v, r.URL.Query())
	v.Facts = []web.Fact{{Term: "Règle", Text: f.Rule + ", empreinte " + f.RuleHash[:min(12, len(f.RuleHash))]}, {Term: "Périmètres", Text: cmp.Or(f.Perimeter, "en vigueur à l’entrée")}, {Term: "Référentiel géographique", Text: f.Pack}}
	if len(f.Missing) > 0 {
		v.Facts = append(v.Facts, web.Fact{Term: "N’avaient rien envoyé", Text: pack.NamesOf(f.Missing)})
	}
	v.Observations = observations(f.Observations, f.UnitObservations, pack)
	table := "/api/v1/frozen/" + url.PathEscape(id) + "?format="
	v.Exports = []web.Link{{Label: "Classeur XLSX", Href: table + "xlsx"}, {Label: "CSV", Href: table + "csv"}, {Label: "Chiffres du jour", Href: "/pilotage?" + url.Values{"rule": {f.Rule}, "period": {f.Period}, "perimeter": {f.Perimeter}}.Encode()}}
	if v.Since, err = s.sinceThis(r, id, v.Total); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, v)
}

// observations are what was written when figures were frozen: by who froze them,
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

// sinceThis sets the figures of now against a frozen state.
func (s *Server) sinceThis(r *http.Request, id string, total web.ShareRow) (*web.Since, error) {
	f, err := s.store.FrozenState(r.Context(), id)
	if err != nil {
		return nil, err
	}
	_, body := readable(principalOf(r), &f)
	p := httpio.Params{Values: map[string][]string{"rule": {f.Rule}, "period": {f.Period}, "perimeter": {body.Perimeter}}}
	q, err := s.question(r, &p)
	if err != nil {
		return nil, err
	}
	e, err := s.frozenEarlier(r.Context(), q.rule.Sight(q.reader), &f, body)
	if err != nil {
		return nil, err
	}
	res, err := s.figures(r.Context(), principalOf(r), q)
	if err != nil && (fault.KindOf(err) == fault.NotFound || refused(err)) {
		return &web.Since{Empty: "Les chiffres du jour ne se comparent pas à cet état : " + err.Error() + "."}, nil
	}
	if err != nil {
		return nil, err
	}
	sent, live, err := s.sent(r, q)
	if err != nil {
		return nil, err
	}
	view := report.NewView(res, report.Options{Reader: q.reader})
	var now []web.ShareRow
	for i := range view.Lines {
		now = append(now, shareRow(&view.Lines[i], &res.Units[i]))
	}
	total.Hidden = total.Hidden || view.Total.Hidden
	w := against(e, now, total, live, sent, q.rule.Sight(q.reader).Details)
	if q.rule.Fingerprint != body.RuleHash {
		w.Notes = append(w.Notes, "La règle a changé depuis l’arrêté.")
	}
	return w, nil
}
