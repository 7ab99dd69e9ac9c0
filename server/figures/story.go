package figures

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"perimetre/french"
	"perimetre/quota"
	"perimetre/server/access"
	"perimetre/server/people"
	"perimetre/server/store"
)

// RejectedRow is a row of a file that cannot be counted.
type RejectedRow struct {
	Line                int // of the file as it was sent
	Person, Why, Detail string
}

// Story is what became of the rows of a file under the first rule, whatever the period: rows,
// people, entries. Every row is counted once: Rows is the sum of Entries, Aside and Rejected.
type Story struct {
	Rule     *quota.Rule
	Rows     int // kept of the file
	People   int // distinct, of the rows that name somebody
	Entries  int
	Aside    []Aside // the most numerous first
	Rejected []RejectedRow
}

// Aside is a number of rows that are right and that the rule does not count.
type Aside struct {
	Why  string
	Rows int
}

// Reason is why some rows are rejected, with what was seen in them.
type Reason struct {
	Why    string
	Rows   int
	Values []Seen // the most frequent first
}

// Seen is a value and the number of rows that hold it.
type Seen struct {
	Text string
	Rows int
}

// Text is « 3 lignes : « né le …, 27 ans » 2 fois ».
func (r Reason) Text() string {
	const most = 4 // values told
	text := french.Count(r.Rows, "ligne", "lignes")
	for k, v := range r.Values[:min(most, len(r.Values))] {
		text += []string{" : « ", ", « "}[min(k, 1)] + v.Text + " »"
		if v.Rows > 1 {
			text += " " + french.Integer(v.Rows) + " fois"
		}
	}
	if more := len(r.Values) - most; more > 0 {
		text += french.Plural(more, " et une autre valeur", " et "+french.Integer(more)+" autres valeurs")
	}
	return text
}

// Reasons groups the rejected rows, the most numerous reason first.
func (s *Story) Reasons() (out []Reason) {
	for _, row := range s.Rejected {
		i := slices.IndexFunc(out, func(r Reason) bool { return r.Why == row.Why })
		if i < 0 {
			i, out = len(out), append(out, Reason{Why: row.Why})
		}
		if out[i].Rows++; row.Detail == "" {
			continue
		}
		k := slices.IndexFunc(out[i].Values, func(v Seen) bool { return v.Text == row.Detail })
		if k < 0 {
			k, out[i].Values = len(out[i].Values), append(out[i].Values, Seen{Text: row.Detail})
		}
		out[i].Values[k].Rows++
	}
	slices.SortStableFunc(out, func(a, b Reason) int { return b.Rows - a.Rows })
	for _, r := range out {
		slices.SortStableFunc(r.Values, func(a, b Seen) int { return b.Rows - a.Rows })
	}
	return out
}

// Story returns what became of the rows of a file.
func (s *Service) Story(ctx context.Context, who *access.Principal, unit, fileID string) (*Story, error) {
	if err := who.May(access.ReadPeople); err != nil {
		return nil, err
	}
	if _, err := who.OwnUnit(unit); err != nil {
		return nil, err
	}
	rule, err := s.Rule(ctx, s.RuleNames()[0], quota.Period{})
	if err != nil {
		return nil, err
	}
	q := store.PeopleQuery{Unit: unit, FileID: fileID}
	// The table that the rule reads has a line for each row of the store, after the
	// header.
	out := &Story{Rule: rule}
	var lines []int
	named := map[string]bool{}
	err = s.Store.EachPerson(ctx, q, func(p *store.Person) error {
		lines = append(lines, p.Line)
		if p.Person != "" {
			named[p.Person] = true
		}
		return nil
	})
	if out.Rows, out.People = len(lines), len(named); err != nil || out.Rows == 0 {
		return out, err
	}
	rows, err := people.ReadTable(ctx, s.Store, q, nil)
	if err != nil {
		return nil, err
	}
	flagged, err := rows.Flagged(rule)
	if err != nil {
		return nil, err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	o, err := s.options(ctx, pack, quota.Period{})
	if err != nil {
		return nil, err
	}
	counted, err := quota.FromRows([]*quota.Flagged{flagged}, rule, o)
	if err != nil {
		return nil, err
	}
	out.Entries = counted.Total.N()
	for why, n := range counted.Aside {
		if n > 0 {
			out.Aside = append(out.Aside, Aside{why.Label(), n})
		}
	}
	slices.SortFunc(out.Aside, func(a, b Aside) int { return cmp.Or(b.Rows-a.Rows, strings.Compare(a.Why, b.Why)) })
	for _, row := range counted.Rejected {
		line := row.Line
		if i := row.Line - 2; i >= 0 && i < len(lines) {
			line = lines[i]
		}
		out.Rejected = append(out.Rejected, RejectedRow{line, row.Person, row.Reason.Label(), row.Detail})
	}
	return out, nil
}
