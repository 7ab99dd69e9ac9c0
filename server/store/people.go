package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"perimetre/geo/fault"
)

// Person is a row of a file: the mapped cells, in the order of the file's
// Intake.Fields, and what flagging said, in the order of batch.FlagColumns.
type Person struct {
	FileID     string
	Line       int
	Unit       string
	Person     string // identifier given by the Mission Locale
	Entry      string // AAAA-MM-JJ, empty when unknown
	Status     string
	Action     string
	Motif      string
	Perimeter  string
	AddressKey string
	Cells      []string
	Result     []string
}

const personColumns = "file_id, line, unit, person, entry, status, action, motif, perimeter, address_key, cells, result"

func scanPerson(r scanner) (p Person, err error) {
	var cells, result string
	if err = r.Scan(&p.FileID, &p.Line, &p.Unit, &p.Person, &p.Entry, &p.Status, &p.Action, &p.Motif, &p.Perimeter, &p.AddressKey, &cells, &result); err != nil {
		return p, err
	}
	if err = json.Unmarshal([]byte(cells), &p.Cells); err == nil {
		err = json.Unmarshal([]byte(result), &p.Result)
	}
	return p, err
}

// insertPeople adds rows, a few at a time.
func (c conn) insertPeople(ctx context.Context, rows []Person) error {
	const atOnce = 50
	for len(rows) > 0 {
		part := rows[:min(atOnce, len(rows))]
		rows = rows[len(part):]
		args := make([]any, 0, 12*len(part))
		for i := range part {
			p := &part[i]
			args = append(args, p.FileID, p.Line, p.Unit, p.Person, p.Entry, p.Status, p.Action, p.Motif, p.Perimeter, p.AddressKey, encoded(p.Cells), encoded(p.Result))
		}
		q := "INSERT INTO people (" + personColumns + ") VALUES " + strings.Repeat("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?), ", len(part)-1) + "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		if _, err := c.exec(ctx, q, args...); err != nil {
			return err
		}
	}
	return nil
}

// PeopleQuery chooses rows of people. Unit is required; what is empty chooses all.
type PeopleQuery struct {
	Unit, FileID, Status, Action, Person, AddressKey string
	After                                            string // "file/line" of the last row seen
	AfterLine                                        int
	Limit                                            int
}

// conditions returns the conditions of the query; only imported files count.
func (q *PeopleQuery) conditions() (string, []any) {
	where, args := "p.unit = ? AND f.state = 'importe'", []any{q.Unit}
	for _, c := range []struct{ column, value string }{{"p.file_id", q.FileID}, {"p.status", q.Status}, {"p.action", q.Action}, {"p.person", q.Person}, {"p.address_key", q.AddressKey}} {
		if c.value != "" {
			where += " AND " + c.column + " = ?"
			args = append(args, c.value)
		}
	}
	return where, args
}

func prefixed(columns string) string {
	return "p." + strings.ReplaceAll(columns, ", ", ", p.")
}

// People lists rows, the latest file first.
func (s *Store) People(ctx context.Context, q PeopleQuery) ([]Person, error) {
	where, args := q.conditions()
	if q.After != "" {
		where += " AND (p.file_id < ? OR p.file_id = ? AND p.line > ?)"
		args = append(args, q.After, q.After, q.AfterLine)
	}
	args = append(args, q.Limit)
	return list(ctx, s.conn, scanPerson, "SELECT "+prefixed(personColumns)+" FROM people p JOIN files f ON f.id = p.file_id WHERE "+where+" ORDER BY p.file_id DESC, p.line LIMIT ?", args...)
}

// EachPerson visits rows in the order of People, without holding them all.
func (s *Store) EachPerson(ctx context.Context, q PeopleQuery, visit func(*Person) error) error {
	q.Limit = 2000
	for {
		rows, err := s.People(ctx, q)
		if err != nil {
			return err
		}
		for i := range rows {
			if err := visit(&rows[i]); err != nil {
				return err
			}
		}
		if len(rows) < q.Limit {
			return nil
		}
		last := rows[len(rows)-1]
		q.After, q.AfterLine = last.FileID, last.Line
	}
}

// CountPeople counts rows by status and action.
func (s *Store) CountPeople(ctx context.Context, q PeopleQuery) (byStatus, byAction map[string]int, err error) {
	where, args := q.conditions()
	type row struct {
		status, action string
		n              int
	}
	rows, err := list(ctx, s.conn, func(r scanner) (x row, err error) { return x, r.Scan(&x.status, &x.action, &x.n) },
		"SELECT p.status, p.action, COUNT(*) FROM people p JOIN files f ON f.id = p.file_id WHERE "+where+" GROUP BY p.status, p.action", args...)
	byStatus, byAction = map[string]int{}, map[string]int{}
	for _, x := range rows {
		byStatus[x.status] += x.n
		if x.action != "" {
			byAction[x.action] += x.n
		}
	}
	return byStatus, byAction, err
}

// Group is an address on which people wait, and how many of them.
type Group struct {
	AddressKey string
	People     int
	Example    Person
}

// Groups lists the addresses to decide, those whose answer decides most people first.
func (s *Store) Groups(ctx context.Context, q PeopleQuery, offset int) (groups []Group, total int, err error) {
	where, args := q.conditions()
	where += " AND p.address_key <> ''"
	if err := s.row(ctx, "SELECT COUNT(DISTINCT p.address_key) FROM people p JOIN files f ON f.id = p.file_id WHERE "+where, args...).Scan(&total); err != nil {
		return nil, 0, err
	}
	groups, err = list(ctx, s.conn, func(r scanner) (g Group, err error) { return g, r.Scan(&g.AddressKey, &g.People) },
		"SELECT p.address_key, COUNT(DISTINCT p.person) FROM people p JOIN files f ON f.id = p.file_id WHERE "+where+" GROUP BY p.address_key ORDER BY COUNT(DISTINCT p.person) DESC, p.address_key LIMIT ? OFFSET ?",
		append(args, q.Limit, offset)...)
	for i := range groups {
		if err != nil {
			break
		}
		one := PeopleQuery{Unit: q.Unit, AddressKey: groups[i].AddressKey, Limit: 1}
		var rows []Person
		if rows, err = s.People(ctx, one); err == nil && len(rows) > 0 {
			groups[i].Example = rows[0]
		}
	}
	return groups, total, err
}

// Reflag overwrites the flags of rows with new ones.
func (s *Store) Reflag(ctx context.Context, rows []Person) error {
	return s.tx(ctx, func(c conn) error {
		for i := range rows {
			p := &rows[i]
			if _, err := c.exec(ctx, "UPDATE people SET status = ?, action = ?, motif = ?, perimeter = ?, result = ? WHERE file_id = ? AND line = ?",
				p.Status, p.Action, p.Motif, p.Perimeter, encoded(p.Result), p.FileID, p.Line); err != nil {
				return err
			}
		}
		return nil
	})
}

// ErasePerson removes every row of one person of a Mission Locale, and the typed text of
// decisions that nobody else's address needs; it returns the number of rows removed.
func (s *Store) ErasePerson(ctx context.Context, unit, person string) (n int64, err error) {
	err = s.tx(ctx, func(c conn) error {
		if n, err = c.exec(ctx, "DELETE FROM people WHERE unit = ? AND person = ?", unit, person); err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "personne introuvable")
		}
		return c.forgetTexts(ctx)
	})
	return n, err
}

// ForgetTexts empties the typed addresses, and the places, of decisions that have no row left,
// as after an import was undone.
func (s *Store) ForgetTexts(ctx context.Context) error { return s.forgetTexts(ctx) }

// forgetTexts empties the typed addresses, and the places, of decisions of which
// no row is left.
func (c conn) forgetTexts(ctx context.Context) error {
	_, err := c.exec(ctx, `UPDATE decisions SET typed = '', result_id = '', lon = NULL, lat = NULL WHERE (typed <> '' OR result_id <> '' OR lon IS NOT NULL)
		AND NOT EXISTS (SELECT 1 FROM people p WHERE p.unit = decisions.unit AND p.address_key = decisions.address_key)`)
	return err
}

// AgedRows are rows of people of one Mission Locale whose retention ends together: the rows of
// a month of entry in one file.
type AgedRows struct {
	Unit     string
	Month    string // AAAA-MM of the entry; of the file's reception without a valid date
	FileID   string
	Imported time.Time
	Reduced  bool // no row has its address any more
}

// Aged lists the rows that retention looks at, by unit, month of entry and file.
func (s *Store) Aged(ctx context.Context) ([]AgedRows, error) {
	return list(ctx, s.conn, func(r scanner) (a AgedRows, err error) {
		var imported string
		var full int
		err = r.Scan(&a.Unit, &a.FileID, &a.Month, &imported, &full)
		a.Imported, a.Reduced = instant(imported), full == 0
		return a, err
	}, `SELECT p.unit, p.file_id, CASE WHEN p.entry = '' THEN substr(f.created_at, 1, 7) ELSE substr(p.entry, 1, 7) END AS month, f.imported_at,
		SUM(CASE WHEN p.address_key = 'purge' THEN 0 ELSE 1 END)
		FROM people p JOIN files f ON f.id = p.file_id WHERE f.state = 'importe' GROUP BY p.unit, p.file_id, month, f.imported_at ORDER BY p.unit, month, p.file_id`)
}

// ofAge chooses the rows of AgedRows.
const ofAge = `file_id = ? AND (entry <> '' AND substr(entry, 1, 7) = ? OR entry = '' AND EXISTS (SELECT 1 FROM files f WHERE f.id = file_id AND substr(f.created_at, 1, 7) = ?))`

// RemoveAged removes rows, and the texts of decisions that lose their last row.
func (s *Store) RemoveAged(ctx context.Context, a AgedRows) (n int64, err error) {
	err = s.tx(ctx, func(c conn) error {
		if n, err = c.exec(ctx, "DELETE FROM people WHERE "+ofAge, a.FileID, a.Month, a.Month); err != nil {
			return err
		}
		return c.forgetTexts(ctx)
	})
	return n, err
}

// ReduceAged empties of rows what is not needed for counting, as reduce does, and
// the texts of decisions that lose their last address.
func (s *Store) ReduceAged(ctx context.Context, a AgedRows, reduce func(*Person, *File)) (n int64, err error) {
	const atOnce = 20_000
	file, err := s.File(ctx, a.FileID)
	if err != nil {
		return 0, err
	}
	for more := true; more; {
		err := s.tx(ctx, func(c conn) error {
			rows, err := list(ctx, c, scanPerson, "SELECT "+personColumns+" FROM people WHERE address_key <> 'purge' AND "+ofAge+" LIMIT ?", a.FileID, a.Month, a.Month, atOnce)
			if err != nil {
				return err
			}
			for i := range rows {
				p := &rows[i]
				reduce(p, &file)
				if _, err := c.exec(ctx, "UPDATE people SET address_key = 'purge', cells = ?, result = ? WHERE file_id = ? AND line = ?", encoded(p.Cells), encoded(p.Result), p.FileID, p.Line); err != nil {
					return err
				}
			}
			n, more = n+int64(len(rows)), len(rows) == atOnce
			return c.forgetTexts(ctx)
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}
