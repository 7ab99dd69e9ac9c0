package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../../.."

// unreachable are the words of go list when it lacks a module and may not fetch it, as one
// that only another system needs.
var unreachable = []string{"module lookup disabled", "dial tcp", "no such host", "connection refused"}

// inventory gives the parts that NOTICE must name.
func inventory(t *testing.T) (modules, packages []part) {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("go is not in the path")
	}
	modules, err := linked(root)
	if err != nil {
		if slices.ContainsFunc(unreachable, func(s string) bool { return strings.Contains(err.Error(), s) }) {
			t.Skipf("a module is neither here nor within reach: %v", err)
		}
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "web/node_modules")); err != nil {
		t.Skip("the packages of the pages are not installed: make build")
	}
	if packages, err = bundled(root); err != nil {
		t.Fatal(err)
	}
	return modules, packages
}

// listed gives the lines of a part of the inventory that NOTICE begins with.
func listed(notice, title string) []string {
	_, after, _ := strings.Cut(notice, "\n"+title+"\n")
	var lines []string
	for line := range strings.Lines(after) {
		name, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "  ")
		if !ok {
			break
		}
		lines = append(lines, name)
	}
	return lines
}

// NOTICE names what the program contains today, each part above its licence.
func TestNoticeIsCurrent(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(root, "NOTICE"))
	if err != nil {
		t.Fatal(err)
	}
	notice := string(b)
	modules, packages := inventory(t)
	for title, parts := range map[string][]part{modulesTitle: modules, packagesTitle: packages} {
		var want []string
		for _, p := range parts {
			want = append(want, p.String())
			if !strings.Contains(notice, "\n"+p.String()+"\n") {
				t.Errorf("%s stands above no licence", p)
			}
		}
		if got := listed(notice, title); !slices.Equal(got, want) {
			t.Errorf("%s\nNOTICE names %q\nwanted       %q\nrun « make notice »", title, got, want)
		}
	}
	if strings.Contains(notice, "\r") {
		t.Error("NOTICE has carriage returns")
	}
}

// Where all is installed, the texts too are today's.
func TestTextsAreCurrent(t *testing.T) {
	modules, packages := inventory(t)
	for _, parts := range [][]part{modules, packages} {
		for i := range parts {
			if err := parts[i].read(); err != nil {
				t.Fatal(err)
			}
		}
	}
	b, err := os.ReadFile(filepath.Join(root, "NOTICE"))
	if err != nil {
		t.Fatal(err)
	}
	if string(b) != written(modules, packages) {
		t.Error("NOTICE is not what « make notice » writes")
	}
}

// Of a package published as one file, the dependencies that its map names are held.
func TestMapsTellWhatIsHeld(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a.mjs.map":     `{"sources":["../src/x.ts","../node_modules/@s/p/index.js","../node_modules/q/node_modules/r/r.js"]}`,
		"a-dev.mjs.map": `{"sources":["../node_modules/only-dev/x.js"]}`,
	} {
		if err := os.MkdirAll(filepath.Join(dir, "dist"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "dist", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := mapped(dir)
	if err != nil || len(got) != 2 || !got["@s/p"] || !got["r"] {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := mapped(t.TempDir()); got != nil || err != nil {
		t.Errorf("without a map: %v, %v", got, err)
	}
}

// A part's folder gives its licences once each; without a file, its README does; a part
// without any is refused.
func TestLicencesOfAFolder(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"a licence and a notice":  {map[string]string{"LICENSE": "free \r\n\r\nas air\n\n", "NOTICE.txt": "by us"}, []string{"free\n\nas air", "by us"}},
		"the same text twice":     {map[string]string{"COPYING": "free", "license.md": "free\n"}, []string{"free"}},
		"a README":                {map[string]string{"README.md": "# Maps\nUse it.\n\n## License (MIT)\n\nfree\n"}, []string{"## License (MIT)\n\nfree"}},
		"code about licences":     {map[string]string{"license.go": "package x", "UNLICENSE": "free"}, []string{"free"}},
		"nothing, and no licence": {map[string]string{"README.md": "# Maps\n"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := part{name: "maps", version: "1", dir: t.TempDir()}
			for file, text := range c.files {
				if err := os.WriteFile(filepath.Join(p.dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := p.read(); (err != nil) != (c.want == nil) || !slices.Equal(p.texts, c.want) {
				t.Errorf("texts %q, error %v, want %q", p.texts, err, c.want)
			}
		})
	}
}

// A package finds the version in its own folder before the one above, as Node does.
func TestInstalled(t *testing.T) {
	packages := map[string]locked{"node_modules/a": {}, "node_modules/b": {}, "node_modules/@s/c": {}, "node_modules/@s/c/node_modules/b": {}}
	for _, c := range []struct{ from, name, want string }{
		{"", "a", "node_modules/a"},
		{"node_modules/a", "b", "node_modules/b"},
		{"node_modules/@s/c", "b", "node_modules/@s/c/node_modules/b"},
		{"node_modules/@s/c/node_modules/b", "b", "node_modules/@s/c/node_modules/b"},
		{"node_modules/@s/c/node_modules/b", "a", "node_modules/a"},
		{"node_modules/a", "z", ""},
	} {
		if got := installed(packages, c.from, c.name); got != c.want {
			t.Errorf("%s from %q: %q, want %q", c.name, c.from, got, c.want)
		}
	}
}
