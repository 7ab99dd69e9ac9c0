package people

import (
	"context"

	"perimetre/batch"
	"perimetre/geo"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
	"perimetre/server/packs"
	"perimetre/server/store"
)

// NewFlagger returns what flags the rows of a file with an edition and the decisions of its
// Mission Locale; done returns the searcher to the edition.
func NewFlagger(ctx context.Context, st *store.Store, pack *packs.Edition, file *store.File) (f *Flagger, done func(), err error) {
	secret, err := st.Secret(ctx)
	if err != nil {
		return nil, nil, err
	}
	decisions, err := st.Decisions(ctx, file.Unit)
	if err != nil {
		return nil, nil, err
	}
	l := &residency.Ledger{Secret: secret, ByKey: make(map[string]residency.Manual, len(decisions))}
	for _, d := range decisions {
		l.ByKey[d.AddressKey] = residency.Manual{Verdict: residency.Verdict(d.Verdict), Code: d.Zone, Basis: d.Basis, Author: d.Author, On: geo.DateOf(d.DecidedAt)}
	}
	searcher := pack.Searcher()
	known := file.Intake.Known
	if known.IsZero() {
		known = geo.DateOf(file.CreatedAt)
	}
	return &Flagger{
		Pack: pack.Pack, Ledger: l, Known: known, Today: geo.DateOf(file.CreatedAt), Perimeter: file.Intake.Perimeter,
		NewSearch: func() batch.Search {
			return func(q *geocode.Query) (*geocode.Answer, error) { return searcher.Search(q) }
		},
	}, func() { pack.Return(searcher) }, nil
}

// Reflag flags rows of people again, file by file, with the decisions of now, and
// returns their number.
func Reflag(ctx context.Context, t *store.Store, pack *packs.Edition, q store.PeopleQuery) (n int, err error) {
	var rows []store.Person
	write := func() error {
		if len(rows) == 0 {
			return nil
		}
		file, err := t.File(ctx, rows[0].FileID)
		if err != nil {
			return err
		}
		f, done, err := NewFlagger(ctx, t, pack, &file)
		if err != nil {
			return err
		}
		defer done()
		again, err := f.Again(ctx, &file, rows)
		if err != nil {
			return err
		}
		n, rows = n+len(rows), rows[:0]
		return t.Reflag(ctx, again)
	}
	err = t.EachPerson(ctx, q, func(p *store.Person) error {
		if len(rows) > 0 && (len(rows) == reflagAtOnce || rows[0].FileID != p.FileID) {
			if err := write(); err != nil {
				return err
			}
		}
		rows = append(rows, *p)
		return nil
	})
	if err == nil {
		err = write()
	}
	return n, err
}

// reflagAtOnce bounds the rows that are flagged between two statements: PostgreSQL
// ends a transaction that stands still for long.
const reflagAtOnce = 500
