package server

import (
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"perimetre/geo/fault"
	"perimetre/server/access"
	"perimetre/server/httpio"
)

// register fills the router: nothing else adds a handler. Tiles are the busiest, and
// come first.
func (s *Server) register() {
	get := http.MethodGet
	table := slices.Concat(s.mapRoutes(), []httpio.Route{
		httpio.On(get, "/healthz", httpio.Always, s.health),
		httpio.On(get, "/readyz", httpio.Always, s.ready),
		httpio.On(get, "/metrics", httpio.Public, s.metrics.serve),
	}, s.api.Routes(), s.pages.Routes())
	for i := range table {
		s.add(&table[i])
	}
	s.router.NotFoundHandler = http.HandlerFunc(s.noRoute)
	s.router.MethodNotAllowedHandler = http.HandlerFunc(s.wrongMethod)
}

func (s *Server) add(rt *httpio.Route) {
	s.routes = append(s.routes, rt)
	s.router.Handle(rt.Path, s.guard(rt)).Methods(rt.Method).Name(rt.Method + " " + rt.Path)
}

// guard finds who asks, and lets nobody through a closed door.
func (s *Server) guard(rt *httpio.Route) http.Handler {
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := s.enter(rt, r)
		if err == nil && (rt.Door == httpio.Public || rt.Door == httpio.Open) {
			err = s.rates.take(httpio.TraceOf(r).Client, time.Now())
		}
		if err == nil {
			if p != nil && rt.Door == httpio.Account {
				w = &unasked{ResponseWriter: w, by: p}
			}
			err = rt.Handle(w, r.WithContext(access.With(r.Context(), p)))
		}
		if err == nil {
			return
		}
		if _, begun := err.(*httpio.Cut); begun {
			s.log.WarnContext(r.Context(), "réponse interrompue", "request", httpio.RequestID(r), "route", httpio.RouteName(r), "erreur", err.Error())
			panic(http.ErrAbortHandler)
		}
		if u, ok := w.(*unasked); ok {
			w = u.ResponseWriter // a refusal tells nothing
		}
		signIn := rt.Page && r.Header.Get("Authorization") == "" && fault.KindOf(err) == fault.Unauthorized
		if signIn && s.pages.SignInFirst(w, r) {
			return
		}
		if rt.Page {
			s.pages.Fail(w, r, err)
			return
		}
		s.fail(w, r, err)
	})
	if rt.Door == httpio.Public && !s.cfg.Private {
		return inner // no session to load: these are the busy ones
	}
	return s.accounts.LoadSession(inner)
}

// enter returns who asks, or nil for nobody where the door is open. Pages take
// sessions only: a script has the API, whose actions hold to its token's scopes.
func (s *Server) enter(rt *httpio.Route, r *http.Request) (*access.Principal, error) {
	if rt.Page && r.Header.Get("Authorization") != "" {
		return nil, fault.New(fault.Unauthorized, "une page ne prend pas de jeton : se connecter, ou appeler l’API")
	}
	p, err := s.accounts.Identify(r)
	switch {
	case err != nil:
		return nil, err
	case rt.Door == httpio.Always, rt.Door != httpio.Account && !s.cfg.Private:
		return p, nil
	case rt.Door != httpio.Account:
		return p, p.May(access.Geocode)
	case p == nil:
		return nil, access.Unauthorized
	}
	return p, nil
}

// unasked is an answer to an account which may not begin before a use case asked
// whether the account may have it.
type unasked struct {
	http.ResponseWriter
	by *access.Principal
}

func (u *unasked) check() {
	if !u.by.Asked() {
		panic("réponse donnée sans que l’action ait été autorisée")
	}
}

func (u *unasked) WriteHeader(code int) {
	u.check()
	u.ResponseWriter.WriteHeader(code)
}

func (u *unasked) Write(b []byte) (int, error) {
	u.check()
	return u.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController find the connection.
func (u *unasked) Unwrap() http.ResponseWriter { return u.ResponseWriter }

// noRoute answers on a path that does not exist: under /api/v1, nobody learns
// that without an account.
func (s *Server) noRoute(w http.ResponseWriter, r *http.Request) {
	s.closedElse(w, r, fault.New(fault.NotFound, "adresse inconnue"))
}

func (s *Server) wrongMethod(w http.ResponseWriter, r *http.Request) {
	s.closedElse(w, r, nil)
}

// closedElse answers 401 to an anonymous caller where all is closed, else with
// err, or 405 when nil.
func (s *Server) closedElse(w http.ResponseWriter, r *http.Request, err error) {
	s.accounts.LoadSession(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if at := path.Clean(r.URL.Path); strings.HasPrefix(at, "/api/v1/") || at == "/api/v1" || s.cfg.Private {
			if p, e := s.accounts.Identify(r); e != nil || p == nil {
				s.fail(w, r, access.Unauthorized)
				return
			}
		}
		if err == nil {
			httpio.WriteJSON(w, http.StatusMethodNotAllowed, httpio.Problem{Code: http.StatusMethodNotAllowed, Message: "méthode refusée sur cette adresse", Request: httpio.RequestID(r)})
			return
		}
		if r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html") && !strings.HasPrefix(r.URL.Path, "/api/") {
			s.pages.Fail(w, r, err)
			return
		}
		s.fail(w, r, err)
	})).ServeHTTP(w, r)
}
