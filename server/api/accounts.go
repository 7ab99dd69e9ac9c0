package api

import (
	"context"
	"net/http"
	"net/netip"
	"strings"

	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// Session is who is signed in, as the API writes it.
type Session struct {
	ID           string     `json:"id"`
	Name         string     `json:"name"`
	Email        string     `json:"email"`
	Role         store.Role `json:"role"`
	Units        []string   `json:"units"`
	Departements []string   `json:"departements"`
	National     bool       `json:"national"`
	Demo         bool       `json:"demo"`
}

func sessionOf(p *access.Principal) Session {
	return Session{p.ID, p.Name, p.Email, p.Role, append([]string{}, p.Units...), append([]string{}, p.Departements...), p.National, p.Demo}
}

func (s *API) whoAmI(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.Enter); err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, sessionOf(access.Who(r)))
}

// login opens a session with an address and a password, or as a role of a demo.
func (s *API) login(w http.ResponseWriter, r *http.Request) error {
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	who, err := s.Accounts.SignInBy(r.Context(), httpio.TraceOf(r).Client, access.SignInForm{Role: p.Text("role"), Unit: p.Text("unit"), Email: p.Text("email"), Password: p.Values.Get("password")})
	if err != nil {
		return err
	}
	return s.done(w, r, "/", sessionOf(who))
}

// done answers to a form with a page, to a script with a value.
func (s *API) done(w http.ResponseWriter, r *http.Request, page string, v any) error {
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		http.Redirect(w, r, page, http.StatusSeeOther)
		return nil
	}
	return httpio.WriteJSON(w, http.StatusOK, v)
}

func (s *API) logout(w http.ResponseWriter, r *http.Request) error {
	if err := s.sessions.Destroy(r.Context()); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// firstAdministrator makes the first account by the one-time link.
func (s *API) firstAdministrator(w http.ResponseWriter, r *http.Request) error {
	return s.withLink(w, r, s.Accounts.Setup)
}

// resetPassword sets a password by the link that an administrator gave.
func (s *API) resetPassword(w http.ResponseWriter, r *http.Request) error {
	return s.withLink(w, r, s.Accounts.SetPassword)
}

func (s *API) withLink(w http.ResponseWriter, r *http.Request, follow func(context.Context, netip.Addr, access.NewPassword) (*access.Principal, error)) error {
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	who, err := follow(r.Context(), httpio.TraceOf(r).Client, access.NewPassword{Token: p.Text("token"), Password: p.Values.Get("password"), Email: p.Text("email"), Name: p.Text("name")})
	if err != nil {
		return err
	}
	return s.done(w, r, "/", sessionOf(who))
}
