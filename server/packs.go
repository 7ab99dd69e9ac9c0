package server

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"perimetre/data"
	"perimetre/geo/geocode"
)

// packHolder keeps the current pack. A request holds the pack that it began with;
// a pack that was replaced is closed when its last request ends.
type packHolder struct {
	paths []string
	log   *slog.Logger
	cur   atomic.Pointer[openPack]
	swap  sync.Mutex
}

// openPack is a pack in use. One reference is the holder's.
type openPack struct {
	*data.Pack
	refs      atomic.Int64
	searchers sync.Pool
	// made holds what is computed once a pack, by name.
	made sync.Map
}

func openPacks(paths []string, log *slog.Logger) (*packHolder, error) {
	h := &packHolder{paths: paths, log: log}
	p, err := h.open()
	if err != nil {
		return nil, err
	}
	h.cur.Store(p)
	return h, nil
}

func (h *packHolder) open() (*openPack, error) {
	p, err := data.Open(h.paths...)
	if err != nil {
		return nil, err
	}
	o := &openPack{Pack: p}
	o.refs.Store(1)
	o.searchers.New = func() any { return p.Index.NewSearcher() }
	return o, nil
}

// acquire gives the current pack, to be released.
func (h *packHolder) acquire() *openPack {
	for {
		p := h.cur.Load()
		for n := p.refs.Load(); n > 0; n = p.refs.Load() {
			if p.refs.CompareAndSwap(n, n+1) {
				return p
			}
		}
	}
}

func (p *openPack) release() {
	if p.refs.Add(-1) == 0 {
		p.Pack.Close()
	}
}

func (p *openPack) searcher() *geocode.Searcher { return p.searchers.Get().(*geocode.Searcher) }

// once computes a value of the pack at the first call for a name.
func once[T any](p *openPack, name string, make func() (T, error)) (T, error) {
	f, _ := p.made.LoadOrStore(name, sync.OnceValues(make))
	return f.(func() (T, error))()
}

// refresh opens the pack anew when another one became current; it tells whether
// it did.
func (h *packHolder) refresh() (bool, error) {
	h.swap.Lock()
	defer h.swap.Unlock()
	if !h.stale() {
		return false, nil
	}
	next, err := h.open()
	if err != nil {
		return false, err
	}
	old := h.cur.Swap(next)
	old.release()
	return old.ID != next.ID, nil
}

// stale tells whether a PACK folder's current link names another pack than the one
// in use; the folder of one pack never changes.
func (h *packHolder) stale() bool {
	in := h.cur.Load().Manifests
	for _, path := range h.paths {
		id, err := os.Readlink(filepath.Join(path, "current"))
		if err == nil && !slices.ContainsFunc(in, func(m data.Manifest) bool { return m.ID == filepath.Base(id) }) {
			return true
		}
	}
	return false
}

// watch looks for a new pack until ctx ends. A pack that cannot be opened leaves
// the former one in service.
func (h *packHolder) watch(ctx context.Context, every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		swapped, err := h.refresh()
		if err != nil {
			h.log.Error("nouvelle édition du référentiel refusée ; la précédente reste en service", "erreur", err)
		}
		if swapped {
			h.log.Info("nouvelle édition du référentiel en service", "pack", h.cur.Load().ID)
		}
	}
}

func (h *packHolder) close() { h.cur.Load().release() }

// perimeters are the versions of QPV that the pack holds, by name.
func (p *openPack) perimeters() []string {
	var out []string
	for _, v := range p.Zonings.Versions() {
		if v.Zoning == "qpv" && !slices.Contains(out, v.Name) {
			out = append(out, v.Name)
		}
	}
	slices.Sort(out)
	return out
}
