package server

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/people"
	"perimetre/server/store"
)

// What became of a file is told from its lines to its entries, none lost on the way; the
// table that is given back is the file, in its words and order; and the same file again
// is known.
func TestImportTellsItsStory(t *testing.T) {
	w := newWorld(t)
	unit := w.someUnits()[0]
	c := w.account(store.DataOfficer, unit)
	lines := []string{"Date début CEJ|Date de naissance|Nom secret|N° dossier|Ville|Renouv.|CP|Adresse"}
	add := func(cells ...string) { lines = append(lines, strings.Join(cells, "|")) }
	for i := range 5 {
		add("03/04/2024", "01/02/2004", "X", fmt.Sprint("A", i), "Ville", "non", "99001", "1 rue")
	}
	add("05/05/2024", "01/02/2004", "X", "A0", "Ville", "non", "99001", "1 rue") // a later entry
	add("03/04/2024", "01/02/2004", "X", "A9", "Ville", "oui", "99001", "1 rue") // a renewal
	add("03/04/2024", "12/03/1990", "X", "A7", "Ville", "non", "99001", "1 rue") // 34 years old
	add("31/02/2024", "01/02/2004", "X", "A8", "Ville", "non", "99001", "1 rue")
	add("TOTAL", "", "", "9", "", "", "", "")
	text := strings.Join(lines, "\n") + "\n"

	var f people.File
	c.upload("/api/v1/cohorts", "liste désordonnée.txt", text).want(201).json(&f)
	if f.Twin != nil {
		t.Errorf("a first file has a twin: %+v", f.Twin)
	}
	c.post("/api/v1/cohorts/"+f.ID+"/import", map[string]any{"known": "2026-11-01"}).want(202)
	f = c.finished(f.ID)

	story, err := w.server.figures.Story(t.Context(), &access.Principal{Role: store.DataOfficer, Units: []string{unit}}, unit, f.ID)
	if err != nil {
		t.Fatal(err)
	}
	if story.Rows != 9 || story.People != 8 || story.Entries != 5 || f.SetAside[people.NotARow] != 1 {
		t.Errorf("%d rows, %d people, %d entries, %v set aside; want 9, 8, 5 and a total", story.Rows, story.People, story.Entries, f.SetAside)
	}
	sum := story.Entries + len(story.Rejected)
	for _, a := range story.Aside {
		sum += a.Rows
	}
	if sum != story.Rows {
		t.Errorf("%d rows are told of %d: %+v", sum, story.Rows, story)
	}
	want := []figures.RejectedRow{{Line: 9, Person: "A7", Why: "âge hors des limites de la règle", Detail: "né le 12/03/1990, 34 ans le 03/04/2024"}, {Line: 10, Person: "A8", Why: "date d’entrée invalide", Detail: "31/02/2024"}}
	if fmt.Sprint(story.Rejected) != fmt.Sprint(want) {
		t.Errorf("rejected: %v, want %v", story.Rejected, want)
	}

	a := c.get("/api/v1/cohorts/" + f.ID + "/flagged.csv").want(200)
	header, _, _ := strings.Cut(string(bytes.TrimPrefix(a.body, []byte("\ufeff"))), "\n")
	if !strings.HasPrefix(header, "Date début CEJ|Date de naissance|N° dossier|Ville|Renouv.|CP|Adresse|longitude|") {
		t.Errorf("headings of the table given back: %s", header)
	}
	if name := a.header.Get("Content-Disposition"); !strings.Contains(name, "liste%20d%C3%A9sordonn%C3%A9e-signal%C3%A9.txt") {
		t.Errorf("its name: %s", name)
	}

	var again people.File
	c.upload("/api/v1/cohorts", "autre nom.txt", text).want(201).json(&again)
	if again.Twin == nil || again.Twin.ID != f.ID || !again.Twin.Imported {
		t.Errorf("the same file again: %+v", again.Twin)
	}
	c.do("DELETE", "/api/v1/cohorts/"+f.ID, "", nil).want(204)
	c.do("DELETE", "/api/v1/cohorts/"+again.ID, "", nil).want(204)
	again = people.File{}
	c.upload("/api/v1/cohorts", "autre nom.txt", text).want(201).json(&again)
	if again.Twin != nil {
		t.Errorf("a file withdrawn is the twin of another: %+v", again.Twin)
	}
}
