package server

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
	"perimetre/web"
)

const theRule = "cej-qpv-40"

// author signs changes of rules.
var author = access.Program("Essai")

func (w *world) target(period string) string {
	w.t.Helper()
	p, err := quota.ParsePeriod(period)
	if err != nil {
		w.t.Fatal(err)
	}
	rule, err := w.server.figures.Rule(w.t.Context(), theRule, p)
	if err != nil {
		w.t.Fatal(err)
	}
	return targetsOf(rule)
}

// targetsOf are the targets of a rule in words.
func targetsOf(rule *quota.Rule) string {
	var all []string
	for _, t := range rule.Targets {
		all = append(all, web.Percent(t.Share.Float()))
	}
	return strings.Join(all, " ")
}

// A rule changes from a day on: the periods that end before are counted as they were.
func TestRuleVersions(t *testing.T) {
	w := newWorld(t)
	share, _ := quota.ParseFraction("45 %")
	before, _ := quota.LoadRule(theRule)
	amend := func(from string, s quota.Fraction) error {
		return w.server.figures.Amend(t.Context(), author, theRule, quota.Amendment{From: geo.MustDate(from), Share: s, Source: "Lettre", ConfirmedOn: geo.MustDate("2024-06-01")})
	}
	if err := amend("2024-07-01", share); err != nil {
		t.Fatal(err)
	}
	for period, want := range map[string]string{"2024-T2": targetsOf(before), "2024-T3": "45", "2024": "45"} {
		if got := w.target(period); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", period, got, want)
		}
	}
	p, _ := quota.ParsePeriod("2024-T2")
	rule, _ := w.server.figures.Rule(t.Context(), theRule, p)
	if rule.Fingerprint != before.Fingerprint {
		t.Error("a past period's rule changed")
	}
	if err := amend("2024-06-01", share); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a version before the last: %v", err)
	}
	if err := w.server.figures.Amend(t.Context(), author, "inconnue", quota.Amendment{}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown rule: %v", err)
	}
	// A confirmation changes nothing that counts.
	p, _ = quota.ParsePeriod("2024-T4")
	changed, _ := w.server.figures.Rule(t.Context(), theRule, p)
	if err := w.server.figures.Confirm(t.Context(), author, theRule, geo.Today(), "Comité"); err != nil {
		t.Fatal(err)
	}
	confirmed, _ := w.server.figures.Rule(t.Context(), theRule, p)
	if confirmed.ConfirmedOn != geo.Today() || confirmed.Fingerprint != changed.Fingerprint || confirmed.Stale(geo.Today()) {
		t.Errorf("confirmed on %s, fingerprint %s", confirmed.ConfirmedOn, confirmed.Fingerprint)
	}
	if err := w.server.figures.Confirm(t.Context(), author, theRule, geo.Today().AddDays(1), ""); fault.KindOf(err) != fault.Input && httpio.Status(err) != http.StatusBadRequest {
		t.Errorf("confirmed tomorrow: %v", err)
	}
}

// The form of an administrator: what is wrong is told and kept as typed, what is past
// is confirmed, and the journal has it; an auditor reads alone.
func TestRuleForm(t *testing.T) {
	w := newWorld(t)
	admin, auditor := w.account(store.Administrator), w.account(store.Auditor)
	path := "/administration/regles/" + theRule
	form := func(change ...string) url.Values {
		v := url.Values{"action": {"modifier"}, "du": {geo.Today().AddDays(10).String()}, "part": {"45 %"}, "source": {"Arrêté d’essai"}, "confirme-le": {geo.Today().String()}}
		for i := 0; i < len(change); i += 2 {
			v.Set(change[i], change[i+1])
		}
		return v
	}
	for _, c := range []struct {
		change []string
		says   string
	}{
		{[]string{"part", "cent"}, "objectif commun"},
		{[]string{"source", ""}, "un objectif cite sa source"},
		{[]string{"du", "2020-01-01"}, "cocher la case"},
		{[]string{"du", ""}, "une date est attendue"},
		{[]string{"au", geo.Today().String()}, "il vient après"},
		{[]string{"paliers", "40 % mille"}, "une ligne par palier"},
		{[]string{"paliers", "40 % = 1000"}, "une référence et des paliers"},
	} {
		a := admin.form(path, form(c.change...)).want(http.StatusBadRequest)
		if text := strings.ReplaceAll(string(a.body), "\u202f", " "); !strings.Contains(text, c.says) || c.change[0] != "source" && !strings.Contains(text, "Arrêté d’essai") {
			t.Errorf("%v: %q is not told, or what was typed is lost", c.change, c.says)
		}
	}
	unit := w.someUnits()[0]
	admin.form(path, form("du", "2024-07-01", "retroactif", "1", "ml-"+unit, "85 %", "reference", "Note d’essai", "paliers", "40 % = 1000\r\n45 % = 2 000")).want(http.StatusSeeOther)
	page := string(admin.get(path).want(http.StatusOK).body)
	for _, want := range []string{"01/07/2024", "Arrêté d’essai", "à part", "Qui a dit quoi, quand", "04/10/2023", "préfète déléguée"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	p, _ := quota.ParsePeriod("2024-T3")
	rule, err := w.server.figures.Rule(t.Context(), theRule, p)
	if err != nil || rule.Simulation == nil || len(rule.Simulation.Tiers) != 2 || rule.Simulation.Tiers[1].Amount != 2000 || len(rule.UnitTargets[unit]) == 0 {
		t.Fatalf("%v, %+v", err, rule)
	}
	// The version as a file is the rule that counts.
	versions, _ := w.server.figures.RuleVersions(t.Context(), theRule)
	parsed, err := quota.ParseRule("v", []byte(versions[0].Text))
	if err != nil || parsed.Fingerprint != rule.Fingerprint {
		t.Errorf("%v: the file is another rule", err)
	}
	entries, _ := w.store.Audit(t.Context(), store.AuditQuery{Limit: 20})
	if !slices.ContainsFunc(entries, func(e store.Entry) bool { return e.Action == "règle modifiée" && strings.Contains(e.Object, theRule) }) {
		t.Error("the journal has no line of it")
	}
	if body := string(auditor.get(path).want(http.StatusOK).body); strings.Contains(body, "Ajouter cette version") {
		t.Error("an auditor is shown the form")
	}
	auditor.form(path, form()).want(http.StatusForbidden)
	w.account(store.State).get(path).want(http.StatusForbidden)
}

// Bordereaux of the rule before are named, not counted.
func TestBordereauxOfAnEarlierRule(t *testing.T) {
	w := newWorld(t)
	units := w.someUnits()
	for _, u := range units[:2] {
		w.account(store.DataOfficer, u).imported(u, w.youngPeople())
		w.account(store.Direction, u).post("/api/v1/bordereaux", map[string]any{"unit": u, "period": "2024-T3", "perimeters": []string{}}).want(http.StatusCreated)
	}
	state := w.account(store.State)
	var full, part struct {
		Units []struct{ Code string }
	}
	state.get("/api/v1/quota?period=2024-T3").want(http.StatusOK).json(&full)
	share, _ := quota.ParseFraction("50 %")
	if err := w.server.figures.Amend(t.Context(), author, theRule, quota.Amendment{From: geo.MustDate("2024-08-01"), Share: share, Source: "Lettre", ConfirmedOn: geo.MustDate("2024-08-01")}); err != nil {
		t.Fatal(err)
	}
	state.get("/api/v1/quota?period=2024-T3").want(http.StatusNotFound)
	w.account(store.Direction, units[0]).post("/api/v1/bordereaux", map[string]any{"unit": units[0], "period": "2024-T3", "perimeters": []string{}}).want(http.StatusCreated)
	state.get("/api/v1/quota?period=2024-T3").want(http.StatusOK).json(&part)
	if len(full.Units) != 2 || len(part.Units) != 1 {
		t.Errorf("%d units, then %d", len(full.Units), len(part.Units))
	}
	var list struct{ Missing []string }
	state.get("/api/v1/bordereaux?periode=2024-T3").want(http.StatusOK).json(&list)
	if !slices.Contains(list.Missing, units[1]) || slices.Contains(list.Missing, units[0]) {
		t.Errorf("awaited: %v", list.Missing)
	}
	if page := string(state.get("/pilotage?periode=2024-T3").want(http.StatusOK).body); !strings.Contains(page, "version antérieure de la règle") {
		t.Error("the page does not say who is to send again")
	}
}
