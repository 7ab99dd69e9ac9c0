package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"perimetre/server/people"
	"perimetre/server/store"
)

// An account is changed on its page; a scope that its role needs is asked for.
func TestAccountPage(t *testing.T) {
	w := newWorld(t)
	units := w.someUnits()
	admin := w.account(store.Administrator)
	u := store.User{Email: "camille@exemple.fr", Name: "Camille", Role: store.DataOfficer, Units: units[:1]}
	if err := w.store.AddUser(t.Context(), &u); err != nil {
		t.Fatal(err)
	}
	path := "/administration/comptes/" + u.ID
	if page := string(admin.get(path).want(http.StatusOK).body); !strings.Contains(page, "camille@exemple.fr") {
		t.Error("the page does not name the account")
	}
	a := admin.form(path, url.Values{"action": {"modifier"}, "nom": {"Camille B"}, "role": {"direction"}, "ml": {""}})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(string(a.body), "Mission Locale") {
		t.Errorf("a direction without its Mission Locale: %d", a.status)
	}
	admin.form(path, url.Values{"action": {"modifier"}, "nom": {"Camille B"}, "role": {"direction"}, "ml": {units[1]}}).want(http.StatusSeeOther)
	got, err := w.store.User(t.Context(), u.ID)
	if err != nil || got.Name != "Camille B" || got.Role != store.Direction || len(got.Units) != 1 || got.Units[0] != units[1] {
		t.Errorf("%v, %+v", err, got)
	}
	admin.form(path, url.Values{"action": {"danser"}}).want(http.StatusBadRequest)
	w.account(store.Auditor).get(path).want(http.StatusForbidden)
	admin.get("/administration/comptes/inconnu").want(http.StatusNotFound)
}

// A person whom two files name waits once; the bordereau tells what decisions stand on.
func TestWaitingAndBases(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { waitingAndBases(t, newWorld(t)) })
	t.Run("postgres", func(t *testing.T) { waitingAndBases(t, newWorld(t, onPostgres(t))) })
}

func waitingAndBases(t *testing.T, w *world) {
	unit := w.someUnits()[0]
	officer := w.account(store.DataOfficer, unit)
	officer.imported(unit, w.youngPeople())
	once, err := w.store.WaitingPeople(t.Context(), unit)
	if err != nil || once["trancher"] == 0 {
		t.Fatalf("%v, %v", err, once)
	}
	officer.imported(unit, w.youngPeople())
	twice, err := w.store.WaitingPeople(t.Context(), unit)
	if err != nil || twice["trancher"] != once["trancher"] {
		t.Errorf("%v: %v, then %v", err, once, twice)
	}
	var list struct{ Groups []people.Group }
	officer.get("/api/v1/review?limit=500").want(http.StatusOK).json(&list)
	for _, g := range list.Groups {
		officer.post("/api/v1/decisions", map[string]string{"unit": unit, "key": g.Key, "verdict": "dans le QPV", "basis": "justificatif vu"}).want(http.StatusOK)
	}
	page := string(w.account(store.Direction, unit).get("/bordereau?periode=2024").want(http.StatusOK).body)
	if !strings.Contains(page, "Justificatif vu") {
		t.Error("the basis of the decisions does not leave with the counts")
	}
}
