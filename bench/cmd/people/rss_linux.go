package main

import (
	"os/exec"
	"syscall"
)

// rss is the most memory that a finished program held, in MB.
func rss(cmd *exec.Cmd) int64 {
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		return u.Maxrss / 1024
	}
	return 0
}
