package geocode

import (
	"encoding/binary"
	"slices"
	"sort"
	"strings"

	"perimetre/geo/geocode/alike"
)

// variant is a word of the base that a typed word may stand for.
type variant struct {
	word uint32
	sim  float32
	// with is the word that must follow it, for half of a word asked ("belle" of
	// "bellevue"); joined when it takes the next word asked too; else noWord.
	with uint32
}

const joined = noWord - 1

// lookedUp is a word whose similar words were looked for: they are s.likeBuf[from:to].
type lookedUp struct {
	text     string
	from, to int
}

// similar returns what base.similar finds, looked for once a search: the same words are
// asked of the ends of a text as towns, then of the whole as a street.
func (s *Searcher) similar(b *base, text string, exact uint32) []variant {
	for _, l := range s.lookedUp {
		if l.text == text {
			return s.likeBuf[l.from:l.to]
		}
	}
	from := len(s.likeBuf)
	s.likeBuf = b.similar(s.likeBuf, text, exact)
	s.lookedUp = append(s.lookedUp, lookedUp{text, from, len(s.likeBuf)})
	return s.likeBuf[from:]
}

// similar appends the words of the base within a typo or two of s, or sounding
// like it; the exact word is left out. They stand in the order of the table.
func (b *base) similar(dst []variant, s string, exact uint32) []variant {
	if s == "" || s[0] >= '0' && s[0] <= '9' {
		return dst
	}
	first := len(dst)
	deletionKeys(s, func(h uint32) {
		k := int(h & (b.deleteBuckets - 1))
		ends := b.deletes.Bytes(4+4*k, 8)
		from, to := binary.LittleEndian.Uint32(ends), binary.LittleEndian.Uint32(ends[4:])
		if from == to {
			return
		}
		if to < from {
			panic(overrun)
		}
		entries := b.deletes.Bytes(4+4*(int(b.deleteBuckets)+1)+4*int(from), 4*int(to-from))
	next:
		for ; len(entries) > 0; entries = entries[4:] {
			v := binary.LittleEndian.Uint32(entries)
			if v>>24 != h>>24 {
				continue
			}
			w := v & 0xFFFFFF
			if w == exact || int(w) >= b.words.n {
				continue
			}
			for _, d := range dst[first:] {
				if d.word == w {
					continue next
				}
			}
			if sim := alike.Words(s, b.word(w)); sim > 0 {
				dst = append(dst, variant{w, sim, noWord})
			}
		}
	})
	return dst
}

// far appends the words two typos away that share the first or the last three
// letters: those that one deletion does not reach.
func (b *base) far(dst []variant, s string) []variant {
	if len(s) < 5 || s[0] <= '9' {
		return dst
	}
	known := len(dst)
	take := func(w uint32) {
		t := b.word(w)
		if len(t) < len(s)-2 || len(t) > len(s)+2 || alike.Distance(s, t, 2) > 2 {
			return
		}
		if slices.ContainsFunc(dst[:known], func(v variant) bool { return v.word == w }) {
			return
		}
		if sim := alike.Words(s, t); sim > 0 {
			dst = append(dst, variant{w, sim, noWord})
		}
	}
	lo, hi := b.prefixRange(s[:3])
	for w := lo; w < hi; w++ {
		take(w)
	}
	from, to := b.suffixRange(s[len(s)-3:])
	known = len(dst)
	for k := from; k < to; k++ {
		take(u32at(b.endings, k))
	}
	return dst
}

// prefixRange returns the range of the words that start with p.
func (b *base) prefixRange(p string) (uint32, uint32) {
	return uint32(b.firstWord(func(w string) bool { return w >= p })), uint32(b.firstWord(func(w string) bool { return w > p+"\xff" }))
}

func (b *base) firstWord(ok func(string) bool) int {
	return sort.Search(b.words.n, func(i int) bool { return ok(b.word(uint32(i))) })
}

// suffixRange returns the range, in endings, of the words that end with p.
func (b *base) suffixRange(p string) (int, int) {
	n := b.endings.Len() / 4
	at := func(k int) int { return compareEndings(b.word(u32at(b.endings, k)), p) }
	lo := sort.Search(n, func(k int) bool { return at(k) >= 0 })
	hi := sort.Search(n, func(k int) bool {
		w := b.word(u32at(b.endings, k))
		return compareEndings(w, p) > 0 && !strings.HasSuffix(w, p)
	})
	return lo, max(lo, hi)
}

// compareEndings orders words by their letters from the last to the first.
func compareEndings(x, y string) int {
	i, j := len(x)-1, len(y)-1
	for ; i >= 0 && j >= 0; i, j = i-1, j-1 {
		if x[i] != y[j] {
			return int(x[i]) - int(y[j])
		}
	}
	return i - j
}
