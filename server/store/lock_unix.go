//go:build unix

package store

import (
	"errors"
	"os"
	"syscall"
)

// othersLock takes the lock of a folder, which falls when it is closed, and reports
// whether another process holds it. A file system without such locks has SQLite's own.
func othersLock(dir *os.File) bool {
	err := syscall.Flock(int(dir.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	return errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR)
}
