// Command testsum runs the steps of a check, -j at a time in their order, and ends with
// the ten slowest tests and the count of all:
//
//	testsum -j 2 'vet: go vet ./...' 'unit: go test -json ./...'
//
// A step is a name and a bash command. It reads the events of go test -json, the
// report of vitest --reporter=json, the Test Anything Protocol (node --test) and the
// closing line "N passed, N failed, N skipped" of any other runner; a step that tells of no test is one test of its
// own, passed when the command exits 0, skipped when it prints "SKIP: reason".
// What a step prints is shown when it fails; a line "NOTE: text" always. Every skip is
// listed with its reason.
// The exit code is 1 when anything failed.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout)) }

// slowest is how many of the slowest tests are named.
const slowest = 10

func run(args []string, out io.Writer) int {
	flags := flag.NewFlagSet("testsum", flag.ContinueOnError)
	flags.SetOutput(out)
	atOnce := flags.Int("j", 1, "steps at a time")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	steps := flags.Args()
	for _, s := range steps {
		if name, command, ok := strings.Cut(s, ":"); !ok || strings.TrimSpace(command) == "" || name == "" {
			fmt.Fprintf(out, "testsum: %q is not 'name: command'\n", s)
			return 2
		}
	}
	tallies := make([]*tally, len(steps))
	places := make(chan struct{}, max(1, *atOnce))
	var group sync.WaitGroup
	var printing sync.Mutex
	for i, s := range steps {
		places <- struct{}{} // in their order
		group.Go(func() {
			name, command, _ := strings.Cut(s, ":")
			start := time.Now()
			t := step(name, command)
			tallies[i] = t
			<-places
			printing.Lock()
			defer printing.Unlock()
			sign := "ok  "
			if t.failed > 0 {
				sign = "FAIL"
				io.WriteString(out, t.output.String())
			}
			fmt.Fprintf(out, "%s %-12s %5d passed %3d failed %3d skipped %6.1f s, %6.1f s of processor\n",
				sign, name, t.passed, t.failed, t.skipped, time.Since(start).Seconds(), t.processor.Seconds())
		})
	}
	group.Wait()
	var sum tally
	for _, t := range tallies {
		sum.add(t)
	}
	return sum.conclude(out)
}

// conclude writes what a person reads at the end, the count last, and returns the exit
// code.
func (t *tally) conclude(out io.Writer) int {
	slices.SortStableFunc(t.times, func(a, b timed) int { return cmp.Compare(b.seconds, a.seconds) })
	for _, x := range t.times[:min(slowest, len(t.times))] {
		fmt.Fprintf(out, "slow: %6.1f s %s\n", x.seconds, x.name)
	}
	for _, n := range t.notes {
		fmt.Fprintln(out, "note:", n)
	}
	for _, r := range t.reasons {
		fmt.Fprintln(out, "skipped:", r)
	}
	for _, f := range t.failures {
		fmt.Fprintln(out, "failed:", f)
	}
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", t.passed, t.failed, t.skipped)
	if t.failed > 0 {
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
	t := r.close(err)
	if cmd.ProcessState != nil {
		t.processor = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	return t
}
