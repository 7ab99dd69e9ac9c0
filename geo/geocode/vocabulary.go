package geocode

import (
	"encoding/binary"
	"sort"
	"unsafe"
)

// noWord is the rank of a word that the base does not hold.
const noWord = ^uint32(0)

// word returns the text of a word of the base; it views the mapped file.
func (b *base) word(i uint32) string {
	t := b.words.item(int(i))
	return unsafe.String(unsafe.SliceData(t), len(t))
}

// weight returns a word's weight, 0–1.
func (b *base) weight(i uint32) float32 { return float32(b.weights[i]) / 255 }

// nextWord reads the rank of a word of a name.
func (b *base) nextWord(r *reader) uint32 {
	w := r.uvarint()
	if w >= uint64(b.words.n) {
		panic(overrun)
	}
	return uint32(w)
}

// lookup returns the rank of a word, noWord without one. A table of words that has no
// free place, or names a word past the last, is damaged.
func (b *base) lookup(s string) uint32 {
	places := uint32(len(b.wordHash) / 4) // a power of two
	for h, tried := hash32(s)&(places-1), uint32(0); tried < places; h, tried = (h+1)&(places-1), tried+1 {
		v := binary.LittleEndian.Uint32(b.wordHash[h*4:])
		if v == 0 {
			return noWord
		}
		if int(v) > b.words.n {
			break
		}
		if b.word(v-1) == s {
			return v - 1
		}
	}
	panic(overrun)
}

// hasName reports whether a street of the base is named by these words, joined by
// spaces, its type apart; never in an index built before it held the list.
func (b *base) hasName(words []byte) bool {
	if b.wholes == nil {
		return false
	}
	h := hash32(unsafe.String(unsafe.SliceData(words), len(words)))
	n := b.wholes.Len() / 4
	i := sort.Search(n, func(i int) bool { return u32at(b.wholes, i) >= h })
	return i < n && u32at(b.wholes, i) == h
}

// visitTownNames visits the ranks of the names of communes that bear a word.
func (b *base) visitTownNames(word uint32, visit func(name uint32)) {
	r := reader{b.postings.item(int(word))}
	p := uint32(0)
	for range r.uvarint() {
		p += uint32(r.uvarint())
		visit(p)
	}
}

// postingList is the streets of a word.
type postingList struct {
	base     *base
	skips    []byte // 8 bytes each
	body     []byte
	communes int
}

func (b *base) streetsOf(word uint32) postingList {
	r := reader{b.postings.item(int(word))}
	for range r.uvarint() {
		r.uvarint()
	}
	n := int(r.uvarint())
	l := postingList{base: b, communes: n}
	if n > skipEvery {
		l.skips = r.bytes(uint64((n - 1) / skipEvery * 8))
	}
	l.body = r.b
	return l
}

// in visits the streets of one commune, by rank within it.
func (l postingList) in(commune uint32, visit func(local uint32)) {
	lo, hi := 0, len(l.skips)/8
	for lo < hi { // first skip past the commune
		m := (lo + hi) / 2
		if binary.LittleEndian.Uint32(l.skips[m*8:]) <= commune {
			lo = m + 1
		} else {
			hi = m
		}
	}
	r := reader{l.body}
	left := l.communes
	if lo > 0 {
		at := binary.LittleEndian.Uint32(l.skips[(lo-1)*8+4:])
		if int(at) > len(l.body) {
			panic(overrun)
		}
		r.b = l.body[at:]
		left -= lo * skipEvery
	}
	c := uint32(0)
	for k := range min(left, skipEvery) {
		step := uint32(r.uvarint())
		if k == 0 {
			c = step
		} else {
			c += step
		}
		n := r.uvarint()
		if c > commune {
			return
		}
		if c < commune {
			for range n {
				r.uvarint()
			}
			continue
		}
		local, streets := uint32(0), l.base.communes[c].streets
		for range n {
			if local += uint32(r.uvarint()); local >= streets {
				panic(overrun)
			}
			visit(local)
		}
		return
	}
}

// all visits the streets of every commune.
func (l postingList) all(visit func(commune, local uint32) bool) {
	r := reader{l.body}
	c := uint32(0)
	for k := range l.communes {
		step := uint32(r.uvarint())
		if k%skipEvery == 0 {
			c = step
		} else {
			c += step
		}
		if int(c) >= len(l.base.communes) {
			panic(overrun)
		}
		local, streets := uint32(0), l.base.communes[c].streets
		for range r.uvarint() {
			if local += uint32(r.uvarint()); local >= streets {
				panic(overrun)
			}
			if !visit(c, local) {
				return
			}
		}
	}
}
