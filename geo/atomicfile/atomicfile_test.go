package atomicfile

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestCompleteOrNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "sortie.csv")
	files := func() int {
		es, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		return len(es)
	}
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "a;b\n")
	if _, err := os.Stat(path); err == nil {
		t.Error("the file stands before it is whole")
	}
	w.Abort()
	if files() != 0 {
		t.Error("Abort left something")
	}
	if err := os.WriteFile(path, []byte("avant"), 0o600); err != nil {
		t.Fatal(err)
	}
	if w, err = Create(path); err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "après")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	w.Abort()
	b, _ := os.ReadFile(path)
	st, _ := os.Stat(path)
	if string(b) != "après" || movesOpen && st.Mode().Perm() != 0o600 || files() != 1 {
		t.Errorf("%q, %v, %d files", b, st.Mode(), files())
	}
}

// What a killed process left goes at the next writing; what a living one holds, what
// another file's is and what is not ours stay.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.csv")
	for _, name := range []string{".x.csv.12.tmp", ".x.csv.12.tmp-journal", ".x.csv.34.tmp", ".y.csv.12.tmp", ".x.csv.essai.tmp", ".x.csv..tmp", "x.csv.12.tmp"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if then := time.Now().Add(-2 * time.Hour); os.Chtimes(filepath.Join(dir, name), then, then) != nil {
			t.Fatal("no time is kept")
		}
	}
	living, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != filepath.Base(living.Temp()) && e.Name() != filepath.Base(second.Temp()) {
			left = append(left, e.Name())
		}
	}
	if got := strings.Join(left, " "); len(entries) != 6 || got != ".x.csv..tmp .x.csv.essai.tmp .y.csv.12.tmp x.csv.12.tmp" {
		t.Errorf("left: %s, %d in all", got, len(entries))
	}
	for _, w := range []*File{living, second} {
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	// Folders too.
	dead := filepath.Join(dir, "travail-77")
	if err := os.MkdirAll(filepath.Join(dead, "dedans"), 0o700); err != nil {
		t.Fatal(err)
	}
	a, err := TempDir(dir, "travail-")
	if err != nil {
		t.Fatal(err)
	}
	b, err := TempDir(dir, "travail-")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dead); err == nil && movesOpen { // a folder of Windows has no lock
		t.Error("a dead process's folder stays")
	}
	if _, err := os.Stat(a.Path); err != nil {
		t.Error("a living process's folder is swept")
	}
	a.Remove()
	b.Remove()
	if _, err := os.Stat(a.Path); err == nil {
		t.Error("the folder stays")
	}
}

// Writers of one file at once, with others that sweep, lose nothing.
func TestTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for range 50 {
				w, err := Create(path)
				if err == nil {
					_, err = io.WriteString(w, strings.Repeat(strconv.Itoa(i), 100))
				}
				if err == nil {
					err = w.Close()
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	b, err := os.ReadFile(path)
	if err != nil || len(b) != 100 || strings.Trim(string(b), string(b[:1])) != "" {
		t.Errorf("%q %v", b, err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Error(entries, err)
	}
}
