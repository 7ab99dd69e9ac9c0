package pages

import (
	"net/http"

	"perimetre/server/httpio"
	"perimetre/server/pages/shell"
	"perimetre/web"
)

// fieldPath serves the field that completes an address in any form. It keeps its path
// whatever its content, since forms of other sites name it.
const fieldPath = "/composants/perimetre-adresse.js"

// field answers with the script of the field, for the pages of any site.
func (s *Pages) field(w http.ResponseWriter, r *http.Request) error {
	pages, err := shell.Site()
	if err != nil {
		return err
	}
	w.Header().Set("Access-Control-Allow-Origin", "*") // the script of a page of another site
	pages.ServeField(w, r)
	return nil
}

// integrationPage shows the field at work, and how to put it in a form.
func (s *Pages) integrationPage(w http.ResponseWriter, r *http.Request) error {
	v := &web.Integration{Layout: s.Layout(r, "Un champ d’adresse pour tout formulaire", "/integrer"), Field: fieldPath, Host: httpio.BaseAddress(r)}
	return s.Render(w, r, http.StatusOK, v)
}
