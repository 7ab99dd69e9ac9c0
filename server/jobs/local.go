package jobs

import (
	"context"
	"errors"
	"sync"
	"time"

	"perimetre/server/store"
)

// local processes the chunks of a database that one process uses.
type local struct {
	*runner
	wake chan struct{}
}

// run processes the chunks that wait, also those that a former process left, until ctx
// ends.
func (q *local) run(ctx context.Context) error {
	for ctx.Err() == nil {
		refs, err := q.Store.Waiting(ctx, 16*q.Workers)
		if err != nil && ctx.Err() == nil {
			q.Log.Error("travaux en attente", "erreur", err.Error())
		}
		did := q.doAll(ctx, refs)
		if len(refs) > 0 && did > 0 {
			continue
		}
		// Alone on its database, it is the only one who may hold the pack of a job.
		if len(refs) > 0 {
			if err := q.rebase(ctx, time.Now()); err != nil && ctx.Err() == nil {
				q.Log.Error("travaux d’une édition antérieure", "erreur", err.Error())
			}
		}
		select {
		case <-ctx.Done():
		case <-q.wake:
		case <-time.After(time.Second):
		}
	}
	return nil
}

// doAll does chunks, several at once, and counts those that went well. Chunks
// already begun end before the server does.
func (q *local) doAll(ctx context.Context, refs []store.ChunkRef) (did int) {
	var mu sync.Mutex
	var group sync.WaitGroup
	next := make(chan store.ChunkRef)
	for range min(q.Workers, len(refs)) {
		group.Go(func() {
			for ref := range next {
				err := q.do(context.WithoutCancel(ctx), ref)
				if err != nil {
					if !errors.Is(err, store.ErrOtherPack) {
						q.Log.Error("lignes non traitées ; elles seront reprises", "job", ref.JobID, "chunk", ref.N, "erreur", err.Error())
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
		if ctx.Err() != nil {
			break
		}
		next <- ref
	}
	close(next)
	group.Wait()
	return did
}

// rebase returns the jobs that wait for an edition that nobody holds any more the one
// in service; nobody took a chunk of them since an instant.
func (r *runner) rebase(ctx context.Context, since time.Time) error {
	pack := r.Packs.Acquire()
	defer pack.Release()
	n, err := r.Store.Rebase(ctx, pack.ID, since)
	if n > 0 {
		r.Log.Info("des travaux d’une édition antérieure continuent avec celle en service", "nombre", n, "pack", pack.ID)
	}
	return err
}

// schedule tells run that there is work.
func (q *local) schedule(context.Context, string) error {
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return nil
}
