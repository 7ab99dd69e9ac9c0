package server

import (
	"net/http"

	"github.com/gorilla/mux"

	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
)

func (s *Server) listFrozen(w http.ResponseWriter, r *http.Request) error {
	list, err := s.figures.States(r.Context(), principalOf(r))
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"frozen": list})
}

func (s *Server) freeze(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.Freeze); err != nil {
		return err
	}
	var body figures.Freezing
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	state, err := s.figures.Freeze(r.Context(), principalOf(r), body)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusCreated, state)
}

// getFrozen gives a frozen state as JSON, or as a table.
func (s *Server) getFrozen(w http.ResponseWriter, r *http.Request) error {
	state, err := s.figures.State(r.Context(), principalOf(r), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	p := httpio.Query(r)
	format := p.OneOf("format", "json", "csv", "xlsx")
	if err := p.Err(); err != nil {
		return err
	}
	if format == "csv" || format == "xlsx" {
		return sendTable(w, "etat-"+state.Period+"."+format, state.WriteTable)
	}
	return httpio.WriteJSON(w, http.StatusOK, state)
}

func (s *Server) frozenDifference(w http.ResponseWriter, r *http.Request) error {
	d, err := s.figures.StateDifference(r.Context(), principalOf(r), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"id": d.ID, "rule_changed": d.RuleChanged, "rows_removed": d.RowsRemoved, "units": d.Units})
}
