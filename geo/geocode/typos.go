package geocode

import (
	"encoding/binary"
	"math/bits"
	"perimetre/geo/address"
	"slices"
	"sort"
	"strings"
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

// similar appends the words of the base within a typo or two of s, or sounding
// like it; the exact word is left out. Order is that of the table.
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
			if sim := likeness(s, b.word(w)); sim > 0 {
				dst = append(dst, variant{w, sim, noWord})
			}
		}
	})
	return dst
}

// likeness returns how well a typed word may stand for a word of the base, 0–1:
// 1 the same, falling with each typo by its share of the word, 0 beyond two.
func likeness(typed, word string) float32 {
	if typed == word {
		return 1
	}
	n := max(len(typed), len(word))
	if n < 3 || word[0] >= '0' && word[0] <= '9' {
		return 0
	}
	d := distance(typed, word, 2)
	sound := false
	if d > 1 {
		s := address.Sound(typed)
		sound = s != "" && s == address.Sound(word)
	}
	switch {
	case d == 1 && n == 3:
		return 0.55
	case d == 1:
		s := 0.95 - 0.6/float32(n)
		if typed[0] != word[0] {
			s -= 0.05
		}
		if plural(typed, word) {
			s = 0.96
		}
		return s
	case sound:
		return 0.8
	case d == 2 && n >= 5:
		s := 0.9 - 1.4/float32(n)
		if typed[0] != word[0] {
			s -= 0.08
		}
		return s
	}
	return 0
}

// farLikeness is likeness with one typo more: two in a word of four letters,
// three in one of seven.
func farLikeness(typed, word string) float32 {
	n := max(len(typed), len(word))
	if n < 3 || typed[0] <= '9' || word[0] <= '9' {
		return 0
	}
	limit := farLimit(n)
	switch d := distance(typed, word, limit); {
	case d > limit:
		return 0
	case d < 2:
		return likeness(typed, word)
	case d == 2:
		return max(0.3, 0.85-1.4/float32(n))
	default:
		return 0.8 - 2.2/float32(n)
	}
}

// letters returns the set of a word's letters, a bit each, what is no letter as bit
// 31, and its length (31 at most) in bits 26 to 30: most words that are far from
// another are told so without being read.
func letters(s string) uint32 {
	m := uint32(min(len(s), 31)) << 26
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 'a' && c <= 'z' {
			m |= 1 << (c - 'a')
		} else {
			m |= 1 << 31
		}
	}
	return m
}

// mayBeFar reports whether words of these letters may be within the typos that
// farLikeness forgives. A typo changes two letters of the set at most.
func mayBeFar(x, y uint32) bool {
	n, m := int(x>>26&31), int(y>>26&31)
	limit := farLimit(max(n, m))
	return n-m <= limit && m-n <= limit && bits.OnesCount32((x^y)&^(31<<26)) <= 2*limit
}

func farLimit(n int) int {
	if n >= 7 {
		return 3
	}
	return 2
}

// plural tells words that differ by a final s or x.
func plural(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	return len(a) == len(b)+1 && a[:len(b)] == b && (a[len(b)] == 's' || a[len(b)] == 'x' || a[len(b)] == 'e')
}

// distance returns the optimal string alignment distance (insertion, deletion,
// substitution, transposition of neighbours), or limit+1 when it is more.
func distance(a, b string, limit int) int {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > limit {
		return limit + 1
	}
	if len(a) == 0 {
		return len(b)
	}
	if len(b) > 63 {
		return limit + 1
	}
	var r0, r1, r2 [64]uint8 // rows i-2, i-1, i
	prev2, prev, cur := &r0, &r1, &r2
	for j := range len(b) + 1 {
		prev[j] = uint8(j)
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = uint8(i)
		best := cur[0]
		lo, hi := max(1, i-limit), min(len(b), i+limit)
		if lo > 1 {
			cur[lo-1] = uint8(limit + 1)
		}
		for j := lo; j <= hi; j++ {
			v := prev[j-1]
			if a[i-1] != b[j-1] {
				v++
			}
			if j < i+limit { // prev[j] lies within the band
				v = min(v, prev[j]+1)
			}
			v = min(v, cur[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				v = min(v, prev2[j-2]+1)
			}
			cur[j] = v
			best = min(best, v)
		}
		if int(best) > limit {
			return limit + 1
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return min(int(prev[len(b)]), limit+1)
}

// pattern is a typed word prepared for many distances: the places of each byte.
type pattern struct {
	word string
	set  uint32
	at   [256]uint64
}

func (p *pattern) prepare(word string) {
	for i := 0; i < len(p.word); i++ {
		p.at[p.word[i]] = 0
	}
	p.word, p.set = word[:min(len(word), 64)], letters(word)
	for i := 0; i < len(p.word); i++ {
		p.at[p.word[i]] |= 1 << i
	}
}

// distance returns the optimal string alignment distance to a word, by bit vectors
// (Hyyrö, A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit
// Distances, 2003).
func (p *pattern) distance(word string) int {
	if len(p.word) == 0 {
		return len(word)
	}
	var d0, minus, before uint64
	plus := ^uint64(0)
	score, last := len(p.word), uint64(1)<<(len(p.word)-1)
	for i := 0; i < len(word); i++ {
		match := p.at[word[i]]
		d0 = ((^d0 & match) << 1 & before) | ((match&plus + plus) ^ plus) | match | minus
		hp, hn := minus|^(d0|plus), d0&plus
		if hp&last != 0 {
			score++
		}
		if hn&last != 0 {
			score--
		}
		hp, hn = hp<<1|1, hn<<1
		plus, minus = hn|^(d0|hp), hp&d0
		before = match
	}
	return score
}

// likeness is farLikeness to a word of the base.
func (p *pattern) likeness(word string) float32 {
	n := max(len(p.word), len(word))
	if p.distance(word) > farLimit(n) {
		return 0
	}
	return farLikeness(p.word, word)
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
		if len(t) < len(s)-2 || len(t) > len(s)+2 || distance(s, t, 2) > 2 {
			return
		}
		if slices.ContainsFunc(dst[:known], func(v variant) bool { return v.word == w }) {
			return
		}
		if sim := likeness(s, t); sim > 0 {
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
