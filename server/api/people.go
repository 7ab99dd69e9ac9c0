package api

import (
	"net/http"

	"github.com/gorilla/mux"

	"perimetre/geo/residency"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/people"
)

var statuses = []string{string(residency.In), string(residency.Out), string(residency.Undecided)}

// listPeople lists rows of one's own Mission Locale.
func (s *API) listPeople(w http.ResponseWriter, r *http.Request) error {
	p := httpio.Query(r)
	who := access.Who(r)
	if err := who.May(access.ReadPeople); err != nil {
		return err
	}
	unit, err := who.OwnUnit(p.Text("unit"))
	if err != nil {
		return err
	}
	f := people.Filter{File: p.Text("cohort"), Status: p.OneOf("status", statuses...), Action: p.OneOf("action", people.Actions...), Person: p.Text("person"), After: p.Text("after"), Limit: p.Integer("limit", 100, 1, 1000)}
	if err := p.Err(); err != nil {
		return err
	}
	rows, err := s.People.Rows(r.Context(), who, unit, f)
	if err != nil {
		return err
	}
	next := ""
	if len(rows) == f.Limit {
		next = rows[len(rows)-1].ID
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"unit": unit, "people": rows, "next": next, "usage": people.Usage})
}

// exportPerson gives everything that is kept of one person.
func (s *API) exportPerson(w http.ResponseWriter, r *http.Request) error {
	p, err := s.People.Person(r.Context(), access.Who(r), httpio.Query(r).Text("unit"), mux.Vars(r)["person"])
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"unit": p.Unit, "person": p.ID, "rows": p.Rows, "decisions": p.Decisions, "usage": people.Usage})
}

func (s *API) erasePerson(w http.ResponseWriter, r *http.Request) error {
	if err := s.People.Erase(r.Context(), access.Who(r), httpio.Query(r).Text("unit"), mux.Vars(r)["person"]); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// completion lists what is to be corrected at its source, by branch and counsellor.
func (s *API) completion(w http.ResponseWriter, r *http.Request) error {
	write, err := s.People.Completion(r.Context(), access.Who(r), httpio.Query(r).Text("unit"), nil)
	if err != nil {
		return err
	}
	return httpio.SendTable(w, "a-completer.csv", write)
}
