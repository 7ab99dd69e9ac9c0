package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"perimetre/geo/fault"
)

// Decision is a person's answer on an address under one version of the perimeter.
// Typed, the place and the point go with the last row that has the address.
type Decision struct {
	Unit       string
	AddressKey string // made of the typed address, Commune and Perimeter by Normaliser
	Normaliser string // version
	Commune    string // INSEE, maybe empty
	Perimeter  string
	Verdict    string
	Basis      string
	Zone       string
	Author     string
	AuthorID   string // of the account; empty where only the name is known
	DecidedAt  time.Time
	Typed      string
	ResultID   string
	Lon, Lat   *float64
}

const decisionColumns = "unit, address_key, perimeter, verdict, basis, zone, author, decided_at, typed, result_id, lon, lat, commune, normaliser, author_id"

func scanDecision(r scanner) (d Decision, err error) {
	var at string
	err = r.Scan(&d.Unit, &d.AddressKey, &d.Perimeter, &d.Verdict, &d.Basis, &d.Zone, &d.Author, &at, &d.Typed, &d.ResultID, &d.Lon, &d.Lat, &d.Commune, &d.Normaliser, &d.AuthorID)
	d.DecidedAt = instant(at)
	return d, err
}

// Decide writes a decision, in place of an earlier one on the same address.
func (s *Store) Decide(ctx context.Context, d *Decision) error {
	if d.DecidedAt.IsZero() {
		d.DecidedAt = time.Now().UTC()
	}
	return s.putDecision(ctx, d)
}

func (c conn) putDecision(ctx context.Context, d *Decision) error {
	_, err := c.exec(ctx, "INSERT INTO decisions ("+decisionColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (unit, address_key) DO UPDATE SET verdict = excluded.verdict, basis = excluded.basis, zone = excluded.zone, author = excluded.author,
		decided_at = excluded.decided_at, typed = excluded.typed, result_id = excluded.result_id, lon = excluded.lon, lat = excluded.lat,
		commune = excluded.commune, normaliser = excluded.normaliser, author_id = excluded.author_id`,
		d.Unit, d.AddressKey, d.Perimeter, d.Verdict, d.Basis, d.Zone, d.Author, stamp(d.DecidedAt), d.Typed, d.ResultID, d.Lon, d.Lat, d.Commune, d.Normaliser, d.AuthorID)
	return err
}

// Merged says what became of decisions that were merged.
type Merged struct{ Added, Updated, Unchanged, Older int }

// MergeDecisions writes decisions made elsewhere, at once or not at all: on one
// address the latest holds, one without a date being of now. Merging the same ones
// again changes nothing.
func (s *Store) MergeDecisions(ctx context.Context, all []Decision) (m Merged, err error) {
	err = s.tx(ctx, func(c conn) error {
		m = Merged{}
		for i := range all {
			d := &all[i]
			undated := d.DecidedAt.IsZero()
			if undated {
				d.DecidedAt = time.Now().UTC()
			}
			was, err := scanDecision(c.row(ctx, "SELECT "+decisionColumns+" FROM decisions WHERE unit = ? AND address_key = ?", d.Unit, d.AddressKey))
			switch {
			case errors.Is(err, sql.ErrNoRows):
				m.Added++
			case err != nil:
				return err
			case stamp(was.DecidedAt) > stamp(d.DecidedAt):
				m.Older++
				continue
			case was.Verdict == d.Verdict && was.Basis == d.Basis && was.Zone == d.Zone && was.Author == d.Author && (undated || stamp(was.DecidedAt) == stamp(d.DecidedAt)):
				m.Unchanged++
				continue
			default:
				m.Updated++
				if d.Typed == "" { // who merges a key alone does not take the text away
					d.Typed, d.ResultID, d.Lon, d.Lat, d.Commune = was.Typed, was.ResultID, was.Lon, was.Lat, was.Commune
				}
			}
			if err := c.putDecision(ctx, d); err != nil {
				return err
			}
		}
		return nil
	})
	return m, err
}

// HoldUnit makes who else decides on addresses of a Mission Locale, or ends an
// import of its people, wait for the end of the transaction of Together. A SQLite
// transaction holds the whole database already.
func (s *Store) HoldUnit(ctx context.Context, unit string) error { return s.conn.holdUnit(ctx, unit) }

func (c conn) holdUnit(ctx context.Context, unit string) error {
	if !c.postgres {
		return nil
	}
	_, err := c.exec(ctx, "SELECT pg_advisory_xact_lock(?, hashtext(?))", lockUnit, unit)
	return err
}

// Undecide takes a decision back.
func (s *Store) Undecide(ctx context.Context, unit, key string) error {
	n, err := s.exec(ctx, "DELETE FROM decisions WHERE unit = ? AND address_key = ?", unit, key)
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "décision introuvable")
	}
	return err
}

// Decision returns the one on an address of a Mission Locale.
func (s *Store) Decision(ctx context.Context, unit, key string) (Decision, error) {
	d, err := scanDecision(s.row(ctx, "SELECT "+decisionColumns+" FROM decisions WHERE unit = ? AND address_key = ?", unit, key))
	return d, absent(err, "décision")
}

// Decisions lists the decisions of a Mission Locale, the latest first.
func (s *Store) Decisions(ctx context.Context, unit string) ([]Decision, error) {
	return list(ctx, s.conn, scanDecision, "SELECT "+decisionColumns+" FROM decisions WHERE unit = ? ORDER BY decided_at DESC", unit)
}

// SetKey returns a row another key of its address.
func (s *Store) SetKey(ctx context.Context, p *Person, key string) error {
	_, err := s.exec(ctx, "UPDATE people SET address_key = ? WHERE file_id = ? AND line = ? AND address_key = ?", key, p.FileID, p.Line, p.AddressKey)
	return err
}

// DecidingUnits lists the Missions Locales that have decisions.
func (s *Store) DecidingUnits(ctx context.Context) ([]string, error) {
	return list(ctx, s.conn, func(r scanner) (u string, err error) { return u, r.Scan(&u) }, "SELECT DISTINCT unit FROM decisions ORDER BY unit")
}

// Rekey returns a decision and the rows of its address another key, and keeps the
// commune and the normaliser that it is made with. Where the new key has a decision
// already, the latest of the two holds.
func (s *Store) Rekey(ctx context.Context, d Decision, key string) error {
	return s.tx(ctx, func(c conn) error {
		if _, err := c.exec(ctx, "UPDATE people SET address_key = ? WHERE unit = ? AND address_key = ?", key, d.Unit, d.AddressKey); err != nil {
			return err
		}
		if _, err := c.exec(ctx, "DELETE FROM decisions WHERE unit = ? AND address_key = ?", d.Unit, d.AddressKey); err != nil {
			return err
		}
		var at string
		err := c.row(ctx, "SELECT decided_at FROM decisions WHERE unit = ? AND address_key = ?", d.Unit, key).Scan(&at)
		if err == nil && at > stamp(d.DecidedAt) {
			return nil
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		d.AddressKey = key
		return c.putDecision(ctx, &d)
	})
}
