//go:build !linux

package data

import "errors"

// exchange makes two folders trade names at once, where the system can.
func exchange(a, b string) error { return errors.ErrUnsupported }
