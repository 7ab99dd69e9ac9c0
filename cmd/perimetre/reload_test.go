//go:build unix

package main

import (
	"bufio"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Told to reload, a service reads its packs and rules again, and goes on.
func TestServeReloads(t *testing.T) {
	pack, err := monde()
	if err != nil {
		t.Fatal(err)
	}
	c := osexec.Command("perimetre", "serve", "--pack", pack, "--database", filepath.Join(t.TempDir(), "b.db"), "--listen", "127.0.0.1:0", "--log", "json")
	messages, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill() })
	reloaded := false
	for lines := bufio.NewScanner(messages); lines.Scan(); {
		switch line := lines.Text(); {
		case strings.Contains(line, "créer le premier compte"): // its last word before it serves
			c.Process.Signal(syscall.SIGHUP)
		case strings.Contains(line, "référentiel et règles relus"):
			reloaded = true
			c.Process.Signal(syscall.SIGINT)
		}
	}
	if err := c.Wait(); err != nil || !reloaded {
		t.Errorf("reloaded: %t, %v", reloaded, err)
	}
}
