package api

import (
	"net/http"

	"github.com/gorilla/mux"

	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/people"
)

// drawDecisions draws manual decisions of a Mission Locale, to be answered again.
func (s *API) drawDecisions(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.DrawDecisions); err != nil {
		return err
	}
	var body people.Draw
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	n, err := s.People.Draw(r.Context(), access.Who(r), body)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusCreated, map[string]any{"unit": body.Unit, "period": body.Period, "drawn": n})
}

// listRereadings lists the addresses that the reader may answer again.
func (s *API) listRereadings(w http.ResponseWriter, r *http.Request) error {
	unit, list, err := s.People.ToReread(r.Context(), access.Who(r), httpio.Query(r).Text("unit"))
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"unit": unit, "rereadings": list, "usage": people.Usage})
}

// answerAgain keeps a second answer.
func (s *API) answerAgain(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.Reread); err != nil {
		return err
	}
	var body struct{ Unit, Verdict string }
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	if err := s.People.AnswerAgain(r.Context(), access.Who(r), body.Unit, mux.Vars(r)["id"], body.Verdict); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
