package api

import (
	"net/http"

	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/people"
)

func (s *API) getSettings(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ReadAdministration); err != nil {
		return err
	}
	v, err := people.ReadSettings(r.Context(), s.Store)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, v)
}

// putSettings changes the settings; the numbers that may be absent stay.
func (s *API) putSettings(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.EditSettings); err != nil {
		return err
	}
	v, err := people.ReadSettings(r.Context(), s.Store)
	if err != nil {
		return err
	}
	v.DeclaredSites, v.ReduceMonths, v.RemoveMonths = nil, 0, 0
	if err := httpio.ReadJSON(w, r, &v); err != nil {
		return err
	}
	if v, err = people.SaveSettings(r.Context(), s.Store, access.Who(r), v); err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, v)
}
