package people

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// maxName bounds the name of a file, in bytes.
const maxName = 200

// FileName returns the name under which a file that was sent is kept: its last part,
// as a text that both databases take, cut between two characters and with its
// extension; « data » when nothing is left.
func FileName(sent string) string {
	name := strings.TrimSpace(plain(filepath.Base(sent)))
	if name == "" || name == "." || name == string(filepath.Separator) {
		return "data"
	}
	if len(name) <= maxName {
		return name
	}
	ext := filepath.Ext(name)
	if len(ext) > 10 {
		ext = ""
	}
	return cut(name, maxName-len(ext)) + ext
}

// cut returns the longest beginning of text, of whole characters, that takes no more
// than n bytes.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// plain returns a text as both databases can keep it: without NUL, which PostgreSQL
// refuses, and with U+FFFD where bytes are not UTF-8.
func plain(text string) string {
	if strings.IndexByte(text, 0) >= 0 {
		text = strings.ReplaceAll(text, "\x00", "")
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// plainAll returns plain copies, never nil.
func plainAll(texts []string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = plain(t)
	}
	return out
}

// cleaned counts the cells that plain changed, and remembers the first.
type cleaned struct {
	n     int
	first []string
}

func (c *cleaned) add(line int, column string) {
	if c.n++; len(c.first) < 5 {
		c.first = append(c.first, fmt.Sprintf("ligne %d, colonne « %s »", line, column))
	}
}

func (c *cleaned) warnings() []string {
	if c.n == 0 {
		return nil
	}
	text := "Caractères illisibles retirés : " + strings.Join(c.first, " ; ")
	if more := c.n - len(c.first); more > 0 {
		text += fmt.Sprintf(" ; et %d autres cellules", more)
	}
	return []string{text + ". Ces lignes sont gardées."}
}
