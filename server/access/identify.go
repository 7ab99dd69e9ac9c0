package access

import (
	"context"
	"net/http"
	"slices"

	"perimetre/server/httpio"
	"perimetre/server/store"
)

type sessionKey struct{}

// LoadSession loads the session of a request, which Identify then reads.
func (a *Accounts) LoadSession(next http.Handler) http.Handler {
	return a.Sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), sessionKey{}, true)))
	}))
}

// Identify returns who asks: by token, by session, or by the demo's chosen role; nil for
// nobody. A wrong token is an error.
func (a *Accounts) Identify(r *http.Request) (*Principal, error) {
	p, err := a.identify(r)
	if p != nil {
		p.named = a.UnitNamed
	}
	return p, err
}

func (a *Accounts) identify(r *http.Request) (*Principal, error) {
	ctx := r.Context()
	if h := r.Header.Get("Authorization"); h != "" {
		return ByToken(ctx, a.Store, h)
	}
	if ctx.Value(sessionKey{}) == nil {
		return nil, nil // an open route: no session was loaded
	}
	if a.Demo != nil {
		return a.demoPrincipal(ctx), nil
	}
	return a.Sessions.Principal(ctx)
}

// What a session remembers of a demo.
const (
	demoRole = "role"
	demoUnit = "unit"
)

// demoPrincipal returns who the visitor of a demo chose to be, first a service de
// l'État.
func (a *Accounts) demoPrincipal(ctx context.Context) *Principal {
	p := &Principal{ID: "demo", Name: "Démonstration", Email: "demo@exemple.invalid", Role: store.State, National: true, Demo: true}
	if role := store.Role(a.Sessions.GetString(ctx, demoRole)); role != "" {
		p.Role = role
	}
	p.ID += "-" + string(p.Role) // each role is another person: one reads again what another decided
	if p.Role == store.Counsellor {
		p.Counsellor = a.DemoCounsellor
	}
	if p.Role.OfUnit() {
		unit := a.Sessions.GetString(ctx, demoUnit)
		if all := a.Demo(); unit == "" && len(all) > 0 {
			unit = all[0]
		}
		p.Units = []string{unit}
	}
	return p
}

// ChooseRole returns the demo's sign-in: a role, and a Mission Locale for the roles of one.
func (a *Accounts) ChooseRole(ctx context.Context, role, unit string) (*Principal, error) {
	var p httpio.Params
	if !slices.Contains(store.Roles, store.Role(role)) {
		p.Refuse("role", "un rôle de la démonstration est attendu")
	}
	if unit != "" && !slices.Contains(a.Demo(), unit) {
		p.Refuse("unit", "Mission Locale inconnue de la démonstration")
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	a.Sessions.Put(ctx, demoRole, role)
	a.Sessions.Put(ctx, demoUnit, unit)
	return a.demoPrincipal(ctx), nil
}
