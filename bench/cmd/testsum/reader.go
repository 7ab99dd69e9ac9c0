package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// tally counts tests, and keeps what a person needs to read.
type tally struct {
	passed, failed, skipped int
	reasons                 []string // of each skip, in order
	failures                []string // names
	notes                   []string // said by steps, to be shown
	times                   []timed
	processor               time.Duration // spent by the command and by the processes that it waited for
	output                  strings.Builder
}

// timed is a test and how long it took.
type timed struct {
	name    string
	seconds float64
}

func (t *tally) add(o *tally) {
	t.notes = append(t.notes, o.notes...)
	t.times = append(t.times, o.times...)
	t.passed += o.passed
	t.failed += o.failed
	t.skipped += o.skipped
	t.reasons = append(t.reasons, o.reasons...)
	t.failures = append(t.failures, o.failures...)
}

func (t *tally) fail(name string) {
	t.failed++
	t.failures = append(t.failures, name)
}

func (t *tally) skip(name, reason string) {
	t.skipped++
	t.reasons = append(t.reasons, name+": "+reason)
}

// event is a line of go test -json (go doc test2json).
type event struct {
	Action, Package, ImportPath, Test, Output, FailedBuild string
	Elapsed                                                float64 // seconds
}

// vitest is the report of vitest --reporter=json.
type vitest struct {
	NumTotalTests *int
	TestResults   []struct {
		Name, Message    string
		AssertionResults []struct {
			FullName, Status string
			FailureMessages  []string
		}
	}
}

// reader takes what a step prints, by any cut of bytes, and counts it.
type reader struct {
	tally
	name    string
	line    []byte
	printed map[string][]string // by test, until it ends
	broken  map[string]bool     // packages with a failed test
	last    string              // test whose duration comes next
}

func newReader(name string) *reader {
	return &reader{name: name, printed: map[string][]string{}, broken: map[string]bool{}}
}

func (r *reader) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			r.line = append(r.line, rest...)
			break
		}
		r.read(append(r.line, rest[:i]...))
		r.line, rest = r.line[:0], rest[i+1:]
	}
	return len(p), nil
}

// ansi is a colour code of a terminal.
var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

// tap is a line of the Test Anything Protocol, at any depth: a parent counts like
// its children, as with go test.
var tap = regexp.MustCompile(`^\s*(not )?ok \d+ - (.*?)( # SKIP(.*))?$`)

// duration is the line of the Test Anything Protocol's diagnostics after a test.
var duration = regexp.MustCompile(`^\s*duration_ms: ([0-9.]+)$`)

var closing = regexp.MustCompile(`^(\d+) passed, (\d+) failed, (\d+) skipped$`)

func (r *reader) read(line []byte) {
	if bytes.HasPrefix(line, []byte(`{`)) {
		var e event
		if json.Unmarshal(line, &e) == nil && e.Action != "" {
			r.event(e)
			return
		}
		var v vitest
		if json.Unmarshal(line, &v) == nil && v.NumTotalTests != nil {
			r.vitest(v)
			return
		}
	}
	text := ansi.ReplaceAllString(string(line), "")
	if m := closing.FindStringSubmatch(text); m != nil {
		p, _ := strconv.Atoi(m[1])
		f, _ := strconv.Atoi(m[2])
		s, _ := strconv.Atoi(m[3])
		r.passed += p
		for range f {
			r.fail(r.name)
		}
		if said := s - r.skipped; said > 0 { // "SKIP: reason" lines come first
			for range said {
				r.skip(r.name, "no reason given")
			}
		}
		return
	}
	if m := tap.FindStringSubmatch(text); m != nil {
		switch {
		case m[1] != "":
			r.fail(r.name + " " + m[2])
		case m[3] != "":
			r.skip(r.name+" "+m[2], strings.TrimSpace(m[4]))
		default:
			r.passed++
			r.last = r.name + " " + m[2]
		}
	}
	if m := duration.FindStringSubmatch(text); m != nil && r.last != "" {
		ms, _ := strconv.ParseFloat(m[1], 64)
		r.times = append(r.times, timed{r.last, ms / 1000})
		r.last = ""
	}
	if note, ok := strings.CutPrefix(text, "NOTE: "); ok {
		r.notes = append(r.notes, r.name+": "+note)
		return
	}
	if why, ok := strings.CutPrefix(text, "SKIP: "); ok {
		r.skip(r.name, why)
		return
	}
	fmt.Fprintln(&r.output, text)
}

func (r *reader) event(e event) {
	id := e.Package + " " + e.Test
	switch e.Action {
	case "output", "build-output":
		if e.ImportPath != "" {
			id = e.ImportPath + " "
		}
		r.printed[id] = append(r.printed[id], e.Output)
		return
	case "pass":
		if e.Test != "" {
			r.passed++
		}
		if e.Test != "" && !strings.Contains(e.Test, "/") { // a parent lasts as long as its children
			r.times = append(r.times, timed{r.name + " " + strings.TrimPrefix(e.Package, "perimetre/") + "." + e.Test, e.Elapsed})
		}
	case "skip":
		if e.Test != "" {
			r.skip(strings.TrimPrefix(e.Package, "perimetre/")+"."+e.Test, reason(r.printed[id]))
		}
	case "fail", "build-fail":
		r.broke(e, id)
	default:
		return
	}
	delete(r.printed, id)
}

// broke records a failed test, or a package that failed without one: it did not
// build, or died.
func (r *reader) broke(e event, id string) {
	switch {
	case e.Action == "build-fail":
		id = e.ImportPath + " "
	case e.Test != "":
		r.fail(e.Package + "." + e.Test)
		r.broken[e.Package] = true
	case !r.broken[e.Package]:
		r.fail(e.Package)
		// A test that never ended says why the process died.
		for other, lines := range r.printed {
			if strings.HasPrefix(other, e.Package+" ") && other != id {
				r.output.WriteString(strings.Join(lines, ""))
			}
		}
	}
	r.output.WriteString(strings.Join(r.printed[id], ""))
}

// reason returns what a test said when it skipped itself: the last line that names its
// file, with those that follow.
func reason(lines []string) string {
	var said []string
	for _, l := range lines {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "---") || strings.HasPrefix(l, "===") {
			continue
		}
		if at, text, ok := strings.Cut(l, ": "); ok && strings.Contains(at, ".go:") { // file_test.go:12: reason
			said, l = nil, text
		}
		said = append(said, l)
	}
	if len(said) == 0 {
		return "no reason given"
	}
	return strings.Join(said, " / ")
}

func (r *reader) vitest(v vitest) {
	for _, file := range v.TestResults {
		if len(file.AssertionResults) == 0 && file.Message != "" {
			r.fail(r.name + " " + file.Name)
			fmt.Fprintln(&r.output, file.Message)
		}
		for _, a := range file.AssertionResults {
			switch a.Status {
			case "passed":
				r.passed++
			case "failed":
				r.fail(r.name + " " + a.FullName)
				fmt.Fprintf(&r.output, "%s\n%s\n", a.FullName, strings.Join(a.FailureMessages, "\n"))
			default: // pending, skipped, todo
				r.skip(r.name+" "+a.FullName, a.Status)
			}
		}
	}
}

// close ends the step: the command's error is a failure when no test told of it,
// and a step without tests is one test.
func (r *reader) close(err error) *tally {
	if len(r.line) > 0 {
		r.read(r.line)
	}
	switch {
	case err != nil && r.failed == 0:
		r.fail(r.name)
		fmt.Fprintf(&r.output, "%s: %v\n", r.name, err)
	case err == nil && r.passed+r.failed+r.skipped == 0:
		r.passed++
	}
	return &r.tally
}
