// Package access is who asks and what they may do: principals and the actions that their
// roles allow, passwords, sessions, tokens and links.
package access

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/server/store"
)

// Principal is who asks: an account, by a session or by one of its tokens, or the
// visitor of a demo.
type Principal struct {
	ID           string
	Name         string
	Email        string
	Role         store.Role
	Units        []string // own Missions Locales
	Departements []string // of a service de l'État
	Counsellor   string   // as the files write it, of the role
	National     bool     // a service de l'État that sees every département
	Token        bool     // by an API token, with these scopes
	Scopes       []store.Scope
	Demo         bool
	Epoch        int // of its account's sessions

	named   func(written string) string // code of a Mission Locale written by any name; nil: codes alone
	program bool
	asked   atomic.Bool
}

// Program returns the principal of what the program does by itself: every action, for every
// Mission Locale. The audit log names it.
func Program(name string) *Principal {
	return &Principal{ID: "systeme", Name: name, program: true}
}

type contextKey struct{}

// With returns a context that carries who asks.
func With(ctx context.Context, p *Principal) context.Context {
	return context.WithValue(ctx, contextKey{}, p)
}

// Who returns who asks, or nil for nobody.
func Who(r *http.Request) *Principal {
	p, _ := r.Context().Value(contextKey{}).(*Principal)
	return p
}

// Of returns the principal of an account.
func Of(u *store.User) *Principal {
	return &Principal{ID: u.ID, Name: u.Name, Email: u.Email, Role: u.Role, Units: u.Units, Departements: u.Departements, National: u.National, Counsellor: u.Counsellor, Epoch: u.Epoch}
}

// OwnUnit returns the code of the Mission Locale that a request is about: the one asked for,
// by any of its codes and names, which must be the principal's, else the principal's only one.
func (p *Principal) OwnUnit(asked string) (string, error) {
	if p.program {
		return asked, nil
	}
	if p.named != nil {
		asked = p.named(asked)
	}
	if asked == "" && len(p.Units) == 1 {
		return p.Units[0], nil
	}
	if asked == "" {
		return "", fault.New(fault.Usage, "unit : la Mission Locale est attendue, parmi %s", strings.Join(p.Units, ", "))
	}
	if !slices.Contains(p.Units, asked) {
		return "", fault.New(fault.Forbidden, "cette Mission Locale n’est pas la vôtre")
	}
	return asked, nil
}

// Sees reports whether the principal may see the counts of a Mission Locale, by its
// code: its own, those of its départements, all for a national service de l'État. For
// the roles that see no count it reports whether its territory may be drawn: true.
func (p *Principal) Sees(unit string) bool {
	switch p.Role {
	case store.Direction, store.DataOfficer, store.Counsellor:
		return slices.Contains(p.Units, unit)
	case store.State:
		return p.National || slices.Contains(p.Departements, geo.DepartementOf(unit))
	}
	return true
}

// Entry returns the line of the audit log of what the principal does: on how many
// records of which Mission Locale, or "", by their identifier.
func (p *Principal) Entry(action, unit, object string, count int) store.Entry {
	return store.Entry{UserID: p.ID, Who: p.Name, Role: p.Role, Action: action, Unit: unit, Object: object, Count: count}
}

// Record writes a line of the audit log. A use case that reads people returns nothing but the
// error when its line cannot be written.
func (p *Principal) Record(ctx context.Context, st *store.Store, action, unit, object string, count int) error {
	if err := st.Record(context.WithoutCancel(ctx), p.Entry(action, unit, object, count)); err != nil {
		return fault.Wrap(fault.Internal, err, "journal d’audit")
	}
	return nil
}

// Recorded changes the store and writes the line of the audit log that says so: both
// or neither.
func Recorded(ctx context.Context, st *store.Store, e store.Entry, change func(t *store.Store) error) error {
	return st.Together(ctx, func(t *store.Store) error {
		if err := change(t); err != nil {
			return err
		}
		return t.Record(ctx, e)
	})
}
