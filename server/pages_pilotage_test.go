package server

import (
	"fmt"
	"html"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/quota"
	"perimetre/quota/report"
	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/store"
)

// filled is a world with the demonstration's files and bordereaux.
func filled(t *testing.T, before func(*world)) *world {
	w := newWorld(t)
	if before != nil {
		before(w)
	}
	if err := w.server.FillDemo(t.Context(), DemoFiles{Raw: filepath.Join(w.dir, "raw")}, func(string) {}); err != nil {
		t.Fatal(err)
	}
	return w
}

// text is what a page says, without its markup.
func text(a answer) string {
	s := regexp.MustCompile(`(?s)<(script|style|svg).*?</(script|style|svg)>`).ReplaceAllString(string(a.body), " ")
	s = html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(s, " "))
	return strings.Join(strings.Fields(strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(s)), " ")
}

// A formula that an administrator entered is applied to the bounds of the periods
// that it holds for, under its label, and to no other.
func TestSimulationOnThePage(t *testing.T) {
	tenth, _ := quota.ParseFraction("10 %")
	forty, _ := quota.ParseFraction("40 %")
	from := geo.MustDate("2024-10-01")
	w := filled(t, func(w *world) {
		err := w.server.figures.Amend(t.Context(), author, quota.DefaultRule, quota.Amendment{From: from, Share: forty, Source: "Note du 3 septembre 2024", ConfirmedOn: geo.DateOf(time.Now()),
			Simulation: &quota.Simulation{Reference: "Note du 3 septembre 2024, annexe", Unit: "€", Tiers: []quota.Tier{{From: tenth, Amount: 1000}, {From: forty, Amount: 2500}}}})
		if err != nil {
			t.Fatal(err)
		}
	})
	state := w.account(store.State)
	page := text(state.get("/pilotage?periode=2024-T4").want(http.StatusOK))
	for _, want := range []string{"SIMULATION – sans valeur réglementaire", "Note du 3 septembre 2024, annexe", "ni droit ni engagement"} {
		if !strings.Contains(page, want) {
			t.Errorf("no « %s »", want)
		}
	}
	if strings.Contains(page, "Objectif à confirmer") {
		t.Error("a target confirmed today is to be confirmed")
	}
	if before := text(state.get("/pilotage?periode=2024-T3").want(http.StatusOK)); strings.Contains(before, "SIMULATION") || !strings.Contains(before, "Objectif à confirmer") {
		t.Error("the quarter before has a formula, or a target in force")
	}
	// The amounts follow from the bounds that the table shows.
	q := figures.Question{Period: quota.Quarter(2024, 4), Reader: quota.StatePartners}
	var err error
	if q.Rule, err = w.server.figures.Rule(t.Context(), quota.DefaultRule, q.Period); err != nil {
		t.Fatal(err)
	}
	res, err := w.server.figures.Quota(t.Context(), &access.Principal{Role: store.State, National: true}, q)
	if err != nil {
		t.Fatal(err)
	}
	view := report.NewView(res, report.Options{Reader: quota.StatePartners})
	told := 0
	for i, u := range res.Units {
		if view.Lines[i].Hidden {
			if !strings.Contains(page, u.Name+" •") {
				t.Errorf("%s is hidden and has an amount", u.Name)
			}
			continue
		}
		amount := func(n int) string {
			switch {
			case 10*n >= 4*u.N():
				return "2 500"
			case 10*n >= u.N():
				return "1 000"
			}
			return ""
		}
		low, high := amount(u.In), amount(u.In+u.Undecided)
		want := u.Name + " " + low + " €"
		if low != high {
			want = fmt.Sprintf("%s de %s à %s €", u.Name, low, high)
		}
		if low != "" {
			told++
			if !strings.Contains(page, want) {
				t.Errorf("no « %s »", want)
			}
		}
	}
	if told == 0 {
		t.Error("no amount at all")
	}
}

// What a page says of a change is what bordereaux say: a second send of the same
// rows changes nothing, one without a file restates the quarter, and a frozen state
// stays.
func TestChangesAreToldByUnit(t *testing.T) {
	w := filled(t, nil)
	state := w.account(store.State)
	var frozen struct{ ID string }
	state.post("/api/v1/frozen", map[string]any{"name": "Réunion", "rule": quota.DefaultRule, "period": "2024"}).want(http.StatusCreated).json(&frozen)
	if page := text(state.get("/pilotage?periode=2024").want(http.StatusOK)); !strings.Contains(page, "Depuis l’état « Réunion »") || !strings.Contains(page, "Aucun chiffre n’a changé") {
		t.Error("something changed since the state was frozen")
	}
	lines := strings.Split(strings.TrimSpace(string(state.get("/api/v1/frozen/"+frozen.ID+"?format=csv").want(http.StatusOK).body)), "\n")
	if first := strings.Split(lines[0], ";"); len(first) != len(figures.StateTitles) || len(lines) < 3 || !strings.Contains(lines[len(lines)-1], ";Ensemble;") {
		t.Errorf("the state as a table: %q", lines)
	}
	if book := state.get("/api/v1/frozen/" + frozen.ID + "?format=xlsx").want(http.StatusOK); !strings.HasPrefix(string(book.body), "PK") {
		t.Error("the state is no workbook")
	}
	state.get("/api/v1/frozen/" + frozen.ID + "?format=pdf").want(http.StatusBadRequest)
	was := text(state.get("/pilotage?arrete=" + frozen.ID).want(http.StatusOK))

	// A unit whose numbers are shown loses a third of its counts and sends again.
	var unit, name string
	var counts quota.Stand
	list, err := w.store.Bordereaux(t.Context(), quota.DefaultRule, "2024")
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		b, err := quota.ParseBordereau("b", list[i].Body)
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := b.Stand(list[i].Unit, ""); ok && s.N() > counts.N() {
			unit, counts = list[i].Unit, s
		}
	}
	direction := w.account(store.Direction, unit)
	var sent quota.Bordereau
	for i := range list {
		if list[i].Unit != unit {
			continue
		}
		b, err := quota.ParseBordereau("b", list[i].Body)
		if err != nil {
			t.Fatal(err)
		}
		sent = *b
	}
	sent.AsOf = geo.MustDate("2025-02-01")
	for k := range sent.Units[0].Blocks {
		block := &sent.Units[0].Blocks[k]
		block.Parts[0].Out += 10
		block.Entries += 10
		block.Packs = []string{"autre"}
	}
	name = sent.Units[0].Name
	direction.post("/api/v1/bordereaux", map[string]any{"unit": unit, "bordereau": &sent}).want(http.StatusCreated)
	page := text(state.get("/pilotage?periode=2024").want(http.StatusOK))
	change := page[strings.Index(page, "Ce qui a changé"):]
	line := regexp.MustCompile(regexp.QuoteMeta(name) + ` \+10 0 0 .*? bordereau remplacé le \d\d/\d\d/\d{4} \(2e envoi\) ; référentiel géographique d’une autre édition`).FindString(change)
	if line == "" {
		t.Fatalf("no line of %s among: %s", name, change)
	}
	before, after := bounds(counts.Count), bounds(quota.Count{In: counts.In, Out: counts.Out + 10, Undecided: counts.Undecided})
	for _, want := range []string{strings.ReplaceAll(before, "\u202f", " "), strings.ReplaceAll(after, "\u202f", " ")} {
		if !strings.Contains(line, want) {
			t.Errorf("no « %s » in « %s »", want, line)
		}
	}
	// The rows were counted after the year: they came late.
	if !strings.Contains(change, "Lignes tardives ou retirées") {
		t.Error("the cause is not told")
	}
	now := text(state.get("/pilotage?arrete=" + frozen.ID).want(http.StatusOK))
	cut := func(s string) string { return s[:strings.Index(s, "Ce qui a changé")] }
	if cut(now) != cut(was) {
		t.Errorf("the frozen state moved:\n%s\n%s", cut(was), cut(now))
	}
}

// bounds is a share with its bounds, « 27,1–30,2 % ».
func bounds(c quota.Count) string {
	n := float64(c.In + c.Out + c.Undecided)
	low, high := french.Percent(float64(c.In)/n), french.Percent(float64(c.In+c.Undecided)/n)
	if low == high {
		return low
	}
	return strings.TrimSuffix(low, french.Thin+"%") + "–" + high
}

// Observations are of Missions Locales that one sees, and only those.
func TestObservationsOfUnits(t *testing.T) {
	w := filled(t, nil)
	state := w.account(store.State)
	unit := w.someUnits()[0]
	body := map[string]any{"name": "Réunion", "rule": quota.DefaultRule, "period": "2024", "unit_observations": map[string]string{unit: "Deux arrivées."}}
	var kept struct {
		ID               string
		UnitObservations map[string]string `json:"unit_observations"`
	}
	state.post("/api/v1/frozen", body).want(http.StatusCreated).json(&kept)
	if kept.UnitObservations[unit] != "Deux arrivées." {
		t.Errorf("%+v", kept)
	}
	body["unit_observations"] = map[string]string{"99999": "Ailleurs."}
	state.post("/api/v1/frozen", body).want(http.StatusBadRequest)
}
