package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"perimetre": func() { os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})) },
	})
}

// TestScripts runs each command as its user would. $SHARED is the folder of real
// files, empty where it is missing: a script starts with [!shared] skip '…'.
func TestScripts(t *testing.T) {
	shared, err := filepath.Abs("../../../shared/data")
	if err != nil {
		t.Fatal(err)
	}
	_, statErr := os.Stat(shared)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("SHARED", shared)
			e.Setenv("PERIMETRE_PACK", "")
			return nil
		},
		Condition: func(cond string) (bool, error) {
			return cond == "shared" && statErr == nil, nil
		},
	})
}
