package table

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"perimetre/geo/fault"
	"perimetre/ingest/bound"
)

const sampleSize = 64 << 10 // bytes looked at to know a file

// openFile opens a path, or standard input, with the name that faults show.
func openFile(path string, o Options) (name string, in io.Reader, closeFile func() error, err error) {
	if path == "-" {
		if o.Stdin != nil {
			in = o.Stdin
		} else {
			in = os.Stdin
		}
		return "entrée standard", in, func() error { return nil }, nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil, nil, &fault.Error{Kind: fault.NotFound, File: path, Message: "fichier introuvable"}
	}
	if err != nil {
		return "", nil, nil, &fault.Error{Kind: fault.Input, File: path, Message: "fichier illisible", Err: err}
	}
	if st, err := f.Stat(); err == nil && st.IsDir() {
		f.Close()
		return "", nil, nil, &fault.Error{Kind: fault.Input, File: path, Expected: "un fichier CSV, XLSX ou ODS", Seen: "un dossier"}
	}
	return path, f, f.Close, nil
}

// identify returns the source of what the bytes are, gzip expanded.
func identify(in io.Reader, closeFile func() error, r *Reader, o Options) (source, error) {
	book := wholeFile(in)
	br := bufio.NewReaderSize(in, sampleSize)
	head, err := peek(br, r.Name)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(head, []byte("\x1f\x8b")) {
		z, err := bound.Gunzip(r.Name, br, o.MaxExpanded)
		if err != nil {
			return nil, err
		}
		book, br = nil, bufio.NewReaderSize(z, sampleSize)
		if head, err = peek(br, r.Name); err != nil {
			return nil, err
		}
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		r.Format, r.Encoding = XLSX, UTF8
		if book != nil {
			return openXLSX(book, closeFile, r, o)
		}
		return openXLSX(br, closeFile, r, o)
	}
	if seen := foreign(head); seen != "" {
		return nil, &fault.Error{Kind: fault.Input, File: r.Name, Message: "ce fichier n’est pas un tableau", Expected: "CSV, XLSX ou ODS", Seen: seen}
	}
	r.Format = CSV
	return openCSV(br, head, closeFile, r, o)
}

// wholeFile returns the file of a stream that was not read yet, which a workbook is read
// from without a copy, or nil.
func wholeFile(in io.Reader) *os.File {
	if f, ok := in.(*os.File); ok {
		if at, err := f.Seek(0, io.SeekCurrent); err == nil && at == 0 {
			return f
		}
	}
	return nil
}

func peek(br *bufio.Reader, name string) ([]byte, error) {
	head, err := br.Peek(sampleSize)
	if err != nil && err != io.EOF {
		return nil, unreadable(name, 0, "fichier illisible", err)
	}
	return head, nil
}

// foreign names, in French, a file that is plainly no table.
func foreign(head []byte) string {
	text := strings.ToLower(string(bytes.TrimLeft(bytes.TrimPrefix(head[:min(len(head), 512)], []byte("\xef\xbb\xbf")), " \r\n\t")))
	switch {
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return "un classeur Excel ancien (.xls) ou protégé : l’enregistrer au format .xlsx, sans mot de passe"
	case bytes.HasPrefix(head, []byte("%PDF")):
		return "un document PDF"
	case bytes.HasPrefix(head, []byte("\x89PNG")), bytes.HasPrefix(head, []byte("\xff\xd8\xff")), bytes.HasPrefix(head, []byte("GIF8")):
		return "une image"
	case bytes.HasPrefix(head, []byte("7z\xbc\xaf")), bytes.HasPrefix(head, []byte("Rar!")):
		return "une archive compressée"
	case strings.HasPrefix(text, "<!doctype html"), strings.HasPrefix(text, "<html"):
		return "une page HTML"
	case strings.HasPrefix(text, "<?xml"):
		return "un document XML"
	case bytes.HasPrefix(head, []byte("SQLite format 3")):
		return "une base SQLite"
	}
	return ""
}

// openCSV detects the encoding and the delimiter.
func openCSV(br *bufio.Reader, head []byte, closeFile func() error, r *Reader, o Options) (source, error) {
	r.Encoding = o.Encoding
	if r.Encoding == Auto {
		if r.Encoding = detectEncoding(head, len(head) < sampleSize); r.Encoding == CP850 || r.Encoding == MacRoman {
			r.Notices = append(r.Notices, "texte lu en "+r.Encoding.String()+", d’après ses accents")
		}
	}
	if r.Encoding == UTF8 && bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		r.Encoding = UTF8BOM
	}
	c := &csvSource{name: r.Name, in: br, close: closeFile, enc: r.Encoding, held: true}
	switch r.Encoding {
	case UTF8BOM:
		if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
			br.Discard(3)
		}
	case UTF16LE, UTF16BE:
		c.in = unicode.UTF16(utf16Endian(r.Encoding), unicode.UseBOM).NewDecoder().Reader(br)
		c.enc = UTF8
	case CP850:
		c.in, c.enc = charmap.CodePage850.NewDecoder().Reader(br), UTF8
	case MacRoman:
		c.in, c.enc = charmap.Macintosh.NewDecoder().Reader(br), UTF8
	}
	for c.w < sampleSize {
		more, err := c.fill()
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
	}
	sample := c.buf[:c.w]
	if bytes.IndexByte(sample, '\n') < 0 && bytes.IndexByte(bytes.TrimSuffix(sample, []byte("\r")), '\r') >= 0 {
		c.in = crReader{c.in}
		for i, b := range sample {
			if b == '\r' {
				sample[i] = '\n'
			}
		}
	}
	r.Delimiter = o.Delimiter
	if d, size := excelSeparator(sample); size > 0 { // said by the file, to Excel
		c.r, c.line = size, 1
		if r.Delimiter == 0 {
			r.Delimiter = d
		}
	}
	if r.Delimiter == 0 {
		r.Delimiter = detectDelimiter(sample, c.eof)
	}
	c.delim = r.Delimiter
	return c, nil
}

// excelSeparator reads the line « sep=; » with which a CSV tells Excel its
// delimiter, and the bytes that it takes.
func excelSeparator(sample []byte) (delimiter byte, size int) {
	if len(sample) < 6 || !bytes.EqualFold(sample[:4], []byte("sep=")) {
		return 0, 0
	}
	switch rest := sample[5:]; {
	case rest[0] == '\n':
		return sample[4], 6
	case rest[0] == '\r' && len(rest) > 1 && rest[1] == '\n':
		return sample[4], 7
	}
	return 0, 0
}

// crReader turns the line ends of old Macintosh files into \n.
type crReader struct{ in io.Reader }

func (c crReader) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// detectDelimiter takes the candidate that cuts the most lines into the same
// number of cells; close calls go to the earlier candidate, since a comma also
// stands in French numbers and addresses.
func detectDelimiter(sample []byte, whole bool) byte {
	best, bestAgree := byte(';'), 0
	for _, d := range []byte{';', '\t', '|', ','} {
		counts := map[int]int{}
		for _, n := range delimiters(sample, d, whole) {
			counts[n]++
		}
		agree := 0
		for n, lines := range counts {
			if n > 0 {
				agree = max(agree, lines)
			}
		}
		if agree > bestAgree+bestAgree/10 {
			best, bestAgree = d, agree
		}
	}
	return best
}

// delimiters counts each delimiter in the first lines, outside quotes.
func delimiters(sample []byte, d byte, whole bool) []int {
	var counts []int
	n, inQuotes, start := 0, false, true
	for i, b := range sample {
		switch {
		case b == '"' && (inQuotes || start):
			inQuotes = !inQuotes
			if !inQuotes && i+1 < len(sample) && sample[i+1] == '"' {
				start = true // a doubled quote opens again
				continue
			}
		case b == '\n': // a stray quote must not hide the lines that follow
			counts = append(counts, n)
			n, start, inQuotes = 0, true, false
			if len(counts) == 200 {
				return counts
			}
			continue
		case b == d && !inQuotes:
			n++
			start = true
			continue
		}
		start = false
	}
	if whole && n > 0 || len(counts) == 0 {
		counts = append(counts, n)
	}
	return counts
}
