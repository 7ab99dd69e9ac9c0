package main

import (
	"os"
	"path/filepath"
	"testing"
)

// Killed between its two renames, a run has left the previous outputs aside: the
// next one puts them back before it begins.
func TestRunPutsBackWhatAKilledRunLeftAside(t *testing.T) {
	output := filepath.Join(t.TempDir(), "sorties")
	file := func(dir, text string) {
		t.Helper()
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "quota.txt"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	holds := func(want string) {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(output, "quota.txt"))
		if err != nil || string(b) != want {
			t.Errorf("%q, %v, want %q", b, err, want)
		}
		if _, err := os.Stat(aside(output)); err == nil {
			t.Error("outputs are left beside")
		}
	}
	file(aside(output), "ancien")
	if err := restoreOutput(output); err != nil {
		t.Fatal(err)
	}
	holds("ancien")
	// Killed after them: the new outputs are in place, the old ones still aside.
	file(aside(output), "plus ancien")
	if err := restoreOutput(output); err != nil {
		t.Fatal(err)
	}
	holds("ancien")
	work := filepath.Join(filepath.Dir(output), "neuf")
	file(work, "neuf")
	if err := putInPlace(work, output); err != nil {
		t.Fatal(err)
	}
	holds("neuf")
	if err := restoreOutput(filepath.Join(t.TempDir(), "jamais")); err != nil {
		t.Errorf("the first time: %v", err)
	}
}

func TestThreshold(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "plan.yml")
	os.WriteFile(path, []byte("input: a.csv\noutput: o\nthresholds:\n  max_undecided: 15 %\n  max_drop_vs_previous: 200\n"), 0o600)
	p, err := readPlan(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		t      threshold
		n, all int
		past   bool
	}{
		{p.Thresholds.MaxUndecided, 15, 100, false}, {p.Thresholds.MaxUndecided, 151, 1000, true}, {p.Thresholds.MaxUndecided, 0, 0, false},
		{p.Thresholds.MaxDrop, 200, 1000, false}, {p.Thresholds.MaxDrop, 201, 1000, true}, {threshold{}, 1000, 1000, false},
	} {
		if got := c.t.past(c.n, c.all); got != c.past {
			t.Errorf("%s: %d of %d → %v", c.t, c.n, c.all, got)
		}
	}
	if p.Input != filepath.Join(dir, "a.csv") || p.Output != filepath.Join(dir, "o") {
		t.Errorf("chemins %s, %s", p.Input, p.Output)
	}
	os.WriteFile(path, []byte("input: a.csv\noutput: o\nthresholds:\n  max_undecided: beaucoup\n"), 0o600)
	if _, err := readPlan(path); err == nil {
		t.Error("an unreadable threshold is accepted")
	}
}
