package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// part is something of others that the program holds.
type part struct {
	name, version string
	dir           string   // its files
	within        []string // folders of dir whose licences count too: its linked packages
	texts         []string // licences, as read fills them
}

// platforms are the systems and the choices of GEOS that the program is built for.
var platforms = []struct{ os, cgo, tags string }{
	{"linux", "1", "gogeos"}, {"linux", "1", ""}, {"linux", "0", ""}, {"windows", "0", ""}, {"darwin", "0", ""},
}

// linked lists the Go modules whose packages are linked into the program, and Go's own
// library, whose version the builder chooses.
func linked(root string) ([]part, error) {
	found := map[string]*part{}
	for _, p := range platforms {
		cmd := exec.Command("go", "list", "-deps", "-json=Dir,Module", "-tags="+p.tags, "./cmd/perimetre")
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GOARCH=amd64", "GOOS="+p.os, "CGO_ENABLED="+p.cgo)
		var failed bytes.Buffer
		cmd.Stderr = &failed
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("go list for %s: %w: %s", p.os, err, failed.Bytes())
		}
		for dec := json.NewDecoder(bytes.NewReader(out)); ; {
			var pkg struct {
				Dir    string
				Module *struct {
					Path, Version, Dir string
					Main               bool
				}
			}
			if err := dec.Decode(&pkg); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, fmt.Errorf("go list for %s: %w", p.os, err)
			}
			m := pkg.Module
			if m == nil || m.Main {
				continue
			}
			if found[m.Path] == nil {
				found[m.Path] = &part{name: m.Path, version: m.Version, dir: m.Dir}
			}
			for d := pkg.Dir; len(d) > len(m.Dir); d = filepath.Dir(d) {
				found[m.Path].within = append(found[m.Path].within, d)
			}
		}
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOROOT: %w", err)
	}
	found["std"] = &part{name: "Go", dir: strings.TrimSpace(string(goroot))}
	return sorted(found), nil
}

func sorted(found map[string]*part) []part {
	var parts []part
	for _, p := range found {
		slices.Sort(p.within)
		p.within = slices.Compact(p.within)
		parts = append(parts, *p)
	}
	slices.SortFunc(parts, func(a, b part) int { return cmp.Compare(a.name, b.name) })
	return parts
}

// locked is what package-lock.json says of an installed package, by its folder.
type locked struct {
	Version      string
	Dependencies map[string]string
}

// bundled lists the npm packages that the pages' bundles hold: those that a source of
// web/src or web/build.mjs takes from, and what these depend on, types apart. A package
// that is published as one file, with the map of its sources, holds of its dependencies
// those that the map names: the rest was for its own build.
func bundled(root string) ([]part, error) {
	var lock struct {
		Packages map[string]locked
	}
	web := filepath.Join(root, "web")
	b, err := os.ReadFile(filepath.Join(web, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, &lock); err != nil {
		return nil, fmt.Errorf("package-lock.json: %w", err)
	}
	named, err := sources(web)
	if err != nil {
		return nil, err
	}
	found := map[string]*part{}
	var kept map[string]bool // by the map of the package that is added; nil without one
	var add func(from, name string) error
	add = func(from, name string) error {
		at := installed(lock.Packages, from, name)
		if at == "" {
			return fmt.Errorf("package-lock.json has no %s", name)
		}
		if found[at] != nil || strings.HasPrefix(name, "@types/") || kept != nil && from != "" && !kept[name] {
			return nil
		}
		p := lock.Packages[at]
		found[at] = &part{name: name, version: p.Version, dir: filepath.Join(web, filepath.FromSlash(at))}
		for _, d := range slices.Sorted(maps.Keys(p.Dependencies)) {
			if err := add(at, d); err != nil {
				return err
			}
		}
		return nil
	}
	for folder := range lock.Packages {
		name, direct := strings.CutPrefix(folder, "node_modules/")
		// A style sheet or a script names a package after a quote, or by its folder.
		in := regexp.MustCompile(`(["']|node_modules/)` + regexp.QuoteMeta(name) + `["'/]`)
		if !direct || strings.Contains(name, "node_modules/") || !in.MatchString(named) {
			continue
		}
		if kept, err = mapped(filepath.Join(web, filepath.FromSlash(folder))); err != nil {
			return nil, err
		}
		if err := add("", name); err != nil {
			return nil, err
		}
	}
	if len(found) == 0 {
		return nil, errors.New("web/src takes from no package")
	}
	return sorted(found), nil
}

// mapped returns the packages that the source maps of a package's published files name, or
// nil for a package without source maps. Source maps of development files are left aside.
func mapped(dir string) (names map[string]bool, err error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("a package of the pages is not installed: %w", err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "dist", "*.map"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if strings.Contains(file, "-dev.") {
			continue
		}
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var m struct{ Sources []string }
		if err := json.Unmarshal(b, &m); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, source := range m.Sources {
			if found := rePackage.FindStringSubmatch(source); found != nil {
				if names == nil {
					names = map[string]bool{}
				}
				names[found[1]] = true
			}
		}
	}
	return names, nil
}

// rePackage finds the package of a source by the last folder of packages on its path.
var rePackage = regexp.MustCompile(`.*node_modules/((?:@[^/]+/)?[^/]+)/`)

// installed returns the folder of the package name, as the one in folder from finds it; ""
// without one.
func installed(packages map[string]locked, from, name string) string {
	for {
		at := path.Join(from, "node_modules", name)
		if _, ok := packages[at]; ok {
			return at
		}
		if from == "" {
			return ""
		}
		from, _, _ = cutLast(from, "node_modules/")
		from = strings.TrimSuffix(from, "/")
	}
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// sources returns the text of what the bundles are made from: the scripts and style sheets
// of web/src, and the files that build.mjs copies from node_modules.
func sources(web string) (string, error) {
	var text strings.Builder
	err := filepath.WalkDir(filepath.Join(web, "src"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, ".test.ts") {
			return err
		}
		b, err := os.ReadFile(name)
		text.Write(b)
		return err
	})
	if err != nil {
		return "", err
	}
	b, err := os.ReadFile(filepath.Join(web, "build.mjs"))
	if err != nil {
		return "", err
	}
	for _, copied := range regexp.MustCompile(`node_modules/[\w@./-]+`).FindAll(b, -1) {
		text.Write(copied)
		text.WriteByte('\n')
	}
	return text.String(), nil
}
