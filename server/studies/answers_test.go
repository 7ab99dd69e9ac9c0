package studies

import (
	"context"
	"sync"
	"testing"

	"perimetre/geo/fault"
)

// One computation serves all who ask the same; those past the queue are refused,
// and what is kept stays bounded.
func TestStudiesAreComputedOnce(t *testing.T) {
	var c answers
	var group, asking sync.WaitGroup
	calls, begun, gate := 0, make(chan struct{}), make(chan struct{})
	for range 20 {
		asking.Go(func() {
			b, err := c.answer(t.Context(), "même", group.Go, func() (*Answer, error) { calls++; close(begun); <-gate; return &Answer{Body: []byte("oui")}, nil })
			if err != nil || string(b.Body) != "oui" {
				t.Errorf("%v %v", b, err)
			}
		})
	}
	<-begun
	gone, leave := context.WithCancel(t.Context())
	leave()
	for i := range mostWaiting { // some wait behind it, and do not stay for the answer
		if _, err := c.answer(gone, string(rune('a'+i)), group.Go, func() (*Answer, error) { return &Answer{Body: make([]byte, mostKept/3)}, nil }); err != context.Canceled && err != errBusy {
			t.Error(err)
		}
	}
	if _, err := c.answer(t.Context(), "de trop", group.Go, nil); err != errBusy {
		t.Errorf("past the queue: %v", err)
	}
	close(gate)
	asking.Wait()
	group.Wait()
	if calls != 1 {
		t.Errorf("computed %d times", calls)
	}
	if c.bytes > mostKept || c.order.Len() != len(c.kept) || c.pending != 0 {
		t.Errorf("%d bytes, %d answers, %d keys, %d pending", c.bytes, c.order.Len(), len(c.kept), c.pending)
	}
	for range 2 { // a failure is not kept, a defect is one
		_, err := c.answer(t.Context(), "défaut", group.Go, func() (*Answer, error) { panic("ici") })
		if fault.KindOf(err) != fault.Internal {
			t.Error(err)
		}
	}
	group.Wait()
	if _, kept := c.kept["défaut"]; kept {
		t.Error("a failure is kept")
	}
}
