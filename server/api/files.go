package api

import (
	"net/http"

	"github.com/gorilla/mux"

	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/people"
)

func (s *API) listCohorts(w http.ResponseWriter, r *http.Request) error {
	unit, files, err := s.People.Files(r.Context(), access.Who(r), httpio.Query(r).Text("unit"))
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"unit": unit, "cohorts": files})
}

// uploadCohort receives a file: its columns are found, nothing is imported yet.
func (s *API) uploadCohort(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ImportFiles); err != nil {
		return err
	}
	u, err := httpio.ReadUpload(w, r, s.MaxCohort)
	if err != nil {
		return err
	}
	defer u.Discard()
	f, err := s.People.Receive(r.Context(), access.Who(r), u.Fields.Get("unit"), u.Name, u.File)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusCreated, f)
}

func (s *API) getCohort(w http.ResponseWriter, r *http.Request) error {
	f, err := s.People.File(r.Context(), access.Who(r), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, f)
}

// cohortSample shows the columns and the first rows of a received file, and the
// fields that a column may be bound to.
func (s *API) cohortSample(w http.ResponseWriter, r *http.Request) error {
	sample, err := s.People.Sample(r.Context(), access.Who(r), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	type field struct {
		Name  string `json:"name"`
		Label string `json:"label"`
	}
	fields := make([]field, len(people.Kept))
	for i, k := range people.Kept {
		fields[i] = field{string(k), k.Label()}
	}
	rows := append([][]string{}, sample.Rows...)
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"columns": sample.Columns, "rows": rows, "fields": fields})
}

// ownFileBody lets who may import a file of theirs send a body, and reads it.
func (s *API) ownFileBody(w http.ResponseWriter, r *http.Request, body any) (id string, err error) {
	id = mux.Vars(r)["id"]
	if err := s.People.MayImport(r.Context(), access.Who(r), id); err != nil {
		return id, err
	}
	return id, httpio.ReadJSON(w, r, body)
}

// mapColumns corrects what the columns were read as: {"columns": {"voie": "Adresse 1"}}.
func (s *API) mapColumns(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Columns map[string]string `json:"columns"`
	}
	id, err := s.ownFileBody(w, r, &body)
	if err != nil {
		return err
	}
	f, err := s.People.MapColumns(r.Context(), access.Who(r), id, body.Columns)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, f)
}

func (s *API) importCohort(w http.ResponseWriter, r *http.Request) error {
	var body people.Importing
	id, err := s.ownFileBody(w, r, &body)
	if err != nil {
		return err
	}
	if body.DryRun {
		d, err := s.People.DryRun(r.Context(), access.Who(r), id, body)
		if err != nil {
			return err
		}
		return httpio.WriteJSON(w, http.StatusOK, d)
	}
	f, err := s.People.Import(r.Context(), access.Who(r), id, body)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusAccepted, f)
}

func (s *API) restudyCohort(w http.ResponseWriter, r *http.Request) error {
	var body people.Restudying
	id, err := s.ownFileBody(w, r, &body)
	if err != nil {
		return err
	}
	f, err := s.People.Restudy(r.Context(), access.Who(r), id, body)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusAccepted, f)
}

func (s *API) cancelCohort(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.People.Cancel(r.Context(), access.Who(r), mux.Vars(r)["id"]); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
