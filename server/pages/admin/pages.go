package admin

import (
	"net/http"

	"perimetre/server/httpio"
	"perimetre/server/pages/shell"
)

// Pages answers with these pages.
type Pages struct{ *shell.Shell }

// Routes returns the routes of these pages.
func Routes(shell *shell.Shell) []httpio.Route {
	s, get, post := &Pages{shell}, http.MethodGet, http.MethodPost
	return []httpio.Route{
		httpio.OnPage(get, "/administration", httpio.Account, s.adminPage),
		httpio.OnPage(get, "/administration/journal.csv", httpio.Account, s.journalFile),
		httpio.OnPage(post, "/administration/conservation", httpio.Account, s.adminSettingsSave),
		httpio.OnPage(post, populationPath, httpio.Account, s.populationSave),
		httpio.OnPage(post, "/administration/sites", httpio.Account, s.adminSitesSave),
		httpio.OnPage(post, "/administration/comptes", httpio.Account, s.adminAddUser),
		httpio.OnPage(get, "/administration/comptes/{id}", httpio.Account, s.accountPage),
		httpio.OnPage(post, "/administration/comptes/{id}", httpio.Account, s.adminUser),
		httpio.OnPage(get, "/administration/regles/{name}", httpio.Account, s.rulePage),
		httpio.OnPage(post, "/administration/regles/{name}", httpio.Account, s.ruleSave),
		httpio.OnPage(get, "/administration/regles/{name}/version.yml", httpio.Account, s.ruleText),
	}
}
