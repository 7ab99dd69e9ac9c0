package jobs

import (
	"log/slog"
	"strings"
	"testing"

	"perimetre/server/store"
	"perimetre/server/store/pgtest"
)

// A process that dies between River's answer and its claim of the chunk leaves a job
// that River takes to be worked on: the chunk is queued again, once for each death.
func TestTakeOver(t *testing.T) {
	st, err := store.Open(t.Context(), pgtest.Database(t))
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
	q, err := newShared(t.Context(), newRunner(Config{Store: st, Log: slog.New(slog.DiscardHandler), Workers: 1}))
	if err != nil {
		t.Fatal(err)
	}
	if err := q.schedule(t.Context(), job.ID); err != nil {
		t.Fatal(err)
	}
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := st.Pool().Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec("UPDATE jobs SET created_at = '2020-01-01T00:00:00.000000Z' WHERE id = $1", job.ID)
	for deaths := range 3 {
		exec("UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now() - interval '1 minute' WHERE state = 'available'")
		for range 2 {
			if err := q.takeOver(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		var waiting int
		if err := st.Pool().QueryRow(t.Context(), "SELECT count(*) FROM river_job WHERE state = 'available'").Scan(&waiting); err != nil {
			t.Fatal(err)
		}
		if waiting != 1 {
			t.Fatalf("after %d deaths the chunk is queued %d times", deaths+1, waiting)
		}
	}
}
