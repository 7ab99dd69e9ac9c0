//go:build !windows

package pgtest

import (
	"testing"

	"github.com/jackc/pgx/v5"
)

// What one test writes, another does not read; a prepared database holds what prepared it.
func TestDatabase(t *testing.T) {
	run := func(url, sql string) error {
		c, err := pgx.Connect(t.Context(), url)
		if err != nil {
			return err
		}
		defer c.Close(t.Context())
		_, err = c.Exec(t.Context(), sql)
		return err
	}
	one, other := Database(t), Database(t)
	if err := run(one, "CREATE TABLE x (n int)"); err != nil {
		t.Fatal(err)
	}
	if one == other || run(other, "SELECT n FROM x") == nil {
		t.Error("two tests have one database")
	}
	made := Prepared(t, func(url string) error { return run(url, "CREATE TABLE y (n int)") })
	if err := run(made, "SELECT n FROM y"); err != nil {
		t.Errorf("what prepared the database is not there: %v", err)
	}
}
