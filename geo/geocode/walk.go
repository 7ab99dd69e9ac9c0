package geocode

import "perimetre/geo/blockfile"

// Walk visits every house number of every street, commune by commune (INSEE code)
// and street by street, until visit says false. A street that bears several names
// is visited once, as its numbers are. It reads each block once, front to back.
func (ix *Index) Walk(visit func(commune string, ref StreetRef, n HouseNumber) bool) (err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	for k, b := range ix.bases {
		var r blockReader
		for c := range b.communes {
			m := &b.communes[c]
			seen := map[uint32]bool{}
			for i := m.first; i < m.first+m.streets; i++ {
				s := b.street(i)
				if s.size == 0 || seen[s.block] {
					continue
				}
				seen[s.block] = true
				b.block(&r, s, m)
				ref := StreetRef{uint32(k) + 1, i}
				for r.next() {
					if !visit(m.code, ref, b.houseNumber(&r)) {
						return nil
					}
				}
			}
		}
	}
	return nil
}

// StreetID returns the identifier that the base of addresses gives a street, or "" for no
// street.
func (ix *Index) StreetID(ref StreetRef) (id string, err error) {
	if ref.IsZero() {
		return "", nil
	}
	defer blockfile.Recover(&err, blockfile.Guard())
	b := ix.bases[ref.base-1]
	return b.streetID(ref.street, b.communeOf(ref.street).code), nil
}
