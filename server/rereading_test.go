package server

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"perimetre/quota/report"
	"perimetre/server/people"
	"perimetre/server/store"
)

// The services de l'État draw manual decisions; somebody else than their author answers them
// again without seeing the first answer, and the agreement stands beside the verdict.
func TestDecisionsAreReadAgain(t *testing.T) {
	for name, base := range map[string]func(*testing.T) func(*Config){"sqlite": nil, "postgres": onPostgres} {
		t.Run(name, func(t *testing.T) {
			if base == nil {
				rereadOn(t, newWorld(t))
				return
			}
			rereadOn(t, newWorld(t, base(t)))
		})
	}
}

func rereadOn(t *testing.T, w *world) {
	unit := w.someUnits()[0]
	first, second, direction, state := w.account(store.DataOfficer, unit), w.account(store.DataOfficer, unit), w.account(store.Direction, unit), w.account(store.State, unit[:2])
	first.imported(unit, w.youngPeople())
	var queue struct{ Groups []people.Group }
	first.get("/api/v1/review?limit=500").want(200).json(&queue)
	entered := map[string]bool{}
	for _, p := range w.rowsOf(unit) {
		entered[p.AddressKey] = entered[p.AddressKey] || strings.HasPrefix(p.Entry, "2024")
	}
	queue.Groups = slices.DeleteFunc(queue.Groups, func(g people.Group) bool { return !entered[g.Key] })
	if len(queue.Groups) < 4 {
		t.Fatalf("%d addresses to decide", len(queue.Groups))
	}
	answers := map[string]string{}
	for i, g := range queue.Groups[:4] {
		answers[g.Address] = []string{"hors QPV", "dans le QPV"}[i%2]
		first.post("/api/v1/decisions", map[string]any{"key": g.Key, "verdict": answers[g.Address], "basis": people.Bases[1]}).want(200)
	}
	direction.post("/api/v1/bordereaux", map[string]any{"period": "2024"}).want(201)

	drawn := func(size int) (n struct{ Drawn int }) {
		state.post("/api/v1/rereadings", map[string]any{"unit": unit, "period": "2024", "size": size}).want(201).json(&n)
		return n
	}
	w.account(store.State, "99").post("/api/v1/rereadings", map[string]any{"unit": unit, "period": "2024", "size": 1}).want(400)
	state.post("/api/v1/rereadings", map[string]any{"unit": unit, "period": "2023-T1", "size": 1}).want(409) // nobody entered then
	state.post("/api/v1/rereadings", map[string]any{"unit": unit, "period": "2024", "size": 0}).want(400)
	if n := drawn(3); n.Drawn != 3 {
		t.Fatalf("%d drawn, want 3", n.Drawn)
	}
	if n := drawn(50); n.Drawn != 1 { // what is left: a decision is drawn once
		t.Fatalf("%d drawn again, want 1", n.Drawn)
	}
	state.post("/api/v1/rereadings", map[string]any{"unit": unit, "period": "2024", "size": 1}).want(409)

	// The author sees none of them, and may answer none.
	var mine, theirs struct{ Rereadings []people.Reread }
	first.get("/api/v1/rereadings").want(200).json(&mine)
	second.get("/api/v1/rereadings").want(200).json(&theirs)
	if len(mine.Rereadings) != 0 || len(theirs.Rereadings) != 4 {
		t.Fatalf("%d for the author, %d for another; want 0 and 4", len(mine.Rereadings), len(theirs.Rereadings))
	}
	first.post("/api/v1/rereadings/"+theirs.Rereadings[0].ID, map[string]any{"verdict": "hors QPV"}).want(403)
	// The page shows nothing of the first answer: it is the same whatever the answer was.
	for _, x := range theirs.Rereadings {
		page := text(second.get("/a-verifier/relecture?adresse=" + x.ID).want(200))
		if !strings.Contains(page, x.Address) || strings.Contains(page, "Essai a") || strings.Contains(page, "justificatif vu") || strings.Contains(page, "décision d’une personne") {
			t.Errorf("the page of %s: %s", x.Address, page)
		}
	}
	// Three are answered alike, one otherwise; no row changes.
	before := w.rowsOf(unit)
	for i, x := range theirs.Rereadings {
		answer := map[string]string{"hors QPV": "non", "dans le QPV": "oui"}[answers[x.Address]]
		if i == 0 {
			answer = "ne_permet_pas"
		}
		second.form("/a-verifier/relecture", url.Values{"relecture": {x.ID}, "verdict": {answer}}).want(http.StatusSeeOther)
		second.post("/api/v1/rereadings/"+x.ID, map[string]any{"verdict": "hors QPV"}).want(409)
	}
	if after := w.rowsOf(unit); !slices.EqualFunc(before, after, func(a, b store.Person) bool { return a.Status == b.Status && a.Motif == b.Motif }) {
		t.Error("a second answer changed a row")
	}
	// The first answer is compared as it was drawn, whatever becomes of it.
	first.post("/api/v1/decisions", map[string]any{"key": queue.Groups[0].Key, "verdict": "ne permet pas de conclure", "basis": people.Bases[1]}).want(200)

	var figures report.Document
	state.get("/api/v1/quota?period=2024").want(200).json(&figures)
	a := figures.Units[0].Reread
	if a == nil || a.Drawn != 4 || a.Answered != 4 || a.Same != 3 || a.Low < .3 || a.Low > .31 || a.High < .95 || a.High > .96 {
		t.Fatalf("agreement: %+v", a)
	}
	const said = "4 relues à l’aveugle : 3 réponses identiques"
	for _, path := range []string{"/pilotage?periode=2024", "/api/v1/reports/quota?period=2024&format=fiches", "/api/v1/reports/quota?period=2024&format=html"} {
		page := string(state.get(path).want(200).body)
		if !strings.Contains(strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(page), said) {
			t.Errorf("%s does not tell the agreement", path)
		}
		for address := range answers {
			if strings.Contains(page, address) {
				t.Errorf("%s shows the services de l'État an address", path)
			}
		}
	}
	direction.get("/a-verifier/relecture").want(200)
	if !strings.Contains(text(direction.get("/ma-mission-locale?periode=2024").want(200)), "Relecture des décisions manuelles") {
		t.Error("the Mission Locale does not see its own agreement")
	}
	log, err := w.store.Audit(t.Context(), store.AuditQuery{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, e := range log {
		counts[e.Action]++
	}
	if counts["tirage de décisions à relire"] != 2 || counts["décision relue"] != 4 {
		t.Errorf("audit log: %v", counts)
	}
}
