package api

import (
	"net/http"

	"perimetre/server/httpio"
)

// Routes returns the routes of the API: what each answers, openapi.json describes.
func (a *API) Routes() []httpio.Route {
	get, post, put, patch, del := http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete
	table := []httpio.Route{
		httpio.On(get, "/openapi.json", httpio.Public, a.openAPI),

		httpio.On(post, "/session", httpio.Always, a.login),
		httpio.On(del, "/session", httpio.Always, a.logout),
		httpio.On(post, "/setup", httpio.Always, a.firstAdministrator),
		httpio.On(post, "/password", httpio.Always, a.resetPassword),

		httpio.On(get, "/api/v1/session", httpio.Account, a.whoAmI),
		httpio.On(get, "/api/v1/packs", httpio.Account, a.listPacks),
		httpio.On(get, "/api/v1/zonings", httpio.Account, a.listZonings),
		httpio.On(get, "/api/v1/zones", httpio.Account, a.zonesAt),
		httpio.On(post, "/api/v1/zones", httpio.Account, a.zonesAt),
		httpio.On(get, "/api/v1/units", httpio.Account, a.listUnits),
		httpio.On(get, "/api/v1/rules", httpio.Account, a.listRules),
		httpio.On(get, "/api/v1/sites", httpio.Account, a.listSites),
		httpio.On(get, "/api/v1/coverage", httpio.Account, a.coverage),
		httpio.On(post, "/api/v1/coverage", httpio.Account, a.coverage),
		httpio.On(get, "/api/v1/coverage/transit", httpio.Account, a.transit),
		httpio.On(post, "/api/v1/coverage/transit", httpio.Account, a.transit),
		httpio.On(get, "/api/v1/sites/proposals", httpio.Account, a.proposals),
		httpio.On(post, "/api/v1/sites/proposals", httpio.Account, a.proposals),
		httpio.On(put, "/api/v1/sites", httpio.Account, a.putSites),

		httpio.On(get, "/api/v1/cohorts", httpio.Account, a.listCohorts),
		httpio.On(post, "/api/v1/cohorts", httpio.Account, a.uploadCohort),
		httpio.On(get, "/api/v1/cohorts/{id}", httpio.Account, a.getCohort),
		httpio.On(del, "/api/v1/cohorts/{id}", httpio.Account, a.cancelCohort),
		httpio.On(get, "/api/v1/cohorts/{id}/columns", httpio.Account, a.cohortSample),
		httpio.On(put, "/api/v1/cohorts/{id}/columns", httpio.Account, a.mapColumns),
		httpio.On(post, "/api/v1/cohorts/{id}/import", httpio.Account, a.importCohort),
		httpio.On(post, "/api/v1/cohorts/{id}/restudy", httpio.Account, a.restudyCohort),
		httpio.On(get, "/api/v1/cohorts/{id}/events", httpio.Account, a.followCohort),
		httpio.On(get, "/api/v1/cohorts/{id}/flagged.csv", httpio.Account, a.downloadCohort),

		httpio.On(get, "/api/v1/people", httpio.Account, a.listPeople),
		httpio.On(get, "/api/v1/people/{person}", httpio.Account, a.exportPerson),
		httpio.On(del, "/api/v1/people/{person}", httpio.Account, a.erasePerson),
		httpio.On(get, "/api/v1/review", httpio.Account, a.review),
		httpio.On(get, "/api/v1/review/completion.csv", httpio.Account, a.completion),
		httpio.On(get, "/api/v1/review/{key}/map", httpio.Account, a.reviewMap),
		httpio.On(get, "/api/v1/decisions", httpio.Account, a.listDecisions),
		httpio.On(post, "/api/v1/decisions", httpio.Account, a.decide),
		httpio.On(del, "/api/v1/decisions/{key}", httpio.Account, a.undecide),

		httpio.On(get, "/api/v1/completion", httpio.Account, a.ownList),
		httpio.On(post, "/api/v1/completion", httpio.Account, a.completeOwn),
		httpio.On(get, "/api/v1/rereadings", httpio.Account, a.listRereadings),
		httpio.On(post, "/api/v1/rereadings", httpio.Account, a.drawDecisions),
		httpio.On(post, "/api/v1/rereadings/{id}", httpio.Account, a.answerAgain),

		httpio.On(get, "/api/v1/quota", httpio.Account, a.quota),
		httpio.On(get, "/api/v1/reports/quota", httpio.Account, a.quotaReport),
		httpio.On(get, "/api/v1/tables", httpio.Account, a.tables),
		httpio.On(get, "/api/v1/bordereaux", httpio.Account, a.listBordereaux),
		httpio.On(post, "/api/v1/bordereaux", httpio.Account, a.sendBordereau),
		httpio.On(get, "/api/v1/bordereaux/{id}", httpio.Account, a.getBordereau),
		httpio.On(get, "/api/v1/bordereaux/{id}/difference", httpio.Account, a.bordereauDifference),
		httpio.On(get, "/api/v1/frozen", httpio.Account, a.listFrozen),
		httpio.On(post, "/api/v1/frozen", httpio.Account, a.freeze),
		httpio.On(get, "/api/v1/frozen/{id}", httpio.Account, a.getFrozen),
		httpio.On(get, "/api/v1/frozen/{id}/difference", httpio.Account, a.frozenDifference),

		httpio.On(get, "/api/v1/users", httpio.Account, a.listUsers),
		httpio.On(post, "/api/v1/users", httpio.Account, a.addUser),
		httpio.On(patch, "/api/v1/users/{id}", httpio.Account, a.changeUser),
		httpio.On(post, "/api/v1/users/{id}/reset", httpio.Account, a.resetUser),
		httpio.On(get, "/api/v1/tokens", httpio.Account, a.listTokens),
		httpio.On(post, "/api/v1/tokens", httpio.Account, a.addToken),
		httpio.On(del, "/api/v1/tokens/{id}", httpio.Account, a.revokeToken),
		httpio.On(get, "/api/v1/audit", httpio.Account, a.listAudit),
		httpio.On(get, "/api/v1/settings", httpio.Account, a.getSettings),
		httpio.On(put, "/api/v1/settings", httpio.Account, a.putSettings),
	}
	for prefix, m := range map[string]manners{"": addok, "/geocodage": geoplateforme} {
		table = append(table,
			httpio.On(get, prefix+"/search", httpio.Public, a.search(m)), httpio.On(post, prefix+"/search", httpio.Public, a.search(m)),
			httpio.On(get, prefix+"/reverse", httpio.Public, a.reverse(m)), httpio.On(post, prefix+"/reverse", httpio.Public, a.reverse(m)),
			httpio.On(post, prefix+"/search/csv", httpio.Public, a.searchCSV(m)), httpio.On(post, prefix+"/reverse/csv", httpio.Public, a.reverseCSV(m)),
		)
		for _, path := range []string{"/search", "/reverse", "/search/csv", "/reverse/csv"} {
			table = append(table, httpio.On(http.MethodOptions, prefix+path, httpio.Public, a.preflight))
		}
	}
	return append(table,
		httpio.On(get, "/geocodage/completion", httpio.Public, geoplateforme.answers(a.suggest)), httpio.On(http.MethodOptions, "/geocodage/completion", httpio.Public, a.preflight),
		httpio.On(post, "/geocodage/batch", httpio.Public, geoplateforme.answers(a.batch)), httpio.On(http.MethodOptions, "/geocodage/batch", httpio.Public, a.preflight),
		httpio.On(get, "/geocodage/getCapabilities", httpio.Public, a.capabilities), httpio.On(get, "/geocodage/completion/getCapabilities", httpio.Public, a.completionCapabilities),
		httpio.On(get, "/geocodage/openapi", httpio.Public, a.openAPIOfGeocoding), httpio.On(get, "/geocodage/openapi.yaml", httpio.Public, a.openAPIOfGeocoding))
}
