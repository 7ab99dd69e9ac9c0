package server

import (
	"context"
	"time"

	"perimetre/server/access"
	"perimetre/server/store"
)

// WithoutDepartement returns the number of open accounts of services de l'État that see
// no département, for nobody gave them one or marked them national.
func (s *Server) WithoutDepartement(ctx context.Context) (int, error) {
	users, err := s.store.Users(ctx)
	n := 0
	for i := range users {
		if u := &users[i]; u.Role == store.State && !u.Disabled && !u.National && len(u.Departements) == 0 {
			n++
		}
	}
	return n, err
}

// SetupToken returns the text of a one-time link when no administrator exists, or "". Any process of the database takes it, once.
func (s *Server) SetupToken(ctx context.Context) (string, error) {
	n, err := s.store.Administrators(ctx)
	if err != nil || n > 0 || s.cfg.Demo {
		return "", err
	}
	text := access.NewSecret()
	return text, s.store.OfferSetup(ctx, access.Hash(text), time.Now().Add(access.SetupFor))
}
