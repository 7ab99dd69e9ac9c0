package server

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"perimetre/server/store"
)

// fuzzed is a server for fuzz targets, whatever its client sends.
func fuzzed(f *testing.F) *Server {
	f.Helper()
	dir, err := territory()
	if err != nil {
		f.Fatal(err)
	}
	st, err := store.Open(f.Context(), f.TempDir()+"/f.db")
	if err != nil {
		f.Fatal(err)
	}
	s, err := New(Config{Packs: []string{dir + "/pack"}, Store: st})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { s.Close(); st.Close() })
	return s
}

// Whatever the parameters, /search and /reverse answer or refuse; they do not fail.
func FuzzParameters(f *testing.F) {
	s := fuzzed(f)
	for _, q := range []string{"q=rue&limit=3", "q=%00%ff&type=street", "lon=1&lat=2", "q=12+bis&lon=NaN&lat=1e999", "q=a;b&citycode=2A001"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, query string) {
		for _, path := range []string{"/search", "/reverse"} {
			r := httptest.NewRequest("GET", path, nil)
			r.URL.RawQuery = query
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code >= 500 {
				t.Errorf("%s?%s: %d %s", path, query, w.Code, w.Body)
			}
			r = httptest.NewRequest("POST", path, strings.NewReader(query))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if v, err := url.ParseQuery(query); err == nil && v.Get("q") == "" && len(query)%2 == 1 {
				r.Header.Set("Content-Type", "application/json")
			}
			w = httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code >= 500 {
				t.Errorf("POST %s %s: %d %s", path, query, w.Code, w.Body)
			}
		}
	})
}

// Whatever the body, /search/csv and /reverse/csv answer or refuse.
func FuzzUpload(f *testing.F) {
	s := fuzzed(f)
	part := "--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.csv\"\r\n\r\n"
	for _, body := range []string{part + "adresse\n1 rue\n\r\n--b--\r\n", part, "--b--", part + "lon,lat\n1,2\n\r\n--b\r\nContent-Disposition: form-data; name=\"columns\"\r\n\r\nx\r\n--b--\r\n", part + "PK\x03\x04\r\n--b--\r\n"} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, path := range []string{"/search/csv", "/geocodage/reverse/csv"} {
			r := httptest.NewRequest("POST", path, strings.NewReader(body))
			r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code >= 500 {
				t.Errorf("%s: %d %s", path, w.Code, w.Body)
			}
		}
	})
}
