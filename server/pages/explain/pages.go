package explain

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
		httpio.OnPage(post, "/carte/adresse", httpio.Account, s.foundPart),
		httpio.OnPage(get, "/adresse", httpio.Account, s.addressPage),
		httpio.OnPage(post, "/adresse", httpio.Account, s.addressPage),
	}
}
