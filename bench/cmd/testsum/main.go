// Command testsum runs the steps of a check, one after the other, and ends with
// the count of their tests:
//
//	testsum 'vet: go vet ./...' 'unit: go test -json ./...'
//
// A step is a name and a bash command. It reads the events of go test -json, the
// report of vitest --reporter=json, the Test Anything Protocol (node --test) and the
// closing line "N passed, N failed, N skipped" of any other runner; a step that tells of no test is one test of its
// own, passed when the command exits 0, skipped when it prints "SKIP: reason".
// What a step prints is shown when it fails. Every skip is listed with its reason.
// The exit code is 1 when anything failed.
package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout)) }

func run(steps []string, out io.Writer) int {
	var sum tally
	for _, s := range steps {
		name, command, ok := strings.Cut(s, ":")
		if !ok || strings.TrimSpace(command) == "" {
			fmt.Fprintf(out, "testsum: %q is not 'name: command'\n", s)
			return 2
		}
		start := time.Now()
		t := step(name, command)
		sign := "ok  "
		if t.failed > 0 {
			sign = "FAIL"
			io.WriteString(out, t.output.String())
		}
		fmt.Fprintf(out, "%s %-12s %5d passed %3d failed %3d skipped %6.1f s\n", sign, name, t.passed, t.failed, t.skipped, time.Since(start).Seconds())
		sum.add(t)
	}
	for _, r := range sum.reasons {
		fmt.Fprintln(out, "skipped:", r)
	}
	for _, f := range sum.failures {
		fmt.Fprintln(out, "failed:", f)
	}
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", sum.passed, sum.failed, sum.skipped)
	if sum.failed > 0 {
		return 1
	}
	return 0
}

// step runs one command, without standard input, and counts its tests.
func step(name, command string) *tally {
	r := newReader(name)
	cmd := exec.Command("bash", "-euo", "pipefail", "-c", command)
	cmd.Stdout, cmd.Stderr = r, r
	err := cmd.Run()
	return r.close(err)
}
