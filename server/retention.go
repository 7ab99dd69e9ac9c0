package server

import (
	"net/http"

	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/people"
)

func (s *Server) getSettings(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadAdministration); err != nil {
		return err
	}
	v, err := people.ReadSettings(r.Context(), s.store)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, v)
}

// putSettings changes the settings; the numbers that may be absent stay.
func (s *Server) putSettings(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.EditSettings); err != nil {
		return err
	}
	v, err := people.ReadSettings(r.Context(), s.store)
	if err != nil {
		return err
	}
	v.DeclaredSites, v.ReduceMonths, v.RemoveMonths = nil, 0, 0
	if err := httpio.ReadJSON(w, r, &v); err != nil {
		return err
	}
	if v, err = people.SaveSettings(r.Context(), s.store, principalOf(r), v); err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, v)
}
