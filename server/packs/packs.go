package packs

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"perimetre/data"
	"perimetre/geo"
	"perimetre/geo/geocode"
	"perimetre/ingest"
)

// Holder keeps the edition in service. A request holds the edition that it began with;
// one that was replaced is closed when its last request ends.
type Holder struct {
	paths []string
	log   *slog.Logger
	cur   atomic.Pointer[Edition]
	swap  sync.Mutex
	// broken is set when a file of the edition in service was cut short under it, and
	// mend wakes Watch, which opens it again at once, then at each tick until that works.
	broken atomic.Bool
	mend   chan struct{}
}

// Edition is an open edition of the packs. Its holder has one reference.
type Edition struct {
	*data.Pack
	refs      atomic.Int64
	searchers sync.Pool
	// made holds what Memos computed, by memo and key.
	made sync.Map

	units    func() []Unit
	names    func() *ingest.UnitNames
	spelling func() *spelling
	towns    func() map[string]*geo.Commune
	served   func() map[string]string
	outlines func() []Outline
}

// Open opens the packs of some folders.
func Open(paths []string, log *slog.Logger) (*Holder, error) {
	h := &Holder{paths: paths, log: log, mend: make(chan struct{}, 1)}
	e, err := h.open()
	if err != nil {
		return nil, err
	}
	h.cur.Store(e)
	return h, nil
}

func (h *Holder) open() (*Edition, error) {
	p, err := data.Open(h.paths...)
	if err != nil {
		return nil, err
	}
	e := &Edition{Pack: p}
	e.refs.Store(1)
	e.searchers.New = func() any { return p.Index.NewSearcher() }
	e.units = sync.OnceValue(e.listUnits)
	e.names = sync.OnceValue(e.nameUnits)
	e.spelling = sync.OnceValue(func() *spelling { return newSpelling(p.Communes.All()) })
	e.towns = sync.OnceValue(e.nameTowns)
	e.served = sync.OnceValue(e.serve)
	e.outlines = sync.OnceValue(e.outline)
	return e, nil
}

// ID returns the identifier of the edition in service.
func (h *Holder) ID() string { return h.cur.Load().ID }

// Acquire returns the edition in service, to be released.
func (h *Holder) Acquire() *Edition {
	for {
		e := h.cur.Load()
		for n := e.refs.Load(); n > 0; n = e.refs.Load() {
			if e.refs.CompareAndSwap(n, n+1) {
				return e
			}
		}
	}
}

// Hold adds a reference to an edition that the caller holds already, to be released too.
func (e *Edition) Hold() { e.refs.Add(1) }

// Release drops a reference; the last one closes the edition.
func (e *Edition) Release() {
	if e.refs.Add(-1) == 0 {
		e.Pack.Close()
	}
}

// Searcher returns a searcher that nobody else uses, to be given back by Return.
func (e *Edition) Searcher() *geocode.Searcher { return e.searchers.Get().(*geocode.Searcher) }

// Return takes a searcher back.
func (e *Edition) Return(s *geocode.Searcher) { e.searchers.Put(s) }

// Memo computes values once for each edition and key, and forgets them with the edition.
// The zero value is ready.
type Memo[K comparable, V any] struct{ _ byte }

type memoKey[K comparable, V any] struct {
	memo *Memo[K, V]
	key  K
}

// Of returns the value that compute gave at the first call for an edition and a key.
func (m *Memo[K, V]) Of(e *Edition, key K, compute func() (V, error)) (V, error) {
	f, _ := e.made.LoadOrStore(memoKey[K, V]{m, key}, sync.OnceValues(compute))
	return f.(func() (V, error))()
}

// Refresh opens the packs again when another one became current, and reports whether
// the edition changed.
func (h *Holder) Refresh() (bool, error) {
	h.swap.Lock()
	defer h.swap.Unlock()
	if !h.stale() && !h.broken.Load() {
		return false, nil
	}
	next, err := h.open()
	if err != nil {
		return false, err
	}
	h.broken.Store(false)
	old := h.cur.Swap(next)
	old.Release()
	return old.ID != next.ID, nil
}

// Damaged has the edition in service opened again after a file of it failed with err.
func (h *Holder) Damaged(err error) {
	if !h.broken.Swap(true) {
		h.log.Error("référentiel changé sous le service ; il est rouvert", "erreur", err.Error())
	}
	select {
	case h.mend <- struct{}{}:
	default:
	}
}

// stale reports whether a PACK folder's current link names another pack than the one in
// service; the folder of one pack never changes.
func (h *Holder) stale() bool {
	in := h.cur.Load().Manifests
	for _, path := range h.paths {
		id := data.CurrentID(path)
		if id != "" && !slices.ContainsFunc(in, func(m data.Manifest) bool { return m.ID == id }) {
			return true
		}
	}
	return false
}

// Watch looks for a new pack until ctx ends. A pack that cannot be opened leaves the
// former one in service.
func (h *Holder) Watch(ctx context.Context, every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		case <-h.mend:
		}
		swapped, err := h.Refresh()
		if err != nil {
			h.log.Error("nouvelle édition du référentiel refusée ; la précédente reste en service", "erreur", err)
		}
		if swapped {
			h.log.Info("nouvelle édition du référentiel en service", "pack", h.ID())
		}
	}
}

// Close releases the edition in service.
func (h *Holder) Close() { h.cur.Load().Release() }

// Label returns the name of the edition as readers see it: the day of its latest build
// and the start of its identifier.
func (e *Edition) Label() string {
	short := e.ID[:min(8, len(e.ID))]
	var last time.Time
	for _, m := range e.Manifests {
		if m.BuiltAt.After(last) {
			last = m.BuiltAt
		}
	}
	if last.IsZero() {
		return short
	}
	return fmt.Sprintf("%s (%s)", last.In(geo.Paris).Format("02/01/2006"), short)
}
