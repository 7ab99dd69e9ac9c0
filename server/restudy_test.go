package server

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"perimetre/data"
	"perimetre/geo"
	"perimetre/server/figures"
	"perimetre/server/jobs"
	"perimetre/server/people"
	"perimetre/server/store"
	"perimetre/server/store/pgtest"
)

// editions makes two editions of the territory's pack in one folder: the second has
// no QPV of 2024 left but the first. current puts one in service.
func editions(t *testing.T) (pack string, second func()) {
	t.Helper()
	dir, err := territory()
	if err != nil {
		t.Fatal(err)
	}
	raw := filepath.Join(t.TempDir(), "raw")
	if err := os.CopyFS(raw, os.DirFS(filepath.Join(dir, "raw"))); err != nil {
		t.Fatal(err)
	}
	pack = filepath.Join(t.TempDir(), "pack")
	build := func() {
		t.Helper()
		if _, err := data.Build(t.Context(), data.BuildOptions{Raw: raw, Pack: pack}); err != nil {
			t.Fatal(err)
		}
	}
	build()
	return pack, func() {
		names, err := filepath.Glob(filepath.Join(raw, "qpv", "*2024*"))
		if err != nil || len(names) != 1 {
			t.Fatal(names, err)
		}
		f, err := os.Open(names[0])
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		var doc map[string]json.RawMessage
		var features []json.RawMessage
		if json.Unmarshal(b, &doc) != nil || json.Unmarshal(doc["features"], &features) != nil || len(features) < 2 {
			t.Fatalf("%.200s", b)
		}
		doc["features"], _ = json.Marshal(features[:1])
		b, _ = json.Marshal(doc)
		var out bytes.Buffer
		zw := gzip.NewWriter(&out)
		zw.Write(b)
		zw.Close()
		was, err := os.ReadFile(names[0])
		if err != nil {
			t.Fatal(err)
		}
		list := filepath.Join(raw, "sources.json")
		sources, err := os.ReadFile(list)
		if err != nil {
			t.Fatal(err)
		}
		sources = bytes.ReplaceAll(sources, fmt.Appendf(nil, "%x", sha256.Sum256(was)), fmt.Appendf(nil, "%x", sha256.Sum256(out.Bytes())))
		if os.WriteFile(names[0], out.Bytes(), 0o644) != nil || os.WriteFile(list, sources, 0o644) != nil {
			t.Fatal(names)
		}
		build()
	}
}

// A file that another edition flagged says so, and is studied again with the one in
// service: decisions stay, and asking again changes nothing.
func TestRestudyWithAnotherEdition(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { restudied(t) })
	t.Run("postgres", func(t *testing.T) { restudied(t, onPostgres(t)) })
}

func restudied(t *testing.T, change ...func(*Config)) {
	pack, second := editions(t)
	w := newWorld(t, append(change, func(c *Config) { c.Packs, c.PackEvery = []string{pack}, 20*time.Millisecond })...)
	unit := w.someUnits()[0]
	officer := w.account(store.DataOfficer, unit)
	f := officer.imported(unit, w.youngPeople())
	if f.Outdated || f.Studying || f.Statuses["oui"] == 0 {
		t.Fatalf("%+v", f)
	}
	var key string
	for _, p := range w.rowsOf(unit) {
		if p.Action == "trancher" && p.Perimeter == "2024" {
			key = p.AddressKey
		}
	}
	officer.post("/api/v1/decisions", map[string]string{"key": key, "verdict": "dans le QPV", "basis": people.Bases[1]}).want(200)
	first := w.server.packs.ID()
	second()
	for range 500 {
		if w.server.packs.ID() != first {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	var now people.File
	officer.get("/api/v1/cohorts/" + f.ID).want(200).json(&now)
	if !now.Outdated || now.Pack != first {
		t.Fatalf("%+v", now)
	}
	officer.post("/api/v1/cohorts/"+f.ID+"/restudy", map[string]any{"perimeter": "1998"}).want(400)
	officer.post("/api/v1/cohorts/absent/restudy", map[string]any{}).want(404)
	statuses := now.Statuses
	for pass := range 2 {
		officer.post("/api/v1/cohorts/"+f.ID+"/restudy", map[string]any{"known": "2026-11-01"}).want(202)
		if body := string(officer.get("/api/v1/cohorts/" + f.ID + "/events").want(200).body); !strings.Contains(body, `"studying":false`) {
			t.Fatal(body)
		}
		var after people.File
		officer.get("/api/v1/cohorts/" + f.ID).want(200).json(&after)
		if after.Outdated || after.Studying || after.State != store.Imported || after.Rows != f.Rows {
			t.Fatalf("%+v", after)
		}
		if pass == 0 && after.Statuses["oui"] >= statuses["oui"] {
			t.Errorf("without most QPV: %v, before %v", after.Statuses, statuses)
		}
		if pass == 1 && (after.Statuses["oui"] != statuses["oui"] || after.Statuses["a_verifier"] != statuses["a_verifier"]) {
			t.Errorf("asked twice: %v, then %v", statuses, after.Statuses)
		}
		statuses = after.Statuses
		decided := 0
		for _, p := range w.rowsOf(unit) {
			if p.AddressKey == key {
				if decided++; p.Motif != "decision" || p.Status != "oui" {
					t.Errorf("the decision is lost: %s %s", p.Motif, p.Status)
				}
			}
		}
		if decided == 0 {
			t.Error("the address lost its key")
		}
	}
}

// Work begun with an edition that is gone goes on with the one in service.
func TestWorkOfAnEditionThatIsGone(t *testing.T) {
	w := newWorld(t)
	unit := w.someUnits()[0]
	officer := w.account(store.DataOfficer, unit)
	var f people.File
	officer.upload("/api/v1/cohorts", "j.csv", w.youngPeople()).want(201).json(&f)
	kept, err := w.store.File(t.Context(), f.ID)
	if err != nil {
		t.Fatal(err)
	}
	kept.Intake.Known = geo.Today()
	if _, err := w.store.StartJob(t.Context(), f.ID, "disparue", kept.Intake); err != nil {
		t.Fatal(err)
	}
	if got := officer.finished(f.ID); got.Outdated || got.Rows == 0 {
		t.Errorf("%+v", got)
	}
}

// Processes that start together on an empty PostgreSQL all join the queue.
func TestQueuesMadeTogether(t *testing.T) {
	where := pgtest.Database(t)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			st, err := store.Open(context.Background(), where)
			if err != nil {
				t.Error(err)
				return
			}
			defer st.Close()
			if _, err := jobs.New(context.Background(), jobs.Config{Store: st, Workers: 1}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

// Entries that come late restate a closed quarter: what was sent and what was frozen
// stay, and the difference is told.
func TestLateImport(t *testing.T) {
	w := newWorld(t)
	units := w.someUnits()
	unit := units[0]
	officer, direction, state := w.account(store.DataOfficer, unit), w.account(store.Direction, unit), w.account(store.State)
	lines := strings.Split(strings.TrimSpace(w.youngPeople()), "\n")
	half := append([]string{}, lines[:3]...) // titles and header
	for i, l := range lines[3:] {
		if i%2 == 0 {
			half = append(half, l)
		}
	}
	type difference struct{ Sent, Previous, Live *figures.Counts }
	look := func(c *client, id string) (d difference) {
		t.Helper()
		c.get("/api/v1/bordereaux/" + id + "/difference").want(200).json(&d)
		return d
	}
	officer.imported(unit, strings.Join(half, "\n"))
	var first, second figures.Received
	direction.post("/api/v1/bordereaux", map[string]any{"period": "2024-T2"}).want(201).json(&first)
	var frozen struct{ ID string }
	state.post("/api/v1/frozen", map[string]string{"name": "Comité", "period": "2024-T2"}).want(201).json(&frozen)
	if d := look(direction, first.ID); d.Previous != nil || d.Live == nil || !d.Live.Equal(*d.Sent) || *d.Sent.Entries == 0 {
		t.Fatalf("%+v", d)
	}
	officer.imported(unit, w.youngPeople()) // the others come late
	d := look(direction, first.ID)
	if *d.Live.Entries <= *d.Sent.Entries {
		t.Errorf("live %d, sent %d", *d.Live.Entries, *d.Sent.Entries)
	}
	if look(state, first.ID).Live != nil {
		t.Error("the State reads rows that were not sent")
	}
	var diff struct{ Units []struct{ Unit string } }
	state.get("/api/v1/frozen/" + frozen.ID + "/difference").want(200).json(&diff)
	if len(diff.Units) != 0 {
		t.Errorf("nothing was sent, and the frozen figures differ: %+v", diff)
	}
	direction.post("/api/v1/bordereaux", map[string]any{"period": "2024-T2"}).want(201).json(&second)
	if e := look(state, second.ID); e.Previous == nil || !e.Previous.Equal(*d.Sent) || !e.Sent.Equal(*d.Live) {
		t.Errorf("%+v", e)
	}
	state.get("/api/v1/bordereaux/" + first.ID).want(200) // the value of before is kept
	state.get("/api/v1/frozen/" + frozen.ID + "/difference").want(200).json(&diff)
	if len(diff.Units) != 1 || diff.Units[0].Unit != unit {
		t.Errorf("%+v", diff)
	}
	w.account(store.Direction, units[1]).get("/api/v1/bordereaux/" + second.ID + "/difference").want(404)
}
