package geocode

import (
	"encoding/binary"
	"sort"
	"strconv"
)

func itoa(n int32) string { return strconv.Itoa(int(n)) }

// numberID returns the base's identifier of a number: by the BAN's rule from its
// street's, or as the base gave it.
func (b *base) numberID(street uint32, streetID string, ordinal, number int, suffix string) string {
	at := func(i int) []byte {
		it := b.idNumbers.item(i)
		if len(it) < 4 {
			panic(overrun)
		}
		return it
	}
	k := sort.Search(b.idNumbers.n, func(i int) bool { return binary.LittleEndian.Uint32(at(i)) >= street })
	if k < b.idNumbers.n {
		if it := at(k); binary.LittleEndian.Uint32(it) == street {
			r := reader{it[4:]}
			for len(r.b) > 0 {
				o := int(r.uvarint())
				id := r.bytes(r.uvarint())
				if o == ordinal {
					return string(id)
				}
				if o > ordinal {
					break
				}
			}
		}
	}
	if streetID == "" {
		return ""
	}
	return string(ruleID(nil, streetID, number, suffix))
}
