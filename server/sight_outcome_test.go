package server

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"perimetre/server/store"
)

// A file that tells the situation at the end gives both counts to the Mission Locale, to
// the State once they are sent, and to the sheets; the columns' page says what a file
// without it loses.
func TestOutcomesFromTheFileToTheSheets(t *testing.T) {
	w := newWorld(t)
	unit := w.someUnits()[0]
	officer := w.account(store.DataOfficer, unit)
	lines := []string{"N° dossier;Code structure;Dispositif;Date début CEJ;N° voie;Libellé voie;Code postal;Ville;Motif de sortie CEJ"}
	for i := range 40 {
		situation := [4]string{"CDI", "Entrée en formation", "Sans solution", ""}[i%4]
		lines = append(lines, fmt.Sprintf("%d;%s;CEJ;12/08/2024;;;;Paris;%s", i, unit, situation))
	}
	officer.imported(unit, strings.Join(lines, "\r\n"))
	direction := w.account(store.Direction, unit)
	const told = "Orientés vers l’emploi (emploi durable) : 10 sur 40"
	if page := text(direction.get("/ma-mission-locale?periode=2024-T3").want(http.StatusOK)); !strings.Contains(page, told) || !strings.Contains(page, "situation inconnue : 10") {
		t.Errorf("the Mission Locale does not read both counts: %s", page)
	}
	direction.post("/api/v1/bordereaux", map[string]any{"period": "2024-T3"}).want(http.StatusCreated)
	state := w.account(store.State)
	for _, path := range []string{"/pilotage?periode=2024-T3", "/pilotage?periode=2024-T3&vue=projeter&ml=" + unit, "/api/v1/reports/quota?period=2024-T3&format=fiches", "/api/v1/reports/quota?period=2024-T3"} {
		if page := text(state.get(path).want(http.StatusOK)); !strings.Contains(page, told) {
			t.Errorf("%s does not give both counts", path)
		}
	}
	var d struct {
		Details struct {
			Outcomes []struct {
				Code, Counted string
				Oriented      struct{ Entries int }
			}
		}
	}
	state.get("/api/v1/quota?period=2024-T3&details=true").want(http.StatusOK).json(&d)
	if x := d.Details.Outcomes; len(x) != 2 || x[0].Code != unit || x[0].Counted != "entrees" || x[0].Oriented.Entries != 10 {
		t.Errorf("%+v", x)
	}
	officer.upload("/api/v1/cohorts", "sans.csv", w.youngPeople(), "unit", unit).want(http.StatusCreated)
	if page := text(officer.get("/imports/colonnes").want(http.StatusOK)); !strings.Contains(page, "les jeunes orientés vers l’emploi ne sont pas comptés à part") {
		t.Error("the columns' page does not say what the file loses")
	}
}

// A table of young people that cannot be read takes nothing from what was received, and
// its place on the machine is not told.
func TestUnreadablePopulationLeavesTheCounts(t *testing.T) {
	w := filled(t, func(w *world) { w.server.figures.Population = "/nulle/part/population.csv" })
	page := text(w.account(store.State).get("/pilotage?periode=2024-T3").want(http.StatusOK))
	if !strings.Contains(page, "Table de population illisible") || strings.Contains(page, "/nulle") || !strings.Contains(page, "population.csv") {
		t.Errorf("the page does not say that the table is unreadable, or says where it is: %s", page)
	}
	if strings.Contains(page, "Aucun chiffre reçu") || !strings.Contains(page, "Ensemble") {
		t.Error("the page says that nothing was received")
	}
}

// The number beside a list counts its lines, also where a person has two.
func TestNumberOfATabIsThatOfItsLines(t *testing.T) {
	w := newWorld(t)
	unit := w.someUnits()[0]
	officer := w.account(store.DataOfficer, unit)
	officer.imported(unit, w.youngPeople())
	officer.imported(unit, w.youngPeople())
	page := string(officer.get("/a-verifier?vue=a-completer").want(http.StatusOK).body)
	m := regexp.MustCompile(`À compléter <span class="count"><span aria-hidden="true">(\d+)</span>`).FindStringSubmatch(page)
	if m == nil {
		t.Fatal("no number beside the tab")
	}
	body := regexp.MustCompile(`(?s)<tbody>.*?</tbody>`).FindString(page)
	if n := strings.Count(body, "<tr"); strconv.Itoa(n) != m[1] || n == 0 {
		t.Errorf("the tab says %s, the list has %d lines", m[1], n)
	}
}
