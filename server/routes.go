package server

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"perimetre/geo/fault"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// access says who may call a handler.
type access struct {
	open  bool // anybody, unless the server is private
	ever  bool // anybody, even then
	roles []store.Role
	scope string // that a token must have
}

// Scopes of tokens.
const (
	scopeGeocode = "geocodage"
	scopeRead    = "lecture"
	scopeWrite   = "depot"
	scopeAdmin   = "administration"
)

// Scopes are all of them.
var Scopes = []string{scopeGeocode, scopeRead, scopeWrite, scopeAdmin}

var (
	always   = access{ever: true}
	public   = access{open: true, scope: scopeGeocode}
	anyRole  = access{roles: store.Roles, scope: scopeRead}
	counts   = access{roles: []store.Role{store.State, store.Direction, store.DataOfficer}, scope: scopeRead}
	reads    = access{roles: []store.Role{store.Direction, store.DataOfficer}, scope: scopeRead}
	imports  = access{roles: []store.Role{store.DataOfficer}, scope: scopeWrite}
	freezes  = access{roles: []store.Role{store.State, store.Direction}, scope: scopeWrite}
	sends    = access{roles: []store.Role{store.Direction}, scope: scopeWrite}
	sitesEd  = access{roles: []store.Role{store.Direction, store.DataOfficer}, scope: scopeWrite}
	admin    = access{roles: []store.Role{store.Administrator}, scope: scopeAdmin}
	settings = access{roles: []store.Role{store.Administrator, store.Auditor}, scope: scopeAdmin}
	ownOnly  = access{roles: store.Roles, scope: scopeAdmin} // one's own account
)

// handler answers a request, or says why it cannot.
type handler func(http.ResponseWriter, *http.Request) error

// route is one method on one path.
type route struct {
	method, path string
	who          access
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

		{get, "/api/v1/session", anyRole, s.whoAmI, false},
		{get, "/api/v1/packs", anyRole, s.listPacks, false},
		{get, "/api/v1/zonings", anyRole, s.listZonings, false},
		{get, "/api/v1/zones", anyRole, s.zonesAt, false},
		{post, "/api/v1/zones", anyRole, s.zonesAt, false},
		{get, "/api/v1/units", anyRole, s.listUnits, false},
		{get, "/api/v1/rules", anyRole, s.listRules, false},
		{get, "/api/v1/sites", anyRole, s.listSites, false},
		{get, "/api/v1/coverage", anyRole, s.coverage, false},
		{post, "/api/v1/coverage", anyRole, s.coverage, false},
		{get, "/api/v1/sites/proposals", anyRole, s.proposals, false},
		{post, "/api/v1/sites/proposals", anyRole, s.proposals, false},
		{put, "/api/v1/sites", sitesEd, s.putSites, false},

		{get, "/api/v1/cohorts", reads, s.listCohorts, false},
		{post, "/api/v1/cohorts", imports, s.uploadCohort, false},
		{get, "/api/v1/cohorts/{id}", reads, s.getCohort, false},
		{del, "/api/v1/cohorts/{id}", imports, s.cancelCohort, false},
		{get, "/api/v1/cohorts/{id}/columns", imports, s.cohortSample, false},
		{put, "/api/v1/cohorts/{id}/columns", imports, s.mapColumns, false},
		{post, "/api/v1/cohorts/{id}/import", imports, s.importCohort, false},
		{post, "/api/v1/cohorts/{id}/restudy", imports, s.restudyCohort, false},
		{get, "/api/v1/cohorts/{id}/events", reads, s.followCohort, false},
		{get, "/api/v1/cohorts/{id}/flagged.csv", reads, s.downloadCohort, false},

		{get, "/api/v1/people", reads, s.listPeople, false},
		{get, "/api/v1/people/{person}", reads, s.exportPerson, false},
		{del, "/api/v1/people/{person}", imports, s.erasePerson, false},
		{get, "/api/v1/review", reads, s.review, false},
		{get, "/api/v1/review/completion.csv", reads, s.completion, false},
		{get, "/api/v1/review/{key}/map", reads, s.reviewMap, false},
		{get, "/api/v1/decisions", reads, s.listDecisions, false},
		{post, "/api/v1/decisions", imports, s.decide, false},
		{del, "/api/v1/decisions/{key}", imports, s.undecide, false},

		{get, "/api/v1/quota", counts, s.quota, false},
		{get, "/api/v1/reports/quota", counts, s.quotaReport, false},
		{get, "/api/v1/bordereaux", counts, s.listBordereaux, false},
		{post, "/api/v1/bordereaux", sends, s.sendBordereau, false},
		{get, "/api/v1/bordereaux/{id}", counts, s.getBordereau, false},
		{get, "/api/v1/bordereaux/{id}/difference", counts, s.bordereauDifference, false},
		{get, "/api/v1/frozen", counts, s.listFrozen, false},
		{post, "/api/v1/frozen", freezes, s.freeze, false},
		{get, "/api/v1/frozen/{id}", counts, s.getFrozen, false},
		{get, "/api/v1/frozen/{id}/difference", counts, s.frozenDifference, false},

		{get, "/api/v1/users", settings, s.listUsers, false},
		{post, "/api/v1/users", admin, s.addUser, false},
		{patch, "/api/v1/users/{id}", admin, s.changeUser, false},
		{post, "/api/v1/users/{id}/reset", admin, s.resetUser, false},
		{get, "/api/v1/tokens", ownOnly, s.listTokens, false},
		{post, "/api/v1/tokens", ownOnly, s.addToken, false},
		{del, "/api/v1/tokens/{id}", ownOnly, s.revokeToken, false},
		{get, "/api/v1/audit", settings, s.listAudit, false},
		{get, "/api/v1/settings", settings, s.getSettings, false},
		{put, "/api/v1/settings", admin, s.putSettings, false},
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
		s.add(&route{get, oidcReturn, always, s.returnOIDC, true})
	}
	s.router.NotFoundHandler = http.HandlerFunc(s.noRoute)
	s.router.MethodNotAllowedHandler = http.HandlerFunc(s.wrongMethod)
}

func (s *Server) add(rt *route) {
	s.routes = append(s.routes, rt)
	s.router.Handle(rt.path, s.guard(rt)).Methods(rt.method).Name(rt.method + " " + rt.path)
}

// Page adds an HTML page that some roles may open; none means anybody. A person
// who may not is sent to sign in, or gets the answer 403 of fail.
func (s *Server) Page(method, path string, handle func(http.ResponseWriter, *http.Request) error, roles ...store.Role) {
	who := access{roles: roles, scope: scopeRead}
	if len(roles) == 0 {
		who = always
	}
	s.add(&route{method, path, who, handle, true})
}

// guard lets in only those that the route names.
func (s *Server) guard(rt *route) http.Handler {
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := s.identify(r)
		if err == nil {
			err = rt.who.admits(p, s.cfg.Private)
		}
		if err == nil {
			err = rt.handle(w, r.WithContext(withPrincipal(r.Context(), p)))
		}
		if err == nil {
			return
		}
		if _, begun := err.(*httpio.Cut); begun {
			s.log.WarnContext(r.Context(), "réponse interrompue", "request", httpio.RequestID(r), "route", httpio.RouteName(r), "erreur", err.Error())
			panic(http.ErrAbortHandler)
		}
		if rt.page && fault.KindOf(err) == fault.Unauthorized && r.Method == http.MethodGet {
			http.Redirect(w, r, "/connexion", http.StatusSeeOther)
			return
		}
		if rt.page && s.pageError != nil {
			s.pageError(w, r, err)
			return
		}
		s.fail(w, r, err)
	})
	if rt.who.open && !s.cfg.Private {
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

// admits says whether a caller may come in; nil is nobody.
func (a access) admits(p *principal, private bool) error {
	switch {
	case a.ever, a.open && !private:
		return nil
	case p == nil:
		return fault.New(fault.Unauthorized, "connexion nécessaire")
	case p.Token && !slices.Contains(p.Scopes, a.scope):
		return fault.New(fault.Forbidden, "ce jeton n’a pas la portée « %s »", a.scope)
	case a.open, slices.Contains(a.roles, p.Role):
		return nil
	}
	return fault.New(fault.Forbidden, "votre rôle ne permet pas cette action")
}

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
		if strings.HasPrefix(r.URL.Path, "/api/v1/") || r.URL.Path == "/api/v1" || s.cfg.Private {
			if p, e := s.identify(r); e != nil || p == nil {
				s.fail(w, r, fault.New(fault.Unauthorized, "connexion nécessaire"))
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
