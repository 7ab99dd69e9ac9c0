package server

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"perimetre/server/httpio"
)

// mostRated bounds the addresses that are remembered.
const mostRated = 100_000

// rates bound what each address of the network sends to the public end points; nil
// bounds nothing.
type rates struct {
	each  rate.Limit
	burst int
	mu    sync.Mutex
	of    map[netip.Addr]*rate.Limiter
}

func newRates(each int) *rates {
	if each <= 0 {
		return nil
	}
	return &rates{each: rate.Limit(each), burst: 2 * each, of: map[netip.Addr]*rate.Limiter{}}
}

// take counts a request of an address, and refuses it when there were too many. A client
// of IPv6 holds a whole /64.
func (r *rates) take(client netip.Addr, now time.Time) error {
	if r == nil {
		return nil
	}
	if p, err := client.Prefix(64); err == nil && client.Is6() {
		client = p.Addr()
	}
	r.mu.Lock()
	l, ok := r.of[client]
	if !ok {
		if len(r.of) >= mostRated {
			r.sweep(now)
		}
		l = rate.NewLimiter(r.each, r.burst)
		r.of[client] = l
	}
	r.mu.Unlock()
	if l.AllowN(now, 1) {
		return nil
	}
	return &httpio.Busy{Message: "trop de demandes de cette adresse : réessayer dans un instant", After: time.Second}
}

// sweep forgets the addresses that have been quiet, or all when none has.
func (r *rates) sweep(now time.Time) {
	for a, l := range r.of {
		if l.TokensAt(now) >= float64(r.burst) {
			delete(r.of, a)
		}
	}
	if len(r.of) >= mostRated {
		clear(r.of)
	}
}
