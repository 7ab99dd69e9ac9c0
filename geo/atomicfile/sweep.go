package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"perimetre/geo/fault"
)

// Dir is a temporary folder. It is its process's alone, and is removed by the next
// one that asks for the same kind when its own was killed.
type Dir struct {
	Path string
	f    *os.File
}

// TempDir makes a folder called prefix and a number in dir; os.TempDir() when dir is
// empty.
func TempDir(dir, prefix string) (*Dir, error) {
	if dir == "" {
		dir = os.TempDir()
	}
	sweep(dir, prefix, "")
	f, err := held(func() (*os.File, error) {
		path, err := os.MkdirTemp(dir, prefix)
		if err != nil {
			return nil, err
		}
		return os.Open(path)
	})
	if err != nil {
		return nil, fault.Wrap(fault.Input, err, "dossier temporaire dans %s", dir)
	}
	if !movesOpen {
		f.Close()
	}
	return &Dir{f.Name(), f}, nil
}

// Remove removes the folder and all that it holds; nothing when it was put elsewhere.
func (d *Dir) Remove() {
	os.RemoveAll(d.Path)
	d.f.Close()
}

// held makes a temporary file or folder whose lock tells others that its process
// lives. The lock falls with the process, however it ends.
func held(create func() (*os.File, error)) (*os.File, error) {
	for {
		f, err := create()
		if err != nil {
			return nil, err
		}
		if err := lock(f); err != nil && !unsupported(err) {
			f.Close()
			return nil, err
		}
		// Another process may have swept it before the lock.
		there, err := os.Lstat(f.Name())
		if err == nil {
			mine, e := f.Stat()
			if e == nil && os.SameFile(there, mine) {
				return f, nil
			}
			err = e
		}
		f.Close()
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
}

// sweep removes from a folder what processes that died left there: files and folders
// called before, digits, after. It is done on the way and tells no error: what cannot
// be removed stays.
func sweep(dir, before, after string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		digits, ok := strings.CutPrefix(e.Name(), before)
		if ok {
			digits, ok = strings.CutSuffix(digits, after)
		}
		if !ok || digits == "" || strings.Trim(digits, "0123456789") != "" || e.Type()&fs.ModeType&^fs.ModeDir != 0 {
			continue
		}
		if !movesOpen && !old(e) {
			continue // closed, perhaps, and about to be put in place
		}
		path := filepath.Join(dir, e.Name())
		f, err := os.OpenFile(path, notFollowed, 0)
		if err != nil {
			continue
		}
		dead := tryLock(f) == nil
		if !movesOpen {
			f.Close()
		}
		if dead {
			remove(path)
		}
		f.Close()
	}
}

// old reports whether a file was written an hour ago or more.
func old(e fs.DirEntry) bool {
	st, err := e.Info()
	return err == nil && time.Since(st.ModTime()) > time.Hour
}

// remove removes a temporary file or folder, and what SQLite puts beside a database.
func remove(path string) {
	if os.Remove(path) != nil {
		os.RemoveAll(path)
	}
	for _, beside := range []string{"-journal", "-wal", "-shm"} {
		os.Remove(path + beside)
	}
}
