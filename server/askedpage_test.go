package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"perimetre/geo"
	"perimetre/quota"
	"perimetre/server/store"
)

// A session that ended loses neither the page asked for nor the answer typed; and the
// way back leads to no other site.
func TestSessionEndKeepsThePageAsked(t *testing.T) {
	w := newWorld(t)
	unit := w.someUnits()[0]
	c := w.account(store.DataOfficer, unit)
	c.imported(unit, w.youngPeople())
	anonymous := w.client()
	cookie := func(a answer) string {
		for _, c := range (&http.Response{Header: a.header}).Cookies() {
			if c.Name == "perimetre_retour" {
				v, _ := url.QueryUnescape(c.Value)
				return v
			}
		}
		return ""
	}
	a := anonymous.get("/imports?ml=" + unit).want(http.StatusSeeOther)
	if to, kept := a.header.Get("Location"), cookie(a); to != "/connexion" || kept != "/imports?ml="+unit {
		t.Errorf("led to %s, and %s is kept", to, kept)
	}
	a = anonymous.form("/a-verifier", url.Values{"cle": {"abc"}, "verdict": {"non"}, "fondement": {"justificatif vu"}}).want(http.StatusSeeOther)
	if kept := cookie(a); !strings.HasPrefix(kept, "/a-verifier?adresse=abc") || !strings.Contains(kept, "reponse=non") {
		t.Errorf("of an answer, %s is kept", kept)
	}
	anonymous.form("/bordereau", url.Values{"ml": {unit}}).want(http.StatusUnauthorized)
	// The answer comes back, to be confirmed, with its basis.
	var q struct{ Groups []struct{ Key string } }
	c.get("/api/v1/review").want(200).json(&q)
	page := string(c.get("/a-verifier?" + url.Values{"adresse": {q.Groups[0].Key}, "reponse": {"non"}, "fondement": {"justificatif vu"}}.Encode()).want(200).body)
	if !strings.Contains(page, "La session avait expiré") || !strings.Contains(page, `value="justificatif vu" required checked`) {
		t.Error("the answer typed does not come back")
	}
}

// What is kept of one person is shown, given and erased from a page, the identifier in
// no address; the journal is chosen by who, what and when.
func TestPersonAndJournalPages(t *testing.T) {
	w := newWorld(t)
	unit := w.someUnits()[0]
	c, direction, auditor := w.account(store.DataOfficer, unit), w.account(store.Direction, unit), w.account(store.Auditor)
	c.imported(unit, w.youngPeople())
	person := ""
	for _, p := range w.rowsOf(unit) {
		if p.Person != "" {
			person = p.Person
		}
	}
	ask := func(c *client, action string) answer {
		return c.form("/imports/personne", url.Values{"personne": {person}, "action": {action}})
	}
	if page := string(ask(c, "voir").want(200).body); !strings.Contains(page, person) || !strings.Contains(page, "Effacer cette personne") {
		t.Error("the page does not show the person")
	}
	if page := string(ask(direction, "voir").want(200).body); strings.Contains(page, "Effacer cette personne") {
		t.Error("a direction is offered to erase")
	}
	if whole := string(ask(c, "exporter").want(200).body); !strings.Contains(whole, person) {
		t.Errorf("the export is empty: %s", whole)
	}
	ask(direction, "effacer").want(http.StatusForbidden)
	ask(c, "effacer").want(http.StatusSeeOther)
	ask(c, "voir").want(http.StatusNotFound)

	journal := func(filter string) string {
		return string(auditor.get("/administration/journal.csv?" + filter).want(200).body)
	}
	all := journal("")
	erased := journal("action=" + url.QueryEscape("effacement d’une personne"))
	if n := strings.Count(erased, "\n"); n != 2 || strings.Count(all, "\n") <= 2 {
		t.Errorf("%d lines of erasures of %d in all", n-1, strings.Count(all, "\n")-1)
	}
	if n := strings.Count(journal("au=01/01/2020"), "\n"); n != 1 {
		t.Errorf("%d lines before any", n-1)
	}
	if strings.Contains(all, person) {
		t.Error("the journal names a person")
	}
	auditor.get("/administration?vue=journal&du=demain").want(http.StatusBadRequest)
	if page := string(auditor.get("/administration?vue=journal&action=import").want(200).body); !strings.Contains(page, "journal.csv?action=import") {
		t.Error("the page's file does not follow its filters")
	}
}

// A bordereau of a period that is running leaves only when that is said.
func TestBordereauOfRunningPeriodAsks(t *testing.T) {
	w := newWorld(t)
	unit := w.someUnits()[0]
	c, direction := w.account(store.DataOfficer, unit), w.account(store.Direction, unit)
	today := geo.Today()
	c.imported(unit, "Matricule;Adresse;CP;Ville;Date début CEJ\nA1;1 rue;99001;Ville;"+today.String()+"\n")
	period := quota.QuarterOf(today).ID
	page := string(direction.get("/bordereau?periode=" + period).want(200).body)
	_, sum, _ := strings.Cut(page, `name="empreinte" value="`)
	sum, _, _ = strings.Cut(sum, `"`)
	if !strings.Contains(page, "Envoyer avant la fin de la période") {
		t.Error("the page does not ask")
	}
	form := url.Values{"ml": {unit}, "periode": {period}, "regle": {"cej-qpv-40"}, "empreinte": {sum}}
	direction.form("/bordereau", form).want(http.StatusUnprocessableEntity)
	form.Set("inacheve", "1")
	direction.form("/bordereau", form).want(http.StatusSeeOther)
}

// What was typed in a form that is refused stands in it again, and an account that nobody
// opened yet says until when its link holds.
func TestAccountFormKeepsWhatWasTyped(t *testing.T) {
	w := newWorld(t)
	admin := w.account(store.Administrator)
	typed := url.Values{"nom": {"Camille Essai"}, "courriel": {"camille@exemple.invalid"}, "role": {"direction"}}
	page := string(admin.form("/administration/comptes", typed).want(http.StatusUnprocessableEntity).body) // a direction needs its Mission Locale
	for _, want := range []string{`value="Camille Essai"`, `value="camille@exemple.invalid"`, `<option value="direction" selected>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the form lost %s", want)
		}
	}
	typed.Set("ml", w.someUnits()[0])
	page = string(admin.form("/administration/comptes", typed).want(200).body)
	if !strings.Contains(page, "invitation en attente, jusqu’au ") || strings.Contains(page, `<option value="direction" selected>`) {
		t.Error("the invitation is not shown, or the form of the next account is filled")
	}
}
