// Package jobs flags files of people in the background, chunk by chunk: in this process
// on SQLite, shared by servers and workers through River on PostgreSQL. What a process
// that dies leaves is taken up again; what can never succeed ends with its reason.
package jobs

import (
	"context"
	"log/slog"
	"runtime"
	"time"

	"perimetre/geo/fault"
	"perimetre/server/packs"
	"perimetre/server/people"
	"perimetre/server/store"
)

// Queue hands the chunks of jobs to those who process them.
type Queue struct {
	way interface {
		schedule(ctx context.Context, jobID string) error
		run(ctx context.Context) error
	}
}

// New returns the queue of a server.
func New(ctx context.Context, cfg Config) (*Queue, error) {
	r := newRunner(cfg)
	if cfg.Store.Pool() == nil {
		return &Queue{&local{r, make(chan struct{}, 1)}}, nil
	}
	q, err := newShared(ctx, r)
	if err != nil {
		return nil, err
	}
	q.rebases = true
	return &Queue{q}, nil
}

func newRunner(cfg Config) *runner {
	if cfg.Workers <= 0 {
		cfg.Workers = runtime.GOMAXPROCS(0)
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &runner{cfg}
}

// Schedule puts the chunks of a job where they are processed.
func (q *Queue) Schedule(ctx context.Context, jobID string) error { return q.way.schedule(ctx, jobID) }

// Run processes chunks until ctx ends; those begun end first.
func (q *Queue) Run(ctx context.Context) error { return q.way.run(ctx) }

// WorkerConfig says what a worker works with.
type WorkerConfig struct {
	Packs       []string     // folders
	Store       *store.Store // on PostgreSQL
	Log         *slog.Logger
	Workers     int
	MaxRows     int // 0: DefaultMaxRows
	MaxExpanded int64
}

// DefaultMaxRows bounds the rows of a file of people.
const DefaultMaxRows = 1_000_000

// Work processes chunks beside a server, until ctx ends. Chunks that ask for another
// edition of the pack are left to who has it.
func Work(ctx context.Context, cfg WorkerConfig) error {
	if cfg.Store.Pool() == nil {
		return fault.New(fault.Usage, "« perimetre worker » travaille sur une base PostgreSQL ; avec SQLite, le serveur fait tout lui-même")
	}
	if cfg.MaxRows == 0 {
		cfg.MaxRows = DefaultMaxRows
	}
	held, err := packs.Open(cfg.Packs, cfg.Log)
	if err != nil {
		return err
	}
	defer held.Close()
	watching, stop := context.WithCancel(ctx)
	defer stop()
	go held.Watch(watching, 2*time.Second)
	q, err := newShared(ctx, newRunner(Config{Store: cfg.Store, Packs: held, Log: cfg.Log, Workers: cfg.Workers,
		Limits: people.Limits{Rows: cfg.MaxRows, Expanded: cfg.MaxExpanded}}))
	if err != nil {
		return err
	}
	cfg.Log.Info("prêt à travailler", "pack", held.ID())
	return q.run(ctx)
}
