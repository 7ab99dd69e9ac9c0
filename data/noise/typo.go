package noise

import (
	"math/rand/v2"
	"unicode"
)

// neighbours are the keys beside each letter on a French keyboard.
var neighbours = map[rune]string{
	'a': "zq", 'z': "aes", 'e': "zrd", 'r': "etf", 't': "ryg", 'y': "tuh", 'u': "yij", 'i': "uok", 'o': "ipl", 'p': "om",
	'q': "asw", 's': "qdz", 'd': "sfe", 'f': "dgr", 'g': "fht", 'h': "gjy", 'j': "hku", 'k': "jli", 'l': "kmo", 'm': "lp",
	'w': "qxs", 'x': "wcs", 'c': "xvd", 'v': "cbf", 'b': "vng", 'n': "bhj",
}

// typoable tells a word that people misspell and still send: 4 letters or more.
func typoable(w string) bool {
	n := 0
	for _, r := range w {
		if unicode.IsDigit(r) {
			return false
		}
		n++
	}
	return n >= 4
}

// misspell makes one slip in a word: a letter too many, one missing, one struck
// beside, or two swapped. The first letter is seldom the one.
func misspell(rng *rand.Rand, word string) string {
	r := []rune(word)
	for range 20 {
		lo := 1
		if rng.IntN(12) == 0 {
			lo = 0
		}
		i := lo + rng.IntN(len(r)-lo)
		var out []rune
		switch rng.IntN(4) {
		case 0: // insertion: doubled, or the neighbour's key
			c := r[i]
			if near := neighbours[unicode.ToLower(c)]; near != "" && rng.IntN(2) == 0 {
				c = rune(near[rng.IntN(len(near))])
			}
			out = append(append(append(out, r[:i+1]...), c), r[i+1:]...)
		case 1:
			out = append(append(out, r[:i]...), r[i+1:]...)
		case 2:
			near := neighbours[unicode.ToLower(r[i])]
			if near == "" {
				continue
			}
			c := rune(near[rng.IntN(len(near))])
			if unicode.IsUpper(r[i]) {
				c = unicode.ToUpper(c)
			}
			out = append(append(append(out, r[:i]...), c), r[i+1:]...)
		case 3:
			if i+1 >= len(r) {
				continue
			}
			out = append(out, r...)
			out[i], out[i+1] = out[i+1], out[i]
		}
		if s := string(out); Fold(s) != Fold(word) {
			return s
		}
	}
	return word
}

// typos makes n slips in a name, in one word or in two. Words of the name come
// before its street type; false when no word can take one.
func typos(rng *rand.Rand, name string, n int) (string, bool) {
	ps := pieces(name)
	var body, kind []int
	first := true
	for i, p := range ps {
		if !p.word {
			continue
		}
		switch {
		case !typoable(p.text), longForm[Fold(p.text)] != "": // a misspelt short form is no word
		case first && streetTypes[Fold(p.text)]:
			kind = append(kind, i)
		default:
			body = append(body, i)
		}
		first = false
	}
	if len(kind) > 0 && (len(body) == 0 || rng.IntN(10) == 0) {
		body = append(body, kind...)
	}
	if len(body) == 0 {
		return name, false
	}
	at := body[rng.IntN(len(body))]
	for range n {
		ps[at].text = misspell(rng, ps[at].text)
		if len([]rune(ps[at].text)) < 6 || rng.IntN(2) == 0 {
			if next := body[rng.IntN(len(body))]; typoable(ps[next].text) {
				at = next
			}
		}
		if !typoable(ps[at].text) {
			break
		}
	}
	out := join(ps)
	return out, Fold(out) != Fold(name)
}

// distance returns the number of slips (insertion, deletion, substitution, swap of
// neighbours) between two folded texts, or max+1 beyond max. Optimal string
// alignment: no letter is touched twice.
func distance(a, b string, max int) int {
	if d := len(a) - len(b); d > max || -d > max {
		return max + 1
	}
	var rows [3][128]int
	if len(b) >= len(rows[0]) {
		if a == b {
			return 0
		}
		return max + 1
	}
	prev2, prev, cur := &rows[0], &rows[1], &rows[2]
	for j := 0; j <= len(b); j++ {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		best := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(prev[j-1]+cost, prev[j]+1, cur[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, prev2[j-2]+1)
			}
			cur[j] = d
			best = min(best, d)
		}
		if best > max {
			return max + 1
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return min(prev[len(b)], max+1)
}
