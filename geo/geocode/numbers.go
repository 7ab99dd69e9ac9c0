package geocode

import (
	"encoding/binary"

	"perimetre/geo"
)

// A street's block: varint count, the street's point (zigzag varints from the
// commune's), then its numbers sorted by number and suffix. Each starts with a
// byte: bits 0–2 the position type (7: a byte follows), bits 3–4 the width of
// the step from the point before (0: 8 bits a side, 1: 12, 2: 16, 3: 32), bits
// 5–7 the step of the number: 0 the same number, a suffix follows; 1–4 that
// step; 5 a varint and a suffix; 6 a byte; 7 a varint. About 4 bytes a number.

type number struct {
	number   int32
	lon, lat int32
	suffix   uint16 // rank in the suffix table; 0 none
	position geo.PositionType
	file     uint8  // that it came from, as From said
	id       int32  // rank in the exceptions, -1: by rule
	ban      uint32 // rank + 1 in the BAN's identifiers; 0 none
}

func zigzag(v int64) uint64 { return uint64(v<<1) ^ uint64(v>>63) }

func appendBlock(b []byte, lon, lat, baseLon, baseLat int32, ns []number) []byte {
	b = binary.AppendUvarint(b, uint64(len(ns)))
	b = binary.AppendUvarint(b, zigzag(int64(lon)-int64(baseLon)))
	b = binary.AppendUvarint(b, zigzag(int64(lat)-int64(baseLat)))
	prev := int32(0)
	for i := range ns {
		n := &ns[i]
		step := n.number - prev
		dx, dy := int64(n.lon)-int64(lon), int64(n.lat)-int64(lat)
		width := byte(3)
		for w, bits := range [...]uint{7, 11, 15} {
			if lim := int64(1) << bits; dx >= -lim && dx < lim && dy >= -lim && dy < lim {
				width = byte(w)
				break
			}
		}
		code := byte(7)
		switch {
		case step == 0:
			code = 0
		case n.suffix != 0:
			code = 5
		case step <= 4:
			code = byte(step)
		case step < 256:
			code = 6
		}
		pos := byte(n.position)
		b = append(b, min(pos, 7)|width<<3|code<<5)
		if pos >= 7 {
			b = append(b, pos)
		}
		switch code {
		case 0:
			b = binary.AppendUvarint(b, uint64(n.suffix))
		case 5:
			b = binary.AppendUvarint(b, uint64(step))
			b = binary.AppendUvarint(b, uint64(n.suffix))
		case 6:
			b = append(b, byte(step))
		case 7:
			b = binary.AppendUvarint(b, uint64(step))
		}
		switch width {
		case 0:
			b = append(b, byte(dx), byte(dy))
		case 1:
			v := uint32(dx)&0xFFF | uint32(dy)&0xFFF<<12
			b = append(b, byte(v), byte(v>>8), byte(v>>16))
		case 2:
			b = binary.LittleEndian.AppendUint16(b, uint16(dx))
			b = binary.LittleEndian.AppendUint16(b, uint16(dy))
		case 3:
			b = binary.LittleEndian.AppendUint32(b, uint32(dx))
			b = binary.LittleEndian.AppendUint32(b, uint32(dy))
		}
		prev, lon, lat = n.number, n.lon, n.lat
	}
	return b
}

// blockReader walks a block.
type blockReader struct {
	reader
	left     int
	lon, lat int32 // the street's point, then the last number's
	number   int32
	suffix   uint16
	position geo.PositionType
}

// open reads the block's head: the count and the street's point.
func (r *blockReader) open(b []byte, baseLon, baseLat int32) {
	r.b = b
	r.left = int(r.uvarint())
	r.lon = baseLon + int32(r.varint())
	r.lat = baseLat + int32(r.varint())
	r.number = 0
}

// next reads one number; false at the end.
func (r *blockReader) next() bool {
	if r.left == 0 {
		return false
	}
	r.left--
	h := r.byte()
	if h&7 == 7 {
		r.position = geo.PositionType(r.byte())
		if r.position > geo.PositionUtility {
			panic(overrun)
		}
	} else {
		r.position = geo.PositionType(h & 7)
	}
	r.suffix = 0
	switch code := h >> 5; code {
	case 0:
		r.suffix = uint16(r.uvarint())
	case 5:
		r.number += int32(r.uvarint())
		r.suffix = uint16(r.uvarint())
	case 6:
		r.number += int32(r.byte())
	case 7:
		r.number += int32(r.uvarint())
	default:
		r.number += int32(code)
	}
	switch h >> 3 & 3 {
	case 0:
		b := r.bytes(2)
		r.lon += int32(int8(b[0]))
		r.lat += int32(int8(b[1]))
	case 1:
		b := r.bytes(3)
		v := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16
		r.lon += int32(v<<20) >> 20
		r.lat += int32(v<<8) >> 20
	case 2:
		b := r.bytes(4)
		r.lon += int32(int16(binary.LittleEndian.Uint16(b)))
		r.lat += int32(int16(binary.LittleEndian.Uint16(b[2:])))
	case 3:
		b := r.bytes(8)
		r.lon += int32(binary.LittleEndian.Uint32(b))
		r.lat += int32(binary.LittleEndian.Uint32(b[4:]))
	}
	return true
}
