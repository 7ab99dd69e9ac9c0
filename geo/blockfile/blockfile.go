// Package blockfile is the container of every binary file in a pack: named
// sections, mapped into memory, with a CRC-32C for each block of 64 KiB that is
// checked at first touch. Opening reads the header and the table alone; a damaged
// byte is refused when it is first used, or by Verify.
//
// Layout, little endian: 64 bytes of header (magic 8, version u32, section count
// u32, table offset u64, table length u64, table CRC u32, CRC of what precedes u32,
// build id 16 and its CRC u32 when it was stamped, else zeros), then the sections, each starting on a block, then the table: for each section its
// name, offset, length and the CRC of each of its blocks.
package blockfile

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"unsafe"

	"perimetre/geo/fault"
)

// BlockSize is the unit of checking, in bytes.
const BlockSize = 64 << 10

const headerSize = 64

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Writer writes a block file in one pass; sections are written one after another.
type Writer struct {
	f        *os.File
	w        *bufio.Writer
	off      int64
	magic    string
	version  uint32
	sections []sectionEntry
	open     bool
}

type sectionEntry struct {
	name    string
	off, n  int64
	crcs    []uint32
	pending uint32
	fill    int
}

// Create starts a file. magic is at most 8 bytes.
func Create(path, magic string, version uint32) (*Writer, error) {
	if len(magic) > 8 {
		return nil, fault.New(fault.Internal, "signature %q trop longue", magic)
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "création de %s", path)
	}
	w := &Writer{f: f, w: bufio.NewWriterSize(f, 1<<20), magic: magic, version: version}
	if err := w.pad(headerSize); err != nil {
		return nil, err
	}
	return w, nil
}

func (w *Writer) pad(n int64) error {
	var zero [4096]byte
	for n > 0 {
		k := min(n, int64(len(zero)))
		if _, err := w.w.Write(zero[:k]); err != nil {
			return err
		}
		w.off += k
		n -= k
	}
	return nil
}

// Section starts a section; it ends when the next one starts or at Close.
func (w *Writer) Section(name string) (io.Writer, error) {
	if err := w.endSection(); err != nil {
		return nil, err
	}
	w.sections = append(w.sections, sectionEntry{name: name, off: w.off})
	w.open = true
	return sectionWriter{w}, nil
}

type sectionWriter struct{ w *Writer }

func (s sectionWriter) Write(p []byte) (int, error) {
	e := &s.w.sections[len(s.w.sections)-1]
	for rest := p; len(rest) > 0; {
		k := min(len(rest), BlockSize-e.fill)
		e.pending = crc32.Update(e.pending, castagnoli, rest[:k])
		if e.fill += k; e.fill == BlockSize {
			e.crcs = append(e.crcs, e.pending)
			e.pending, e.fill = 0, 0
		}
		rest = rest[k:]
	}
	n, err := s.w.w.Write(p)
	s.w.off += int64(n)
	e.n += int64(n)
	return n, err
}

// endSection closes the running checksum and aligns the next section on 8 bytes.
func (w *Writer) endSection() error {
	if !w.open {
		return nil
	}
	w.open = false
	e := &w.sections[len(w.sections)-1]
	if e.fill > 0 {
		e.crcs = append(e.crcs, e.pending)
	}
	return w.pad((8 - w.off%8) % 8)
}

// Close writes the table and the header and syncs the file.
func (w *Writer) Close() error {
	if err := w.endSection(); err != nil {
		return err
	}
	var t []byte
	for _, s := range w.sections {
		t = binary.AppendUvarint(t, uint64(len(s.name)))
		t = append(t, s.name...)
		t = binary.AppendUvarint(t, uint64(s.off))
		t = binary.AppendUvarint(t, uint64(s.n))
		for _, c := range s.crcs {
			t = binary.LittleEndian.AppendUint32(t, c)
		}
	}
	tableOff := w.off
	_, err := w.w.Write(t)
	err = errors.Join(err, w.w.Flush())
	h := make([]byte, headerSize)
	copy(h, w.magic)
	binary.LittleEndian.PutUint32(h[8:], w.version)
	binary.LittleEndian.PutUint32(h[12:], uint32(len(w.sections)))
	binary.LittleEndian.PutUint64(h[16:], uint64(tableOff))
	binary.LittleEndian.PutUint64(h[24:], uint64(len(t)))
	binary.LittleEndian.PutUint32(h[32:], crc32.Checksum(t, castagnoli))
	binary.LittleEndian.PutUint32(h[36:], crc32.Checksum(h[:36], castagnoli))
	_, err2 := w.f.WriteAt(h, 0)
	return errors.Join(err, err2, w.f.Sync(), w.f.Close())
}

// File is an open block file; it is safe for concurrent use.
type File struct {
	path     string
	version  uint32
	build    string
	m        []byte
	mapping  *Mapping
	sections map[string]*Section
	order    []*Section
}

// Section is a range of the file. Its zero value is an empty section.
type Section struct {
	file *File
	name string
	data []byte
	crcs []byte
	seen []atomic.Uint32
}

// Open maps a file whose magic and version must be those given. A damaged table,
// a foreign file and an unknown version are faults of kind Corrupt.
func Open(path, magic string, versions ...uint32) (*File, error) {
	m, err := Map(path, headerSize)
	if err != nil {
		return nil, err
	}
	file := &File{path: path, m: m.Bytes(), mapping: m, sections: map[string]*Section{}}
	if err := file.readTable(magic, versions); err != nil {
		m.Close()
		return nil, err
	}
	return file, nil
}

func (f *File) readTable(magic string, versions []uint32) (err error) {
	defer Recover(&err, Guard())
	bad := func(why string) error { return &fault.Error{Kind: fault.Corrupt, File: f.path, Message: why} }
	h := f.m[:headerSize]
	var want [8]byte
	copy(want[:], magic)
	if string(h[:8]) != string(want[:]) {
		return bad("ce n’est pas un fichier " + filepath.Ext(f.path) + " de Périmètre")
	}
	if binary.LittleEndian.Uint32(h[36:]) != crc32.Checksum(h[:36], castagnoli) {
		return bad("en-tête endommagé")
	}
	build, ok := buildIn(h)
	if !ok {
		return bad("en-tête endommagé")
	}
	f.build = build
	f.version = binary.LittleEndian.Uint32(h[8:])
	known := false
	for _, v := range versions {
		known = known || v == f.version
	}
	if !known {
		return bad("version de format inconnue ; reconstruire avec « perimetre data build »")
	}
	off, n := binary.LittleEndian.Uint64(h[16:]), binary.LittleEndian.Uint64(h[24:])
	if size := uint64(len(f.m)); off > size || n > size-off {
		return bad("fichier tronqué")
	}
	t := f.m[off : off+n]
	if crc32.Checksum(t, castagnoli) != binary.LittleEndian.Uint32(h[32:]) {
		return bad("table des sections endommagée")
	}
	next := func() uint64 {
		v, k := binary.Uvarint(t)
		if k <= 0 {
			t = nil
			return 1 << 63
		}
		t = t[k:]
		return v
	}
	for range binary.LittleEndian.Uint32(h[12:]) {
		ln := next()
		if ln > uint64(len(t)) {
			return bad("table des sections endommagée")
		}
		s := &Section{file: f, name: string(t[:ln])}
		t = t[ln:]
		so, sn := next(), next()
		if so > off || sn > off-so {
			return bad("table des sections endommagée")
		}
		blocks := (sn + BlockSize - 1) / BlockSize
		if blocks*4 > uint64(len(t)) {
			return bad("table des sections endommagée")
		}
		s.data = f.m[so : so+sn : so+sn]
		s.crcs, t = t[:blocks*4], t[blocks*4:]
		s.seen = make([]atomic.Uint32, (blocks+31)/32)
		f.sections[s.name] = s
		f.order = append(f.order, s)
	}
	return nil
}

// Version returns the format's version.
func (f *File) Version() uint32 { return f.version }

// Build returns the build that Stamp wrote in the file, or "".
func (f *File) Build() string { return f.build }

// Path returns where the file was opened.
func (f *File) Path() string { return f.path }

// Section returns a section by name; an absent one is a fault of kind Corrupt.
func (f *File) Section(name string) (*Section, error) {
	if s := f.sections[name]; s != nil {
		return s, nil
	}
	return nil, &fault.Error{Kind: fault.Corrupt, File: f.path, Message: "section « " + name + " » absente"}
}

// Close unmaps the file; slices from its sections must no longer be used.
func (f *File) Close() error { return f.mapping.Close() }

// Verify checks every block of every section.
func (f *File) Verify() (err error) {
	defer Recover(&err, Guard())
	for _, s := range f.order {
		for b := range len(s.crcs) / 4 {
			if !s.check(b) {
				return s.corrupt(b)
			}
		}
	}
	return nil
}

// Len returns the section's length in bytes.
func (s *Section) Len() int { return len(s.data) }

// Bytes returns n bytes at off, checked at first touch. It panics with a
// *fault.Error of kind Corrupt on a damaged block or a range outside of the
// section: readers of untrusted files recover it with Recover at their door.
func (s *Section) Bytes(off, n int) []byte {
	if off < 0 || n < 0 || off > len(s.data) || n > len(s.data)-off {
		panic(&fault.Error{Kind: fault.Corrupt, File: s.file.path, Message: "renvoi hors de la section « " + s.name + " »"})
	}
	if n == 0 {
		return nil
	}
	for b, last := off/BlockSize, (off+n-1)/BlockSize; b <= last; b++ {
		if s.seen[b>>5].Load()&(1<<(b&31)) == 0 {
			s.touch(b)
		}
	}
	return s.data[off : off+n : off+n]
}

// All returns the whole section, checked.
func (s *Section) All() []byte { return s.Bytes(0, len(s.data)) }

// From returns the bytes from off to the end of the section's block that holds off+min-1, or
// to the section's end: a decoder of variable length reads from it without knowing its own
// length first.
func (s *Section) From(off, min int) []byte {
	end := off + min
	if r := end % BlockSize; r != 0 {
		end += BlockSize - r
	}
	if end > len(s.data) {
		end = len(s.data)
	}
	if off > end {
		return s.Bytes(off, 1) // panics
	}
	return s.Bytes(off, end-off)
}

func (s *Section) touch(b int) {
	if !s.check(b) {
		panic(s.corrupt(b))
	}
	for w := &s.seen[b>>5]; ; {
		old := w.Load()
		if w.CompareAndSwap(old, old|1<<(b&31)) {
			return
		}
	}
}

func (s *Section) check(b int) bool {
	data := s.data[b*BlockSize : min((b+1)*BlockSize, len(s.data))]
	return crc32.Checksum(data, castagnoli) == binary.LittleEndian.Uint32(s.crcs[b*4:])
}

func (s *Section) corrupt(b int) *fault.Error {
	return &fault.Error{Kind: fault.Corrupt, File: s.file.path,
		Message: "octets endommagés dans la section « " + s.name + " » ; vérifier avec « perimetre data verify » et reconstruire le référentiel"}
}

// Uint32s views the whole section as little-endian words, checked in full. The
// section's length must be a multiple of four.
func (s *Section) Uint32s() []uint32 {
	b := s.All()
	if len(b) == 0 {
		return nil
	}
	return unsafe.Slice((*uint32)(unsafe.Pointer(&b[0])), len(b)/4)
}
