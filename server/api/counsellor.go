package api

import (
	"net/http"

	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/people"
)

// ownList lists the addresses to complete of the people whom a counsellor follows.
func (s *API) ownList(w http.ResponseWriter, r *http.Request) error {
	unit, rows, err := s.People.OwnList(r.Context(), access.Who(r), httpio.Query(r).Text("unit"))
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"unit": unit, "people": rows, "answers": people.Completions, "usage": people.Usage})
}

// completeOwn keeps what a counsellor says of a row of that list.
func (s *API) completeOwn(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.CompleteOwn); err != nil {
		return err
	}
	var body struct{ Unit, ID, Answer string }
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	if err := s.People.CompleteOwn(r.Context(), access.Who(r), body.Unit, body.ID, body.Answer); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
