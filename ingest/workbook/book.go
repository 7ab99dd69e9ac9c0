// Package workbook reads the sheets of an XLSX file (ECMA-376, SpreadsheetML) or of an
// ODS one (OpenDocument) row by row, in memory that the file cannot choose: parts, texts, rows and cells are
// counted while they are read and refused past Excel's own limits.
package workbook

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"perimetre/geo/fault"
	"perimetre/ingest/bound"
)

// Excel's own limits, and ours where it has none.
const (
	MaxRows    = 1 << 20
	MaxColumns = 1 << 14

	maxExpanded = 2 << 30   // bytes of all parts, by default
	maxPart     = 16 << 20  // bytes of a part that is read whole: list of sheets, styles
	maxToken    = 1 << 20   // bytes of a cell's text or of a tag; Excel stops at 32,767 characters
	maxRow      = 4 << 20   // bytes of the texts of a row
	maxCells    = 1 << 27   // cells of a sheet, the empty ones of its rows included
	maxTexts    = 96 << 20  // bytes of the shared texts
	maxShared   = 6_000_000 // shared texts
	maxSheets   = 4096
	maxStyles   = 1 << 16
)

// Book is an open workbook. It is not safe for concurrent use.
type Book struct {
	Sheets   []string // names of the sheets of cells, in their order
	Hidden   []bool   // which of them a reader does not see
	Date1904 bool     // days are counted from 1904, not from 1900

	name   string
	parts  map[string]*zip.File // by path, lower case
	paths  []string             // of each sheet
	left   int64                // bytes that may still be expanded
	limit  int64
	texts  texts
	styles []Format
	ods    bool
	close  func() error
}

// Open reads the list of sheets, the shared texts and the styles of a workbook.
// What is no file on disk is first copied to a temporary one that has no name.
// expanded bounds the bytes of the parts once expanded; 2 GiB when 0. A file that is
// no workbook is a fault of kind Input, one past a limit of kind TooLarge; name is
// the file's, for them.
func Open(name string, in io.Reader, expanded int64) (*Book, error) {
	if expanded == 0 {
		expanded = maxExpanded
	}
	b := &Book{name: name, left: expanded, limit: expanded, parts: map[string]*zip.File{}, close: func() error { return nil }}
	at, size, err := b.readerAt(in)
	if err == nil {
		err = b.open(at, size)
	}
	if err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

// readerAt returns the bytes of in anywhere, spooled unless in is a whole file.
func (b *Book) readerAt(in io.Reader) (io.ReaderAt, int64, error) {
	if f, ok := in.(interface {
		io.ReaderAt
		Stat() (fs.FileInfo, error)
	}); ok {
		if st, err := f.Stat(); err == nil && st.Mode().IsRegular() {
			return f, st.Size(), nil
		}
	}
	f, err := os.CreateTemp("", "perimetre-")
	if err != nil {
		return nil, 0, fault.Wrap(fault.Internal, err, "fichier temporaire")
	}
	b.close = f.Close
	os.Remove(f.Name())
	n, err := io.Copy(f, io.LimitReader(in, b.limit+1))
	if err != nil {
		return nil, 0, &fault.Error{Kind: fault.Input, File: b.name, Message: "lecture interrompue", Err: err}
	}
	if n > b.limit {
		return nil, 0, b.tooLarge()
	}
	return f, n, nil
}

func (b *Book) tooLarge() error {
	return &fault.Error{Kind: fault.TooLarge, File: b.name, Message: "classeur trop grand une fois décompressé",
		Expected: fmt.Sprintf("moins de %d octets décompressés", b.limit)}
}

// excess returns the fault of a workbook past a limit other than its bytes.
func (b *Book) excess(what, limit string) error {
	return &fault.Error{Kind: fault.TooLarge, File: b.name, Message: what, Expected: limit + " ; sinon l’enregistrer en CSV"}
}

func (b *Book) damaged(what string, err error) error {
	return &fault.Error{Kind: fault.Input, File: b.name, Message: what, Expected: "un classeur .xlsx ou .ods", Err: err}
}

func (b *Book) open(in io.ReaderAt, size int64) error {
	z, err := bound.OpenZip(b.name, in, size)
	if err != nil {
		if fault.KindOf(err) == fault.Input {
			return b.damaged("classeur illisible", err.(*fault.Error).Err)
		}
		return err
	}
	var announced uint64
	for _, f := range z.File {
		key := partKey(f.Name)
		if _, twice := b.parts[key]; !twice {
			b.parts[key] = f
		}
		if announced += f.UncompressedSize64; announced > uint64(b.limit) || f.UncompressedSize64 > uint64(b.limit) {
			return b.tooLarge()
		}
	}
	if b.isODS() {
		return b.openODS()
	}
	main, shared, styles, err := b.readSheets()
	if err != nil {
		return err
	}
	if len(b.Sheets) == 0 {
		return b.damaged("classeur sans feuille ("+main+")", nil)
	}
	if err := b.readTexts(shared); err != nil {
		return err
	}
	return b.readStyles(styles)
}

// partKey writes the path of a part as its relations name it: writers differ in
// case and in slashes.
func partKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean(strings.ReplaceAll(name, `\`, "/")), "/"))
}

// part is an open part, read as XML; its tokens are bounded.
type part struct {
	*xml.Decoder
	items *bound.Items
	in    io.Closer
	book  *Book
	key   string
}

// openPart opens a part of at most limit bytes, or nil if the workbook has none at
// that path.
func (b *Book) openPart(key string, limit int64) (*part, error) {
	f := b.parts[key]
	if f == nil {
		return nil, nil
	}
	in, err := bound.OpenEntry(b.name, f, min(limit, b.limit))
	if err != nil {
		return nil, err
	}
	items := bound.NewItems(b.name, "texte de cellule", &spent{in, b}, maxToken)
	return &part{Decoder: xml.NewDecoder(items), items: items, in: in, book: b, key: key}, nil
}

// spent counts what is read of all parts.
type spent struct {
	in io.Reader
	b  *Book
}

func (s *spent) Read(p []byte) (int, error) {
	n, err := s.in.Read(p)
	if s.b.left -= int64(n); s.b.left < 0 {
		return 0, s.b.tooLarge()
	}
	return n, err
}

func (p *part) Close() error { return p.in.Close() }

// token returns the next token, valid until the next call; io.EOF after the last.
func (p *part) token() (xml.Token, error) {
	p.items.Next()
	t, err := p.RawToken()
	if err == nil || err == io.EOF {
		return t, err
	}
	if fault.KindOf(err) != fault.Internal {
		return nil, err
	}
	return nil, p.book.damaged("classeur endommagé", fmt.Errorf("%s : %w", p.key, err))
}

// elements calls visit at the start of each element of a part that is read whole.
// A part that the workbook lacks has no elements.
func (b *Book) elements(key string, visit func(xml.StartElement) error) error {
	p, err := b.openPart(key, maxPart)
	if err != nil || p == nil {
		return err
	}
	defer p.Close()
	for {
		t, err := p.token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if e, ok := t.(xml.StartElement); ok {
			if err := visit(e); err != nil {
				return err
			}
		}
	}
}

// attr returns an attribute of an element by its name, whatever its name space.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// relations returns the targets of a part by their kind, and by their identifier.
func (b *Book) relations(of string) (kinds, ids map[string]string, err error) {
	dir, file := path.Split(of)
	kinds, ids = map[string]string{}, map[string]string{}
	err = b.elements(dir+"_rels/"+file+".rels", func(e xml.StartElement) error {
		if e.Name.Local != "Relationship" || len(ids) > maxSheets {
			return nil
		}
		target := strings.ReplaceAll(attr(e, "Target"), `\`, "/")
		if !strings.HasPrefix(target, "/") {
			target = dir + target
		}
		kind := attr(e, "Type")
		kind = kind[strings.LastIndexByte(kind, '/')+1:]
		if _, twice := kinds[kind]; !twice {
			kinds[kind] = partKey(target)
		}
		if kind == "worksheet" {
			ids[attr(e, "Id")] = partKey(target)
		}
		return nil
	})
	return kinds, ids, err
}

// readSheets finds the parts of the workbook.
func (b *Book) readSheets() (main, shared, styles string, err error) {
	kinds, _, err := b.relations("")
	if err != nil {
		return "", "", "", err
	}
	if main = kinds["officeDocument"]; main == "" || b.parts[main] == nil {
		main = "xl/workbook.xml"
	}
	if b.parts[main] == nil {
		return "", "", "", b.damaged("classeur illisible", nil)
	}
	kinds, ids, err := b.relations(main)
	if err != nil {
		return "", "", "", err
	}
	err = b.elements(main, func(e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			v := attr(e, "date1904")
			b.Date1904 = v == "1" || v == "true"
		case "sheet":
			at := ids[sheetID(e)]
			if b.parts[at] == nil {
				return nil
			}
			if len(b.Sheets) == maxSheets {
				return b.excess("classeur de trop de feuilles", fmt.Sprintf("%d feuilles au plus", maxSheets))
			}
			state := attr(e, "state")
			b.Sheets, b.paths = append(b.Sheets, attr(e, "name")), append(b.paths, at)
			b.Hidden = append(b.Hidden, state == "hidden" || state == "veryHidden")
		}
		return nil
	})
	return main, kinds["sharedStrings"], kinds["styles"], err
}

// sheetID returns the r:id of a sheet, which also has a sheetId.
func sheetID(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "id" && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}

// Close frees the workbook.
func (b *Book) Close() error { return b.close() }
