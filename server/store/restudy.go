package store

import (
	"context"
	"time"

	"perimetre/geo/fault"
)

// restudyRows is the number of rows of a chunk of a restudy.
const restudyRows = 500

// StartRestudy puts the rows of an imported file to be flagged again with a pack,
// as intake says; meanwhile they stay as they are, and change chunk by chunk.
func (s *Store) StartRestudy(ctx context.Context, fileID, pack string, in Intake) (j Job, err error) {
	err = s.tx(ctx, func(c conn) error {
		n, err := c.exec(ctx, "UPDATE files SET intake = ? WHERE id = ? AND state = ?", encoded(in), fileID, Imported)
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "seul un fichier importé peut être étudié de nouveau")
		}
		if err != nil {
			return err
		}
		if err := c.row(ctx, "SELECT COUNT(*) FROM jobs WHERE file_id = ? AND state = ?", fileID, Running).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return fault.New(fault.Conflict, "ce fichier est déjà à l’étude")
		}
		j, err = c.cutRestudy(ctx, fileID, pack)
		return err
	})
	return j, err
}

var errNoRow = fault.New(fault.Conflict, "ce fichier n’a plus de ligne à étudier")

// cutRestudy writes the job and its chunks, in place of the file's former jobs.
func (c conn) cutRestudy(ctx context.Context, fileID, pack string) (Job, error) {
	j := Job{NewID(), fileID, pack, RestudyJob}
	if _, err := c.exec(ctx, "DELETE FROM jobs WHERE file_id = ? AND state <> ?", fileID, Running); err != nil {
		return j, err
	}
	type span struct{ first, last, rows int }
	spans, err := list(ctx, c, func(r scanner) (x span, err error) { return x, r.Scan(&x.first, &x.last, &x.rows) },
		`SELECT MIN(line), MAX(line), COUNT(*) FROM (SELECT line, (ROW_NUMBER() OVER (ORDER BY line) - 1) / ? AS part FROM people WHERE file_id = ?) AS cut GROUP BY part ORDER BY part`, restudyRows, fileID)
	if err != nil {
		return j, err
	}
	if len(spans) == 0 {
		return j, errNoRow
	}
	if _, err := c.exec(ctx, "INSERT INTO jobs (id, file_id, state, pack, known, perimeter, chunks, created_at, kind) VALUES (?, ?, ?, ?, '', '', ?, ?, ?)",
		j.ID, fileID, Running, pack, len(spans), stamp(time.Now()), RestudyJob); err != nil {
		return j, err
	}
	for i, x := range spans {
		if _, err := c.exec(ctx, "INSERT INTO chunks (job_id, n, first_line, last_line, rows_total, state, input) VALUES (?, ?, ?, ?, ?, 'attente', '')", j.ID, i+1, x.first, x.last, x.rows); err != nil {
			return j, err
		}
	}
	return j, nil
}

// Studying reports whether the rows of a file are being flagged again.
func (s *Store) Studying(ctx context.Context, fileID string) (bool, error) {
	var n int
	err := s.row(ctx, "SELECT COUNT(*) FROM jobs WHERE file_id = ? AND state = ? AND kind = ?", fileID, Running, RestudyJob).Scan(&n)
	return n > 0, err
}

// ToStudy returns the rows of a chunk of a restudy.
func (s *Store) ToStudy(ctx context.Context, c Chunk) ([]Person, error) {
	return list(ctx, s.conn, scanPerson, "SELECT "+personColumns+" FROM people WHERE file_id = ? AND line BETWEEN ? AND ? ORDER BY line", c.Job.FileID, c.First, c.Last)
}

// FinishRestudy overwrites the flags of the rows that ToStudy returned, in the same order, and
// marks the chunk done; a late attempt is ErrLate. A row that changed meanwhile, by a decision
// or a purge, stays as it then became.
func (s *Store) FinishRestudy(ctx context.Context, c Chunk, before, after []Person) error {
	return s.finishWith(ctx, c, func(t conn) error {
		for i := range after {
			was, p := &before[i], &after[i]
			if _, err := t.exec(ctx, "UPDATE people SET status = ?, action = ?, motif = ?, perimeter = ?, address_key = ?, result = ? WHERE file_id = ? AND line = ? AND address_key = ? AND status = ? AND motif = ?",
				p.Status, p.Action, p.Motif, p.Perimeter, p.AddressKey, encoded(p.Result), p.FileID, p.Line, was.AddressKey, was.Status, was.Motif); err != nil {
				return err
			}
		}
		return nil
	})
}

// Rebase returns the jobs under way that wait for another pack than the one at hand, and whose
// chunks nobody took since an instant: nobody has that pack any more. An import that is partly
// done is studied again when it ends.
func (s *Store) Rebase(ctx context.Context, pack string, since time.Time) (n int64, err error) {
	const waits = "state = ? AND pack <> ? AND created_at < ? AND NOT EXISTS (SELECT 1 FROM chunks c WHERE c.job_id = jobs.id AND c.claimed_at >= ?)"
	args := []any{Running, pack, stamp(since), stamp(since)}
	err = s.tx(ctx, func(c conn) error {
		// Who holds a chunk comes too late; the rows of a restudy are all there, and it
		// begins again.
		if _, err := c.exec(ctx, "UPDATE chunks SET state = 'attente' WHERE (state = 'pris' OR (SELECT kind FROM jobs j WHERE j.id = job_id) = 'etude') AND job_id IN (SELECT id FROM jobs WHERE "+waits+")", args...); err != nil {
			return err
		}
		if _, err := c.exec(ctx, "UPDATE files SET pack = ? WHERE id IN (SELECT file_id FROM jobs WHERE kind = 'import' AND "+waits+")", append([]any{pack}, args...)...); err != nil {
			return err
		}
		n, err = c.exec(ctx, `UPDATE jobs SET pack = ?, mixed = (kind = 'import' AND (mixed OR EXISTS (SELECT 1 FROM chunks d WHERE d.job_id = jobs.id AND d.n > 0 AND d.state = 'fait')))
			WHERE `+waits, append([]any{pack}, args...)...)
		return err
	})
	return n, err
}
