package perimetre_test

import (
	"bytes"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// pageLayers are the folders that any folder of server/pages may import.
var pageLayers = []string{"french", "export", "server/figures", "server/studies", "server/people", "server/packs", "server/access", "server/store", "server/httpio", "web", "batch", "quota", "study", "data", "ingest", "geo"}

// layers give, for each folder, the folders of ours that it may import.
// A folder stands for those below it unless they are named themselves.
var layers = map[string][]string{
	"geo":                  {"geo/fault", "geo/blockfile", "geo/overlay"},
	"geo/overlay":          {},
	"geo/fault":            {},
	"geo/blockfile":        {"geo/fault"},
	"geo/atomicfile":       {"geo/fault"},
	"geo/address":          {"french", "geo", "geo/fault"},
	"geo/geocode":          {"geo", "geo/fault", "geo/blockfile", "geo/address"},
	"geo/residency":        {"french", "geo", "geo/fault", "geo/address", "geo/geocode"},
	"geo/coverage":         {"geo", "geo/fault", "geo/overlay"},
	"geo/transit":          {"geo", "geo/fault", "geo/coverage"},
	"french":               {"french", "geo"},
	"ingest":               {"french", "ingest", "geo", "geo/fault", "geo/atomicfile", "geo/overlay", "geo/transit"},
	"export":               {"ingest", "geo"},
	"data":                 {"french", "data", "ingest", "geo", "geo/fault", "geo/atomicfile", "geo/blockfile", "geo/address", "geo/geocode", "geo/coverage", "geo/transit"},
	"batch":                {"french", "export", "batch", "data", "ingest", "geo"},
	"quota":                {"french", "export", "quota", "data", "ingest", "geo"},
	"study":                {"french", "export", "study", "data", "ingest", "geo"},
	"web":                  {"french", "web"},
	"server/httpio":        {"french", "export", "ingest", "geo", "geo/fault"},
	"server/packs":         {"french", "data", "ingest", "geo"},
	"server/people":        {"french", "export", "server/access", "server/httpio", "server/packs", "server/store", "batch", "quota", "data", "ingest", "geo"},
	"server/figures":       {"french", "export", "server/people", "server/packs", "server/access", "server/store", "server/httpio", "quota", "data", "ingest", "geo"},
	"server/studies":       {"french", "export", "server/figures", "server/people", "server/packs", "server/access", "server/store", "server/httpio", "study", "data", "ingest", "geo"},
	"server/pages":         append([]string{"server/pages/shell", "server/pages/canvas", "server/pages/journal", "server/pages/explain", "server/pages/atlas", "server/pages/method", "server/pages/reach", "server/pages/admin"}, pageLayers...),
	"server/pages/shell":   pageLayers,
	"server/pages/canvas":  pageLayers,
	"server/pages/journal": pageLayers,
	"server/pages/explain": append([]string{"server/pages/shell", "server/pages/canvas"}, pageLayers...),
	"server/pages/atlas":   append([]string{"server/pages/shell", "server/pages/canvas", "server/pages/explain"}, pageLayers...),
	"server/pages/reach":   append([]string{"server/pages/shell", "server/pages/canvas"}, pageLayers...),
	"server/pages/method":  append([]string{"server/pages/shell", "server/pages/explain"}, pageLayers...),
	"server/pages/admin":   append([]string{"server/pages/shell", "server/pages/journal", "server/pages/method"}, pageLayers...),
	"server/api":           {"french", "export", "server/figures", "server/studies", "server/people", "server/packs", "server/access", "server/store", "server/httpio", "batch", "quota", "study", "data", "ingest", "geo"},
	"server/jobs":          {"server/people", "server/packs", "server/store", "geo/fault", "geo/blockfile"},
	"server/access":        {"server/store", "server/httpio", "geo", "geo/fault"},
	"server":               {"french", "export", "server", "batch", "quota", "study", "web", "data", "ingest", "geo"},
	"cmd":                  {"french", "export", "cmd", "server", "batch", "quota", "study", "data", "ingest", "geo"},
}

// layerOf is the longest prefix of the folder that layers names.
func layerOf(dir string) string {
	for d := dir; d != "."; d = filepath.Dir(d) {
		if _, ok := layers[d]; ok {
			return d
		}
	}
	return ""
}

func allowed(from, to string) bool {
	if from == layerOf(to) {
		return true
	}
	for _, a := range layers[from] {
		// geo alone stands for the kernel package and, above geo, for all below it.
		if layerOf(to) == a || (!strings.HasPrefix(from, "geo") && from != "ingest" && from != "data" && (to == a || strings.HasPrefix(to, a+"/"))) {
			return true
		}
	}
	return false
}

// bindings are the modules that call GEOS, which only the seam geo/geos_*.go may name.
var bindings = regexp.MustCompile(`^github\.com/(twpayne/go-geos|peterstace/simplefeatures)(/|$)`)

// Imports run one way: cmd → server → {batch, quota, study, web} → data → ingest → geo.
func TestImportsRunOneWay(t *testing.T) {
	n := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); path != "." && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "bench" || name == "testdata") {
				return filepath.SkipDir
			}
			if strings.Contains("util common helpers misc", d.Name()) && path != "." {
				t.Errorf("%s: a package's name says what it holds", path)
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		from := layerOf(filepath.Dir(path))
		for _, im := range f.Imports {
			to, ours := strings.CutPrefix(strings.Trim(im.Path.Value, `"`), "perimetre/")
			if bindings.MatchString(to) && !strings.HasPrefix(filepath.ToSlash(path), "geo/geos_") {
				t.Errorf("%s may not import %s: GEOS is behind the seam of geo/geos_*.go", path, to)
			}
			if !ours {
				continue
			}
			n++
			if (to == "server/pages" || to == "server/api") && filepath.Dir(path) != "server" && filepath.Dir(path) != filepath.FromSlash(to) {
				t.Errorf("%s may not import %s: only the server puts its faces together", path, to)
			}
			if from == "" || !allowed(from, to) {
				t.Errorf("%s (%s) may not import %s", path, from, to)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n == 0 {
		t.Fatal("no import was looked at")
	}
}

// largest bounds the lines of a package, tests left out; room is for the few that need
// another bound. server only puts its rooms together.
const largest = 6500

var room = map[string]struct{ lines, files int }{
	"server":       {3000, 25},
	"server/pages": {5500, 40}, // a theme of some pages is a folder below it
}

// A package that grows past its bound is two ideas: it is split.
func TestPackagesStaySmall(t *testing.T) {
	lines, files := map[string]int{}, map[string]int{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && path != "." && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(path))
		lines[dir] += bytes.Count(text, []byte("\n"))
		files[dir]++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if lines["server"] == 0 || lines["geo/geocode"] == 0 {
		t.Fatal("no package was measured")
	}
	for dir, n := range lines {
		most := room[dir]
		if most.lines == 0 {
			most.lines = largest
		}
		if n > most.lines {
			t.Errorf("%s has %d lines, %d at most", dir, n, most.lines)
		}
		if most.files > 0 && files[dir] > most.files {
			t.Errorf("%s has %d files, %d at most", dir, files[dir], most.files)
		}
	}
}
