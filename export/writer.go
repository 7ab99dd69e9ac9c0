package export

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"perimetre/geo/atomicfile"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// Options say how to write a table; the zero value is a French CSV: « ; »,
// UTF-8 with a byte order mark, \r\n never.
type Options struct {
	Stdout    io.Writer      // for the path "-"; os.Stdout when nil
	Workbook  bool           // XLSX, whatever the path's extension
	Delimiter byte           // of a CSV file; ';' when 0
	Encoding  table.Encoding // of a CSV file; UTF8BOM when Auto
	CRLF      bool           // CSV lines end with \r\n
	Sheet     string         // of an XLSX file; « Feuille1 » when empty
	Numbers   []string       // headings whose cells XLSX holds as numbers, else as text
}

// Writer writes one table. The file appears under its name at Close, whole, and
// not at all after Abort or a crash.
type Writer struct {
	name string
	temp *atomicfile.File // nil for standard output
	sink sink
	done bool
}

// sink is a format under the records.
type sink interface {
	write(cells []string) error
	flush() error // ends the format; the file is closed by the Writer
}

// Create opens a table for writing, in the format that the extension says (see Forms); an
// unknown extension is CSV, and "-" is CSV on standard output. It writes to a hidden temporary file in the same folder.
func Create(path string, o Options) (*Writer, error) {
	ext, err := form(path)
	if err != nil {
		return nil, err
	}
	if o.Workbook {
		ext = ".xlsx"
	}
	w := &Writer{name: path}
	var out io.Writer
	if path == "-" {
		out = o.Stdout
		if out == nil {
			out = os.Stdout
		}
	} else {
		if w.temp, err = atomicfile.Create(path); err != nil {
			return nil, err
		}
		out = w.temp
	}
	if w.sink, err = newSink(ext, out, o); err != nil {
		w.Abort()
		return nil, err
	}
	return w, nil
}

// Write writes one row; the first one is the header. Cells go out as given:
// see NeutraliseFormula.
func (w *Writer) Write(cells []string) error {
	if err := w.sink.write(cells); err != nil {
		return w.wrap(err)
	}
	return nil
}

// Close ends the table and puts it in place. Until then nothing stands there.
func (w *Writer) Close() error {
	if w.done {
		return nil
	}
	if err := w.sink.flush(); err != nil {
		w.Abort()
		return w.wrap(err)
	}
	w.done = true
	if w.temp == nil {
		return nil
	}
	if err := w.temp.Close(); err != nil {
		return w.wrap(err)
	}
	return nil
}

// Abort leaves nothing behind; after Close it does nothing, so it can be deferred.
func (w *Writer) Abort() {
	if w.done {
		return
	}
	w.done = true
	if w.temp != nil {
		w.temp.Abort()
	}
}

func (w *Writer) wrap(err error) error {
	if _, ok := err.(*fault.Error); ok {
		return err
	}
	name := w.name
	if name == "-" {
		name = "sortie standard"
	}
	return &fault.Error{Kind: fault.Internal, File: name, Message: "écriture impossible", Err: err}
}

// csvSink quotes only what must be.
type csvSink struct {
	out   *bufio.Writer
	delim byte
	end   string
	enc   *encoding.Encoder // nil for UTF-8
	buf   []byte
	line  int
}

func newCSVSink(out io.Writer, o Options) (*csvSink, error) {
	s := &csvSink{out: bufio.NewWriterSize(out, 64<<10), delim: o.Delimiter, end: "\n"}
	if s.delim == 0 {
		s.delim = ';'
	}
	if o.CRLF {
		s.end = "\r\n"
	}
	switch o.Encoding {
	case table.Auto, table.UTF8BOM:
		s.out.WriteString("\xef\xbb\xbf")
	case table.UTF16LE:
		s.enc = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder()
		s.out.WriteString("\xff\xfe")
	case table.UTF16BE:
		s.enc = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder()
		s.out.WriteString("\xfe\xff")
	case table.CP850:
		s.enc = encoding.ReplaceUnsupported(charmap.CodePage850.NewEncoder())
	case table.MacRoman:
		s.enc = encoding.ReplaceUnsupported(charmap.Macintosh.NewEncoder())
	case table.Windows1252:
		// What the encoding lacks becomes « ? »: the row is kept.
		s.enc = encoding.ReplaceUnsupported(charmap.Windows1252.NewEncoder())
	}
	return s, nil
}

func (s *csvSink) write(cells []string) error {
	s.line++
	b := s.buf[:0]
	for i, c := range cells {
		if i > 0 {
			b = append(b, s.delim)
		}
		b = s.appendCell(b, c)
	}
	if len(b) == 0 { // a lone empty cell: a bare line end would be no row
		b = append(b, `""`...)
	}
	b = append(b, s.end...)
	s.buf = b
	if s.enc != nil {
		e, err := s.enc.Bytes(b)
		if err != nil {
			return fmt.Errorf("ligne %d : %w", s.line, err)
		}
		b = e
	}
	_, err := s.out.Write(b)
	return err
}

func (s *csvSink) appendCell(b []byte, c string) []byte {
	quote := c != "" && (c[0] == ' ' || c[0] == '\t')
	for i := 0; i < len(c) && !quote; i++ {
		quote = c[i] == s.delim || c[i] == '"' || c[i] == '\n' || c[i] == '\r'
	}
	if !quote {
		return append(b, c...)
	}
	b = append(b, '"')
	for i := 0; i < len(c); i++ {
		if c[i] == '"' {
			b = append(b, '"')
		}
		b = append(b, c[i])
	}
	return append(b, '"')
}

func (s *csvSink) flush() error { return s.out.Flush() }

// NeutraliseFormula puts an apostrophe before a cell that a spreadsheet would
// run: one that starts with = + - @, a tab or a line end. Numbers and phone
// numbers stay as they are.
func NeutraliseFormula(cell string) string {
	if cell == "" {
		return cell
	}
	switch cell[0] {
	case '=', '+', '-', '@', '\t', '\r', '\n':
	default:
		return cell
	}
	if isPhone(cell) {
		return cell
	}
	if _, err := table.ParseNumber(cell); err == nil {
		return cell
	}
	return "'" + cell
}

// isPhone tells +33 6 12 34 56 78 and its like: 8 to 15 digits and separators.
func isPhone(s string) bool {
	rest, ok := strings.CutPrefix(s, "+")
	if !ok {
		return false
	}
	n := 0
	for _, r := range table.Clean(rest) {
		switch {
		case r >= '0' && r <= '9':
			n++
		case !slices.Contains([]rune{' ', '.', '-', '(', ')', '/'}, r):
			return false
		}
	}
	return n >= 8 && n <= 15
}
