package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"perimetre/ingest/table"
)

func TestMain(m *testing.M) {
	testscript.Main(cleaning{m}, map[string]func(){
		"perimetre":      func() { os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})) },
		"perimetre-rows": printRows,
	})
}

// cleaning runs the tests, then removes what they shared.
type cleaning struct{ m *testing.M }

func (c cleaning) Run() int {
	defer func() { os.RemoveAll(mondeDir) }()
	return c.m.Run()
}

// printRows prints, for each row of a CSV, the cells of the columns named.
func printRows() {
	in, err := table.Open(os.Args[1], table.Options{Columns: os.Args[2:]})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for {
		r, err := in.Next()
		if err != nil {
			return
		}
		for i, title := range os.Args[2:] {
			if i > 0 {
				fmt.Print(";")
			}
			fmt.Print(r.Cells[table.FindColumn(in.Header, title)])
		}
		fmt.Println()
	}
}

var mondeDir string

// monde is the pack of the hand-made world of testdata/monde, built once.
var monde = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "perimetre-monde")
	if err != nil {
		return "", err
	}
	mondeDir = dir
	var out bytes.Buffer
	if code := run([]string{"data", "build", "--from", "testdata/monde", "--to", dir, "--quiet"}, streams{nil, &out, &out}); code != 0 {
		return "", fmt.Errorf("data build: %s", out.String())
	}
	return dir, nil
})

// TestScripts runs each command as its user would. $SHARED is the folder of real
// files, empty where it is missing: a script starts with [!shared] skip '…'.
func TestScripts(t *testing.T) {
	shared, err := filepath.Abs("../../../shared/data")
	if err != nil {
		t.Fatal(err)
	}
	_, statErr := os.Stat(shared)
	pack, err := monde()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("SHARED", shared)
			e.Setenv("MONDE", pack)
			e.Setenv("PERIMETRE_PACK", "")
			return nil
		},
		Condition: func(cond string) (bool, error) {
			return cond == "shared" && statErr == nil, nil
		},
	})
}
