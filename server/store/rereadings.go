package store

import (
	"context"
	"time"

	"perimetre/geo/fault"
)

// Rereading is a manual decision drawn at random for a period, as it was when it was drawn,
// and the answer of a second person.
type Rereading struct {
	ID         string
	Unit       string
	Period     string
	AddressKey string
	Perimeter  string
	Verdict    string
	Author     string
	AuthorID   string // empty where only the name is known
	DrawnAt    time.Time
	Second     string // the second answer; empty: none yet
	SecondBy   string
	SecondAt   time.Time
}

const rereadingColumns = "id, unit, period, address_key, perimeter, verdict, author, author_id, drawn_at, second_answer, second_by, second_at"

func scanRereading(r scanner) (x Rereading, err error) {
	var drawn, second string
	err = r.Scan(&x.ID, &x.Unit, &x.Period, &x.AddressKey, &x.Perimeter, &x.Verdict, &x.Author, &x.AuthorID, &drawn, &x.Second, &x.SecondBy, &second)
	x.DrawnAt, x.SecondAt = instant(drawn), instant(second)
	return x, err
}

// Drawable lists the decisions of a Mission Locale that settle a row whose entry lies from a
// day to another (AAAA-MM-JJ, both included), and that were not drawn for a period yet, by
// key.
func (s *Store) Drawable(ctx context.Context, unit, period, from, to string) ([]Decision, error) {
	return list(ctx, s.conn, scanDecision, "SELECT "+decisionColumns+` FROM decisions d WHERE d.unit = ?
		AND EXISTS (SELECT 1 FROM people p JOIN files f ON f.id = p.file_id WHERE p.unit = d.unit AND p.address_key = d.address_key AND f.state = 'importe' AND p.entry >= ? AND p.entry <= ?)
		AND NOT EXISTS (SELECT 1 FROM rereadings x WHERE x.unit = d.unit AND x.period = ? AND x.address_key = d.address_key) ORDER BY d.address_key`, unit, from, to, period)
}

// Draw keeps decisions as they are, to be answered again for a period.
func (s *Store) Draw(ctx context.Context, period string, drawn []Decision) error {
	now := stamp(time.Now())
	return s.tx(ctx, func(c conn) error {
		for i := range drawn {
			d := &drawn[i]
			if _, err := c.exec(ctx, "INSERT INTO rereadings ("+rereadingColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', '')",
				NewID(), d.Unit, period, d.AddressKey, d.Perimeter, d.Verdict, d.Author, d.AuthorID, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// ToReread lists the drawn decisions of a Mission Locale without a second answer whose
// address is still kept and that a person, by account and name, did not make, in the order
// of their keys, which is the order of no file.
func (s *Store) ToReread(ctx context.Context, unit, id, name string) ([]Rereading, error) {
	return list(ctx, s.conn, scanRereading, "SELECT "+rereadingColumns+` FROM rereadings x WHERE unit = ? AND second_answer = '' AND author_id <> ? AND (author_id <> '' OR author <> ?)
		AND EXISTS (SELECT 1 FROM people p JOIN files f ON f.id = p.file_id WHERE p.unit = x.unit AND p.address_key = x.address_key AND f.state = 'importe') ORDER BY address_key, period`, unit, id, name)
}

// Rereading finds a drawn decision of a Mission Locale.
func (s *Store) Rereading(ctx context.Context, unit, id string) (Rereading, error) {
	x, err := scanRereading(s.row(ctx, "SELECT "+rereadingColumns+" FROM rereadings WHERE unit = ? AND id = ?", unit, id))
	return x, absent(err, "relecture")
}

// Reread keeps the second answer; one that was given already stays, a fault of kind Conflict.
func (s *Store) Reread(ctx context.Context, id, answer, by string) error {
	n, err := s.exec(ctx, "UPDATE rereadings SET second_answer = ?, second_by = ?, second_at = ? WHERE id = ? AND second_answer = ''", answer, by, stamp(time.Now()), id)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "cette adresse a déjà été relue")
	}
	return err
}

// RereadCount counts the drawn decisions of a Mission Locale.
type RereadCount struct {
	Unit                  string
	Drawn, Answered, Same int
}

// RereadCounts counts the drawn decisions of a period by Mission Locale, by code.
func (s *Store) RereadCounts(ctx context.Context, period string) ([]RereadCount, error) {
	return list(ctx, s.conn, func(r scanner) (x RereadCount, err error) {
		return x, r.Scan(&x.Unit, &x.Drawn, &x.Answered, &x.Same)
	}, `SELECT unit, COUNT(*), SUM(CASE WHEN second_answer <> '' THEN 1 ELSE 0 END), SUM(CASE WHEN second_answer = verdict THEN 1 ELSE 0 END)
		FROM rereadings WHERE period = ? GROUP BY unit ORDER BY unit`, period)
}
