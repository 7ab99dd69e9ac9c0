package data

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"perimetre/geo"
)

// A source that changed is told, and the edition that follows is compared with the one in
// place before it takes its place.
func TestUpdate(t *testing.T) {
	official := filepath.Join(t.TempDir(), "officiel")
	makeRaw(t, official, 300)
	heads, gets := 0, 0
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			heads++
		} else {
			gets++
		}
		if strings.Contains(r.URL.Path, "zrr") {
			http.NotFound(w, r)
			return
		}
		http.ServeFile(w, r, filepath.Join(official, filepath.FromSlash(r.URL.Path)))
	}))
	defer site.Close()
	raw, pack := filepath.Join(t.TempDir(), "raw"), filepath.Join(t.TempDir(), "pack")
	makeRaw(t, raw, 300)
	list, _, err := RawFiles(raw)
	if err != nil {
		t.Fatal(err)
	}
	old := geo.MustDate("2020-01-02").Time()
	for i := range list {
		list[i].URL = site.URL + "/" + list[i].Path
		if err := os.Chtimes(filepath.Join(official, list[i].Path), old, old); err != nil {
			t.Fatal(err)
		}
		list[i].Vintage = "2020-01-02"
	}
	if err := (RawList{Files: list}).Write(raw); err != nil {
		t.Fatal(err)
	}
	m := build(t, raw, pack)
	var files []RawFile
	for _, s := range m.Sources {
		files = append(files, s.RawFile)
	}
	states := func() map[string]Freshness {
		t.Helper()
		got, err := CheckSources(context.Background(), files, "", "")
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]Freshness{}
		for _, s := range got {
			if s.State != FreshSame {
				out[s.File.Path] = s.State
			}
		}
		return out
	}
	if got := states(); len(got) != 1 || got["zonages/zrr-2021.csv"] != FreshAbsent || gets != 0 || heads != len(files) {
		t.Errorf("before: %v, %d HEAD, %d GET", got, heads, gets)
	}

	// The QPV of the second commune grows, its FRR goes, and addresses come and go.
	change := func(path, from, to string) {
		t.Helper()
		p := filepath.Join(official, path)
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(b), from) {
			t.Fatalf("%s holds no %s", path, from)
		}
		write(t, p, []byte(strings.ReplaceAll(string(b), from, to)))
	}
	change("qpv/qpv2024-france.geojson", "3.110003", "3.120003")
	change("zonages/frr-2025-07-10.csv", "FRR+", "Non classée")
	lines := strings.SplitAfter(read(t, filepath.Join(official, "ban/adresses-59.csv")), "\n")
	write(t, filepath.Join(official, "ban/adresses-59.csv"), []byte(strings.Join(append(lines[:1:1], lines[4:]...), "")))
	want := []string{"ban/adresses-59.csv", "qpv/qpv2024-france.geojson", "zonages/frr-2025-07-10.csv"}
	got := states()
	var changed []RawFile
	for _, f := range files {
		if got[f.Path] == FreshChanged {
			changed = append(changed, f)
		}
	}
	if len(changed) != len(want) {
		t.Fatalf("after: %v", got)
	}
	if _, err := Refetch(context.Background(), raw, changed, "", "", func(string, int64, int64) {}); err != nil {
		t.Fatal(err)
	}
	before := openPack(t, pack)
	refused := context.Canceled
	var c Comparison
	agree := func(dir string) error {
		after := openPack(t, dir)
		var err error
		if c, err = Compare(before, after, geo.MustDate("2025-09-01")); err != nil {
			return err
		}
		return refused
	}
	if _, err := Build(context.Background(), BuildOptions{Raw: raw, Pack: pack, Agree: agree}); err != refused || CurrentID(pack) != m.ID {
		t.Errorf("refused: %v, %s in place", err, CurrentID(pack))
	}
	if len(c.Perimeters) != 1 || len(c.Perimeters[0].Modified) != 1 || c.Perimeters[0].Modified[0].Code != "QN05902N" || c.Perimeters[0].Modified[0].AreaGained < 1e6 {
		t.Errorf("perimeters: %+v", c.Perimeters)
	}
	if len(c.Lists) != 1 || c.Lists[0].Code != "59002" || c.Lists[0].Zoning != geo.FRR || c.Lists[0].To != "non" {
		t.Errorf("lists: %+v", c.Lists)
	}
	if len(c.Addresses) != 1 || c.Addresses[0].Out != 3 || c.Addresses[0].In != 0 || c.Addresses[0].Before-3 != c.Addresses[0].After || c.Same() {
		t.Errorf("addresses: %+v", c.Addresses)
	}
	if c, err := Compare(before, before, geo.MustDate("2025-09-01")); err != nil || !c.Same() {
		t.Errorf("a pack differs from itself: %+v %v", c, err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
