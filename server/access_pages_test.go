package server

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"perimetre/server/people"
	"perimetre/server/store"
)

// mayOpen is who may open each page, written apart from the routes, in the letters of
// mayCall; « * » is anybody. A page that stands in no line fails the test.
var mayOpen = map[string]string{
	"GET /connexion": "*", "POST /connexion": "*", "POST /deconnexion": "*", "GET /mise-en-service": "*", "POST /mise-en-service": "*", "GET /mot-de-passe": "*", "POST /mot-de-passe": "*",
	"GET /assets/{name}": "*", "GET /favicon.ico": "*", "GET /theme.css": "*", "GET /licences": "*", "GET /composants/perimetre-adresse.js": "*", "GET /integrer": "*",
	"GET /mes-adresses": "C", "POST /mes-adresses": "C",
	"GET /": "AEDRTUC", "GET /carte": "*", "GET /carte/integree": "*", "GET /carte/imprimer": "*", "GET /carte/carte.svg": "*", "POST /carte/adresse": "AEDRTU",
	"GET /couverture": "AEDRTU", "GET /adresse": "AEDRTU", "POST /adresse": "AEDRTU", "GET /methode": "AEDRTU",
	"GET /pilotage": "E", "POST /pilotage/arreter": "E", "POST /pilotage/relecture": "E",
	"GET /ma-mission-locale": "DR", "GET /ma-mission-locale/note": "DR", "GET /ma-mission-locale/tableaux": "DR", "POST /ma-mission-locale/arreter": "D", "POST /ma-mission-locale/observation": "D",
	"GET /ma-mission-locale/sites": "DR", "POST /ma-mission-locale/sites": "DR", "POST /ma-mission-locale/sites/fichier": "DR", "GET /ma-mission-locale/sites.csv": "DR", "GET /ma-mission-locale/sites.xlsx": "DR",
	"GET /imports": "DR", "POST /imports": "R", "GET /imports/colonnes": "R", "POST /imports/colonnes": "R", "GET /imports/personne": "DR", "POST /imports/personne": "DR", "GET /imports/{id}": "DR", "GET /imports/{id}/a-corriger.csv": "DR", "POST /imports/{id}/annuler": "R", "POST /imports/{id}/etudier": "R",
	"GET /bordereau": "DR", "POST /bordereau": "D",
	"GET /a-verifier": "DR", "POST /a-verifier": "R", "POST /a-verifier/annuler": "R", "POST /a-verifier/a-completer": "DR", "GET /a-verifier/relecture": "DR", "POST /a-verifier/relecture": "DR",
	"GET /administration": "AU", "GET /administration/journal.csv": "AU", "POST /administration/conservation": "A", "POST /administration/sites": "A", "POST /administration/population": "A", "POST /administration/comptes": "A",
	"GET /administration/comptes/{id}": "A", "POST /administration/comptes/{id}": "A",
	"GET /administration/regles/{name}": "AU", "POST /administration/regles/{name}": "A", "GET /administration/regles/{name}/version.yml": "AU",
}

// Every page with every role, with one's own identifiers and another Mission
// Locale's: who may not is refused, and nothing of the other comes out or changes.
func TestEveryPageByEveryRole(t *testing.T) {
	w := newWorld(t)
	clients, their := w.neighbours()
	before := w.rowsOf(their.unit)
	names := []string{"À elle"}
	for _, p := range their.people {
		if p.Person != "" {
			names = append(names, ">"+p.Person+"<", ";"+p.Person+";")
		}
	}
	leaks := func(body string) string {
		i := slices.IndexFunc(names, func(n string) bool { return strings.Contains(body, n) })
		if i < 0 {
			return ""
		}
		return names[i]
	}
	tried := 0
	for _, rt := range w.server.routes {
		name := rt.Method + " " + rt.Path
		if !rt.Page {
			continue
		}
		may, known := mayOpen[name]
		if !known {
			t.Errorf("%s stands in no line of the table", name)
			continue
		}
		if may == "*" && !strings.HasPrefix(rt.Path, "/carte") { // signing in, and files
			continue
		}
		for role, c := range clients {
			if name == "POST /pilotage/arreter" && role == store.State {
				continue // would freeze their figures with others', as it may
			}
			tried++
			for _, path := range []string{
				strings.NewReplacer("{id}", "absent", "{name}", "absent").Replace(rt.Path),
				strings.NewReplacer("{id}", their.file, "{name}", "cej-qpv-40").Replace(rt.Path) + "?" + url.Values{"ml": {their.unit}, "arrete": {their.frozen}, "version": {their.file}, "fichier": {their.file}, "cle": {their.key}, "adresse": {their.key}}.Encode(),
			} {
				form := url.Values{}
				if strings.Contains(path, "?") {
					form = url.Values{"ml": {their.unit}, "cle": {their.key}, "verdict": {"non"}, "fondement": {people.Bases[1]}, "fichier": {their.file}, "periode": {"2024"}, "regle": {"cej-qpv-40"}}
				}
				a := c.do(rt.Method, path, map[bool]string{true: "application/x-www-form-urlencoded"}[rt.Method == http.MethodPost], []byte(form.Encode()))
				if a.status >= 500 {
					t.Errorf("%s by %s: %d", name, role, a.status)
				}
				if may != "*" && !strings.Contains(may, letters[role]) {
					if a.status != http.StatusForbidden {
						t.Errorf("%s by %s: %d", name, role, a.status)
					}
					continue
				}
				if a.status == http.StatusForbidden && !strings.Contains(path, "?") {
					t.Errorf("%s is closed to %s", name, role)
				}
				if leak := leaks(string(a.body)); leak != "" {
					t.Errorf("%s by %s tells %s", path, role, leak)
				}
			}
		}
	}
	if tried < 6*25 {
		t.Errorf("only %d pages tried", tried)
	}
	// The clients' own pages say who is theirs: the search above can find.
	own := clients[store.DataOfficer]
	own.imported(their.from, w.youngPeople())
	names = nil
	for _, p := range w.rowsOf(their.from) {
		names = append(names, p.Person)
	}
	if body := string(own.get("/api/v1/people?limit=1000").want(200).body); leaks(body) == "" {
		t.Error("nobody is found where everybody is")
	}
	if after := w.rowsOf(their.unit); len(after) != len(before) || slices.ContainsFunc(after, func(p store.Person) bool { return p.Motif == "decision" }) {
		t.Error("the other's rows changed")
	}
	if d, err := w.store.Decisions(t.Context(), their.unit); err != nil || len(d) != 0 {
		t.Error(d, err)
	}
	// Nobody: sent to the sign-in, or refused.
	for _, rt := range w.server.routes {
		if rt.Page && mayOpen[rt.Method+" "+rt.Path] != "*" {
			path := strings.NewReplacer("{id}", their.file, "{name}", "cej-qpv-40").Replace(rt.Path)
			a := w.client().do(rt.Method, path, "", nil)
			if to := a.header.Get("Location"); a.status != http.StatusUnauthorized && !(a.status == http.StatusSeeOther && to == "/connexion") {
				t.Errorf("%s %s by nobody: %d %s", rt.Method, path, a.status, to)
			}
		}
	}
}
