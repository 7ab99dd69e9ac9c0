package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	osexec "os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"perimetre/data"
	"perimetre/data/demo"
	"perimetre/server/store/pgtest"
)

// jobRows is the number of rows of the tests that kill; $PERIMETRE_JOB_ROWS makes
// it larger.
func jobRows() int {
	if n, err := strconv.Atoi(os.Getenv("PERIMETRE_JOB_ROWS")); err == nil {
		return n
	}
	return 20_000
}

// jobWorld is a fictional territory and a file of many people of one Mission Locale.
var jobWorld = sync.OnceValues(func() (w struct{ raw, pack, people, unit string }, err error) {
	dir, err := os.MkdirTemp("", "perimetre-jobs")
	if err != nil {
		return w, err
	}
	w.raw = filepath.Join(dir, "raw")
	if _, err = demo.Write(context.Background(), w.raw, demo.Config{Addresses: 6000, People: 1000, Seed: 3}); err != nil {
		return w, err
	}
	w.pack = filepath.Join(dir, "pack")
	if _, err = data.Build(context.Background(), data.BuildOptions{Raw: w.raw, Pack: w.pack}); err != nil {
		return w, err
	}
	p, err := data.Open(w.pack)
	if err != nil {
		return w, err
	}
	defer p.Close()
	w.unit = p.MissionsLocales[0].Code
	b, err := os.ReadFile(filepath.Join(w.raw, "jeunes.csv"))
	if err != nil {
		return w, err
	}
	lines := strings.Split(strings.TrimPrefix(string(b), "\ufeff"), "\n")
	var out strings.Builder
	header := 0
	for !strings.HasPrefix(lines[header], "N° dossier") {
		header++
	}
	title := strings.Split(lines[header], ";")
	entry := slices.Index(title, "Date début CEJ")
	out.WriteString(lines[header] + "\n")
	for i := range jobRows() {
		cells := strings.Split(lines[header+1+i%900], ";")
		if len(cells) < len(title) {
			continue
		}
		cells[0], cells[1], cells[2] = fmt.Sprintf("Q%07d", i), "", w.unit
		cells[entry] = time.Now().AddDate(0, 0, -i%60).Format("02/01/2006") // too young to be purged
		out.WriteString(strings.Join(cells, ";") + "\n")
	}
	w.people = filepath.Join(dir, "gens.csv")
	return w, os.WriteFile(w.people, []byte(out.String()), 0o644)
})

// process is a running command.
type process struct {
	*osexec.Cmd
	log *bytes.Buffer
}

func begin(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{osexec.Command("perimetre", args...), &bytes.Buffer{}}
	p.Stdout, p.Stderr = p.log, p.log
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Signal(syscall.SIGCONT); p.Process.Kill(); p.Wait() })
	return p
}

func freePort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// officer is somebody signed in to a server.
type officer struct {
	t    *testing.T
	base string
	http http.Client
}

func (o *officer) do(method, path, kind string, body io.Reader, v any) int {
	o.t.Helper()
	req, _ := http.NewRequest(method, o.base+path, body)
	req.Header.Set("Content-Type", kind)
	res, err := o.http.Do(req)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	if v != nil && res.StatusCode < 300 {
		if err := json.NewDecoder(res.Body).Decode(v); err != nil {
			o.t.Fatal(err)
		}
	}
	return res.StatusCode
}

// serving starts a server on a database and waits for it.
func serving(t *testing.T, pack, database, address string, more ...string) *process {
	t.Helper()
	p := begin(t, append([]string{"serve", "--pack", pack, "--database", database, "--listen", address, "--workers", "1", "--quiet"}, more...)...)
	for range 200 {
		if res, err := http.Get("http://" + address + "/readyz"); err == nil {
			res.Body.Close()
			return p
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal(p.log)
	return nil
}

// signIn makes an account of the Mission Locale and opens a session.
func signIn(t *testing.T, database, address, unit string) *officer {
	t.Helper()
	out, err := osexec.Command("perimetre", "user", "add", "ref@exemple.fr", "--name", "Référente", "--role", "referent", "--unit", unit, "--database", database).Output()
	if err != nil {
		t.Fatal(err, string(out))
	}
	_, token, ok := strings.Cut(strings.TrimSpace(string(out)), "jeton=")
	if !ok {
		t.Fatal(string(out))
	}
	jar, _ := cookiejar.New(nil)
	o := &officer{t, "http://" + address, http.Client{Jar: jar}}
	if code := o.do("POST", "/password", "application/json", strings.NewReader(`{"token":"`+token+`","password":"une longue phrase de passe"}`), nil); code != 200 {
		t.Fatal("password", code)
	}
	return o
}

type importState struct {
	ID       string
	State    string
	Rows     int
	RowsDone int `json:"rows_done"`
	Error    string
}

// trySend sends a file; it returns the status of the answer.
func (o *officer) trySend(people string) (code int, c importState) {
	o.t.Helper()
	b, err := os.ReadFile(people)
	if err != nil {
		o.t.Fatal(err)
	}
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	f, _ := m.CreateFormFile("data", "gens.csv")
	f.Write(b)
	m.Close()
	code = o.do("POST", "/api/v1/cohorts", m.FormDataContentType(), &body, &c)
	return code, c
}

// send sends the file and starts its import.
func (o *officer) send(people string) importState {
	o.t.Helper()
	code, c := o.trySend(people)
	if code != 201 {
		o.t.Fatal("upload", code)
	}
	if code := o.do("POST", "/api/v1/cohorts/"+c.ID+"/import", "application/json", strings.NewReader(`{}`), nil); code != 202 {
		o.t.Fatal("import", code)
	}
	return c
}

// until waits for a state of the import.
func (o *officer) until(id string, ok func(importState) bool) importState {
	o.t.Helper()
	var c importState
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		if o.do("GET", "/api/v1/cohorts/"+id, "", nil, &c) == 200 && ok(c) {
			return c
		}
	}
	o.t.Fatalf("%+v", c)
	return c
}

func (o *officer) flagged(id string) string {
	o.t.Helper()
	res, err := o.http.Get(o.base + "/api/v1/cohorts/" + id + "/flagged.csv")
	if err != nil {
		o.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 200 {
		o.t.Fatal(err, res.StatusCode)
	}
	return string(b)
}

func imported(c importState) bool { return c.State == "importe" || c.State == "echec" }

// undisturbed is the flagged file of one server that nothing happens to.
var undisturbed = sync.OnceValue(func() *struct{ table string } { return &struct{ table string }{} })

func undisturbedTable(t *testing.T) string {
	t.Helper()
	if u := undisturbed(); u.table != "" {
		return u.table
	}
	w, err := jobWorld()
	if err != nil {
		t.Fatal(err)
	}
	db, address := filepath.Join(t.TempDir(), "seul.db"), freePort(t)
	p := serving(t, w.pack, db, address)
	o := signIn(t, db, address, w.unit)
	c := o.send(w.people)
	start := time.Now()
	if c = o.until(c.ID, imported); c.State != "importe" {
		t.Fatalf("%+v", c)
	}
	t.Logf("%d rows in %s by one process", c.Rows, time.Since(start).Round(time.Millisecond))
	undisturbed().table = o.flagged(c.ID)
	p.Process.Kill()
	return undisturbed().table
}

// checkSame tells that every row is there once, as a single process writes it.
func checkSame(t *testing.T, got string) {
	t.Helper()
	if want := undisturbedTable(t); got != want {
		t.Errorf("the flagged file differs from a single process's: %d bytes, %d", len(got), len(want))
	}
	if n := strings.Count(got, "\n") - 1; n != jobRows() {
		t.Errorf("%d rows of %d", n, jobRows())
	}
}

// The server is killed during an import; started again it goes on.
func TestServerKilledDuringAnImport(t *testing.T) {
	w, err := jobWorld()
	if err != nil {
		t.Fatal(err)
	}
	db, address := filepath.Join(t.TempDir(), "tue.db"), freePort(t)
	p := serving(t, w.pack, db, address)
	o := signIn(t, db, address, w.unit)
	c := o.send(w.people)
	for kills := range 3 {
		at := jobRows() * (kills + 1) / 5
		if c := o.until(c.ID, func(c importState) bool { return c.RowsDone >= at }); imported(c) {
			t.Logf("done before kill %d", kills+1)
			break
		}
		p.Process.Kill()
		p.Wait()
		p = serving(t, w.pack, db, address)
	}
	if c := o.until(c.ID, imported); c.State != "importe" || c.Rows != jobRows() {
		t.Fatalf("%+v", c)
	}
	checkSame(t, o.flagged(c.ID))
}

// Three workers on PostgreSQL: one is killed, one frozen and woken too late.
func TestWorkersKilledAndFrozen(t *testing.T) {
	w, err := jobWorld()
	if err != nil {
		t.Fatal(err)
	}
	db, address := pgtest.Database(t), freePort(t)
	serving(t, w.pack, db, address)
	workers := make([]*process, 3)
	for i := range workers {
		workers[i] = begin(t, "worker", "--database", db, "--pack", w.pack, "--workers", "1", "--quiet")
	}
	time.Sleep(time.Second)
	o := signIn(t, db, address, w.unit)
	c := o.send(w.people)
	start := time.Now()
	o.until(c.ID, func(c importState) bool { return c.RowsDone >= jobRows()/10 })
	workers[0].Process.Signal(syscall.SIGKILL)
	workers[1].Process.Signal(syscall.SIGSTOP)
	if c := o.until(c.ID, imported); c.State != "importe" || c.Rows != jobRows() {
		t.Fatalf("%+v", c)
	}
	t.Logf("%d rows in %s by a server and three workers, one killed, one frozen", jobRows(), time.Since(start).Round(time.Millisecond))
	before := o.flagged(c.ID)
	workers[1].Process.Signal(syscall.SIGCONT)
	time.Sleep(2 * time.Second) // what it had in hand comes too late
	if after := o.flagged(c.ID); after != before {
		t.Error("a worker that woke up changed rows")
	}
	checkSame(t, before)
}
