package reach

import (
	"net/http"

	"perimetre/server/httpio"
	"perimetre/server/pages/shell"
)

// Pages answers with these pages.
type Pages struct{ *shell.Shell }

// Routes returns the routes of these pages.
func Routes(shell *shell.Shell) []httpio.Route {
	s := &Pages{shell}
	return []httpio.Route{httpio.OnPage(http.MethodGet, "/couverture", httpio.Account, s.page)}
}
