package people

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/geo/residency"
	"perimetre/server/access"
	"perimetre/server/store"
)

// File is a file of people, with how far it is and what came out of it.
type File struct {
	ID         string                   `json:"id"`
	Unit       string                   `json:"unit"`
	Name       string                   `json:"name"`
	State      store.FileState          `json:"state"`
	Bytes      int64                    `json:"bytes"`
	SHA256     string                   `json:"sha256"`
	Rows       int                      `json:"rows"`
	RowsDone   int                      `json:"rows_done"`
	Columns    []store.Column           `json:"columns"`
	Dropped    []string                 `json:"dropped"` // columns that are not kept
	Missing    []string                 `json:"missing"` // fields without which nothing is imported
	SetAside   map[string]int           `json:"set_aside"`
	Warnings   []string                 `json:"warnings"`
	Statuses   map[residency.Status]int `json:"statuses"`
	Actions    map[residency.Action]int `json:"actions"`
	Pack       string                   `json:"pack"`
	Known      geo.Date                 `json:"known"`
	Perimeter  string                   `json:"perimeter"`
	Error      string                   `json:"error,omitempty"`
	CreatedBy  string                   `json:"created_by"`
	CreatedAt  time.Time                `json:"created_at"`
	ImportedAt *time.Time               `json:"imported_at"`
	// Outdated reports whether another edition than the one in service flagged the rows;
	// Studying, whether they are being flagged again with it.
	Outdated bool `json:"outdated"`
	Studying bool `json:"studying"`
	// Twin is an earlier file of the same bytes, or nil.
	Twin *Twin `json:"twin,omitempty"`
}

// Twin is a file that holds the same bytes as another, received before it.
type Twin struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	Imported bool      `json:"imported"` // or waiting, or on its way
}

// Text says that the same file came before.
func (t *Twin) Text() string {
	if !t.Imported {
		return fmt.Sprintf("Le même fichier attend déjà, reçu le %s de %s sous le nom « %s ».", french.Moment(t.At), t.By, t.Name)
	}
	return fmt.Sprintf("Le même fichier est déjà importé depuis le %s, envoyé par %s sous le nom « %s ». L’importer de nouveau n’ajoute personne : une personne entrée le même jour compte une fois.", french.Moment(t.At), t.By, t.Name)
}

// twin returns the latest file of the same bytes received before f by its Mission Locale,
// and was not withdrawn or refused.
func (s *Service) twin(ctx context.Context, f *store.File) (*Twin, error) {
	files, err := s.Store.Files(ctx, f.Unit)
	i := slices.IndexFunc(files, func(o store.File) bool {
		return o.SHA256 == f.SHA256 && o.ID < f.ID && o.State != store.Cancelled && o.State != store.Failed
	})
	if err != nil || i < 0 {
		return nil, err
	}
	out := &Twin{ID: files[i].ID, Name: files[i].Name, By: files[i].CreatedBy, At: files[i].CreatedAt, Imported: files[i].State == store.Imported}
	if out.Imported {
		out.At = files[i].ImportedAt
	}
	return out, nil
}

// describe returns a file as it is told.
func (s *Service) describe(ctx context.Context, f *store.File) (*File, error) {
	c := &File{ID: f.ID, Unit: f.Unit, Name: f.Name, State: f.State, Bytes: f.Bytes, SHA256: f.SHA256, Rows: f.Rows, Columns: f.Intake.Columns, Dropped: []string{},
		Missing: []string{}, SetAside: f.Intake.SetAside, Warnings: f.Intake.Warnings, Pack: f.Pack, Known: f.Intake.Known, Perimeter: f.Intake.Perimeter, Error: f.Error,
		CreatedBy: f.CreatedBy, CreatedAt: f.CreatedAt, Statuses: map[residency.Status]int{}, Actions: map[residency.Action]int{}}
	for _, col := range f.Intake.Columns {
		if col.Field == "" && col.Title != "" {
			c.Dropped = append(c.Dropped, col.Title)
		}
	}
	for _, m := range Missing(f.Intake.Columns) {
		c.Missing = append(c.Missing, string(m))
	}
	var err error
	switch f.State {
	case store.Received:
		c.Twin, err = s.twin(ctx, f)
	case store.Running:
		c.RowsDone, c.Rows, err = s.Store.Progress(ctx, f.ID)
	case store.Imported:
		c.RowsDone, c.ImportedAt = f.Rows, &f.ImportedAt
		c.Outdated = f.Pack != s.Packs.ID()
		if c.Studying, err = s.Store.Studying(ctx, f.ID); err == nil && c.Studying {
			c.RowsDone, _, err = s.Store.Progress(ctx, f.ID)
		}
		if err == nil {
			var statuses, actions map[string]int
			statuses, actions, err = s.Store.CountPeople(ctx, store.PeopleQuery{Unit: f.Unit, FileID: f.ID})
			c.Statuses, c.Actions = named[residency.Status](statuses), named[residency.Action](actions)
		}
	}
	return c, err
}

// named returns counts under the type of their names.
func named[K ~string](counts map[string]int) map[K]int {
	out := make(map[K]int, len(counts))
	for name, n := range counts {
		out[K(name)] = n
	}
	return out
}

// Files returns the files of a Mission Locale of the principal's, the last received
// first, and its code.
func (s *Service) Files(ctx context.Context, who *access.Principal, unit string) (string, []*File, error) {
	unit, err := own(who, access.ReadPeople, unit)
	if err != nil {
		return "", nil, err
	}
	files, err := s.Store.Files(ctx, unit)
	if err != nil {
		return "", nil, err
	}
	out := make([]*File, len(files))
	for i := range files {
		if out[i], err = s.describe(ctx, &files[i]); err != nil {
			return "", nil, err
		}
	}
	return unit, out, nil
}

// File returns a file by its identifier.
func (s *Service) File(ctx context.Context, who *access.Principal, id string) (*File, error) {
	f, err := s.file(ctx, who, access.ReadPeople, id)
	if err != nil {
		return nil, err
	}
	return s.describe(ctx, &f)
}

// Receive keeps a file of people until it is imported, with the columns found in it.
func (s *Service) Receive(ctx context.Context, who *access.Principal, unit, name string, in io.ReadSeeker) (*File, error) {
	unit, err := own(who, access.ImportFiles, unit)
	if err != nil {
		return nil, err
	}
	name = FileName(name)
	sample, err := s.inspect(ctx, name, in)
	if err != nil {
		return nil, err
	}
	f := store.File{Unit: unit, Name: name, CreatedBy: who.Name}
	h := sha256.New()
	if _, err = in.Seek(0, io.SeekStart); err == nil {
		f.Bytes, err = io.Copy(h, in)
	}
	if err == nil {
		_, err = in.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "relecture de l’envoi")
	}
	f.SHA256 = hex.EncodeToString(h.Sum(nil))
	f.Intake = store.Intake{Columns: sample.Columns, Fields: []string{}, SetAside: map[string]int{}, Warnings: sample.Preamble, Delimiter: sample.Delimiter}
	err = s.Store.Together(ctx, func(t *store.Store) error {
		if err := t.AddFile(ctx, &f, in); err != nil {
			return err
		}
		return t.Record(ctx, who.Entry("fichier reçu", unit, f.ID, 1))
	})
	if err != nil {
		return nil, err
	}
	return s.describe(ctx, &f)
}

// inspect reads the header and the first rows of a file when its turn comes: a
// workbook may have to be expanded whole.
func (s *Service) inspect(ctx context.Context, name string, in io.Reader) (Sample, error) {
	if err := s.Turns.Take(ctx); err != nil {
		return Sample{}, err
	}
	defer s.Turns.Give()
	return Inspect(name, in, s.Limits)
}

// Sample returns the columns and the first rows of a received file.
func (s *Service) Sample(ctx context.Context, who *access.Principal, id string) (Sample, error) {
	f, err := s.file(ctx, who, access.ImportFiles, id)
	if err != nil {
		return Sample{}, err
	}
	in, err := s.Store.Upload(ctx, f.ID)
	if err != nil {
		return Sample{}, err
	}
	sample, err := s.inspect(ctx, f.Name, in)
	if err == nil {
		err = who.Record(ctx, s.Store, "lecture d’un échantillon", f.Unit, f.ID, len(sample.Rows))
	}
	sample.Columns = f.Intake.Columns
	return sample, err
}

// MapColumns corrects what the columns of a received file were read as: titles by field,
// "" for none.
func (s *Service) MapColumns(ctx context.Context, who *access.Principal, id string, columns map[string]string) (*File, error) {
	f, err := s.file(ctx, who, access.ImportFiles, id)
	if err != nil {
		return nil, err
	}
	if f.Intake.Columns, err = Correct(f.Intake.Columns, columns); err != nil {
		return nil, err
	}
	if err := s.Store.SetIntake(ctx, f.ID, f.Intake); err != nil {
		return nil, err
	}
	return s.describe(ctx, &f)
}

// Cancel stops an import, or undoes it: the rows go. It returns the file as it was.
func (s *Service) Cancel(ctx context.Context, who *access.Principal, id string) (was store.File, err error) {
	f, err := s.file(ctx, who, access.ImportFiles, id)
	if err != nil {
		return f, err
	}
	e := who.Entry("import annulé", f.Unit, f.ID, f.Rows)
	return f, access.Recorded(ctx, s.Store, e, func(t *store.Store) error { return t.RemoveFile(ctx, f.ID) })
}

// FlaggedTable is the table of an imported file, as it is sent: under the file's own
// name, cut by its own delimiter.
type FlaggedTable struct {
	Name      string
	Delimiter byte
	Write     func(Writer) error
}

// Flagged returns the flagged table of an imported file.
func (s *Service) Flagged(ctx context.Context, who *access.Principal, id string) (*FlaggedTable, error) {
	f, err := s.file(ctx, who, access.ReadPeople, id)
	if err != nil {
		return nil, err
	}
	if f.State != store.Imported {
		return nil, fault.New(fault.Conflict, "l’import de ce fichier n’est pas terminé")
	}
	if err := who.Record(ctx, s.Store, "téléchargement du fichier marqué", f.Unit, f.ID, f.Rows); err != nil {
		return nil, err
	}
	out := &FlaggedTable{Name: flaggedName(f.Name), Delimiter: ';', Write: func(out Writer) error {
		_, err := Export(ctx, s.Store, store.PeopleQuery{Unit: f.Unit, FileID: f.ID}, "", nil, out)
		return err
	}}
	if f.Intake.Delimiter != "" {
		out.Delimiter = f.Intake.Delimiter[0]
	}
	return out, nil
}

// flaggedName returns the name of a file once flagged: « export.csv » gives
// « export-signalé.csv ». A workbook of any kind gives an XLSX file.
func flaggedName(name string) string {
	name = strings.TrimSuffix(name, ".gz")
	ext := filepath.Ext(name)
	base := strings.TrimSuffix(name, ext)
	switch ext = strings.ToLower(ext); ext {
	case ".csv", ".txt", ".tsv", ".xlsx":
	case ".xlsm", ".xls", ".ods":
		ext = ".xlsx"
	default:
		ext = ".csv"
	}
	return base + "-signalé" + ext
}
