package pages

import (
	"net/http"
	"slices"

	"perimetre/server/pages/admin"
	"perimetre/server/pages/atlas"
	"perimetre/server/pages/explain"
	"perimetre/server/pages/method"
	"perimetre/server/pages/reach"
	"perimetre/server/pages/shell"

	"perimetre/server/access"
	"perimetre/server/httpio"
)

// Routes returns the routes of the pages.
func (s *Pages) Routes() []httpio.Route {
	get, post := http.MethodGet, http.MethodPost
	table := []httpio.Route{
		httpio.OnPage(get, "/licences", httpio.Public, s.licences),
		httpio.OnPage(get, fieldPath, httpio.Public, s.field),
		httpio.OnPage(get, "/integrer", httpio.Public, s.integrationPage),
		httpio.OnPage(get, "/", httpio.Account, s.homePage),
		httpio.OnPage(get, "/connexion", httpio.Always, s.signInPage),
		httpio.OnPage(post, "/connexion", httpio.Always, s.signIn),
		httpio.OnPage(post, "/deconnexion", httpio.Always, s.signOut),
		httpio.OnPage(get, "/mise-en-service", httpio.Always, s.setupPage),
		httpio.OnPage(post, "/mise-en-service", httpio.Always, s.setupFirst),
		httpio.OnPage(get, "/mot-de-passe", httpio.Always, s.passwordPage),
		httpio.OnPage(post, "/mot-de-passe", httpio.Always, s.setPassword),
		httpio.OnPage(get, "/assets/{name}", httpio.Always, s.asset),
		httpio.OnPage(get, "/favicon.ico", httpio.Always, s.asset),
		httpio.OnPage(get, "/theme.css", httpio.Always, s.ThemeSheet),
		httpio.OnPage(get, "/pilotage", httpio.Account, s.pilotagePage),
		httpio.OnPage(post, "/pilotage/arreter", httpio.Account, s.pilotageFreeze),
		httpio.OnPage(post, "/pilotage/relecture", httpio.Account, s.pilotageDraw),
		httpio.OnPage(get, "/ma-mission-locale", httpio.Account, s.ownPage),
		httpio.OnPage(get, "/ma-mission-locale/note", httpio.Account, s.notePage),
		httpio.OnPage(get, "/ma-mission-locale/tableaux", httpio.Account, s.crosstabPage),
		httpio.OnPage(post, "/ma-mission-locale/arreter", httpio.Account, s.ownFreeze),
		httpio.OnPage(post, "/ma-mission-locale/observation", httpio.Account, s.ownObserve),
		httpio.OnPage(get, "/ma-mission-locale/sites", httpio.Account, s.sitesPage),
		httpio.OnPage(post, "/ma-mission-locale/sites", httpio.Account, s.sitesSave),
		httpio.OnPage(post, "/ma-mission-locale/sites/fichier", httpio.Account, s.sitesUpload),
		httpio.OnPage(get, "/ma-mission-locale/sites.csv", httpio.Account, s.sitesDownload),
		httpio.OnPage(get, "/ma-mission-locale/sites.xlsx", httpio.Account, s.sitesDownload),
		httpio.OnPage(get, "/imports", httpio.Account, s.importsPage),
		httpio.OnPage(post, "/imports", httpio.Account, s.importsUpload),
		httpio.OnPage(get, "/imports/colonnes", httpio.Account, s.columnsPage),
		httpio.OnPage(post, "/imports/colonnes", httpio.Account, s.columnsSave),
		httpio.OnPage(get, "/imports/personne", httpio.Account, s.personPage),
		httpio.OnPage(post, "/imports/personne", httpio.Account, s.personAct),
		httpio.OnPage(get, "/imports/{id}", httpio.Account, s.importPage),
		httpio.OnPage(get, "/imports/{id}/a-corriger.csv", httpio.Account, s.importRejected),
		httpio.OnPage(post, "/imports/{id}/etudier", httpio.Account, s.importAgain),
		httpio.OnPage(post, "/imports/{id}/annuler", httpio.Account, s.importUndo),
		httpio.OnPage(get, "/bordereau", httpio.Account, s.bordereauPage),
		httpio.OnPage(post, "/bordereau", httpio.Account, s.bordereauSend),
		httpio.OnPage(get, "/a-verifier", httpio.Account, s.reviewPage),
		httpio.OnPage(post, "/a-verifier", httpio.Account, s.reviewDecide),
		httpio.OnPage(post, "/a-verifier/annuler", httpio.Account, s.reviewUndo),
		httpio.OnPage(post, "/a-verifier/a-completer", httpio.Account, s.completionFile),
		httpio.OnPage(get, shell.OwnListPath, httpio.Account, s.ownListPage),
		httpio.OnPage(post, shell.OwnListPath, httpio.Account, s.ownListAnswer),
		httpio.OnPage(get, "/a-verifier/relecture", httpio.Account, s.rereadingPage),
		httpio.OnPage(post, "/a-verifier/relecture", httpio.Account, s.rereadingAnswer),
	}
	if s.OIDC != nil {
		table = append(table, httpio.OnPage(get, oidcStart, httpio.Always, s.startOIDC), httpio.OnPage(get, access.OIDCReturn, httpio.Always, s.returnOIDC))
	}
	return shell.KeepBookmarks(slices.Concat(table, explain.Routes(s.Shell), atlas.Routes(s.Shell), reach.Routes(s.Shell), method.Routes(s.Shell), admin.Routes(s.Shell)))
}
