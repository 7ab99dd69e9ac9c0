package crosstab

import (
	"errors"
	"io"
	"iter"
	"slices"

	"perimetre/geo"
	"perimetre/ingest/table"
	"perimetre/quota"
	"perimetre/quota/directory"
)

// File is a flagged file, read once for every indicator.
type File struct {
	Name    string
	columns *quota.Columns
	records []quota.Record
	traits  map[int]traits // by line
	has     traitColumns
}

// Read reads a file that « perimetre flag » wrote.
func Read(path string, o quota.ReadOptions) (*File, error) {
	r, err := table.Open(path, table.Options{Stdin: o.Stdin, Profile: o.Profile})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	f, err := New(r.Name, r.Header, o)
	if err != nil {
		return nil, err
	}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		if err != nil {
			return nil, err
		}
		f.Add(row.Line, row.Kind, row.Cells)
	}
}

// New returns a flagged table without a row, by its headings; name is the table's in
// faults. A table without the person or the entry date is refused.
func New(name string, header []string, o quota.ReadOptions) (f *File, err error) {
	f = &File{Name: name, traits: map[int]traits{}, has: findTraits(header, o.Profile)}
	f.columns, err = quota.NewColumns(name, header, o)
	return f, err
}

// Add takes a row; the file keeps nothing of cells.
func (f *File) Add(line int, kind table.RowKind, cells []string) {
	f.records = append(f.records, f.columns.Record(line, kind, cells))
	if kind == table.Data {
		f.traits[line] = f.has.read(cells)
	}
}

// flagged returns the file as a rule reads it.
func (f *File) flagged(rule *quota.Rule) (*quota.Flagged, error) {
	var rows iter.Seq2[quota.Record, error] = func(yield func(quota.Record, error) bool) {
		for _, r := range f.records {
			if !yield(r, nil) {
				return
			}
		}
	}
	return quota.NewFlagged(f.columns, rule, rows)
}

// person is somebody whom an indicator counts, with all that tables divide by.
type person struct {
	unit    string
	commune string
	status  quota.Statuses
	traits
	age string
}

func (p *person) value(b By) string {
	switch b {
	case BySex:
		return p.sex
	case ByAge:
		return p.age
	case ByDiploma:
		return p.diploma
	case ByHousing:
		return p.housing
	case ByOutcome:
		return p.outcome
	}
	return ""
}

// people returns the people of files whom a rule counts over a period, and the units' names.
func people(files []*File, rule *quota.Rule, p quota.Period, units *directory.Units) ([]person, map[string]string, error) {
	var list []*quota.Flagged
	from := map[*quota.Flagged]*File{}
	for _, f := range files {
		x, err := f.flagged(rule)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, x)
		from[x] = f
	}
	records := map[*File]map[int]*quota.Record{}
	for _, f := range files {
		records[f] = make(map[int]*quota.Record, len(f.records))
		for i := range f.records {
			records[f][f.records[i].Line] = &f.records[i]
		}
	}
	chosen, names := quota.People(list, rule, p, units)
	out := make([]person, 0, len(chosen))
	for _, c := range chosen {
		f := from[c.File]
		rec := records[f][c.Row.Line]
		tr := f.traits[c.Row.Line]
		tr.outcome = outcomeOf(rule, tr.outcome)
		out = append(out, person{
			unit: c.Unit, commune: c.Row.Commune, status: rec.Statuses, traits: tr, age: ageOf(rec.Birth.Date, rec.Entry.Date, rec.RQTH),
		})
	}
	return out, names, nil
}

// Has reports whether every file holds the columns of a division.
func Has(files []*File, b By) bool {
	for _, f := range files {
		held := f.has.has(b)
		if b == ByAge {
			held = f.columns.Has().Birth
		}
		if !held {
			return false
		}
	}
	return true
}

// Perimeters lists the versions of the QPV that the files' rows were flagged under.
func Perimeters(files []*File) (out []string) {
	for _, f := range files {
		for i := range f.records {
			if v := f.records[i].Perimeter; v != "" && !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	slices.Sort(out)
	return out
}

// zonings are those that tables count, in their order.
var zonings = []geo.Zoning{geo.QPV, geo.FRR, geo.ZRR}

// Len returns the number of rows.
func (f *File) Len() int { return len(f.records) }
