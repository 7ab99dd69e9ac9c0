package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"perimetre/geo/fault"
	"perimetre/ingest/workbook"
)

const (
	maxRecord      = 4 << 20   // bytes of one line; a file without line ends is no table
	maxHeld        = 16 << 20  // bytes of the lines among which the header is looked for
	maxQuotedBytes = 256 << 10 // of a cell that spans lines: past it the quote was stray
)

// csvSource splits a stream into records. A record without quotes costs one
// string; quotes that are not well formed are read as text, line by line, so that
// a stray one never swallows the rows that follow.
type csvSource struct {
	name  string
	in    io.Reader
	close func() error
	delim byte
	enc   Encoding // UTF8, UTF8BOM or Windows1252 here: UTF-16 was decoded before
	width int      // cells of the header, 0 while unknown

	buf  []byte
	r, w int
	eof  bool
	line int // lines consumed

	// Until the header is known the buffer keeps all, and ends remembers where
	// each record ended, so that the rows can be read again with its width.
	held bool
	ends []position

	out   []byte // unquoted bytes of a record with quotes
	dec   []byte // the same, decoded
	spans []span
	cells []string

	notUTF8, notUTF8At  int // cells, first line
	badQuote, badQuotAt int
}

type span struct{ a, b int }

type position struct{ r, line int }

// unreadable returns the fault of a stream that fails; one that is past a bound says so
// itself.
func unreadable(name string, line int, message string, err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	return &fault.Error{Kind: fault.Input, File: name, Line: line, Message: message, Err: err}
}

// fill reads more after buf[r:w]; it reports whether anything came.
func (c *csvSource) fill() (bool, error) {
	if c.eof {
		return false, nil
	}
	if c.r > 0 && !c.held {
		copy(c.buf, c.buf[c.r:c.w])
		c.w -= c.r
		c.r = 0
	}
	if c.w == len(c.buf) {
		c.buf = append(c.buf, make([]byte, max(len(c.buf), 64<<10))...)
	}
	for range 100 {
		n, err := c.in.Read(c.buf[c.w:])
		c.w += n
		if err == io.EOF {
			c.eof = true
			return n > 0, nil
		}
		if err != nil {
			return false, unreadable(c.name, c.line+1, "lecture interrompue", err)
		}
		if n > 0 {
			return true, nil
		}
	}
	return false, io.ErrNoProgress
}

// firstLine returns the line at buf[r:], without its end, and the bytes it takes with it.
func (c *csvSource) firstLine() (line []byte, size int, err error) {
	scanned := 0
	for {
		if i := bytes.IndexByte(c.buf[c.r+scanned:c.w], '\n'); i >= 0 {
			size = scanned + i + 1
			line = c.buf[c.r : c.r+size-1]
			break
		}
		scanned = c.w - c.r
		if scanned > maxRecord || c.held && c.w > maxHeld {
			return nil, 0, &fault.Error{Kind: fault.TooLarge, File: c.name, Line: c.line + 1, Message: "ligne démesurée",
				Expected: fmt.Sprintf("moins de %d Mio par ligne", maxRecord>>20)}
		}
		more, err := c.fill()
		if err != nil {
			return nil, 0, err
		}
		if !more {
			if scanned == 0 {
				return nil, 0, io.EOF
			}
			line, size = c.buf[c.r:c.w], scanned
			break
		}
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line, size, nil
}

func (c *csvSource) next() (record, error) {
	for {
		line, size, err := c.firstLine()
		if err != nil {
			return record{}, err
		}
		at := c.line + 1
		if len(line) == 0 {
			c.line++
			c.r += size
			continue
		}
		if bytes.IndexByte(line, '"') < 0 {
			if !c.split(line) {
				return record{}, c.tooWide()
			}
			rec := record{at, c.strings(line, at)}
			c.consume(size, 1)
			return rec, nil
		}
		size, lines, err := c.quoted(line, size)
		if err != nil {
			return record{}, err
		}
		if len(c.spans) > workbook.MaxColumns {
			return record{}, c.tooWide()
		}
		rec := record{at, c.strings(c.out, at)}
		c.consume(size, lines)
		return rec, nil
	}
}

func (c *csvSource) consume(size, lines int) {
	c.r += size
	c.line += lines
	if c.held {
		c.ends = append(c.ends, position{c.r, c.line})
	}
}

// resume reads again from the record after the header, now that its width is known.
func (c *csvSource) resume(header, width int) {
	c.r, c.line = c.ends[header].r, c.ends[header].line
	c.held, c.ends, c.width = false, nil, width
	c.notUTF8, c.badQuote = 0, 0
}

func (c *csvSource) tooWide() error {
	return &fault.Error{Kind: fault.TooLarge, File: c.name, Line: c.line + 1, Message: "ligne de trop de colonnes",
		Expected: fmt.Sprintf("%d colonnes au plus", workbook.MaxColumns)}
}

// split finds the cells of a line without quotes; it reports whether there are no
// more than a table has.
func (c *csvSource) split(line []byte) bool {
	c.spans = c.spans[:0]
	a := 0
	for len(c.spans) < workbook.MaxColumns {
		i := bytes.IndexByte(line[a:], c.delim)
		if i < 0 {
			c.spans = append(c.spans, span{a, len(line)})
			return true
		}
		c.spans = append(c.spans, span{a, a + i})
		a += i + 1
	}
	return false
}

// quoted reads the record at buf[r:], whose first line holds quotes, into out and
// spans; it gives the bytes and lines that the record takes.
func (c *csvSource) quoted(line []byte, size int) (int, int, error) {
	for {
		n, lines, state := c.strict()
		switch state {
		case wellFormed:
			if lines == 1 || c.width == 0 || !c.strayQuote(n) {
				return n, lines, nil
			}
			c.lenient(c.line1(size))
			c.noteQuote()
			return size, 1, nil
		case unfinished:
			if c.w-c.r < maxQuotedBytes+size {
				more, err := c.fill()
				if err != nil {
					return 0, 0, err
				}
				if more {
					continue
				}
			}
		}
		c.lenient(c.line1(size))
		c.noteQuote()
		return size, 1, nil
	}
}

// strayQuote reports whether the record of n bytes and several lines that strict
// has just read is rather several rows behind a stray quote: each of its lines
// alone has the cells of a row or, where the record itself has not, one of them
// has. It leaves out and spans as strict does.
func (c *csvSource) strayQuote(n int) bool {
	whole := len(c.spans) == c.width
	stray := whole
	for rest := c.buf[c.r : c.r+n]; stray == whole && len(rest) > 0; {
		size := len(rest)
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			size = i + 1
		}
		c.lenient(bytes.TrimRight(rest[:size], "\r\n"))
		stray = len(c.spans) == c.width
		rest = rest[size:]
	}
	if !stray {
		c.strict()
	}
	return stray
}

// line1 returns the first line again, after fill may have moved it.
func (c *csvSource) line1(size int) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(c.buf[c.r:c.r+size], []byte("\n")), []byte("\r"))
}

func (c *csvSource) noteQuote() {
	if c.badQuote == 0 {
		c.badQuotAt = c.line + 1
	}
	c.badQuote++
}

type quoteState uint8

const (
	wellFormed quoteState = iota
	malformed
	unfinished // the data read so far ends within quotes
)

// strict reads a record by RFC 4180, quotes in unquoted cells being text.
func (c *csvSource) strict() (size, lines int, _ quoteState) {
	b := c.buf[c.r:c.w]
	c.out, c.spans = c.out[:0], c.spans[:0]
	lines = 1
	i := 0
	for {
		start := len(c.out)
		if i < len(b) && b[i] == '"' {
			i++
			for {
				j := bytes.IndexByte(b[i:], '"')
				if j < 0 {
					return 0, 0, unfinished
				}
				lines += c.appendQuoted(b[i : i+j])
				i += j + 1
				if i < len(b) && b[i] == '"' {
					c.out = append(c.out, '"')
					i++
					continue
				}
				break
			}
			switch {
			case i == len(b) && !c.eof, i+1 == len(b) && b[i] == '\r' && !c.eof:
				return 0, 0, unfinished
			case i == len(b), b[i] == c.delim, b[i] == '\n', b[i] == '\r' && (i+1 == len(b) || b[i+1] == '\n'):
			default:
				return 0, 0, malformed
			}
		} else {
			j := i
			for j < len(b) && b[j] != c.delim && b[j] != '\n' {
				j++
			}
			if j == len(b) && !c.eof {
				return 0, 0, unfinished
			}
			cell := b[i:j]
			if n := len(cell); n > 0 && cell[n-1] == '\r' && (j == len(b) || b[j] == '\n') {
				cell = cell[:n-1]
			}
			c.out = append(c.out, cell...)
			i = j
		}
		if len(c.spans) > workbook.MaxColumns {
			return i, lines, wellFormed // its caller refuses it
		}
		c.spans = append(c.spans, span{start, len(c.out)})
		if i < len(b) && b[i] == '\r' && (i+1 == len(b) || b[i+1] == '\n') {
			i++
		}
		switch {
		case i == len(b):
			return i, lines, wellFormed
		case b[i] == '\n':
			return i + 1, lines, wellFormed
		}
		i++ // the delimiter
	}
}

// appendQuoted copies quoted bytes, line ends becoming \n, and counts them.
func (c *csvSource) appendQuoted(b []byte) (lines int) {
	for {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			c.out = append(c.out, b...)
			return lines
		}
		lines++
		end := i
		if end > 0 && b[end-1] == '\r' {
			end--
		}
		c.out = append(append(c.out, b[:end]...), '\n')
		b = b[i+1:]
	}
}

// lenient reads one line whose quotes are wrong: a cell that opens with a quote
// ends at the first quote before a delimiter or the line's end; without one the
// quote is text.
func (c *csvSource) lenient(line []byte) {
	c.out, c.spans = c.out[:0], c.spans[:0]
	i := 0
	for {
		start := len(c.out)
		end := -1
		if i < len(line) && line[i] == '"' {
			for j := i + 1; j < len(line); j++ {
				if line[j] == '"' && (j+1 == len(line) || line[j+1] == c.delim) {
					end = j
					break
				}
			}
		}
		if end >= 0 {
			c.out = append(c.out, bytes.ReplaceAll(line[i+1:end], []byte(`""`), []byte(`"`))...)
			i = end + 1
		} else {
			j := bytes.IndexByte(line[i:], c.delim)
			if j < 0 {
				j = len(line) - i
			}
			c.out = append(c.out, line[i:i+j]...)
			i += j
		}
		c.spans = append(c.spans, span{start, len(c.out)})
		if i >= len(line) || len(c.spans) > workbook.MaxColumns {
			return
		}
		i++
	}
}

// strings turns the spans of b into cells, in UTF-8.
func (c *csvSource) strings(b []byte, line int) []string {
	switch {
	case c.enc == Windows1252:
		b = c.decode(b, func(span) bool { return true })
	case !utf8.Valid(b):
		b = c.decode(b, func(s span) bool {
			if utf8.Valid(b[s.a:s.b]) {
				return false
			}
			if c.notUTF8 == 0 {
				c.notUTF8At = line
			}
			c.notUTF8++
			return true
		})
	}
	s := string(b)
	c.cells = c.cells[:0]
	for _, p := range c.spans {
		c.cells = append(c.cells, s[p.a:p.b])
	}
	return c.cells
}

// decode rewrites the spans of b into dec, those chosen from Windows-1252.
func (c *csvSource) decode(b []byte, choose func(span) bool) []byte {
	c.dec = c.dec[:0]
	for i, p := range c.spans {
		a := len(c.dec)
		if choose(p) {
			c.dec = appendWindows1252(c.dec, b[p.a:p.b])
		} else {
			c.dec = append(c.dec, b[p.a:p.b]...)
		}
		c.spans[i] = span{a, len(c.dec)}
	}
	return c.dec
}

func (c *csvSource) warnings() []string {
	var w []string
	if c.notUTF8 > 0 {
		w = append(w, fmt.Sprintf("%d cellule(s) hors UTF-8, lues en Windows-1252, la première ligne %d", c.notUTF8, c.notUTF8At))
	}
	if c.badQuote > 0 {
		w = append(w, fmt.Sprintf("%d ligne(s) aux guillemets mal fermés, lues telles quelles, la première ligne %d", c.badQuote, c.badQuotAt))
	}
	return w
}

func (c *csvSource) Close() error { return c.close() }
