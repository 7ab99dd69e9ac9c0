package main

import (
	"io"
	"os"
	"strings"
	"testing"

	"perimetre/bench/labelled/toy"
)

// The command, as typed, over a tiny base: each class in each kind, a line with its count
// of texts.
func TestSpeed(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	args, stdout := os.Args, os.Stdout
	defer func() { os.Args, os.Stdout = args, stdout }()
	os.Args, os.Stdout = []string{"speed", "--base", "essai=" + toy.Base(t), "--n", "4"}, w
	main()
	w.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	if len(lines) != 12 {
		t.Fatalf("%d lines for 3 classes in 4 kinds: %s", len(lines), b)
	}
	for _, l := range lines {
		if !strings.Contains(l, " 4 texts ") || !strings.Contains(l, "searches/s") {
			t.Errorf("%s", l)
		}
	}
}
