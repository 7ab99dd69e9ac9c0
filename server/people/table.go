package people

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"

	"perimetre/export"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
	"perimetre/quota"
	"perimetre/server/store"
)

// Table is the rows of a Mission Locale, read once for every rule and period that
// counts them. It does not change, and may be used by several goroutines.
type Table struct {
	SHA256  string // of the flagged table that the rows make
	name    string
	columns *quota.Columns
	records []quota.Record

	mu      sync.Mutex
	flagged map[string]*quota.Flagged // by the rule's fingerprint
}

// ReadTable reads imported rows of a Mission Locale; again, when set, flags them again.
func ReadTable(ctx context.Context, st *store.Store, q store.PeopleQuery, again Again) (*Table, error) {
	sum := sha256.New()
	text, err := export.Create("-", export.Options{Stdout: sum, Encoding: table.UTF8})
	if err != nil {
		return nil, err
	}
	r := &tableReading{text: text, line: 1}
	if _, err = Export(ctx, st, q, q.Unit, again, r); err == nil {
		err = text.Close()
	}
	if err != nil {
		return nil, err
	}
	return &Table{SHA256: hex.EncodeToString(sum.Sum(nil)), name: "Mission Locale " + q.Unit, columns: r.columns, records: r.records, flagged: map[string]*quota.Flagged{}}, nil
}

// Len returns the number of rows.
func (t *Table) Len() int { return len(t.records) }

// Flagged returns the rows as a rule reads them.
func (t *Table) Flagged(rule *quota.Rule) (*quota.Flagged, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if f := t.flagged[rule.Fingerprint]; f != nil {
		return f, nil
	}
	f, err := quota.NewFlagged(t.columns, rule, func(yield func(quota.Record, error) bool) {
		for i := range t.records {
			if !yield(t.records[i], nil) {
				return
			}
		}
	})
	if err == nil {
		f.Name = t.name
		t.flagged[rule.Fingerprint] = f
	}
	return f, err
}

// Quarters returns the quarters in which somebody entered, the latest first.
func (t *Table) Quarters() []string {
	seen := map[string]bool{}
	for i := range t.records {
		if d := t.records[i].Entry; !d.Bad && !d.Date.IsZero() {
			seen[quota.QuarterOf(d.Date).ID] = true
		}
	}
	var out []string
	for id := range seen {
		if _, err := quota.ParsePeriod(id); err == nil {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	slices.Reverse(out)
	return out
}

// tableReading takes the rows of an export as records, and as the text of a table
// whose lines are theirs.
type tableReading struct {
	text    *export.Writer
	columns *quota.Columns
	records []quota.Record
	line    int // of the row to come
}

// Write implements Writer.
func (r *tableReading) Write(cells []string) (err error) {
	if r.columns == nil {
		r.columns, err = quota.NewColumns("entrée standard", slices.Clone(cells), quota.ReadOptions{})
	} else {
		r.records = append(r.records, r.columns.Record(r.line, table.KindOf(cells), cells))
	}
	if err != nil {
		return err
	}
	r.line++
	for _, c := range cells {
		r.line += strings.Count(c, "\n")
	}
	return r.text.Write(cells)
}

// Empty reports whether a Mission Locale has imported nothing.
func Empty(ctx context.Context, st *store.Store, unit string) (bool, error) {
	files, err := st.Files(ctx, unit)
	if err != nil {
		return true, err
	}
	return !slices.ContainsFunc(files, func(f store.File) bool { return f.State == store.Imported && f.Rows > 0 }), nil
}

// NothingImported is the fault of who asks for figures before any import.
var NothingImported = fault.New(fault.NotFound, "aucun fichier importé : les chiffres viendront avec le premier")
