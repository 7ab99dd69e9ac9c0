package store

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"perimetre/geo/fault"
)

// startEnv names the database that a process of TestStarts opens.
const startEnv = "PERIMETRE_TEST_START"

func TestMain(m *testing.M) {
	if path := os.Getenv(startEnv); path != "" {
		if err := startOnce(path); err != nil {
			fmt.Fprintf(os.Stderr, "%#v\n%v\n", err, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// startOnce opens a database, once its standard input ends, and makes the writes of
// a program that starts.
func startOnce(path string) error {
	ctx := context.Background()
	io.Copy(io.Discard, os.Stdin)
	s, err := Open(ctx, path)
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := s.Secret(ctx); err != nil {
		return err
	}
	if err := s.OfferSetup(ctx, strconv.Itoa(os.Getpid()), time.Now().Add(time.Hour)); err != nil {
		return err
	}
	return s.Record(ctx, Entry{Action: "là"})
}

// starts is the number of processes that TestStarts starts, 24 unless
// $PERIMETRE_STARTS says.
func starts() int {
	if n, err := strconv.Atoi(os.Getenv("PERIMETRE_STARTS")); err == nil {
		return n
	}
	return 24
}

// Processes that start together on a SQLite file that is not there yet all open it
// and write in it, whatever the order in which they end.
func TestStarts(t *testing.T) {
	const together = 8
	for n := starts(); n > 0; n -= together {
		path := filepath.Join(t.TempDir(), "b.db")
		all := make([]*exec.Cmd, min(n, together))
		said := make([]bytes.Buffer, len(all))
		ready, start, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		for i := range all {
			all[i] = exec.CommandContext(t.Context(), os.Args[0])
			all[i].Env = append(os.Environ(), startEnv+"="+path)
			all[i].Stdin, all[i].Stderr = ready, &said[i]
			if err := all[i].Start(); err != nil {
				t.Fatal(err)
			}
		}
		ready.Close()
		time.Sleep(50 * time.Millisecond) // most of them now wait
		start.Close()
		for i, c := range all {
			if err := c.Wait(); err != nil {
				t.Errorf("%v: %s", err, said[i].String())
			}
		}
		if l := must[[]Entry](t)(open(t, path).Audit(t.Context(), AuditQuery{Limit: 20})); len(l) != len(all) {
			t.Errorf("%d processes of %d wrote", len(l), len(all))
		}
	}
}

// The files of a database are its owner's alone from birth, whatever the mask, and
// a database that everybody could read is closed to them.
func TestPrivateFiles(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	dir := t.TempDir()
	path := filepath.Join(dir, "b.db")
	check := func(t *testing.T, want ...string) {
		t.Helper()
		for _, name := range want {
			st, err := os.Stat(filepath.Join(dir, name))
			if err != nil || st.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, %v", name, err, st)
			}
		}
	}
	s := open(t, path)
	if err := s.Record(t.Context(), Entry{Action: "là"}); err != nil {
		t.Fatal(err)
	}
	check(t, "b.db", "b.db-wal", "b.db-shm")
	if err := s.Backup(t.Context(), filepath.Join(dir, "copie.db")); err != nil {
		t.Fatal(err)
	}
	check(t, "copie.db")
	s.Close()
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), filepath.Join(dir, "copie.db"), path); err != nil {
		t.Fatal(err)
	}
	open(t, path)
	check(t, "b.db")
	if kept, err := filepath.Glob(path + ".avant-*"); err != nil || len(kept) != 1 {
		t.Error(kept, err)
	} else {
		check(t, filepath.Base(kept[0]))
	}
	// What a group may read on purpose stays so.
	s.Close()
	shared := filepath.Join(dir, "groupe.db")
	open(t, shared).Close()
	if err := os.Chmod(shared, 0o640); err != nil {
		t.Fatal(err)
	}
	open(t, shared)
	if st, err := os.Stat(shared); err != nil || st.Mode().Perm() != 0o640 {
		t.Error(st, err)
	}
}

// A backup that fails, or that is killed, leaves nothing.
func TestFailedBackup(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "b.db"))
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Backup(ctx, filepath.Join(dir, "copie.db")); err == nil {
		t.Error("a backup that was told to stop")
	}
	if left := names(t, dir); len(left) > 0 {
		t.Error(left)
	}
	// What a killed one left goes at the next.
	for _, name := range []string{".copie.db.123.tmp", ".copie.db.123.tmp-journal", ".autre.db.123.tmp"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Backup(t.Context(), filepath.Join(dir, "copie.db")); err != nil {
		t.Fatal(err)
	}
	if left := names(t, dir); fmt.Sprint(left) != "[.autre.db.123.tmp copie.db]" {
		t.Error(left)
	}
}

func names(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, d.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A database that may not grow any more says so, and keeps nothing of what did not fit.
func TestNoRoom(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "b.db"))
	s.db.SetMaxOpenConns(1)                                                     // the bound is a connection's
	if _, err := s.exec(t.Context(), "PRAGMA max_page_count = 1"); err != nil { // as many as there are
		t.Fatal(err)
	}
	f := File{Unit: "59350", Name: "a.csv", CreatedBy: "a@exemple.fr"}
	if err := s.AddFile(t.Context(), &f, strings.NewReader(strings.Repeat("x", 1<<20))); fault.KindOf(err) != fault.NoRoom || !Transient(err) {
		t.Errorf("%v: %v", fault.KindOf(err), err)
	}
	if list, err := s.Files(t.Context(), "59350"); err != nil || len(list) != 0 {
		t.Errorf("%d files are kept, %v", len(list), err)
	}
}
