package geocode

import (
	"encoding/binary"

	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
)

// The index is three block files in one folder. addresses.idx answers searches;
// ids.idx holds the base's identifiers, reverse.idx the boxes of the streets.
//
// Streets are sorted by commune, then by name: a commune's streets are a range,
// and a street is named within it by its rank. Names are shared by the streets
// that bear them, words by the names. Points are millionths of a degree, as the
// BAN writes them.
const (
	addressesFile = "addresses.idx"
	idsFile       = "ids.idx"
	reverseFile   = "reverse.idx"
	magicForward  = "PERIADR"
	magicIDs      = "PERIIDS"
	magicReverse  = "PERIREV"
	formatVersion = 2
)

// degree is a degree in stored units.
const degree = 1e6

// streetSize is the length of a street's record: name u32, block u32, postcode
// u8 (rank in the commune's list, 255 none), former u8 (rank, 255 none), kind u8,
// log2 of the count of numbers u8.
const streetSize = 12

const noRank = 255

type streetRecord struct {
	name     uint32
	block    uint32
	postcode uint8
	former   uint8
	kind     uint8
	size     uint8
}

func (r streetRecord) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, r.name)
	b = binary.LittleEndian.AppendUint32(b, r.block)
	return append(b, r.postcode, r.former, r.kind, r.size)
}

func decodeStreet(b []byte) streetRecord {
	_ = b[streetSize-1]
	return streetRecord{
		binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:]), b[8], b[9], b[10], b[11],
	}
}

// kinds of a street's record.
const (
	kindStreet   = 0
	kindLocality = 1
	kindAlias    = 2 // another name of a street: same block
)

// reader decodes variable-length values; any overrun is a damaged file.
type reader struct{ b []byte }

func (r *reader) uvarint() uint64 {
	if len(r.b) > 0 && r.b[0] < 0x80 {
		v := r.b[0]
		r.b = r.b[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		panic(overrun)
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) varint() int64 {
	u := r.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		panic(overrun)
	}
	v := r.b[0]
	r.b = r.b[1:]
	return v
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.b)) {
		panic(overrun)
	}
	v := r.b[:n:n]
	r.b = r.b[n:]
	return v
}

var overrun = &fault.Error{Kind: fault.Corrupt, Message: "index d’adresses incohérent ; reconstruire le référentiel avec « perimetre data build »"}

func appendString(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// fixed reads a section of little-endian u32 at index i.
func u32at(s *blockfile.Section, i int) uint32 {
	return binary.LittleEndian.Uint32(s.Bytes(i*4, 4))
}
