// Package bound keeps a hostile file from taking the machine's memory or its day:
// what is read is counted before it is held, and refused past a stated limit.
package bound

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"

	"perimetre/geo/fault"
)

// Limits of compressed files. Text, JSON and the XML of workbooks shrink 5 to 60
// times; what shrinks more is made to fill a memory or a disk.
const (
	freeBytes    = 16 << 20 // expanded before the ratio is looked at
	maxRatio     = 100      // expanded bytes for one compressed
	MaxExpanded  = 64 << 30 // bytes of one compressed file, unless its reader asks for less
	maxDirectory = 8 << 20  // bytes of a zip's directory, about 100,000 files
)

// expanded counts what comes out of a decompressor against what went into it.
type expanded struct {
	out   io.Reader
	taken *counted
	name  string
	limit int64
	n     int64
}

type counted struct {
	in io.Reader
	n  int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += int64(n)
	return n, err
}

// Expanded wraps the reader out of a decompressor that reads taken compressed
// bytes: past limit bytes, or at a ratio that no honest file reaches, Read returns a
// fault of kind TooLarge that names the file. limit 0 is MaxExpanded.
func Expanded(name string, out io.Reader, taken, limit int64) io.Reader {
	return newExpanded(name, out, &counted{n: taken}, limit)
}

func newExpanded(name string, out io.Reader, taken *counted, limit int64) io.Reader {
	if limit == 0 {
		limit = MaxExpanded
	}
	return &expanded{out: out, taken: taken, name: name, limit: limit}
}

func (e *expanded) Read(p []byte) (int, error) {
	n, err := e.out.Read(p)
	e.n += int64(n)
	if e.n > e.limit {
		return 0, tooLarge(e.name, e.limit)
	}
	if e.n > freeBytes && e.n/maxRatio > e.taken.n {
		return 0, &fault.Error{Kind: fault.TooLarge, File: e.name, Message: "fichier compressé démesuré une fois décompressé",
			Expected: fmt.Sprintf("moins de %d fois sa taille", maxRatio)}
	}
	return n, err
}

func tooLarge(name string, limit int64) error {
	return &fault.Error{Kind: fault.TooLarge, File: name, Message: "fichier trop grand une fois décompressé", Expected: fmt.Sprintf("moins de %d octets décompressés", limit)}
}

// Gunzip expands a gzip stream within the limits of Expanded. A stream that is not
// gzip is a fault of kind Input.
func Gunzip(name string, in io.Reader, limit int64) (io.Reader, error) {
	c := &counted{in: in}
	z, err := gzip.NewReader(c)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Input, File: name, Message: "archive gzip endommagée", Err: err}
	}
	return newExpanded(name, z, c, limit), nil
}

// OpenEntry opens a file of a zip within the limits of Expanded; what it announces
// is refused before it is read.
func OpenEntry(name string, e *zip.File, limit int64) (io.ReadCloser, error) {
	if limit == 0 {
		limit = MaxExpanded
	}
	if e.UncompressedSize64 > uint64(limit) {
		return nil, tooLarge(name, limit)
	}
	in, err := e.Open()
	if err != nil {
		return nil, &fault.Error{Kind: fault.Input, File: name, Message: "archive zip endommagée", Err: err}
	}
	out := Expanded(name, in, int64(min(e.CompressedSize64, MaxExpanded)), limit)
	return struct {
		io.Reader
		io.Closer
	}{out, in}, nil
}

// OpenZip reads the directory of a zip, refused when it is too long to be held.
func OpenZip(name string, in io.ReaderAt, size int64) (*zip.Reader, error) {
	d := &directory{in: in, left: maxDirectory}
	z, err := zip.NewReader(d, size)
	switch {
	case errors.Is(err, errDirectory):
		return nil, &fault.Error{Kind: fault.TooLarge, File: name, Message: "archive zip de trop de fichiers", Expected: "quelques milliers de fichiers au plus"}
	case err != nil:
		return nil, &fault.Error{Kind: fault.Input, File: name, Message: "archive zip endommagée ou tronquée", Err: err}
	}
	d.left = -1
	for _, f := range z.File { // or the ratio of Expanded would rest on a lie
		if f.CompressedSize64 > uint64(size) {
			return nil, &fault.Error{Kind: fault.Input, File: name, Message: "archive zip endommagée : « " + f.Name + " » y serait plus grand qu’elle"}
		}
	}
	return z, nil
}

// ReadFile reads a file that has most bytes at the most; a longer one is a fault of kind
// TooLarge, whatever it is: a device that never ends is not read to its end.
func ReadFile(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		return nil, &fault.Error{Kind: fault.TooLarge, File: path, Message: "fichier trop grand", Expected: fmt.Sprintf("%d Kio au plus", most>>10)}
	}
	return b, err
}

var errDirectory = errors.New("répertoire d’archive trop long")

// directory counts what is read while a zip is opened; left is negative after.
type directory struct {
	in   io.ReaderAt
	left int64
}

func (d *directory) ReadAt(p []byte, off int64) (int, error) {
	if d.left >= 0 {
		if d.left -= int64(len(p)); d.left < 0 {
			d.left = 0
			return 0, errDirectory
		}
	}
	return d.in.ReadAt(p, off)
}

// Items reads a stream whose consumer holds one item at a time: a JSON value, an
// XML token. An item that needs more than its bytes is a fault of kind TooLarge.
type Items struct {
	in   io.Reader
	name string
	what string
	most int
	left int
}

// NewItems bounds the items of a stream to most bytes each; name and what, in French, are the
// file and the kind of item that the fault names.
func NewItems(name, what string, in io.Reader, most int) *Items {
	return &Items{in: in, name: name, what: what, most: most, left: most}
}

// Next starts an item; what was read ahead of it counts for the one before.
func (b *Items) Next() { b.left = b.most }

// Read implements io.Reader.
func (b *Items) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, &fault.Error{Kind: fault.TooLarge, File: b.name, Message: b.what + " trop long", Expected: fmt.Sprintf("%d Kio au plus", b.most>>10)}
	}
	n, err := b.in.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
