package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"time"
)

// Entry is a line of the audit log: who did what, on how many records. It holds
// nothing of the people concerned.
type Entry struct {
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	UserID string    `json:"user_id"`
	Who    string    `json:"who"`
	Role   Role      `json:"role"`
	Action string    `json:"action"`
	Unit   string    `json:"unit"`
	Object string    `json:"object"` // an identifier
	Count  int       `json:"count"`
}

// Record writes a line of the audit log.
func (s *Store) Record(ctx context.Context, e Entry) error {
	_, err := s.exec(ctx, "INSERT INTO audit (id, at, user_id, who, role, action, unit, object, count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		NewID(), stamp(time.Now()), e.UserID, e.Who, e.Role, e.Action, e.Unit, e.Object, e.Count)
	return err
}

// AuditQuery chooses lines of the audit log; what is empty chooses all.
type AuditQuery struct {
	Before            string // an entry: those written earlier
	Who, Action, Unit string
	From, To          time.Time // To is the first instant after
	Limit             int
}

// Audit lists the log, the latest first.
func (s *Store) Audit(ctx context.Context, q AuditQuery) ([]Entry, error) {
	where, args := "1 = 1", []any{}
	also := func(condition, value string) {
		if value != "" {
			where, args = where+" AND "+condition, append(args, value)
		}
	}
	also("id < ?", q.Before)
	also("who = ?", q.Who)
	also("action = ?", q.Action)
	also("unit = ?", q.Unit)
	if !q.From.IsZero() {
		also("at >= ?", stamp(q.From))
	}
	if !q.To.IsZero() {
		also("at < ?", stamp(q.To))
	}
	return list(ctx, s.conn, func(r scanner) (e Entry, err error) {
		var at string
		err = r.Scan(&e.ID, &at, &e.UserID, &e.Who, &e.Role, &e.Action, &e.Unit, &e.Object, &e.Count)
		e.At = instant(at)
		return e, err
	}, "SELECT id, at, user_id, who, role, action, unit, object, count FROM audit WHERE "+where+" ORDER BY id DESC LIMIT ?", append(args, q.Limit)...)
}

// AuditWords returns what the log holds of a column to choose from, "who" or "action",
// sorted.
func (s *Store) AuditWords(ctx context.Context, column string) ([]string, error) {
	if column != "who" {
		column = "action"
	}
	return list(ctx, s.conn, func(r scanner) (w string, err error) { return w, r.Scan(&w) }, "SELECT DISTINCT "+column+" FROM audit WHERE "+column+" <> '' ORDER BY "+column+" LIMIT 500")
}

// TrimAudit removes the lines of the log written before an instant.
func (s *Store) TrimAudit(ctx context.Context, before time.Time) (int64, error) {
	return s.exec(ctx, "DELETE FROM audit WHERE at < ?", stamp(before))
}

// Setting reads a setting, empty when unset.
func (s *Store) Setting(ctx context.Context, name string) (value string, err error) {
	err = s.row(ctx, "SELECT value FROM settings WHERE name = ?", name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, err
}

// Set writes a setting.
func (s *Store) Set(ctx context.Context, name, value string) error {
	_, err := s.exec(ctx, "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value)
	return err
}

// Secret returns the key of the decisions' HMAC, made at the first call and kept.
func (s *Store) Secret(ctx context.Context) ([]byte, error) {
	const name = "decision_secret"
	var b [32]byte
	rand.Read(b[:])
	if _, err := s.exec(ctx, "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", name, hex.EncodeToString(b[:])); err != nil {
		return nil, err
	}
	v, err := s.Setting(ctx, name)
	if err != nil {
		return nil, err
	}
	return hex.DecodeString(v)
}
