// Package whole writes files that appear under their name only when complete. A
// crash leaves at most a hidden temporary file beside.
package whole

import (
	"os"
	"path/filepath"

	"perimetre/geo/fault"
)

// File is a file being written. It is not for concurrent use.
type File struct {
	name   string
	f      *os.File
	direct bool // a device or a pipe, which nothing may take the place of
	done   bool
}

// Create starts a file in a hidden temporary one of the same folder. A target
// that exists and is no regular file (/dev/null, a pipe) is written in place. A
// folder, or a place that cannot be written, is a fault of kind Usage or Input.
func Create(name string) (*File, error) {
	if st, err := os.Stat(name); err == nil && st.IsDir() {
		return nil, &fault.Error{Kind: fault.Usage, File: name, Expected: "un nom de fichier", Seen: "un dossier"}
	} else if err == nil && !st.Mode().IsRegular() {
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return nil, &fault.Error{Kind: fault.Input, File: name, Message: "impossible d’écrire ici", Err: err}
		}
		return &File{name: name, f: f, direct: true}, nil
	}
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target // a link stays a link: what it names is replaced
	}
	dir := filepath.Dir(name)
	if st, err := os.Stat(dir); err != nil || !st.IsDir() {
		return nil, &fault.Error{Kind: fault.Input, File: name, Message: "le dossier " + dir + " n’existe pas", Expected: "un dossier déjà créé"}
	}
	f, err := os.CreateTemp(dir, "."+filepath.Base(name)+".*.tmp")
	if err != nil {
		return nil, &fault.Error{Kind: fault.Input, File: name, Message: "impossible d’écrire dans ce dossier", Err: err}
	}
	return &File{name: name, f: f}, nil
}

// Write implements io.Writer.
func (w *File) Write(p []byte) (int, error) { return w.f.Write(p) }

// Close puts the file in place, synced, with the rights of the one that it
// replaces. On an error nothing is left.
func (w *File) Close() error {
	if w.done {
		return nil
	}
	w.done = true
	if w.direct {
		return w.f.Close()
	}
	err := w.f.Sync()
	if e := w.f.Close(); err == nil {
		err = e
	}
	mode := os.FileMode(0o644) // CreateTemp makes the file private
	if st, e := os.Stat(w.name); e == nil {
		mode = st.Mode().Perm()
	}
	if err == nil {
		err = os.Chmod(w.f.Name(), mode)
	}
	if err == nil {
		err = os.Rename(w.f.Name(), w.name)
	}
	if err != nil {
		os.Remove(w.f.Name())
		return fault.Wrap(fault.Internal, err, "écriture de %s", w.name)
	}
	return nil
}

// Abort leaves nothing behind; after Close it does nothing, so it can be deferred.
func (w *File) Abort() {
	if w.done {
		return
	}
	w.done = true
	w.f.Close()
	if !w.direct {
		os.Remove(w.f.Name())
	}
}
