package whole

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"perimetre/geo/fault"
)

func TestCompleteOrNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "sortie.csv")
	files := func() int {
		es, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		return len(es)
	}
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "a;b\n")
	if _, err := os.Stat(path); err == nil {
		t.Error("the file stands before it is whole")
	}
	w.Abort()
	if files() != 0 {
		t.Error("Abort left something")
	}
	if err := os.WriteFile(path, []byte("avant"), 0o600); err != nil {
		t.Fatal(err)
	}
	if w, err = Create(path); err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "après")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	w.Abort()
	b, _ := os.ReadFile(path)
	st, _ := os.Stat(path)
	if string(b) != "après" || st.Mode().Perm() != 0o600 || files() != 1 {
		t.Errorf("%q, %v, %d files", b, st.Mode(), files())
	}
}

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
