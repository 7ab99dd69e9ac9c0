//go:build unix

package pgtest

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// running is the one server of a test binary. It stops, and its folder goes, when
// the test process ends, however it ends: the pipe to its keeper is then closed.
type running struct {
	url     string
	hold    io.Closer
	restart func() error
}

var (
	start  = sync.OnceValues(launch)
	serial atomic.Int64
)

// template is the database that Prepared copies.
var template struct {
	sync.Once
	name string
	err  error
}

// Prepared returns the URL of a database of its own, the copy of one that prepare filled:
// the first test calls prepare, with the URL of an empty database that it must leave
// without a connection. It skips and fails as Database does.
func Prepared(t testing.TB, prepare func(url string) error) string {
	t.Helper()
	template.Do(func() {
		url := Database(t)
		template.name = strings.TrimSuffix(path.Base(url), "?sslmode=disable")
		template.err = prepare(url)
	})
	if template.err != nil {
		t.Fatal(template.err)
	}
	return create(t, " TEMPLATE "+template.name)
}

// Database returns the URL of an empty database. Where no PostgreSQL is installed the
// test is skipped; one that does not start fails it.
func Database(t testing.TB) string {
	t.Helper()
	return create(t, "")
}

func create(t testing.TB, options string) string {
	t.Helper()
	if _, err := bin(); err != nil {
		t.Skip("PostgreSQL absent : " + err.Error())
	}
	s, err := start()
	if err != nil {
		t.Fatal("PostgreSQL est installé et ne démarre pas : ", err)
	}
	c, err := pgx.Connect(t.Context(), s.url+"/postgres?sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.WithoutCancel(t.Context()))
	name := fmt.Sprintf("essai_%d", serial.Add(1))
	if _, err := c.Exec(t.Context(), "CREATE DATABASE "+name+options); err != nil {
		t.Fatal(err)
	}
	return s.url + "/" + name + "?sslmode=disable"
}

// Server returns the URL of the server itself, without a database, to programs that are
// no tests.
func Server() (url string, err error) {
	if _, err := bin(); err != nil {
		return "", err
	}
	s, err := start()
	if err != nil {
		return "", err
	}
	return s.url, nil
}

// Restart stops the server without letting it end what it does, and starts it again
// a second later.
func Restart() error {
	s, err := start()
	if err != nil {
		return err
	}
	return s.restart()
}

// Program returns the path of one of PostgreSQL's programs (pg_dump, psql…), of the
// server's version; the test is skipped where no PostgreSQL is installed.
func Program(t testing.TB, name string) string {
	t.Helper()
	dir, err := bin()
	if err != nil {
		t.Skip("PostgreSQL absent : " + err.Error())
	}
	return filepath.Join(dir, name)
}

// bin returns the folder of PostgreSQL's programs, the latest version's.
func bin() (string, error) {
	list, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(list) > 0 {
		slices.Sort(list)
		return filepath.Dir(list[len(list)-1]), nil
	}
	p, err := exec.LookPath("postgres")
	if err != nil {
		return "", fmt.Errorf("programme postgres introuvable (apt-get install postgresql)")
	}
	return filepath.Dir(p), nil
}

func launch() (*running, error) {
	programs, err := bin()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "perimetre-pg")
	if err != nil {
		return nil, err
	}
	as, err := credential(dir)
	if err != nil {
		return nil, err
	}
	command := func(name string, args ...string) *exec.Cmd {
		c := exec.Command(filepath.Join(programs, name), args...)
		c.Dir, c.SysProcAttr = dir, as
		return c
	}
	data := filepath.Join(dir, "data")
	if out, err := command("initdb", "-D", data, "-A", "trust", "-U", "perimetre", "-E", "UTF8", "--no-locale", "--no-sync").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %v: %s", err, out)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	options := []string{"-p", strconv.Itoa(port), "-k", dir}
	// What it writes need not outlive the machine, and no table lives long enough to be
	// vacuumed: it starts no process for that.
	for _, o := range []string{"listen_addresses=127.0.0.1", "max_connections=200", "fsync=off", "full_page_writes=off", "autovacuum=off", "wal_level=minimal", "max_wal_senders=0", "shared_buffers=32MB", "jit=off"} {
		options = append(options, "-c", o)
	}
	// The process may have been started again since: its number is in its folder.
	keeper := exec.Command("/bin/sh", append([]string{"-c", `"$0" "$@" 2>/dev/null & cat >/dev/null; p=$(head -n1 data/postmaster.pid); kill -INT $p; while kill -0 $p 2>/dev/null; do sleep 0.1; done; rm -rf "$PWD"`,
		filepath.Join(programs, "postgres"), "-D", data}, options...)...)
	keeper.Dir, keeper.SysProcAttr = dir, as
	hold, err := keeper.StdinPipe()
	if err == nil {
		err = keeper.Start()
	}
	if err != nil {
		return nil, err
	}
	s := &running{url: fmt.Sprintf("postgres://perimetre@127.0.0.1:%d", port), hold: hold}
	s.restart = func() error {
		if out, err := command("pg_ctl", "stop", "-D", data, "-m", "immediate", "-w").CombinedOutput(); err != nil {
			return fmt.Errorf("pg_ctl stop: %v: %s", err, out)
		}
		time.Sleep(time.Second) // a moment without it
		return command("pg_ctl", "start", "-D", data, "-w", "-l", filepath.Join(dir, "journal"), "-o", strings.Join(options, " ")).Run()
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		c, err := pgx.Connect(context.Background(), s.url+"/postgres?sslmode=disable")
		if err == nil {
			return s, c.Close(context.Background())
		}
		if time.Now().After(end) {
			return nil, err
		}
	}
}

// credential runs the server as another user when we are root, which PostgreSQL
// refuses to be; the folder becomes that user's.
func credential(dir string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	if err1 != nil || err2 != nil {
		return nil, fmt.Errorf("compte %s", u.Username)
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, os.Chown(dir, uid, gid)
}
