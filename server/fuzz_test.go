package server

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"perimetre/data/demo"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// fuzzed is a server for fuzz targets, whatever its client sends.
type fuzzed struct {
	*Server
	log *lockedBuffer
}

func newFuzzed(f *testing.F) fuzzed {
	f.Helper()
	dir, err := territory()
	if err != nil {
		f.Fatal(err)
	}
	st, err := store.Open(f.Context(), filepath.Join(f.TempDir(), "f.db"))
	if err != nil {
		f.Fatal(err)
	}
	log := &lockedBuffer{}
	s, err := New(Config{Packs: []string{filepath.Join(dir, "pack")}, Store: st, Trusted: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
		Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelError}))})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { s.Close(); st.Close() })
	return fuzzed{s, log}
}

// serve answers, and fails the test on an answer that no request deserves.
func (s fuzzed) serve(t *testing.T, r *http.Request) {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code >= 500 {
		t.Errorf("%s %q: %d %s %s", r.Method, r.URL, w.Code, w.Body, s.log)
	}
}

// tokens opens an account of each role, and gives a token of every scope for each.
func (s fuzzed) tokens(f *testing.F) (tokens []string) {
	f.Helper()
	pack := s.packs.Acquire()
	unit := pack.Territories[0].MissionLocale
	pack.Release()
	for _, role := range store.Roles {
		u := store.User{Email: store.NewID() + "@exemple.fr", Name: "Essai", Role: role, Password: testPassword()}
		switch role {
		case store.State:
			u.Departements = []string{"00"}
		case store.Direction, store.DataOfficer:
			u.Units = []string{unit}
		case store.Counsellor:
			u.Units, u.Counsellor = []string{unit}, demo.Counsellor
		}
		if err := s.store.AddUser(f.Context(), &u); err != nil {
			f.Fatal(err)
		}
		_, text, err := access.NewToken(f.Context(), s.store, access.Of(&u), "essai", store.Scopes, access.MaxTokenDays)
		if err != nil {
			f.Fatal(err)
		}
		tokens = append(tokens, text)
	}
	return tokens
}

// Whatever the parameters, /search and /reverse answer or refuse; they do not fail.
func FuzzParameters(f *testing.F) {
	s := newFuzzed(f)
	for _, q := range []string{"q=rue&limit=3", "q=%00%ff&type=street", "lon=1&lat=2", "q=12+bis&lon=NaN&lat=1e999", "q=a;b&citycode=2A001"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, query string) {
		for _, path := range []string{"/search", "/reverse"} {
			r := httptest.NewRequest("GET", path, nil)
			r.URL.RawQuery = query
			s.serve(t, r)
			r = httptest.NewRequest("POST", path, strings.NewReader(query))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if v, err := url.ParseQuery(query); err == nil && v.Get("q") == "" && len(query)%2 == 1 {
				r.Header.Set("Content-Type", "application/json")
			}
			s.serve(t, r)
		}
	})
}

// Whatever the body, /search/csv and /reverse/csv answer or refuse.
func FuzzUpload(f *testing.F) {
	s := newFuzzed(f)
	part := "--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.csv\"\r\n\r\n"
	for _, body := range []string{part + "adresse\n1 rue\n\r\n--b--\r\n", part, "--b--", part + "lon,lat\n1,2\n\r\n--b\r\nContent-Disposition: form-data; name=\"columns\"\r\n\r\nx\r\n--b--\r\n", part + "PK\x03\x04\r\n--b--\r\n"} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, path := range []string{"/search/csv", "/geocodage/reverse/csv"} {
			r := httptest.NewRequest("POST", path, strings.NewReader(body))
			r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
			s.serve(t, r)
		}
	})
}

// Whatever the path and its query, tiles, features, the API and the pages answer or
// refuse, to each role.
func FuzzTargets(f *testing.F) {
	s := newFuzzed(f)
	tokens := s.tokens(f)
	for _, target := range []string{
		"/tiles/communes/5/16/10.mvt", "/tiles/qpv-2024/99999999999/-1/%30.mvt", "/tiles/%2e%2e/1/1/1.mvt", "/tiles/communes.json",
		"/ogc/collections/qpv-2024/items?bbox=1,2,3,4&datetime=2024-01-01/..&limit=2&f=html", "/ogc/collections/communes/items/00001?f=json", "/ogc/collections/sites/geopackage",
		"/ogc/collections/communes/items?limit=10000000000000000000&offset=-1", "/api/v1/quota?period=2024-T3&rule=cej-qpv-40", "/api/v1/people?limit=3&cursor=x",
		"/api/v1/zones?lon=1&lat=2&on=2024-13-01", "/api/v1/coverage?reach=1000m", "/carte?couches=qpv", "/pilotage?periode=2024", "/api/v1/reports/quota?format=xlsx", "/",
	} {
		f.Add(target, uint8(0))
		f.Add(target, uint8(2))
	}
	f.Fuzz(func(t *testing.T, target string, who uint8) {
		u, err := url.ParseRequestURI(target)
		if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasSuffix(u.Path, "/events") {
			return
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL = u
		if i := int(who); i < len(tokens) {
			r.Header.Set("Authorization", "Bearer "+tokens[i])
		}
		s.serve(t, r)
	})
}

// Whatever the headers, a client is told apart or refused.
func FuzzHeaders(f *testing.F) {
	s := newFuzzed(f)
	token := s.tokens(f)[0]
	f.Add("Bearer "+token, "perimetre_session=abc", "10.0.0.1, ::1, x", "gzip;q=0, *", `W/"a", *`, "text/html;q=nan")
	f.Add("Bearer ", "__Host-perimetre_session=", "[fe80::1%25eth0]:80", "identity", `"`, "*/*;q=")
	f.Fuzz(func(t *testing.T, authorization, cookie, forwarded, encoding, match, accept string) {
		for _, path := range []string{"/api/v1/session", "/tiles/communes/5/16/10.mvt", "/ogc/collections", "/", "/search?q=rue"} {
			r := httptest.NewRequest(http.MethodGet, path, nil) // from 192.0.2.1, which is trusted
			for name, v := range map[string]string{"Authorization": authorization, "Cookie": cookie, "X-Forwarded-For": forwarded, "X-Forwarded-Host": forwarded, "X-Forwarded-Proto": forwarded,
				"X-Request-Id": forwarded, "Accept-Encoding": encoding, "If-None-Match": match, "If-Modified-Since": match, "Range": match, "Accept": accept} {
				if v != "" {
					r.Header[name] = []string{v}
				}
			}
			s.serve(t, r)
		}
	})
}

// Whatever the body, each route that takes one answers or refuses, to each role.
func FuzzBodies(f *testing.F) {
	s := newFuzzed(f)
	tokens := s.tokens(f)
	routes := slices.DeleteFunc(slices.Clone(s.routes), func(rt *httpio.Route) bool { return rt.Method == http.MethodGet })
	for i := range routes {
		for who := range tokens {
			f.Add(uint8(i), uint8(who), "x", `{"email":"a@b.fr","name":"x","role":"administrateur","days":1,"scopes":["lecture"],"key":"x","verdict":"oui","zone":"QN","basis":"carte","rule":"cej-qpv-40","period":"2024-T3","unit":"1","retention_months":3}`)
		}
		f.Add(uint8(i), uint8(1), "1", "unit=1&file=x&verdict=oui&rule=cej-qpv-40&period=2024-T3&columns=%00&email=a%40b.fr&ml=1&cle=x&periode=2024-T3&regle=cej-qpv-40&nom=%00&courriel=a%40b.fr")
		f.Add(uint8(i), uint8(2), "1", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nMatricule;Adresse\r\n1;x\r\n--b--\r\n")
	}
	f.Fuzz(func(t *testing.T, which, who uint8, id, body string) {
		rt := routes[int(which)%len(routes)]
		path := rt.Path
		for strings.Contains(path, "{") {
			open, end := strings.Index(path, "{"), strings.Index(path, "}")
			path = path[:open] + url.PathEscape(id) + path[end+1:]
		}
		u, err := url.ParseRequestURI(path)
		if err != nil {
			return
		}
		r := httptest.NewRequest(rt.Method, "/", strings.NewReader(body))
		r.URL = u
		switch {
		case strings.HasPrefix(body, "{") || strings.HasPrefix(body, "["):
			r.Header.Set("Content-Type", "application/json")
		case strings.HasPrefix(body, "--b"):
			r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		default:
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		r.Header.Set("Authorization", "Bearer "+tokens[int(who)%len(tokens)])
		s.serve(t, r)
	})
}
