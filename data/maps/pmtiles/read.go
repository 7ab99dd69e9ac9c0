package pmtiles

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"slices"
	"sync/atomic"

	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
)

// Limits of what gzip may expand to, bytes.
const (
	directoryLimit = 64 << 20
	tileLimit      = 16 << 20
)

// Archive is an archive opened for reading. It may be used concurrently.
type Archive struct {
	path     string
	bytes    []byte
	unmap    func() error
	head     header
	metadata []byte
	entries  []entry // of tiles, by id
	// sums are the checksums of the entries already checked, 0 before.
	sums []atomic.Uint64
}

// Data is a tile as it stands in the archive.
type Data struct {
	// Gzipped are the bytes, which live as long as the archive.
	Gzipped []byte
	// Sum identifies a content: the first eight bytes of its SHA-256.
	Sum uint64
}

// NewData returns a tile made of gzipped bytes.
func NewData(gzipped []byte) Data {
	sum := sha256.Sum256(gzipped)
	return Data{gzipped, binary.BigEndian.Uint64(sum[:]) | 1} // never 0
}

// Open maps an archive and reads its directories. A damaged or foreign file is a
// fault of kind Corrupt.
func Open(path string) (*Archive, error) {
	m, err := blockfile.Map(path, headerSize)
	if fault.KindOf(err) == fault.Corrupt {
		return nil, corrupt(path)
	}
	if err != nil {
		return nil, err
	}
	a, err := parseMapped(path, m.Bytes())
	if err != nil {
		m.Close()
		return nil, err
	}
	a.unmap = m.Close
	return a, nil
}

func parseMapped(path string, b []byte) (a *Archive, err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	return parse(path, b)
}

func corrupt(path string) *fault.Error {
	return &fault.Error{Kind: fault.Corrupt, File: path, Message: "tuiles endommagées ou étrangères ; reconstruire avec « perimetre data build »"}
}

// parse reads the header, the metadata and the directories.
func parse(path string, b []byte) (*Archive, error) {
	h, ok := parseHeader(b, uint64(len(b)))
	if !ok {
		return nil, corrupt(path)
	}
	if h.entries > uint64(len(b)) { // no archive has an entry in less than a byte
		return nil, corrupt(path)
	}
	a := &Archive{path: path, bytes: b, head: h}
	if a.metadata, ok = expand(a.part(h.metadata), directoryLimit); !ok || !json.Valid(a.metadata) {
		return nil, corrupt(path)
	}
	root, ok := a.directory(h.root)
	if !ok {
		return nil, corrupt(path)
	}
	for _, e := range root {
		if e.run > 0 {
			a.entries = append(a.entries, e)
			continue
		}
		if e.offset > h.leaves.length || uint64(e.length) > h.leaves.length-e.offset {
			return nil, corrupt(path)
		}
		leaf, ok := a.directory(section{h.leaves.offset + e.offset, uint64(e.length)})
		if !ok || len(leaf) == 0 || leaf[0].id != e.id {
			return nil, corrupt(path)
		}
		if a.entries = append(a.entries, leaf...); uint64(len(a.entries)) > h.entries {
			return nil, corrupt(path)
		}
	}
	end := uint64(0)
	for _, e := range a.entries {
		if e.run == 0 || e.id < end || e.offset > h.tiles.length || uint64(e.length) > h.tiles.length-e.offset {
			return nil, corrupt(path)
		}
		end = e.id + uint64(e.run)
	}
	if uint64(len(a.entries)) != h.entries {
		return nil, corrupt(path)
	}
	a.sums = make([]atomic.Uint64, len(a.entries))
	return a, nil
}

func (a *Archive) part(s section) []byte { return a.bytes[s.offset : s.offset+s.length] }

func (a *Archive) directory(s section) ([]entry, bool) {
	b, ok := expand(a.part(s), directoryLimit)
	if !ok {
		return nil, false
	}
	if n, _ := binary.Uvarint(b); n > uint64(len(a.bytes)) {
		return nil, false
	}
	return parseDirectory(b)
}

// Info describes the archive.
func (a *Archive) Info() Info {
	return Info{Metadata: a.metadata, Bound: a.head.bound, MinZoom: a.head.minZoom, MaxZoom: a.head.maxZoom}
}

// Len returns the number of tiles.
func (a *Archive) Len() int { return int(a.head.addressed) }

// Each returns the ID of every tile, in order, until visit says false.
func (a *Archive) Each(visit func(id uint64) bool) {
	for _, e := range a.entries {
		for k := range uint64(e.run) {
			if !visit(e.id + k) {
				return
			}
		}
	}
}

// Get returns a tile; ok is false where there is none. A damaged one is a fault of
// kind Corrupt.
func (a *Archive) Get(id uint64) (d Data, ok bool, err error) {
	i, found := slices.BinarySearchFunc(a.entries, id, func(e entry, id uint64) int {
		switch {
		case e.id > id:
			return 1
		case e.id+uint64(e.run) <= id:
			return -1
		}
		return 0
	})
	if !found {
		return d, false, nil
	}
	e := &a.entries[i]
	d.Gzipped = a.part(section{a.head.tiles.offset + e.offset, uint64(e.length)})
	if d.Sum = a.sums[i].Load(); d.Sum == 0 {
		if _, ok := expand(d.Gzipped, tileLimit); !ok {
			return Data{}, false, corrupt(a.path)
		}
		d = NewData(d.Gzipped)
		a.sums[i].Store(d.Sum)
	}
	return d, true, nil
}

// Expanded returns the tile without its compression.
func (d Data) Expanded() ([]byte, error) {
	b, ok := expand(d.Gzipped, tileLimit)
	if !ok {
		return nil, fault.New(fault.Corrupt, "tuile endommagée ; reconstruire avec « perimetre data build »")
	}
	return b, nil
}

// Close unmaps the archive, which must no longer be used.
func (a *Archive) Close() error {
	if a.unmap == nil {
		return nil
	}
	return a.unmap()
}
