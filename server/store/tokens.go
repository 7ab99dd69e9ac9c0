package store

import (
	"context"
	"encoding/json"
	"time"

	"perimetre/geo/fault"
)

// Scope is what an API token may be used for, within what its owner's role allows.
type Scope string

const (
	ScopeGeocode Scope = "geocodage"
	ScopeRead    Scope = "lecture"
	ScopeWrite   Scope = "depot"
	ScopeAdmin   Scope = "administration"
)

// Scopes are all the scopes.
var Scopes = []Scope{ScopeGeocode, ScopeRead, ScopeWrite, ScopeAdmin}

// Token is an API token; its text is known to its owner alone.
type Token struct {
	ID        string    `json:"id"`
	UserID    string    `json:"user_id"`
	Name      string    `json:"name"`
	Scopes    []Scope   `json:"scopes"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
	LastUsed  time.Time `json:"last_used,omitzero"`
}

const tokenColumns = "id, user_id, name, scopes, created_at, expires_at, last_used"

func scanToken(r scanner) (t Token, err error) {
	var scopes, created, expires, used string
	if err = r.Scan(&t.ID, &t.UserID, &t.Name, &scopes, &created, &expires, &used); err != nil {
		return t, err
	}
	t.CreatedAt, t.ExpiresAt, t.LastUsed = instant(created), instant(expires), instant(used)
	return t, json.Unmarshal([]byte(scopes), &t.Scopes)
}

// AddToken keeps a token by the hash of its text, made by an account in one of its
// epochs: an account suspended or reset since is a fault of kind Unauthorized.
func (s *Store) AddToken(ctx context.Context, t *Token, hash string, epoch int) error {
	t.ID, t.CreatedAt = NewID(), time.Now().UTC()
	return s.tx(ctx, func(c conn) error {
		// The row stays held, so that who revokes all tokens sees this one, or comes first.
		n, err := c.exec(ctx, "UPDATE users SET epoch = epoch WHERE id = ? AND epoch = ? AND disabled = FALSE", t.UserID, epoch)
		if err == nil && n == 0 {
			return fault.New(fault.Unauthorized, "ce compte a changé entre-temps : se connecter de nouveau")
		}
		if err == nil {
			_, err = c.exec(ctx, "INSERT INTO tokens ("+tokenColumns+", hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", t.ID, t.UserID, t.Name, encoded(t.Scopes), stamp(t.CreatedAt), stamp(t.ExpiresAt), "", hash)
		}
		return err
	})
}

// TokenByHash finds a token in force, and notes the minute of its use.
func (s *Store) TokenByHash(ctx context.Context, hash string) (Token, error) {
	now := time.Now()
	t, err := scanToken(s.row(ctx, "SELECT "+tokenColumns+" FROM tokens WHERE hash = ? AND revoked_at = '' AND expires_at > ?", hash, stamp(now)))
	if err != nil {
		return t, absent(err, "jeton")
	}
	if now.Sub(t.LastUsed) > time.Minute {
		_, err = s.exec(ctx, "UPDATE tokens SET last_used = ? WHERE id = ?", stamp(now), t.ID)
	}
	return t, err
}

// Tokens lists an account's tokens in force.
func (s *Store) Tokens(ctx context.Context, userID string) ([]Token, error) {
	return list(ctx, s.conn, scanToken, "SELECT "+tokenColumns+" FROM tokens WHERE user_id = ? AND revoked_at = '' ORDER BY id", userID)
}

// RevokeToken ends a token of an account.
func (s *Store) RevokeToken(ctx context.Context, userID, id string) error {
	n, err := s.exec(ctx, "UPDATE tokens SET revoked_at = ? WHERE id = ? AND user_id = ? AND revoked_at = ''", stamp(time.Now()), id, userID)
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "jeton introuvable")
	}
	return err
}
