package server

import (
	"net/netip"
	"testing"
	"time"
)

// What an address sends is forgotten once it has been quiet, and all of a /64 is one.
func TestRatesAreForgotten(t *testing.T) {
	r := newRates(1)
	now := time.Now()
	for _, a := range []string{"2001:db8::1", "2001:db8::2"} {
		if err := r.take(netip.MustParseAddr(a), now); err != nil {
			t.Error(err)
		}
	}
	if r.take(netip.MustParseAddr("2001:db8::3"), now) == nil || len(r.of) != 1 {
		t.Errorf("a /64 is %d clients", len(r.of))
	}
	if r.sweep(now); len(r.of) != 1 {
		t.Error("who has just asked is forgotten")
	}
	if r.sweep(now.Add(time.Minute)); len(r.of) != 0 {
		t.Error("nobody is forgotten")
	}
	if newRates(0).take(netip.MustParseAddr("127.0.0.1"), now) != nil {
		t.Error("no limit refuses")
	}
}
