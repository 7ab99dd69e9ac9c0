package server

import (
	"context"
	"net/http"
	"path"
	"strings"

	"perimetre/geo/fault"
	"perimetre/server/access"
	"perimetre/server/httpio"
)

// door says to whom a route answers at all; what one may do there, the use case behind
// it says (access.Action).
type door uint8

const (
	account door = iota // an account, or one of its tokens
	public              // anybody, unless the server is private
	always              // anybody, even then
)

// handler answers a request, or says why it cannot.
type handler func(http.ResponseWriter, *http.Request) error

// route is one method on one path.
type route struct {
	method, path string
	door         door
	handle       handler
	page         bool // HTML, which openapi.json does not describe
}

// register fills the router from the table: nothing else adds a handler.
func (s *Server) register() {
	get, post, put, patch, del := http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete
	table := []route{
		{get, "/healthz", always, s.health, false},
		{get, "/readyz", always, s.ready, false},
		{get, "/metrics", public, s.metrics.serve, false},
		{get, "/openapi.json", public, s.openAPI, false},

		{post, "/session", always, s.login, false},
		{del, "/session", always, s.logout, false},
		{post, "/setup", always, s.firstAdministrator, false},
		{post, "/password", always, s.resetPassword, false},

		{get, "/api/v1/session", account, s.whoAmI, false},
		{get, "/api/v1/packs", account, s.listPacks, false},
		{get, "/api/v1/zonings", account, s.listZonings, false},
		{get, "/api/v1/zones", account, s.zonesAt, false},
		{post, "/api/v1/zones", account, s.zonesAt, false},
		{get, "/api/v1/units", account, s.listUnits, false},
		{get, "/api/v1/rules", account, s.listRules, false},
		{get, "/api/v1/sites", account, s.listSites, false},
		{get, "/api/v1/coverage", account, s.coverage, false},
		{post, "/api/v1/coverage", account, s.coverage, false},
		{get, "/api/v1/sites/proposals", account, s.proposals, false},
		{post, "/api/v1/sites/proposals", account, s.proposals, false},
		{put, "/api/v1/sites", account, s.putSites, false},

		{get, "/api/v1/cohorts", account, s.listCohorts, false},
		{post, "/api/v1/cohorts", account, s.uploadCohort, false},
		{get, "/api/v1/cohorts/{id}", account, s.getCohort, false},
		{del, "/api/v1/cohorts/{id}", account, s.cancelCohort, false},
		{get, "/api/v1/cohorts/{id}/columns", account, s.cohortSample, false},
		{put, "/api/v1/cohorts/{id}/columns", account, s.mapColumns, false},
		{post, "/api/v1/cohorts/{id}/import", account, s.importCohort, false},
		{post, "/api/v1/cohorts/{id}/restudy", account, s.restudyCohort, false},
		{get, "/api/v1/cohorts/{id}/events", account, s.followCohort, false},
		{get, "/api/v1/cohorts/{id}/flagged.csv", account, s.downloadCohort, false},

		{get, "/api/v1/people", account, s.listPeople, false},
		{get, "/api/v1/people/{person}", account, s.exportPerson, false},
		{del, "/api/v1/people/{person}", account, s.erasePerson, false},
		{get, "/api/v1/review", account, s.review, false},
		{get, "/api/v1/review/completion.csv", account, s.completion, false},
		{get, "/api/v1/review/{key}/map", account, s.reviewMap, false},
		{get, "/api/v1/decisions", account, s.listDecisions, false},
		{post, "/api/v1/decisions", account, s.decide, false},
		{del, "/api/v1/decisions/{key}", account, s.undecide, false},

		{get, "/api/v1/quota", account, s.quota, false},
		{get, "/api/v1/reports/quota", account, s.quotaReport, false},
		{get, "/api/v1/bordereaux", account, s.listBordereaux, false},
		{post, "/api/v1/bordereaux", account, s.sendBordereau, false},
		{get, "/api/v1/bordereaux/{id}", account, s.getBordereau, false},
		{get, "/api/v1/bordereaux/{id}/difference", account, s.bordereauDifference, false},
		{get, "/api/v1/frozen", account, s.listFrozen, false},
		{post, "/api/v1/frozen", account, s.freeze, false},
		{get, "/api/v1/frozen/{id}", account, s.getFrozen, false},
		{get, "/api/v1/frozen/{id}/difference", account, s.frozenDifference, false},

		{get, "/api/v1/users", account, s.listUsers, false},
		{post, "/api/v1/users", account, s.addUser, false},
		{patch, "/api/v1/users/{id}", account, s.changeUser, false},
		{post, "/api/v1/users/{id}/reset", account, s.resetUser, false},
		{get, "/api/v1/tokens", account, s.listTokens, false},
		{post, "/api/v1/tokens", account, s.addToken, false},
		{del, "/api/v1/tokens/{id}", account, s.revokeToken, false},
		{get, "/api/v1/audit", account, s.listAudit, false},
		{get, "/api/v1/settings", account, s.getSettings, false},
		{put, "/api/v1/settings", account, s.putSettings, false},
	}
	table = append(s.mapRoutes(), table...) // first, for tiles are the busiest
	for _, prefix := range []string{"", "/geocodage"} {
		table = append(table,
			route{get, prefix + "/search", public, s.search, false}, route{post, prefix + "/search", public, s.search, false},
			route{get, prefix + "/reverse", public, s.reverse, false}, route{post, prefix + "/reverse", public, s.reverse, false},
			route{post, prefix + "/search/csv", public, s.searchCSV, false}, route{post, prefix + "/reverse/csv", public, s.reverseCSV, false},
		)
		for _, path := range []string{"/search", "/reverse", "/search/csv", "/reverse/csv"} {
			table = append(table, route{http.MethodOptions, prefix + path, public, s.preflight, false})
		}
	}
	for i := range table {
		s.add(&table[i])
	}
	s.pages()
	if s.cfg.OIDC != nil {
		s.add(&route{get, oidcStart, always, s.startOIDC, true})
		s.add(&route{get, access.OIDCReturn, always, s.returnOIDC, true})
	}
	s.router.NotFoundHandler = http.HandlerFunc(s.noRoute)
	s.router.MethodNotAllowedHandler = http.HandlerFunc(s.wrongMethod)
}

func (s *Server) add(rt *route) {
	s.routes = append(s.routes, rt)
	s.router.Handle(rt.path, s.guard(rt)).Methods(rt.method).Name(rt.method + " " + rt.path)
}

// Page adds an HTML page for who is signed in; others are sent to sign in.
func (s *Server) Page(method, path string, handle handler) {
	s.add(&route{method, path, account, handle, true})
}

// openPage adds a page for anybody.
func (s *Server) openPage(method, path string, handle handler) {
	s.add(&route{method, path, always, handle, true})
}

// guard finds who asks, and lets nobody through a closed door.
func (s *Server) guard(rt *route) http.Handler {
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := s.enter(rt, r)
		if err == nil {
			if p != nil && rt.door == account {
				w = &unasked{ResponseWriter: w, by: p}
			}
			err = rt.handle(w, r.WithContext(access.With(r.Context(), p)))
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
		signIn := rt.page && r.Method == http.MethodGet && r.Header.Get("Authorization") == ""
		if signIn && fault.KindOf(err) == fault.Unauthorized {
			http.Redirect(w, r, "/connexion", http.StatusSeeOther)
			return
		}
		if rt.page && s.pageError != nil {
			s.pageError(w, r, err)
			return
		}
		s.fail(w, r, err)
	})
	if rt.door == public && !s.cfg.Private {
		return inner // no session to load: these are the busy ones
	}
	return s.withSession(inner)
}

// withSession loads the session, which identify then reads.
func (s *Server) withSession(next http.Handler) http.Handler {
	return s.sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), keySession, true)))
	}))
}

// enter returns who asks, or nil for nobody where the door is open. Pages take
// sessions only: a script has the API, whose actions hold to its token's scopes.
func (s *Server) enter(rt *route, r *http.Request) (*access.Principal, error) {
	if rt.page && r.Header.Get("Authorization") != "" {
		return nil, fault.New(fault.Unauthorized, "une page ne prend pas de jeton : se connecter, ou appeler l’API")
	}
	p, err := s.identify(r)
	switch {
	case err != nil:
		return nil, err
	case rt.door == always, rt.door == public && !s.cfg.Private:
		return p, nil
	case rt.door == public:
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
	s.withSession(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if at := path.Clean(r.URL.Path); strings.HasPrefix(at, "/api/v1/") || at == "/api/v1" || s.cfg.Private {
			if p, e := s.identify(r); e != nil || p == nil {
				s.fail(w, r, access.Unauthorized)
				return
			}
		}
		if err == nil {
			httpio.WriteJSON(w, http.StatusMethodNotAllowed, httpio.Problem{Code: http.StatusMethodNotAllowed, Message: "méthode refusée sur cette adresse", Request: httpio.RequestID(r)})
			return
		}
		if s.pageError != nil && r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html") && !strings.HasPrefix(r.URL.Path, "/api/") {
			s.pageError(w, r, err)
			return
		}
		s.fail(w, r, err)
	})).ServeHTTP(w, r)
}
