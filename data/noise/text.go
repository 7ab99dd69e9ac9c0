package noise

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the text in lower case without accents, its words parted by one space.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	put := func(r rune) {
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(r)
	}
	for _, r := range norm.NFD.String(s) {
		r = unicode.ToLower(r)
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'œ':
			put('o')
			put('e')
		case r == 'æ':
			put('a')
			put('e')
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			put(r)
		default:
			gap = true
		}
	}
	return b.String()
}

var articles = map[string]bool{"de": true, "du": true, "des": true, "la": true, "le": true, "les": true, "l": true, "d": true}

// Key returns what two spellings of one street share: folded, abbreviations written
// out, articles left out.
func Key(street string) string {
	words := expand(strings.Fields(Fold(street)))
	kept := words[:0]
	for _, w := range words {
		if !articles[w] {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

// core returns the key without its street type; the whole key where nothing else is left.
func core(key string) string {
	first, rest, ok := strings.Cut(key, " ")
	if ok && streetTypes[first] {
		return rest
	}
	return key
}

// piece is a word of a text, or what stands between two words.
type piece struct {
	text string
	word bool
}

// pieces cuts a text into words and separators; joined again they are the text.
func pieces(s string) []piece {
	var out []piece
	start := 0
	word := false
	for i, r := range s {
		w := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
		if i > start && w != word {
			out = append(out, piece{s[start:i], word})
			start = i
		}
		word = w
	}
	if start < len(s) {
		out = append(out, piece{s[start:], word})
	}
	return out
}

func join(ps []piece) string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(p.text)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// withoutAccents keeps case and punctuation.
func withoutAccents(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'œ':
			b.WriteString("oe")
		case r == 'Œ':
			b.WriteString("OE")
		case r == '’':
			b.WriteByte('\'')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
