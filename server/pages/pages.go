// Package pages is the HTML face of the use cases: a page asks them as typed calls, and
// says their answers in French. Nothing of the API is called from here. Pages of one theme
// live in a folder of their own (admin, atlas, explain, method) on the same shell.
package pages

import (
	"net/http"
	"strings"
	"time"

	"perimetre"
	"perimetre/geo/fault"
	"perimetre/server/access"
	"perimetre/server/pages/shell"
)

// Pages answers with pages. Make one with New.
type Pages struct{ *shell.Shell }

// New returns the pages, or the error of the theme's file.
func New(c shell.Config) (*Pages, error) {
	s, err := shell.New(c)
	if err != nil {
		return nil, err
	}
	return &Pages{s}, nil
}

func (s *Pages) homePage(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.Enter); err != nil {
		return err
	}
	home := shell.Home(access.Who(r))
	if home == "" {
		return fault.New(fault.Forbidden, "aucune page pour ce rôle")
	}
	http.Redirect(w, r, home, http.StatusSeeOther)
	return nil
}

func (s *Pages) asset(w http.ResponseWriter, r *http.Request) error {
	pages, err := shell.Site()
	if err != nil {
		return err
	}
	pages.ServeAsset(w, r)
	return nil
}

// licences answers with the licences of what the program contains, as text.
func (s *Pages) licences(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache") // another version of the program has others
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(perimetre.Notice))
	return nil
}
