package server

import (
	"net/http"
	"strings"
	"testing"

	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
	"perimetre/server/people"
	"perimetre/server/store"
)

// caller is somebody who calls in one of the ways that there are.
type caller struct {
	*client
	name  string
	scope store.Scope // of its token; empty: a session
}

// callers are a session and a token of each scope, of one account.
func (w *world) callers(role store.Role, c *client) []caller {
	w.t.Helper()
	var me struct{ ID string }
	c.get("/api/v1/session").want(200).json(&me)
	u, err := w.store.User(w.t.Context(), me.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	out := []caller{{c, string(role) + " by session", ""}}
	for _, scope := range store.Scopes {
		_, text, err := access.NewToken(w.t.Context(), w.store, access.Of(&u), "essai", []store.Scope{scope}, 1)
		if err != nil {
			w.t.Fatal(err)
		}
		by := w.client()
		by.token = text
		out = append(out, caller{by, string(role) + " by a token of " + string(scope), scope})
	}
	return out
}

// owned are the identifiers of a Mission Locale, by the start of a route's path.
type owned map[string]string

func (o owned) path(template string) string {
	id := "absent"
	for prefix, x := range o {
		if strings.HasPrefix(template, "/api/v1/"+prefix) {
			id = x
		}
	}
	return strings.NewReplacer("{id}", id, "{person}", id, "{key}", id).Replace(template)
}

// Every route under /api/v1 with every role, by session and by a token of each scope, on
// one's own identifiers, on another's and on unknown ones.
func TestEveryRouteByEveryScope(t *testing.T) {
	w := newWorld(t)
	clients, their := w.neighbours()
	direction, officer := clients[store.Direction], clients[store.DataOfficer]
	file := officer.imported(their.from, w.youngPeople()).ID
	var list struct{ People []people.Row }
	officer.get("/api/v1/people?limit=1000").want(200).json(&list)
	var sent figures.Received
	direction.post("/api/v1/bordereaux", map[string]any{"period": "2024"}).want(201).json(&sent)
	var frozen struct{ ID string }
	direction.post("/api/v1/frozen", map[string]string{"name": "À nous", "period": "2024"}).want(201).json(&frozen)
	spare := store.User{Email: "reserve@exemple.fr", Name: "Réserve", Role: store.DataTeam, Password: testPassword()}
	if err := w.store.AddUser(t.Context(), &spare); err != nil {
		t.Fatal(err)
	}
	key := w.keyOf(their.from)
	own := owned{"cohorts": file, "people": list.People[0].Person, "bordereaux": sent.ID, "frozen": frozen.ID, "users": spare.ID, "review": key, "decisions": key}
	others := owned{"cohorts": their.file, "people": their.people[0].Person, "bordereaux": their.bordereau, "frozen": their.frozen, "review": their.key, "decisions": their.key}
	before := w.rowsOf(their.unit)

	var last []*httpio.Route // what ends something goes last
	var routes []*httpio.Route
	for _, rt := range w.server.routes {
		switch {
		case !strings.HasPrefix(rt.Path, "/api/"):
		case rt.Method == http.MethodDelete:
			last = append(last, rt)
		default:
			routes = append(routes, rt)
		}
	}
	tried := 0
	for role, c := range clients {
		for _, by := range w.callers(role, c) {
			for _, rt := range append(routes, last...) {
				name := rt.Method + " " + rt.Path
				who, scope, declared := strings.Cut(mayCall[name], " ")
				if !declared {
					t.Fatalf("%s stands in no line of the table, or without its scope", name)
				}
				may := strings.Contains(who, letters[role]) && (by.scope == "" || string(by.scope) == scope)
				if name == "POST /api/v1/tokens" {
					may = may && by.scope == "" // a token makes no other
				}
				paths := map[string]string{"unknown": owned{}.path(rt.Path)}
				if strings.Contains(rt.Path, "{") {
					paths["own"], paths["another's"] = own.path(rt.Path), others.path(rt.Path)
				}
				for whose, path := range paths {
					a := by.do(rt.Method, path, "application/json", []byte("{}"))
					tried++
					refused := a.status == http.StatusUnauthorized || a.status == http.StatusForbidden
					switch {
					case a.status >= 500:
						t.Errorf("%s %s by %s: %d %s", rt.Method, path, by.name, a.status, a.body)
					case !may && a.status != http.StatusForbidden:
						t.Errorf("%s, %s, by %s: %d", name, whose, by.name, a.status)
					case may && refused && whose != "another's":
						t.Errorf("%s, %s, is closed to %s: %d", name, whose, by.name, a.status)
					case may && whose == "another's" && a.status < 400 && !(role == store.State && strings.HasPrefix(rt.Path, "/api/v1/bordereaux")):
						t.Errorf("%s, another's, by %s: %d", name, by.name, a.status)
					}
				}
			}
		}
	}
	if tried < 6*5*60 {
		t.Errorf("only %d calls", tried)
	}
	if after := w.rowsOf(their.unit); len(after) != len(before) {
		t.Errorf("%d rows of the other Mission Locale, %d before", len(after), len(before))
	}
	their.officer.get("/api/v1/cohorts/" + their.file).want(200)
}

// A page takes sessions only: with a token, whatever its scopes and its role, even beside
// a session, every page answers 401 and nothing is done.
func TestPagesTakeNoToken(t *testing.T) {
	w := newWorld(t)
	clients, their := w.neighbours()
	count := func() (n int) {
		t.Helper()
		users, err := w.store.Users(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, unit := range []string{their.from, their.unit} {
			files, err := w.store.Files(t.Context(), unit)
			if err != nil {
				t.Fatal(err)
			}
			decisions, err := w.store.Decisions(t.Context(), unit)
			if err != nil {
				t.Fatal(err)
			}
			n += len(files) + len(decisions)
		}
		return n + len(users)
	}
	own := clients[store.DataOfficer]
	file := own.imported(their.from, w.youngPeople()).ID
	form := "email=b@exemple.fr&courriel=b@exemple.fr&name=B&nom=B&role=administrateur&action=lien&national=1&verdict=hors+QPV&basis=" + people.Bases[1] + "&fondement=" + people.Bases[1] + "&key=" + w.keyOf(their.from) + "&cle=" + w.keyOf(their.from) + "&id=" + file
	before, tried := count(), 0
	for role, c := range clients {
		var me struct{ ID string }
		c.get("/api/v1/session").want(200).json(&me)
		u, err := w.store.User(t.Context(), me.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, text, err := access.NewToken(t.Context(), w.store, access.Of(&u), "tout", store.Scopes, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, authorization := range []string{"Bearer " + text, "Bearer faux", "Basic YTpi", "bearer " + text} {
			cookies := []string{"", c.cookie}
			if role != store.Administrator && !strings.HasPrefix(authorization, "Bearer pm_") {
				cookies = nil // one role is enough to try what is no token
			}
			for _, cookie := range cookies {
				by := w.client()
				by.cookie = cookie
				by.header.Set("Authorization", authorization)
				for _, rt := range w.server.routes {
					if !rt.Page {
						continue
					}
					tried++
					path := strings.NewReplacer("{id}", file, "{name}", "cej-qpv-40").Replace(rt.Path)
					a := by.do(rt.Method, path, map[bool]string{true: "application/x-www-form-urlencoded"}[rt.Method == http.MethodPost], []byte(form))
					if a.status != http.StatusUnauthorized {
						t.Errorf("%s %s by %s with %.12s: %d", rt.Method, path, role, authorization, a.status)
					}
				}
			}
		}
		c.get("/api/v1/session").want(200)
	}
	if tried < 6*2*40 {
		t.Errorf("only %d pages tried", tried)
	}
	if after := count(); after != before {
		t.Errorf("%d records, %d before", after, before)
	}
}

// An answer that no use case allowed is not given, even to who might have it.
func TestAnswerWithoutAsking(t *testing.T) {
	w := newWorld(t)
	careless := func(rw http.ResponseWriter, r *http.Request) error {
		_, err := rw.Write([]byte("SECRET"))
		return err
	}
	rt := httpio.OnPage(http.MethodGet, "/essai", httpio.Account, careless)
	w.server.add(&rt)
	a := w.account(store.Administrator).get("/essai")
	if a.status != http.StatusInternalServerError || strings.Contains(string(a.body), "SECRET") {
		t.Errorf("%d %s", a.status, a.body)
	}
	w.client().get("/essai").want(http.StatusSeeOther)
}

// A service de l'État without département sees none, on every path; a national one all.
func TestStateSeesWhatIsMarked(t *testing.T) {
	w := newWorld(t)
	_, their := w.neighbours()
	none := store.User{Email: "rien@exemple.fr", Name: "Rien", Role: store.State, Password: testPassword()}
	if err := w.store.AddUser(t.Context(), &none); err != nil {
		t.Fatal(err)
	}
	c := w.client()
	c.post("/session", map[string]string{"email": none.Email, "password": password}).want(200)
	sees := func() bool { return c.get("/api/v1/bordereaux/"+their.bordereau).status == 200 }
	if sees() {
		t.Error("an account without département reads a bordereau")
	}
	c.get("/api/v1/quota?period=2024").want(404)
	var list struct{ Units []struct{ Received bool } }
	c.get("/api/v1/bordereaux?periode=2024").want(200).json(&list)
	if len(list.Units) != 0 {
		t.Errorf("%d units are listed", len(list.Units))
	}
	c.get("/api/v1/coverage").want(403)
	if n, err := w.server.WithoutDepartement(t.Context()); err != nil || n != 1 {
		t.Errorf("%d accounts without département, %v", n, err)
	}
	admin := w.account(store.Administrator)
	page := string(admin.get("/administration").want(200).body)
	if !strings.Contains(page, "aucun département") {
		t.Error("the list of accounts does not say who sees nothing")
	}
	admin.send("PATCH", "/api/v1/users/"+none.ID, map[string]any{"national": true}).want(200)
	if !sees() {
		t.Error("a national account reads no bordereau")
	}
	admin.form("/administration/comptes/"+none.ID, map[string][]string{"action": {"modifier"}, "nom": {"Rien"}, "role": {"etat"}, "departements": {their.unit[:2]}}).want(http.StatusSeeOther)
	if u, err := w.store.User(t.Context(), none.ID); err != nil || u.National || len(u.Departements) != 1 || !sees() {
		t.Errorf("%+v %v", u, err)
	}
	// The mark goes with the role.
	admin.send("PATCH", "/api/v1/users/"+none.ID, map[string]any{"national": true, "role": "donnees"}).want(200)
	if u, err := w.store.User(t.Context(), none.ID); err != nil || u.National {
		t.Errorf("%+v %v", u, err)
	}
	// No role is chosen for who adds an account.
	admin.form("/administration/comptes", map[string][]string{"courriel": {"c@exemple.fr"}, "nom": {"C"}}).want(http.StatusUnprocessableEntity)
}

// Cookies go over TLS alone, unless the server is this machine's.
func TestSecureCookies(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Config)
		secure bool
	}{
		{"another address", func(*Config) {}, true},
		{"loopback", func(c *Config) { c.Loopback = true }, false},
		{"loopback behind https", func(c *Config) {
			c.Loopback, c.OIDC = true, &access.OIDC{Issuer: "http://127.0.0.1:1", PublicURL: "https://perimetre.test"}
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, c.change)
			u := store.User{Email: "a@exemple.fr", Name: "A", Role: store.Auditor, Password: testPassword()}
			if err := w.store.AddUser(t.Context(), &u); err != nil {
				t.Fatal(err)
			}
			a := w.client().post("/session", map[string]string{"email": u.Email, "password": password}).want(200)
			cookie := a.header.Get("Set-Cookie")
			if secure := strings.Contains(cookie, "; Secure"); secure != c.secure || strings.HasPrefix(cookie, "__Host-") != c.secure {
				t.Errorf("%s", strings.SplitN(cookie, "=", 2)[0])
			}
		})
	}
}
