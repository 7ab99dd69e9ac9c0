package server

import (
	"net/http"

	"github.com/gorilla/mux"

	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
)

// listBordereaux says who has sent and who has not.
func (s *Server) listBordereaux(w http.ResponseWriter, r *http.Request) error {
	q, err := s.figures.Question(r.Context(), principalOf(r), figures.AskOf(httpio.Query(r)))
	if err != nil {
		return err
	}
	x, err := s.figures.Returns(r.Context(), principalOf(r), q)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"rule": x.Rule, "period": x.Period, "expected": x.Expected, "received": x.Received, "missing": x.Missing, "units": x.Units})
}

// sendBordereau asks for leave before it reads the body, as every writing does; the use
// case asks again.
func (s *Server) sendBordereau(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.SendBordereau); err != nil {
		return err
	}
	var body figures.Order
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	kept, err := s.figures.SendOrder(r.Context(), principalOf(r), body)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusCreated, figures.Received{Unit: kept.Unit, ID: kept.ID, SentAt: &kept.SentAt, SentBy: kept.SentBy})
}

func (s *Server) getBordereau(w http.ResponseWriter, r *http.Request) error {
	body, err := s.figures.Bordereau(r.Context(), principalOf(r), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, err = w.Write(body)
	return err
}

func (s *Server) bordereauDifference(w http.ResponseWriter, r *http.Request) error {
	d, err := s.figures.BordereauDifference(r.Context(), principalOf(r), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, d)
}
