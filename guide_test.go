package perimetre_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// wrapper runs the program with the files of a local depot wherever a page
// downloads, since tests have no network.
const wrapper = `#!/usr/bin/env bash
if [ "$1 $2" = "data fetch" ] && [[ " $* " != *" --from "* ]]; then set -- "$@" --from "$DEPOT"; fi
exec "$PROGRAM" "$@"
`

// prepare makes the files that the pages speak of.
const prepare = `
perimetre demo --to essai --quiet
perimetre data build --from essai --to pack --quiet
for f in jeunes extraction; do cp essai/jeunes.csv $f.csv; done
perimetre flag jeunes.csv -o marques.csv --quiet
perimetre flag jeunes.csv -o marques-2015.csv --perimeter 2015 --quiet
mkdir bordereaux bordereaux-2025
perimetre quota marques.csv marques-2015.csv --period 2024-T3 --bordereau -o bordereaux/ml.json --quiet
perimetre quota marques.csv --rule regle.yml --period 2024 --bordereau -o bordereaux-2025/ml.json --quiet
cp -r "$DEPOT" depot
cp "$DEPOT"/zonages/frr-2025-07-10.csv . && gzip frr-2025-07-10.csv
perimetre report annuel --year 2024 marques.csv --format csv -o tableaux --quiet
printf 'adresse;ville;cp\n12 rue du Lac;Essai;00040\n' > adresses.csv
printf 'adresse;ville;périmètre;réponse\n12 rue du Lac;Essai;2024;dans\n' > decisions.csv
printf 'Département;Nb jeunes;Part QPV\nNord;15 061;27,1 %%\n' > publie.csv
printf 'Département;Jeunes;dont QPV\nNord;100;30\nAisne;50;10\nTotal;150;40\n' > tableau.csv
`

var blocks = regexp.MustCompile("(?ms)^ *```(\\w*)\n(.*?)^ *```")

// apart are the commands that install or serve: other tests run them.
var apart = regexp.MustCompile(`(?m)^\s*(make|sudo|curl|perimetre serve)\b`)

// asks are those that call the service that a page has started.
var asks = regexp.MustCompile(`http://127\.0\.0\.1:8080\b`)

// serve starts the service of a page on a free port.
func serve(t *testing.T, dir string, env []string) (address string, stop func()) {
	t.Helper()
	c := exec.Command("bash", "-c", "exec perimetre serve --pack pack --database perimetre.db --listen 127.0.0.1:0")
	c.Dir, c.Env = dir, env
	messages, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	stop = func() { c.Process.Signal(os.Interrupt); c.Wait() }
	lines := bufio.NewScanner(messages)
	for lines.Scan() {
		if _, after, ok := strings.Cut(lines.Text(), "répond sur http://"); ok {
			go io.Copy(io.Discard, messages)
			return strings.TrimSpace(after), stop
		}
	}
	stop()
	t.Fatal("the server did not start")
	return "", nil
}

// runs reports whether a program is installed.
func runs(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

// The commands of the guide and of the README do what their page says.
func TestPagesAsWritten(t *testing.T) {
	if testing.Short() {
		t.Skip("long : construit le programme")
	}
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	build := exec.Command("go", "build", "-buildvcs=false", "-o", filepath.Join(bin, "real", "perimetre"), "./cmd/perimetre")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(bin, "perimetre"), []byte(wrapper), 0o755); err != nil {
		t.Fatal(err)
	}
	world := t.TempDir()
	env := append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "PROGRAM="+filepath.Join(bin, "real", "perimetre"),
		"DEPOT="+filepath.Join(root, "cmd/perimetre/testdata/monde"), "PERIMETRE_PACK=")
	run := func(t *testing.T, dir, script string) {
		t.Helper()
		c := exec.Command("bash", "-euo", "pipefail", "-c", script)
		c.Dir, c.Env = dir, env
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%s\n%v\n%s", script, err, out)
		}
	}
	pages, err := filepath.Glob("docs/guide/*.md")
	if err != nil {
		t.Fatal(err)
	}
	pages = append(pages, "README.md")
	for _, page := range pages {
		for _, m := range blocks.FindAllStringSubmatch(string(text(t, page)), -1) {
			// A file that a page shows says its name in its first line.
			if name, _, ok := strings.Cut(strings.TrimPrefix(m[2], "# "), "\n"); ok && m[1] == "yaml" && strings.HasSuffix(name, ".yml") {
				if err := os.WriteFile(filepath.Join(world, name), []byte(m[2]), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	run(t, world, prepare)
	if t.Failed() {
		return
	}
	n := 0
	for _, page := range pages {
		t.Run(page, func(t *testing.T) {
			dir := t.TempDir()
			run(t, dir, "cp -r '"+world+"'/. . && chmod -R u+w .")
			for _, m := range blocks.FindAllStringSubmatch(string(text(t, page)), -1) {
				script := strings.ReplaceAll(m[2], "bin/perimetre", "perimetre")
				script = regexp.MustCompile(`(?m)^\s*make build\n`).ReplaceAllString(script, "")
				switch {
				case m[1] == "sh" && !apart.MatchString(script):
					n++
					run(t, dir, script)
				case m[1] == "sql":
					modules := filepath.Join(root, "bench/workbooks")
					if _, err := os.Stat(filepath.Join(modules, "node_modules/@duckdb")); err != nil {
						t.Skip("DuckDB absent : « npm ci » dans bench/workbooks")
					}
					n++
					run(t, dir, "cat > page.sql <<'SQL'\n"+script+"SQL\nnode '"+modules+"/duckdb.mjs' page.sql")
				case m[1] == "r" && !runs("Rscript"):
					t.Log("Rscript absent : les lignes de R ne sont pas essayées")
				case (m[1] == "sh" || m[1] == "python" || m[1] == "r") && asks.MatchString(script):
					if _, err := exec.LookPath("curl"); err != nil {
						t.Skip("curl absent : les appels au service ne sont pas essayés")
					}
					address, stop := serve(t, dir, env)
					n++
					script = strings.ReplaceAll(script, "127.0.0.1:8080", address)
					if m[1] == "python" {
						script = "python3 - <<'PYTHON'\n" + script + "PYTHON\n"
					}
					if m[1] == "r" {
						script = "cat > page.R <<'R'\n" + script + "R\nRscript page.R\n"
					}
					run(t, dir, "curl() { command curl -fsS \"$@\"; }\n"+script)
					stop()
				}
			}
		})
	}
	if n < 15 {
		t.Errorf("%d blocks of commands only", n)
	}
}
