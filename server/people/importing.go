package people

import (
	"context"
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/store"
)

// Importing says how a file is imported.
type Importing struct {
	Known     geo.Date `json:"known"`     // as known on that day; today when empty
	Perimeter string   `json:"perimeter"` // version of the QPV, whatever the date
	DryRun    bool     `json:"dry_run"`
}

// Import puts a received file to work with the pack in service; who looks at the
// file sees how far it is.
func (s *Service) Import(ctx context.Context, who *access.Principal, id string, o Importing) (*File, error) {
	f, err := s.file(ctx, who, access.ImportFiles, id)
	if err != nil {
		return nil, err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	if err := prepare(&f, o, pack); err != nil {
		return nil, err
	}
	return s.start(ctx, &f, who.Entry("import", f.Unit, f.ID, 1), func(t *store.Store) (store.Job, error) {
		return t.StartJob(ctx, f.ID, pack.ID, f.Intake)
	})
}

// start makes the job of a file in one transaction with its line in the journal, has it
// done, and returns the file as it is then.
func (s *Service) start(ctx context.Context, f *store.File, entry store.Entry, begin func(*store.Store) (store.Job, error)) (*File, error) {
	var job store.Job
	err := access.Recorded(ctx, s.Store, entry, func(t *store.Store) (err error) {
		job, err = begin(t)
		return err
	})
	if err == nil {
		err = s.Schedule(ctx, job.ID)
	}
	if err != nil {
		return nil, err
	}
	if *f, err = s.Store.File(ctx, f.ID); err != nil {
		return nil, err
	}
	return s.describe(ctx, f)
}

// prepare checks what an import is asked.
func prepare(f *store.File, o Importing, pack *packs.Edition) error {
	if missing := Missing(f.Intake.Columns); len(missing) > 0 {
		titles := table.Generic().Titles(missing[0])
		return &fault.Error{Kind: fault.Input, File: f.Name, Message: "colonne introuvable pour " + missing[0].Label(), Expected: "l’une de : " + quoted(titles), Seen: quoted(headings(f.Intake.Columns))}
	}
	if o.Perimeter != "" && !slices.Contains(pack.Perimeters(), o.Perimeter) {
		return httpio.Refused("perimeter : version absente du référentiel")
	}
	if o.Known.IsZero() {
		o.Known = geo.Today()
	}
	f.Intake.Known, f.Intake.Perimeter = o.Known, o.Perimeter
	return nil
}

func headings(columns []store.Column) []string {
	out := make([]string, len(columns))
	for i := range columns {
		out[i] = columns[i].Title
	}
	return out
}

// quoted returns the first words of a list in quotes, « a », « b ».
func quoted(words []string) string {
	out := make([]string, min(12, len(words)))
	for i := range out {
		out[i] = "« " + words[i] + " »"
	}
	return strings.Join(out, ", ")
}

// dryRows bounds a dry run.
const dryRows = 2000

// DryRun is what an import would produce.
type DryRun struct {
	Rows     int            `json:"rows"`
	Partial  bool           `json:"partial"` // only the first rows were read
	SetAside map[string]int `json:"set_aside"`
	Statuses map[string]int `json:"statuses"`
	Actions  map[string]int `json:"actions"`
	Motifs   map[string]int `json:"motifs"`
	Undated  int            `json:"undated"` // without a valid entry date
	Nameless int            `json:"nameless"`
}

// DryRun flags the first rows of a received file and keeps nothing.
func (s *Service) DryRun(ctx context.Context, who *access.Principal, id string, o Importing) (*DryRun, error) {
	f, err := s.file(ctx, who, access.ImportFiles, id)
	if err != nil {
		return nil, err
	}
	if err := s.Turns.Take(ctx); err != nil {
		return nil, err
	}
	defer s.Turns.Give()
	pack := s.Packs.Acquire()
	defer pack.Release()
	if err := prepare(&f, o, pack); err != nil {
		return nil, err
	}
	in, err := s.Store.Upload(ctx, f.ID)
	if err != nil {
		return nil, err
	}
	cutter, err := NewCutter(f.Name, in, f.Unit, pack.UnitNames(), f.Intake, s.Limits)
	if err != nil {
		return nil, err
	}
	defer cutter.Close()
	flag, done, err := NewFlagger(ctx, s.Store, pack, &f)
	if err != nil {
		return nil, err
	}
	defer done()
	out := &DryRun{Statuses: map[string]int{}, Actions: map[string]int{}, Motifs: map[string]int{}}
	for out.Rows < dryRows {
		lines, err := cutter.Next()
		if err != nil {
			return nil, err
		}
		if len(lines) == 0 {
			break
		}
		rows, err := flag.Flag(ctx, &f, cutter.Intake().Fields, lines)
		if err != nil {
			return nil, err
		}
		out.Rows += len(lines)
		out.count(rows)
	}
	out.Partial, out.SetAside = out.Rows >= dryRows, cutter.Intake().SetAside
	return out, nil
}

func (d *DryRun) count(rows []store.Person) {
	for i := range rows {
		p := &rows[i]
		d.Statuses[p.Status]++
		d.Motifs[p.Motif]++
		if p.Action != "" {
			d.Actions[p.Action]++
		}
		if p.Entry == "" {
			d.Undated++
		}
		if p.Person == "" {
			d.Nameless++
		}
	}
}

// Restudying says how the rows of a file are flagged again.
type Restudying struct {
	Known     geo.Date `json:"known"`     // as known on that day; today when empty
	Perimeter *string  `json:"perimeter"` // version of the QPV, whatever the date; absent: as at the import
}

// Restudy flags the rows of an imported file again with the edition in service, as a job;
// asked twice, it produces the same rows.
func (s *Service) Restudy(ctx context.Context, who *access.Principal, id string, o Restudying) (*File, error) {
	f, err := s.file(ctx, who, access.ImportFiles, id)
	if err != nil {
		return nil, err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	if o.Known.IsZero() {
		o.Known = geo.Today()
	}
	f.Intake.Known = o.Known
	if o.Perimeter != nil {
		if *o.Perimeter != "" && !slices.Contains(pack.Perimeters(), *o.Perimeter) {
			return nil, httpio.Refused("perimeter : version absente du référentiel")
		}
		f.Intake.Perimeter = *o.Perimeter
	}
	return s.start(ctx, &f, who.Entry("nouvelle étude d’un fichier", f.Unit, f.ID, f.Rows), func(t *store.Store) (store.Job, error) {
		return t.StartRestudy(ctx, f.ID, pack.ID, f.Intake)
	})
}
