// Package alike tells how well one word, as somebody typed it, may stand for another:
// by the typos between them, or by their sound. Words are folded, in ASCII.
package alike

import (
	"math/bits"

	"perimetre/geo/address"
)

// Words returns how well a typed word may stand for a word of the base, 0–1:
// 1 the same, falling with each typo by its share of the word, 0 beyond two.
func Words(typed, word string) float32 {
	if typed == word {
		return 1
	}
	n := max(len(typed), len(word))
	if n < 3 || word[0] >= '0' && word[0] <= '9' {
		return 0
	}
	d := Distance(typed, word, 2)
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

// Far returns the same with one typo more: two in a word of four letters,
// three in one of seven.
func Far(typed, word string) float32 {
	n := max(len(typed), len(word))
	if n < 3 || typed[0] <= '9' || word[0] <= '9' {
		return 0
	}
	limit := farLimit(n)
	switch d := Distance(typed, word, limit); {
	case d > limit:
		return 0
	case d < 2:
		return Words(typed, word)
	case d == 2:
		return max(0.3, 0.85-1.4/float32(n))
	default:
		return 0.8 - 2.2/float32(n)
	}
}

// Letters returns the set of a word's letters, a bit each, what is no letter as bit
// 31, and its length (31 at most) in bits 26 to 30: most words that are far from
// another are told so without being read.
func Letters(s string) uint32 {
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

// MayBeFar reports whether words of these letters may be within the typos that
// Far forgives. A typo changes two letters of the set at most.
func MayBeFar(x, y uint32) bool {
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

// plural reports whether two words differ by a final s, x or e.
func plural(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	return len(a) == len(b)+1 && a[:len(b)] == b && (a[len(b)] == 's' || a[len(b)] == 'x' || a[len(b)] == 'e')
}

// Distance returns the optimal string alignment distance (insertion, deletion,
// substitution, transposition of neighbours), or limit+1 when it is more.
func Distance(a, b string, limit int) int {
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

// Pattern is a typed word prepared for many distances: the places of each byte.
type Pattern struct {
	word string
	set  uint32
	at   [256]uint64
}

// Prepare makes p the pattern of a word.
func (p *Pattern) Prepare(word string) {
	for i := 0; i < len(p.word); i++ {
		p.at[p.word[i]] = 0
	}
	p.word, p.set = word[:min(len(word), 64)], Letters(word)
	for i := 0; i < len(p.word); i++ {
		p.at[p.word[i]] |= 1 << i
	}
}

// Letters returns the set of letters of the pattern, as the function Letters does.
func (p *Pattern) Letters() uint32 { return p.set }

// Distance returns the optimal string alignment distance to a word, by bit vectors
// (Hyyrö, A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit
// Distances, 2003).
func (p *Pattern) Distance(word string) int {
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

// Far returns how well the pattern may stand for a word, as the function Far does.
func (p *Pattern) Far(word string) float32 {
	n := max(len(p.word), len(word))
	if p.Distance(word) > farLimit(n) {
		return 0
	}
	return Far(p.word, word)
}
