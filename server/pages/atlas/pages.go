package atlas

import (
	"net/http"

	"perimetre/server/httpio"
	"perimetre/server/pages/shell"
)

// Pages answers with these pages.
type Pages struct{ *shell.Shell }

// Routes returns the routes of these pages.
func Routes(shell *shell.Shell) []httpio.Route {
	s, get := &Pages{shell}, http.MethodGet
	return []httpio.Route{
		httpio.OnPage(get, "/carte", httpio.Open, s.atlasPage),
		httpio.OnPage(get, "/carte/integree", httpio.Open, s.atlasEmbedded),
		httpio.OnPage(get, "/carte/imprimer", httpio.Open, s.atlasSheet),
		httpio.OnPage(get, "/carte/carte.svg", httpio.Open, s.atlasSVG),
	}
}
