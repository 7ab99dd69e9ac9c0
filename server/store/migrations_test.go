package store

import (
	"context"
	"path/filepath"
	"sync"
	"testing"

	"perimetre/geo/fault"
	"perimetre/server/store/pgtest"
)

// A base of any earlier version comes up to date; one of a later version is refused.
func TestMigrations(t *testing.T) {
	for name, where := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "b.db") },
		"postgres": func(t *testing.T) string { return pgtest.Database(t) },
	} {
		t.Run(name, func(t *testing.T) {
			entries, err := migrations.ReadDir("migrations")
			if err != nil {
				t.Fatal(err)
			}
			for v := range entries {
				path := where(t)
				s, err := connect(t.Context(), path)
				if err != nil {
					t.Fatal(err)
				}
				if err := s.migrate(t.Context(), int64(v+1)); err != nil {
					t.Fatal(err)
				}
				if err := s.Record(t.Context(), Entry{Action: "avant"}); err != nil {
					t.Fatal(err)
				}
				s.Close()
				s = open(t, path)
				if l := must[[]Entry](t)(s.Audit(t.Context(), "", 5)); len(l) != 1 {
					t.Errorf("from version %d: %+v", v+1, l)
				}
				if _, err := s.exec(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, ?)", true); err != nil {
					t.Fatal(err)
				}
				if _, err := Open(t.Context(), path); fault.KindOf(err) != fault.Conflict {
					t.Errorf("a later version: %v", err)
				}
			}
		})
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
