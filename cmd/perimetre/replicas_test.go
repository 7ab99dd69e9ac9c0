package main

import (
	osexec "os/exec"
	"strings"
	"testing"

	"perimetre/server/store/pgtest"
)

// Two servers and a worker of one PostgreSQL, started together on an empty base.
func TestTwoServersOfOnePostgreSQL(t *testing.T) {
	w, err := jobWorld()
	if err != nil {
		t.Fatal(err)
	}
	db, first, second := pgtest.Database(t), freePort(t), freePort(t)
	begin(t, "worker", "--database", db, "--pack", w.pack, "--workers", "1", "--quiet")
	begin(t, "serve", "--pack", w.pack, "--database", db, "--listen", first, "--workers", "1", "--quiet")
	serving(t, w.pack, db, second)
	o := signIn(t, db, second, w.unit)
	c := o.send(smallFile(t, w.people))
	o.base = "http://" + first // cookies know hosts, not ports
	if c = o.until(c.ID, imported); c.State != "importe" {
		t.Fatalf("%+v", c)
	}
	for _, args := range [][]string{{"decisions", "export", "--database", db}, {"user", "list", "--database", db}} {
		if out, err := osexec.Command("perimetre", args...).CombinedOutput(); err != nil {
			t.Errorf("%v: %v %s", args, err, out)
		}
	}
	out, err := osexec.Command("perimetre", "backup", "x.db", "--database", db).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "pg_dump") {
		t.Errorf("%v %s", err, out)
	}
}
