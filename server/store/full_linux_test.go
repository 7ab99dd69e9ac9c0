package store

import (
	"path/filepath"
	"syscall"
	"testing"

	"perimetre/geo/fault"
)

// A disk without room for a backup is the machine's failure, not a wrong input, and nothing
// is left on it.
func TestBackupOnAFullDisk(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "b.db"))
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=32k"); err != nil {
		t.Skip("a file system of 32 KiB cannot be mounted here: " + err.Error())
	}
	defer syscall.Unmount(dir, syscall.MNT_DETACH)
	err := s.Backup(t.Context(), filepath.Join(dir, "copie.db"))
	if fault.KindOf(err) != fault.NoRoom || fault.KindOf(err).Exit() != 1 {
		t.Errorf("%v: %v", fault.KindOf(err), err)
	}
	if left := names(t, dir); len(left) > 0 {
		t.Error(left)
	}
}
