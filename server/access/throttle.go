package access

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/netip"
	"time"

	"perimetre/server/store"
)

// Throttle slows down who tries passwords, by address of the network and by account;
// all the processes of a database count together.
type Throttle struct {
	Store *store.Store
	// AtOnce is the number of tries at an account that pass at once.
	AtOnce int
	// Now returns the time; tests replace it.
	Now func() time.Time
}

const (
	// TriesAtOnce is the number of tries at an account that pass at once; then one more
	// passes every triesEvery.
	TriesAtOnce = 10
	triesEvery  = 6 * time.Second
	// Office is how many times as many pass from one address of the network: a whole
	// office may share it, and sign in at the same hour.
	Office = 6
	// LockAfter wrong passwords lock an account, for LockFor.
	LockAfter = 10
	LockFor   = 15 * time.Minute
)

// Allow counts a try from an address, and at an account when one is named, and reports
// whether it may go on. Neither is kept: doors are named by hashes.
func (t Throttle) Allow(ctx context.Context, client netip.Addr, account string) (bool, error) {
	secret, err := t.Store.Secret(ctx)
	if err != nil {
		return false, err
	}
	type door struct {
		name   string
		atOnce int
		every  time.Duration
	}
	doors := []door{{"réseau " + network(client), Office * t.AtOnce, triesEvery / Office}}
	if account != "" {
		doors = append(doors, door{"compte " + account, t.AtOnce, triesEvery})
	}
	ok := true
	for _, d := range doors {
		h := hmac.New(sha256.New, secret)
		io.WriteString(h, d.name)
		pass, err := t.Store.Knock(ctx, hex.EncodeToString(h.Sum(nil)), t.Now(), d.atOnce, d.every)
		if err != nil {
			return false, err
		}
		ok = ok && pass
	}
	return ok, nil
}

// network returns the network of who tries: in IPv6 a subscriber has a whole /64.
func network(client netip.Addr) string {
	if client.Is6() {
		if p, err := client.Prefix(64); err == nil {
			return p.String()
		}
	}
	return client.String()
}
