package jobs

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"perimetre/geo/fault"
	"perimetre/server/store"
)

// A job whose data the database refuses, or that fails each time, is lost; one that
// meets a database out of order waits.
func TestLost(t *testing.T) {
	for name, c := range map[string]struct {
		err     error
		attempt int
		lost    bool
	}{
		"data":          {&pgconn.PgError{Code: "22021"}, 1, true},
		"row twice":     {fmt.Errorf("x: %w", &pgconn.PgError{Code: "23505"}), 1, true},
		"stopped":       {&pgconn.PgError{Code: "57P01"}, 100, false},
		"full":          {fault.Wrap(fault.Internal, &pgconn.PgError{Code: "53100"}, "x"), 100, false},
		"late":          {context.DeadlineExceeded, 100, false},
		"wrong file":    {fault.New(fault.Input, "illisible"), 1, true},
		"defect":        {fault.New(fault.Internal, "panique"), 1, false},
		"defect always": {fault.New(fault.Internal, "panique"), lastAttempt, true},
	} {
		if got := lost(c.err, c.attempt); (got != "") != c.lost {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// A chunk that takes longer than its lease is not taken over from who works on it.
func TestHold(t *testing.T) {
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "b.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	f := store.File{Unit: "59001", Name: "a.csv"}
	if err := st.AddFile(t.Context(), &f, strings.NewReader("a;b\n")); err != nil {
		t.Fatal(err)
	}
	job, err := st.StartJob(t.Context(), f.ID, "p", store.Intake{})
	if err != nil {
		t.Fatal(err)
	}
	c, ok, err := st.Claim(t.Context(), store.ChunkRef{JobID: job.ID}, "p")
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	claimed := time.Now()
	left := func() int {
		t.Helper()
		all, err := st.Abandoned(t.Context(), claimed, 10)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	if left() != 1 {
		t.Error("a chunk taken long ago is not given to others")
	}
	late := c
	late.Attempt--
	if err := st.Hold(t.Context(), late); err != nil || left() != 1 {
		t.Error("who was taken over from holds the chunk", err)
	}
	if err := st.Hold(t.Context(), c); err != nil || left() != 0 {
		t.Error("who works on the chunk does not hold it", err)
	}
}
