package server

import (
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"perimetre/server/access"
	"perimetre/server/api"
	"perimetre/server/figures"
	"perimetre/server/people"
	"perimetre/server/store"
)

// mayCall is who may call each handler, and the scope that a token needs for it, written
// apart from the routes: A administrateur, E services de l'État, D direction, R référent
// données, T équipe données, U auditeur, C conseiller. A route that stands in no line fails the test.
var mayCall = map[string]string{
	"GET /api/v1/session": "AEDRTUC lecture", "GET /api/v1/packs": "AEDRTU lecture", "GET /api/v1/zonings": "AEDRTU lecture", "GET /api/v1/zones": "AEDRTU lecture", "POST /api/v1/zones": "AEDRTU lecture",
	"GET /api/v1/units": "AEDRTU lecture", "GET /api/v1/rules": "AEDRTU lecture", "GET /api/v1/sites": "AEDRTU lecture", "PUT /api/v1/sites": "DR depot", "GET /api/v1/coverage": "AEDRTU lecture", "POST /api/v1/coverage": "AEDRTU lecture", "GET /api/v1/coverage/transit": "AEDRTU lecture", "POST /api/v1/coverage/transit": "AEDRTU lecture", "GET /api/v1/sites/proposals": "AEDRTU lecture", "POST /api/v1/sites/proposals": "AEDRTU lecture",
	"GET /api/v1/cohorts": "DR lecture", "POST /api/v1/cohorts": "R depot", "GET /api/v1/cohorts/{id}": "DR lecture", "DELETE /api/v1/cohorts/{id}": "R depot",
	"GET /api/v1/cohorts/{id}/columns": "R depot", "PUT /api/v1/cohorts/{id}/columns": "R depot", "POST /api/v1/cohorts/{id}/import": "R depot", "POST /api/v1/cohorts/{id}/restudy": "R depot",
	"GET /api/v1/cohorts/{id}/events": "DR lecture", "GET /api/v1/cohorts/{id}/flagged.csv": "DR lecture",
	"GET /api/v1/people": "DR lecture", "GET /api/v1/people/{person}": "DR lecture", "DELETE /api/v1/people/{person}": "R depot",
	"GET /api/v1/review": "DR lecture", "GET /api/v1/review/completion.csv": "DR lecture", "GET /api/v1/review/{key}/map": "DR lecture",
	"GET /api/v1/decisions": "DR lecture", "POST /api/v1/decisions": "R depot", "DELETE /api/v1/decisions/{key}": "R depot",
	"GET /api/v1/completion": "C depot", "POST /api/v1/completion": "C depot",
	"GET /api/v1/rereadings": "DR lecture", "POST /api/v1/rereadings": "E depot", "POST /api/v1/rereadings/{id}": "DR depot",
	"GET /api/v1/quota": "EDR lecture", "GET /api/v1/reports/quota": "EDR lecture", "GET /api/v1/tables": "DR lecture", "GET /api/v1/bordereaux": "EDR lecture", "POST /api/v1/bordereaux": "D depot", "GET /api/v1/bordereaux/{id}": "EDR lecture", "GET /api/v1/bordereaux/{id}/difference": "EDR lecture",
	"GET /api/v1/frozen": "EDR lecture", "POST /api/v1/frozen": "ED depot", "GET /api/v1/frozen/{id}": "EDR lecture", "GET /api/v1/frozen/{id}/difference": "EDR lecture",
	"GET /api/v1/users": "AU administration", "POST /api/v1/users": "A administration", "PATCH /api/v1/users/{id}": "A administration", "POST /api/v1/users/{id}/reset": "A administration",
	"GET /api/v1/tokens": "AEDRTU administration", "POST /api/v1/tokens": "AEDRTU administration", "DELETE /api/v1/tokens/{id}": "AEDRTU administration",
	"GET /api/v1/audit": "AU administration", "GET /api/v1/settings": "AU administration", "PUT /api/v1/settings": "A administration",
}

var letters = map[store.Role]string{store.Administrator: "A", store.State: "E", store.Direction: "D", store.DataOfficer: "R", store.DataTeam: "T", store.Auditor: "U", store.Counsellor: "C"}

// Every route under /api/v1 with every role, by session and by token, on one's own
// identifiers and on another Mission Locale's.
func TestEveryRouteByEveryRole(t *testing.T) {
	w := newWorld(t)
	clients, their := w.neighbours()
	own, other := their.from, their.unit

	tried := 0
	for _, rt := range w.server.routes {
		name := rt.Method + " " + rt.Path
		if !strings.HasPrefix(rt.Path, "/api/") {
			continue
		}
		may, known := mayCall[name]
		if !known {
			t.Errorf("%s stands in no line of the table", name)
			continue
		}
		for role, c := range clients {
			path := strings.NewReplacer("{id}", "absent", "{person}", "absent", "{key}", "absent").Replace(rt.Path)
			a := c.do(rt.Method, path, "application/json", []byte("{}"))
			tried++
			forbidden := a.status == http.StatusForbidden
			if want := !strings.Contains(may, letters[role]); want != forbidden {
				t.Errorf("%s by %s: %d", name, role, a.status)
			}
			if a.status >= 500 {
				t.Errorf("%s by %s: %d %s", name, role, a.status, a.body)
			}
		}
	}
	if tried < 6*40 {
		t.Errorf("only %d calls", tried)
	}

	// The other Mission Locale's identifiers: nothing comes out, whoever asks from
	// outside of it.
	for role, c := range clients {
		for _, rt := range w.server.routes {
			if !strings.Contains(rt.Path, "{") || !strings.HasPrefix(rt.Path, "/api/v1/") || strings.HasPrefix(rt.Path, "/api/v1/users") || strings.HasPrefix(rt.Path, "/api/v1/tokens") {
				continue
			}
			id := their.file
			switch {
			case strings.HasPrefix(rt.Path, "/api/v1/bordereaux"):
				id = their.bordereau
			case strings.HasPrefix(rt.Path, "/api/v1/frozen"):
				id = their.frozen
			}
			path := strings.NewReplacer("{id}", id, "{person}", their.people[0].Person, "{key}", their.key).Replace(rt.Path)
			for _, query := range []string{"", "?unit=" + other} {
				a := c.do(rt.Method, path+query, "application/json", []byte(`{"columns":{}}`))
				if state := role == store.State && strings.HasPrefix(rt.Path, "/api/v1/bordereaux") && own[:2] == other[:2]; a.status < 400 && !state {
					t.Errorf("%s %s by %s reads what is another's: %d", rt.Method, path+query, role, a.status)
				}
			}
		}
		for _, call := range []struct {
			method, path string
			body         string
		}{
			{"GET", "/api/v1/cohorts?unit=" + other, ""}, {"GET", "/api/v1/people?unit=" + other, ""}, {"GET", "/api/v1/review?unit=" + other, ""},
			{"GET", "/api/v1/review/completion.csv?unit=" + other, ""}, {"GET", "/api/v1/decisions?unit=" + other, ""},
			{"POST", "/api/v1/bordereaux", `{"period":"2024","unit":"` + other + `"}`}, {"PUT", "/api/v1/sites", `{"sites":[],"unit":"` + other + `"}`},
			{"POST", "/api/v1/decisions", `{"key":"` + their.key + `","verdict":"hors QPV","basis":"justificatif vu","unit":"` + other + `"}`},
			{"POST", "/api/v1/decisions", `{"key":"` + their.key + `","verdict":"hors QPV","basis":"justificatif vu"}`},
		} {
			if a := c.do(call.method, call.path, "application/json", []byte(call.body)); a.status < 400 {
				t.Errorf("%s %s by %s: %d", call.method, call.path, role, a.status)
			}
		}
		if a := c.upload("/api/v1/cohorts", "j.csv", w.youngPeople(), "unit", other); a.status < 400 {
			t.Errorf("%s sends a file for another Mission Locale", role)
		}
		if role == store.Direction || role == store.DataOfficer {
			if a := c.get("/api/v1/quota?period=2024&unit=" + other); a.status != http.StatusForbidden {
				t.Errorf("%s reads another's quota: %d", role, a.status)
			}
		}
	}
	// The service de l'État of another département sees none of the counts.
	stranger := w.account(store.State, "59")
	stranger.get("/api/v1/quota?period=2024").want(404)
	stranger.get("/api/v1/bordereaux/" + their.bordereau).want(404)
	// All is still there.
	their.officer.get("/api/v1/cohorts/" + their.file).want(200)
}

// neighbour is another Mission Locale than the clients' own, and what it has.
type neighbour struct {
	from, unit                   string // the clients' unit, and its own
	officer                      *client
	file, bordereau, frozen, key string
	people                       []people.Row
}

// neighbours are an account of each role, those of a Mission Locale in the same one,
// and another Mission Locale that imported, sent and froze.
func (w *world) neighbours() (map[store.Role]*client, neighbour) {
	w.t.Helper()
	units := w.someUnits()
	n := neighbour{from: units[0], unit: units[1]}
	clients := map[store.Role]*client{}
	for role := range letters {
		switch role {
		case store.Direction, store.DataOfficer, store.Counsellor:
			clients[role] = w.account(role, n.from)
		case store.State:
			clients[role] = w.account(role, n.from[:2])
		default:
			clients[role] = w.account(role)
		}
	}
	n.officer = w.account(store.DataOfficer, n.unit)
	direction := w.account(store.Direction, n.unit)
	n.file = n.officer.imported(n.unit, w.youngPeople()).ID
	var list struct{ People []people.Row }
	n.officer.get("/api/v1/people?limit=1000").want(200).json(&list)
	n.people, n.key = list.People, w.keyOf(n.unit)
	var sent figures.Received
	direction.post("/api/v1/bordereaux", map[string]any{"period": "2024"}).want(201).json(&sent)
	var frozen struct{ ID string }
	direction.post("/api/v1/frozen", map[string]string{"name": "À elle", "period": "2024"}).want(201).json(&frozen)
	n.bordereau, n.frozen = sent.ID, frozen.ID
	return clients, n
}

// keyOf is the key of an address of a Mission Locale.
func (w *world) keyOf(unit string) string {
	w.t.Helper()
	rows, err := w.store.People(w.t.Context(), store.PeopleQuery{Unit: unit, Limit: 100})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, p := range rows {
		if p.AddressKey != "" {
			return p.AddressKey
		}
	}
	w.t.Fatal("no key")
	return ""
}

// A token does what its scopes say, until it ends.
func TestTokens(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Private = true })
	unit := w.someUnits()[0]
	c := w.account(store.DataOfficer, unit)
	var made struct {
		Token store.Token
		Text  string
	}
	c.post("/api/v1/tokens", map[string]any{"name": "cron", "scopes": []string{"geocodage"}, "days": 30}).want(201).json(&made)
	script := w.client()
	script.token = made.Text
	script.get("/search?q=rue").want(200)
	script.get("/api/v1/packs").want(403)
	script.upload("/api/v1/cohorts", "j.csv", w.youngPeople()).want(403)
	c.post("/api/v1/tokens", map[string]any{"name": "cron", "scopes": []string{"tout"}, "days": 30}).want(400)
	c.post("/api/v1/tokens", map[string]any{"name": "cron", "scopes": []string{"lecture"}, "days": 3000}).want(400)
	c.do("DELETE", "/api/v1/tokens/"+made.Token.ID, "", nil).want(204)
	script.get("/search?q=rue").want(401)
	script.token = "pm_faux"
	script.get("/search?q=rue").want(401)
	old := store.Token{UserID: made.Token.UserID, Name: "vieux", Scopes: []store.Scope{store.ScopeGeocode}, ExpiresAt: time.Now().Add(-time.Second)}
	if err := w.store.AddToken(t.Context(), &old, access.Hash("pm_vieux"), 0); err != nil {
		t.Fatal(err)
	}
	script.token = "pm_vieux"
	script.get("/search?q=rue").want(401)
	copy := filepath.Join(t.TempDir(), "copie.db")
	if err := w.store.Backup(t.Context(), copy); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(copy)
	if err != nil || strings.Contains(string(b), made.Text) {
		t.Error("the token's text is in the database", err)
	}
}

// Wrong passwords are slowed down, then lock the account; an administrator opens it
// again by a link.
func TestDoors(t *testing.T) {
	w := newWorld(t)
	admin := w.account(store.Administrator)
	var made access.Invited
	admin.post("/api/v1/users", map[string]any{"email": "Ana@Exemple.fr", "name": "Ana", "role": "etat", "departements": []string{"59"}}).want(201).json(&made)
	admin.post("/api/v1/users", map[string]any{"email": "ana@exemple.fr", "name": "Ana", "role": "etat"}).want(409)
	admin.post("/api/v1/users", map[string]any{"email": "rien", "name": "Ana", "role": "etat"}).want(422)
	admin.post("/api/v1/users", map[string]any{"email": "b@exemple.fr", "name": "B", "role": "direction"}).want(422)
	admin.post("/api/v1/users", map[string]any{"email": "b@exemple.fr", "name": "B", "role": "roi"}).want(422)

	c := w.client()
	login := func(p string) int {
		return c.post("/session", map[string]string{"email": "ana@exemple.fr", "password": p}).status
	}
	if login("") != 401 {
		t.Error("an account without a password opens")
	}
	c.post("/password", map[string]string{"token": made.Token, "password": "court"}).want(422)
	c.post("/password", map[string]string{"token": "faux", "password": password}).want(401)
	c.post("/password", map[string]string{"token": made.Token, "password": password}).want(200)
	c.post("/password", map[string]string{"token": made.Token, "password": password}).want(401)
	c.get("/api/v1/session").want(200)
	c.do("DELETE", "/session", "", nil).want(204)
	c.get("/api/v1/session").want(401)

	if login(password) != 200 {
		t.Fatal("the right password is refused")
	}
	before := c.cookie
	for range access.LockAfter {
		login("faux mot de passe")
	}
	if login(password) != 401 {
		t.Error("the account is not locked")
	}
	admin.post("/api/v1/users/"+made.User.ID+"/reset", nil).want(200).json(&made)
	c.cookie = before
	c.get("/api/v1/session").want(401) // the reset ended the session
	c.post("/password", map[string]string{"token": made.Token, "password": password}).want(200)
	if login(password) != 200 {
		t.Error("the account stays locked")
	}
	admin.send("PATCH", "/api/v1/users/"+made.User.ID, map[string]any{"disabled": true}).want(200)
	c.get("/api/v1/session").want(401)
	if login(password) != 401 {
		t.Error("a closed account opens")
	}
	var users struct{ Users []store.User }
	admin.get("/api/v1/users").want(200).json(&users)
	for _, u := range users.Users {
		if u.Role == store.Administrator {
			admin.send("PATCH", "/api/v1/users/"+u.ID, map[string]any{"disabled": true}).want(409)
		}
	}
	now := time.Now()
	w.server.accounts.Tries.AtOnce, w.server.accounts.Tries.Now = access.TriesAtOnce, func() time.Time { return now }
	last := 0
	for range access.TriesAtOnce + 1 {
		last = w.client().post("/session", map[string]string{"email": "ana@exemple.fr", "password": "x"}).status
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("tries are not slowed down: %d", last)
	}
	// A right link from a network that tries too much is not said to be wrong.
	for range access.Office * access.TriesAtOnce {
		last = w.client().post("/password", map[string]string{"token": "faux", "password": password}).status
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("tries of links are answered %d", last)
	}
	w.client().post("/setup", map[string]string{"token": "faux", "email": "b@exemple.fr", "name": "B", "password": password}).want(http.StatusTooManyRequests)
}

// The first administrator is made once, by the link alone.
func TestSetup(t *testing.T) {
	w := newWorld(t)
	token, err := w.server.SetupToken(t.Context())
	if err != nil || token == "" {
		t.Fatal(token, err)
	}
	who := map[string]string{"token": "faux", "email": "admin@exemple.fr", "name": "Admin", "password": password}
	w.client().post("/setup", who).want(401)
	who["token"] = token
	c := w.client()
	c.post("/setup", who).want(200)
	c.get("/api/v1/users").want(200)
	who["email"] = "autre@exemple.fr"
	w.client().post("/setup", who).want(401)
	if again, err := w.server.SetupToken(t.Context()); err != nil || again != "" {
		t.Error("a second link", again, err)
	}
}

// A browser of another site can change nothing; the public end points answer it.
func TestCrossOrigin(t *testing.T) {
	w := newWorld(t)
	c := w.account(store.Administrator)
	c.header.Set("Sec-Fetch-Site", "cross-site")
	c.post("/api/v1/users", map[string]any{"email": "b@exemple.fr", "name": "B", "role": "etat"}).want(403)
	c.do("DELETE", "/session", "", nil).want(403)
	c.form("/search", map[string][]string{"q": {"rue"}}).want(200)
	c.header.Set("Sec-Fetch-Site", "same-origin")
	c.post("/api/v1/users", map[string]any{"email": "b@exemple.fr", "name": "B", "role": "etat"}).want(201)
}

// Forwarded headers count from trusted addresses only.
func TestForwarded(t *testing.T) {
	for _, trusted := range []bool{false, true} {
		w := newWorld(t, func(c *Config) {
			if trusted {
				c.Trusted = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
			}
		})
		c := w.client()
		c.header.Set("X-Forwarded-For", "203.0.113.7, 127.0.0.2")
		c.header.Set("X-Forwarded-Proto", "https")
		a := c.get("/healthz").want(200)
		if got := a.header.Get("Strict-Transport-Security") != ""; got != trusted {
			t.Errorf("trusted %v: secure %v", trusted, got)
		}
		r, _ := http.NewRequest("GET", "/", nil)
		r.RemoteAddr = "127.0.0.1:5"
		r.Header = c.header
		want := "127.0.0.1"
		if trusted {
			want = "203.0.113.7"
		}
		if got := w.server.traced(r).Client.String(); got != want {
			t.Errorf("trusted %v: client %s, want %s", trusted, got, want)
		}
		for _, h := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Request-Id"} {
			if a.header.Get(h) == "" {
				t.Errorf("no %s", h)
			}
		}
	}
}

// The demo has no account: a role is chosen, and holds like an account's.
func TestDemo(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Demo = true })
	c := w.client()
	var a api.Session
	c.get("/api/v1/session").want(200).json(&a)
	if a.Role != store.State || !a.Demo {
		t.Errorf("%+v", a)
	}
	c.get("/api/v1/people").want(403)
	unit := w.someUnits()[0]
	c.form("/session", map[string][]string{"role": {"referent"}, "unit": {unit}}).want(200)
	c.get("/api/v1/people").want(200)
	c.get("/api/v1/people?unit=00000").want(403)
	c.form("/session", map[string][]string{"role": {"roi"}}).want(400)
	c.post("/api/v1/tokens", map[string]any{"name": "x", "scopes": []string{"lecture"}, "days": 3}).want(403)
}
