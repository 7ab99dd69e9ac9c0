package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
	"perimetre/server/packs"
	"perimetre/server/people"
	"perimetre/server/store"
)

// Config is what jobs work with.
type Config struct {
	Store   *store.Store
	Packs   *packs.Holder
	Limits  people.Limits
	Workers int // chunks at a time
	Log     *slog.Logger
	Rows    func(int) // receives the number of rows done, unless nil
}

// runner processes chunks, whichever process queued them.
type runner struct{ Config }

// lastAttempt is the attempt after which a chunk that fails for a reason of its own
// ends its job: it would fail for ever, and nobody would be told.
const lastAttempt = 8

// do processes one chunk. A chunk that is done already, that another finished first, or
// whose job is gone is no error.
func (j *runner) do(ctx context.Context, ref store.ChunkRef) error {
	pack := j.Packs.Acquire()
	defer pack.Release()
	c, ok, err := j.Store.Claim(ctx, ref, pack.ID)
	if err != nil || !ok {
		return err
	}
	release := j.hold(ctx, c)
	err = j.attempt(ctx, c, pack)
	release()
	if err == nil || errors.Is(err, store.ErrLate) {
		return nil
	}
	if fault.KindOf(err) == fault.Unavailable {
		j.Packs.Damaged(err) // the chunk is done again with the pack opened again
		return err
	}
	reason := lost(err, c.Attempt)
	if reason == "" {
		return err
	}
	switch ended := j.Store.FailJob(ctx, c, reason); {
	case errors.Is(ended, store.ErrLate):
		return nil
	case ended != nil:
		return ended
	}
	j.Log.Error("travail arrêté", "job", c.Job.ID, "chunk", c.N, "attempt", c.Attempt, "erreur", err.Error())
	return nil
}

// hold tells the others, until release is called, that a chunk is being worked on: on
// a machine that is busy one may take longer than its lease. A process that is frozen
// tells nothing.
func (j *runner) hold(ctx context.Context, c store.Chunk) (release func()) {
	ctx, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() {
		t := time.NewTicker(lease / 3)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
				if err := j.Store.Hold(ctx, c); err != nil && ctx.Err() == nil {
					j.Log.Warn("lignes tenues", "job", c.Job.ID, "chunk", c.N, "erreur", err.Error())
				}
			}
		}
	})
	return func() { cancel(); group.Wait() }
}

// lost returns the reason, in French, why a chunk that failed will fail again, empty
// when it may yet succeed.
func lost(err error, attempt int) string {
	switch kind := fault.KindOf(err); {
	case store.Transient(err):
		return ""
	case store.RefusedData(err):
		return "la base refuse des données de ce fichier : " + err.Error()
	case kind == fault.Input, kind == fault.TooLarge, kind == fault.Conflict:
		return err.Error()
	case attempt >= lastAttempt:
		return fmt.Sprintf("arrêté après %d essais ; le journal du serveur décrit le défaut", attempt)
	}
	return ""
}

// attempt processes a chunk. A panic is its failure, not its process's.
func (j *runner) attempt(ctx context.Context, c store.Chunk, pack *packs.Edition) (err error) {
	before := blockfile.Guard()
	defer func() {
		debug.SetPanicOnFault(before)
		e := recover()
		if f := blockfile.FaultOf(e); f != nil {
			err = f
		} else if e != nil {
			err = fault.New(fault.Internal, "panique : %v ; pile : %s", e, debug.Stack())
		}
	}()
	file, err := j.Store.File(ctx, c.Job.FileID)
	switch {
	case err != nil:
		return err
	case c.Job.Kind == store.RestudyJob:
		return j.reflag(ctx, c, &file, pack)
	case c.N == 0:
		return j.cut(ctx, c, &file, pack)
	}
	return j.flag(ctx, c, &file, pack)
}

func (j *runner) cut(ctx context.Context, c store.Chunk, file *store.File, pack *packs.Edition) error {
	in, err := j.Store.Upload(ctx, file.ID)
	if err != nil {
		return err
	}
	cutter, err := people.NewCutter(file.Name, in, file.Unit, pack.UnitNames(), file.Intake, j.Limits)
	if err != nil {
		return err
	}
	defer cutter.Close()
	return j.Store.CutInto(ctx, c, cutter.Next, cutter.Intake)
}

func (j *runner) flag(ctx context.Context, c store.Chunk, file *store.File, pack *packs.Edition) error {
	f, done, err := people.NewFlagger(ctx, j.Store, pack, file)
	if err != nil {
		return err
	}
	defer done()
	rows, err := f.Flag(ctx, file, file.Intake.Fields, c.Rows)
	if err != nil {
		return err
	}
	if err := j.Store.Finish(ctx, c, rows); err != nil {
		return err
	}
	j.tell(len(rows))
	return nil
}

// reflag flags again rows that are there already.
func (j *runner) reflag(ctx context.Context, c store.Chunk, file *store.File, pack *packs.Edition) error {
	before, err := j.Store.ToStudy(ctx, c)
	if err != nil {
		return err
	}
	f, done, err := people.NewFlagger(ctx, j.Store, pack, file)
	if err != nil {
		return err
	}
	defer done()
	after, err := f.Study(ctx, file, before)
	if err != nil {
		return err
	}
	if err := j.Store.FinishRestudy(ctx, c, before, after); err != nil {
		return err
	}
	j.tell(len(after))
	return nil
}

func (j *runner) tell(rows int) {
	if j.Rows != nil {
		j.Rows(rows)
	}
}
