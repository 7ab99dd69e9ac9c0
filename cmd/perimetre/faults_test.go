//go:build faults

package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	osexec "os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"perimetre/data"
	"perimetre/geo/fault"
	"perimetre/server/store/pgtest"
)

// The faults are made on purpose, on real processes: `make faults` runs them and
// writes docs/faults.md. $PERIMETRE_FAULTS is the number of kills of each kind.
func TestFaults(t *testing.T) {
	kills := 200
	if n, err := strconv.Atoi(os.Getenv("PERIMETRE_FAULTS")); err == nil {
		kills = n
	}
	if os.Getenv("PERIMETRE_JOB_ROWS") == "" {
		t.Setenv("PERIMETRE_JOB_ROWS", "5000")
	}
	faults := []madeFault{
		{"`kill -9` pendant `data build`", killedBuild, kills, 0},
		{"`kill -9` pendant `flag`", killedFlag, kills, 0},
		{"`kill -9` pendant une migration (base neuve)", killedMigration, kills, 0},
		{"`kill -9` pendant `backup`", killedBackup, kills, 0},
		{"`kill -9` pendant `restore`", killedRestore, kills, 0},
		{"`kill -9` du serveur, imports et décisions en cours", killedServer, kills, 1},
		{"octet changé dans un fichier du référentiel", flippedPack, max(5000, kills), 1},
		{"fichier du référentiel tronqué", cutPack, max(1000, kills), 1},
		{"disque plein", fullDisk, 1, 1},
		{"PostgreSQL arrêté puis relancé pendant un import", stoppedPostgreSQL, 10, 1},
		{"deux serveurs sur une base SQLite", twoServers, 10, 0},
		{"horloge reculée d’un jour pendant un import", clockSetBack, 10, 0},
		{"un worker tué, un autre gelé puis réveillé (PostgreSQL)", killedWorkers, 10, 1},
	}
	outcomes := make([]string, len(faults))
	var lanes sync.WaitGroup
	for lane := range 2 { // what PostgreSQL is stopped for stays in one
		lanes.Go(func() {
			for i, f := range faults {
				if f.lane == lane {
					outcomes[i] = f.make(t)
				}
			}
		})
	}
	lanes.Wait()
	t.Log("\n" + strings.Join(outcomes, "\n"))
	if path := os.Getenv("PERIMETRE_FAULTS_REPORT"); path != "" {
		writeReport(t, path, faults, outcomes)
	}
}

// madeFault is a fault that is made n times; the faults of one lane follow one another.
type madeFault struct {
	name string
	run  func(t *testing.T, n int) (times int, outcome string)
	n    int
	lane int
}

// make returns the line of the report, or "" where -run leaves the fault out.
func (f madeFault) make(t *testing.T) string {
	start := time.Now()
	times, outcome, played := 0, "", false
	ok := t.Run(f.name, func(t *testing.T) {
		played = true
		defer func() {
			if t.Skipped() {
				outcome = "non joué ici"
			}
		}()
		times, outcome = f.run(t, f.n)
	})
	if !played {
		return ""
	}
	if !ok {
		outcome = "**échec** " + outcome
	}
	return fmt.Sprintf("| %s | %d | %s | %s | %s |", f.name, times, outcome, start.Format("02/01/2006"), time.Since(start).Round(time.Second))
}

// faultsTable begins the table of the report.
const faultsTable = "| panne | fois | constat | le | durée |\n|---|---|---|---|---|\n"

// writeReport writes the lines in the report. The line of a fault that was not made this
// time stays as it was, and so does what follows the table.
func writeReport(t *testing.T, path string, faults []madeFault, lines []string) {
	t.Helper()
	before, _ := os.ReadFile(path)
	_, old, _ := strings.Cut(string(before), faultsTable)
	table, after, _ := strings.Cut(old, "\n\n")
	var b strings.Builder
	b.WriteString("# Pannes provoquées\n\n`make faults`, " + runtime.GOOS + "/" + runtime.GOARCH + ", " + strconv.Itoa(runtime.NumCPU()) + " processeurs. " +
		"Rien d’acquitté n’est perdu, rien d’à moitié écrit n’est pris pour entier, aucune réponse fausse n’est silencieuse.\n\n" + faultsTable)
	for i, f := range faults {
		if lines[i] == "" {
			for _, l := range strings.Split(table, "\n") {
				if strings.HasPrefix(l, "| "+f.name+" |") {
					lines[i] = l
				}
			}
		}
		if lines[i] != "" {
			b.WriteString(lines[i] + "\n")
		}
	}
	if after != "" {
		b.WriteString("\n" + after)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// killed runs a command until it was killed n times, each at a random moment of the time
// that it takes; some runs end before. check looks at what each run left.
func killed(t *testing.T, n int, command func(i int) []string, check func(i int, ended bool)) (times int) {
	t.Helper()
	var took time.Duration
	for i := 0; times < n && i < 5*n; i++ {
		c := osexec.Command("perimetre", command(i)...)
		var said bytes.Buffer
		c.Stderr = &said
		start := time.Now()
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			time.Sleep(time.Duration(rand.Int64N(int64(took))))
			c.Process.Kill()
		}
		ended := c.Wait() == nil
		if i == 0 {
			if took = time.Since(start); !ended {
				t.Fatal(said.String())
			}
		}
		if !ended {
			times++
		} else if i > 0 { // the machine is quicker than it was
			took = (3*took + time.Since(start)) / 4
		}
		check(i, ended)
	}
	return times
}

func killedBuild(t *testing.T, n int) (int, string) {
	dir := t.TempDir()
	raws := []string{filepath.Join(dir, "a"), filepath.Join(dir, "b")}
	pack := filepath.Join(dir, "pack")
	var ids []string
	for i, raw := range raws {
		if err := os.CopyFS(raw, os.DirFS("testdata/monde")); err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			os.Remove(filepath.Join(raw, "zonages", "zrr-2021.csv"))
		}
		m, err := data.Build(t.Context(), data.BuildOptions{Raw: raw, Pack: pack})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, m.ID)
	}
	replaced := 0
	before := ids[1]
	times := killed(t, n, func(i int) []string { return []string{"data", "build", "--from", raws[i%2], "--to", pack} }, func(i int, ended bool) {
		p, err := data.Open(pack)
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		if err := p.Verify(); err != nil || !slices.Contains(ids, p.ID) || ended && p.ID != ids[i%2] {
			t.Fatal(p.ID, err)
		}
		if p.ID != before {
			replaced++
		}
		before = p.ID
	})
	if err := osexec.Command("perimetre", "data", "build", "--from", raws[0], "--to", pack).Run(); err != nil {
		t.Fatal(err)
	}
	entries, _ := os.ReadDir(pack)
	return times, fmt.Sprintf("référentiel d’avant ou nouveau, entier et vérifié à chaque fois (%d remplacements) ; %d entrées dans le dossier à la fin", replaced, len(entries))
}

func killedFlag(t *testing.T, n int) (int, string) {
	pack, err := monde()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.csv"), filepath.Join(dir, "out.csv")
	var b bytes.Buffer
	b.WriteString("Matricule;Adresse;Code postal;Ville\n")
	for i := range 5000 {
		fmt.Fprintf(&b, "%d;%d rue des Lilas;59910;Essaiville\n", i, i%12+1)
	}
	if err := os.WriteFile(in, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var want []byte
	whole, none := 0, 0
	times := killed(t, n, func(int) []string {
		os.Remove(out)
		return []string{"--pack", pack, "--quiet", "flag", in, "-o", out, "--on", "2024-06-01", "--known", "2026-01-15"}
	}, func(i int, ended bool) {
		got, err := os.ReadFile(out)
		switch {
		case i == 0 && err == nil:
			want = got
		case errors.Is(err, fs.ErrNotExist) && !ended:
			none++
		case err == nil && bytes.Equal(got, want):
			whole++
		default:
			t.Fatalf("%d bytes of %d, %v", len(got), len(want), err)
		}
	})
	left, _ := os.ReadDir(dir)
	return times, fmt.Sprintf("fichier entier (%d) ou absent (%d), jamais à moitié ; %d fichier(s) temporaire(s) à la fin", whole, none, max(0, len(left)-2))
}

// sound checks a SQLite database from outside.
func sound(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	var answer string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&answer); err != nil || answer != "ok" {
		t.Fatal(path, answer, err)
	}
	return db
}

func userAdd(database string, n int) []string {
	return []string{"user", "add", fmt.Sprintf("p%d@exemple.fr", n), "--name", "P", "--role", "administrateur", "--database", database}
}

func killedMigration(t *testing.T, n int) (int, string) {
	dir := t.TempDir()
	path := func(i int) string { return filepath.Join(dir, fmt.Sprintf("b%d.db", i)) }
	times := killed(t, n, func(i int) []string { return userAdd(path(i), 1) }, func(i int, ended bool) {
		if out, err := osexec.Command("perimetre", userAdd(path(i), 2)...).CombinedOutput(); err != nil {
			t.Fatalf("after a kill: %s", out)
		}
		db := sound(t, path(i))
		var users int
		if err := db.QueryRow("SELECT COUNT(*) FROM users").Scan(&users); err != nil || users < 1 || ended && users != 2 {
			t.Fatal(users, err)
		}
		db.Close()
		os.Remove(path(i))
	})
	return times, "la commande suivante finit la migration ; base saine, compte acquitté présent"
}

// filled is a database of some accounts, whose names are long: it takes longer to copy
// than a command takes to start.
func filled(t *testing.T, path string, users int) {
	t.Helper()
	if out, err := osexec.Command("perimetre", userAdd(path, 0)...).CombinedOutput(); err != nil {
		t.Fatal(string(out))
	}
	db := sound(t, path)
	if _, err := db.Exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO users (id, email, name, role, units, departements, password, created_at)
		SELECT id || i, i || email, name || hex(randomblob(600)), role, units, departements, password, created_at FROM users, n WHERE email = 'p0@exemple.fr'`, users-1); err != nil {
		t.Fatal(err)
	}
	db.Close()
}

func countUsers(t *testing.T, path string) (n int) {
	t.Helper()
	db := sound(t, path)
	defer db.Close()
	if err := db.QueryRow("SELECT COUNT(*) FROM users").Scan(&n); err != nil {
		t.Fatal(path, err)
	}
	return n
}

// copied is how many accounts stand in the databases that are copied.
const copied = 12_000

// moments counts where kills fell.
type moments struct{ before, during, after int }

// add files a kill: what it left of a temporary, and whether the work was done.
func (m *moments) add(dir string, known []string, done bool) {
	left := 0
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if !slices.ContainsFunc(known, func(k string) bool { return strings.HasPrefix(e.Name(), k) }) {
			left++
			os.Remove(filepath.Join(dir, e.Name())) // the next run would sweep it
		}
	}
	switch {
	case done:
		m.after++
	case left > 0:
		m.during++
	default:
		m.before++
	}
}

func (m *moments) text() string {
	return fmt.Sprintf("tuée %d fois avant d’écrire, %d pendant, %d après", m.before, m.during, m.after)
}

func killedBackup(t *testing.T, n int) (int, string) {
	dir, into := t.TempDir(), t.TempDir()
	db, to := filepath.Join(dir, "b.db"), filepath.Join(into, "sauvegarde.db")
	filled(t, db, copied)
	var at moments
	times := killed(t, n, func(int) []string { os.Remove(to); return []string{"backup", to, "--database", db} }, func(i int, ended bool) {
		_, err := os.Stat(to)
		if err != nil && (ended || !errors.Is(err, fs.ErrNotExist)) {
			t.Fatal(err)
		}
		if err == nil {
			if got := countUsers(t, to); got != copied {
				t.Fatalf("%d users of %d", got, copied)
			}
		}
		if !ended {
			at.add(into, []string{"sauvegarde.db"}, err == nil)
		}
	})
	if got := countUsers(t, db); got != copied {
		t.Fatal(got)
	}
	return times, "sauvegarde entière ou absente ; base intacte ; " + at.text()
}

func killedRestore(t *testing.T, n int) (int, string) {
	dir, apart := t.TempDir(), t.TempDir()
	db, saved, other := filepath.Join(dir, "b.db"), filepath.Join(apart, "s.db"), filepath.Join(apart, "autre.db")
	filled(t, other, copied)
	if out, err := osexec.Command("perimetre", "backup", saved, "--database", other).CombinedOutput(); err != nil {
		t.Fatal(string(out))
	}
	filled(t, db, 70)
	master, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	var at moments
	times := killed(t, n, func(int) []string {
		for _, s := range []string{"", "-wal", "-shm"} {
			os.Remove(db + s)
		}
		if err := os.WriteFile(db, master, 0o600); err != nil {
			t.Fatal(err)
		}
		return []string{"restore", saved, "--database", db}
	}, func(i int, ended bool) {
		if !ended {
			_, absent := os.Stat(db)
			kept, _ := filepath.Glob(db + ".avant-*")
			at.add(dir, []string{"b.db"}, absent == nil && len(kept) > 0)
		}
		if _, err := os.Stat(db); errors.Is(err, fs.ErrNotExist) {
			// Between the two renames: the former database stands beside, and the same command goes on.
			if out, err := osexec.Command("perimetre", "restore", saved, "--database", db).CombinedOutput(); err != nil {
				t.Fatal(string(out))
			}
		}
		if got := countUsers(t, db); got != copied && (got != 70 || ended) {
			t.Fatalf("%d users", got)
		}
		kept, _ := filepath.Glob(db + ".avant-*")
		for _, k := range kept {
			if got := countUsers(t, k); got != 70 {
				t.Fatalf("the former database kept %d users", got)
			}
			os.Remove(k)
		}
	})
	return times, "base d’avant ou sauvegarde, jamais un mélange ; " + at.text()
}

// killedServer kills a server during imports and decisions: what it acknowledged is
// there after the next start, with its effect.
func killedServer(t *testing.T, n int) (int, string) {
	w, err := jobWorld()
	if err != nil {
		t.Fatal(err)
	}
	want := undisturbedTable(t)
	db, address := filepath.Join(t.TempDir(), "b.db"), freePort(t)
	p := serving(t, w.pack, db, address)
	o := signIn(t, db, address, w.unit)
	first := o.send(w.people)
	if c := o.until(first.ID, imported); c.State != "importe" {
		t.Fatalf("%+v", c)
	}
	type group struct{ Key string }
	var list struct{ Groups []group }
	if code := o.do("GET", "/api/v1/review?limit=500", "", nil, &list); code != 200 || len(list.Groups) == 0 {
		t.Fatal("review", code, len(list.Groups))
	}
	// One file in flight at each time, decisions one after another beside it.
	var inFlight []string
	acked := map[string]string{}
	verdicts := []string{"dans le QPV", "hors QPV"}
	decided, answers := 0, map[int]int{}
	decide := func(key, verdict string) int {
		body := strings.NewReader(`{"key":"` + key + `","verdict":"` + verdict + `","basis":"justificatif vu"}`)
		return o.do("POST", "/api/v1/decisions", "application/json", body, nil)
	}
	start := time.Now()
	if code := decide(list.Groups[0].Key, verdicts[0]); code != 200 {
		t.Fatal("decision", code)
	}
	acked[list.Groups[0].Key] = verdicts[0]
	took := time.Since(start)
	for i := range n {
		if i%(max(1, n/5)) == 0 {
			inFlight = append(inFlight, o.send(w.people).ID)
		}
		stop, done := make(chan struct{}), make(chan struct{})
		var mu sync.Mutex
		go func() {
			defer close(done)
			for k := 0; ; k++ {
				select {
				case <-stop:
					return
				default:
				}
				g, v := list.Groups[(i*7+k)%min(len(list.Groups), 20)], verdicts[(i+k)%2]
				code := decide(g.Key, v)
				mu.Lock()
				answers[code]++
				switch {
				case code == 200:
					acked[g.Key] = v
					decided++
				case code == 0: // killed while it answered: either is right
					delete(acked, g.Key)
				}
				mu.Unlock()
				if code != 200 {
					return
				}
			}
		}()
		time.Sleep(time.Duration(rand.Int64N(int64(max(12*took, 300*time.Millisecond))))) // a few decisions, the last cut
		p.Process.Kill()
		p.Wait()
		close(stop)
		<-done
		p = serving(t, w.pack, db, address)
		checkKept(t, o, acked)
	}
	for _, id := range append(inFlight, first.ID) {
		if c := o.until(id, imported); c.State != "importe" || c.Rows != jobRows() {
			t.Fatalf("%+v", c)
		}
	}
	checkFollowed(t, o, acked)
	if decided == 0 {
		t.Fatal("no decision was acknowledged between two kills: ", took, answers)
	}
	// Decided rows differ from the undisturbed file; every row is there once.
	got := o.flagged(inFlight[len(inFlight)-1])
	if strings.Count(got, "\n") != strings.Count(want, "\n") {
		t.Fatalf("%d lines of %d", strings.Count(got, "\n"), strings.Count(want, "\n"))
	}
	return n, fmt.Sprintf("%d imports finis après redémarrage, chaque ligne une fois ; %d décisions acquittées, toutes là et appliquées", len(inFlight)+1, decided)
}

// checkKept fails where a decision that was acknowledged is lost.
func checkKept(t *testing.T, o *officer, acked map[string]string) {
	t.Helper()
	var kept struct {
		Decisions []struct {
			Key     string
			Verdict string
		}
	}
	if code := o.do("GET", "/api/v1/decisions", "", nil, &kept); code != 200 {
		t.Fatal("decisions", code)
	}
	at := map[string]string{}
	for _, d := range kept.Decisions {
		at[d.Key] = d.Verdict
	}
	for key, verdict := range acked {
		if at[key] != verdict {
			t.Fatalf("the decision on %s is %q, and %q was acknowledged", key, at[key], verdict)
		}
	}
}

// checkFollowed fails where a row of an address that was decided still waits for an
// answer once every import is done: the rows that an import wrote beside the decision
// are studied again at its end.
func checkFollowed(t *testing.T, o *officer, acked map[string]string) {
	t.Helper()
	left := ""
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		var waiting struct{ Groups []struct{ Key string } }
		if code := o.do("GET", "/api/v1/review?limit=500", "", nil, &waiting); code != 200 {
			t.Fatal("review", code)
		}
		left = ""
		for _, g := range waiting.Groups {
			if acked[g.Key] != "" {
				left = g.Key
			}
		}
		if left == "" {
			return
		}
	}
	t.Fatalf("%s is decided, and its rows still wait", left)
}

// packFiles are the files of a small pack, and what a whole one answers.
func smallPack(t *testing.T) (pack string, m data.Manifest, ask func() (string, error)) {
	t.Helper()
	pack = t.TempDir()
	m, err := data.Build(t.Context(), data.BuildOptions{Raw: "testdata/monde", Pack: pack})
	if err != nil {
		t.Fatal(err)
	}
	ask = func() (answer string, err error) {
		var out, said bytes.Buffer
		for _, args := range [][]string{
			{"--pack", pack, "search", "12 rue des Lilas Essaiville", "--format", "json"},
			{"--pack", pack, "zones", "3.0084", "50.6075", "--format", "json"},
			{"--pack", pack, "reverse", "3.0084", "50.6075", "--format", "json"},
		} {
			if code := run(args, streams{nil, &out, &said}); code != 0 && code != 3 {
				return out.String(), fmt.Errorf("exit %d: %s", code, said.String())
			}
		}
		return out.String(), nil
	}
	return pack, m, ask
}

// spoil changes the files of a pack n times over, one at a time: the pack is refused
// when it is opened or verified, and until then answers rightly or not at all.
func spoil(t *testing.T, n int, change func(good []byte, at int64) []byte) (int, string) {
	pack, m, ask := smallPack(t)
	want, err := ask()
	if err != nil {
		t.Fatal(err)
	}
	refused, silent := 0, 0
	good := map[string][]byte{}
	for _, f := range m.Files {
		path := filepath.Join(pack, m.ID, f.Name)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		os.Chmod(path, 0o644)
		good[f.Name] = b
	}
	for i := range n {
		f := m.Files[i%len(m.Files)]
		path := filepath.Join(pack, m.ID, f.Name)
		if err := os.WriteFile(path, change(good[f.Name], rand.Int64N(f.Bytes)), 0o644); err != nil {
			t.Fatal(err)
		}
		p, err := data.Open(pack)
		if err == nil {
			err = p.Verify()
			p.Close()
		}
		if err == nil {
			t.Fatalf("%s changed, and found whole", f.Name)
		}
		if k := fault.KindOf(err); k != fault.Corrupt {
			t.Fatalf("%s: %v", f.Name, err)
		}
		refused++
		if i%10 == 0 {
			if got, err := ask(); err == nil && got != want {
				t.Fatalf("%s changed: a wrong answer without an error:\n%s\n%s", f.Name, got, want)
			} else if err == nil {
				silent++
			}
		}
		if err := os.WriteFile(path, good[f.Name], 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return n, fmt.Sprintf("%d refusés à l’ouverture ou par `data verify` ; questions posées une fois sur dix : réponse juste (%d) ou refus, jamais fausse", refused, silent)
}

func flippedPack(t *testing.T, n int) (int, string) {
	return spoil(t, n, func(good []byte, at int64) []byte {
		b := bytes.Clone(good)
		b[at] ^= 1 << rand.IntN(8)
		return b
	})
}

func cutPack(t *testing.T, n int) (int, string) {
	return spoil(t, n, func(good []byte, at int64) []byte { return good[:at] })
}

// fullDisk writes on a file system of 128 kB, less than any of the commands needs, then
// serves from one of 4 MB.
func fullDisk(t *testing.T, _ int) (int, string) {
	w, err := jobWorld()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=128k"); err != nil {
		t.Skip("un système de fichiers de 128 kio ne peut être monté ici : " + err.Error())
	}
	defer syscall.Unmount(dir, syscall.MNT_DETACH)
	db := filepath.Join(dir, "b.db")
	out := filepath.Join(dir, "out.csv")
	times := 0
	for _, args := range [][]string{
		{"--pack", w.pack, "flag", w.people, "-o", out},
		{"data", "build", "--from", w.raw, "--to", filepath.Join(dir, "pack")},
		{"demo", "--to", filepath.Join(dir, "demo")},
	} {
		said, err := osexec.Command("perimetre", args...).CombinedOutput()
		if err == nil || strings.Contains(string(said), "goroutine ") {
			t.Fatalf("%v: %v: %s", args[:3], err, said)
		}
		times++
		if _, err := os.Stat(out); err == nil {
			t.Fatalf("%v left a file", args[:3])
		}
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=4m"); err != nil {
		t.Fatal(err)
	}
	address := freePort(t)
	p := serving(t, w.pack, db, address)
	o := signIn(t, db, address, w.unit)
	codes := map[int]int{}
	for range 20 {
		code, _ := o.trySend(w.people)
		codes[code]++
		times++
		if code == 201 {
			continue
		}
		if code != http.StatusInsufficientStorage {
			t.Errorf("an upload on a full disk is answered %d", code)
		}
	}
	if codes[http.StatusInsufficientStorage] == 0 {
		t.Errorf("the disk was not filled: %v", codes)
	}
	if res, err := http.Get("http://" + address + "/healthz"); err != nil || res.StatusCode != 200 {
		t.Error("the server does not answer any more", err, p.log)
	}
	p.Process.Kill()
	p.Wait()
	sound(t, db).Close()
	return times, fmt.Sprintf("commandes : sortie 1, rien d’à moitié écrit ; envois au serveur : %d reçus, puis %d refusés (507, « plus de place »), toujours debout, base saine", codes[201], codes[507])
}

func stoppedPostgreSQL(t *testing.T, n int) (int, string) {
	w, err := jobWorld()
	if err != nil {
		t.Fatal(err)
	}
	db, address := pgtest.Database(t), freePort(t)
	serving(t, w.pack, db, address)
	o := signIn(t, db, address, w.unit)
	for times := 0; times < n; { // two stops in an import, at random moments of it
		c := o.send(w.people)
		for range 2 {
			at := rand.IntN(jobRows())
			if c = o.until(c.ID, func(c importState) bool { return c.RowsDone >= at || imported(c) }); imported(c) {
				break
			}
			if err := pgtest.Restart(); err != nil {
				t.Fatal(err)
			}
			times++
		}
		if c = o.until(c.ID, imported); c.State != "importe" || c.Rows != jobRows() {
			t.Fatalf("%+v", c)
		}
		checkSame(t, o.flagged(c.ID))
	}
	return n, "l’import reprend seul et finit : chaque ligne une fois, comme d’un seul processus"
}

func killedWorkers(t *testing.T, n int) (int, string) {
	for range n {
		t.Run("", TestWorkersKilledAndFrozen)
	}
	return n, "toutes les lignes une fois, comme d’un seul processus ; le réveillé ne change rien"
}

// twoServers serves one file twice.
func twoServers(t *testing.T, n int) (int, string) {
	w, err := jobWorld()
	if err != nil {
		t.Fatal(err)
	}
	db := filepath.Join(t.TempDir(), "b.db")
	addresses := []string{freePort(t), freePort(t)}
	for _, a := range addresses {
		serving(t, w.pack, db, a)
	}
	o := signIn(t, db, addresses[0], w.unit)
	other := &officer{o.t, "http://" + addresses[1], o.http}
	for range n { // two imports at once, one a server
		both := []*officer{o, other}
		ids := []string{o.send(w.people).ID, other.send(w.people).ID}
		for i, id := range ids {
			at := both[1-i]
			if c := at.until(id, imported); c.State != "importe" || c.Rows != jobRows() {
				t.Fatalf("%+v", c)
			}
			checkSame(t, at.flagged(id))
		}
	}
	return n, fmt.Sprintf("%d imports, deux à la fois, un par serveur, lus par l’autre : chaque ligne une fois", 2*n)
}

// clockSetBack kills a server in the middle of an import and moves all that its
// database dates a day ahead, as a clock set back would find it.
func clockSetBack(t *testing.T, n int) (int, string) {
	w, err := jobWorld()
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		path, address := filepath.Join(t.TempDir(), "b.db"), freePort(t)
		p := serving(t, w.pack, path, address)
		o := signIn(t, path, address, w.unit)
		c := o.send(w.people)
		o.until(c.ID, func(c importState) bool { return c.RowsDone >= jobRows()/5 || imported(c) })
		p.Process.Kill()
		p.Wait()
		db := sound(t, path)
		for table, columns := range map[string][]string{"files": {"created_at"}, "jobs": {"created_at"}, "chunks": {"claimed_at"}, "users": {"created_at", "last_login"}, "audit": {"at"}} {
			for _, column := range columns {
				q := fmt.Sprintf(`UPDATE %s SET %s = strftime('%%Y-%%m-%%dT%%H:%%M:%%f000Z', %s, '+1 day') WHERE %s <> ''`, table, column, column, column)
				if _, err := db.ExecContext(context.Background(), q); err != nil && table != "audit" {
					t.Fatal(err)
				}
			}
		}
		db.Close()
		serving(t, w.pack, path, address)
		if c = o.until(c.ID, imported); c.State != "importe" || c.Rows != jobRows() {
			t.Fatalf("%+v", c)
		}
		if got := o.flagged(c.ID); strings.Count(got, "\n")-1 != jobRows() {
			t.Fatalf("%d rows", strings.Count(got, "\n")-1)
		}
	}
	return n, "l’import finit, la session reste, chaque ligne une fois"
}
