package server

import (
	"encoding/json"
	"net/http"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/gorilla/mux"

	"perimetre"
	"perimetre/server/api"
	"perimetre/server/httpio"
)

// The document names every handler, and every operation has one.
func TestDocumentNamesEveryHandler(t *testing.T) {
	w := newWorld(t)
	var doc struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(api.Document, &doc); err != nil {
		t.Fatal(err)
	}
	var named, served []string
	for path, ops := range doc.Paths {
		for method := range ops {
			named = append(named, strings.ToUpper(method)+" "+path)
		}
	}
	pages := map[string]bool{}
	for _, r := range w.server.routes {
		pages[r.Method+" "+r.Path] = r.Page
	}
	w.server.router.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		path, _ := route.GetPathTemplate()
		methods, _ := route.GetMethods()
		for _, m := range methods {
			if name := m + " " + path; !pages[name] {
				served = append(served, m+" "+plain(path))
			}
		}
		return nil
	})
	sort.Strings(named)
	sort.Strings(served)
	for _, n := range named {
		if !slices.Contains(served, n) {
			t.Errorf("openapi.json names %s, which nothing serves", n)
		}
	}
	for _, n := range served {
		if !slices.Contains(named, n) {
			t.Errorf("%s is served, and openapi.json does not name it", n)
		}
	}
	if len(served) == 0 {
		t.Error("no route")
	}
}

// plain takes the patterns out of a path: {z:[0-9]+} is {z}.
func plain(path string) string {
	var b strings.Builder
	depth, skip := 0, false
	for _, c := range path {
		switch {
		case c == '{':
			depth++
		case c == '}':
			depth--
			if depth == 0 {
				skip = false
			}
		case c == ':' && depth > 0:
			skip = true
		}
		if !skip {
			b.WriteRune(c)
		}
	}
	return b.String()
}

// An anonymous call under /api/v1 answers 401, known or not, whatever the method.
func TestAnonymousIsRefused(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/api/v1/packs", "/api/v1/rien", "/api/v1/", "/api/v1", "/api/v1/users/1/2/3", "//api/v1/packs", "/api//v1/rien", "/x/../api/v1/packs"} {
		for _, m := range []string{"GET", "POST", "PUT", "DELETE", "PATCH"} {
			if a := w.client().do(m, path, "", nil); a.status != http.StatusUnauthorized {
				t.Errorf("%s %s: %d", m, path, a.status)
			}
		}
	}
	if a := w.client().get("/rien"); a.status != http.StatusNotFound {
		t.Errorf("unknown page: %d", a.status)
	}
	if a := w.client().do("DELETE", "/search", "", nil); a.status != http.StatusMethodNotAllowed {
		t.Errorf("wrong method: %d", a.status)
	}
}

// A private server closes all but its health and its doors.
func TestPrivate(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Private = true })
	for _, r := range w.server.routes {
		path := strings.NewReplacer("{layer}", "qpv-2024", "{z}", "1", "{x}", "1", "{y}", "1").Replace(plain(r.Path))
		a := w.client().do(r.Method, path, "", nil)
		if r.Door == httpio.Always {
			if r.Method == "GET" && !r.Page && a.status != 200 {
				t.Errorf("%s %s is closed: %d", r.Method, path, a.status)
			}
		} else if a.status != 401 && !(r.Page && a.status == 303) {
			t.Errorf("%s %s is open: %d", r.Method, path, a.status)
		}
	}
	c := w.account("donnees")
	c.get("/search?q=rue").want(200)
}

// Every page links to the licences of what the program contains, which anybody reads.
func TestLicences(t *testing.T) {
	w := newWorld(t)
	if a := w.client().get("/connexion").want(200); !strings.Contains(string(a.body), `<a href="/licences">Licences</a>`) {
		t.Error("no link to the licences")
	}
	a := w.client().get("/licences").want(200)
	if kind := a.header.Get("Content-Type"); kind != "text/plain; charset=utf-8" || string(a.body) != perimetre.Notice {
		t.Errorf("%s of %d bytes, want the %d of NOTICE", kind, len(a.body), len(perimetre.Notice))
	}
}
