package figures

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/ingest/table"
	"perimetre/quota"
	"perimetre/quota/crosstab"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/people"
	"perimetre/server/store"
)

// CrossAsk is what tables are asked for, as it was written; what is empty is chosen.
type CrossAsk struct {
	Names                   Names // as a refusal writes them; the zero Names are InEnglish
	Unit, Period            string
	By, Zonings, Indicators []string
	ByEPCI, Public          bool
}

// CrossAskOf returns what the parameters of a unit, a period, a breakdown, zonings and
// indicators (lists separated by commas), epci and public ask for.
func CrossAskOf(p *httpio.Params, n Names) CrossAsk {
	list := func(name string) []string {
		return strings.FieldsFunc(p.Text(name), func(r rune) bool { return r == ',' || r == ' ' })
	}
	return CrossAsk{
		Names: n, Unit: p.Text(n.Unit), Period: p.Text(n.Period), By: list(n.By), Zonings: list(n.Zoning), Indicators: list(n.Indicator),
		ByEPCI: p.Bool(n.ByEPCI, false), Public: p.Bool(n.Public, false),
	}
}

// CrossFormats are the formats of tables; the first is the one of who names none.
var CrossFormats = []string{"json", "csv", "xlsx"}

// Crosstabs counts the people of a Mission Locale of the principal's own by indicator, zoning
// and the traits that its files hold; small numbers that the reader may not see are hidden.
// The audit log records it.
func (s *Service) Crosstabs(ctx context.Context, who *access.Principal, a CrossAsk, noted ...string) (*crosstab.Set, error) {
	if err := who.May(access.ReadPeople); err != nil {
		return nil, err
	}
	unit, err := who.OwnUnit(a.Unit)
	if err != nil {
		return nil, err
	}
	p := httpio.Params{Bad: noted}
	q := crosstab.Query{AsOf: geo.Today()}
	if a.Period == "" {
		q.Period = quota.Year(int(q.AsOf.Year))
	} else if q.Period, err = quota.ParsePeriod(a.Period); err != nil {
		p.Refuse(cmp.Or(a.Names, InEnglish).spelled().Period, "2024-T3, 2024 ou 2024-T1..2024-T3")
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	if err := s.crossNames(a, &q); err != nil {
		return nil, err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	o, err := s.options(ctx, pack, q.Period)
	if err != nil {
		return nil, err
	}
	if q.Units = o.Units; a.ByEPCI {
		q.EPCI = pack.Communes.EPCI
	}
	file, err := s.crossFile(ctx, unit)
	if err != nil {
		return nil, err
	}
	set, err := crosstab.Count([]*crosstab.File{file}, q)
	if err != nil {
		return nil, err
	}
	reader := quota.OwnUnit
	if a.Public {
		reader = quota.Everybody
	}
	if err := set.Mask(reader); err != nil {
		return nil, err
	}
	return set, who.Record(ctx, s.Store, "tableaux croisés", unit, q.Period.ID, file.Len())
}

// crossNames reads the names of divisions, zonings and indicators.
func (s *Service) crossNames(a CrossAsk, q *crosstab.Query) (err error) {
	if q.By, err = crosstab.ParseBys(a.By); err != nil {
		return err
	}
	if q.Zonings, err = crosstab.ParseZonings(a.Zonings); err != nil {
		return err
	}
	q.Indicators, err = crosstab.ParseIndicators(a.Indicators, func(name string) (*quota.Rule, error) {
		if !slices.Contains(s.RuleNames(), name) {
			return nil, crosstab.NoIndicator(name, s.RuleNames())
		}
		return quota.LoadRule(name)
	})
	return err
}

// crossFile reads the rows of a Mission Locale.
func (s *Service) crossFile(ctx context.Context, unit string) (*crosstab.File, error) {
	empty, err := people.Empty(ctx, s.Store, unit)
	if err != nil {
		return nil, err
	}
	if empty {
		return nil, people.NothingImported
	}
	rows := &crossRows{}
	_, err = people.Export(ctx, s.Store, store.PeopleQuery{Unit: unit}, unit, nil, rows)
	return rows.file, err
}

// crossRows takes the rows of an export.
type crossRows struct {
	file *crosstab.File
	line int
}

// Write implements people.Writer.
func (r *crossRows) Write(cells []string) (err error) {
	if r.line++; r.line == 1 {
		r.file, err = crosstab.New("les fichiers importés", slices.Clone(cells), quota.ReadOptions{})
		return err
	}
	r.file.Add(r.line, table.KindOf(cells), cells)
	return nil
}

// CrossReport writes tables in one of CrossFormats.
func CrossReport(set *crosstab.Set, format string) (*Report, error) {
	var b bytes.Buffer
	var err error
	kind := "application/json; charset=utf-8"
	switch format {
	case "csv":
		kind, err = "text/csv; charset=utf-8", set.CSV(&b)
	case "xlsx":
		kind, err = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", set.XLSX(&b)
	default:
		err = set.JSON(&b)
	}
	return &Report{kind, reportName("tableaux", set.Period.ID, format), b.Bytes()}, err
}

// YearsAndQuarters returns the years and the quarters of a Mission Locale's entries, the
// latest first, each year before its quarters.
func (s *Service) YearsAndQuarters(ctx context.Context, who *access.Principal, unit string) (out []string, err error) {
	quarters, err := s.Quarters(ctx, who, unit)
	for _, q := range quarters {
		if year := q[:4]; !slices.Contains(out, year) {
			out = append(out, year)
		}
		out = append(out, q)
	}
	return out, err
}
