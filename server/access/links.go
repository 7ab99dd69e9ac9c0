package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/mail"
	"strings"
	"time"

	"perimetre/geo/fault"
	"perimetre/server/store"
)

const (
	// SetupFor is how long the link of a first account holds.
	SetupFor = 24 * time.Hour
	// ResetFor is how long a link that sets a password holds.
	ResetFor = 72 * time.Hour
	// MaxTokenDays bounds the life of a token.
	MaxTokenDays = 366
)

// NewSecret returns a text that nobody can guess: of a link, a token, a handshake.
func NewSecret() string { return strings.ToLower(rand.Text() + rand.Text()[:6]) }

// Hash returns what is kept of a secret, in hexadecimal. A secret is long and random, so
// that one pass of SHA-256 is enough.
func Hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Invite adds an account without a password and returns the text of the link by which
// its owner sets one.
func Invite(ctx context.Context, st *store.Store, u *store.User) (token string, err error) {
	if err := CheckAccount(u); err != nil {
		return "", err
	}
	token = NewSecret()
	u.ResetHash, u.ResetUntil = Hash(token), time.Now().Add(ResetFor).UTC()
	return token, st.AddUser(ctx, u)
}

// NewToken keeps a token of an account for some days, and returns its text.
func NewToken(ctx context.Context, st *store.Store, owner *Principal, name string, scopes []store.Scope, days int) (store.Token, string, error) {
	text := "pm_" + NewSecret()
	t := store.Token{UserID: owner.ID, Name: name, Scopes: scopes, ExpiresAt: time.Now().AddDate(0, 0, days).UTC()}
	err := st.AddToken(ctx, &t, Hash(text), owner.Epoch)
	return t, text, err
}

// CheckAccount returns a fault of kind Input for an address that is not one, or a name
// that CheckName refuses.
func CheckAccount(u *store.User) error {
	if a, err := mail.ParseAddress(u.Email); err != nil || a.Address != u.Email {
		return fault.New(fault.Input, "adresse électronique illisible")
	}
	return CheckName(u.Name)
}

// CheckName returns a fault of kind Input for a name that is empty or past 200 bytes.
func CheckName(name string) error {
	if name == "" || len(name) > 200 {
		return fault.New(fault.Input, "un nom est attendu")
	}
	return nil
}
