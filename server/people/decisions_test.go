package people

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"perimetre/batch"
	"perimetre/export"
	"perimetre/geo/address"
	"perimetre/geo/residency"
	"perimetre/ingest/table"
	"perimetre/server/store"
	"perimetre/server/store/pgtest"
)

func both(t *testing.T, test func(t *testing.T, open func() *store.Store)) {
	opener := func(t *testing.T, where func() string) func() *store.Store {
		return func() *store.Store {
			s, err := store.Open(t.Context(), where())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			return s
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		test(t, opener(t, func() string { return filepath.Join(t.TempDir(), "b.db") }))
	})
	t.Run("postgres", func(t *testing.T) { test(t, opener(t, func() string { return pgtest.Database(t) })) })
}

// exported are the decisions of a base as a file, and its rows.
func exported(t *testing.T, s *store.Store, bare bool) (path string, rows [][]string) {
	t.Helper()
	var b bytes.Buffer
	w, err := export.Create("-", export.Options{Stdout: &b, Encoding: table.UTF8})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ExportDecisions(t.Context(), s, nil, bare, w); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(b.Bytes()))
	r.Comma = ';'
	if rows, err = r.ReadAll(); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "d.csv")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, rows
}

// decided are decisions as the server keeps them, one of before the commune was kept
// and one whose address was purged.
func decided(t *testing.T, s *store.Store) []store.Decision {
	t.Helper()
	secret, err := s.Secret(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	lon, lat := 3.0625, 50.625
	of := func(n int, typed, commune string) store.Decision {
		return store.Decision{Unit: "59001", AddressKey: residency.Key(secret, typed, commune, "2024"), Normaliser: residency.NormaliserVersion, Commune: commune, Perimeter: "2024",
			Verdict: "dans le QPV", Basis: Bases[n%4], Zone: "QN05901M", Author: "=Ana", DecidedAt: time.Date(2026, 3, n, 23, 30, 0, 5000, time.UTC), Typed: typed, ResultID: "59350_1234_00012", Lon: &lon, Lat: &lat}
	}
	all := []store.Decision{of(1, "12 rue de l’Été 59000 Lille", "59350"), of(2, "=1 rue; du \"Port\" Lille", "59350"), of(3, "3 rue du Lac 59000", "59350"), of(4, "4 rue effacée", "")}
	all[2].Commune = ""
	all[3].Typed, all[3].ResultID, all[3].Lon, all[3].Lat = "", "", nil, nil
	for i := range all {
		if err := s.Decide(t.Context(), &all[i]); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// Decisions go to another base by their addresses, and back unchanged; « flag » finds
// them by the same table.
func TestDecisionsTravel(t *testing.T) {
	both(t, func(t *testing.T, open func() *store.Store) {
		ctx := t.Context()
		from, to := open(), open()
		all := decided(t, from)
		path, rows := exported(t, from, false)
		if len(rows) != 5 || !slices.Equal(rows[0], batch.DecisionColumns) {
			t.Fatal(rows)
		}
		got, err := ImportDecisions(ctx, to, path, table.Options{}, ImportOptions{})
		if err != nil || got.Added != 3 || got.Rekeyed != 3 || got.WithoutKey != 1 {
			t.Fatalf("%+v %v", got, err)
		}
		secret, _ := to.Secret(ctx)
		there, err := to.Decisions(ctx, "59001")
		if err != nil {
			t.Fatal(err)
		}
		for i, d := range there { // the latest first
			was := all[2-i]
			if d.AddressKey != residency.Key(secret, was.Typed, "59350", "2024") || !d.DecidedAt.Equal(was.DecidedAt.Truncate(time.Microsecond)) || d.Verdict != was.Verdict ||
				d.Basis != was.Basis || d.Zone != was.Zone || d.ResultID != was.ResultID || d.Commune != "59350" || *d.Lon != *was.Lon || *d.Lat != *was.Lat || address.FoldString(d.Typed) != address.FoldString(was.Typed) {
				t.Errorf("%+v, was %+v", d, was)
			}
		}
		back, _ := exported(t, to, false)
		if got, err = ImportDecisions(ctx, from, back, table.Options{}, ImportOptions{}); err != nil || got.Added+got.Updated != 0 || got.Unchanged < 2 {
			t.Errorf("back: %+v %v", got, err)
		}
		ledger, left, err := batch.ReadDecisions(path, table.Options{}, nil)
		if err != nil || left != 1 || len(ledger.ByKey) != 3 {
			t.Fatal(err, left, ledger)
		}
		if m, ok := ledger.Lookup("12, RUE de l'ete 59000 LILLE", "59350", "2024"); !ok || m.Verdict != residency.SaysIn || m.Basis != Bases[1] {
			t.Errorf("%+v %v", m, ok)
		}
		// Without addresses, the base that wrote it alone has a use of it.
		path, rows = exported(t, from, true)
		for _, r := range rows[1:] {
			if strings.Join([]string{r[1], r[2], r[10], r[11], r[12]}, "") != "" {
				t.Errorf("a place is told: %q", r)
			}
		}
		if got, err = ImportDecisions(ctx, from, path, table.Options{}, ImportOptions{}); err != nil || got.Unchanged != 4 {
			t.Errorf("keys at home: %+v %v", got, err)
		}
		if got, err = ImportDecisions(ctx, to, path, table.Options{}, ImportOptions{}); err != nil || got.WithoutKey != 4 {
			t.Errorf("keys elsewhere: %+v %v", got, err)
		}
		after, err := from.Decisions(ctx, "59001")
		if err != nil || len(after) != 4 || after[3].Typed == "" {
			t.Errorf("%+v %v", after, err)
		}
	})
}

// After an upgrade of the normaliser, decisions and rows that have their address find
// a key again.
func TestRekey(t *testing.T) {
	both(t, func(t *testing.T, open func() *store.Store) {
		ctx := t.Context()
		s := open()
		all := decided(t, s)
		secret, _ := s.Secret(ctx)
		if made, lost, err := Rekey(ctx, s); made+lost != 0 || err != nil {
			t.Error("a base that is up to date", made, lost, err)
		}
		// As an earlier version left it.
		for i, d := range all {
			d.Normaliser = "0"
			if err := s.Rekey(ctx, d, "ancienne "+string(rune('a'+i))); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Set(ctx, settingNormaliser, "0"); err != nil {
			t.Fatal(err)
		}
		for _, want := range [][2]int{{3, 1}, {0, 0}} {
			if made, lost, err := Rekey(ctx, s); err != nil || made != want[0] || lost != want[1] {
				t.Errorf("%d made, %d lost: %v, want %v", made, lost, err, want)
			}
		}
		list, err := s.Decisions(ctx, "59001")
		if err != nil || len(list) != 4 {
			t.Fatal(list, err)
		}
		if d := list[3]; d.AddressKey != residency.Key(secret, all[0].Typed, "59350", "2024") || d.Normaliser != residency.NormaliserVersion {
			t.Errorf("%+v", d)
		}
	})
}
