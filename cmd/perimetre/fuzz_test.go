package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever a file of settings holds, `config` lists it or says in one sentence where it is
// wrong: exit 0 or 2.
func FuzzConfig(f *testing.F) {
	for _, text := range []string{"log: json\nserve:\n  listen: 127.0.0.1:8080\n  trust: [a, b]\n", "a: &a [*a]\n", "serve: &s\n  <<: *s\n", "- x\n", "log: {a: 1}\n", "\xff", "? [a]\n: b\n", "serve:\n  listen: !!binary x\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "perimetre.yml")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		var out, errs bytes.Buffer
		code := run([]string{"config", "serve", "--config", path}, streams{in: strings.NewReader(""), out: &out, err: &errs})
		if code != 0 && code != 2 || code != 0 && errs.Len() == 0 {
			t.Fatalf("exit %d: %s", code, errs.String())
		}
	})
}
