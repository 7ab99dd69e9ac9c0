package table

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// normalise reduces a heading to what makes two of them the same: lower case,
// no accents, words of letters and digits joined by one space.
func normalise(s string) string {
	s, _ = RepairMojibake(s)
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(strings.ReplaceAll(s, "°", " ")) {
		switch {
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’':
			if r == '\'' || r == '’' {
				gap = true
			}
			continue
		case r == 'œ' || r == 'Œ':
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteString("oe")
			continue
		case unicode.IsLetter(r), unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(unicode.ToLower(r))
		default:
			gap = true
		}
	}
	return b.String()
}
