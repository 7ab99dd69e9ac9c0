package data

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"perimetre/geo/geocode"
)

// TestMain is also the child of TestKilledBuild: it builds, and may be killed.
func TestMain(m *testing.M) {
	if raw := os.Getenv("PERIMETRE_TEST_BUILD"); raw != "" {
		_, err := Build(context.Background(), BuildOptions{Raw: raw, Pack: os.Getenv("PERIMETRE_TEST_PACK")})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// Killed at any moment, a build leaves the former pack or the new one, whole.
func TestKilledBuild(t *testing.T) {
	raw, other, pack := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "pack")
	makeRaw(t, raw, 20000)
	makeRaw(t, other, 19000)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	run := func(raw string, after time.Duration) (killed bool) {
		c := exec.Command(self)
		c.Env = append(os.Environ(), "PERIMETRE_TEST_BUILD="+raw, "PERIMETRE_TEST_PACK="+pack)
		c.Stderr = os.Stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if after > 0 {
			time.Sleep(after)
			c.Process.Signal(syscall.SIGKILL)
		}
		err := c.Wait()
		if after == 0 && err != nil {
			t.Fatal(err)
		}
		return err != nil
	}
	start := time.Now()
	run(raw, 0)
	whole := time.Since(start)
	first := openPack(t, pack).ID
	ids := map[string]bool{first: true}
	rng := rand.New(rand.NewPCG(uint64(start.UnixNano()), 0))
	kills := 0
	for i := range 30 {
		from := raw
		if i%2 == 0 {
			from = other
		}
		if run(from, time.Duration(1+rng.Int64N(int64(whole)))) {
			kills++
		}
		p, err := Open(pack)
		if err != nil {
			t.Fatalf("after %d kills: %v", kills, err)
		}
		if err := p.Verify(); err != nil {
			t.Fatal(err)
		}
		if n := p.Manifests[0].Stats.Index.Addresses; n != 20000 && n != 19000 {
			t.Fatalf("%d adresses", n)
		}
		ids[p.ID] = true
		p.Close()
	}
	if kills == 0 {
		t.Fatal("no build was killed")
	}
	run(raw, 0)
	if got := names(t, pack); got != first+" current" && got != "current "+first {
		t.Errorf("left after a whole build: %s", got)
	}
	if len(ids) > 2 {
		t.Errorf("%v", ids)
	}
	t.Logf("%d builds killed of 30, a whole one takes %v", kills, whole)
}

// Readers open packs while builds take each other's place.
func TestOpenWhileBuilding(t *testing.T) {
	raws := []string{t.TempDir(), t.TempDir()}
	makeRaw(t, raws[0], 400)
	makeRaw(t, raws[1], 500)
	pack := t.TempDir()
	build(t, raws[0], pack)
	done := make(chan error, 1)
	go func() {
		var err error
		for i := range 12 {
			if _, err = Build(context.Background(), BuildOptions{Raw: raws[i%2], Pack: pack}); err != nil {
				break
			}
		}
		done <- err
	}()
	for opened := 0; ; opened++ {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d ouvertures", opened)
			return
		default:
		}
		p, err := Open(pack)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Index.NewSearcher().Search(&geocode.Query{Text: "3 rue numéro 2 59111 Premont"}); err != nil {
			t.Fatal(err)
		}
		p.Close()
	}
}
