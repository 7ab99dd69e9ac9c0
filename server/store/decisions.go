package store

import (
	"context"
	"time"

	"perimetre/geo/fault"
)

// Decision is a person's answer on an address under one version of the perimeter.
// Typed and the point go with the last row that has the address.
type Decision struct {
	Unit       string
	AddressKey string
	Perimeter  string
	Verdict    string
	Basis      string
	Zone       string
	Author     string
	DecidedAt  time.Time
	Typed      string
	ResultID   string
	Lon, Lat   *float64
}

const decisionColumns = "unit, address_key, perimeter, verdict, basis, zone, author, decided_at, typed, result_id, lon, lat"

func scanDecision(r scanner) (d Decision, err error) {
	var at string
	err = r.Scan(&d.Unit, &d.AddressKey, &d.Perimeter, &d.Verdict, &d.Basis, &d.Zone, &d.Author, &at, &d.Typed, &d.ResultID, &d.Lon, &d.Lat)
	d.DecidedAt = instant(at)
	return d, err
}

// Decide writes a decision, in place of an earlier one on the same address.
func (s *Store) Decide(ctx context.Context, d *Decision) error {
	if d.DecidedAt.IsZero() {
		d.DecidedAt = time.Now().UTC()
	}
	_, err := s.exec(ctx, "INSERT INTO decisions ("+decisionColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (unit, address_key) DO UPDATE SET verdict = excluded.verdict, basis = excluded.basis, zone = excluded.zone, author = excluded.author,
		decided_at = excluded.decided_at, typed = excluded.typed, result_id = excluded.result_id, lon = excluded.lon, lat = excluded.lat`,
		d.Unit, d.AddressKey, d.Perimeter, d.Verdict, d.Basis, d.Zone, d.Author, stamp(d.DecidedAt), d.Typed, d.ResultID, d.Lon, d.Lat)
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

// Decisions lists those of a Mission Locale, the latest first.
func (s *Store) Decisions(ctx context.Context, unit string) ([]Decision, error) {
	return list(ctx, s.conn, scanDecision, "SELECT "+decisionColumns+" FROM decisions WHERE unit = ? ORDER BY decided_at DESC", unit)
}
