package atomicfile

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

const notFollowed = os.O_RDONLY

// movesOpen says that a file that is open can be given another name or removed. Windows
// refuses both (« sharing violation »), for a folder too.
const movesOpen = false

// lock waits for the lock of a file, which falls when it is closed. A folder has none.
func lock(f *os.File) error { return lockFile(f, windows.LOCKFILE_EXCLUSIVE_LOCK) }

// tryLock takes the lock of a file, or returns an error at once.
func tryLock(f *os.File) error {
	return lockFile(f, windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY)
}

// lockFile locks one byte that no file reaches: what Windows locks, others cannot read
// or write.
func lockFile(f *os.File, how uint32) error {
	return windows.LockFileEx(windows.Handle(f.Fd()), how, 0, 1, 0, &windows.Overlapped{Offset: 0xFFFF_FFFE, OffsetHigh: 0x7FFF_FFFF})
}

// unsupported reports whether what was asked has no lock: a folder, a share that knows none.
func unsupported(err error) bool {
	return errors.Is(err, windows.ERROR_INVALID_PARAMETER) || errors.Is(err, windows.ERROR_INVALID_HANDLE) ||
		errors.Is(err, windows.ERROR_INVALID_FUNCTION) || errors.Is(err, windows.ERROR_NOT_SUPPORTED)
}

// Rename gives a file or a folder another name, in the place of a file that has it. What
// reads everything that appears (an antivirus, an indexer) holds a file for an instant, and
// Windows refuses meanwhile: it is asked again for two seconds.
func Rename(from, to string) error {
	for end := time.Now().Add(2 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		err := os.Rename(from, to)
		held := errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_SHARING_VIOLATION)
		if !held || time.Now().After(end) {
			return err
		}
	}
}
