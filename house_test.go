package perimetre_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// tracked lists the files of the repository that stand in the working tree.
func tracked(t *testing.T) []string {
	t.Helper()
	// An archive without its history, or a tree of another user's, has no list.
	out, err := exec.Command("git", "-c", "safe.directory=*", "ls-files", "-z").Output()
	if err != nil {
		t.Skip("liste des fichiers suivis indisponible : git absent, ou dossier sans historique")
	}
	var files []string
	for _, f := range strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		if st, err := os.Stat(f); err == nil && st.Mode().IsRegular() {
			files = append(files, f)
		}
	}
	if len(files) < 50 {
		t.Fatalf("%d files only", len(files))
	}
	return files
}

func text(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.IndexByte(b, 0) >= 0 {
		return nil // not a text
	}
	return b
}

// homes matches absolute paths inside the home folder of whoever wrote them.
var homes = regexp.MustCompile(`(^|[\s"'=(:,;>\x60])/(root|home|Users)/`)

func TestNoPathOfAMachine(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range tracked(t) {
		for i, line := range bytes.Split(text(t, name), []byte("\n")) {
			if homes.Match(line) || bytes.Contains(line, []byte(here+"/")) {
				t.Errorf("%s:%d tells of a machine: %.120s", name, i+1, line)
			}
		}
	}
}

// A lock file names packages and their hashes; where they come from is a matter of
// each machine (npm's omit-lockfile-registry-resolved).
func TestLockFileNamesNoRegistry(t *testing.T) {
	for _, name := range tracked(t) {
		if filepath.Base(name) == "package-lock.json" && bytes.Contains(text(t, name), []byte(`"resolved"`)) {
			t.Errorf("%s names a registry: npm install --omit-lockfile-registry-resolved writes it without", name)
		}
	}
}

func TestFilesFitInAHead(t *testing.T) {
	for _, name := range tracked(t) {
		st, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if st.Size() > 2_000_000 {
			t.Errorf("%s: %d bytes", name, st.Size())
		}
		if n := bytes.Count(text(t, name), []byte("\n")); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && n > 500 {
			t.Errorf("%s: %d lines, is it one thing?", name, n)
		}
	}
}

// unfinished is spelt so that this file does not find itself.
var unfinished = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)

func TestNothingUnfinished(t *testing.T) {
	for _, name := range tracked(t) {
		switch filepath.Ext(name) {
		case ".go", ".ts", ".mjs", ".css", ".md", ".gohtml", ".yml":
		default:
			continue
		}
		for i, line := range bytes.Split(text(t, name), []byte("\n")) {
			if unfinished.Match(line) {
				t.Errorf("%s:%d: %.120s", name, i+1, line)
			}
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// A page of ours that links to another finds it.
func TestLinksOfPagesResolve(t *testing.T) {
	n := 0
	for _, name := range tracked(t) {
		if filepath.Ext(name) != ".md" {
			continue
		}
		for _, m := range link.FindAllSubmatch(text(t, name), -1) {
			to, _, _ := strings.Cut(string(m[1]), "#")
			if to == "" || strings.Contains(to, "://") || strings.HasPrefix(to, "mailto:") {
				continue
			}
			n++
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), to)); err != nil {
				t.Errorf("%s links to %s, which is not there", name, to)
			}
		}
	}
	if n == 0 {
		t.Fatal("no link was looked at")
	}
}

// sharedPath matches how a test names the folder of real files, beside the project.
var sharedPath = regexp.MustCompile(`"((?:\.\./)+)shared\b|filepath\.Join\(((?:"\.\.", )+)"shared"`)

// A test of real files skips where they are missing: one that looks for them at the
// wrong depth, because its package was moved, would skip for ever.
func TestRealFilesAreLookedForBesideTheProject(t *testing.T) {
	seen := 0
	for _, name := range tracked(t) {
		if !strings.HasSuffix(name, "_test.go") {
			continue
		}
		depth := strings.Count(filepath.ToSlash(name), "/") + 1
		for _, m := range sharedPath.FindAllSubmatch(text(t, name), -1) {
			seen++
			if up := bytes.Count(m[0], []byte("..")); up != depth {
				t.Errorf("%s: %s climbs %d folders, not %d", name, m[0], up, depth)
			}
		}
	}
	if seen < 10 {
		t.Errorf("%d paths of real files only", seen)
	}
}
