package store

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// FileState is how far a file of people is.
type FileState string

const (
	Received  FileState = "recu"     // columns to be confirmed
	Running   FileState = "en_cours" // rows being flagged
	Imported  FileState = "importe"
	Cancelled FileState = "annule" // or undone: its rows are gone
	Failed    FileState = "echec"
)

// Column is a column of a file of people; one without Field is not kept.
type Column struct {
	Title string `json:"title"`
	Field string `json:"field"` // a table.Field, or empty
}

// Intake is what a file of people was read as. Fields are those kept of each row,
// in the order of Person.Cells.
type Intake struct {
	Columns  []Column       `json:"columns"`
	Fields   []string       `json:"fields"`
	SetAside map[string]int `json:"set_aside"` // rows not kept, by reason
	Warnings []string       `json:"warnings"`
	// Delimiter parts the cells of a CSV file, one byte; empty for a workbook.
	Delimiter string   `json:"delimiter,omitempty"`
	Known     geo.Date `json:"known"`
	Perimeter string   `json:"perimeter"`
}

// File is a file of people of a Mission Locale.
type File struct {
	ID         string
	Unit       string
	Name       string
	State      FileState
	SHA256     string
	Bytes      int64
	Intake     Intake
	Pack       string
	Error      string
	Rows       int
	CreatedBy  string
	CreatedAt  time.Time
	ImportedAt time.Time
}

const fileColumns = "id, unit, name, state, sha256, bytes, intake, pack, error, rows_total, created_by, created_at, imported_at"

func scanFile(r scanner) (f File, err error) {
	var intake, created, imported string
	if err = r.Scan(&f.ID, &f.Unit, &f.Name, &f.State, &f.SHA256, &f.Bytes, &intake, &f.Pack, &f.Error, &f.Rows, &f.CreatedBy, &created, &imported); err != nil {
		return f, err
	}
	f.CreatedAt, f.ImportedAt = instant(created), instant(imported)
	return f, json.Unmarshal([]byte(intake), &f.Intake)
}

// uploadSlice is the size of the pieces in which a file is kept until it is read.
const uploadSlice = 256 << 10

// AddFile keeps a file as received, until its rows are read or a day has passed.
func (s *Store) AddFile(ctx context.Context, f *File, content io.Reader) error {
	f.ID, f.CreatedAt, f.State = NewID(), time.Now().UTC(), Received
	return s.tx(ctx, func(c conn) error {
		_, err := c.exec(ctx, "INSERT INTO files ("+fileColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", f.ID, f.Unit, f.Name, f.State, f.SHA256, f.Bytes,
			encoded(f.Intake), "", "", 0, f.CreatedBy, stamp(f.CreatedAt), "")
		buf := make([]byte, uploadSlice)
		for n := 0; err == nil; n++ {
			k, e := io.ReadFull(content, buf)
			if k > 0 {
				_, err = c.exec(ctx, "INSERT INTO uploads (file_id, n, data) VALUES (?, ?, ?)", f.ID, n, buf[:k])
			}
			if e == io.EOF || e == io.ErrUnexpectedEOF {
				return err
			}
			if e != nil {
				return e
			}
		}
		return err
	})
}

// Upload reads a file as it was received; a fault of kind Conflict once its rows
// were read.
func (s *Store) Upload(ctx context.Context, fileID string) (io.Reader, error) {
	var n int
	if err := s.row(ctx, "SELECT COUNT(*) FROM uploads WHERE file_id = ?", fileID).Scan(&n); err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, fault.New(fault.Conflict, "le fichier reçu n’est plus gardé : l’envoyer de nouveau")
	}
	return &uploadReader{ctx: ctx, s: s, id: fileID, slices: n}, nil
}

type uploadReader struct {
	ctx       context.Context
	s         *Store
	id        string
	n, slices int
	rest      []byte
}

func (u *uploadReader) Read(p []byte) (int, error) {
	for len(u.rest) == 0 {
		if u.n == u.slices {
			return 0, io.EOF
		}
		if err := u.s.row(u.ctx, "SELECT data FROM uploads WHERE file_id = ? AND n = ?", u.id, u.n).Scan(&u.rest); err != nil {
			return 0, err
		}
		u.n++
	}
	k := copy(p, u.rest)
	u.rest = u.rest[k:]
	return k, nil
}

// File finds a file of people.
func (s *Store) File(ctx context.Context, id string) (File, error) {
	f, err := scanFile(s.row(ctx, "SELECT "+fileColumns+" FROM files WHERE id = ?", id))
	return f, absent(err, "fichier")
}

// Files lists the files of a Mission Locale, the latest first.
func (s *Store) Files(ctx context.Context, unit string) ([]File, error) {
	return list(ctx, s.conn, scanFile, "SELECT "+fileColumns+" FROM files WHERE unit = ? ORDER BY id DESC", unit)
}

// SetIntake writes what a received file is read as.
func (s *Store) SetIntake(ctx context.Context, id string, in Intake) error {
	n, err := s.exec(ctx, "UPDATE files SET intake = ? WHERE id = ? AND state = ?", encoded(in), id, Received)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "les colonnes de ce fichier ne se changent plus")
	}
	return err
}

// RemoveFile cancels or undoes an import: rows, chunks and upload go, the line
// that says so stays.
func (s *Store) RemoveFile(ctx context.Context, id string) error {
	return s.tx(ctx, func(c conn) error {
		for _, q := range []string{"DELETE FROM people WHERE file_id = ?", "DELETE FROM jobs WHERE file_id = ?", "DELETE FROM uploads WHERE file_id = ?"} {
			if _, err := c.exec(ctx, q, id); err != nil {
				return err
			}
		}
		_, err := c.exec(ctx, "UPDATE files SET state = ? WHERE id = ?", Cancelled, id)
		return err
	})
}

// SweepUploads removes the files received before an instant that nobody imported.
func (s *Store) SweepUploads(ctx context.Context, before time.Time) error {
	ids, err := list(ctx, s.conn, func(r scanner) (id string, err error) { return id, r.Scan(&id) }, "SELECT id FROM files WHERE state = ? AND created_at < ?", Received, stamp(before))
	for _, id := range ids {
		if err == nil {
			err = s.RemoveFile(ctx, id)
		}
	}
	return err
}
