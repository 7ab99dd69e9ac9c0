package address

import (
	"slices"
	"strconv"
	"strings"
)

// StreetWords reads the words of a street's or lieu-dit's name, appended to dst: the same
// reading for the base's names and for people's, so that equal names become equal words.
// tokens are the name alone.
func StreetWords(dst []Word, tokens []Token) []Word { return canonical(dst, tokens, true) }

// PlaceWords reads the words of a commune's name: no street type, and "sur",
// "lès" and the like forgiven as articles are.
func PlaceWords(dst []Word, tokens []Token) []Word { return canonical(dst, tokens, false) }

func canonical(dst []Word, tokens []Token, street bool) []Word {
	first := len(dst)
	add := func(text string, kind WordKind, tok int) {
		for {
			head, rest, more := strings.Cut(text, " ")
			dst = append(dst, Word{head, kind, tok})
			if !more {
				return
			}
			text = rest
		}
	}
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		if t.Digits {
			if i+1 < len(tokens) && ordinalMarks[tokens[i+1].Text] && (tokens[i+1].Glued || tokens[i+1].Text != "e") {
				dst = append(dst, Word{trimZeros(t.Text), Plain, i})
				i++
				continue
			}
			dst = append(dst, Word{trimZeros(t.Text), Plain, i})
			continue
		}
		if street && len(dst) == first {
			if t.Text == "z" && i+1 < len(tokens) && (tokens[i+1].Text == "i" || tokens[i+1].Text == "a") { // "Z.I.", "Z.A.C."
				typ := streetTypes["z"+tokens[i+1].Text]
				if i++; i+1 < len(tokens) && tokens[i+1].Text == "c" {
					typ = "zac"
					i++
				}
				add(typ, Type, i)
				continue
			}
			if typ, n := zone(tokens[i+1:]); t.Text == "zone" && n > 0 {
				add(typ, Type, i)
				i += n
				continue
			}
			if typ, ok := streetTypes[t.Text]; ok && (len(tokens) > 1 || len(t.Text) > 2) {
				// "Pont à Marcq", "Port Royal": those are types too, harmlessly, on
				// both sides. "Rond Point" is two words for one type.
				add(typ, Type, i)
				continue
			}
			if full, ok := oldWays[t.Text]; ok && len(tokens) > 1 {
				add(full, Plain, i)
				continue
			}
			if t.Text == "ld" || t.Text == "ldt" || t.Text == "lieudit" {
				continue
			}
			if t.Text == "rond" && i+1 < len(tokens) && (tokens[i+1].Text == "point" || tokens[i+1].Text == "pt") {
				add("rond point", Type, i)
				i++
				continue
			}
			if t.Text == "lieu" && i+1 < len(tokens) && tokens[i+1].Text == "dit" {
				i++
				continue
			}
		}
		if t.Text == "n" && i+1 < len(tokens) {
			// "n°1", and "N.-D." or "N D"
			if tokens[i+1].Digits {
				dst = append(dst, Word{"n", Article, i})
				continue
			}
			if tokens[i+1].Text == "d" {
				add("notre dame", Plain, i)
				i++
				continue
			}
		}
		if t.Text == "no" && i+1 < len(tokens) && tokens[i+1].Digits {
			continue
		}
		afterType := len(dst) > first && dst[len(dst)-1].Kind == Type
		initial := len(t.Text) == 1 && (t.Dot || t.Text == "a" && i+1 == len(tokens) ||
			(t.Text == "a" || t.Text == "l") && afterType && i+1 < len(tokens) && !tokens[i+1].Digits && !tokens[i+1].Hyphen)
		if articles[t.Text] && !initial { // "rue A. France" names Anatole
			dst = append(dst, Word{t.Text, Article, i})
			continue
		}
		if value, n := wordsNumber(tokens, i); n > 0 {
			dst = append(dst, Word{strconv.Itoa(value), Plain, i})
			i += n - 1
			continue
		}
		if (t.Text == "un" || t.Text == "une") && i > 0 && i == len(tokens)-1 { // "Cité Beauséjour un"
			dst = append(dst, Word{"1", Plain, i})
			continue
		}
		if r, ok := romans[t.Text]; ok {
			dst = append(dst, Word{r, Plain, i})
			continue
		}
		if full, ok := abbreviations[t.Text]; ok {
			add(full, Plain, i)
			continue
		}
		dst = append(dst, Word{t.Text, Plain, i})
	}
	return dst
}

// TypeLike returns the street type that a misspelt word may be, empty without one.
func TypeLike(word string, alike func(typed, word string) bool) string {
	if len(word) < 4 {
		return ""
	}
	best := ""
	for form, typ := range streetTypes {
		if form == typ && len(form) >= 4 && alike(word, form) && (best == "" || form < best) {
			best = form
		}
	}
	return best
}

// NumbersLike returns, in digits, the numbers that a misspelt word may stand for.
func NumbersLike(word string, alike func(typed, word string) bool) []string {
	var out []string
	if len(word) < 3 || len(word) > 12 {
		return nil
	}
	for w, n := range numberWords {
		if len(w) >= 4 && alike(word, w) {
			out = append(out, strconv.Itoa(n))
		}
	}
	slices.Sort(out)
	return out
}

func trimZeros(s string) string {
	for len(s) > 1 && s[0] == '0' {
		s = s[1:]
	}
	return s
}

// Sound returns a rough phonetic key of a French word of letters, for words written
// as they are heard: ph/f, silent endings and h, doubled letters, qu/c/k, y/i,
// ai/e, au/o, s/z. Words of fewer than four letters have none.
func Sound(w string) string {
	if len(w) < 4 {
		return ""
	}
	b := make([]byte, 0, len(w))
	for i := 0; i < len(w); i++ {
		c := w[i]
		next := byte(0)
		if i+1 < len(w) {
			next = w[i+1]
		}
		switch {
		case c == 'p' && next == 'h':
			c, i = 'f', i+1
		case c == 'h':
			continue
		case c == 'q' || c == 'k' || c == 'c' && next != 'e' && next != 'i' && next != 'y' && next != 'h':
			if c == 'q' && next == 'u' {
				i++
			}
			c = 'k'
		case c == 'c' && next == 'h':
			c, i = 'x', i+1 // "ch" kept apart from "k" and "s"
		case c == 'c' || c == 'z':
			c = 's'
		case c == 'y':
			c = 'i'
		case c == 'e' && next == 'a' && i+2 < len(w) && w[i+2] == 'u':
			c, i = 'o', i+2
		case c == 'a' && next == 'u':
			c, i = 'o', i+1
		case (c == 'a' || c == 'e') && next == 'i':
			c, i = 'e', i+1
		case c == 'w':
			c = 'v'
		case c == 'm' && (next == 'b' || next == 'p'):
			c = 'n'
		case c < 'a' || c > 'z':
			return ""
		}
		if len(b) > 0 && b[len(b)-1] == c {
			continue
		}
		b = append(b, c)
	}
	for len(b) > 3 {
		switch b[len(b)-1] {
		case 'e', 's', 't', 'd', 'x':
			b = b[:len(b)-1]
			continue
		}
		break
	}
	return string(b)
}
