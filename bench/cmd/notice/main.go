// Command notice writes the file NOTICE of the main module: the name, version and licence
// of everything of others that the program holds.
//
//	notice -root .. -o ../NOTICE
//
// The Go modules are those whose packages go list gives for cmd/perimetre on each system
// that it is built for; the pages' packages are those that web/src names, with their
// dependencies in web/package-lock.json.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	root := flag.String("root", "..", "folder of the main module")
	out := flag.String("o", "", "file to write")
	flag.Parse()
	if err := run(*root, *out); err != nil {
		fmt.Fprintln(os.Stderr, "notice:", err)
		os.Exit(1)
	}
}

func run(root, out string) error {
	if out == "" {
		return fmt.Errorf("-o: the file to write is expected")
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	modules, err := linked(root)
	if err != nil {
		return err
	}
	packages, err := bundled(root)
	if err != nil {
		return err
	}
	for _, parts := range [][]part{modules, packages} {
		for i := range parts {
			if err := parts[i].read(); err != nil {
				return err
			}
		}
	}
	return os.WriteFile(out, []byte(written(modules, packages)), 0o644)
}
