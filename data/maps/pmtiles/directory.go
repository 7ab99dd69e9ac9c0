package pmtiles

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// entry is a run of tiles that share their bytes, or, with a run of 0, a leaf
// directory that starts at tile id.
type entry struct {
	id     uint64
	offset uint64 // from the start of the tiles, or of the leaf directories
	length uint32
	run    uint32
}

// appendDirectory writes entries as columns of varints, before compression.
func appendDirectory(b []byte, entries []entry) []byte {
	b = binary.AppendUvarint(b, uint64(len(entries)))
	last := uint64(0)
	for _, e := range entries {
		b = binary.AppendUvarint(b, e.id-last)
		last = e.id
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.run))
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.length))
	}
	for i, e := range entries {
		if i > 0 && e.offset == entries[i-1].offset+uint64(entries[i-1].length) {
			b = append(b, 0)
		} else {
			b = binary.AppendUvarint(b, e.offset+1)
		}
	}
	return b
}

// parseDirectory reads what appendDirectory writes; ok is false for anything that
// is not one, identifiers out of order included.
func parseDirectory(b []byte) (entries []entry, ok bool) {
	next := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			b, ok = nil, false
			return 0
		}
		b = b[n:]
		return v
	}
	ok = true
	n := next()
	if n > uint64(len(b))/4 { // each entry takes a byte a column at least
		return nil, false
	}
	entries = make([]entry, n)
	id := uint64(0)
	for i := range entries {
		step := next()
		if i > 0 && step == 0 || id+step < id {
			return nil, false
		}
		id += step
		entries[i].id = id
	}
	for i := range entries {
		v := next()
		if v > math.MaxUint32 {
			return nil, false
		}
		entries[i].run = uint32(v)
	}
	for i := range entries {
		v := next()
		if v > math.MaxUint32 || v == 0 {
			return nil, false
		}
		entries[i].length = uint32(v)
	}
	for i := range entries {
		switch v := next(); {
		case v > 0:
			entries[i].offset = v - 1
		case i == 0:
			return nil, false
		default:
			entries[i].offset = entries[i-1].offset + uint64(entries[i-1].length)
		}
	}
	for i := range entries {
		e := &entries[i]
		end := e.id + max(uint64(e.run), 1)
		if end < e.id || end > firstID(MaxZoom+1) || i+1 < len(entries) && entries[i+1].id < end {
			return nil, false
		}
	}
	return entries, ok && len(b) == 0
}

var compressors = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, 6) // a level that exists
	return w
}}

// Compress gzips what goes into an archive; the same input always produces the same bytes.
func Compress(b []byte) []byte {
	var out bytes.Buffer
	w := compressors.Get().(*gzip.Writer)
	w.Reset(&out)
	w.Write(b) // to memory: cannot fail
	w.Close()
	compressors.Put(w)
	return out.Bytes()
}

// expand undoes Compress, up to limit bytes; gzip's own sum is checked.
func expand(b []byte, limit int64) ([]byte, bool) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, false
	}
	out, err := io.ReadAll(io.LimitReader(r, limit+1))
	return out, err == nil && int64(len(out)) <= limit
}
