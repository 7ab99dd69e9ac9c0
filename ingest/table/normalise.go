package table

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"perimetre/french"
)

// Fold takes the case and the accents off, and writes œ and æ in two letters:
// what is left of a word when people stop caring how it is written.
func Fold(s string) string {
	ascii := true
	for i := 0; i < len(s) && ascii; i++ {
		ascii = s[i] < 0x80
	}
	if ascii {
		return strings.ToLower(s)
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'œ':
			b.WriteString("oe")
		case r == 'æ':
			b.WriteString("ae")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// normalise reduces a heading to what makes two of them the same: folded words of
// letters and digits joined by one space.
func normalise(s string) string {
	return strings.Join(strings.FieldsFunc(Fold(strings.ReplaceAll(french.Mend(s), "°", " ")), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}
