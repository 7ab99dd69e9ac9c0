package data

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"perimetre/geo/atomicfile"
	"perimetre/geo/fault"
)

// The names in a PACK folder besides the packs' own.
const (
	currentLink = "current"
	lockFile    = ".lock"
	buildPrefix = ".build-"
)

var rePackID = regexp.MustCompile(`^[0-9a-f]{16}$`)

// workshop is a PACK folder while a pack is being built in it. One process at a
// time holds it; the lock falls with the process, however it ends.
type workshop struct {
	pack string // the PACK folder
	dir  string // where the pack is built
	lock *os.File
	made bool // the PACK folder did not exist before
}

// openWorkshop locks the PACK folder, sweeps what a killed build left, and makes
// a folder to build in. A build already going on is a fault of kind Conflict.
func openWorkshop(pack string) (*workshop, error) {
	_, before := os.Lstat(pack)
	if err := os.MkdirAll(pack, 0o755); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "création de %s", pack)
	}
	lock, err := os.OpenFile(filepath.Join(pack, lockFile), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "verrou de %s", pack)
	}
	if err := tryLock(lock); err != nil {
		lock.Close()
		if errors.Is(err, errLocked) {
			return nil, fault.New(fault.Conflict, "une construction est déjà en cours dans %s", pack)
		}
		return nil, fault.Wrap(fault.Internal, err, "verrou de %s", pack)
	}
	w := &workshop{pack: pack, lock: lock, made: errors.Is(before, fs.ErrNotExist)}
	if err := w.sweep(); err != nil {
		w.close()
		return nil, err
	}
	if w.dir, err = os.MkdirTemp(pack, buildPrefix); err == nil {
		err = os.Chmod(w.dir, 0o755)
	}
	if err != nil {
		w.close()
		return nil, fault.Wrap(fault.Internal, err, "création d’un dossier dans %s", pack)
	}
	return w, nil
}

// sweep removes the folders of builds that were killed.
func (w *workshop) sweep() error {
	entries, err := os.ReadDir(w.pack)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "lecture de %s", w.pack)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), buildPrefix) {
			if err := os.RemoveAll(filepath.Join(w.pack, e.Name())); err != nil {
				return fault.Wrap(fault.Internal, err, "nettoyage de %s", w.pack)
			}
		}
	}
	return nil
}

// publish returns the finished folder its name, makes it the current pack by one
// rename, and removes the packs that are no longer current. Processes that have
// them open keep them until they end.
func (w *workshop) publish(id string) error {
	home := filepath.Join(w.pack, id)
	fail := func(err error) error { return fault.Wrap(fault.Internal, err, "mise en place de %s", home) }
	if err := syncDir(w.dir); err != nil {
		return fail(err)
	}
	if err := freeze(w.dir); err != nil {
		return fail(err)
	}
	link := w.dir + "-link"
	// The same content may have been built before. It is replaced all the same, at
	// once: a damaged byte there must not outlive a build.
	err := exchange(w.dir, home)
	if err != nil {
		atomicfile.Rename(home, w.dir+"-old") // absent, or a system that cannot exchange
		err = atomicfile.Rename(w.dir, home)
	}
	if err != nil {
		return fail(err)
	}
	// Where links are refused, as to an ordinary account of Windows, the name stands in a
	// file; on Windows for every account, so that each opens what another made.
	if runtime.GOOS == "windows" || os.Symlink(id, link) != nil {
		if err := os.WriteFile(link, []byte(id+"\n"), 0o644); err != nil {
			return fail(err)
		}
	}
	if err := atomicfile.Rename(link, filepath.Join(w.pack, currentLink)); err != nil {
		return fail(err)
	}
	if err := syncDir(w.pack); err != nil {
		return fail(err)
	}
	w.dir = ""
	entries, err := os.ReadDir(w.pack)
	if err != nil {
		return fail(err)
	}
	for _, e := range entries {
		if e.IsDir() && e.Name() != id && rePackID.MatchString(e.Name()) {
			if err := os.RemoveAll(filepath.Join(w.pack, e.Name())); err != nil {
				return fault.Wrap(fault.Internal, err, "retrait de l’ancien référentiel %s", e.Name())
			}
		}
	}
	return w.sweep()
}

// errLocked is the error of a lock that another process holds.
var errLocked = errors.New("verrou tenu par un autre processus")

// freeze makes the files of a folder read-only.
func freeze(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		err = errors.Join(err, os.Chmod(filepath.Join(dir, e.Name()), 0o444))
	}
	return err
}

// close drops what was not published, with the PACK folder where it was made for that and
// holds nothing else, and lets others build.
func (w *workshop) close() {
	if w.dir != "" {
		os.RemoveAll(w.dir)
	}
	if entries, err := os.ReadDir(w.pack); w.made && err == nil && len(entries) == 1 && entries[0].Name() == lockFile {
		defer os.Remove(w.pack)
		defer os.Remove(filepath.Join(w.pack, lockFile)) // once closed: Windows removes no open file
	}
	w.lock.Close()
}

// CurrentID returns the id of the pack in service in a PACK folder: what its current
// link names, or the text file of that name where links do not travel, or the only pack
// there; empty where nothing says.
func CurrentID(pack string) string {
	name := filepath.Join(pack, currentLink)
	if id, err := os.Readlink(name); err == nil {
		return filepath.Base(id)
	}
	if st, err := os.Stat(name); err == nil && st.Mode().IsRegular() && st.Size() < 100 {
		if b, err := os.ReadFile(name); err == nil && rePackID.MatchString(strings.TrimSpace(string(b))) {
			return strings.TrimSpace(string(b))
		}
	}
	entries, _ := os.ReadDir(pack)
	only := ""
	for _, e := range entries {
		if e.IsDir() && rePackID.MatchString(e.Name()) {
			if only != "" {
				return ""
			}
			only = e.Name()
		}
	}
	return only
}

// packDir finds the folder of files behind a path that the user gave: PACK, whose
// current pack is taken, or PACK/<id> itself.
func packDir(path string) (string, error) {
	if id := CurrentID(path); id != "" {
		return filepath.Join(path, id), nil
	}
	if _, err := os.Stat(filepath.Join(path, manifestFile)); err == nil {
		return path, nil
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", &fault.Error{Kind: fault.NotFound, Message: "référentiel géographique absent : " + path,
			Expected: "un dossier fait par « perimetre data build »"}
	}
	return "", &fault.Error{Kind: fault.NotFound, Message: path + " ne contient pas de référentiel géographique",
		Expected: "un dossier fait par « perimetre data build »"}
}
