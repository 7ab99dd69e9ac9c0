package people

import (
	"context"
	"slices"
	"strings"

	"perimetre/geo/fault"
	"perimetre/geo/residency"
	"perimetre/ingest/table"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// Completions are what a counsellor may say of an address to complete; there is no free text.
var Completions = []string{"corrigée dans i-Milo", "sans résidence établie", "ne peut pas être complétée"}

// isOf reports whether a row is followed by a counsellor: the names agree whatever their
// case, accents and spaces.
func isOf(p *Row, counsellor string) bool {
	return plainName(p.Advisor) == plainName(counsellor)
}

func plainName(s string) string { return strings.Join(strings.Fields(table.Fold(s)), " ") }

// OwnList returns the addresses to complete of the people whom the principal follows, by the
// counsellor's column of the files, and nothing of anybody else. Reading it is recorded.
func (s *Service) OwnList(ctx context.Context, who *access.Principal, unit string) (string, []Row, error) {
	unit, err := own(who, access.CompleteOwn, unit)
	if err != nil {
		return "", nil, err
	}
	rows, err := s.incomplete(ctx, unit)
	if err != nil {
		return "", nil, err
	}
	rows = slices.DeleteFunc(rows, func(p Row) bool { return !isOf(&p, who.Counsellor) })
	return unit, rows, who.Record(ctx, s.Store, "lecture de sa liste à compléter", unit, "", len(rows))
}

// CompleteOwn keeps what the principal says of a row of their own list. No figure changes: the
// address is corrected where it was typed, and imported again.
func (s *Service) CompleteOwn(ctx context.Context, who *access.Principal, unit, id, answer string) error {
	unit, err := own(who, access.CompleteOwn, unit)
	if err != nil {
		return err
	}
	if !slices.Contains(Completions, answer) {
		return httpio.Refused("answer : " + quoted(Completions))
	}
	rows, err := s.incomplete(ctx, unit)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(rows, func(p Row) bool { return p.ID == id && isOf(&p, who.Counsellor) })
	if at < 0 {
		return fault.New(fault.NotFound, "ligne introuvable dans votre liste")
	}
	return access.Recorded(ctx, s.Store, who.Entry("réponse sur une adresse à compléter", unit, rows[at].File, 1), func(t *store.Store) error {
		return t.Complete(ctx, store.Completion{FileID: rows[at].File, Line: rows[at].Line, Answer: answer, Author: who.Name})
	})
}

// completed writes in rows what their counsellors said of them.
func (s *Service) completed(ctx context.Context, unit string, rows []Row) error {
	said, err := s.Store.Completions(ctx, unit)
	if err != nil || len(said) == 0 {
		return err
	}
	type key struct {
		file string
		line int
	}
	by := map[key]string{}
	for _, c := range said {
		by[key{c.FileID, c.Line}] = c.Answer
	}
	for i := range rows {
		if rows[i].Action == string(residency.Complete) {
			rows[i].Completed = by[key{rows[i].File, rows[i].Line}]
		}
	}
	return nil
}
