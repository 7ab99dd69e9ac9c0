//go:build unix

package atomicfile

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"perimetre/geo/fault"
)

// A pipe stays a pipe, a link a link, a folder is refused.
func TestSpecialTargets(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "tube")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("pas de tube nommé ici : ", err)
	}
	got := make(chan string)
	go func() { b, _ := os.ReadFile(pipe); got <- string(b) }()
	w, err := Create(pipe)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "bonjour")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if s := <-got; s != "bonjour" {
		t.Errorf("pipe: %q", s)
	}
	if st, err := os.Stat(pipe); err != nil || st.Mode().IsRegular() {
		t.Error("the pipe was replaced")
	}
	target, link := filepath.Join(dir, "vrai.csv"), filepath.Join(dir, "lien.csv")
	os.WriteFile(target, nil, 0o644)
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if w, err = Create(link); err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "x")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if st, err := os.Lstat(link); err != nil || st.Mode()&os.ModeSymlink == 0 {
		t.Error("the link was replaced")
	}
	if b, _ := os.ReadFile(target); string(b) != "x" {
		t.Errorf("behind the link: %q", b)
	}
	if _, err := Create(dir); fault.KindOf(err) != fault.Usage {
		t.Errorf("folder: %v", err)
	}
	if _, err := Create(filepath.Join(dir, "absent", "x.csv")); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "n’existe pas") {
		t.Errorf("absent folder: %v", err)
	}
}

// A new file is its owner's alone whatever the mask; one that everybody could read is
// so once replaced, one that a group may read on purpose stays so.
func TestPrivate(t *testing.T) {
	for _, mask := range []int{0, 0o022, 0o077} {
		for was, want := range map[os.FileMode]os.FileMode{0: 0o600, 0o644: 0o600, 0o640: 0o640, 0o600: 0o600} {
			path := filepath.Join(t.TempDir(), "x.csv")
			if was != 0 {
				if err := os.WriteFile(path, nil, 0o600); err != nil {
					t.Fatal(err)
				}
				if err := os.Chmod(path, was); err != nil {
					t.Fatal(err)
				}
			}
			old := syscall.Umask(mask)
			w, err := Create(path)
			var born os.FileInfo
			if err == nil {
				born, err = os.Stat(w.Temp())
			}
			if err == nil {
				err = w.Close()
			}
			syscall.Umask(old)
			if err != nil {
				t.Fatal(err)
			}
			if st, err := os.Stat(path); err != nil || st.Mode().Perm() != want || born.Mode().Perm() != 0o600 {
				t.Errorf("mask %o, was %o: born %v, %v, want %o", mask, was, born.Mode(), st.Mode(), want)
			}
		}
	}
}
