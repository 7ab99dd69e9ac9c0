//go:build unix

package atomicfile

import (
	"errors"
	"os"
	"syscall"
)

// notFollowed refuses links, and pipes that nobody writes to.
const notFollowed = os.O_RDONLY | syscall.O_NOFOLLOW | syscall.O_NONBLOCK

// movesOpen says that a file that is open can be given another name or removed.
const movesOpen = true

// lock waits for the lock of a file, which falls when it is closed.
func lock(f *os.File) error { return flock(f, syscall.LOCK_EX) }

// tryLock takes the lock of a file, or returns an error at once.
func tryLock(f *os.File) error { return flock(f, syscall.LOCK_EX|syscall.LOCK_NB) }

func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// unsupported reports whether a file system has no locks; nothing is swept there.
func unsupported(err error) bool {
	return errors.Is(err, syscall.ENOLCK) || errors.Is(err, syscall.ENOTSUP) || errors.Is(err, syscall.EBADF) || errors.Is(err, syscall.ENOSYS)
}

// Rename gives a file or a folder another name, in the place of a file that has it.
func Rename(from, to string) error { return os.Rename(from, to) }
