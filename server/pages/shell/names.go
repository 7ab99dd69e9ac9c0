package shell

import (
	"net/http"

	"perimetre/server/access"
	"perimetre/server/httpio"
)

// oldNames are the names that parameters of pages had in English, with those they have.
var oldNames = map[string]string{"unit": "ml", "period": "periode", "rule": "regle", "perimeter": "perimetre", "by": "ventilation", "zoning": "zonage", "indicator": "indicateur", "id": "version"}

// KeepBookmarks returns the routes with those that read made to answer to an address with
// old names by its redirection to the same page with the names of today, which win where
// an address has both. Forms are sent from pages, so theirs are of today.
func KeepBookmarks(routes []httpio.Route) []httpio.Route {
	for i := range routes {
		if rt := &routes[i]; rt.Method == http.MethodGet {
			handle := rt.Handle
			rt.Handle = func(w http.ResponseWriter, r *http.Request) error {
				to, old := todaysNames(r)
				if !old {
					return handle(w, r)
				}
				if who := access.Who(r); who != nil { // the page asks for more
					if err := who.May(access.Enter); err != nil {
						return err
					}
				}
				http.Redirect(w, r, to, http.StatusMovedPermanently)
				return nil
			}
		}
	}
	return routes
}

// todaysNames returns the address of a request with the names of today, and whether it
// had an old one.
func todaysNames(r *http.Request) (to string, old bool) {
	q := r.URL.Query()
	for was, is := range oldNames {
		if !q.Has(was) {
			continue
		}
		if old = true; !q.Has(is) {
			q[is] = q[was]
		}
		q.Del(was)
	}
	return r.URL.EscapedPath() + "?" + q.Encode(), old
}
