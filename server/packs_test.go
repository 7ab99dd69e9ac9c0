package server

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"perimetre/data"
	"perimetre/data/demo"
	"perimetre/server/store"
)

// A pack is replaced under load: no request fails, each answers with one pack, a
// table too, and the new one comes into service.
func TestPackSwappedWithoutDroppingARequest(t *testing.T) {
	dir := t.TempDir()
	raw, pack := filepath.Join(dir, "raw"), filepath.Join(dir, "pack")
	build := func(seed uint64) string {
		t.Helper()
		if _, err := demo.Write(t.Context(), raw, demo.Config{Addresses: 2000, People: -1, Seed: seed}); err != nil {
			t.Fatal(err)
		}
		m, err := data.Build(t.Context(), data.BuildOptions{Raw: raw, Pack: pack})
		if err != nil {
			t.Fatal(err)
		}
		return m.ID
	}
	first := build(1)
	w := newWorld(t, func(c *Config) { c.Packs, c.PackEvery = []string{pack}, 20*time.Millisecond })
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	var asked, failed atomic.Int64
	for range 4 {
		group.Go(func() {
			for ctx.Err() == nil {
				res, err := http.Get(w.http.URL + "/search?q=rue+de")
				if asked.Add(1); err != nil || res.StatusCode != 200 {
					failed.Add(1)
				}
				if err == nil {
					res.Body.Close()
				}
			}
		})
	}
	table := "adresse\n" + strings.Repeat("12 rue de la gare\n", 3000)
	group.Go(func() {
		for ctx.Err() == nil {
			a := w.client().upload("/search/csv", "a.csv", table, "columns", "adresse")
			if asked.Add(1); a.status != 200 || strings.Count(string(a.body), "\n") != 3001 {
				failed.Add(1)
			}
			a = w.client().get("/ogc/collections/communes/items?limit=1000")
			if asked.Add(1); a.status != 200 || !strings.HasSuffix(string(a.body), "]}\n") {
				failed.Add(1)
			}
		}
	})
	second := ""
	for seed := uint64(2); seed <= 4; seed++ {
		second = build(seed)
		for end := time.Now().Add(10 * time.Second); !strings.Contains(string(w.client().get("/readyz").body), second); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("the new pack does not come into service")
			}
		}
	}
	stop()
	group.Wait()
	if first == second || failed.Load() > 0 || asked.Load() == 0 {
		t.Errorf("%d requests of %d failed", failed.Load(), asked.Load())
	}
	if !strings.Contains(string(w.client().get("/metrics").body), second) {
		t.Error("the metrics do not name the pack")
	}
}

// Coverage equals the command's, over the sites in force.
func TestCoverage(t *testing.T) {
	w := newWorld(t)
	unit := w.someUnits()[0]
	c := w.account(store.Direction, unit)
	type result struct {
		Sites  any
		People struct{ Share float64 }
	}
	var before, after result
	c.get("/api/v1/coverage?reach=1000m").want(200).json(&before)
	here := w.known()
	c.send("PUT", "/api/v1/sites", map[string]any{"sites": []map[string]any{{"name": "Permanence d’essai", "kind": "permanence", "lon": here.Lon, "lat": here.Lat}}}).want(200)
	c.get("/api/v1/coverage?reach=1000m").want(200).json(&after)
	if before.People.Share == after.People.Share {
		t.Errorf("%+v, then %+v with one site less or more", before, after)
	}
	c.get("/api/v1/coverage?reach=loin").want(400)
	c.get("/api/v1/coverage?detour=9").want(400)
	c.get("/api/v1/coverage?format=geojson").want(200)
}

// A file of the pack in use is cut short: the answers that need it say 503, the
// process goes on, and once the pack is whole again it is served without a restart.
func TestPackCutUnderService(t *testing.T) {
	dir := t.TempDir()
	raw, pack := filepath.Join(dir, "raw"), filepath.Join(dir, "pack")
	if _, err := demo.Write(t.Context(), raw, demo.Config{Addresses: 2000, People: -1, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	m, err := data.Build(t.Context(), data.BuildOptions{Raw: raw, Pack: pack})
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(c *Config) { c.Packs, c.PackEvery = []string{pack}, 20*time.Millisecond })
	paths := []string{"/search?q=rue+de+la+gare", "/ogc/collections/communes/items?limit=1000"}
	for _, p := range paths {
		w.client().get(p).want(200)
	}
	for _, f := range m.Files {
		path := filepath.Join(pack, m.ID, f.Name)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, 0); err != nil {
			t.Fatal(err)
		}
		broken := 0
		for _, p := range paths {
			switch a := w.client().get(p); {
			case a.status == 503:
				if broken++; !strings.Contains(string(a.body), "réessayer") {
					t.Errorf("%s: %s", p, a.body)
				}
			case a.status != 200:
				t.Errorf("%s after %s was cut: %d", p, f.Name, a.status)
			}
		}
		if f.Name == "addresses.idx" && broken == 0 {
			t.Errorf("nothing reads %s", f.Name)
		}
		if err := os.WriteFile(path, whole, 0o644); err != nil { // the same file, longer again
			t.Fatal(err)
		}
		for _, p := range paths {
			for end := time.Now().Add(20 * time.Second); w.client().get(p).status != 200; time.Sleep(10 * time.Millisecond) {
				if time.Now().After(end) {
					t.Fatalf("%s does not come back after %s", p, f.Name)
				}
			}
		}
	}
}
