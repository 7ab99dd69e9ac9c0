package api

import (
	"net/http"

	"github.com/gorilla/mux"

	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
)

// listBordereaux says who has sent and who has not.
func (s *API) listBordereaux(w http.ResponseWriter, r *http.Request) error {
	q, err := s.Figures.Question(r.Context(), access.Who(r), figures.AskOf(httpio.Query(r), figures.InEnglish))
	if err != nil {
		return err
	}
	x, err := s.Figures.Returns(r.Context(), access.Who(r), q)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"rule": x.Rule, "period": x.Period, "expected": x.Expected, "received": x.Received, "missing": x.Missing, "units": x.Units})
}

// sendBordereau asks for leave before it reads the body, as every writing does; the use
// case asks again.
func (s *API) sendBordereau(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.SendBordereau); err != nil {
		return err
	}
	var body figures.Order
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	kept, err := s.Figures.SendOrder(r.Context(), access.Who(r), body)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusCreated, figures.Received{Unit: kept.Unit, ID: kept.ID, SentAt: &kept.SentAt, SentBy: kept.SentBy})
}

func (s *API) getBordereau(w http.ResponseWriter, r *http.Request) error {
	body, err := s.Figures.Bordereau(r.Context(), access.Who(r), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, err = w.Write(body)
	return err
}

func (s *API) bordereauDifference(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Figures.BordereauDifference(r.Context(), access.Who(r), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, d)
}
