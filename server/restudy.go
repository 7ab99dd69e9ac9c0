package server

import (
	"net/http"
	"slices"

	"perimetre/geo"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// restudyBody says how the rows of a file are flagged again.
type restudyBody struct {
	Known     geo.Date `json:"known"`     // as known on that day; today when empty
	Perimeter *string  `json:"perimeter"` // version of the QPV, whatever the date; absent: as at the import
}

// restudyCohort flags the rows of an imported file again with the edition in
// service, as a job; asked twice, it gives the same rows.
func (s *Server) restudyCohort(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ImportFiles); err != nil {
		return err
	}
	f, err := s.ownFile(r)
	if err != nil {
		return err
	}
	var body restudyBody
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	if err := s.restudy(r, &f, body); err != nil {
		return err
	}
	if f, err = s.store.File(r.Context(), f.ID); err != nil {
		return err
	}
	c, err := s.describe(r.Context(), &f)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusAccepted, c)
}

func (s *Server) restudy(r *http.Request, f *store.File, body restudyBody) error {
	pack := s.packs.Acquire()
	defer pack.Release()
	if body.Known.IsZero() {
		body.Known = geo.Today()
	}
	f.Intake.Known = body.Known
	if body.Perimeter != nil {
		if *body.Perimeter != "" && !slices.Contains(pack.Perimeters(), *body.Perimeter) {
			return httpio.Refused("perimeter : version absente du référentiel")
		}
		f.Intake.Perimeter = *body.Perimeter
	}
	var job store.Job
	err := s.recorded(r, principalOf(r).Entry("nouvelle étude d’un fichier", f.Unit, f.ID, f.Rows), func(t *store.Store) (err error) {
		job, err = t.StartRestudy(r.Context(), f.ID, pack.ID, f.Intake)
		return err
	})
	if err != nil {
		return err
	}
	return s.jobs.Schedule(r.Context(), job.ID)
}
