package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// target is a fuzz function of a package, by the package's folder below the root.
type target struct{ dir, name string }

// outcome is what came of one target: found is "" when nothing failed.
type outcome struct {
	began  time.Time
	spent  time.Duration
	inputs int
	found  string
	output string
}

var declared = regexp.MustCompile(`(?m)^func (Fuzz\w*)\(\w+ \*testing\.F\)`)

// targets returns the fuzz functions of the module at root, by folder and name. Modules
// below it are left out.
func targets(root string) ([]target, error) {
	var found []target
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && path != root:
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil || e.Name() == "node_modules" || strings.HasPrefix(e.Name(), ".") {
				return fs.SkipDir
			}
		case strings.HasSuffix(path, "_test.go"):
			src, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			dir, err := filepath.Rel(root, filepath.Dir(path))
			if err != nil {
				return err
			}
			for _, m := range declared.FindAllSubmatch(src, -1) {
				found = append(found, target{filepath.ToSlash(dir), string(m[1])})
			}
		}
		return nil
	})
	slices.SortFunc(found, func(a, b target) int { return strings.Compare(a.dir+" "+a.name, b.dir+" "+b.name) })
	return found, err
}

// run fuzzes t on one processor. An input that reaches new code is made smaller by twenty
// tries at most: by default go test gives each a minute, and a target whose seeds reach new
// code at every turn then spends all of its time on a dozen inputs.
func (t target) run(root string, each time.Duration) outcome {
	o := outcome{began: time.Now()}
	cmd := exec.Command("go", "test", "-vet=off", "-run", "^$", "-fuzz", "^"+t.name+"$", "-fuzztime", each.String(),
		"-fuzzminimizetime", "20x", "-parallel", "1", "./"+t.dir)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	o.spent, o.output = time.Since(o.began), string(out)
	o.inputs, o.found = read(o.output, err)
	// A worker without a processor for seconds is held to hang: its input passes again alone.
	if m := written.FindStringSubmatch(o.output); m != nil {
		again := exec.Command("go", "test", "-vet=off", "-run", "^"+t.name+"$/^"+path.Base(m[1])+"$", "./"+t.dir)
		again.Dir = root
		if again.Run() == nil {
			o.found = ""
			os.Remove(filepath.Join(root, t.dir, m[1]))
		}
	}
	return o
}

var (
	executed = regexp.MustCompile(`execs: (\d+)`)
	written  = regexp.MustCompile(`Failing input written to (testdata/fuzz/\S+)`)
)

// read takes the number of inputs and the failure out of what go test -fuzz printed.
func read(output string, err error) (inputs int, found string) {
	if all := executed.FindAllStringSubmatch(output, -1); all != nil {
		inputs, _ = strconv.Atoi(all[len(all)-1][1])
	}
	switch m := written.FindStringSubmatch(output); {
	case m != nil:
		found = "entrée qui échoue : `" + m[1] + "`"
	case err != nil:
		found = "n’a pas pu tourner : " + err.Error()
	}
	return inputs, found
}
