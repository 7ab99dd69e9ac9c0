package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"perimetre/geo/fault"
	"perimetre/server/store/pgtest"
)

// rowsOfVersion are rows of each table as the version that made it wrote them; those
// of an earlier version are written in a base of a later one too.
var rowsOfVersion = map[int64][]string{
	1: {
		"INSERT INTO users (id, email, name, role, units, departements, password, created_at) VALUES ('u1', 'é@exemple.fr', 'Ana', 'referent', '[\"59001\"]', '[]', 'x', '2026-01-01T00:00:00.000000Z')",
		"INSERT INTO users (id, email, name, role, units, departements, password, created_at) VALUES ('u2', 'etat@exemple.fr', 'Bob', 'etat', '[]', '[]', 'x', '2026-01-01T00:00:00.000000Z')",
		"INSERT INTO sessions (token, data, expiry) VALUES ('s1', 'abc', '2999-01-01T00:00:00.000000Z')",
		"INSERT INTO tokens (id, user_id, name, hash, scopes, created_at, expires_at) VALUES ('t1', 'u1', 'cron', 'h', '[\"lecture\"]', '2026-01-01T00:00:00.000000Z', '2999-01-01T00:00:00.000000Z')",
		"INSERT INTO files (id, unit, name, state, sha256, bytes, intake, pack, rows_total, created_by, created_at, imported_at) VALUES ('f1', '59001', 'a.csv', 'importe', 'abc', 12, '{\"fields\":[\"matricule\"]}', 'p', 1, 'Ana', '2026-01-02T00:00:00.000000Z', '2026-01-02T00:00:00.000000Z')",
		"INSERT INTO files (id, unit, name, state, sha256, bytes, intake, pack, created_by, created_at) VALUES ('f2', '59001', 'b.csv', 'en_cours', 'abc', 12, '{}', 'p', 'Ana', '2026-01-03T00:00:00.000000Z')",
		"INSERT INTO uploads (file_id, n, data) VALUES ('f2', 0, 'octets')",
		"INSERT INTO people (file_id, line, unit, person, entry, status, action, motif, perimeter, address_key, cells, result) VALUES ('f1', 2, '59001', 'P1', '2026-01-01', 'oui', '', 'numero_dedans', '2024', 'k1', '[\"P1\"]', '[\"r\"]')",
		"INSERT INTO decisions (unit, address_key, perimeter, verdict, basis, zone, author, decided_at, typed, result_id, lon, lat) VALUES ('59001', 'k1', '2024', 'hors QPV', 'justificatif vu', '', 'Ana', '2026-01-04T00:00:00.000000Z', '1 rue de l’Été', '59350_1', 3.0625, 50.625)",
		"INSERT INTO jobs (id, file_id, state, pack, known, perimeter, chunks, created_at) VALUES ('j1', 'f2', 'en_cours', 'p', '2026-01-03', '', 2, '2026-01-03T00:00:00.000000Z')",
		"INSERT INTO chunks (job_id, n, first_line, rows_total, state, attempt, input) VALUES ('j1', 1, 0, 1, 'attente', 0, 'perimetre_ligne,adresse\n7,\"1 rue de l’Été, Lille\"\n')",
		"INSERT INTO bordereaux (id, unit, rule, period, body, sent_by, sent_at) VALUES ('b1', '59001', 'r', '2026-T1', '{}', 'Ana', '2026-01-05T00:00:00.000000Z')",
		"INSERT INTO frozen (id, name, owner, rule, period, body, frozen_by, frozen_at) VALUES ('z1', 'Comité', '59001', 'r', '2026-T1', '" + frozenOfVersion1 + "', 'Ana', '2026-01-06T00:00:00.000000Z')",
		"INSERT INTO sites (id, unit, body, updated_by, updated_at) VALUES ('l1', '59001', '{}', 'Ana', '2026-01-07T00:00:00.000000Z')",
		"INSERT INTO audit (id, at, user_id, who, role, action, unit, object, count) VALUES ('a1', '2026-01-08T00:00:00.000000Z', 'u1', 'Ana', 'referent', 'avant', '59001', 'f1', 3)",
		"INSERT INTO settings (name, value) VALUES ('decision_secret', '00ff')",
	},
	2:  {"UPDATE chunks SET claimed_at = '2026-01-03T00:00:01.000000Z' WHERE job_id = 'j1'"},
	3:  {"UPDATE decisions SET commune = '59350' WHERE address_key = 'k1'"},
	4:  {"UPDATE jobs SET kind = 'import' WHERE id = 'j1'"},
	5:  {"INSERT INTO tries (door, free_at) VALUES ('d', 17)", "INSERT INTO setup_links (hash, expires_at) VALUES ('h', '2999-01-01T00:00:00.000000Z')"},
	6:  {},
	7:  {"UPDATE users SET national = FALSE, oidc_issuer = 'https://fournisseur', oidc_subject = 's', epoch = 2 WHERE id = 'u1'"},
	8:  {},
	9:  {"UPDATE decisions SET author_id = 'u1' WHERE address_key = 'k1'", "INSERT INTO rereadings (id, unit, period, address_key, perimeter, verdict, author, author_id, drawn_at) VALUES ('r1', '59001', '2026-T1', 'k1', '2024', 'hors QPV', 'Ana', 'u1', '2026-01-09T00:00:00.000000Z')"},
	10: {"UPDATE users SET counsellor = 'M. Dupont' WHERE id = 'u1'", "INSERT INTO completions (file_id, line, answer, author, answered_at) VALUES ('f1', 2, 'corrigée dans i-Milo', 'Ana', '2026-01-10T00:00:00.000000Z')"},
	11: {"INSERT INTO populations (name, data, sha256, added_by, added_at) VALUES ('p.csv', 'x', 'abc', 'Ana', '2026-01-11T00:00:00.000000Z')"},
}

// frozenOfVersion1 lists persons, as frozen states of Missions Locales once did.
const frozenOfVersion1 = `{"pack":"p","figures":{"units":[{"code":"59001","entries":7}],"total":{"share_min":0.40},"rejected":[{"file":"m","line":3,"person":"SECRET1","unit":"59001","reason":"date_invalide","detail":"31/02/2024","count":1},{"line":4,"person":"SECRET2","unit":"59001","reason":"date_invalide","count":1}],"details":{"closed":true,"mutations":[{"person":"SECRET3"}],"out_of_territory":[{"person":"SECRET4"},{"person":"SECRET5"}],"own_flag":{"counts":{"oui":{"non":1}},"disagreements":[12]}}}}`

// everything reads all the rows of the tables of a base, by table, as text.
func (s *Store) everything(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for table, columns := range map[string]string{
		"users": "id, email, name, role, units, departements, password, created_at", "sessions": "token, data, expiry", "tokens": "id, user_id, name, hash, scopes, created_at, expires_at",
		"files": fileColumns, "uploads": "file_id, n, data", "people": personColumns, "decisions": "unit, address_key, perimeter, verdict, basis, zone, author, decided_at, typed, result_id, lon, lat",
		"jobs": "id, file_id, state, pack, known, perimeter, chunks, created_at", "chunks": "job_id, n, first_line, rows_total, state, attempt, input", "bordereaux": bordereauColumns,
		"sites": "id, unit, body, updated_by, updated_at", "audit": "id, at, user_id, who, role, action, unit, object, count", "settings": "name, value",
	} {
		rows, err := s.db.QueryContext(t.Context(), "SELECT "+columns+" FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var b strings.Builder
		for rows.Next() {
			names, _ := rows.Columns()
			cells := make([]any, len(names))
			for i := range cells {
				cells[i] = new(sql.NullString)
			}
			if err := rows.Scan(cells...); err != nil {
				t.Fatal(err)
			}
			for _, c := range cells {
				fmt.Fprintf(&b, "%q ", c.(*sql.NullString).String)
			}
			b.WriteByte('\n')
		}
		out[table] = b.String()
	}
	return out
}

// A base of any earlier version comes up to date with all its rows; one of a later
// version is refused.
func TestMigrations(t *testing.T) {
	for name, where := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "b.db") },
		"postgres": func(t *testing.T) string { return pgtest.Database(t) },
	} {
		t.Run(name, func(t *testing.T) {
			last := int64(len(rowsOfVersion))
			for v := int64(1); v <= last; v++ {
				path := where(t)
				s, err := connect(t.Context(), path)
				if err != nil {
					t.Fatal(err)
				}
				if p, err := s.provider(); err != nil || p.ListSources()[len(p.ListSources())-1].Version != last {
					t.Fatalf("rowsOfVersion ends at version %d, and the program at another one: %v", last, err)
				}
				if err := s.migrate(t.Context(), v); err != nil {
					t.Fatal(err)
				}
				for k := int64(1); k <= v; k++ {
					for _, q := range rowsOfVersion[k] {
						if _, err := s.exec(t.Context(), q); err != nil {
							t.Fatalf("%s: %v", q, err)
						}
					}
				}
				before := s.everything(t)
				s.Close()
				s = open(t, path)
				for table, rows := range s.everything(t) {
					if rows != before[table] || rows == "" {
						t.Errorf("from version %d, %s:\n%swas\n%s", v, table, rows, before[table])
					}
				}
				checkCarried(t, s, v)
				if _, err := s.exec(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, ?)", true); err != nil {
					t.Fatal(err)
				}
				if _, err := Open(t.Context(), path); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "plus récente") || !strings.Contains(err.Error(), "9999") {
					t.Errorf("a later version: %v", err)
				}
			}
		})
	}
}

// checkCarried uses what an earlier version wrote.
func checkCarried(t *testing.T, s *Store, v int64) {
	t.Helper()
	ctx := t.Context()
	if d := must[[]Decision](t)(s.Decisions(ctx, "59001")); len(d) != 1 || d[0].Normaliser != "1" || d[0].Typed != "1 rue de l’Été" || *d[0].Lat != 50.625 || (d[0].Commune == "59350") != (v >= 3) {
		t.Errorf("from version %d: %+v", v, d)
	}
	if got := must[File](t)(s.File(ctx, "f1")); got.State != Imported || len(got.Intake.Fields) != 1 {
		t.Errorf("%+v", got)
	}
	c, ok, err := s.Claim(ctx, ChunkRef{"j1", 1}, "p")
	if err != nil || !ok || c.Job.Kind != ImportJob || len(c.Rows) != 1 || c.Rows[0].N != 7 || c.Rows[0].Cells[0] != "1 rue de l’Été, Lille" {
		t.Error(c, ok, err)
	}
	// Nobody said that this account sees the whole country.
	if u := must[User](t)(s.User(ctx, "u2")); u.National || len(u.Departements) != 0 || u.Epoch != 0 {
		t.Errorf("from version %d: %+v", v, u)
	}
	z := must[Frozen](t)(s.FrozenState(ctx, "z1"))
	text := string(z.Body)
	if v < frozenCountsVersion && (strings.Contains(text, "SECRET") || strings.Contains(text, "31/02") || !strings.Contains(text, `"count":2`) || !strings.Contains(text, `"out_of_territory_total":2`) ||
		!strings.Contains(text, `"entries":7`) || !strings.Contains(text, "0.40") || !strings.Contains(text, `"pack":"p"`)) {
		t.Errorf("from version %d: %s", v, text)
	}
}

// A backup taken while rows are written opens, and holds what was there.
func TestBackup(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "b.db"))
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		for ctx.Err() == nil {
			s.Record(ctx, Entry{Action: "pendant"})
		}
	})
	u := User{Email: "a@exemple.fr", Name: "A", Role: Auditor}
	if err := s.AddUser(t.Context(), &u); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "copie.db")
	if err := s.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	stop()
	group.Wait()
	copied := open(t, path)
	if _, err := copied.User(t.Context(), u.ID); err != nil {
		t.Error(err)
	}
	if err := s.Backup(t.Context(), path); err == nil {
		t.Error("a backup over an earlier one")
	}
}
