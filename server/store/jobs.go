package store

import (
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"perimetre/geo/fault"
)

// JobKind is what a job does.
type JobKind string

const (
	ImportJob  JobKind = "import" // chunk 0 cuts the file as received into the others
	RestudyJob JobKind = "etude"  // flags the rows of an imported file again
)

// Job flags the rows of a file, chunk by chunk.
type Job struct {
	ID     string
	FileID string
	Pack   string // every chunk is flagged with this one
	Kind   JobKind
}

// Chunk is a run of rows to flag. Attempt numbers who works on it: only the latest
// may finish it.
type Chunk struct {
	Job         Job
	N           int
	Attempt     int
	Rows        []Line // of an import
	First, Last int    // lines, of a restudy
}

// Line is a row of a file on its way to be flagged: its line in the file, and its cells
// of the fields of the intake.
type Line struct {
	N     int      `json:"n"`
	Cells []string `json:"c"`
}

// StartJob puts a received file to work.
func (s *Store) StartJob(ctx context.Context, fileID, pack string, in Intake) (Job, error) {
	j := Job{NewID(), fileID, pack, ImportJob}
	err := s.tx(ctx, func(c conn) error {
		n, err := c.exec(ctx, "UPDATE files SET state = ?, pack = ?, intake = ? WHERE id = ? AND state = ?", Running, pack, encoded(in), fileID, Received)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "l’import de ce fichier a déjà commencé")
		}
		_, err = c.exec(ctx, "INSERT INTO jobs (id, file_id, state, pack, known, perimeter, chunks, created_at) VALUES (?, ?, ?, ?, ?, ?, 0, ?)", j.ID, fileID, Running, pack, in.Known.String(), in.Perimeter, stamp(time.Now()))
		if err == nil {
			_, err = c.exec(ctx, "INSERT INTO chunks (job_id, n, first_line, rows_total, state, input) VALUES (?, 0, 0, 0, 'attente', '')", j.ID)
		}
		return err
	})
	return j, err
}

// ChunkRef names a chunk.
type ChunkRef struct {
	JobID string
	N     int
}

// Waiting lists chunks that are not done, in order.
func (s *Store) Waiting(ctx context.Context, limit int) ([]ChunkRef, error) {
	return list(ctx, s.conn, func(r scanner) (c ChunkRef, err error) { return c, r.Scan(&c.JobID, &c.N) },
		`SELECT c.job_id, c.n FROM chunks c JOIN jobs j ON j.id = c.job_id WHERE j.state = ? AND c.state IN ('attente', 'pris') ORDER BY c.job_id, c.n LIMIT ?`, Running, limit)
}

// WaitingOf lists the chunks of a job that are not done.
func (s *Store) WaitingOf(ctx context.Context, jobID string) ([]ChunkRef, error) {
	return list(ctx, s.conn, func(r scanner) (c ChunkRef, err error) { return c, r.Scan(&c.JobID, &c.N) },
		`SELECT job_id, n FROM chunks WHERE job_id = ? AND state IN ('attente', 'pris') ORDER BY n`, jobID)
}

// ErrOtherPack is the refusal of a chunk that asks for another pack than the one
// at hand.
var ErrOtherPack = fault.New(fault.Conflict, "ces lignes attendent une autre édition du référentiel")

// Claim takes a chunk, also from who had it before: that one's result will be
// refused. ok is false when it is done or its job is gone. A chunk of another pack
// is left as it is, with ErrOtherPack.
func (s *Store) Claim(ctx context.Context, ref ChunkRef, pack string) (c Chunk, ok bool, err error) {
	c.N = ref.N
	var input string
	err = s.tx(ctx, func(t conn) error {
		if err := t.row(ctx, "SELECT id, file_id, pack, kind FROM jobs WHERE id = ? AND state = ?", ref.JobID, Running).Scan(&c.Job.ID, &c.Job.FileID, &c.Job.Pack, &c.Job.Kind); err != nil {
			return err
		}
		if c.Job.Pack != pack {
			return ErrOtherPack
		}
		return t.row(ctx, "UPDATE chunks SET attempt = attempt + 1, state = 'pris', claimed_at = ? WHERE job_id = ? AND n = ? AND state IN ('attente', 'pris') RETURNING attempt, input, first_line, last_line",
			stamp(time.Now()), ref.JobID, ref.N).Scan(&c.Attempt, &input, &c.First, &c.Last)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	if err == nil {
		c.Rows, err = readLines(input)
	}
	return c, err == nil, err
}

// readLines reads the rows of a chunk, none of a chunk that is not of an import. Before
// they were typed they were CSV under a header, the line of each first; some may wait in
// a database that was upgraded.
func readLines(input string) (rows []Line, err error) {
	if input == "" {
		return nil, nil
	}
	if strings.HasPrefix(input, "[") {
		err := json.Unmarshal([]byte(input), &rows)
		return rows, err
	}
	records, err := csv.NewReader(strings.NewReader(input)).ReadAll()
	if err != nil {
		return nil, err
	}
	for _, r := range records[1:] {
		n, err := strconv.Atoi(r[0])
		if err != nil {
			return nil, err
		}
		rows = append(rows, Line{n, r[1:]})
	}
	return rows, nil
}

// Hold says that who took a chunk still works on it, if nobody took it over.
func (s *Store) Hold(ctx context.Context, c Chunk) error {
	_, err := s.exec(ctx, "UPDATE chunks SET claimed_at = ? WHERE job_id = ? AND n = ? AND attempt = ? AND state = 'pris'",
		stamp(time.Now()), c.Job.ID, c.N, c.Attempt)
	return err
}

// Abandoned is a chunk that nobody seems to work on.
type Abandoned struct {
	ChunkRef
	Attempt int
}

// Abandoned lists the chunks that were taken before an instant and are not done, and the
// chunks of jobs begun before it that nobody ever took.
func (s *Store) Abandoned(ctx context.Context, before time.Time, limit int) ([]Abandoned, error) {
	return list(ctx, s.conn, func(r scanner) (a Abandoned, err error) { return a, r.Scan(&a.JobID, &a.N, &a.Attempt) },
		`SELECT c.job_id, c.n, c.attempt FROM chunks c JOIN jobs j ON j.id = c.job_id
		WHERE j.state = ? AND (c.state = 'pris' AND c.claimed_at < ? OR c.state = 'attente' AND j.created_at < ?) ORDER BY c.job_id, c.n LIMIT ?`, Running, stamp(before), stamp(before), limit)
}

// ErrLate is the answer to who finishes a chunk that another took over.
var ErrLate = fault.New(fault.Conflict, "résultat arrivé trop tard : un autre a repris ces lignes")

// finish marks a chunk done if the attempt is the latest, within a transaction.
func (c Chunk) finish(ctx context.Context, t conn) error {
	n, err := t.exec(ctx, "UPDATE chunks SET state = 'fait', input = '' WHERE job_id = ? AND n = ? AND attempt = ? AND state = 'pris'", c.Job.ID, c.N, c.Attempt)
	if err == nil && n == 0 {
		return ErrLate
	}
	return err
}

// cutAtOnce is the number of pieces written in one transaction: others write between.
const cutAtOnce = 20

// CutInto ends chunk 0: the pieces become the job's chunks, all at once, and the upload goes.
// next returns the pieces, none after the last; intake is asked for once all were returned.
func (s *Store) CutInto(ctx context.Context, c Chunk, next func() ([]Line, error), intake func() Intake) error {
	total, n := 0, 0
	for more := true; more; {
		var part [][]Line
		for more && len(part) < cutAtOnce {
			rows, err := next()
			if err != nil {
				return err
			}
			if more = len(rows) > 0; more {
				part = append(part, rows)
			}
		}
		err := s.tx(ctx, func(t conn) error {
			held, err := t.exec(ctx, "UPDATE chunks SET claimed_at = ? WHERE job_id = ? AND n = 0 AND attempt = ? AND state = 'pris'", stamp(time.Now()), c.Job.ID, c.Attempt)
			if err == nil && held == 0 {
				err = ErrLate
			}
			if err == nil && n == 0 { // what an earlier attempt left
				_, err = t.exec(ctx, "DELETE FROM chunks WHERE job_id = ? AND n > 0", c.Job.ID)
			}
			first := total
			for i, rows := range part {
				if err != nil {
					return err
				}
				_, err = t.exec(ctx, "INSERT INTO chunks (job_id, n, first_line, rows_total, state, input) VALUES (?, ?, ?, ?, 'coupe', ?)", c.Job.ID, n+i+1, first, len(rows), encoded(rows))
				first += len(rows)
			}
			return err
		})
		if err != nil {
			return err
		}
		n += len(part)
		for _, rows := range part {
			total += len(rows)
		}
	}
	return s.tx(ctx, func(t conn) error {
		if err := c.finish(ctx, t); err != nil {
			return err
		}
		if _, err := t.exec(ctx, "UPDATE chunks SET state = 'attente' WHERE job_id = ? AND state = 'coupe'", c.Job.ID); err != nil {
			return err
		}
		if _, err := t.exec(ctx, "UPDATE files SET rows_total = ?, intake = ? WHERE id = ?", total, encoded(intake()), c.Job.FileID); err != nil {
			return err
		}
		if _, err := t.exec(ctx, "DELETE FROM uploads WHERE file_id = ?", c.Job.FileID); err != nil {
			return err
		}
		if _, err := t.exec(ctx, "UPDATE jobs SET chunks = ? WHERE id = ?", n, c.Job.ID); err != nil || n > 0 {
			return err
		}
		return t.endJob(ctx, c.Job)
	})
}

// Finish writes the rows of a chunk and marks it done, at once or not at all; a
// late attempt is ErrLate. The last chunk of a job ends it.
func (s *Store) Finish(ctx context.Context, c Chunk, rows []Person) error {
	return s.finishWith(ctx, c, func(t conn) error { return t.insertPeople(ctx, rows) })
}

func (s *Store) finishWith(ctx context.Context, c Chunk, write func(conn) error) error {
	return s.tx(ctx, func(t conn) error {
		// A decision taken meanwhile sees all rows of this job, or this job sees it.
		var unit string
		if err := t.row(ctx, "SELECT unit FROM files WHERE id = ?", c.Job.FileID).Scan(&unit); err != nil {
			return err
		}
		if err := t.holdUnit(ctx, unit); err != nil {
			return err
		}
		// One writer of a job at a time, so that the last one knows that it is.
		var chunks int
		if err := t.row(ctx, "UPDATE jobs SET chunks = chunks WHERE id = ? AND state = ? RETURNING chunks", c.Job.ID, Running).Scan(&chunks); err != nil {
			if errors.Is(err, sql.ErrNoRows) {
				return ErrLate
			}
			return err
		}
		if err := c.finish(ctx, t); err != nil {
			return err
		}
		if err := write(t); err != nil {
			return err
		}
		var left int
		if err := t.row(ctx, "SELECT COUNT(*) FROM chunks WHERE job_id = ? AND state <> 'fait'", c.Job.ID).Scan(&left); err != nil || left > 0 {
			return err
		}
		return t.endJob(ctx, c.Job)
	})
}

func (c conn) endJob(ctx context.Context, j Job) error {
	now := stamp(time.Now())
	var mixed bool
	if err := c.row(ctx, "UPDATE jobs SET state = ?, ended_at = ? WHERE id = ? RETURNING mixed", Imported, now, j.ID).Scan(&mixed); err != nil {
		return err
	}
	if j.Kind == RestudyJob {
		_, err := c.exec(ctx, "UPDATE files SET pack = ? WHERE id = ?", j.Pack, j.FileID)
		return err
	}
	if _, err := c.exec(ctx, "UPDATE files SET state = ?, imported_at = ? WHERE id = ?", Imported, now, j.FileID); err != nil {
		return err
	}
	// A decision of meanwhile may have come after the rows of its address.
	var decided int
	if err := c.row(ctx, "SELECT COUNT(*) FROM decisions WHERE unit = (SELECT unit FROM files WHERE id = ?) AND decided_at >= (SELECT created_at FROM jobs WHERE id = ?)", j.FileID, j.ID).Scan(&decided); err != nil {
		return err
	}
	if !mixed && decided == 0 {
		return nil
	}
	if _, err := c.cutRestudy(ctx, j.FileID, j.Pack); !errors.Is(err, errNoRow) {
		return err
	}
	return nil
}

// FailJob ends the job of a chunk that cannot go on, with the reason in French. The rows of an
// import go; the rows of a restudy stay. A late attempt is ErrLate: what it lacked may be what
// another, who took the chunk over, has used up.
func (s *Store) FailJob(ctx context.Context, failed Chunk, reason string) error {
	j := failed.Job
	// The reason may quote the cell that PostgreSQL could not keep.
	reason = strings.ReplaceAll(strings.ToValidUTF8(reason, "\uFFFD"), "\x00", "\uFFFD")
	return s.tx(ctx, func(c conn) error {
		held, err := c.exec(ctx, "UPDATE chunks SET claimed_at = ? WHERE job_id = ? AND n = ? AND attempt = ? AND state = 'pris'", stamp(time.Now()), j.ID, failed.N, failed.Attempt)
		if err == nil && held == 0 {
			err = ErrLate
		}
		if err != nil {
			return err
		}
		n, err := c.exec(ctx, "UPDATE jobs SET state = ?, error = ?, ended_at = ? WHERE id = ? AND state = ?", Failed, reason, stamp(time.Now()), j.ID, Running)
		if err != nil || n == 0 || j.Kind == RestudyJob {
			return err
		}
		for _, q := range []string{"DELETE FROM people WHERE file_id = ?", "DELETE FROM uploads WHERE file_id = ?"} {
			if _, err := c.exec(ctx, q, j.FileID); err != nil {
				return err
			}
		}
		if _, err := c.exec(ctx, "DELETE FROM chunks WHERE job_id = ?", j.ID); err != nil {
			return err
		}
		_, err = c.exec(ctx, "UPDATE files SET state = ?, error = ? WHERE id = ?", Failed, reason, j.FileID)
		return err
	})
}

// Progress returns the rows done and the rows known of a file's latest job.
func (s *Store) Progress(ctx context.Context, fileID string) (done, total int, err error) {
	err = s.row(ctx, `SELECT COALESCE(SUM(CASE WHEN c.state = 'fait' THEN c.rows_total ELSE 0 END), 0), COALESCE(SUM(c.rows_total), 0)
		FROM chunks c JOIN jobs j ON j.id = c.job_id WHERE j.id = (SELECT MAX(id) FROM jobs WHERE file_id = ?)`, fileID).Scan(&done, &total)
	return done, total, err
}
