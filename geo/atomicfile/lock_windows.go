package atomicfile

import (
	"errors"
	"os"
)

const notFollowed = os.O_RDONLY

// A lock of Windows keeps others from writing and removing: no file is held by one, and
// nothing is swept.
func lock(*os.File) error { return errors.ErrUnsupported }

func tryLock(*os.File) error { return errors.ErrUnsupported }

func unsupported(err error) bool { return errors.Is(err, errors.ErrUnsupported) }
