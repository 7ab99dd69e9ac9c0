package geocode

import (
	"slices"
	"sync"
)

// headKey names a list of streets: those of a type, "" for any, that a name's first
// letters start, "" for all.
type headKey struct{ typ, prefix string }

// Bounds of the lists: how many streets, and how many letters of a prefix.
const (
	mostHeads   = 160
	headLetters = 3
)

// heads lists the most important streets of a base by type and first letters, made at
// the first short text that is completed: such a text starts too many streets to be
// looked at while somebody types.
type heads struct {
	sync.Mutex
	lists map[headKey][]uint32
}

// headsOf returns the streets of a type and a prefix, the most important first.
func (b *base) headsOf(typ, prefix string) []uint32 {
	b.heads.Lock()
	defer b.heads.Unlock()
	if b.heads.lists == nil {
		b.heads.lists = b.makeHeads()
	}
	return b.heads.lists[headKey{typ, prefix}]
}

func (b *base) makeHeads() map[headKey][]uint32 {
	lists := map[headKey][]uint32{}
	weight := func(street uint32) float64 {
		return importance(b.communeOf(street).population, int(b.street(street).size))
	}
	cut := func(l []uint32) []uint32 {
		ws := make(map[uint32]float64, len(l))
		for _, s := range l {
			ws[s] = weight(s)
		}
		slices.SortStableFunc(l, func(x, y uint32) int {
			switch {
			case ws[x] > ws[y]:
				return -1
			case ws[x] < ws[y]:
				return 1
			}
			return int(x) - int(y)
		})
		return l[:min(len(l), mostHeads)]
	}
	add := func(k headKey, street uint32) {
		l := append(lists[k], street)
		if len(l) >= 8*mostHeads {
			l = cut(l)
		}
		lists[k] = l
	}
	for i := range uint32(b.streets.Len() / streetSize) {
		name := b.nameWords(b.street(i).name)
		word := ""
		if name.n > 0 {
			word = b.word(name.ranks[0])
		}
		for n := 0; n <= min(headLetters, len(word)); n++ {
			add(headKey{"", word[:n]}, i)
			if name.typ != "" {
				add(headKey{name.typ, word[:n]}, i)
			}
		}
	}
	for k, l := range lists {
		lists[k] = slices.Clone(cut(l))
	}
	return lists
}
