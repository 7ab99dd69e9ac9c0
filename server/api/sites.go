package api

import (
	"net/http"

	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/studies"
)

// listSites lists the sites, with the completeness of the list of each Mission Locale.
func (s *API) listSites(w http.ResponseWriter, r *http.Request) error {
	pack := s.Packs.Acquire()
	defer pack.Release()
	sites, list, err := s.Studies.List(r.Context(), access.Who(r), pack, httpio.Query(r).Text("unit"))
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"sites": sites, "completeness": list})
}

// putSites writes the list of sites of one's own Mission Locale.
func (s *API) putSites(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.EditSites); err != nil {
		return err
	}
	var body struct {
		Unit  string         `json:"unit"`
		Sites []studies.Site `json:"sites"`
	}
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	sites, list, err := s.Studies.Save(r.Context(), access.Who(r), pack, body.Unit, body.Sites)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"sites": sites, "completeness": list})
}
