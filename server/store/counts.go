package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Bordereau is the counts that a Mission Locale sent, as quota writes them.
type Bordereau struct {
	ID     string
	Unit   string
	Rule   string
	Period string
	Body   []byte
	SentBy string
	SentAt time.Time
	// ReplacedAt is when the unit sent another one; zero for the one in force.
	ReplacedAt time.Time
}

const bordereauColumns = "id, unit, rule, period, body, sent_by, sent_at, replaced_at"

func scanBordereau(r scanner) (b Bordereau, err error) {
	var body, sent, replaced string
	err = r.Scan(&b.ID, &b.Unit, &b.Rule, &b.Period, &body, &b.SentBy, &sent, &replaced)
	b.Body, b.SentAt, b.ReplacedAt = []byte(body), instant(sent), instant(replaced)
	return b, err
}

// Send keeps a bordereau; the one that the unit sent before stays, replaced.
func (s *Store) Send(ctx context.Context, b *Bordereau) error {
	b.ID, b.SentAt = NewID(), time.Now().UTC()
	return s.tx(ctx, func(c conn) error {
		if _, err := c.exec(ctx, "UPDATE bordereaux SET replaced_at = ? WHERE unit = ? AND rule = ? AND period = ? AND replaced_at = ''", stamp(b.SentAt), b.Unit, b.Rule, b.Period); err != nil {
			return err
		}
		_, err := c.exec(ctx, "INSERT INTO bordereaux ("+bordereauColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, '')", b.ID, b.Unit, b.Rule, b.Period, string(b.Body), b.SentBy, stamp(b.SentAt))
		return err
	})
}

// Bordereaux lists those in force for a rule and a period, by unit.
func (s *Store) Bordereaux(ctx context.Context, rule, period string) ([]Bordereau, error) {
	return list(ctx, s.conn, scanBordereau, "SELECT "+bordereauColumns+" FROM bordereaux WHERE rule = ? AND period = ? AND replaced_at = '' ORDER BY unit", rule, period)
}

// Sent lists the bordereaux of a rule and a period, also those that others replaced, by unit
// in the order of sending.
func (s *Store) Sent(ctx context.Context, rule, period string) ([]Bordereau, error) {
	return list(ctx, s.conn, scanBordereau, "SELECT "+bordereauColumns+" FROM bordereaux WHERE rule = ? AND period = ? ORDER BY unit, sent_at, id", rule, period)
}

// Bordereau finds one.
func (s *Store) Bordereau(ctx context.Context, id string) (Bordereau, error) {
	b, err := scanBordereau(s.row(ctx, "SELECT "+bordereauColumns+" FROM bordereaux WHERE id = ?", id))
	return b, absent(err, "bordereau")
}

// Replaced finds the bordereau of a unit that another one took the place of: the
// latest that it sent before for the same rule and period. ok is false without one.
func (s *Store) Replaced(ctx context.Context, b *Bordereau) (was Bordereau, ok bool, err error) {
	was, err = scanBordereau(s.row(ctx, "SELECT "+bordereauColumns+" FROM bordereaux WHERE unit = ? AND rule = ? AND period = ? AND id < ? ORDER BY id DESC LIMIT 1", b.Unit, b.Rule, b.Period, b.ID))
	if errors.Is(err, sql.ErrNoRows) {
		return was, false, nil
	}
	return was, err == nil, err
}

// Periods lists the periods of a rule for which something was sent, the latest
// first.
func (s *Store) Periods(ctx context.Context, rule string) ([]string, error) {
	return list(ctx, s.conn, func(r scanner) (p string, err error) { return p, r.Scan(&p) }, "SELECT DISTINCT period FROM bordereaux WHERE rule = ? ORDER BY period DESC", rule)
}

// Frozen is a state of the figures that no longer changes. Owner is a Mission
// Locale's code, or empty for the services de l'État.
type Frozen struct {
	ID       string
	Name     string
	Owner    string
	Rule     string
	Period   string
	Body     []byte
	FrozenBy string
	FrozenAt time.Time
}

const frozenColumns = "id, name, owner, rule, period, body, frozen_by, frozen_at"

func scanFrozen(r scanner) (f Frozen, err error) {
	var body, at string
	err = r.Scan(&f.ID, &f.Name, &f.Owner, &f.Rule, &f.Period, &body, &f.FrozenBy, &at)
	f.Body, f.FrozenAt = []byte(body), instant(at)
	return f, err
}

// Freeze keeps a state; nothing changes or removes it.
func (s *Store) Freeze(ctx context.Context, f *Frozen) error {
	f.ID, f.FrozenAt = NewID(), time.Now().UTC()
	_, err := s.exec(ctx, "INSERT INTO frozen ("+frozenColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?)", f.ID, f.Name, f.Owner, f.Rule, f.Period, string(f.Body), f.FrozenBy, stamp(f.FrozenAt))
	return err
}

// FrozenStates lists the frozen states of some owners, the latest first.
func (s *Store) FrozenStates(ctx context.Context, owner string) ([]Frozen, error) {
	return list(ctx, s.conn, scanFrozen, "SELECT "+frozenColumns+" FROM frozen WHERE owner = ? ORDER BY id DESC", owner)
}

// AllFrozen lists the states of all owners.
func (s *Store) AllFrozen(ctx context.Context) ([]Frozen, error) {
	return list(ctx, s.conn, scanFrozen, "SELECT "+frozenColumns+" FROM frozen ORDER BY id")
}

// FrozenState finds one.
func (s *Store) FrozenState(ctx context.Context, id string) (Frozen, error) {
	f, err := scanFrozen(s.row(ctx, "SELECT "+frozenColumns+" FROM frozen WHERE id = ?", id))
	return f, absent(err, "état arrêté")
}

// Site is a site d'accueil that a Mission Locale wrote or mended; Body is its JSON.
type Site struct {
	ID        string
	Unit      string
	Body      []byte
	UpdatedBy string
	UpdatedAt time.Time
}

func scanSite(r scanner) (x Site, err error) {
	var body, at string
	err = r.Scan(&x.ID, &x.Unit, &body, &x.UpdatedBy, &at)
	x.Body, x.UpdatedAt = []byte(body), instant(at)
	return x, err
}

// Sites lists those written here, of a Mission Locale, or all when empty.
func (s *Store) Sites(ctx context.Context, unit string) ([]Site, error) {
	return list(ctx, s.conn, scanSite, "SELECT id, unit, body, updated_by, updated_at FROM sites WHERE unit = ? OR ? = '' ORDER BY id", unit, unit)
}

// ReplaceSites writes the sites of a Mission Locale in place of those it had.
func (s *Store) ReplaceSites(ctx context.Context, unit, by string, bodies [][]byte) error {
	now := stamp(time.Now())
	return s.tx(ctx, func(c conn) error {
		if _, err := c.exec(ctx, "DELETE FROM sites WHERE unit = ?", unit); err != nil {
			return err
		}
		for _, b := range bodies {
			if _, err := c.exec(ctx, "INSERT INTO sites (id, unit, body, updated_by, updated_at) VALUES (?, ?, ?, ?, ?)", NewID(), unit, string(b), by, now); err != nil {
				return err
			}
		}
		return nil
	})
}
