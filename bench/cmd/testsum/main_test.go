package main

import (
	"strings"
	"testing"
)

const goEvents = `echo '{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"said by A\n"}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0}
{"Action":"output","Package":"perimetre/q","Test":"TestB","Output":"=== RUN   TestB\n"}
{"Action":"output","Package":"perimetre/q","Test":"TestB","Output":"    b_test.go:7: données réelles absentes : qpv\n"}
{"Action":"output","Package":"perimetre/q","Test":"TestB","Output":"        et zonages\n"}
{"Action":"output","Package":"perimetre/q","Test":"TestB","Output":"--- SKIP: TestB (0.00s)\n"}
{"Action":"skip","Package":"perimetre/q","Test":"TestB","Elapsed":0}
{"Action":"pass","Package":"p","Elapsed":0}'`

func TestSteps(t *testing.T) {
	for _, c := range []struct {
		name  string
		steps []string
		code  int
		want  []string // in this order
		not   string
	}{
		{"a step without tests is one", []string{"vet: true"}, 0, []string{"1 passed, 0 failed, 0 skipped"}, ""},
		{"a command that fails", []string{"vet: echo wrong here >&2; exit 3"}, 1, []string{"wrong here", "FAIL vet", "failed: vet", "0 passed, 1 failed, 0 skipped"}, ""},
		{"a pipe that fails", []string{"vet: false | cat"}, 1, []string{"0 passed, 1 failed, 0 skipped"}, ""},
		{"what passes is silent", []string{"vet: echo noise"}, 0, []string{"1 passed"}, "noise"},
		{"a step that skips itself", []string{"lint: echo 'SKIP: no network'"}, 0, []string{"skipped: lint: no network", "0 passed, 0 failed, 1 skipped"}, ""},
		{"go tests, with the reason of a skip", []string{"unit: " + goEvents}, 0, []string{"skipped: q.TestB: données réelles absentes : qpv / et zonages", "1 passed, 0 failed, 1 skipped"}, "said by A"},
		{"a failed go test counts once", []string{`unit: echo '{"Action":"output","Package":"p","Test":"TestA","Output":"got 1\n"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p"}'; exit 1`}, 1, []string{"got 1", "failed: p.TestA", "0 passed, 1 failed, 0 skipped"}, ""},
		{"a package that does not build", []string{`unit: echo '{"Action":"build-output","ImportPath":"p","Output":"p.go:1: undefined: x\n"}
{"Action":"build-fail","ImportPath":"p"}
{"Action":"fail","Package":"p","FailedBuild":"p"}'; exit 1`}, 1, []string{"undefined: x", "failed: p", "0 passed, 1 failed, 0 skipped"}, ""},
		{"a test that kills its process", []string{`unit: echo '{"Action":"output","Package":"p","Test":"TestA","Output":"panic: boom\n"}
{"Action":"fail","Package":"p"}'; exit 1`}, 1, []string{"panic: boom", "0 passed, 1 failed, 0 skipped"}, ""},
		{"passed tests do not hide a failed command", []string{"unit: " + goEvents + "; exit 2"}, 1, []string{"failed: unit", "1 passed, 1 failed, 1 skipped"}, ""},
		{"vitest", []string{`web: echo '{"numTotalTests":3,"testResults":[{"name":"a.test.ts","assertionResults":[{"fullName":"adds","status":"passed"},{"fullName":"breaks","status":"failed","failureMessages":["expected 1"]},{"fullName":"later","status":"pending"}]}]}'; exit 1`}, 1,
			[]string{"expected 1", "skipped: web later: pending", "failed: web breaks", "1 passed, 1 failed, 1 skipped"}, ""},
		{"a vitest file that does not load", []string{`web: echo '{"numTotalTests":0,"testResults":[{"name":"a.test.ts","message":"no such module","assertionResults":[]}]}'; exit 1`}, 1, []string{"no such module", "0 passed, 1 failed, 0 skipped"}, ""},
		{"the Test Anything Protocol", []string{`e2e: printf '# Subtest: opens\n    ok 1 - on a phone\nok 1 - opens\n  ---\n  ...\nnot ok 2 - closes\n  error: "no door"\nok 3 - prints # SKIP no browser\n1..3\n'; exit 1`}, 1,
			[]string{"no door", "skipped: e2e prints: no browser", "failed: e2e closes", "2 passed, 1 failed, 1 skipped"}, ""},
		{"another runner's closing line", []string{`e2e: echo 'SKIP: no browser'; printf '\033[32m12 passed, 0 failed, 1 skipped\033[0m\n'`}, 0, []string{"skipped: e2e: no browser", "12 passed, 0 failed, 1 skipped"}, ""},
		{"steps add up, and go on after a failure", []string{"a: false", "b: true", "c: " + goEvents}, 1, []string{"FAIL a", "ok   b", "2 passed, 1 failed, 1 skipped"}, ""},
		{"a note is shown", []string{"race: echo 'NOTE: leaves out Real'"}, 0, []string{"note: race: leaves out Real", "1 passed"}, ""},
		{"the slowest first", []string{`unit: echo '{"Action":"pass","Package":"p","Test":"TestA","Elapsed":1}
{"Action":"pass","Package":"p","Test":"TestB","Elapsed":3}'`, `e2e: printf 'ok 1 - opens\n  ---\n  duration_ms: 2000\n  ...\n'`}, 0,
			[]string{"slow:    3.0 s unit p.TestB", "slow:    2.0 s e2e opens", "slow:    1.0 s unit p.TestA", "3 passed"}, ""},
		{"side by side, counted in their order", []string{"-j", "2", "a: sleep 0.2; echo 'SKIP: first'", "b: echo 'SKIP: second'"}, 0, []string{"skipped: a: first", "skipped: b: second", "0 passed, 0 failed, 2 skipped"}, ""},
		{"not a step", []string{"vet"}, 2, []string{"is not"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			if code := run(c.steps, &out); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			rest := out.String()
			for _, w := range c.want {
				_, after, ok := strings.Cut(rest, w)
				if !ok {
					t.Fatalf("no %q, in this order, in\n%s", w, out.String())
				}
				rest = after
			}
			if c.not != "" && strings.Contains(out.String(), c.not) {
				t.Errorf("%q should not be shown in\n%s", c.not, out.String())
			}
			if c.code != 2 && strings.TrimSpace(rest) != "" && !strings.HasSuffix(strings.TrimSpace(out.String()), "skipped") {
				t.Errorf("the count is not the last line of\n%s", out.String())
			}
		})
	}
}

// An event may come cut anywhere.
func TestWriteCut(t *testing.T) {
	r := newReader("unit")
	for _, b := range []byte("{\"Action\":\"pass\",\"Package\":\"p\",\"Test\":\"TestA\"}\n{\"Action\":\"pass\",\"Package\":\"p\",\"Test\":\"TestB\"}") {
		r.Write([]byte{b})
	}
	if got := r.close(nil); got.passed != 2 || got.failed != 0 {
		t.Errorf("%d passed, %d failed", got.passed, got.failed)
	}
}
