package address

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Token is a run of letters or of digits of a text, folded: lower case, without
// accents, ligatures opened. Start and End are its bytes in the source text.
type Token struct {
	Text       string
	Start, End int
	Digits     bool
	Glued      bool // touches the token before it: the "bis" of "12bis"
	Comma      bool // a comma, semicolon, colon, parenthesis or line break stands before it
	Hyphen     bool // a hyphen, a slash or an apostrophe stands before it
	Dash       bool // a hyphen or a slash between spaces stands before it
	Paren      bool // an opening parenthesis stands before it
	Hash       bool // a "#" stands before it
	Dot        bool // a dot follows it: an abbreviation or an initial
}

// folded gives the plain letters of U+00C0 to U+017F; empty for a separator.
var folded = func() (t [0x180 - 0xC0]string) {
	for plain, set := range map[string]string{
		"a": "ÀÁÂÃÄÅàáâãäåĀāĂăĄą", "ae": "Ææ", "c": "ÇçĆćĈĉĊċČč", "d": "ÐðĎďĐđ",
		"e": "ÈÉÊËèéêëĒēĔĕĖėĘęĚě", "g": "ĜĝĞğĠġĢģ", "h": "ĤĥĦħ", "i": "ÌÍÎÏìíîïĨĩĪīĬĭĮįİı",
		"ij": "Ĳĳ", "j": "Ĵĵ", "k": "Ķķĸ", "l": "ĹĺĻļĽľĿŀŁł", "n": "ÑñŃńŅņŇňŉŊŋ",
		"o": "ÒÓÔÕÖØòóôõöøŌōŎŏŐő", "oe": "Œœ", "r": "ŔŕŖŗŘř", "s": "ŚśŜŝŞşŠšſ", "ss": "ß",
		"t": "ŢţŤťŦŧ", "th": "Þþ", "u": "ÙÚÛÜùúûüŨũŪūŬŭŮůŰűŲų", "w": "Ŵŵ", "y": "ÝýÿŶŷŸ", "z": "ŹźŻżŽž",
	} {
		for _, r := range set {
			t[r-0xC0] = plain
		}
	}
	return t
}()

// Fold cuts a text into tokens, appended to dst. A run of letters and a run of
// digits are distinct tokens even when they touch. U+FFFD, the mark of a letter
// lost in a conversion, stays as "?" inside its word. It never fails: bytes that
// are not UTF-8 are read as Windows-1252.
func Fold(dst []Token, s string) []Token {
	var buf [96]byte
	out := buf[:0]
	if len(s) > len(buf) {
		out = make([]byte, 0, len(s)+8)
	}
	// Token texts are cut from one string made at the end: offsets first.
	first := len(dst)
	var before Token // the marks seen since the last token
	inTok := false
	last := -1 // end of the last token in the source
	tokOut := 0
	var marks [64]int
	starts := marks[:0]
	flush := func(end int) {
		if inTok {
			dst[len(dst)-1].End = end
			last = end
			inTok = false
		}
	}
	begin := func(at int, digits bool) {
		before.Start, before.Digits, before.Glued = at, digits, at == last && last > 0
		dst = append(dst, before)
		before = Token{}
		tokOut = len(out)
		starts = append(starts, tokOut)
		inTok = true
	}
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			switch {
			case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
				if inTok && dst[len(dst)-1].Digits {
					flush(i)
				}
				if !inTok {
					begin(i, false)
				}
				out = append(out, c|0x20)
			case c >= '0' && c <= '9':
				if inTok && !dst[len(dst)-1].Digits {
					flush(i)
				}
				if !inTok {
					begin(i, true)
				}
				out = append(out, c)
			default:
				if c == '.' && inTok {
					dst[len(dst)-1].Dot = true
				}
				flush(i)
				switch c {
				case ',', ';', ':', '\n', '\r', '|', '(', ')', '\t':
					before.Comma = true
					before.Paren = before.Paren || c == '('
				case '#':
					before.Hash = true
				case '-', '/', '\'', '_':
					before.Hyphen = true
					before.Dash = before.Dash || c != '\'' && alone(s, i, 1)
				}
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(c)
		}
		plain := ""
		switch {
		case r >= 0xC0 && r < 0x180:
			plain = folded[r-0xC0]
		case r == utf8.RuneError:
			plain = "?"
		case r >= 0x300 && r < 0x370: // combining accent: part of the letter before it
			i += n
			continue
		case r == '’' || r == '‘' || r == '‐' || r == '‑' || r == '–' || r == '—' || r == 'ʼ':
			before.Hyphen = true
			before.Dash = before.Dash || (r == '–' || r == '—') && alone(s, i, n)
		case r == '°' || r == 'º': // n°, 1º
		case unicode.IsLetter(r):
			plain = string(unicode.ToLower(r))
		}
		if plain == "" {
			flush(i)
		} else {
			if inTok && dst[len(dst)-1].Digits {
				flush(i)
			}
			if !inTok {
				begin(i, false)
			}
			out = append(out, plain...)
		}
		i += n
	}
	flush(len(s))
	all := string(out)
	for k := range starts {
		end := len(all)
		if k+1 < len(starts) {
			end = starts[k+1]
		}
		dst[first+k].Text = all[starts[k]:end]
	}
	return dst
}

// alone reports whether the n bytes of s at i stand between two spaces.
func alone(s string, i, n int) bool {
	return i > 0 && s[i-1] == ' ' && i+n < len(s) && s[i+n] == ' '
}

// FoldString returns the folded tokens of s joined by spaces: a key for equality
// whatever the case, the accents and the punctuation.
func FoldString(s string) string {
	var b strings.Builder
	for i, t := range Fold(nil, s) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.Text)
	}
	return b.String()
}
