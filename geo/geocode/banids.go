package geocode

import (
	"encoding/binary"
	"slices"
	"sort"

	"perimetre/geo"
	"perimetre/geo/blockfile"
)

// banIdentifiers writes the section of the BAN's identifiers, where there are any: of
// each street that has some its rank, its own identifier and its numbers', in their order.
func (w *indexWriter) banIdentifiers(f *blockfile.Writer, flat []*streetBuild) error {
	var which []uint32
	for i, s := range flat {
		if s.ban != (geo.UUID{}) || slices.ContainsFunc(s.numbers, func(n number) bool { return n.ban > 0 }) {
			which = append(which, uint32(i))
		}
	}
	if len(which) == 0 {
		return nil
	}
	out, err := f.Section("ban")
	if err != nil {
		return err
	}
	return withOffsets(out, len(which), func(b []byte, i int) []byte {
		s := flat[which[i]]
		b = binary.LittleEndian.AppendUint32(b, which[i])
		b = append(b, s.ban[:]...)
		for _, n := range s.numbers {
			var id geo.UUID
			if n.ban > 0 {
				id = w.b.bans[n.ban-1]
			}
			b = append(b, id[:]...)
		}
		return b
	})
}

// banIDOf returns the BAN's identifier of the number of a rank among a street's, or of the
// street itself when ordinal is negative; "" without one.
func (b *base) banIDOf(street uint32, ordinal int) string {
	at := func(i int) []byte {
		it := b.idBANs.item(i)
		if len(it) < 4 {
			panic(overrun)
		}
		return it
	}
	k := sort.Search(b.idBANs.n, func(i int) bool { return binary.LittleEndian.Uint32(at(i)) >= street })
	if k == b.idBANs.n {
		return ""
	}
	it := at(k)
	from := 4 + 16*(ordinal+1)
	if binary.LittleEndian.Uint32(it) != street || from < 4 {
		return ""
	}
	if len(it) < from+16 {
		panic(overrun)
	}
	return geo.UUID(it[from : from+16]).String()
}
