package server

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"perimetre/server/access"
	"perimetre/server/store"
)

// identityProvider speaks OpenID Connect as ProConnect does: the information on
// the account is a signed token. Email, Nonce and Audience may be made wrong.
type identityProvider struct {
	t         *testing.T
	key       *rsa.PrivateKey
	srv       *httptest.Server
	email     string
	audience  string
	otherKey  bool
	wrongSub  bool
	challenge string
	nonce     string
	// Of the information on the account.
	infoAudience any
	infoExpires  time.Duration
	otherInfoKey bool
	plainInfo    bool     // JSON without a signature
	methods      []string // of presenting the secret; it takes these alone
	sub          string
	verified     any // email_verified; nil: not said
}

func newProvider(t *testing.T) *identityProvider {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &identityProvider{t: t, key: key, audience: "perimetre"}
	m := http.NewServeMux()
	m.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]any{"issuer": p.srv.URL, "authorization_endpoint": p.srv.URL + "/authorize", "token_endpoint": p.srv.URL + "/token",
			"userinfo_endpoint": p.srv.URL + "/userinfo", "end_session_endpoint": p.srv.URL + "/fin?p=1", "token_endpoint_auth_methods_supported": p.methods, "jwks_uri": p.srv.URL + "/jwks", "id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	m.HandleFunc("/jwks", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, KeyID: "1", Algorithm: "RS256", Use: "sig"}}})
	})
	m.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		_, secret, basic := r.BasicAuth()
		if !basic {
			secret = r.PostFormValue("client_secret")
		}
		if secret != "secret" || basic != slices.Contains(p.methods, "client_secret_basic") {
			http.Error(w, `{"error":"invalid_client"}`, http.StatusUnauthorized)
			return
		}
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if r.FormValue("code") != "bon" || base64.RawURLEncoding.EncodeToString(sum[:]) != p.challenge {
			http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": p.sign(map[string]any{
			"iss": p.srv.URL, "sub": p.sub, "aud": p.audience, "exp": time.Now().Add(time.Minute).Unix(), "iat": time.Now().Unix(), "nonce": p.nonce})})
	})
	m.HandleFunc("/userinfo", func(w http.ResponseWriter, r *http.Request) {
		sub := p.sub
		if p.wrongSub {
			sub += "2"
		}
		if r.Header.Get("Authorization") != "Bearer a" {
			http.Error(w, "", http.StatusUnauthorized)
			return
		}
		claims := map[string]any{"iss": p.srv.URL, "aud": p.infoAudience, "sub": sub, "email": p.email, "exp": time.Now().Add(p.infoExpires).Unix()}
		if p.verified != nil {
			claims["email_verified"] = p.verified
		}
		if p.plainInfo {
			w.Header().Set("Content-Type", "application/json")
			json.NewEncoder(w).Encode(map[string]any{"sub": sub, "email": p.email, "email_verified": true})
			return
		}
		w.Header().Set("Content-Type", "application/jwt")
		key := p.key
		if p.otherInfoKey {
			key, _ = rsa.GenerateKey(rand.Reader, 2048)
		}
		w.Write([]byte(p.signWith(key, claims)))
	})
	p.srv = httptest.NewServer(m)
	t.Cleanup(p.srv.Close)
	return p
}

func (p *identityProvider) sign(claims map[string]any) string {
	key := p.key
	if p.otherKey {
		key, _ = rsa.GenerateKey(rand.Reader, 2048)
	}
	return p.signWith(key, claims)
}

func (p *identityProvider) signWith(key *rsa.PrivateKey, claims map[string]any) string {
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: "1"}}, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	b, _ := json.Marshal(claims)
	j, err := s.Sign(b)
	if err != nil {
		p.t.Fatal(err)
	}
	out, _ := j.CompactSerialize()
	return out
}

// reset makes the provider right again: ProConnect takes the secret in the body.
func (p *identityProvider) reset() {
	p.email, p.audience, p.otherKey, p.wrongSub = "ana@exemple.fr", "perimetre", false, false
	p.sub, p.verified = "s1", true
	p.infoAudience, p.infoExpires, p.otherInfoKey, p.plainInfo, p.methods = "perimetre", time.Minute, false, false, []string{"client_secret_post"}
}

// An account is opened by the provider's word, and by nothing that looks like it.
func TestOIDC(t *testing.T) {
	p := newProvider(t)
	w := newWorld(t, func(c *Config) {
		c.OIDC = &access.OIDC{Issuer: p.srv.URL, ClientID: "perimetre", ClientSecret: "secret", PublicURL: "http://perimetre.test"}
	})
	u, other := store.User{Email: "ana@exemple.fr", Name: "Ana", Role: store.State}, store.User{Email: "lea@exemple.fr", Name: "Léa", Role: store.Administrator}
	for _, u := range []*store.User{&u, &other} {
		if err := w.store.AddUser(t.Context(), u); err != nil {
			t.Fatal(err)
		}
	}
	for _, tc := range []struct {
		name   string
		change func(p *identityProvider, back url.Values)
		opens  bool
	}{
		{"an account's address", func(*identityProvider, url.Values) {}, true},
		{"its capitals", func(p *identityProvider, _ url.Values) { p.email = "Ana@Exemple.fr" }, true},
		{"an unknown person", func(p *identityProvider, _ url.Values) { p.sub, p.email = "s8", "bob@exemple.fr" }, false},
		{"no address", func(p *identityProvider, _ url.Values) { p.email = "" }, false},
		{"another state", func(_ *identityProvider, v url.Values) { v.Set("state", "autre") }, false},
		{"a wrong code", func(_ *identityProvider, v url.Values) { v.Set("code", "faux") }, false},
		{"a refusal", func(_ *identityProvider, v url.Values) { v.Del("code") }, false},
		{"another nonce", func(p *identityProvider, _ url.Values) { p.nonce = "autre" }, false},
		{"for another service", func(p *identityProvider, _ url.Values) { p.audience = "autre" }, false},
		{"signed by another key", func(p *identityProvider, _ url.Values) { p.otherKey = true }, false},
		{"information on another", func(p *identityProvider, _ url.Values) { p.wrongSub = true }, false},
		{"information signed by another key", func(p *identityProvider, _ url.Values) { p.otherInfoKey = true }, false},
		{"information for another service", func(p *identityProvider, _ url.Values) { p.infoAudience = []string{"autre"} }, false},
		{"information for several services", func(p *identityProvider, _ url.Values) { p.infoAudience = []string{"autre", "perimetre"} }, true},
		{"information that ended", func(p *identityProvider, _ url.Values) { p.infoExpires = -time.Minute }, false},
		{"an address that is not verified", func(p *identityProvider, _ url.Values) { p.verified = false }, false},
		{"an address that nobody says is verified", func(p *identityProvider, _ url.Values) { p.verified = nil }, false},
		{"another person with the same address", func(p *identityProvider, _ url.Values) { p.sub = "s9" }, false},
		{"the same person with another address", func(p *identityProvider, _ url.Values) { p.email = "ana.b@exemple.fr" }, true},
		{"the same person with another's address", func(p *identityProvider, _ url.Values) { p.email = "lea@exemple.fr" }, true},
		{"information without a signature", func(p *identityProvider, _ url.Values) { p.plainInfo = true }, true},
		{"the secret in the header", func(p *identityProvider, _ url.Values) { p.methods = []string{"client_secret_basic"} }, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p.reset()
			c := w.client()
			to, err := url.Parse(c.get("/connexion/fournisseur").want(http.StatusSeeOther).header.Get("Location"))
			if err != nil || !strings.HasPrefix(to.String(), p.srv.URL+"/authorize") {
				t.Fatal(to, err)
			}
			q := to.Query()
			if q.Get("redirect_uri") != "http://perimetre.test"+access.OIDCReturn || q.Get("code_challenge_method") != "S256" {
				t.Error(q)
			}
			p.challenge, p.nonce = q.Get("code_challenge"), q.Get("nonce")
			back := url.Values{"code": {"bon"}, "state": {q.Get("state")}}
			tc.change(p, back)
			a := c.get(access.OIDCReturn + "?" + back.Encode())
			session := c.get("/api/v1/session")
			status := session.status
			if status == 200 && !strings.Contains(string(session.body), u.ID) {
				t.Errorf("another's account is opened: %s", session.body)
			}
			if opened := status == 200; opened != tc.opens {
				t.Errorf("answered %d, then %d", a.status, status)
			}
			if tc.opens {
				c.get(access.OIDCReturn + "?" + back.Encode()) // the same return does nothing twice
			}
		})
	}
}

// Who signs out here signs out at the provider too: it is told which session, and
// where to come back to.
func TestOIDCSignOut(t *testing.T) {
	p := newProvider(t)
	p.reset()
	w := newWorld(t, func(c *Config) {
		c.OIDC = &access.OIDC{Issuer: p.srv.URL, ClientID: "perimetre", ClientSecret: "secret", PublicURL: "https://perimetre.test"}
	})
	if err := w.store.AddUser(t.Context(), &store.User{Email: "ana@exemple.fr", Name: "Ana", Role: store.State}); err != nil {
		t.Fatal(err)
	}
	open := func() *client {
		t.Helper()
		c := w.client()
		to, err := url.Parse(c.get("/connexion/fournisseur").want(http.StatusSeeOther).header.Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		p.challenge, p.nonce = to.Query().Get("code_challenge"), to.Query().Get("nonce")
		before := c.cookie
		c.get(access.OIDCReturn + "?" + url.Values{"code": {"bon"}, "state": {to.Query().Get("state")}}.Encode()).want(http.StatusSeeOther)
		if c.cookie == before {
			t.Error("the session keeps the name that it had before the sign-in")
		}
		if !strings.HasPrefix(c.cookie, "__Host-") {
			t.Errorf("behind https the cookie is %s", c.cookie)
		}
		c.get("/api/v1/session").want(200)
		old := w.client()
		old.cookie = before
		old.get("/api/v1/session").want(401)
		return c
	}
	c := open()
	a := c.do("POST", "/deconnexion", "application/x-www-form-urlencoded", nil).want(200)
	to, err := url.Parse(strings.TrimPrefix(a.header.Get("Refresh"), "0; url="))
	if err != nil {
		t.Fatal(err)
	}
	q := to.Query()
	id, err := jose.ParseSignedCompact(q.Get("id_token_hint"), []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	if claims, err := id.Verify(&p.key.PublicKey); err != nil || !strings.Contains(string(claims), `"s1"`) {
		t.Errorf("%s %v", claims, err)
	}
	if to.Path != "/fin" || q.Get("p") != "1" || q.Get("post_logout_redirect_uri") != "https://perimetre.test/connexion" || len(q.Get("state")) < 20 {
		t.Errorf("%s", to)
	}
	c.get("/api/v1/session").want(401)
	if strings.Contains(w.logs.String(), q.Get("id_token_hint")) {
		t.Error("the journal holds the token")
	}
	// Out of reach of the provider, the session here still ends.
	c = open()
	p.srv.Close()
	c.do("POST", "/deconnexion", "application/x-www-form-urlencoded", nil).want(http.StatusSeeOther)
	c.get("/api/v1/session").want(401)
}
