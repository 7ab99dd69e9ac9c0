package server

import (
	"bytes"
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/people"
	"perimetre/study"
)

// Limits of the studies of coverage and of the choice of places: each goes through
// all the addresses.
const (
	studyTime    = 3 * time.Minute
	studyWaiting = 6        // that run or wait; more are refused
	studyKept    = 48 << 20 // bytes of answers kept
)

// studies computes answers one at a time, each once, and keeps the latest read. The
// zero value is ready.
type studies struct {
	one     sync.Mutex               // held while one is computed
	mu      sync.Mutex               // of what follows
	kept    map[string]*list.Element // of order
	order   list.List                // of *studyAnswer, the latest read first
	bytes   int
	pending int
}

// studyAnswer is whole once done is closed.
type studyAnswer struct {
	key  string
	done chan struct{}
	body []byte
	err  error
}

// errBusy tells that too many studies wait.
var errBusy = errors.New("trop de calculs attendent")

// answer gives what work computes, computed once for a key; an empty key is computed
// each time. run starts work beside the request, so that a reader who leaves does
// not lose it for the next one.
func (c *studies) answer(ctx context.Context, key string, run func(func()), work func() ([]byte, error)) ([]byte, error) {
	c.mu.Lock()
	e, known := c.kept[key]
	if !known {
		if c.pending == studyWaiting {
			c.mu.Unlock()
			return nil, errBusy
		}
		c.pending++
		e = c.order.PushFront(&studyAnswer{key: key, done: make(chan struct{})})
		if c.kept == nil {
			c.kept = map[string]*list.Element{}
		}
		if key != "" {
			c.kept[key] = e
		}
		run(func() { c.compute(e, key, work) })
	}
	c.order.MoveToFront(e)
	a := e.Value.(*studyAnswer)
	c.mu.Unlock()
	select {
	case <-a.done:
		return a.body, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (c *studies) compute(e *list.Element, key string, work func() ([]byte, error)) {
	a := e.Value.(*studyAnswer)
	c.one.Lock()
	a.body, a.err = sheltered(work)
	c.one.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	close(a.done)
	c.pending--
	c.bytes += len(a.body)
	if a.err != nil || key == "" {
		c.drop(e)
	}
	for e := c.order.Back(); e != nil && c.bytes > studyKept; {
		before := e.Prev()
		select {
		case <-e.Value.(*studyAnswer).done:
			c.drop(e)
		default: // still computed
		}
		e = before
	}
}

// sheltered keeps a defect in a study from ending the process.
func sheltered(work func() ([]byte, error)) (body []byte, err error) {
	blockfile.Guard()
	defer func() {
		if v := recover(); v != nil {
			if f := blockfile.FaultOf(v); f != nil {
				body, err = nil, f
				return
			}
			body, err = nil, fault.New(fault.Internal, "étude en défaut : %v\n%s", v, debug.Stack())
		}
	}()
	return work()
}

func (c *studies) drop(e *list.Element) {
	a := c.order.Remove(e).(*studyAnswer)
	c.bytes -= len(a.body)
	if c.kept[a.key] == e {
		delete(c.kept, a.key)
	}
}

// studyAsked is a study to answer with. The key tells it from others of the same
// territory, reach and dates; an empty one is computed each time.
type studyAsked struct {
	key  string
	work func(ctx context.Context, pack *packs.Edition, b *bytes.Buffer, geojson bool) error
}

// study answers with a study that read makes of the parameters, kept for this pack,
// these sites and these parameters.
func (s *Server) study(w http.ResponseWriter, r *http.Request, read func(*httpio.Params, *packs.Edition, *study.Options) (studyAsked, error)) error {
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	pack := s.packs.Acquire()
	defer pack.Release()
	o, err := s.studyParams(r, p, pack)
	if err != nil {
		return err
	}
	q, err := read(p, pack, &o)
	if err != nil {
		return err
	}
	geojson := p.OneOf("format", "json", "geojson") == "geojson"
	if err := p.Err(); err != nil {
		return err
	}
	if q.key != "" {
		sites, err := s.sitesVersion(r.Context())
		if err != nil {
			return err
		}
		q.key = fmt.Sprint(pack.ID, " ", sites, o.Units, o.Reach, o.Detour, o.On, o.Known, geojson, q.key)
	}
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(2 * studyTime)) // others may come before
	run := func(do func()) {
		pack.Hold() // the request holds it too: it stays open until the work ends
		s.background(func() { defer pack.Release(); do() })
	}
	body, err := s.studies.answer(r.Context(), q.key, run, func() (b []byte, err error) {
		defer blockfile.Recover(&err, blockfile.Guard())
		ctx, cancel := context.WithTimeout(s.ctx, studyTime)
		defer cancel()
		var body bytes.Buffer
		if err = s.studySites(ctx, pack, &o); err == nil {
			err = q.work(ctx, pack, &body, geojson)
		}
		if err != nil && ctx.Err() == context.DeadlineExceeded {
			err = fault.New(fault.TooLarge, "calcul arrêté après %d minutes : restreindre le territoire, ou demander moins de lieux", int(studyTime.Minutes()))
		}
		return body.Bytes(), err
	})
	if errors.Is(err, errBusy) {
		w.Header().Set("Retry-After", "30")
		return httpio.WriteJSON(w, http.StatusTooManyRequests, httpio.Problem{Code: http.StatusTooManyRequests, Message: "trop de calculs attendent ; réessayer dans une minute", Request: httpio.RequestID(r)})
	}
	if err != nil {
		return err
	}
	kind := "application/json; charset=utf-8"
	if geojson {
		kind = "application/geo+json"
	}
	w.Header().Set("Content-Type", kind)
	_, err = w.Write(body)
	return err
}

// sitesVersion changes with the sites in force and with what is declared of them.
func (s *Server) sitesVersion(ctx context.Context) (string, error) {
	kept, err := s.store.Sites(ctx, "")
	if err != nil {
		return "", err
	}
	v, err := people.ReadSettings(ctx, s.store)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for i := range kept {
		h.Write([]byte(kept[i].ID + "\x00" + kept[i].Unit + "\x00"))
		h.Write(kept[i].Body)
	}
	declared, err := json.Marshal(v.DeclaredSites)
	h.Write(declared)
	return hex.EncodeToString(h.Sum(nil)[:12]), err
}
