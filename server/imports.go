package server

import (
	"context"
	"net/http"
	"slices"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/people"
	"perimetre/server/store"
)

// importBody says how a file is imported.
type importBody struct {
	Known     geo.Date `json:"known"`     // as known on that day; today when empty
	Perimeter string   `json:"perimeter"` // version of the QPV, whatever the date
	DryRun    bool     `json:"dry_run"`
}

func (s *Server) importCohort(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ImportFiles); err != nil {
		return err
	}
	f, err := s.ownFile(r)
	if err != nil {
		return err
	}
	var body importBody
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	if body.DryRun {
		return s.dryRun(w, r, &f, body)
	}
	if err := s.Import(r.Context(), &f, body.Known, body.Perimeter, principalOf(r)); err != nil {
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

// Import puts a received file to work with the pack in service; who looks at the
// file sees how far it is.
func (s *Server) Import(ctx context.Context, f *store.File, known geo.Date, perimeter string, by *access.Principal) error {
	pack := s.packs.Acquire()
	defer pack.Release()
	if err := s.prepare(f, known, perimeter, pack); err != nil {
		return err
	}
	var job store.Job
	err := s.store.Together(ctx, func(t *store.Store) (err error) {
		if job, err = t.StartJob(ctx, f.ID, pack.ID, f.Intake); err != nil {
			return err
		}
		return t.Record(ctx, by.Entry("import", f.Unit, f.ID, 1))
	})
	if err != nil {
		return err
	}
	return s.jobs.Schedule(ctx, job.ID)
}

// prepare checks what an import is asked.
func (s *Server) prepare(f *store.File, known geo.Date, perimeter string, pack *packs.Edition) error {
	if missing := people.Missing(f.Intake.Columns); len(missing) > 0 {
		titles := table.Generic().Titles(missing[0])
		return &fault.Error{Kind: fault.Input, File: f.Name, Message: "colonne introuvable pour " + missing[0].Label(), Expected: "l’une de : " + joinQuoted(titles), Seen: joinQuoted(headings(f.Intake.Columns))}
	}
	if perimeter != "" && !slices.Contains(pack.Perimeters(), perimeter) {
		return httpio.Refused("perimeter : version absente du référentiel")
	}
	if known.IsZero() {
		known = geo.Today()
	}
	f.Intake.Known, f.Intake.Perimeter = known, perimeter
	return nil
}

// dryRows bounds a dry run.
const dryRows = 2000

// dryRun flags the first rows of a file and keeps nothing.
func (s *Server) dryRun(w http.ResponseWriter, r *http.Request, f *store.File, body importBody) error {
	ctx := r.Context()
	if err := s.heavy.Take(ctx); err != nil {
		return err
	}
	defer s.heavy.Give()
	pack := s.packs.Acquire()
	defer pack.Release()
	if err := s.prepare(f, body.Known, body.Perimeter, pack); err != nil {
		return err
	}
	in, err := s.store.Upload(ctx, f.ID)
	if err != nil {
		return err
	}
	cutter, err := people.NewCutter(f.Name, in, f.Unit, pack.UnitNames(), f.Intake, s.limits())
	if err != nil {
		return err
	}
	defer cutter.Close()
	flag, done, err := people.NewFlagger(ctx, s.store, pack, f)
	if err != nil {
		return err
	}
	defer done()
	out := struct {
		Rows     int            `json:"rows"`
		Partial  bool           `json:"partial"` // only the first rows were read
		SetAside map[string]int `json:"set_aside"`
		Statuses map[string]int `json:"statuses"`
		Actions  map[string]int `json:"actions"`
		Motifs   map[string]int `json:"motifs"`
		Undated  int            `json:"undated"` // without a valid entry date
		Nameless int            `json:"nameless"`
	}{Statuses: map[string]int{}, Actions: map[string]int{}, Motifs: map[string]int{}}
	for out.Rows < dryRows {
		input, n, ok, err := cutter.Next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		rows, err := flag.Flag(ctx, f, cutter.Intake().Fields, input)
		if err != nil {
			return err
		}
		out.Rows += n
		for i := range rows {
			p := &rows[i]
			out.Statuses[p.Status]++
			out.Motifs[p.Motif]++
			if p.Action != "" {
				out.Actions[p.Action]++
			}
			if p.Entry == "" {
				out.Undated++
			}
			if p.Person == "" {
				out.Nameless++
			}
		}
	}
	out.Partial, out.SetAside = out.Rows >= dryRows, cutter.Intake().SetAside
	return httpio.WriteJSON(w, http.StatusOK, out)
}
