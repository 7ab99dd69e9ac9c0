package server

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"perimetre/server/people"
	"perimetre/server/store"
)

// hostile are bytes that are no text.
var hostile = map[string]string{"nul": "a\x00b", "invalid": "a\xff\xfeb", "cut": "\xc3"}

var pathVariable = regexp.MustCompile(`\{[^}]+\}`)

// No route answers anything but 400 to bytes that are no text, in its path, its
// query string, its form or its JSON.
func TestHostileBytes(t *testing.T) {
	onBoth(t, func(t *testing.T, b breaker) {
		unit := b.someUnits()[0]
		clients := []*client{b.account(store.DataOfficer, unit), b.account(store.Administrator), b.client()}
		for name, bytes := range hostile {
			for _, rt := range b.server.routes {
				if rt.Method == http.MethodOptions {
					continue
				}
				escaped := url.QueryEscape(bytes)
				requests := map[string]func(c *client) *http.Response{
					"query": func(c *client) *http.Response {
						return c.raw(rt.Method, pathVariable.ReplaceAllString(rt.Path, "x")+"?unit="+escaped, "", "")
					},
					"query name": func(c *client) *http.Response {
						return c.raw(rt.Method, pathVariable.ReplaceAllString(rt.Path, "x")+"?"+escaped+"=1", "", "")
					},
				}
				if strings.Contains(rt.Path, "{") {
					requests["path"] = func(c *client) *http.Response {
						return c.raw(rt.Method, pathVariable.ReplaceAllString(rt.Path, url.PathEscape(bytes)), "", "")
					}
				}
				if rt.Method != http.MethodGet && rt.Method != http.MethodDelete { // neither has a form
					requests["form"] = func(c *client) *http.Response {
						return c.raw(rt.Method, pathVariable.ReplaceAllString(rt.Path, "x"), "application/x-www-form-urlencoded", "email="+escaped+"&password=x")
					}
				}
				for where, send := range requests {
					for i, c := range clients {
						if got := send(c).StatusCode; got != http.StatusBadRequest {
							t.Errorf("%s %s, %s in the %s, client %d: %d", rt.Method, rt.Path, name, where, i, got)
						}
					}
				}
			}
		}
		// Documents: whoever may send one is refused it.
		for name, bytes := range hostile {
			literal := strings.ReplaceAll(bytes, "\x00", `\u0000`)
			for path, c := range map[string]*client{"/api/v1/decisions": clients[0], "/api/v1/users": clients[1], "/session": clients[2], "/search": clients[2]} {
				for _, body := range []string{`{"key":"` + literal + `","email":"x"}`, `{"` + literal + `":1}`, `{"key":["` + literal + `"]}`} {
					if got := c.raw("POST", path, "application/json", body).StatusCode; got != http.StatusBadRequest {
						t.Errorf("POST %s, %s in %q: %d", path, name, body, got)
					}
				}
			}
		}
		// Fields beside a file are held to the same.
		for name, bytes := range hostile {
			for path, c := range map[string]*client{"/api/v1/cohorts": clients[0], "/imports": clients[0], "/search/csv": clients[2], "/reverse/csv": clients[2]} {
				body := "--x\r\nContent-Disposition: form-data; name=\"unit\"\r\n\r\n" + bytes + "\r\n" +
					"--x\r\nContent-Disposition: form-data; name=\"columns\"\r\n\r\n" + bytes + "\r\n" +
					"--x\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.csv\"\r\n\r\nadresse;lon;lat\n1 rue du Port;3;50\n\r\n--x--\r\n"
				if got := c.raw("POST", path, "multipart/form-data; boundary=x", body).StatusCode; got != http.StatusBadRequest {
					t.Errorf("POST %s, %s in a field: %d", path, name, got)
				}
			}
		}
		// A name that is no text is not a reason to refuse its file. A long one is cut between characters.
		for _, name := range []string{"jeunes\xff.csv", strings.Repeat("é", 150) + ".csv", "a" + strings.Repeat("€", 90) + ".csv"} {
			var f people.File
			clients[0].upload("/api/v1/cohorts", name, b.youngPeople(), "unit", unit).want(201).json(&f)
			if !utf8.ValidString(f.Name) || len(f.Name) > 200 || !strings.HasSuffix(f.Name, ".csv") || strings.Contains(f.Name[:len(f.Name)-4], "\uFFFD") == (name[0] != 'j') {
				t.Errorf("%q is kept as %q", name, f.Name)
			}
		}
	})
}

// raw sends a request without holding it to openapi.json.
func (c *client) raw(method, path, contentType, body string) *http.Response {
	c.w.t.Helper()
	r, err := http.NewRequestWithContext(c.w.t.Context(), method, c.w.http.URL+path, strings.NewReader(body))
	if err != nil {
		c.w.t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if c.cookie != "" {
		r.Header.Set("Cookie", c.cookie)
	}
	transport := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	a, err := transport.Do(r)
	if err != nil {
		c.w.t.Fatal(err)
	}
	a.Body.Close()
	return a
}

// Cells that hold such bytes lose them, and nothing else: each row is kept, and the
// page of the import says where.
func TestHostileCells(t *testing.T) {
	onBoth(t, func(t *testing.T, b breaker) {
		unit := b.someUnits()[0]
		c := b.account(store.DataOfficer, unit)
		content := "N° dossier;Date début CEJ;Adresse 1;Code postal;Ville\n" +
			"A\x001;15/01/2024;1 rue\x00 du Port;59000;Lille\nA2;15/01/2024;2 rue du Port;59\x00000;Lille\nA3;\x0015/01/2024;3 rue du Port;59000;Li\x00lle\n"
		f := c.imported(unit, content)
		if f.Rows != 3 || !strings.Contains(strings.Join(f.Warnings, "\n"), "ligne 2, colonne « N° dossier »") {
			t.Errorf("%+v", f)
		}
		found := map[string]string{}
		for _, p := range b.rowsOf(unit) {
			found[p.Person] = p.Entry
		}
		if len(found) != 3 || found["A1"] != "2024-01-15" || found["A3"] != "2024-01-15" {
			t.Errorf("%v", found)
		}
	})
}

// A job whose data the database refuses ends with its reason, in its page and in the
// journal.
func TestLostJobs(t *testing.T) {
	onBoth(t, func(t *testing.T, b breaker) {
		unit := b.someUnits()[0]
		c := b.account(store.DataOfficer, unit)
		var f people.File
		c.upload("/api/v1/cohorts", "jeunes.csv", b.youngPeople(), "unit", unit).want(201).json(&f)
		if b.store.Pool() != nil {
			b.sql("ALTER TABLE people ADD CONSTRAINT refuse CHECK (line < 0)")
		} else {
			b.sql("CREATE TRIGGER refuse BEFORE INSERT ON people BEGIN SELECT RAISE(ABORT, 'refus'); END")
		}
		c.post("/api/v1/cohorts/"+f.ID+"/import", map[string]any{}).want(202)
		for end := time.Now().Add(30 * time.Second); f.State != store.Failed && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			c.get("/api/v1/cohorts/" + f.ID).want(200).json(&f)
		}
		if f.State != store.Failed || !strings.Contains(f.Error, "la base refuse") {
			t.Fatalf("%+v", f)
		}
		if page := string(c.get("/imports/" + f.ID).want(200).body); !strings.Contains(page, "La base refuse") {
			t.Error("the page does not say why")
		}
		if !strings.Contains(b.logs.String(), "travail arrêté") {
			t.Error("the journal says nothing")
		}
	})
}
