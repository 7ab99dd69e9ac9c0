package store

import (
	"context"
	"errors"
	"time"

	"perimetre/geo/fault"
)

// Knock counts a try at a door, which lets some pass at once and then one every interval; all
// processes of a database count together. It reports whether the try may go on (generic cell
// rate algorithm, of which the door keeps one instant).
func (s *Store) Knock(ctx context.Context, door string, now time.Time, atOnce int, every time.Duration) (bool, error) {
	t, step := now.UnixMicro(), every.Microseconds()
	n, err := s.exec(ctx, `INSERT INTO tries (door, free_at) VALUES (?, ?) ON CONFLICT (door) DO UPDATE
		SET free_at = CASE WHEN tries.free_at > ? THEN tries.free_at ELSE ? END + ? WHERE tries.free_at <= ?`,
		door, t+step, t, t, step, t+int64(atOnce-1)*step)
	return n > 0, err
}

// SweepDoors forgets the doors that stand open, and the links of a first account
// that ended.
func (s *Store) SweepDoors(ctx context.Context, now time.Time) error {
	_, err1 := s.exec(ctx, "DELETE FROM tries WHERE free_at < ?", now.UnixMicro())
	_, err2 := s.exec(ctx, "DELETE FROM setup_links WHERE expires_at < ?", stamp(now))
	return errors.Join(err1, err2)
}

// OfferSetup keeps the hash of a link by which the first administrator may be made,
// until an instant.
func (s *Store) OfferSetup(ctx context.Context, hash string, until time.Time) error {
	_, err := s.exec(ctx, "INSERT INTO setup_links (hash, expires_at) VALUES (?, ?)", hash, stamp(until))
	return err
}

// ErrSetup is the refusal of a link that makes no first administrator.
var ErrSetup = fault.New(fault.Unauthorized, "lien de mise en service inconnu, expiré ou déjà utilisé")

// FirstAdministrator adds the first administrator by a link, and ends all links.
// Whatever the number of processes and links, it happens once.
func (s *Store) FirstAdministrator(ctx context.Context, hash string, u *User) error {
	return s.tx(ctx, func(c conn) error {
		if err := c.lockAccounts(ctx); err != nil {
			return err
		}
		// Who deletes the links first goes on; the others then find none.
		type link struct{ hash, until string }
		links, err := list(ctx, c, func(r scanner) (l link, err error) { return l, r.Scan(&l.hash, &l.until) }, "DELETE FROM setup_links RETURNING hash, expires_at")
		if err != nil {
			return err
		}
		known := false
		for _, l := range links {
			known = known || l.hash == hash && l.until > stamp(time.Now())
		}
		var n int
		if err := c.row(ctx, "SELECT COUNT(*) FROM users WHERE role = ? AND disabled = FALSE", Administrator).Scan(&n); err != nil {
			return err
		}
		if !known || n > 0 {
			return ErrSetup
		}
		return c.addUser(ctx, u)
	})
}
