package server

import (
	"context"
	"encoding/json"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"perimetre/geo"
	"perimetre/ingest/table"
	"perimetre/quota"
	peoples "perimetre/server/people"
	"perimetre/server/store"
)

// In two Missions Locales, one of which had its figures frozen, addresses go, then
// rows; frozen states and bordereaux stay, and name nobody.
func TestRetention(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { purged(t, newWorld(t)) })
	t.Run("postgres", func(t *testing.T) { purged(t, newWorld(t, onPostgres(t))) })
}

func purged(t *testing.T, w *world) {
	ctx := context.Background()
	units := w.someUnits()
	q := quota.QuarterOf(geo.Today())
	q = quota.QuarterOf(q.From.AddDays(-1)) // the last one that ended
	people := w.enteredIn(q)
	var officers, directions []*client
	for _, unit := range units[:2] {
		o, d := w.account(store.DataOfficer, unit), w.account(store.Direction, unit)
		o.imported(unit, people)
		d.post("/api/v1/bordereaux", map[string]any{"period": q.ID}).want(201)
		officers, directions = append(officers, o), append(directions, d)
	}
	state := w.account(store.State, units[0][:2])
	var own, after struct {
		ID      string
		Figures json.RawMessage
	}
	directions[0].post("/api/v1/frozen", map[string]string{"name": "Conseil d’administration", "period": q.ID}).want(201).json(&own)
	frozenAt := time.Now()
	var before struct{ People []peoples.Row }
	officers[0].get("/api/v1/people?limit=1000").want(200).json(&before)
	if len(before.People) == 0 {
		t.Fatal("nobody")
	}
	for _, p := range before.People {
		if p.Person != "" && strings.Contains(string(own.Figures), `"`+p.Person+`"`) {
			t.Fatalf("a frozen state names %s", p.Person)
		}
	}
	var key string
	for _, p := range w.rowsOf(units[0]) {
		if p.Action == "trancher" {
			key = p.AddressKey
		}
	}
	officers[0].post("/api/v1/decisions", map[string]string{"key": key, "verdict": "hors QPV", "basis": peoples.Bases[1]}).want(200)
	old := store.Entry{Action: "ancienne"}
	if err := w.store.Record(ctx, old); err != nil {
		t.Fatal(err)
	}

	type kept struct{ rows, addresses, decided int }
	look := func(unit string) (k kept) {
		t.Helper()
		files, err := w.store.Files(ctx, unit)
		if err != nil || len(files) != 1 {
			t.Fatal(files, err)
		}
		for _, p := range w.rowsOf(unit) {
			k.rows++
			if place := peoples.PlaceOf(&p); peoples.Typed(files[0].Intake.Fields, &p)+place.Label+place.ID != "" || place.HasPoint {
				k.addresses++
			}
		}
		list, err := w.store.Decisions(ctx, unit)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range list {
			if d.Typed != "" || d.ResultID != "" || d.Lon != nil {
				k.decided++
			}
		}
		return k
	}
	purge := func(at time.Time) {
		t.Helper()
		if err := peoples.Purge(ctx, w.store, at, w.server.log); err != nil {
			t.Fatal(err)
		}
	}
	a, b := look(units[0]), look(units[1])
	if a.addresses == 0 || b.addresses == 0 || a.decided != 1 {
		t.Fatal(a, b)
	}
	counted := func() string {
		t.Helper()
		body, err := store.CountsOnly(directions[0].get("/api/v1/quota?period=" + q.ID).want(200).body)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	live := counted()
	purge(frozenAt.AddDate(0, 2, 25))
	if look(units[0]) != a || look(units[1]) != b {
		t.Error("rows went before their time")
	}
	purge(frozenAt.AddDate(0, 3, 0).Add(time.Minute)) // the frozen quarter alone is old enough
	if got := look(units[0]); got != (kept{rows: a.rows}) || look(units[1]) != b {
		t.Errorf("reduced %+v of %+v, and %+v of %+v", got, a, look(units[1]), b)
	}
	if again := counted(); again != live {
		t.Errorf("reduced rows count otherwise: %s, before %s", again, live)
	}
	purge(frozenAt.AddDate(0, 9, 0))
	if got := look(units[1]); got.addresses != 0 || got.rows != b.rows {
		t.Errorf("never frozen: %+v of %+v", got, b)
	}
	purge(frozenAt.AddDate(0, 24, 0).Add(time.Minute))
	if got := look(units[0]); got.rows != 0 || look(units[1]).rows != b.rows {
		t.Errorf("%+v, %+v", got, look(units[1]))
	}
	purge(frozenAt.AddDate(0, 31, 0))
	if got := look(units[1]); got.rows != 0 {
		t.Errorf("%+v", got)
	}
	// Only counts are left, and they are all there.
	directions[0].get("/api/v1/frozen/" + own.ID).want(200).json(&after)
	if string(after.Figures) != string(own.Figures) {
		t.Error("the frozen figures moved")
	}
	state.get("/api/v1/quota?period=" + q.ID).want(200)
	lines, err := w.store.Audit(ctx, store.AuditQuery{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if l.Action == "ancienne" {
			t.Error("the audit log keeps its oldest lines for ever")
		}
	}
}

func (w *world) rowsOf(unit string) []store.Person {
	w.t.Helper()
	rows, err := w.store.People(w.t.Context(), store.PeopleQuery{Unit: unit, Limit: 10_000})
	if err != nil {
		w.t.Fatal(err)
	}
	return rows
}

// enteredIn are the young people, all entered within a quarter, those without a
// valid date of entry left out.
func (w *world) enteredIn(q quota.Period) string {
	w.t.Helper()
	in, err := table.Open(filepath.Join(w.dir, "raw", "jeunes.csv"), table.Options{})
	if err != nil {
		w.t.Fatal(err)
	}
	defer in.Close()
	at := table.FindColumn(in.Header, "Date début CEJ")
	var b strings.Builder
	b.WriteString(strings.Join(in.Header, ";") + "\n")
	for i := 0; ; i++ {
		r, err := in.Next()
		if err == io.EOF {
			return b.String()
		}
		if err != nil {
			w.t.Fatal(err)
		}
		if d, err := table.ParseDate(r.Cells[at]); r.Kind != table.Data || err != nil || d.IsZero() {
			continue
		}
		cells := slices.Clone(r.Cells)
		cells[at] = q.From.AddDays(i % 80).String()
		b.WriteString(strings.Join(cells, ";") + "\n")
	}
}

// Settings of before settled quarters keep the months that an administrator chose.
func TestSettings(t *testing.T) {
	w := newWorld(t)
	admin := w.account(store.Administrator)
	var v peoples.Settings
	admin.get("/api/v1/settings").want(200).json(&v)
	if v.ReduceMonths != 3 || v.RemoveMonths != 24 || v.SettleMonths != 3 || v.AuditMonths != 12 {
		t.Errorf("%+v", v)
	}
	if err := w.store.Set(t.Context(), "instance", `{"reduce_months":8,"remove_months":30,"declared_sites":{"59001":4}}`); err != nil {
		t.Fatal(err)
	}
	admin.get("/api/v1/settings").want(200).json(&v)
	if v.ReduceMonths != 5 || v.RemoveMonths != 27 || v.DeclaredSites["59001"] != 4 {
		t.Errorf("%+v", v)
	}
	for _, bad := range []string{`{"reduce_months":0,"remove_months":24}`, `{"reduce_months":12,"remove_months":6}`, `{"reduce_months":3,"remove_months":24,"audit_months":1}`, `{"reduce_months":3,"remove_months":24,"grace_days":-1}`, `{"reduce_months":3,"remove_months":121}`} {
		admin.do("PUT", "/api/v1/settings", "application/json", []byte(bad)).want(400)
	}
	admin.do("PUT", "/api/v1/settings", "application/json", []byte(`{"reduce_months":4,"remove_months":25,"audit_months":24}`)).want(200).json(&v)
	var again peoples.Settings
	admin.get("/api/v1/settings").want(200).json(&again)
	if again.ReduceMonths != 4 || again.AuditMonths != 24 || again.SettleMonths != 3 {
		t.Errorf("%+v", again)
	}
	text, err := w.store.Setting(t.Context(), "instance")
	if err != nil || !json.Valid([]byte(text)) {
		t.Error(text, err)
	}
}
