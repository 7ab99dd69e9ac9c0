package main

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestReadQueries(t *testing.T) {
	dir := t.TempDir()
	plain, zipped := filepath.Join(dir, "a.csv"), filepath.Join(dir, "a.csv.gz")
	const table = "\ufeffnumero;rep;nom_voie;code_postal;nom_commune\n12;;Rue de l’Église;59000;Lille\n3;bis;Rue \"A\";;Arras\n"
	os.WriteFile(plain, []byte(table), 0o600)
	f, err := os.Create(zipped)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	io.WriteString(z, table)
	z.Close()
	f.Close()
	for _, name := range []string{plain, zipped} {
		got, err := readQueries(name, []string{"numero", "rep", "nom_voie", "nom_commune"}, "/search?q={}")
		if want := []string{"/search?q=12+Rue+de+l%E2%80%99%C3%89glise+Lille", "/search?q=3+bis+Rue+%22A%22+Arras"}; err != nil || !slices.Equal(got, want) {
			t.Errorf("%v %v", got, err)
		}
	}
	if _, err := readQueries(plain, []string{"absente"}, "{}"); err == nil {
		t.Error("a column that is not there")
	}
}

func TestQuantiles(t *testing.T) {
	r := &report{errors: map[string]int{"503": 2}, took: time.Second}
	for i := range 1000 {
		r.late = append(r.late, time.Duration(i+1)*time.Millisecond)
	}
	if r.at(.5) != 501*time.Millisecond || r.at(.99) != 991*time.Millisecond || r.at(1) != time.Second || (&report{}).at(.5) != 0 {
		t.Errorf("%v %v %v", r.at(.5), r.at(.99), r.at(1))
	}
	if s := r.String(); !strings.Contains(s, "1000 answers") || !strings.Contains(s, "2 errors") || !strings.Contains(s, "503") {
		t.Error(s)
	}
}

// Every request that is due is sent once, in turn, and each error is counted.
func TestRun(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]int{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen[r.URL.Query().Get("q")]++
		if r.URL.Query().Get("q") == "c" {
			w.WriteHeader(http.StatusTeapot)
		}
		io.WriteString(w, "réponse")
	}))
	defer s.Close()
	table := filepath.Join(t.TempDir(), "t.csv")
	os.WriteFile(table, []byte("mot\na\nb\nc\nd\n"), 0o600)
	var out strings.Builder
	err := run(t.Context(), []string{"--address", s.Listener.Addr().String(), "--rate", "400", "--for", "200ms", "--connections", "3", "--csv", table, "--columns", "mot", "--path", "/?q={}", "--slow", "6", "--heavy", "/?q=lent"}, &out)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "60 answers") || !strings.Contains(out.String(), "20 errors map[418:20]") || !strings.Contains(out.String(), "6 slow clients") {
		t.Error(out.String())
	}
	for _, q := range []string{"a", "b", "c", "d"} {
		if seen[q] != 20 {
			t.Errorf("%s was asked %d times", q, seen[q])
		}
	}
	for _, args := range [][]string{{"--address", "192.0.2.1:80", "--csv", table}, {"--for", "1h", "--csv", table}, {"--tiles", t.TempDir()}, {}} {
		if run(t.Context(), args, io.Discard) == nil {
			t.Errorf("%v is accepted", args)
		}
	}
}
