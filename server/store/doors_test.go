package store

import (
	"context"
	"errors"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"perimetre/server/store/pgtest"
)

// pair runs a test on two processes' views of one database.
func pair(t *testing.T, test func(t *testing.T, a, b *Store)) {
	t.Run("sqlite", func(t *testing.T) {
		where := filepath.Join(t.TempDir(), "b.db")
		test(t, open(t, where), open(t, where))
	})
	t.Run("postgres", func(t *testing.T) {
		where := migrated(t)
		test(t, open(t, where), open(t, where))
	})
}

// A door lets some pass at once, then one every interval, whichever the process.
func TestKnock(t *testing.T) {
	pair(t, func(t *testing.T, a, b *Store) {
		now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		var passed atomic.Int64
		var group sync.WaitGroup
		for i := range 40 {
			s := []*Store{a, b}[i%2]
			group.Go(func() {
				ok, err := s.Knock(context.Background(), "porte", now, 10, 6*time.Second)
				if err != nil {
					t.Error(err)
				}
				if ok {
					passed.Add(1)
				}
			})
		}
		group.Wait()
		if passed.Load() != 10 {
			t.Errorf("%d pass at once", passed.Load())
		}
		for _, step := range []struct {
			after time.Duration
			want  bool
		}{{5 * time.Second, false}, {6 * time.Second, true}, {6 * time.Second, false}, {18 * time.Second, true}, {18 * time.Second, true}, {18 * time.Second, false}} {
			if ok := must[bool](t)(a.Knock(t.Context(), "porte", now.Add(step.after), 10, 6*time.Second)); ok != step.want {
				t.Errorf("after %s: %v", step.after, ok)
			}
		}
		if ok := must[bool](t)(b.Knock(t.Context(), "autre", now, 10, 6*time.Second)); !ok {
			t.Error("another door is closed")
		}
		if err := a.SweepDoors(t.Context(), now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := a.row(t.Context(), "SELECT COUNT(*) FROM tries").Scan(&n); err != nil || n != 0 {
			t.Error(n, err)
		}
	})
}

// Each process offers a link of its own; one administrator is made, once.
func TestFirstAdministrator(t *testing.T) {
	pair(t, func(t *testing.T, a, b *Store) {
		ctx := t.Context()
		soon := time.Now().Add(time.Hour)
		for i, s := range []*Store{a, b, a} {
			until := soon
			if i == 2 {
				until = time.Now().Add(-time.Second)
			}
			if err := s.OfferSetup(ctx, strconv.Itoa(i), until); err != nil {
				t.Fatal(err)
			}
		}
		user := func(i int) *User {
			return &User{Email: strconv.Itoa(i) + "@exemple.fr", Name: "A", Role: Administrator}
		}
		for _, hash := range []string{"faux", "2"} {
			if err := a.FirstAdministrator(ctx, hash, user(9)); !errors.Is(err, ErrSetup) {
				t.Errorf("link %s: %v", hash, err)
			}
		}
		var made atomic.Int64
		var group sync.WaitGroup
		for i := range 8 {
			s := []*Store{a, b}[i%2]
			group.Go(func() {
				err := s.FirstAdministrator(context.Background(), strconv.Itoa(i%2), user(i))
				if err == nil {
					made.Add(1)
				} else if !errors.Is(err, ErrSetup) {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if n := must[int](t)(a.Administrators(ctx)); made.Load() != 1 || n != 1 {
			t.Errorf("%d made, %d there", made.Load(), n)
		}
	})
}

// Processes that start together on an empty database all find its tables.
func TestStartedTogether(t *testing.T) {
	for name, where := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "b.db"), "postgres": pgtest.Database(t)} {
		t.Run(name, func(t *testing.T) {
			var group sync.WaitGroup
			for range 6 {
				group.Go(func() {
					s, err := Open(context.Background(), where)
					if err != nil {
						t.Error(err)
						return
					}
					defer s.Close()
					if err := s.Record(context.Background(), Entry{Action: "là"}); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			if l := must[[]Entry](t)(open(t, where).Audit(t.Context(), AuditQuery{Limit: 20})); len(l) != 6 {
				t.Errorf("%d processes wrote", len(l))
			}
		})
	}
}
