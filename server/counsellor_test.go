package server

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"perimetre/data/demo"
	"perimetre/server/people"
	"perimetre/server/store"
)

// A counsellor sees and answers the addresses to complete of their own people, and nothing
// else; the référent données reads the answers, and no figure changes.
func TestCounsellorHasOneList(t *testing.T) {
	for name, base := range map[string]func(*testing.T) func(*Config){"sqlite": nil, "postgres": onPostgres} {
		t.Run(name, func(t *testing.T) {
			if base == nil {
				counsellorOn(t, newWorld(t))
				return
			}
			counsellorOn(t, newWorld(t, base(t)))
		})
	}
}

func counsellorOn(t *testing.T, w *world) {
	unit := w.someUnits()[0]
	officer, counsellor := w.account(store.DataOfficer, unit), w.account(store.Counsellor, unit)
	// The file writes the name its own way.
	officer.imported(unit, strings.ReplaceAll(w.youngPeople(), demo.Counsellor, strings.ToUpper(strings.ReplaceAll(demo.Counsellor, " ", "  "))))
	type list struct {
		People  []people.Row
		Answers []string
	}
	var all, own list
	officer.get("/api/v1/people?action=completer&limit=1000").want(200).json(&all)
	counsellor.get("/api/v1/completion").want(200).json(&own)
	theirs := slices.DeleteFunc(slices.Clone(all.People), func(p people.Row) bool { return !strings.HasSuffix(p.Advisor, "MORVEL") })
	if len(own.People) != len(theirs) || len(own.People) == 0 || len(own.People) == len(all.People) {
		t.Fatalf("%d rows of their own, want %d of %d", len(own.People), len(theirs), len(all.People))
	}
	other := all.People[slices.IndexFunc(all.People, func(p people.Row) bool { return !strings.HasSuffix(p.Advisor, "MORVEL") })]
	page := text(counsellor.get("/mes-adresses").want(200))
	if !strings.Contains(page, own.People[0].Person) || strings.Contains(page, other.Person) {
		t.Error("the page does not show the counsellor's people, or shows another's")
	}
	counsellor.post("/api/v1/completion", map[string]string{"id": other.ID, "answer": own.Answers[0]}).want(404)
	counsellor.form("/mes-adresses", url.Values{"ligne": {other.ID}, "reponse": {own.Answers[0]}}).want(404)
	counsellor.form("/mes-adresses", url.Values{"ligne": {own.People[0].ID}, "reponse": {"il habite chez sa sœur"}}).want(400)
	before := w.rowsOf(unit)
	counsellor.form("/mes-adresses", url.Values{"ligne": {own.People[0].ID}, "reponse": {own.Answers[2]}}).want(http.StatusSeeOther)
	counsellor.post("/api/v1/completion", map[string]string{"id": own.People[0].ID, "answer": own.Answers[0]}).want(204)
	if after := w.rowsOf(unit); !slices.EqualFunc(before, after, func(a, b store.Person) bool { return a.Status == b.Status && a.Action == b.Action }) {
		t.Error("an answer changed a row")
	}
	officer.get("/api/v1/people?action=completer&limit=1000").want(200).json(&all)
	for _, p := range all.People {
		if want := map[bool]string{true: own.Answers[0]}[p.ID == own.People[0].ID]; p.Completed != want {
			t.Errorf("%s: %q, want %q", p.ID, p.Completed, want)
		}
	}
	if csv := string(officer.get("/api/v1/review/completion.csv").want(200).body); strings.Count(csv, "Corrigée dans i-Milo") != 1 {
		t.Error("the list to complete does not say the counsellor's answer")
	}
	// Erasing the person takes the answer away.
	officer.send("DELETE", "/api/v1/people/"+url.PathEscape(own.People[0].Person), nil).want(204)
	if said, err := w.store.Completions(t.Context(), unit); err != nil || len(said) != 0 {
		t.Error(said, err)
	}
	// Nothing else: not a figure, not a list, not an address.
	for _, path := range []string{"/api/v1/people", "/api/v1/review", "/api/v1/quota?period=2024", "/api/v1/units", "/adresse", "/a-verifier", "/ma-mission-locale", "/methode"} {
		counsellor.get(path).want(http.StatusForbidden)
	}
	if to := counsellor.get("/").want(http.StatusSeeOther).header.Get("Location"); to != "/mes-adresses" {
		t.Errorf("home: %s", to)
	}
	admin := w.account(store.Administrator)
	admin.post("/api/v1/users", map[string]any{"email": "c@exemple.fr", "name": "C", "role": "conseiller", "units": []string{unit}}).want(422)
	admin.post("/api/v1/users", map[string]any{"email": "c@exemple.fr", "name": "C", "role": "conseiller", "units": []string{unit}, "counsellor": "M. Petit"}).want(201)
}
