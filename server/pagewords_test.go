package server

import (
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"perimetre/server/store"
)

// pageWords are the names that addresses and forms of pages may use: French, or the same
// in both languages. Names that end in « - » or « . » go before a code or a number.
var pageWords = strings.Fields(`
	action adresse arrete au auteur avant cadre cause cle cle. code-insee code-postal commune confirme-le conseiller couche couches courriel
	date departement departements depuis du empreinte epci etendue fichier fondement format hebergeur id importer. inacheve jeton jours-import
	lat lieux ligne lon ml ml- mois-adresses mois-journal mois-lignes mois-solde mot-de-passe moyen national nature nom nombre note
	observations observations- ouverture paliers part perimetre periode personne portee qui reference regle reponse retirer retour retroactif
	role sejour semaine source territoire texte titre tri unite ventilation verdict version vu vue zonage zone`)

// columnChoice is the choice of a column's meaning in a file that was received.
var columnChoice = regexp.MustCompile(`^[0-9a-f]+\.c\d+$`)

func isPageWord(name string) bool {
	if slices.Contains(pageWords, name) || columnChoice.MatchString(name) {
		return true
	}
	return slices.ContainsFunc(pageWords, func(w string) bool {
		return (strings.HasSuffix(w, "-") || strings.HasSuffix(w, ".")) && strings.HasPrefix(name, w)
	})
}

var (
	formOf  = regexp.MustCompile(`(?s)<form\b[^>]*?\saction="([^"]*)".*?</form>`)
	fieldOf = regexp.MustCompile(`<(?:input|select|textarea|button)\b[^>]*?\sname="([^"]*)"`)
	hrefOf  = regexp.MustCompile(`\shref="([^"#]+)`)
)

// Pages ask in French, whoever reads them, and understand the bookmarks of before.
func TestPagesAskInFrench(t *testing.T) {
	w := newWorld(t)
	clients, their := w.neighbours()
	clients[store.DataOfficer].imported(their.from, w.youngPeople())
	t.Run("links and forms", func(t *testing.T) { walkPages(t, w, clients) })
	t.Run("bookmarks", func(t *testing.T) { followBookmarks(t, w, clients, their.unit) })
	t.Run("refusals", func(t *testing.T) {
		for _, c := range []struct{ name, path string }{{"Période", "/ma-mission-locale?periode=hier"}, {"Règle", "/ma-mission-locale?regle=x"}, {"Périmètre", "/ma-mission-locale?perimetre=1999"}, {"Période", "/ma-mission-locale/tableaux?periode=hier"}} {
			page := string(clients[store.Direction].get(c.path).want(http.StatusBadRequest).body)
			if !strings.Contains(page, ">"+c.name) {
				t.Errorf("%s does not name %s: %s", c.path, c.name, page)
			}
		}
	})
}

// walkPages follows the links of pages for each role; their names and their forms' are French.
func walkPages(t *testing.T, w *world, clients map[store.Role]*client) {
	isPage := w.pagePath()
	links, forms := 0, 0
	check := func(at, name string) {
		if !isPageWord(name) {
			t.Errorf("%s: %q is not in the list of French names", at, name)
		}
	}
	for role, c := range clients {
		queue, seen := []string{"/", "/carte", "/carte/integree", "/connexion", "/mot-de-passe"}, map[string]bool{}
		for len(queue) > 0 {
			at := queue[0]
			queue = queue[1:]
			a := c.get(at)
			if to := a.header.Get("Location"); to != "" {
				queue = append(queue, to)
				continue
			}
			if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
				continue
			}
			text := string(a.body)
			for _, m := range formOf.FindAllStringSubmatch(text, -1) {
				if !isPage(html.UnescapeString(m[1])) {
					continue
				}
				forms++
				for _, f := range fieldOf.FindAllStringSubmatch(m[0], -1) {
					check(string(role)+" at "+at, html.UnescapeString(f[1]))
				}
			}
			for _, m := range hrefOf.FindAllStringSubmatch(text, -1) {
				to, err := url.Parse(html.UnescapeString(m[1]))
				if err != nil {
					t.Fatal(at, err)
				}
				if to.Host != "" || !isPage(to.Path) {
					continue
				}
				links++
				shape := to.Path
				for name := range to.Query() {
					check(string(role)+" at "+at, name)
					shape += " " + name
				}
				if view := shape + to.Query().Get("vue"); !seen[view] && !strings.Contains(to.Path, ".") {
					seen[view] = true
					queue = append(queue, to.String())
				}
			}
		}
	}
	if links < 100 || forms < 20 {
		t.Errorf("only %d links and %d forms were read", links, forms)
	}
}

// pagePath reports, of a path, whether a page answers to it.
func (w *world) pagePath() func(path string) bool {
	var list []*regexp.Regexp
	for _, rt := range w.server.routes {
		if rt.Page {
			list = append(list, regexp.MustCompile("^"+pathVariable.ReplaceAllString(rt.Path, "[^/]+")+"$"))
		}
	}
	return func(path string) bool {
		path, _, _ = strings.Cut(path, "?")
		return slices.ContainsFunc(list, func(re *regexp.Regexp) bool { return re.MatchString(path) })
	}
}

// The fields that no role of the fictional territory is shown are in the templates.
func TestTemplatesAskInFrench(t *testing.T) {
	files, err := filepath.Glob("../web/templates/*.gohtml")
	if err != nil || len(files) < 20 {
		t.Fatal(len(files), err)
	}
	n := 0
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range fieldOf.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[1], "{{") { // filled by the pages, which the other test walks
				continue
			}
			if n++; !isPageWord(m[1]) {
				t.Errorf("%s: %q is not in the list of French names", f, m[1])
			}
		}
	}
	if n < 50 {
		t.Errorf("only %d fields were read", n)
	}
}

// followBookmarks asks pages by their old names: each leads to the page of today, where
// what is asked by the name of today wins, and the API keeps its English.
func followBookmarks(t *testing.T, w *world, clients map[store.Role]*client, other string) {
	for role, page := range map[store.Role]string{store.Direction: "/ma-mission-locale", store.State: "/pilotage"} {
		c := clients[role]
		for asked, want := range map[string]string{
			"?period=2024&rule=" + theRule + "&perimeter=2024": "?perimetre=2024&periode=2024&regle=" + theRule,
			"?period=2023&periode=2024":                        "?periode=2024",
			"?vue=carte&period=2024":                           "?periode=2024&vue=carte",
		} {
			a := c.get(page + asked).want(http.StatusMovedPermanently)
			if to := a.header.Get("Location"); to != page+want {
				t.Errorf("%s%s leads to %s, want %s", page, asked, to, page+want)
			}
			c.get(page + want).want(http.StatusOK)
		}
		c.get("/api/v1/quota?period=2024&rule=" + theRule).want(http.StatusOK)
	}
	// Another's, by the old name, is refused as by the name of today.
	a := clients[store.Direction].get("/bordereau?unit=" + other).want(http.StatusMovedPermanently)
	clients[store.Direction].get(a.header.Get("Location")).want(http.StatusForbidden)
	if to := w.client().get("/pilotage?period=2024").want(http.StatusSeeOther).header.Get("Location"); to != "/connexion" {
		t.Errorf("a stranger is led to %s", to)
	}
}
