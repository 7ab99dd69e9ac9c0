package server

import (
	"context"
	"net/http"
	"strings"
	"time"

	"perimetre/geo/fault"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// principalOf is who asks; nil is nobody.
func principalOf(r *http.Request) *access.Principal { return access.PrincipalOf(r.Context()) }

// identify finds who asks: by token, by session, or by the demo's chosen role. Nobody
// is no error; a wrong token is.
func (s *Server) identify(r *http.Request) (*access.Principal, error) {
	ctx := r.Context()
	if h := r.Header.Get("Authorization"); h != "" {
		return access.ByToken(ctx, s.store, h)
	}
	if ctx.Value(keySession) == nil {
		return nil, nil // an open route: no session was loaded
	}
	if s.cfg.Demo {
		return s.demoPrincipal(ctx)
	}
	return s.sessions.Principal(ctx)
}

// signedIn is a session as the API gives it.
type signedIn struct {
	ID           string     `json:"id"`
	Name         string     `json:"name"`
	Email        string     `json:"email"`
	Role         store.Role `json:"role"`
	Units        []string   `json:"units"`
	Departements []string   `json:"departements"`
	National     bool       `json:"national"`
	Demo         bool       `json:"demo"`
}

func sessionOf(p *access.Principal) signedIn {
	return signedIn{p.ID, p.Name, p.Email, p.Role, append([]string{}, p.Units...), append([]string{}, p.Departements...), p.National, p.Demo}
}

func (s *Server) whoAmI(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadReference); err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, sessionOf(principalOf(r)))
}

var wrongLogin = fault.New(fault.Unauthorized, "adresse ou mot de passe inconnus, ou compte suspendu après trop d’essais")

// login opens a session with an address and a password. Which of the two is wrong
// is not told, nor by the time that the answer takes.
func (s *Server) login(w http.ResponseWriter, r *http.Request) error {
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	ctx, email := r.Context(), strings.ToLower(p.Text("email"))
	if s.cfg.Demo {
		return s.chooseDemoRole(w, r, p)
	}
	pass, err := s.logins.Allow(ctx, httpio.TraceOf(r).Client, email)
	if err != nil {
		return err
	}
	if !pass {
		w.Header().Set("Retry-After", "60")
		return httpio.WriteJSON(w, http.StatusTooManyRequests, httpio.Problem{Code: http.StatusTooManyRequests, Message: "trop d’essais ; attendre une minute", Request: httpio.RequestID(r)})
	}
	u, err := s.store.UserByEmail(ctx, email)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	locked := u.ID != "" && u.LockedUntil.After(time.Now())
	right := access.PasswordMatches(u.Password, p.Values.Get("password"))
	switch {
	case u.ID == "":
		return wrongLogin
	case !right && !locked:
		if err := s.store.Failed(ctx, u.ID, access.LockAfter, time.Now().Add(access.LockFor)); err != nil {
			return err
		}
		if err := s.journal(r, access.Of(&u), "connexion refusée", "", u.ID, 1); err != nil {
			return err
		}
		return wrongLogin
	case !right, locked, u.Disabled:
		return wrongLogin
	}
	// The hash takes a while: the account may have been suspended in between.
	u, err = s.store.SignIn(ctx, u.ID, u.Password, time.Now())
	if err != nil && fault.KindOf(err) == fault.Unauthorized {
		return wrongLogin
	}
	if err != nil {
		return err
	}
	return s.openSession(w, r, &u, "connexion")
}

// openSession opens the session of an account, by what its owner did, and answers with
// it. Without its line of the audit log no session opens.
func (s *Server) openSession(w http.ResponseWriter, r *http.Request, u *store.User, action string) error {
	p := access.Of(u)
	if err := s.journal(r, p, action, "", u.ID, 1); err != nil {
		return err
	}
	if err := s.sessions.Begin(r.Context(), u); err != nil {
		return err
	}
	return s.done(w, r, "/", sessionOf(p))
}

// done answers to a form with a page, to a script with a value.
func (s *Server) done(w http.ResponseWriter, r *http.Request, page string, v any) error {
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		http.Redirect(w, r, page, http.StatusSeeOther)
		return nil
	}
	return httpio.WriteJSON(w, http.StatusOK, v)
}

func (s *Server) logout(w http.ResponseWriter, r *http.Request) error {
	if err := s.sessions.Destroy(r.Context()); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// WithoutDepartement returns the number of open accounts of services de l'État that see
// no département, for nobody gave them one nor marked them national.
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

// SetupToken gives the text of a one-time link when no administrator exists, empty
// otherwise. Any process of the database takes it, once.
func (s *Server) SetupToken(ctx context.Context) (string, error) {
	n, err := s.store.Administrators(ctx)
	if err != nil || n > 0 || s.cfg.Demo {
		return "", err
	}
	text := access.NewSecret()
	return text, s.store.OfferSetup(ctx, access.Hash(text), time.Now().Add(access.SetupFor))
}

// firstAdministrator makes the first account by the one-time link.
func (s *Server) firstAdministrator(w http.ResponseWriter, r *http.Request) error {
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	pass, err := s.logins.Allow(ctx, httpio.TraceOf(r).Client, "")
	if err != nil {
		return err
	}
	if !pass || p.Text("token") == "" {
		return store.ErrSetup
	}
	u := store.User{Email: strings.ToLower(p.Text("email")), Name: p.Text("name"), Role: store.Administrator}
	if err := access.CheckAccount(&u); err != nil {
		return err
	}
	if err := access.CheckPassword(p.Values.Get("password"), u.Email); err != nil {
		return err
	}
	u.Password = access.HashPassword(p.Values.Get("password"))
	if err := s.store.FirstAdministrator(ctx, access.Hash(p.Text("token")), &u); err != nil {
		return err
	}
	return s.openSession(w, r, &u, "mise en service")
}

// resetPassword sets a password by the link that an administrator gave.
func (s *Server) resetPassword(w http.ResponseWriter, r *http.Request) error {
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	refused := fault.New(fault.Unauthorized, "lien inconnu ou expiré")
	pass, err := s.logins.Allow(r.Context(), httpio.TraceOf(r).Client, "")
	if err != nil {
		return err
	}
	if !pass || p.Text("token") == "" {
		return refused
	}
	u, err := s.store.UserByReset(r.Context(), access.Hash(p.Text("token")))
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return refused
	}
	if err != nil {
		return err
	}
	if err := access.CheckPassword(p.Values.Get("password"), u.Email); err != nil {
		return err
	}
	if u, err = s.store.UsePasswordLink(r.Context(), access.Hash(p.Text("token")), access.HashPassword(p.Values.Get("password")), time.Now()); err != nil {
		return err
	}
	return s.openSession(w, r, &u, "mot de passe choisi")
}

// journal writes a line of the audit log. A reading of people whose line cannot be
// written is not given: its handler returns the error.
func (s *Server) journal(r *http.Request, p *access.Principal, action, unit, object string, count int) error {
	return p.Record(r.Context(), s.store, action, unit, object, count)
}

// recorded changes the store and writes the line that says so, both or neither.
func (s *Server) recorded(r *http.Request, e store.Entry, change func(t *store.Store) error) error {
	return access.Recorded(r.Context(), s.store, e, change)
}
