// Command notice writes the file NOTICE of the main module: the name, version and licence
// of everything of others that the program holds.
//
//	notice -root .. -o ../NOTICE
//	notice -root .. -materials perimetre.cdx.json -version 1.2 -epoch 1700000000
//
// With -materials it writes the same inventory as a bill of materials, CycloneDX 1.5.
//
// The Go modules are those whose packages go list gives for cmd/perimetre on each system
// that it is built for; the pages' packages are those that web/src names, with the
// dependencies that their own maps of sources say to hold.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

func main() {
	root := flag.String("root", "..", "folder of the main module")
	out := flag.String("o", "", "file to write")
	bill := flag.String("materials", "", "bill of materials to write, instead of the notice")
	version := flag.String("version", "", "version of the program, for the bill of materials")
	epoch := flag.Int64("epoch", 0, "date of the bill of materials, in seconds")
	flag.Parse()
	err := fmt.Errorf("-o or -materials: the file to write is expected")
	switch {
	case *bill != "":
		err = writeMaterials(*root, *bill, *version, time.Unix(*epoch, 0))
	case *out != "":
		err = run(*root, *out)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "notice:", err)
		os.Exit(1)
	}
}

// parts lists the Go modules and the npm packages that the program holds.
func parts(root string) (modules, packages []part, err error) {
	if root, err = filepath.Abs(root); err != nil {
		return nil, nil, err
	}
	if modules, err = linked(root); err != nil {
		return nil, nil, err
	}
	packages, err = bundled(root)
	return modules, packages, err
}

func writeMaterials(root, out, version string, at time.Time) error {
	modules, packages, err := parts(root)
	if err != nil {
		return err
	}
	b, err := materials(version, at, modules, packages)
	if err != nil {
		return err
	}
	return os.WriteFile(out, append(b, '\n'), 0o644)
}

func run(root, out string) error {
	modules, packages, err := parts(root)
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
