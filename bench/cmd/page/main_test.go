package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Each file of the pattern is linked: under its own name in a folder, or as the file named.
func TestLink(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	for _, name := range []string{"adresses-59.csv.gz", "adresses-62.csv.gz"} {
		if err := os.WriteFile(filepath.Join(from, name), []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := link(filepath.Join(from, "adresses-*.csv.gz"), filepath.Join(to, "ban")); err != nil {
		t.Fatal(err)
	}
	if err := link(filepath.Join(from, "adresses-59*"), filepath.Join(to, "un.csv.gz")); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, pattern := range []string{"ban/*", "*.gz"} {
		files, _ := filepath.Glob(filepath.Join(to, pattern))
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, filepath.Base(f)+"="+string(b))
		}
	}
	if want := []string{"adresses-59.csv.gz=adresses-59.csv.gz", "adresses-62.csv.gz=adresses-62.csv.gz", "un.csv.gz=adresses-59.csv.gz"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if err := link(filepath.Join(from, "absent*"), to); err == nil {
		t.Error("a pattern without files is accepted")
	}
}
