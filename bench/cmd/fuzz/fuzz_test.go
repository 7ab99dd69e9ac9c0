package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const passes = `package p

import (
	"flag"
	"testing"
)

func FuzzBusy(f *testing.F) {
	f.Add("a")
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1 && flag.Lookup("test.fuzz").Value.String() != "" {
			t.Fatal("fails while fuzzing alone")
		}
	})
}

func FuzzWords(f *testing.F) {
	f.Add("a")
	f.Fuzz(func(t *testing.T, s string) {})
}

func FuzzShort(f *testing.F) {
	f.Add("a")
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1 {
			t.Fatal(s)
		}
	})
}
`

func module(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module m\n", "p/p_test.go": passes,
		"below/go.mod": "module below\n", "below/b_test.go": strings.ReplaceAll(passes, "Words", "Below"),
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestTargetsAreThoseOfTheModule(t *testing.T) {
	got, err := targets(module(t))
	if err != nil || len(got) != 3 || got[0] != (target{"p", "FuzzBusy"}) || got[1] != (target{"p", "FuzzShort"}) || got[2] != (target{"p", "FuzzWords"}) {
		t.Fatalf("got %v, %v", got, err)
	}
}

// A page has a line a target: what ran, what ran before, nothing of a target that is gone.
func TestRunWritesWhatItFound(t *testing.T) {
	root := module(t)
	page := filepath.Join(root, "page.md")
	old := "# Titre\n\n" + section + about + columns + "| `gone` | `FuzzGone` | 01/01/2026 | 10 | 3 |  |\n| `p` | `FuzzWords` | 01/01/2026 | 10 | 3 | une virgule |\n"
	if err := os.WriteFile(page, []byte(old), 0o644); err != nil {
		t.Fatal(err)
	}
	failed, err := run(root, page, "FuzzShort", 5*time.Second, 1)
	if err != nil || failed != 1 {
		t.Fatalf("%d failed, %v; want the longer text", failed, err)
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	text := string(got)
	if !strings.HasPrefix(text, "# Titre\n\n"+section) || strings.Contains(text, "FuzzGone") ||
		!strings.Contains(text, "entrée qui échoue : `testdata/fuzz/FuzzShort/") || !strings.Contains(text, "| 3 | une virgule |") {
		t.Errorf("got\n%s", text)
	}
}

func TestReadTellsWhatDidNotRun(t *testing.T) {
	for _, c := range []struct {
		output string
		err    error
		inputs int
		found  string
	}{
		{"fuzz: elapsed: 3s, execs: 12 (4/sec)\nfuzz: elapsed: 6s, execs: 1234 (4/sec)\nPASS\n", nil, 1234, ""},
		{"p_test.go:3: syntax error\n", errors.New("exit status 2"), 0, "n’a pas pu tourner : exit status 2"},
	} {
		if inputs, found := read(c.output, c.err); inputs != c.inputs || found != c.found {
			t.Errorf("%q: got %d and %q", c.output, inputs, found)
		}
	}
}

// What fails under fuzzing and passes when played again was a worker without a processor.
func TestRunPlaysAgainWhatFailed(t *testing.T) {
	root := module(t)
	failed, err := run(root, "", "FuzzBusy", 5*time.Second, 1)
	if err != nil || failed != 0 {
		t.Fatalf("%d failed, %v; want none", failed, err)
	}
	if left, _ := filepath.Glob(filepath.Join(root, "p/testdata/fuzz/*/*")); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}
