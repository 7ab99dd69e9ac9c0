package people

import (
	"context"
	"maps"
	"slices"
	"strings"

	"perimetre/batch"
	"perimetre/geo/residency"
	"perimetre/ingest/table"
	"perimetre/quota"
	"perimetre/server/store"
)

// Writer takes the rows of a table, the header first.
type Writer interface {
	Write(cells []string) error
}

// Export writes rows of people as a flagged table, the latest file first. A person who entered
// on the same day in several files is taken from the latest. own, when set, fills the column
// of the unit; again, when set, flags the rows again. One file alone, without own, keeps its
// headings and their order.
func Export(ctx context.Context, st *store.Store, q store.PeopleQuery, own string, again Again, out Writer) (rows int, err error) {
	files, err := st.Files(ctx, q.Unit)
	if err != nil {
		return 0, err
	}
	fields := map[string][]string{}
	var columns []table.Field
	for _, f := range Kept {
		for i := range files {
			if files[i].State != store.Imported || q.FileID != "" && files[i].ID != q.FileID {
				continue
			}
			fields[files[i].ID] = files[i].Intake.Fields
			if slices.Contains(files[i].Intake.Fields, string(f)) && !slices.Contains(columns, f) {
				columns = append(columns, f)
			}
		}
	}
	lacking := map[string]string{}
	for id, held := range fields {
		lacking[id] = absent(columns, held)
	}
	if own != "" && !slices.Contains(columns, table.Unit) {
		columns = append(columns, table.Unit)
	}
	header := []string{}
	if i := slices.IndexFunc(files, func(f store.File) bool { return f.ID == q.FileID }); i >= 0 && own == "" {
		columns, header = asReceived(&files[i].Intake)
	} else {
		for _, f := range columns {
			header = append(header, title(f, own != ""))
		}
	}
	header = append(append(header, batch.FlagColumns...), basisTitle, "mention")
	several := slices.ContainsFunc(slices.Collect(maps.Values(lacking)), func(s string) bool { return s != "" })
	if several {
		header = append(header, quota.AbsentTitle)
	}
	if err := out.Write(header); err != nil {
		return 0, err
	}
	decisions, err := st.Decisions(ctx, q.Unit)
	if err != nil {
		return 0, err
	}
	bases := map[string]string{}
	for _, d := range decisions {
		bases[d.AddressKey] = d.Basis
	}
	e := exporter{bases: bases, ctx: ctx, out: out, columns: columns, fields: fields, lacking: lacking, several: several, own: own, line: make([]string, len(header)), seen: map[[2]string]string{}, again: again}
	if err := st.EachPerson(ctx, q, e.add); err != nil {
		return e.rows, err
	}
	return e.rows, e.flush()
}

// basisTitle heads what a person's decision stands on, as quota reads it.
const basisTitle = "qpv_decision_base"

// Again flags rows of one file again, to answer under another perimeter.
type Again func(ctx context.Context, fileID string, rows []store.Person) ([]store.Person, error)

// exporter writes rows, a few at a time where they are flagged again.
type exporter struct {
	ctx     context.Context
	out     Writer
	columns []table.Field
	fields  map[string][]string
	lacking map[string]string // fields that a file lacks and others hold, by file
	several bool              // some file lacks one
	own     string
	line    []string
	bases   map[string]string    // of decisions, by address
	seen    map[[2]string]string // file of a person and entry
	again   Again
	waiting []store.Person
	rows    int
}

func (e *exporter) add(p *store.Person) error {
	key := [2]string{p.Person, p.Entry}
	if f, ok := e.seen[key]; ok && f != p.FileID && p.Person != "" {
		return nil
	}
	e.seen[key] = p.FileID
	if e.again == nil {
		return e.write(p)
	}
	if n := len(e.waiting); n == chunkRows || n > 0 && e.waiting[0].FileID != p.FileID {
		if err := e.flush(); err != nil {
			return err
		}
	}
	e.waiting = append(e.waiting, *p)
	return nil
}

func (e *exporter) flush() error {
	if len(e.waiting) == 0 {
		return nil
	}
	rows, err := e.again(e.ctx, e.waiting[0].FileID, e.waiting)
	if err != nil {
		return err
	}
	for i := range rows {
		if err := e.write(&rows[i]); err != nil {
			return err
		}
	}
	e.waiting = e.waiting[:0]
	return nil
}

func (e *exporter) write(p *store.Person) error {
	for i, f := range e.columns {
		e.line[i] = Cell(e.fields[p.FileID], p, f)
		if f == table.Unit && e.own != "" {
			e.line[i] = e.own
		}
	}
	copy(e.line[len(e.columns):], p.Result)
	end := e.line[len(e.columns)+len(batch.FlagColumns):]
	end[0], end[1] = "", Usage
	if p.Motif == string(residency.ByPerson) {
		end[0] = e.bases[p.AddressKey]
	}
	if e.several {
		end[2] = e.lacking[p.FileID]
	}
	e.rows++
	return e.out.Write(e.line)
}

// asReceived returns the fields kept of a file and their headings, in its own words and
// order.
func asReceived(in *store.Intake) (columns []table.Field, header []string) {
	for _, c := range in.Columns {
		if slices.Contains(in.Fields, c.Field) {
			columns, header = append(columns, table.Field(c.Field)), append(header, c.Title)
		}
	}
	return columns, header
}

// title returns the heading of a field; the unit's says whether it is a code.
func title(f table.Field, code bool) string {
	if f == table.Unit && code {
		return "Code structure"
	}
	return table.Generic().Titles(f)[0]
}

// absent returns the fields of a table that one of its files does not hold, joined by
// « | »: whoever counts its rows must know what they do not tell.
func absent(columns []table.Field, held []string) string {
	var out []string
	for _, f := range columns {
		if !slices.Contains(held, string(f)) {
			out = append(out, string(f))
		}
	}
	return strings.Join(out, "|")
}
