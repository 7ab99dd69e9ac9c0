package studies

import (
	"container/list"
	"context"
	"runtime/debug"
	"sync"
	"time"

	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
	"perimetre/server/httpio"
)

// Limits of the studies of coverage and of the choice of places: each goes through
// all the addresses.
const (
	mostWaiting = 6        // that run or wait; more are refused
	mostKept    = 48 << 20 // bytes of answers kept
)

// answers computes answers one at a time, each once, and keeps the latest read. The
// zero value is ready.
type answers struct {
	one     sync.Mutex               // held while one is computed
	mu      sync.Mutex               // of what follows
	kept    map[string]*list.Element // of order
	order   list.List                // of *keptAnswer, the latest read first
	bytes   int
	pending int
}

// keptAnswer is whole once done is closed.
type keptAnswer struct {
	key  string
	done chan struct{}
	is   *Answer
	err  error
}

func (k *keptAnswer) size() int {
	if k.is == nil {
		return 0
	}
	return len(k.is.Body)
}

// errBusy is the fault of a study that comes when too many wait.
var errBusy = &httpio.Busy{Message: "trop de calculs attendent ; réessayer dans une minute", After: 30 * time.Second}

// answer returns what work computes, computed once for a key; an empty key is computed
// each time. run starts work beside the request, so that a reader who leaves does
// not lose it for the next one.
func (c *answers) answer(ctx context.Context, key string, run func(func()), work func() (*Answer, error)) (*Answer, error) {
	c.mu.Lock()
	e, known := c.kept[key]
	if !known {
		if c.pending == mostWaiting {
			c.mu.Unlock()
			return nil, errBusy
		}
		c.pending++
		e = c.order.PushFront(&keptAnswer{key: key, done: make(chan struct{})})
		if c.kept == nil {
			c.kept = map[string]*list.Element{}
		}
		if key != "" {
			c.kept[key] = e
		}
		run(func() { c.compute(e, key, work) })
	}
	c.order.MoveToFront(e)
	a := e.Value.(*keptAnswer)
	c.mu.Unlock()
	select {
	case <-a.done:
		return a.is, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (c *answers) compute(e *list.Element, key string, work func() (*Answer, error)) {
	a := e.Value.(*keptAnswer)
	c.one.Lock()
	a.is, a.err = sheltered(work)
	c.one.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	close(a.done)
	c.pending--
	c.bytes += a.size()
	if a.err != nil || key == "" {
		c.drop(e)
	}
	for e := c.order.Back(); e != nil && c.bytes > mostKept; {
		before := e.Prev()
		select {
		case <-e.Value.(*keptAnswer).done:
			c.drop(e)
		default: // still computed
		}
		e = before
	}
}

// sheltered keeps a defect in a study from ending the process.
func sheltered(work func() (*Answer, error)) (a *Answer, err error) {
	blockfile.Guard()
	defer func() {
		if v := recover(); v != nil {
			if f := blockfile.FaultOf(v); f != nil {
				a, err = nil, f
				return
			}
			a, err = nil, fault.New(fault.Internal, "étude en défaut : %v\n%s", v, debug.Stack())
		}
	}()
	return work()
}

func (c *answers) drop(e *list.Element) {
	a := c.order.Remove(e).(*keptAnswer)
	c.bytes -= a.size()
	if c.kept[a.key] == e {
		delete(c.kept, a.key)
	}
}
