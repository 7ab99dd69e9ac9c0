package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"perimetre/geo/fault"
	"perimetre/server/store"
)

// chunkArgs names a chunk for River: identifiers alone, never an address. Attempt
// tells what is taken over, so that each take-over is queued once.
type chunkArgs struct {
	JobID   string `json:"job_id"`
	N       int    `json:"n"`
	Attempt int    `json:"attempt"`
}

// Kind implements river.JobArgs.
func (chunkArgs) Kind() string { return "perimetre_chunk" }

const queueName = "perimetre"

var chunkOpts = river.InsertOpts{Queue: queueName, MaxAttempts: 50, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled}}}

// Times of the queue. A chunk takes a second or less; a worker that holds one for
// longer than lease is taken to be dead or frozen.
const (
	lease       = 15 * time.Second
	chunkTime   = 2 * time.Minute
	cutTime     = 15 * time.Minute
	otherPackIn = 10 * time.Second
	// Past it, a job without a chunk taken waits for a pack that nobody holds.
	packGone = 5 * time.Minute
)

// shared gives chunks to the workers of any number of processes, through River.
type shared struct {
	*runner
	client *river.Client[pgx.Tx]
	// rebases tells a server, which looks after the jobs of former packs.
	rebases bool
}

// chunkWorker does the chunks that River gives.
type chunkWorker struct {
	river.WorkerDefaults[chunkArgs]
	q *shared
}

// Work implements river.Worker.
func (w *chunkWorker) Work(ctx context.Context, job *river.Job[chunkArgs]) error {
	err := w.q.do(ctx, store.ChunkRef{JobID: job.Args.JobID, N: job.Args.N})
	if errors.Is(err, store.ErrOtherPack) {
		return river.JobSnooze(otherPackIn)
	}
	if err == nil && job.Args.N == 0 {
		err = w.q.schedule(ctx, job.Args.JobID)
	}
	return err
}

// Timeout implements river.Worker.
func (w *chunkWorker) Timeout(job *river.Job[chunkArgs]) time.Duration {
	if job.Args.N == 0 {
		return cutTime
	}
	return chunkTime
}

// newShared joins the queue of a PostgreSQL, and brings River's tables up to date.
func newShared(ctx context.Context, r *runner) (*shared, error) {
	driver := riverpgxv5.New(r.Store.Pool())
	said := slog.New(warnings{r.Log.With("composant", "file de travaux").Handler()})
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: said})
	if err == nil {
		err = r.Store.AloneOnQueue(ctx, func() error {
			_, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil)
			return err
		})
	}
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "tables de la file de travaux")
	}
	q := &shared{runner: r}
	all := river.NewWorkers()
	river.AddWorker(all, &chunkWorker{q: q})
	q.client, err = river.NewClient(driver, &river.Config{
		Queues: map[string]river.QueueConfig{queueName: {MaxWorkers: r.Workers}}, Workers: all, Logger: said,
		JobTimeout: cutTime, RescueStuckJobsAfter: cutTime + time.Minute, FetchPollInterval: 500 * time.Millisecond,
	})
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "file de travaux")
	}
	return q, nil
}

// warnings passes on what River warns of; the rest, one line for each of its steps,
// tells an operator nothing.
type warnings struct{ slog.Handler }

// Enabled implements slog.Handler.
func (h warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && h.Handler.Enabled(ctx, level)
}

// WithAttrs implements slog.Handler.
func (h warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h warnings) WithGroup(name string) slog.Handler { return warnings{h.Handler.WithGroup(name)} }

// schedule queues the chunks of a job that are not done.
func (q *shared) schedule(ctx context.Context, jobID string) error {
	refs, err := q.Store.WaitingOf(ctx, jobID)
	if err != nil {
		return err
	}
	var many []river.InsertManyParams
	for _, r := range refs {
		many = append(many, river.InsertManyParams{Args: chunkArgs{r.JobID, r.N, 0}, InsertOpts: &chunkOpts})
	}
	return q.insert(ctx, many)
}

func (q *shared) insert(ctx context.Context, many []river.InsertManyParams) error {
	const atOnce = 1000
	for len(many) > 0 {
		n := min(atOnce, len(many))
		if _, err := q.client.InsertMany(ctx, many[:n]); err != nil {
			return fault.Wrap(fault.Internal, err, "file de travaux")
		}
		many = many[n:]
	}
	return nil
}

// run works until ctx ends: chunks from the queue, and now and then those that
// somebody left.
func (q *shared) run(ctx context.Context) error {
	if err := q.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fault.Wrap(fault.Internal, err, "file de travaux")
	}
	t := time.NewTicker(lease / 3)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			quit, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
			defer cancel()
			return q.client.Stop(quit)
		case <-t.C:
		}
		err := q.takeOver(ctx)
		if err == nil && q.rebases {
			err = q.rebase(ctx, time.Now().Add(-packGone))
		}
		if err != nil && ctx.Err() == nil {
			q.Log.Error("reprise des lignes laissées", "erreur", err.Error())
		}
	}
}

// takeOver queues again the chunks that somebody left. River keeps for long the jobs of
// a process that died, and takes no second one with the same arguments: one that was
// left before its chunk was claimed would wait as long. Its take-over is told apart by
// River's number of the job that was left.
func (q *shared) takeOver(ctx context.Context) error {
	before := time.Now().Add(-lease)
	left, err := q.Store.Abandoned(ctx, before, 500)
	if err != nil || len(left) == 0 {
		return err
	}
	stale, err := q.stale(ctx, before)
	if err != nil {
		return err
	}
	var many []river.InsertManyParams
	for _, a := range left {
		args := chunkArgs{a.JobID, a.N, a.Attempt}
		if id, ok := stale[a.ChunkRef]; ok {
			args.Attempt = -int(id)
		}
		many = append(many, river.InsertManyParams{Args: args, InsertOpts: &chunkOpts})
	}
	return q.insert(ctx, many)
}

// stale returns the chunks that River takes to be worked on since before an instant,
// with River's number of the latest job of each.
func (q *shared) stale(ctx context.Context, before time.Time) (map[store.ChunkRef]int64, error) {
	of := map[store.ChunkRef]int64{}
	all, err := q.client.JobList(ctx, river.NewJobListParams().Kinds(chunkArgs{}.Kind()).States(rivertype.JobStateRunning).First(10_000))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "file de travaux")
	}
	for _, j := range all.Jobs {
		var args chunkArgs
		if err := json.Unmarshal(j.EncodedArgs, &args); err != nil {
			return nil, fault.Wrap(fault.Internal, err, "file de travaux")
		}
		if ref := (store.ChunkRef{JobID: args.JobID, N: args.N}); j.AttemptedAt != nil && j.AttemptedAt.Before(before) {
			of[ref] = max(of[ref], j.ID)
		}
	}
	return of, nil
}
