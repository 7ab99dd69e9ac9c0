package server

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"perimetre/server/access"
	"perimetre/server/store"
	"perimetre/server/store/pgtest"
)

// twoServers are two processes' servers of one database.
func twoServers(t *testing.T, test func(t *testing.T, a, b *world)) {
	pair := func(t *testing.T, where string) {
		of := func() *world {
			return newWorld(t, func(c *Config) {
				st, err := store.Open(t.Context(), where)
				if err != nil {
					t.Fatal(err)
				}
				c.Store.Close()
				c.Store = st
			})
		}
		test(t, of(), of())
	}
	t.Run("sqlite", func(t *testing.T) { pair(t, filepath.Join(t.TempDir(), "b.db")) })
	t.Run("postgres", func(t *testing.T) { pair(t, pgtest.Database(t)) })
}

// Servers of one database share their doors: tries, locks, sessions, links.
func TestDoorsOfSeveralServers(t *testing.T) {
	twoServers(t, func(t *testing.T, a, b *world) {
		// A link that one wrote is taken by the other, and ends all of them.
		first, err := a.server.SetupToken(t.Context())
		if err != nil || first == "" {
			t.Fatal(first, err)
		}
		second, err := b.server.SetupToken(t.Context())
		if err != nil || second == "" || second == first {
			t.Fatal(second, err)
		}
		who := map[string]string{"token": first, "email": "admin@exemple.fr", "name": "Admin", "password": password}
		admin := b.client()
		admin.post("/setup", who).want(200)
		who["token"], who["email"] = second, "autre@exemple.fr"
		a.client().post("/setup", who).want(401)
		// The session opens both.
		there := a.client()
		there.cookie = admin.cookie
		there.get("/api/v1/session").want(200)
		there.do("DELETE", "/session", "", nil).want(204)
		admin.get("/api/v1/session").want(401)
		// Tries at one count at the other. Their clock stands still, however slow the machine.
		now := time.Now()
		a.server.accounts.Tries.Now = func() time.Time { return now }
		b.server.accounts.Tries.Now = a.server.accounts.Tries.Now
		refused := 0
		for i := range 2 * access.TriesAtOnce {
			if []*world{a, b}[i%2].client().post("/session", map[string]string{"email": "personne@exemple.fr", "password": "x"}).status == http.StatusTooManyRequests {
				refused++
			}
		}
		if refused != access.TriesAtOnce {
			t.Errorf("%d tries of %d are slowed down", refused, 2*access.TriesAtOnce)
		}
		// From one address of the network, tries at many accounts are slowed down too.
		refused = 0
		for i := range 2 * access.Office * access.TriesAtOnce {
			email := fmt.Sprintf("personne%d@exemple.fr", i)
			if []*world{a, b}[i%2].client().post("/session", map[string]string{"email": email, "password": "x"}).status == http.StatusTooManyRequests {
				refused++
			}
		}
		if refused < access.TriesAtOnce {
			t.Errorf("%d tries of %d at many accounts are slowed down", refused, 2*access.Office*access.TriesAtOnce)
		}
		// Wrong passwords at one lock the account at the other.
		a.server.accounts.Tries.AtOnce, b.server.accounts.Tries.AtOnce = 1_000_000, 1_000_000
		for range access.LockAfter {
			a.client().post("/session", map[string]string{"email": "admin@exemple.fr", "password": "faux mot de passe"}).want(401)
		}
		b.client().post("/session", map[string]string{"email": "admin@exemple.fr", "password": password}).want(401)
	})
}

// A session gets a name of its own at the sign-in, and ends: unused, and at its age.
func TestSessionsEnd(t *testing.T) {
	w := newWorld(t)
	c := w.account(store.State)
	planted := c.cookie
	// Who plants a session in a visitor's browser does not share the one that opens.
	u := store.User{Email: "ana@exemple.fr", Name: "Ana", Role: store.Auditor, Password: testPassword()}
	if err := w.store.AddUser(t.Context(), &u); err != nil {
		t.Fatal(err)
	}
	victim := w.client()
	victim.cookie = planted
	victim.post("/session", map[string]string{"email": u.Email, "password": password}).want(200)
	if victim.cookie == planted {
		t.Error("the session keeps its name at the sign-in")
	}
	old := w.client()
	old.cookie = planted
	old.get("/api/v1/session").want(401)
	// A session's end moves with its use, and not at every request.
	ends := func() time.Time {
		t.Helper()
		_, at, found, err := w.store.Sessions().Expiry(t.Context(), hashOf(victim.cookie))
		if err != nil || !found {
			t.Fatal(found, err)
		}
		return at
	}
	before := ends()
	victim.get("/api/v1/session").want(200)
	if !ends().Equal(before) {
		t.Error("a request that changes nothing writes the session")
	}
	if left := time.Until(before); left > 2*time.Hour || left < 110*time.Minute {
		t.Errorf("an unused session lasts %s", left)
	}
	w.server.sessions.IdleTimeout = 3 * time.Hour
	victim.get("/api/v1/session").want(200)
	if !ends().After(before.Add(50 * time.Minute)) {
		t.Error("its use does not move its end")
	}
	w.server.sessions.IdleTimeout, w.server.sessions.Lifetime = 100*time.Millisecond, time.Hour
	victim.post("/session", map[string]string{"email": u.Email, "password": password}).want(200)
	time.Sleep(150 * time.Millisecond)
	victim.get("/api/v1/session").want(401)
	w.server.sessions.IdleTimeout, w.server.sessions.Lifetime = time.Hour, 300*time.Millisecond
	victim.post("/session", map[string]string{"email": u.Email, "password": password}).want(200)
	ended := false
	for range 100 { // used all along
		if ended = victim.get("/api/v1/session").status == 401; ended {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if !ended {
		t.Error("a session that is used never ends")
	}
}

// hashOf is the name under which a session is kept.
func hashOf(cookie string) string {
	_, token, _ := strings.Cut(cookie, "=")
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// A token makes no other, ends when its account's password is taken away, and is of
// no use to who may not do the thing itself.
func TestTokensEnd(t *testing.T) {
	w := newWorld(t)
	admin := w.account(store.Administrator)
	u := store.User{Email: "equipe@exemple.fr", Name: "Équipe", Role: store.DataTeam, Password: testPassword()}
	if err := w.store.AddUser(t.Context(), &u); err != nil {
		t.Fatal(err)
	}
	c := w.client()
	c.post("/session", map[string]string{"email": u.Email, "password": password}).want(200)
	var made struct{ Text string }
	c.post("/api/v1/tokens", map[string]any{"name": "tout", "scopes": store.Scopes, "days": 30}).want(201).json(&made)
	script := w.client()
	script.token = made.Text
	script.get("/api/v1/packs").want(200)
	script.get("/api/v1/people").want(403)
	script.get("/api/v1/users").want(403)
	script.post("/api/v1/tokens", map[string]any{"name": "fils", "scopes": []string{"lecture"}, "days": 300}).want(403)
	for _, closed := range []bool{true, false} {
		admin.send("PATCH", "/api/v1/users/"+u.ID, map[string]any{"disabled": closed}).want(200)
		script.get("/api/v1/packs").want(map[bool]int{true: 401, false: 200}[closed])
	}
	// A role that changes changes what the token does.
	admin.send("PATCH", "/api/v1/users/"+u.ID, map[string]any{"role": "auditeur"}).want(200)
	script.get("/api/v1/audit").want(200)
	admin.send("PATCH", "/api/v1/users/"+u.ID, map[string]any{"role": "donnees"}).want(200)
	script.get("/api/v1/audit").want(403)
	admin.post("/api/v1/users/"+u.ID+"/reset", nil).want(200)
	script.get("/api/v1/packs").want(401)
}
