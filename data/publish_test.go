package data

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"perimetre/geo/fault"
)

// names lists a PACK folder without its lock.
func names(t *testing.T, pack string) string {
	t.Helper()
	entries, err := os.ReadDir(pack)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		if e.Name() != lockFile {
			out = append(out, e.Name())
		}
	}
	return strings.Join(out, " ")
}

func makePack(t *testing.T, pack, id, content string) {
	t.Helper()
	w, err := openWorkshop(pack)
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	write(t, filepath.Join(w.dir, manifestFile), []byte(content))
	if err := w.publish(id); err != nil {
		t.Fatal(err)
	}
}

func current(t *testing.T, pack string) string {
	t.Helper()
	dir, err := packDir(pack)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPublish(t *testing.T) {
	const a, b = "0123456789abcdef", "fedcba9876543210"
	pack := filepath.Join(t.TempDir(), "pack")
	makePack(t, pack, a, "un")
	write(t, filepath.Join(pack, "notes.txt"), []byte("à garder"))
	write(t, filepath.Join(pack, "autre", "x"), nil)
	if got := names(t, pack); got != a+" autre current notes.txt" {
		t.Error(got)
	}
	makePack(t, pack, b, "deux")
	if got := names(t, pack); got != "autre current "+b+" notes.txt" {
		t.Error("the former one should be removed, and nothing else:", got)
	}
	if got := current(t, pack); got != "deux" {
		t.Error(got)
	}
	makePack(t, pack, b, "deux réparé") // same id: a damaged copy is replaced
	if got := current(t, pack); got != "deux réparé" {
		t.Error(got)
	}
	if got := names(t, pack); got != "autre current "+b+" notes.txt" {
		t.Error(got)
	}
	st, err := os.Stat(filepath.Join(pack, b, manifestFile))
	if err != nil || st.Mode().Perm() != 0o444 {
		t.Error("the files of a pack do not change:", st.Mode(), err)
	}
}

func TestTwoBuildsAtOnceAreRefused(t *testing.T) {
	pack := t.TempDir()
	w, err := openWorkshop(pack)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openWorkshop(pack); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "déjà en cours") {
		t.Error(err)
	}
	w.close()
	if got := names(t, pack); got != "" {
		t.Error("an abandoned build leaves:", got)
	}
	if w, err = openWorkshop(pack); err != nil {
		t.Fatal(err)
	}
	w.close()
}

func TestKilledBuildIsSwept(t *testing.T) {
	pack := t.TempDir()
	write(t, filepath.Join(pack, buildPrefix+"123", "addresses.idx"), []byte("à moitié"))
	if err := os.Symlink("0123456789abcdef", filepath.Join(pack, buildPrefix+"123-link")); err != nil {
		t.Fatal(err)
	}
	w, err := openWorkshop(pack)
	if err != nil {
		t.Fatal(err)
	}
	w.close()
	if got := names(t, pack); got != "" {
		t.Error(got)
	}
	if _, err := packDir(pack); fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), "data build") {
		t.Error(err)
	}
	if _, err := packDir(filepath.Join(pack, "nulle-part")); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
}

// A pack is found without a link, which Windows and archives may not keep: by its
// name in a file, or because it is alone.
func TestCurrentIDWithoutALink(t *testing.T) {
	const one, other = "0123456789abcdef", "fedcba9876543210"
	for _, c := range []struct {
		name    string
		folders []string
		current string // content of the file; empty for none
		want    string
	}{
		{"alone", []string{one}, "", one},
		{"alone beside other folders", []string{one, ".build-1", "notes"}, "", one},
		{"named by a file", []string{one, other}, other + "\r\n", other},
		{"two and no name", []string{one, other}, "", ""},
		{"a file that names no pack", []string{one, other}, "../ailleurs", ""},
		{"none", nil, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			pack := t.TempDir()
			for _, f := range c.folders {
				if err := os.Mkdir(filepath.Join(pack, f), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			if c.current != "" {
				if err := os.WriteFile(filepath.Join(pack, "current"), []byte(c.current), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if got := CurrentID(pack); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
