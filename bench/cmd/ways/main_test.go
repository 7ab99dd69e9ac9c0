package main

import (
	"io"
	"os"
	"strings"
	"testing"

	"perimetre/bench/labelled/toy"
)

// The ways of writing a number, over a tiny base: each answer is right, and a half without
// an address is said.
func TestWays(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout := os.Stdout
	defer func() { os.Stdout = stdout }()
	os.Stdout = w
	empty := 0
	for _, half := range []string{"dev", "held"} { // the base has one commune, in one of them
		if err := run(options{ban: toy.Base(t), half: half, set: "numbers", form: "line", only: "n°", n: 2, seed: 1}); err != nil {
			if empty++; !strings.Contains(err.Error(), "no address of the half "+half) {
				t.Error(err)
			}
		}
	}
	w.Close()
	b, _ := io.ReadAll(r)
	if empty != 1 || !strings.Contains(string(b), "100.00%") {
		t.Errorf("%d halves are empty\n%s", empty, b)
	}
}
