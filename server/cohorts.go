package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/mux"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/people"
	"perimetre/server/store"
)

// cohort is a file of people as the API gives it.
type cohort struct {
	ID         string          `json:"id"`
	Unit       string          `json:"unit"`
	Name       string          `json:"name"`
	State      store.FileState `json:"state"`
	Bytes      int64           `json:"bytes"`
	SHA256     string          `json:"sha256"`
	Rows       int             `json:"rows"`
	RowsDone   int             `json:"rows_done"`
	Columns    []store.Column  `json:"columns"`
	Dropped    []string        `json:"dropped"` // columns that are not kept
	Missing    []string        `json:"missing"` // fields without which nothing is imported
	SetAside   map[string]int  `json:"set_aside"`
	Warnings   []string        `json:"warnings"`
	Statuses   map[string]int  `json:"statuses"`
	Actions    map[string]int  `json:"actions"`
	Pack       string          `json:"pack"`
	Known      geo.Date        `json:"known"`
	Perimeter  string          `json:"perimeter"`
	Error      string          `json:"error,omitempty"`
	CreatedBy  string          `json:"created_by"`
	CreatedAt  time.Time       `json:"created_at"`
	ImportedAt *time.Time      `json:"imported_at"`
	// Outdated tells rows that another edition than the one in service flagged;
	// Studying, rows being flagged again with it.
	Outdated bool `json:"outdated"`
	Studying bool `json:"studying"`
}

func (s *Server) describe(ctx context.Context, f *store.File) (cohort, error) {
	c := cohort{ID: f.ID, Unit: f.Unit, Name: f.Name, State: f.State, Bytes: f.Bytes, SHA256: f.SHA256, Rows: f.Rows, Columns: f.Intake.Columns, Dropped: []string{},
		Missing: []string{}, SetAside: f.Intake.SetAside, Warnings: f.Intake.Warnings, Pack: f.Pack, Known: f.Intake.Known, Perimeter: f.Intake.Perimeter, Error: f.Error,
		CreatedBy: f.CreatedBy, CreatedAt: f.CreatedAt, Statuses: map[string]int{}, Actions: map[string]int{}}
	for _, col := range f.Intake.Columns {
		if col.Field == "" && col.Title != "" {
			c.Dropped = append(c.Dropped, col.Title)
		}
	}
	for _, m := range people.Missing(f.Intake.Columns) {
		c.Missing = append(c.Missing, string(m))
	}
	var err error
	switch f.State {
	case store.Running:
		c.RowsDone, c.Rows, err = s.store.Progress(ctx, f.ID)
	case store.Imported:
		c.RowsDone, c.ImportedAt = f.Rows, &f.ImportedAt
		c.Outdated = f.Pack != s.packs.ID()
		if c.Studying, err = s.store.Studying(ctx, f.ID); err == nil && c.Studying {
			c.RowsDone, _, err = s.store.Progress(ctx, f.ID)
		}
		if err == nil {
			c.Statuses, c.Actions, err = s.store.CountPeople(ctx, store.PeopleQuery{Unit: f.Unit, FileID: f.ID})
		}
	}
	return c, err
}

// ownFile finds the file that the path names, when it is one's own Mission
// Locale's; another's does not exist for the caller.
func (s *Server) ownFile(r *http.Request) (store.File, error) {
	f, err := s.store.File(r.Context(), mux.Vars(r)["id"])
	if err == nil && !slices.Contains(principalOf(r).Units, f.Unit) {
		err = fault.New(fault.NotFound, "fichier introuvable")
	}
	return f, err
}

func (s *Server) listCohorts(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadPeople); err != nil {
		return err
	}
	unit, err := principalOf(r).OwnUnit(httpio.Query(r).Text("unit"))
	if err != nil {
		return err
	}
	files, err := s.store.Files(r.Context(), unit)
	if err != nil {
		return err
	}
	out := make([]cohort, len(files))
	for i := range files {
		if out[i], err = s.describe(r.Context(), &files[i]); err != nil {
			return err
		}
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"unit": unit, "cohorts": out})
}

// uploadCohort receives a file: its columns are found, nothing is imported yet.
func (s *Server) uploadCohort(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ImportFiles); err != nil {
		return err
	}
	u, err := httpio.ReadUpload(w, r, s.cfg.MaxCohort)
	if err != nil {
		return err
	}
	defer u.Discard()
	unit, err := principalOf(r).OwnUnit(u.Fields.Get("unit"))
	if err != nil {
		return err
	}
	f, err := s.Receive(r.Context(), unit, u.Name, u.File, principalOf(r))
	if err != nil {
		return err
	}
	c, err := s.describe(r.Context(), &f)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusCreated, c)
}

// Receive keeps a file of people until it is imported, with the columns found in it.
func (s *Server) Receive(ctx context.Context, unit, name string, in io.ReadSeeker, by *access.Principal) (store.File, error) {
	name = people.FileName(name)
	f := store.File{Unit: unit, Name: name, CreatedBy: by.Name}
	sample, err := s.inspect(ctx, name, in)
	if err != nil {
		return f, err
	}
	h := sha256.New()
	if _, err = in.Seek(0, io.SeekStart); err == nil {
		f.Bytes, err = io.Copy(h, in)
	}
	if err == nil {
		_, err = in.Seek(0, io.SeekStart)
	}
	if err != nil {
		return f, fault.Wrap(fault.Internal, err, "relecture de l’envoi")
	}
	f.SHA256 = hex.EncodeToString(h.Sum(nil))
	f.Intake = store.Intake{Columns: sample.Columns, Fields: []string{}, SetAside: map[string]int{}, Warnings: sample.Preamble}
	return f, s.store.Together(ctx, func(t *store.Store) error {
		if err := t.AddFile(ctx, &f, in); err != nil {
			return err
		}
		return t.Record(ctx, by.Entry("fichier reçu", unit, f.ID, 1))
	})
}

// inspect reads the header and the first rows of a file when its turn comes: a
// workbook may have to be expanded whole.
func (s *Server) inspect(ctx context.Context, name string, in io.Reader) (people.Sample, error) {
	if err := s.heavy.Take(ctx); err != nil {
		return people.Sample{}, err
	}
	defer s.heavy.Give()
	return people.Inspect(name, in, s.limits())
}

func (s *Server) getCohort(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadPeople); err != nil {
		return err
	}
	f, err := s.ownFile(r)
	if err != nil {
		return err
	}
	c, err := s.describe(r.Context(), &f)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, c)
}

// cohortSample shows the columns and the first rows of a received file, and the
// fields that a column may be bound to.
func (s *Server) cohortSample(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ImportFiles); err != nil {
		return err
	}
	f, err := s.ownFile(r)
	if err != nil {
		return err
	}
	in, err := s.store.Upload(r.Context(), f.ID)
	if err != nil {
		return err
	}
	sample, err := s.inspect(r.Context(), f.Name, in)
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
	if err := s.journal(r, principalOf(r), "lecture d’un échantillon", f.Unit, f.ID, len(sample.Rows)); err != nil {
		return err
	}
	rows := append([][]string{}, sample.Rows...)
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"columns": f.Intake.Columns, "rows": rows, "fields": fields})
}

// mapColumns corrects what the columns were read as: {"columns": {"voie": "Adresse 1"}}.
func (s *Server) mapColumns(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ImportFiles); err != nil {
		return err
	}
	f, err := s.ownFile(r)
	if err != nil {
		return err
	}
	var body struct {
		Columns map[string]string `json:"columns"`
	}
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	if f.Intake.Columns, err = people.Correct(f.Intake.Columns, body.Columns); err != nil {
		return err
	}
	if err := s.store.SetIntake(r.Context(), f.ID, f.Intake); err != nil {
		return err
	}
	c, err := s.describe(r.Context(), &f)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, c)
}

// cancelCohort stops an import, or undoes it: the rows go.
func (s *Server) cancelCohort(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ImportFiles); err != nil {
		return err
	}
	f, err := s.ownFile(r)
	if err != nil {
		return err
	}
	e := principalOf(r).Entry("import annulé", f.Unit, f.ID, f.Rows)
	if err := s.recorded(r, e, func(t *store.Store) error { return t.RemoveFile(r.Context(), f.ID) }); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func headings(columns []store.Column) []string {
	out := make([]string, len(columns))
	for i := range columns {
		out[i] = columns[i].Title
	}
	return out
}

func joinQuoted(words []string) string {
	out := ""
	for i, w := range words[:min(12, len(words))] {
		if i > 0 {
			out += ", "
		}
		out += "« " + w + " »"
	}
	return out
}
