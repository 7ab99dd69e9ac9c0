package store

import "context"

// WaitingPeople counts the people of a Mission Locale who wait for something, each once
// whatever the number of files that name them, by action.
func (s *Store) WaitingPeople(ctx context.Context, unit string) (map[string]int, error) {
	where, args := (&PeopleQuery{Unit: unit}).conditions()
	type row struct {
		action string
		n      int
	}
	rows, err := list(ctx, s.conn, func(r scanner) (x row, err error) { return x, r.Scan(&x.action, &x.n) },
		"SELECT p.action, COUNT(DISTINCT CASE WHEN p.person = '' THEN p.file_id || ' ' || CAST(p.line AS TEXT) ELSE p.person END) FROM people p JOIN files f ON f.id = p.file_id WHERE p.action <> '' AND "+where+" GROUP BY p.action", args...)
	out := map[string]int{}
	for _, x := range rows {
		out[x.action] = x.n
	}
	return out, err
}
