package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"perimetre/batch"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
	"perimetre/server/packs"
	"perimetre/server/people"
	"perimetre/server/store"
)

// Jobs does the chunks of jobs, of whatever process gave them.
type Jobs struct {
	store  *store.Store
	packs  *packs.Holder
	limits people.Limits
	log    *slog.Logger
	rows   func(int) // told the rows done
}

// lastAttempt is the attempt after which a chunk that fails for a reason of its own
// ends its job: it would fail for ever, and nobody would be told.
const lastAttempt = 8

// Do does one chunk. A chunk that is done already, that another finished first, or
// whose job is gone is no error.
func (j *Jobs) Do(ctx context.Context, ref store.ChunkRef) error {
	pack := j.packs.Acquire()
	defer pack.Release()
	c, ok, err := j.store.Claim(ctx, ref, pack.ID)
	if err != nil || !ok {
		return err
	}
	err = j.attempt(ctx, c, pack)
	if err == nil || errors.Is(err, store.ErrLate) {
		return nil
	}
	reason := lost(err, c.Attempt)
	if reason == "" {
		return err
	}
	j.log.Error("travail arrêté", "job", c.Job.ID, "chunk", c.N, "attempt", c.Attempt, "erreur", err.Error())
	return j.store.FailJob(ctx, c.Job, reason)
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

// attempt does a chunk. A panic is its failure, not its process's.
func (j *Jobs) attempt(ctx context.Context, c store.Chunk, pack *packs.Edition) (err error) {
	defer func() {
		if e := recover(); e != nil {
			err = fault.New(fault.Internal, "panique : %v ; pile : %s", e, debug.Stack())
		}
	}()
	file, err := j.store.File(ctx, c.Job.FileID)
	switch {
	case err != nil:
		return err
	case c.Job.Kind == store.RestudyJob:
		return j.study(ctx, c, &file, pack)
	case c.N == 0:
		return j.cut(ctx, c, &file, pack)
	}
	return j.flag(ctx, c, &file, pack)
}

func (j *Jobs) cut(ctx context.Context, c store.Chunk, file *store.File, pack *packs.Edition) error {
	in, err := j.store.Upload(ctx, file.ID)
	if err != nil {
		return err
	}
	cutter, err := people.NewCutter(file.Name, in, file.Unit, pack.UnitNames(), file.Intake, j.limits)
	if err != nil {
		return err
	}
	defer cutter.Close()
	return j.store.CutInto(ctx, c, cutter.Next, cutter.Intake)
}

func (j *Jobs) flag(ctx context.Context, c store.Chunk, file *store.File, pack *packs.Edition) error {
	f, done, err := flagger(ctx, j.store, pack, file)
	if err != nil {
		return err
	}
	defer done()
	rows, err := f.Flag(ctx, file, file.Intake.Fields, c.Input)
	if err != nil {
		return err
	}
	if err := j.store.Finish(ctx, c, rows); err != nil {
		return err
	}
	j.tell(len(rows))
	return nil
}

// study flags rows that are there already again.
func (j *Jobs) study(ctx context.Context, c store.Chunk, file *store.File, pack *packs.Edition) error {
	before, err := j.store.ToStudy(ctx, c)
	if err != nil {
		return err
	}
	f, done, err := flagger(ctx, j.store, pack, file)
	if err != nil {
		return err
	}
	defer done()
	after, err := f.Study(ctx, file, before)
	if err != nil {
		return err
	}
	if err := j.store.FinishRestudy(ctx, c, before, after); err != nil {
		return err
	}
	j.tell(len(after))
	return nil
}

func (j *Jobs) tell(rows int) {
	if j.rows != nil {
		j.rows(rows)
	}
}

// flagger flags the rows of a file with its Mission Locale's decisions; done gives
// back the searcher.
func flagger(ctx context.Context, st *store.Store, pack *packs.Edition, file *store.File) (f *people.Flagger, done func(), err error) {
	secret, err := st.Secret(ctx)
	if err != nil {
		return nil, nil, err
	}
	decisions, err := st.Decisions(ctx, file.Unit)
	if err != nil {
		return nil, nil, err
	}
	l := &residency.Ledger{Secret: secret, ByKey: make(map[string]residency.Manual, len(decisions))}
	for _, d := range decisions {
		l.ByKey[d.AddressKey] = residency.Manual{Verdict: residency.Verdict(d.Verdict), Code: d.Zone, Basis: d.Basis, Author: d.Author, On: geo.DateOf(d.DecidedAt)}
	}
	searcher := pack.Searcher()
	known := file.Intake.Known
	if known.IsZero() {
		known = geo.DateOf(file.CreatedAt)
	}
	return &people.Flagger{
		Pack: pack.Pack, Ledger: l, Known: known, Today: geo.DateOf(file.CreatedAt), Perimeter: file.Intake.Perimeter,
		NewSearch: func() batch.Search {
			return func(q *geocode.Query) (*geocode.Answer, error) { return searcher.Search(q) }
		},
	}, func() { pack.Return(searcher) }, nil
}

// runJobs does, in this process, the chunks that wait, also those that a former
// process left.
func (s *Server) runJobs() {
	workers := s.cfg.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	for s.ctx.Err() == nil {
		refs, err := s.store.Waiting(s.ctx, 16*workers)
		if err != nil && s.ctx.Err() == nil {
			s.log.Error("travaux en attente", "erreur", err.Error())
		}
		did := s.doAll(refs, workers)
		if len(refs) > 0 && did > 0 {
			continue
		}
		// Alone on its database, it is the only one who may hold the pack of a job.
		if len(refs) > 0 {
			if err := s.rebase(time.Now()); err != nil && s.ctx.Err() == nil {
				s.log.Error("travaux d’une édition antérieure", "erreur", err.Error())
			}
		}
		select {
		case <-s.ctx.Done():
		case <-s.wake:
		case <-time.After(time.Second):
		}
	}
}

// doAll does chunks, several at once, and counts those that went well. Chunks
// already begun end before the server does.
func (s *Server) doAll(refs []store.ChunkRef, workers int) (did int) {
	var mu sync.Mutex
	var group sync.WaitGroup
	next := make(chan store.ChunkRef)
	for range min(workers, len(refs)) {
		group.Go(func() {
			for ref := range next {
				err := s.jobs.Do(context.WithoutCancel(s.ctx), ref)
				if err != nil {
					if !errors.Is(err, store.ErrOtherPack) {
						s.log.Error("lignes non traitées ; elles seront reprises", "job", ref.JobID, "chunk", ref.N, "erreur", err.Error())
					}
					continue
				}
				mu.Lock()
				did++
				mu.Unlock()
			}
		})
	}
	for _, ref := range refs {
		if s.ctx.Err() != nil {
			break
		}
		next <- ref
	}
	close(next)
	group.Wait()
	return did
}

// rebase gives the jobs that wait for an edition that nobody holds any more the one
// in service; nobody took a chunk of them since an instant.
func (s *Server) rebase(since time.Time) error {
	pack := s.packs.Acquire()
	defer pack.Release()
	n, err := s.store.Rebase(s.ctx, pack.ID, since)
	if n > 0 {
		s.log.Info("des travaux d’une édition antérieure continuent avec celle en service", "nombre", n, "pack", pack.ID)
	}
	return err
}

// awaken tells runJobs that there is work.
func (s *Server) awaken() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// housekeeping sweeps sessions and purges rows, once an hour.
func (s *Server) housekeeping() {
	t := time.NewTicker(time.Hour)
	defer t.Stop()
	for {
		if err := s.store.SweepSessions(s.ctx); err != nil && s.ctx.Err() == nil {
			s.log.Error("sessions", "erreur", err.Error())
		}
		if err := s.store.SweepDoors(s.ctx, time.Now()); err != nil && s.ctx.Err() == nil {
			s.log.Error("essais de connexion", "erreur", err.Error())
		}
		if err := s.store.SweepUploads(s.ctx, time.Now().Add(-24*time.Hour)); err != nil && s.ctx.Err() == nil {
			s.log.Error("fichiers reçus et non importés", "erreur", err.Error())
		}
		if err := s.purge(s.ctx, time.Now()); err != nil && s.ctx.Err() == nil {
			s.log.Error("purge", "erreur", err.Error())
		}
		select {
		case <-s.ctx.Done():
			return
		case <-t.C:
		}
	}
}
