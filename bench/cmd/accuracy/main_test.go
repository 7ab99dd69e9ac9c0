package main

import (
	"io"
	"os"
	"strings"
	"testing"

	"perimetre/bench/labelled/toy"
)

// The command, as typed, over a tiny base whose streets are all found.
func TestAccuracy(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	args, stdout := os.Args, os.Stdout
	defer func() { os.Args, os.Stdout = args, stdout }()
	os.Args, os.Stdout = []string{"accuracy", "--base", "essai=" + toy.Base(t), "--n", "4", "--neg", "4"}, w
	main()
	w.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"essai: 20 addresses, 4 streets", "all positives", "of positives kept", "expected calibration error"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("no %q in\n%s", want, b)
		}
	}
}
