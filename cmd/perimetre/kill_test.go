package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	osexec "os/exec"
	"path/filepath"
	"testing"
	"time"
)

// A flag that is killed leaves what stood there before, or the whole new file.
func TestFlagKilled(t *testing.T) {
	pack, err := monde()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	in, out, whole := filepath.Join(dir, "in.csv"), filepath.Join(dir, "out.csv"), filepath.Join(dir, "whole.csv")
	var b bytes.Buffer
	b.WriteString("Matricule;Adresse;Code postal;Ville\n")
	for i := range 30000 {
		fmt.Fprintf(&b, "%d;%d rue des Lilas;59910;Essaiville\n", i, i%12+1)
	}
	if err := os.WriteFile(in, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	command := func(to string) *osexec.Cmd {
		// The command that TestMain puts on the path.
		return osexec.Command("perimetre", "--pack", pack, "--quiet", "flag", in, "-o", to, "--on", "2024-06-01", "--known", "2026-01-15")
	}
	start := time.Now()
	if msg, err := command(whole).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, msg)
	}
	took := time.Since(start)
	want, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	before := []byte("ancien\n")
	killed := 0
	for i := range 20 {
		if i%2 == 0 {
			os.Remove(out)
		} else if err := os.WriteFile(out, before, 0o600); err != nil {
			t.Fatal(err)
		}
		c := command(out)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.Int64N(int64(took))))
		c.Process.Kill()
		if c.Wait() != nil {
			killed++
		}
		got, err := os.ReadFile(out)
		switch {
		case bytes.Equal(got, want):
		case i%2 == 0 && errors.Is(err, fs.ErrNotExist):
		case i%2 == 1 && bytes.Equal(got, before):
		default:
			t.Fatalf("kill %d left %d bytes of %d: %v", i, len(got), len(want), err)
		}
	}
	if killed == 0 {
		t.Skip("aucune exécution n’a pu être tuée à temps")
	}
}
