package server

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"perimetre/server/figures"
	"perimetre/server/store"
)

// The meeting of a quarter for which one Mission Locale of several has sent: every row is
// there, the sheets too; once frozen, pages and files come from the state alone.
func TestMeetingFromCallToSheets(t *testing.T) {
	w := newWorld(t)
	clients, their := w.neighbours()
	state, direction, officer := clients[store.State], clients[store.Direction], clients[store.DataOfficer]
	rows := regexp.MustCompile(`<tr role="row" data-unit="([^"]+)" data-received="(true|false)" data-verdict="([a-z_]*)"`)

	var returns figures.Returns
	state.get("/api/v1/bordereaux?periode=2024").want(200).json(&returns)
	page := state.get("/pilotage?periode=2024").want(200)
	found := rows.FindAllStringSubmatch(string(page.body), -1)
	received := 0
	for _, m := range found {
		if (m[2] == "true") != (m[3] != "") {
			t.Errorf("%s: received %s, verdict %q", m[1], m[2], m[3])
		}
		if m[2] == "true" {
			received++
		}
	}
	if len(found) != returns.Expected || received != returns.Received || received == 0 || received == returns.Expected {
		t.Fatalf("%d rows, %d received; want %d and %d", len(found), received, returns.Expected, returns.Received)
	}
	if got := text(page); !strings.Contains(got, "1 reçu sur ") || !strings.Contains(got, "Relancer") {
		t.Errorf("the first sentence or the bar lacks: %s", got[:600])
	}
	// A quarter for which nobody has sent shows them all too.
	if n := len(rows.FindAllString(string(state.get("/pilotage?periode=2023-T1").want(200).body), -1)); n != returns.Expected {
		t.Errorf("without any bordereau: %d rows, want %d", n, returns.Expected)
	}

	// A Mission Locale writes what it says of its figures before they are frozen.
	officer.imported(their.from, w.youngPeople())
	direction.post("/api/v1/bordereaux", map[string]any{"period": "2024"}).want(201)
	direction.form("/ma-mission-locale/observation", url.Values{"periode": {"2024"}, "texte": {"Deux conseillers absents."}}).want(http.StatusSeeOther)
	officer.form("/ma-mission-locale/observation", url.Values{"periode": {"2024"}, "texte": {"x"}}).want(http.StatusForbidden)
	if !strings.Contains(text(state.get("/pilotage?periode=2024").want(200)), "Deux conseillers absents.") {
		t.Error("the services de l'État do not read the observation")
	}

	fiches := regexp.MustCompile(`<article class="fiche" data-unit="[^"]+"`)
	live := string(state.get("/api/v1/reports/quota?period=2024&format=fiches").want(200).body)
	if n := len(fiches.FindAllString(live, -1)); n != returns.Expected || !strings.Contains(live, "provisoire") || strings.Contains(live, "arrêté au") {
		t.Errorf("live sheets: %d, want %d, provisional", n, returns.Expected)
	}
	var first, second figures.State
	state.post("/api/v1/frozen", map[string]string{"name": "Réunion", "period": "2024"}).want(201).json(&first)
	frozenPath := "/api/v1/reports/quota?frozen=" + first.ID + "&format="
	before := string(state.get(frozenPath + "fiches").want(200).body)
	if n := len(fiches.FindAllString(before, -1)); n != returns.Expected || strings.Contains(before, "provisoire") || strings.Count(before, first.Stamp()) < returns.Expected || !strings.Contains(before, "Deux conseillers absents.") {
		t.Errorf("frozen sheets: %d of %d, stamp %d times", n, returns.Expected, strings.Count(before, first.Stamp()))
	}
	// What is sent afterwards changes nothing of the state, and stands beside it.
	officer.imported(their.from, strings.Replace(w.youngPeople(), "oui", "non", 1))
	direction.post("/api/v1/bordereaux", map[string]any{"period": "2024"}).want(201)
	if after := string(state.get(frozenPath + "fiches").want(200).body); after != before {
		t.Error("the sheets of a frozen state moved")
	}
	for _, view := range []string{"", "&vue=carte", "&vue=tendance", "&vue=projeter"} {
		if got := text(state.get("/pilotage?arrete=" + first.ID + view).want(200)); !strings.Contains(got, first.Stamp()) || strings.Contains(got, "provisoire") {
			t.Errorf("%s does not say that the figures are frozen", view)
		}
	}
	for _, format := range []string{"csv", "xlsx", "json", "html"} {
		body := string(state.get(frozenPath + format).want(200).body)
		if want := map[string]string{"csv": ";Ensemble;", "xlsx": "PK", "json": `"units"`, "html": "<article"}[format]; !strings.Contains(body, want) {
			t.Errorf("the state as %s lacks %q: %d bytes", format, want, len(body))
		}
	}
	direction.get(frozenPath + "fiches").want(http.StatusNotFound) // another's
	// A second state names the one that it replaces.
	state.post("/api/v1/frozen", map[string]string{"name": "Réunion, rectifié", "period": "2024"}).want(201).json(&second)
	if second.Supersedes != first.ID {
		t.Errorf("the second state replaces %q, want %q", second.Supersedes, first.ID)
	}
	if got := text(state.get("/pilotage?arrete=" + first.ID).want(200)); !strings.Contains(got, "Il est remplacé par l’état « Réunion, rectifié »") {
		t.Error("the first state does not say that it is replaced")
	}
	var list struct{ Frozen []figures.State }
	state.get("/api/v1/frozen").want(200).json(&list)
	for _, f := range list.Frozen {
		if f.ID == first.ID && f.SupersededBy != second.ID {
			t.Errorf("list: %+v", f)
		}
	}
	// Once frozen, it is too late for an observation.
	direction.form("/ma-mission-locale/observation", url.Values{"periode": {"2024"}, "texte": {"Trop tard."}}).want(http.StatusConflict)
}
