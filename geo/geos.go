//go:build cgo

package geo

// #cgo pkg-config: geos
// #include <geos_c.h>
import "C"

import "strings"

// geosVersion returns the version of the C library that runs, as 3.13.1.
func geosVersion() string {
	v, _, _ := strings.Cut(C.GoString(C.GEOSversion()), "-")
	return v
}
