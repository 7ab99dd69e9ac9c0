package server

import (
	"database/sql"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"perimetre/server/people"
	"perimetre/server/store"
	"perimetre/server/store/pgtest"
)

// breaker is a world whose audit log can be made to refuse its lines, as on a full
// disk.
type breaker struct {
	*world
	sql func(string)
}

func onBoth(t *testing.T, test func(t *testing.T, b breaker)) {
	of := func(t *testing.T, where string) breaker {
		w := newWorld(t, func(c *Config) {
			st, err := store.Open(t.Context(), where)
			if err != nil {
				t.Fatal(err)
			}
			c.Store.Close()
			c.Store = st
		})
		run := func(q string) {
			t.Helper()
			var err error
			if pool := w.store.Pool(); pool != nil {
				_, err = pool.Exec(t.Context(), q)
			} else {
				var db *sql.DB
				if db, err = sql.Open("sqlite", "file:"+where+"?_pragma=busy_timeout(15000)"); err == nil {
					_, err = db.ExecContext(t.Context(), q)
					db.Close()
				}
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		return breaker{w, run}
	}
	t.Run("sqlite", func(t *testing.T) { test(t, of(t, filepath.Join(t.TempDir(), "b.db"))) })
	t.Run("postgres", func(t *testing.T) { test(t, of(t, pgtest.Database(t))) })
}

// broken runs work while the table refuses new rows.
func (b *breaker) broken(table string, work func()) {
	b.t.Helper()
	if b.store.Pool() != nil {
		b.sql("CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disque plein'; END $$")
		b.sql("CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON " + table + " FOR EACH ROW EXECUTE FUNCTION refuse()")
		defer b.sql("DROP TRIGGER refuse ON " + table)
	} else {
		for _, event := range []string{"INSERT", "UPDATE"} {
			b.sql("CREATE TRIGGER refuse" + event + " BEFORE " + event + " ON " + table + " BEGIN SELECT RAISE(ABORT, 'disque plein'); END")
			defer b.sql("DROP TRIGGER refuse" + event)
		}
	}
	work()
}

// A decision, the rows that it settles and the line of the audit log are written
// together: whichever fails, nothing is changed.
func TestDecisionIsWhole(t *testing.T) {
	onBoth(t, func(t *testing.T, b breaker) {
		unit := b.someUnits()[0]
		c := b.account(store.DataOfficer, unit)
		c.imported(unit, b.youngPeople())
		var queue struct {
			Total  int
			Groups []people.Group
		}
		c.get("/api/v1/review").want(200).json(&queue)
		key := queue.Groups[0].Key
		state := func() (decisions, undecided, lines int) {
			t.Helper()
			all, err := b.store.Decisions(t.Context(), unit)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range b.rowsOf(unit) {
				if p.AddressKey == key && p.Action == "trancher" {
					undecided++
				}
			}
			log, err := b.store.Audit(t.Context(), store.AuditQuery{Limit: 1000})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range log {
				if strings.HasPrefix(e.Action, "décision") {
					lines++
				}
			}
			return len(all), undecided, lines
		}
		answer := map[string]string{"key": key, "verdict": "hors QPV", "basis": people.Bases[0]}
		_, waiting, _ := state()
		if waiting == 0 {
			t.Fatal("nobody waits")
		}
		for _, table := range []string{"people", "audit", "decisions"} {
			b.broken(table, func() { c.post("/api/v1/decisions", answer).want(500) })
			if d, u, l := state(); d != 0 || u != waiting || l != 0 {
				t.Errorf("%s refused: %d decisions, %d rows of %d wait, %d lines", table, d, u, waiting, l)
			}
		}
		c.post("/api/v1/decisions", answer).want(200)
		for _, table := range []string{"people", "audit"} {
			b.broken(table, func() { c.do("DELETE", "/api/v1/decisions/"+key, "", nil).want(500) })
			if d, u, l := state(); d != 1 || u != 0 || l != 1 {
				t.Errorf("%s refused, taking back: %d decisions, %d rows wait, %d lines", table, d, u, l)
			}
		}
		c.do("DELETE", "/api/v1/decisions/"+key, "", nil).want(204)
		if d, u, l := state(); d != 0 || u != waiting || l != 2 {
			t.Errorf("%d decisions, %d rows of %d wait, %d lines", d, u, waiting, l)
		}
	})
}

// Nobody reads people, and nobody changes anything, whose line of the audit log
// cannot be written.
func TestNothingWithoutItsTrace(t *testing.T) {
	onBoth(t, func(t *testing.T, b breaker) {
		unit := b.someUnits()[0]
		officer, direction := b.account(store.DataOfficer, unit), b.account(store.Direction, unit)
		f := officer.imported(unit, b.youngPeople())
		var waiting people.File
		officer.upload("/api/v1/cohorts", "autres.csv", b.youngPeople(), "unit", unit).want(201).json(&waiting)
		rows := b.rowsOf(unit)
		var key string
		names := map[string]bool{}
		for _, p := range rows {
			if p.Action == "trancher" {
				key = p.AddressKey
			}
			if len(p.Person) > 3 {
				names[p.Person] = true
			}
		}
		b.broken("audit", func() {
			refused := func(a answer) {
				t.Helper()
				if a.status < 500 {
					t.Errorf("status %d without a trace", a.status)
				}
				for who := range names {
					if strings.Contains(string(a.body), who) {
						t.Fatalf("%s is shown without a trace", who)
					}
				}
			}
			for _, path := range []string{"/api/v1/people", "/api/v1/people/" + rows[0].Person, "/api/v1/review", "/api/v1/review/" + key + "/map", "/api/v1/review/completion.csv",
				"/api/v1/decisions", "/api/v1/cohorts/" + f.ID + "/flagged.csv", "/api/v1/cohorts/" + waiting.ID + "/columns",
				"/a-verifier", "/a-verifier?vue=a-completer", "/a-verifier?vue=sans-residence", "/imports/colonnes", "/imports/" + f.ID, "/imports/" + f.ID + "/a-corriger.csv"} {
				refused(officer.get(path))
			}
			refused(officer.upload("/api/v1/cohorts", "troisieme.csv", b.youngPeople(), "unit", unit))
			refused(officer.post("/api/v1/cohorts/"+waiting.ID+"/import", map[string]any{}))
			refused(officer.post("/api/v1/cohorts/"+f.ID+"/restudy", map[string]any{}))
			refused(officer.do(http.MethodDelete, "/api/v1/cohorts/"+f.ID, "", nil))
			refused(officer.do(http.MethodDelete, "/api/v1/people/"+rows[0].Person, "", nil))
			refused(officer.send(http.MethodPut, "/api/v1/sites", map[string]any{"sites": []any{}}))
			refused(direction.post("/api/v1/bordereaux", map[string]any{"period": "2024"}))
			refused(direction.post("/api/v1/frozen", map[string]any{"name": "Comité", "period": "2024"}))
		})
		var list struct{ Cohorts []people.File }
		officer.get("/api/v1/cohorts").want(200).json(&list)
		if len(list.Cohorts) != 2 || list.Cohorts[0].State != store.Received || list.Cohorts[1].State != store.Imported || list.Cohorts[1].Studying {
			t.Errorf("%+v", list.Cohorts)
		}
		if n := len(b.rowsOf(unit)); n != len(rows) {
			t.Errorf("%d rows, then %d", len(rows), n)
		}
	})
}
