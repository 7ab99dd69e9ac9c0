package store

import (
	"context"
	"time"
)

// Completion is what a counsellor says of a row whose address is to complete.
type Completion struct {
	FileID string
	Line   int
	Answer string
	Author string
	At     time.Time
}

// Completions lists what was said of the rows of a Mission Locale.
func (s *Store) Completions(ctx context.Context, unit string) ([]Completion, error) {
	return list(ctx, s.conn, func(r scanner) (c Completion, err error) {
		var at string
		err = r.Scan(&c.FileID, &c.Line, &c.Answer, &c.Author, &at)
		c.At = instant(at)
		return c, err
	}, `SELECT c.file_id, c.line, c.answer, c.author, c.answered_at FROM completions c
		JOIN people p ON p.file_id = c.file_id AND p.line = c.line WHERE p.unit = ?`, unit)
}

// Complete keeps what a counsellor says of a row, in place of what was said before.
func (s *Store) Complete(ctx context.Context, c Completion) error {
	_, err := s.exec(ctx, `INSERT INTO completions (file_id, line, answer, author, answered_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (file_id, line) DO UPDATE SET answer = excluded.answer, author = excluded.author, answered_at = excluded.answered_at`,
		c.FileID, c.Line, c.Answer, c.Author, stamp(time.Now()))
	return err
}
