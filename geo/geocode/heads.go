package geocode

import (
	"slices"
	"strings"
	"sync"
)

// Bounds of the lists of heads: how many streets, and how many letters of a prefix.
const (
	mostHeads   = 160
	headLetters = 3
)

// heads lists the most important streets of a base by type and first letters, made at
// the first short text that is completed: such a text starts too many streets to be
// looked at while somebody types.
type heads struct {
	sync.Mutex
	lists map[uint64][]uint32
}

// headKey packs the rank of a type, anyType for any, and up to headLetters letters.
func headKey(typ int, prefix string) uint64 {
	k := uint64(typ+1) << 32
	for i := range len(prefix) {
		k |= uint64(prefix[i]) << (8 * i)
	}
	return k
}

const anyType = -1

// headsOf returns the streets of a type, "" for any, whose name starts by a prefix, the
// most important first.
func (b *base) headsOf(typ, prefix string) []uint32 {
	rank := anyType
	if typ != "" {
		if rank = slices.Index(b.types, typ); rank < 0 {
			return nil
		}
	}
	b.heads.Lock()
	defer b.heads.Unlock()
	if b.heads.lists == nil {
		b.heads.lists = b.makeHeads()
	}
	return b.heads.lists[headKey(rank, prefix)]
}

// head is a street of a list in the making.
type head struct {
	importance float32
	street     uint32
}

func byImportance(x, y head) int {
	switch {
	case x.importance > y.importance:
		return -1
	case x.importance < y.importance:
		return 1
	}
	return int(x.street) - int(y.street)
}

// growing is a list that is cut when it is long: least is the importance below which a
// street is not among its first any more.
type growing struct {
	list  []head
	least float32
}

func (g *growing) add(h head) {
	if h.importance < g.least {
		return
	}
	g.list = append(g.list, h)
	if len(g.list) >= 8*mostHeads {
		g.cut()
		g.least = g.list[len(g.list)-1].importance
	}
}

func (g *growing) cut() {
	slices.SortFunc(g.list, byImportance)
	g.list = g.list[:min(len(g.list), mostHeads)]
}

func (b *base) makeHeads() map[uint64][]uint32 {
	all := map[uint64]*growing{}
	add := func(k uint64, h head) {
		g := all[k]
		if g == nil {
			g = &growing{}
			all[k] = g
		}
		g.add(h)
	}
	for c := range b.communes {
		c := &b.communes[c]
		for i := range c.streets {
			record := b.street(c.first + i)
			name := b.nameWords(record.name)
			h := head{float32(importance(c.population, int(record.size))), c.first + i}
			word, typ := "", anyType
			if name.n > 0 {
				word = b.word(name.ranks[0])
			}
			if name.typ != "" {
				typ = int(b.names.item(int(record.name))[0])
			}
			for n := 0; n <= min(headLetters, len(word)); n++ {
				add(headKey(anyType, word[:n]), h)
				if typ != anyType {
					add(headKey(typ, word[:n]), h)
				}
			}
		}
	}
	lists := make(map[uint64][]uint32, len(all))
	for k, g := range all {
		g.cut()
		l := make([]uint32, len(g.list))
		for i, h := range g.list {
			l[i] = h.street
		}
		lists[k] = l
	}
	return lists
}

// typesStarting returns the types that a word starts.
func (b *base) typesStarting(word string) []string {
	var list []string
	for _, t := range b.types {
		if t != "" && strings.HasPrefix(t, word) {
			list = append(list, t)
		}
	}
	return list
}
