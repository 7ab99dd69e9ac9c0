package pmtiles

import (
	"encoding/binary"
	"math"

	"github.com/paulmach/orb"
)

const (
	headerSize = 127
	// rootLimit is the first part of a file that a remote reader asks for: the root
	// directory must lie in it.
	rootLimit = 16384
	magic     = "PMTiles\x03"
	gzipped   = 2
	typeMVT   = 1
)

// section is a part of the file.
type section struct{ offset, length uint64 }

type header struct {
	root, metadata, leaves, tiles section
	addressed, entries, contents  uint64
	minZoom, maxZoom              uint8
	bound                         orb.Bound
}

func (h *header) bytes() []byte {
	b := make([]byte, 0, headerSize)
	b = append(b, magic...)
	for _, v := range []uint64{h.root.offset, h.root.length, h.metadata.offset, h.metadata.length, h.leaves.offset, h.leaves.length,
		h.tiles.offset, h.tiles.length, h.addressed, h.entries, h.contents} {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	b = append(b, 1, gzipped, gzipped, typeMVT, h.minZoom, h.maxZoom) // 1: tiles in the order of their identifiers
	centre := h.bound.Center()
	position := func(p orb.Point) {
		b = binary.LittleEndian.AppendUint32(b, uint32(int32(math.Round(p[0]*1e7))))
		b = binary.LittleEndian.AppendUint32(b, uint32(int32(math.Round(p[1]*1e7))))
	}
	position(h.bound.Min)
	position(h.bound.Max)
	b = append(b, h.minZoom)
	position(centre)
	return b
}

// parseHeader reads a header; ok is false when it does not begin an archive of
// gzipped vector tiles whose parts lie within size bytes.
func parseHeader(b []byte, size uint64) (h header, ok bool) {
	if len(b) < headerSize || string(b[:len(magic)]) != magic || b[97] != gzipped || b[98] != gzipped || b[99] != typeMVT {
		return h, false
	}
	at := len(magic)
	for _, s := range []*section{&h.root, &h.metadata, &h.leaves, &h.tiles} {
		s.offset, s.length = binary.LittleEndian.Uint64(b[at:]), binary.LittleEndian.Uint64(b[at+8:])
		if s.offset > size || s.length > size-s.offset {
			return h, false
		}
		at += 16
	}
	for _, v := range []*uint64{&h.addressed, &h.entries, &h.contents} {
		*v = binary.LittleEndian.Uint64(b[at:])
		at += 8
	}
	h.minZoom, h.maxZoom = b[100], b[101]
	position := func(at int) orb.Point {
		return orb.Point{float64(int32(binary.LittleEndian.Uint32(b[at:]))) / 1e7, float64(int32(binary.LittleEndian.Uint32(b[at+4:]))) / 1e7}
	}
	h.bound = orb.Bound{Min: position(102), Max: position(110)}
	return h, h.minZoom <= h.maxZoom && h.maxZoom <= MaxZoom
}
