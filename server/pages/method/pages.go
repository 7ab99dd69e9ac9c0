package method

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
		httpio.OnPage(get, "/methode", httpio.Account, s.methodPage),
	}
}
