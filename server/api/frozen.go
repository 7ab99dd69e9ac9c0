package api

import (
	"net/http"

	"github.com/gorilla/mux"

	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
)

func (s *API) listFrozen(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Figures.States(r.Context(), access.Who(r))
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"frozen": list})
}

func (s *API) freeze(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.Freeze); err != nil {
		return err
	}
	var body figures.Freezing
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	state, err := s.Figures.Freeze(r.Context(), access.Who(r), body)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusCreated, state)
}

// getFrozen returns a frozen state as JSON, or as a table.
func (s *API) getFrozen(w http.ResponseWriter, r *http.Request) error {
	state, err := s.Figures.State(r.Context(), access.Who(r), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	p := httpio.Query(r)
	format := p.OneOf("format", "json", "csv", "xlsx")
	if err := p.Err(); err != nil {
		return err
	}
	if format == "csv" || format == "xlsx" {
		return httpio.SendTable(w, "etat-"+state.Period+"."+format, state.WriteTable)
	}
	return httpio.WriteJSON(w, http.StatusOK, state)
}

func (s *API) frozenDifference(w http.ResponseWriter, r *http.Request) error {
	d, err := s.Figures.StateDifference(r.Context(), access.Who(r), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"id": d.ID, "rule_changed": d.RuleChanged, "rows_removed": d.RowsRemoved, "units": d.Units})
}
