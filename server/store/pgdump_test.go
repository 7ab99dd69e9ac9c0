package store

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"perimetre/server/store/pgtest"
)

// The procedure that the guide gives to save a PostgreSQL and to bring it back, run
// as it is written there: rows, queue and all come back, in the base itself and in an
// empty one.
func TestPostgreSQLSavedAsWritten(t *testing.T) {
	guide, err := os.ReadFile("../../docs/guide/exploitation.md")
	if err != nil {
		t.Fatal(err)
	}
	commands := regexp.MustCompile(`(?m)^pg_(?:dump|restore) .*$`).FindAllString(string(guide), -1)
	if len(commands) != 2 {
		t.Fatalf("%d commands in the guide: %q", len(commands), commands)
	}
	where := pgtest.Database(t)
	s := open(t, where)
	u := User{Email: "a@exemple.fr", Name: "A", Role: Auditor}
	if err := s.AddUser(t.Context(), &u); err != nil {
		t.Fatal(err)
	}
	f, _ := importedRows(t, s, 3)
	dir := t.TempDir()
	run := func(command, base string) {
		t.Helper()
		c := exec.Command("bash", "-euo", "pipefail", "-c", command)
		c.Dir, c.Env = dir, append(os.Environ(), "BASE="+base, "PATH="+filepath.Dir(pgtest.Program(t, "pg_dump"))+":"+os.Getenv("PATH"))
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
	for _, c := range commands {
		if !strings.Contains(c, `"$BASE"`) {
			t.Fatalf("%s names no $BASE", c)
		}
	}
	run(commands[0], where)
	if _, err := s.ErasePerson(t.Context(), "59001", "P2"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	run(commands[1], where)
	empty := pgtest.Database(t)
	run(commands[1], empty)
	for _, base := range []string{where, empty} {
		s := open(t, base)
		rows := must[[]Person](t)(s.People(t.Context(), PeopleQuery{Unit: "59001", FileID: f.ID, Limit: 10}))
		if len(rows) != 3 || must[User](t)(s.UserByEmail(t.Context(), u.Email)).ID != u.ID {
			t.Errorf("%d rows", len(rows))
		}
	}
}
