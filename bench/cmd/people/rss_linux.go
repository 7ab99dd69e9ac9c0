package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// peak polls the most memory that a running program holds, in MB, until done is
// closed. The kernel's own count at its end would include this program's, from
// which it was forked.
func peak(cmd *exec.Cmd, done <-chan struct{}) int64 {
	var most int64
	for {
		select {
		case <-done:
			return most / 1024
		case <-time.After(5 * time.Millisecond):
		}
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(b)) {
			var kb int64
			if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kb); n == 1 {
				most = max(most, kb)
			}
		}
	}
}
