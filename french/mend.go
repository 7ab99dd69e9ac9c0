package french

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Misread reports whether a text was UTF-8 and was read as Windows-1252: "Ã©", "â€™",
// "Â°". It is cheap: it sees every cell of a file.
func Misread(s string) bool {
	for i := 0; i+3 < len(s); i++ {
		j := strings.IndexByte(s[i:], 0xc3) // every case starts with a letter from À to ÿ
		if j < 0 || i+j+3 >= len(s) {
			return false
		}
		i += j
		switch s[i+1] {
		case 0x83, 0x82: // Ã or Â, then a character of the high half
			r, _ := utf8.DecodeRuneInString(s[i+2:])
			if b, ok := charmap.Windows1252.EncodeRune(r); ok && b >= 0x80 && b < 0xc0 {
				return true
			}
		case 0x85: // Å“ is œ, Å’ is Œ
			if strings.HasPrefix(s[i+2:], "“") || strings.HasPrefix(s[i+2:], "’") {
				return true
			}
		case 0xa2: // â€™, â€“, â€¦
			if strings.HasPrefix(s[i+2:], "€") {
				return true
			}
		}
	}
	return false
}

// Mend returns a misread text as it was ("Ã©" becomes "é"); other text comes back
// unchanged.
func Mend(s string) string {
	if !Misread(s) {
		return s
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		c, ok := charmap.Windows1252.EncodeRune(r)
		if !ok {
			if r >= 0x100 {
				return s
			}
			c = byte(r) // one of those that Windows-1252 leaves undefined
		}
		b = append(b, c)
	}
	if !utf8.Valid(b) {
		return s
	}
	return string(b)
}

// LostZero returns a code of four digits with the first 0 that a spreadsheet ate ("2100"
// is 02100), and any other text unchanged.
func LostZero(code string) string {
	if len(code) != 4 {
		return code
	}
	for i := range len(code) {
		if code[i] < '0' || code[i] > '9' {
			return code
		}
	}
	return "0" + code
}
