// Package atomicfile writes files that appear under their name only when complete,
// and that only their owner reads: they may hold people. A process that is killed
// leaves a hidden temporary file beside, which the next one that writes the same file
// removes.
package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"perimetre/geo/fault"
)

// Private are the rights of a new file.
const Private fs.FileMode = 0o600

// File is a file being written. It is not for concurrent use.
type File struct {
	name   string
	f      *os.File
	direct bool // a device or a pipe, which nothing may take the place of
	done   bool
}

// Check refuses a name that Create refuses: a folder, or one in a folder that does not exist.
func Check(name string) error {
	if st, err := os.Stat(name); err == nil && st.IsDir() {
		return &fault.Error{Kind: fault.Usage, File: name, Expected: "un nom de fichier", Seen: "un dossier"}
	}
	dir := filepath.Dir(name)
	if st, err := os.Stat(dir); err != nil || !st.IsDir() {
		return &fault.Error{Kind: fault.Input, File: name, Message: "le dossier " + dir + " n’existe pas", Expected: "un dossier déjà créé"}
	}
	return nil
}

// Create starts a file in a hidden temporary one of the same folder. A target
// that exists and is no regular file (/dev/null, a pipe) is written in place. A
// folder, or a place that cannot be written, is a fault of kind Usage or Input.
func Create(name string) (*File, error) {
	if err := Check(name); err != nil {
		return nil, err
	}
	if st, err := os.Stat(name); err == nil && !st.Mode().IsRegular() {
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
	before, after := "."+filepath.Base(name)+".", ".tmp"
	sweep(dir, before, after)
	f, err := held(func() (*os.File, error) { return os.CreateTemp(dir, before+"*"+after) })
	if err != nil {
		return nil, &fault.Error{Kind: fault.Input, File: name, Message: "impossible d’écrire dans ce dossier", Err: err}
	}
	return &File{name: name, f: f}, nil
}

// Temp returns the name of the temporary file, for who writes it by name.
func (w *File) Temp() string { return w.f.Name() }

// Write implements io.Writer.
func (w *File) Write(p []byte) (int, error) { return w.f.Write(p) }

// Close puts the file in place, synced. The new file takes the permissions of the one that it
// replaces, unless everybody could read that one. On an error nothing is left.
func (w *File) Close() error {
	if w.done {
		return nil
	}
	w.done = true
	if w.direct {
		return w.f.Close()
	}
	mode := Private
	if st, err := os.Stat(w.name); err == nil && st.Mode().Perm()&0o007 == 0 {
		mode = st.Mode().Perm()
	}
	err := errors.Join(w.f.Chmod(mode), w.f.Sync())
	if !movesOpen {
		err = errors.Join(err, w.f.Close())
	}
	if err == nil {
		err = Rename(w.f.Name(), w.name) // before the lock falls: nobody sweeps it
	}
	if movesOpen {
		err = errors.Join(err, w.f.Close())
	}
	if err != nil {
		remove(w.f.Name())
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
	if !movesOpen {
		w.f.Close()
	}
	if !w.direct {
		remove(w.f.Name())
	}
	w.f.Close()
}
