package server

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"perimetre/data"
	"perimetre/data/demo"
	"perimetre/server/access"
	"perimetre/server/api"
	"perimetre/server/packs"
	"perimetre/server/store"
	"perimetre/server/store/pgtest"
)

// territory is the pack of a small fictional territory, built once for all tests;
// its files stay beside it in raw.
var territory = sync.OnceValues(func() (dir string, err error) {
	dir, err = os.MkdirTemp("", "perimetre-server")
	if err != nil {
		return "", err
	}
	if _, err = demo.Write(context.Background(), filepath.Join(dir, "raw"), demo.Config{Addresses: 6000, People: 1500, Seed: 7}); err != nil {
		return "", err
	}
	_, err = data.Build(context.Background(), data.BuildOptions{Raw: filepath.Join(dir, "raw"), Pack: filepath.Join(dir, "pack")})
	return dir, err
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := territory(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// world is a server under test.
type world struct {
	t      testing.TB
	server *Server
	store  *store.Store
	http   *httptest.Server
	dir    string // of territory
	logs   *lockedBuffer
}

// onPostgres keeps the world's records in a PostgreSQL.
func onPostgres(t *testing.T) func(*Config) {
	st, err := store.Open(t.Context(), pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	return func(c *Config) {
		c.Store.Close()
		c.Store = st
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newWorld starts a server over the fictional territory and an empty database.
func newWorld(t testing.TB, change ...func(*Config)) *world {
	t.Helper()
	dir, err := territory()
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "base.db"))
	if err != nil {
		t.Fatal(err)
	}
	logs := &lockedBuffer{}
	cfg := Config{Packs: []string{filepath.Join(dir, "pack")}, Store: st, Version: "test", Log: slog.New(slog.NewJSONHandler(logs, nil))}
	for _, f := range change {
		f(&cfg)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	hs := httptest.NewServer(s)
	t.Cleanup(func() { s.stop(); hs.Close(); s.Close(); cfg.Store.Close() })
	return &world{t, s, cfg.Store, hs, dir, logs}
}

// document is openapi.json, checked, and its routes.
var document = sync.OnceValues(func() (routers.Router, error) {
	doc, err := openapi3.NewLoader().LoadFromData(api.Document)
	if err != nil {
		return nil, err
	}
	if err := doc.Validate(context.Background()); err != nil {
		return nil, err
	}
	for _, type_ := range []string{"text/csv", "text/plain", "text/html", "text/event-stream", "application/vnd.mapbox-vector-tile", "application/geopackage+sqlite3", "application/vnd.apache.parquet", "application/xml", "application/x-qgis-project", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/geo+json"} {
		if type_ == "text/csv" || openapi3filter.RegisteredBodyDecoder(type_) == nil {
			decoder := openapi3filter.FileBodyDecoder
			if type_ == "application/geo+json" {
				decoder = openapi3filter.JSONBodyDecoder
			}
			openapi3filter.RegisterBodyDecoder(type_, decoder)
		}
	}
	return gorillamux.NewRouter(doc)
})

// client calls the server as one person; every answer is held to openapi.json.
type client struct {
	w      *world
	cookie string
	token  string
	header http.Header
}

// pack returns the edition in service, held until the test ends.
func (w *world) pack() *packs.Edition {
	e := w.server.packs.Acquire()
	w.t.Cleanup(e.Release)
	return e
}

func (w *world) client() *client { return &client{w: w, header: http.Header{}} }

// answer is what came back.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
}

// json decodes the body.
func (a answer) json(v any) {
	a.t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		a.t.Fatalf("%v: %s", err, a.body)
	}
}

// want stops the test on another status.
func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

func (c *client) get(path string) answer         { c.w.t.Helper(); return c.do("GET", path, "", nil) }
func (c *client) post(path string, v any) answer { c.w.t.Helper(); return c.send("POST", path, v) }

// send sends JSON.
func (c *client) send(method, path string, v any) answer {
	c.w.t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		c.w.t.Fatal(err)
	}
	return c.do(method, path, "application/json", b)
}

// form sends a form.
func (c *client) form(path string, v url.Values) answer {
	c.w.t.Helper()
	return c.do("POST", path, "application/x-www-form-urlencoded", []byte(v.Encode()))
}

// upload sends a file, and fields given two by two.
func (c *client) upload(path, name, content string, fields ...string) answer {
	c.w.t.Helper()
	return c.uploadAs("data", path, name, content, fields...)
}

// uploadAs sends a file as a field of a form.
func (c *client) uploadAs(field, path, name, content string, fields ...string) answer {
	c.w.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		m.WriteField(fields[i], fields[i+1])
	}
	f, _ := m.CreateFormFile(field, name)
	io.WriteString(f, content)
	m.Close()
	return c.do("POST", path, m.FormDataContentType(), b.Bytes())
}

// do sends a request and holds it and its answer to openapi.json. A request that
// the document refuses must be refused by the server too.
func (c *client) do(method, path, contentType string, body []byte) answer {
	t := c.w.t
	t.Helper()
	req, err := http.NewRequest(method, c.w.http.URL+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range c.header {
		req.Header[k] = v
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if c.cookie != "" {
		req.Header.Set("Cookie", c.cookie)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	noRedirect := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := noRedirect.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range res.Cookies() {
		if strings.HasSuffix(k.Name, "perimetre_session") {
			c.cookie = k.Name + "=" + k.Value
		}
	}
	a := answer{t, res.StatusCode, res.Header, b}
	checkContract(t, req, body, a)
	return a
}

func checkContract(t testing.TB, req *http.Request, body []byte, a answer) {
	t.Helper()
	router, err := document()
	if err != nil {
		t.Fatal(err)
	}
	q := req.Clone(context.Background())
	q.Body = io.NopCloser(bytes.NewReader(body))
	q.URL.Host, q.URL.Scheme, q.Host = "", "", ""
	route, params, err := router.FindRoute(withoutSlash(q))
	if err != nil {
		// Pages, and what they load, are not the API's.
		kind := a.header.Get("Content-Type")
		if a.status < 400 && a.status != http.StatusSeeOther && !strings.HasPrefix(kind, "text/html") && !strings.HasPrefix(kind, "image/") && !strings.HasPrefix(kind, "text/csv") && !strings.HasPrefix(kind, "text/plain") && !strings.HasSuffix(kind, "spreadsheetml.sheet") {
			t.Errorf("%s %s: answered %d and openapi.json does not name it: %v", req.Method, req.URL.Path, a.status, err)
		}
		return
	}
	in := &openapi3filter.RequestValidationInput{Request: q, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}}
	if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil && a.status < 400 {
		t.Errorf("%s %s: openapi.json refuses a request that was answered %d: %v", req.Method, req.URL.Path, a.status, err)
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: a.status, Header: a.header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true}}
	out.SetBodyBytes(a.body)
	if err := openapi3filter.ValidateResponse(context.Background(), out); err != nil {
		t.Errorf("%s %s: the answer %d is not openapi.json's: %v", req.Method, req.URL.Path, a.status, err)
	}
}

// account makes an account and signs it in.
func (w *world) account(role store.Role, units ...string) *client {
	w.t.Helper()
	u := store.User{Email: store.NewID() + "@exemple.fr", Name: "Essai", Role: role, Units: units, Password: testPassword()}
	if role == store.Counsellor {
		u.Counsellor = demo.Counsellor
	}
	if role == store.State {
		u.Units, u.Departements, u.National = nil, units, len(units) == 0
	}
	if err := w.store.AddUser(w.t.Context(), &u); err != nil {
		w.t.Fatal(err)
	}
	c := w.client()
	w.server.accounts.Tries.AtOnce = 1_000_000 // many tests sign in from one address
	c.post("/session", map[string]string{"email": u.Email, "password": password}).want(200)
	return c
}

const password = "cheval agrafe pile correct"

var testPassword = sync.OnceValue(func() string { return access.HashPassword(password) })
