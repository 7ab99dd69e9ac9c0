package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Sessions keeps the sessions of scs.
type Sessions struct{ s *Store }

// Sessions returns the store of scs.
func (s *Store) Sessions() Sessions { return Sessions{s} }

// FindCtx implements scs.CtxStore.
func (t Sessions) FindCtx(ctx context.Context, token string) (b []byte, found bool, err error) {
	err = t.s.row(ctx, "SELECT data FROM sessions WHERE token = ? AND expiry > ?", token, stamp(time.Now())).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return b, err == nil, err
}

// Expiry returns when a session ends, and what it holds; found is false without one.
func (t Sessions) Expiry(ctx context.Context, token string) (b []byte, at time.Time, found bool, err error) {
	var s string
	err = t.s.row(ctx, "SELECT data, expiry FROM sessions WHERE token = ?", token).Scan(&b, &s)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, at, false, nil
	}
	return b, instant(s), err == nil, err
}

// CommitCtx implements scs.CtxStore.
func (t Sessions) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	_, err := t.s.exec(ctx, "INSERT INTO sessions (token, data, expiry) VALUES (?, ?, ?) ON CONFLICT (token) DO UPDATE SET data = excluded.data, expiry = excluded.expiry", token, b, stamp(expiry))
	return err
}

// DeleteCtx implements scs.CtxStore.
func (t Sessions) DeleteCtx(ctx context.Context, token string) error {
	_, err := t.s.exec(ctx, "DELETE FROM sessions WHERE token = ?", token)
	return err
}

// Find implements scs.Store.
func (t Sessions) Find(token string) ([]byte, bool, error) {
	return t.FindCtx(context.Background(), token)
}

// Commit implements scs.Store.
func (t Sessions) Commit(token string, b []byte, expiry time.Time) error {
	return t.CommitCtx(context.Background(), token, b, expiry)
}

// Delete implements scs.Store.
func (t Sessions) Delete(token string) error { return t.DeleteCtx(context.Background(), token) }

// SweepSessions removes the sessions that ended.
func (s *Store) SweepSessions(ctx context.Context) error {
	_, err := s.exec(ctx, "DELETE FROM sessions WHERE expiry <= ?", stamp(time.Now()))
	return err
}
