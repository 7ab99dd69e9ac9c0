package server

import (
	"context"
	"net/http"
	"net/mail"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"perimetre/geo/fault"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// principal is who asks.
type principal struct {
	ID           string
	Name         string
	Email        string
	Role         store.Role
	Units        []string // own Missions Locales
	Departements []string // of a service de l'État; none is all
	Token        bool     // by an API token, with these scopes
	Scopes       []string
	Demo         bool
}

func withPrincipal(ctx context.Context, p *principal) context.Context {
	return context.WithValue(ctx, keyPrincipal, p)
}

// principalOf is who asks; nil is nobody.
func principalOf(r *http.Request) *principal {
	p, _ := r.Context().Value(keyPrincipal).(*principal)
	return p
}

func newSessions(cfg Config) *scs.SessionManager {
	m := scs.New()
	m.Store = lazySessions{cfg.Store.Sessions()}
	m.HashTokenInStore = true
	m.Lifetime = 12 * time.Hour
	m.IdleTimeout = 2 * time.Hour
	m.Cookie.Name = "perimetre_session"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Persist = false
	// Behind a proxy that speaks TLS the cookie is as safe as with our own.
	if m.Cookie.Secure = cfg.TLS != nil || len(cfg.Trusted) > 0 || cfg.OIDC != nil && strings.HasPrefix(cfg.OIDC.PublicURL, "https:"); m.Cookie.Secure {
		m.Cookie.Name = "__Host-perimetre_session"
	}
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		cfg.Log.Error("session", "erreur", err.Error(), "request", httpio.RequestID(r))
		httpio.WriteJSON(w, http.StatusInternalServerError, httpio.Problem{Code: 500, Message: "défaut du service", Request: httpio.RequestID(r)})
	}
	return m
}

// lazySessions writes a session that did not change only once in a while: every
// request moves its end, and a reader must not wait for who writes.
type lazySessions struct{ store.Sessions }

// untouched is how long a session's end may be left behind.
const untouched = time.Minute

// CommitCtx implements scs.CtxStore.
func (l lazySessions) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	was, end, found, err := l.Expiry(ctx, token)
	if err == nil && found && expiry.Sub(end) < untouched && !expiry.Before(end) {
		var codec scs.GobCodec
		d1, v1, err1 := codec.Decode(was)
		d2, v2, err2 := codec.Decode(b)
		if err1 == nil && err2 == nil && d1.Equal(d2) && reflect.DeepEqual(v1, v2) {
			return nil
		}
	}
	return l.Sessions.CommitCtx(ctx, token, b, expiry)
}

// identify finds who asks: by token, by session, or by the demo's chosen role.
// Nobody is no error; a wrong token is.
func (s *Server) identify(r *http.Request) (*principal, error) {
	ctx := r.Context()
	if h := r.Header.Get("Authorization"); h != "" {
		text, ok := strings.CutPrefix(h, "Bearer ")
		t, err := s.store.TokenByHash(ctx, hashText(text))
		if !ok || fault.KindOf(err) == fault.NotFound {
			return nil, fault.New(fault.Unauthorized, "jeton inconnu, expiré ou révoqué")
		}
		if err != nil {
			return nil, err
		}
		u, err := s.store.User(ctx, t.UserID)
		if err != nil || u.Disabled {
			return nil, fault.New(fault.Unauthorized, "jeton inconnu, expiré ou révoqué")
		}
		p := principalFrom(&u)
		p.Token, p.Scopes = true, t.Scopes
		return p, nil
	}
	if ctx.Value(keySession) == nil {
		return nil, nil // an open route: no session was loaded
	}
	if s.cfg.Demo {
		return s.demoPrincipal(ctx)
	}
	id := s.sessions.GetString(ctx, "user")
	if id == "" {
		return nil, nil
	}
	u, err := s.store.User(ctx, id)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	// A new password, or an account closed, ends the sessions.
	if u.Disabled || hashText(u.Password) != s.sessions.GetString(ctx, "key") {
		return nil, nil
	}
	return principalFrom(&u), nil
}

func principalFrom(u *store.User) *principal {
	return &principal{ID: u.ID, Name: u.Name, Email: u.Email, Role: u.Role, Units: u.Units, Departements: u.Departements}
}

// ownUnit gives the Mission Locale that a request is about: the one asked for,
// which must be one's own, else one's only one.
func (p *principal) ownUnit(asked string) (string, error) {
	if asked == "" && len(p.Units) == 1 {
		return p.Units[0], nil
	}
	if asked == "" {
		return "", httpio.Refused("unit : la Mission Locale est attendue, parmi " + strings.Join(p.Units, ", "))
	}
	if !slices.Contains(p.Units, asked) {
		return "", fault.New(fault.Forbidden, "cette Mission Locale n’est pas la vôtre")
	}
	return asked, nil
}

// account is a session as the API gives it.
type account struct {
	ID           string     `json:"id"`
	Name         string     `json:"name"`
	Email        string     `json:"email"`
	Role         store.Role `json:"role"`
	Units        []string   `json:"units"`
	Departements []string   `json:"departements"`
	Demo         bool       `json:"demo"`
}

func (p *principal) account() account {
	return account{p.ID, p.Name, p.Email, p.Role, append([]string{}, p.Units...), append([]string{}, p.Departements...), p.Demo}
}

func (s *Server) whoAmI(w http.ResponseWriter, r *http.Request) error {
	return httpio.WriteJSON(w, http.StatusOK, principalOf(r).account())
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
	pass, err := s.logins.allow(ctx, httpio.TraceOf(r).Client, email)
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
	right := passwordMatches(u.Password, p.Values.Get("password"))
	switch {
	case u.ID == "":
		return wrongLogin
	case !right && !locked:
		if err := s.store.Failed(ctx, u.ID, lockAfter, time.Now().Add(lockFor)); err != nil {
			return err
		}
		s.journal(r, &principal{ID: u.ID, Name: u.Name, Role: u.Role}, "connexion refusée", "", u.ID, 1)
		return wrongLogin
	case !right, locked, u.Disabled:
		return wrongLogin
	}
	u.Failures, u.LockedUntil, u.LastLogin = 0, time.Time{}, time.Now()
	if err := s.store.UpdateUser(ctx, &u); err != nil {
		return err
	}
	return s.openSession(w, r, &u)
}

func (s *Server) openSession(w http.ResponseWriter, r *http.Request, u *store.User) error {
	ctx := r.Context()
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, "user", u.ID)
	s.sessions.Put(ctx, "key", hashText(u.Password))
	p := principalFrom(u)
	s.journal(r, p, "connexion", "", u.ID, 1)
	return s.done(w, r, "/", p.account())
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

// setupFor is how long the link of a first account holds.
const setupFor = 24 * time.Hour

// SetupToken gives the text of a one-time link when no administrator exists, empty
// otherwise. Any process of the database takes it, once.
func (s *Server) SetupToken(ctx context.Context) (string, error) {
	n, err := s.store.Administrators(ctx)
	if err != nil || n > 0 || s.cfg.Demo {
		return "", err
	}
	text := secretText()
	return text, s.store.OfferSetup(ctx, hashText(text), time.Now().Add(setupFor))
}

// firstAdministrator makes the first account by the one-time link.
func (s *Server) firstAdministrator(w http.ResponseWriter, r *http.Request) error {
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	pass, err := s.logins.allow(ctx, httpio.TraceOf(r).Client, "")
	if err != nil {
		return err
	}
	if !pass || p.Text("token") == "" {
		return store.ErrSetup
	}
	u := store.User{Email: strings.ToLower(p.Text("email")), Name: p.Text("name"), Role: store.Administrator}
	if err := checkAccount(&u); err != nil {
		return err
	}
	if err := checkPassword(p.Values.Get("password"), u.Email); err != nil {
		return err
	}
	u.Password = HashPassword(p.Values.Get("password"))
	if err := s.store.FirstAdministrator(ctx, hashText(p.Text("token")), &u); err != nil {
		return err
	}
	s.journal(r, principalFrom(&u), "mise en service", "", u.ID, 1)
	return s.openSession(w, r, &u)
}

// resetPassword sets a password by the link that an administrator gave.
func (s *Server) resetPassword(w http.ResponseWriter, r *http.Request) error {
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	refused := fault.New(fault.Unauthorized, "lien inconnu ou expiré")
	pass, err := s.logins.allow(r.Context(), httpio.TraceOf(r).Client, "")
	if err != nil {
		return err
	}
	if !pass || p.Text("token") == "" {
		return refused
	}
	u, err := s.store.UserByReset(r.Context(), hashText(p.Text("token")))
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return refused
	}
	if err != nil {
		return err
	}
	if err := checkPassword(p.Values.Get("password"), u.Email); err != nil {
		return err
	}
	u.Password, u.ResetHash, u.ResetUntil, u.Failures, u.LockedUntil, u.LastLogin = HashPassword(p.Values.Get("password")), "", time.Time{}, 0, time.Time{}, time.Now()
	if err := s.store.UpdateUser(r.Context(), &u); err != nil {
		return err
	}
	s.journal(r, principalFrom(&u), "mot de passe choisi", "", u.ID, 1)
	return s.openSession(w, r, &u)
}

// checkAccount refuses an address that is none and a name that is empty.
func checkAccount(u *store.User) error {
	if a, err := mail.ParseAddress(u.Email); err != nil || a.Address != u.Email {
		return fault.New(fault.Input, "adresse électronique illisible")
	}
	if u.Name == "" || len(u.Name) > 200 {
		return fault.New(fault.Input, "un nom est attendu")
	}
	return nil
}

// journal writes a line of the audit log. A reading of people whose line cannot be
// written is not given: its handler returns the error.
func (s *Server) journal(r *http.Request, p *principal, action, unit, object string, count int) error {
	if err := s.store.Record(context.WithoutCancel(r.Context()), p.entry(action, unit, object, count)); err != nil {
		return fault.Wrap(fault.Internal, err, "journal d’audit")
	}
	return nil
}

// entry is a line of the audit log about what the principal does.
func (p *principal) entry(action, unit, object string, count int) store.Entry {
	return store.Entry{UserID: p.ID, Who: p.Name, Role: p.Role, Action: action, Unit: unit, Object: object, Count: count}
}

// recorded changes the store and writes the line that says so, both or neither.
func (s *Server) recorded(r *http.Request, e store.Entry, change func(t *store.Store) error) error {
	return s.store.Together(r.Context(), func(t *store.Store) error {
		if err := change(t); err != nil {
			return err
		}
		return t.Record(r.Context(), e)
	})
}
