package ogc

import (
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// zipped compresses an answer on its way, when its reader takes it.
type zipped struct {
	http.ResponseWriter
	z *gzip.Writer // nil until the first byte
}

// zip puts compression in front of w, or returns w and nil.
func zip(w http.ResponseWriter, r *http.Request) (http.ResponseWriter, *zipped) {
	w.Header().Add("Vary", "Accept-Encoding")
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		return w, nil
	}
	z := &zipped{ResponseWriter: w}
	return z, z
}

// Write implements http.ResponseWriter.
func (z *zipped) Write(b []byte) (int, error) {
	if z.z == nil {
		z.Header().Set("Content-Encoding", "gzip")
		z.z, _ = gzip.NewWriterLevel(z.ResponseWriter, gzip.BestSpeed) // a level of the package's
	}
	return z.z.Write(b)
}

// Unwrap lets http.ResponseController find the connection.
func (z *zipped) Unwrap() http.ResponseWriter { return z.ResponseWriter }

// close ends what was begun.
func (z *zipped) close() {
	if z != nil && z.z != nil {
		z.z.Close() // who no longer listens is no failure of ours
	}
}
