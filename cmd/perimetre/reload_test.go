//go:build unix

package main

import (
	"bufio"
	"encoding/json"
	"os"
	osexec "os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"perimetre/data"
)

// Told to reload, a service reads its packs and rules again, and goes on; an edition that
// cannot be read leaves the former one in service.
func TestServeReloads(t *testing.T) {
	dir := t.TempDir()
	pack := filepath.Join(dir, "pack")
	build := func(addresses string) string {
		raw := filepath.Join(dir, "raw"+addresses)
		for _, args := range [][]string{{"demo", "--to", raw, "--addresses", addresses, "--people", "20", "--quiet"}, {"data", "build", "--from", raw, "--to", pack, "--quiet"}} {
			if out, err := osexec.Command("perimetre", args...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %v\n%s", args, err, out)
			}
		}
		return data.CurrentID(pack)
	}
	served := build("2000")
	c := osexec.Command("perimetre", "serve", "--pack", pack, "--database", filepath.Join(dir, "b.db"), "--listen", "127.0.0.1:0", "--log", "json")
	messages, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill() })
	// Asked three times: nothing new, another edition, then one that cannot be read, which
	// leaves the edition in service.
	current := filepath.Join(pack, "current")
	var told []string
	for lines := bufio.NewScanner(messages); lines.Scan(); {
		switch line := lines.Text(); {
		case strings.Contains(line, "créer le premier compte"): // its last word before it serves
			c.Process.Signal(syscall.SIGHUP)
		case strings.Contains(line, "nouvelle édition du référentiel refusée"):
			told = append(told, "refusée")
		case strings.Contains(line, "référentiel et règles relus"):
			var m struct{ Pack string }
			if err := json.Unmarshal([]byte(line), &m); err != nil {
				t.Fatal(err)
			}
			switch told = append(told, m.Pack); len(told) {
			case 1:
				build("2100")
				c.Process.Signal(syscall.SIGHUP)
			case 2:
				os.Remove(current)
				if err := os.Symlink("0000000000000000", current); err != nil {
					t.Fatal(err)
				}
				c.Process.Signal(syscall.SIGHUP)
			default:
				c.Process.Signal(syscall.SIGINT)
			}
		}
	}
	entries, err := os.ReadDir(pack)
	if err != nil {
		t.Fatal(err)
	}
	next := ""
	for _, e := range entries {
		if e.IsDir() {
			next = e.Name()
		}
	}
	if err := c.Wait(); err != nil || !slices.Equal(told, []string{served, next, "refusée", next}) || served == next {
		t.Errorf("%s, then %s: the journal told %v, %v", served, next, told, err)
	}
}
