package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"perimetre/server/store"
)

// One's own Mission Locale may be asked for by any of its codes and names; another's stays
// another's however it is written.
func TestOwnUnitByEveryName(t *testing.T) {
	w := newWorld(t)
	units := w.someUnits()
	officer, direction, state, admin := w.account(store.DataOfficer, units[0]), w.account(store.Direction, units[0]), w.account(store.State, units[0][:2]), w.account(store.Administrator)
	officer.imported(units[0]+"S00", w.youngPeople()) // the upload's field
	names := func(code string) []string {
		name := w.pack().UnitName(code)
		return []string{code, code + "S00", name, strings.ToUpper(name), "MISSION LOCALE " + name}
	}
	for _, written := range names(units[0]) {
		unit := url.QueryEscape(written)
		for _, path := range []string{"/api/v1/people?unit=", "/api/v1/review?unit=", "/api/v1/quota?period=2024&unit=", "/api/v1/decisions?unit=", "/a-verifier?ml=", "/ma-mission-locale?periode=2024&ml="} {
			officer.get(path + unit).want(200)
		}
		direction.post("/api/v1/bordereaux", map[string]any{"period": "2024", "unit": written}).want(201)
		state.post("/api/v1/rereadings", map[string]any{"unit": written, "period": "2024", "size": 1}).want(http.StatusConflict) // it has no decision
		var made struct{ User store.User }
		admin.post("/api/v1/users", map[string]any{"email": store.NewID() + "@exemple.fr", "name": "A", "role": "direction", "units": []string{written}}).want(201).json(&made)
		if len(made.User.Units) != 1 || made.User.Units[0] != units[0] {
			t.Errorf("an account of %q has %v", written, made.User.Units)
		}
	}
	for _, written := range append(names(units[1]), "ailleurs") {
		officer.get("/api/v1/people?unit=" + url.QueryEscape(written)).want(http.StatusForbidden)
		officer.get("/a-verifier?ml=" + url.QueryEscape(written)).want(http.StatusForbidden)
	}
}
