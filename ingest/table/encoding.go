package table

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"perimetre/geo/fault"
)

// Encoding is how a CSV file writes its characters.
type Encoding uint8

const (
	Auto        Encoding = iota // detected on reading, UTF8BOM on writing
	UTF8                        // without a byte order mark
	UTF8BOM                     // with one, as Excel wants it
	Windows1252                 // the French Excel's old default; ISO 8859-1 and -15 read alike but for €
	UTF16LE                     // with a byte order mark: Excel's « Texte Unicode »
	UTF16BE
	CP850    // the French DOS, and the consoles that took after it
	MacRoman // Excel for Mac, « CSV Macintosh »
)

var encodingNames = [...]string{"auto", "utf-8", "utf-8-bom", "windows-1252", "utf-16le", "utf-16be", "cp850", "macroman"}

// String returns the name that ParseEncoding reads.
func (e Encoding) String() string { return encodingNames[e] }

// ParseEncoding reads the name of an encoding in its usual spellings; a fault of
// kind Usage lists those that are accepted.
func ParseEncoding(s string) (Encoding, error) {
	switch strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(s)) {
	case "", "auto":
		return Auto, nil
	case "utf-8", "utf8":
		return UTF8, nil
	case "utf-8-bom", "utf8-bom", "utf-8-sig", "utf8bom":
		return UTF8BOM, nil
	case "windows-1252", "cp1252", "ansi", "latin1", "latin-1", "iso-8859-1", "iso-8859-15", "win-1252", "1252":
		return Windows1252, nil
	case "utf-16", "utf-16le", "utf16", "utf-16-le":
		return UTF16LE, nil
	case "utf-16be", "utf-16-be":
		return UTF16BE, nil
	case "cp850", "ibm850", "ibm-850", "850", "oem", "dos":
		return CP850, nil
	case "macroman", "mac-roman", "macintosh", "mac":
		return MacRoman, nil
	}
	return Auto, &fault.Error{Kind: fault.Usage, Message: "encodage inconnu", Expected: strings.Join(encodingNames[1:], ", "), Seen: s}
}

// detectEncoding reads the first bytes of a file. Bytes that are not UTF-8 are
// Windows-1252: in French files nothing else is met.
func detectEncoding(head []byte, whole bool) Encoding {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return UTF8BOM
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return UTF16LE
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return UTF16BE
	}
	// UTF-16 without a mark: Latin text has a zero in every other byte.
	if n := min(len(head), 512) &^ 1; n >= 8 {
		var even, odd int
		for i := 0; i < n; i += 2 {
			if head[i] == 0 {
				even++
			}
			if head[i+1] == 0 {
				odd++
			}
		}
		if odd > n/4 && even == 0 {
			return UTF16LE
		}
		if even > n/4 && odd == 0 {
			return UTF16BE
		}
	}
	if !whole { // the sample may cut a character
		for i := 1; i <= 3 && i <= len(head); i++ {
			if utf8.RuneStart(head[len(head)-i]) {
				if !utf8.FullRune(head[len(head)-i:]) {
					head = head[:len(head)-i]
				}
				break
			}
		}
	}
	if utf8.Valid(head) {
		return UTF8
	}
	return likeliest(head)
}

// likeliest is, of the encodings of one byte, the one under which the bytes past ASCII
// read most like French; Windows-1252 unless another does better.
func likeliest(head []byte) Encoding {
	best, most := Windows1252, frenchness(head, charmap.Windows1252)
	for _, c := range []struct {
		enc   Encoding
		table *charmap.Charmap
	}{{CP850, charmap.CodePage850}, {MacRoman, charmap.Macintosh}} {
		if n := frenchness(head, c.table); n > most {
			best, most = c.enc, n
		}
	}
	return best
}

// frenchness scores the bytes past ASCII: for letters that French has, in the case of
// the letters beside them, and for its marks; against all others.
func frenchness(head []byte, table *charmap.Charmap) (score int) {
	at := func(i int) byte {
		if i < 0 || i >= len(head) {
			return ' '
		}
		return head[i]
	}
	lower := func(c byte) bool { return c >= 'a' && c <= 'z' }
	upper := func(c byte) bool { return c >= 'A' && c <= 'Z' }
	for i, c := range head {
		if c < utf8.RuneSelf {
			continue
		}
		before, after := at(i-1), at(i+1)
		switch r := table.DecodeByte(c); {
		case strings.ContainsRune("éèêëàâäçùûüôöîïœæÿ", r):
			if lower(before) || lower(after) || !upper(before) && !upper(after) {
				score += 2
			}
		case strings.ContainsRune("ÉÈÊËÀÂÄÇÙÛÜÔÖÎÏŒÆŸ", r):
			if lower(before) { // a capital within a word
				score -= 2
			} else if upper(before) || upper(after) || !lower(before) {
				score++
			}
		case strings.ContainsRune("’‘“”«»°–—…€²·\u00a0", r):
			score++
		default:
			score -= 2
		}
	}
	return score
}

// utf16Decoder turns UTF-16, with or without its mark, into UTF-8.
func utf16Endian(e Encoding) unicode.Endianness {
	if e == UTF16BE {
		return unicode.BigEndian
	}
	return unicode.LittleEndian
}

// appendWindows1252 appends b, read as Windows-1252, in UTF-8. The five bytes
// that it leaves undefined become the control characters of ISO 8859-1, so that
// no byte is lost.
func appendWindows1252(dst, b []byte) []byte {
	for _, c := range b {
		switch {
		case c < utf8.RuneSelf:
			dst = append(dst, c)
		default:
			r := charmap.Windows1252.DecodeByte(c)
			if r == utf8.RuneError {
				r = rune(c)
			}
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}
