//go:build cgo

package geo

// GEOSRelates is geosRelates for the tests outside the package.
var GEOSRelates = geosRelates
