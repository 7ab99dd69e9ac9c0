package server

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"perimetre/server/store"
)

// An administrator loads a table of population: the page says what was read and which lines
// are nobody's, expected shares follow at once, and a table that cannot be read changes
// nothing.
func TestPopulationIsLoadedFromTheAdministration(t *testing.T) {
	for name, base := range map[string]func(*testing.T) func(*Config){"sqlite": nil, "postgres": onPostgres} {
		t.Run(name, func(t *testing.T) {
			if base == nil {
				populationOn(t, newWorld(t))
				return
			}
			populationOn(t, newWorld(t, base(t)))
		})
	}
}

func populationOn(t *testing.T, w *world) {
	b, err := os.ReadFile(filepath.Join(w.dir, "raw", "population", "population-fictif.csv"))
	if err != nil {
		t.Fatal(err)
	}
	header, rest, _ := strings.Cut(string(b), "\n")
	unit := w.someUnits()[0]
	admin, auditor, direction, officer := w.account(store.Administrator), w.account(store.Auditor), w.account(store.Direction, unit), w.account(store.DataOfficer, unit)
	officer.imported(unit, w.youngPeople())
	expected := func() *float64 {
		var q struct {
			Units []struct {
				ExpectedShare *float64 `json:"expected_share"`
			}
		}
		direction.get("/api/v1/quota?period=2024").want(200).json(&q)
		return q.Units[0].ExpectedShare
	}
	load := func(c *client, name, content string) answer {
		return c.uploadAs("fichier", "/administration/population", name, content)
	}
	show := func(c *client) string { return text(c.get("/administration?vue=population").want(200)) }

	if got := expected(); got != nil || !strings.Contains(show(admin), "Aucune table chargée ici") {
		t.Errorf("before any table: an expected share of %v", got)
	}
	own := rowsWith(rest, unit)
	stranger := strings.Replace(own[0], unit, "00000", 1)
	stranger = strings.Replace(stranger, strings.Split(own[0], ";")[1], "99999", 1)
	first := header + "\n" + strings.Join(append(own, stranger), "\n") + "\n"
	load(admin, "jeunes 2021.csv", first).want(http.StatusSeeOther)
	page := show(auditor)
	for _, want := range []string{"jeunes 2021.csv", "Territoire fictif", "2021", "1 ligne, nommée plus bas", "(00000)", "non chargée"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	was := expected()
	if was == nil {
		t.Fatal("no expected share from the table loaded")
	}
	// Another table of the same name takes its place, and the share follows.
	load(admin, "jeunes 2021.csv", header+"\n"+own[0]+"\n").want(http.StatusSeeOther)
	if now := expected(); now == nil || *now == *was {
		t.Errorf("the expected share stayed %v when its table was replaced", now)
	}
	refused := load(admin, "autre.csv", header+"\n"+strings.Replace(own[0], strings.Split(own[0], ";")[3], "beaucoup", 1)+"\n").want(422)
	if got := text(refused); !strings.Contains(got, "autre.csv") || !strings.Contains(got, "ligne 2") || strings.Contains(got, os.TempDir()) || strings.Contains(show(admin), "autre.csv") {
		t.Errorf("a table that cannot be read: %s", got)
	}
	load(admin, "copie.csv", header+"\n"+own[0]+"\n").want(http.StatusConflict)
	load(auditor, "x.csv", first).want(http.StatusForbidden)
	admin.form("/administration/population", url.Values{"retirer": {"jeunes 2021.csv"}}).want(http.StatusSeeOther)
	if strings.Contains(show(admin), "jeunes 2021.csv") {
		t.Error("a table that was removed is still there")
	}
}

// rowsWith returns the lines of a table that begin with a code.
func rowsWith(lines, code string) (out []string) {
	for l := range strings.Lines(lines) {
		if l = strings.TrimSpace(l); strings.HasPrefix(l, code+";") {
			out = append(out, l)
		}
	}
	return out
}
