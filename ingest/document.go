package ingest

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"

	"perimetre/geo/fault"
	"perimetre/ingest/bound"
)

// document is one file, gzip and zip expanded, that can be looked at before it
// is read.
type document struct {
	*bufio.Reader
	name  string // as faults show it: path, or path and the name inside the zip
	close []func() error
}

const lookahead = 64 << 10

// openDocument opens a file, past its byte order mark. In a zip it takes the first
// entry that has the first of the suffixes, else of the second, and so on.
func openDocument(path string, suffixes ...string) (*document, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &fault.Error{Kind: fault.NotFound, File: path, Message: "fichier introuvable"}
	}
	if err != nil {
		return nil, &fault.Error{Kind: fault.Input, File: path, Message: "fichier illisible", Err: err}
	}
	d := &document{Reader: bufio.NewReaderSize(f, lookahead), name: path, close: []func() error{f.Close}}
	if err := d.expand(f, suffixes); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

func (d *document) expand(f *os.File, suffixes []string) error {
	head, err := d.head()
	if err != nil {
		return err
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) && !isWorkbook(f, d.name) {
		entry, err := zipEntry(f, d.name, suffixes)
		if err != nil {
			return err
		}
		in, err := bound.OpenEntry(d.name, entry, 0)
		if err != nil {
			return err
		}
		d.close = append(d.close, in.Close)
		d.name += " (" + entry.Name + ")"
		d.Reader = bufio.NewReaderSize(in, lookahead)
		if head, err = d.head(); err != nil {
			return err
		}
	}
	if bytes.HasPrefix(head, []byte("\x1f\x8b")) {
		z, err := bound.Gunzip(d.name, d.Reader, 0)
		if err != nil {
			return err
		}
		d.Reader = bufio.NewReaderSize(z, lookahead)
	}
	if mark, err := d.Peek(3); err == nil && string(mark) == "\xef\xbb\xbf" {
		d.Discard(3)
	}
	return nil
}

// isWorkbook reports whether a zip is itself an XLSX or ODS file, which is read whole.
func isWorkbook(f *os.File, name string) bool {
	entries, err := zipEntries(f, name)
	return err == nil && slices.ContainsFunc(entries, func(e *zip.File) bool {
		return e.Name == "[Content_Types].xml" || e.Name == "xl/workbook.xml" || e.Name == "content.xml"
	})
}

// zipEntry chooses the file to read in a zip.
func zipEntry(f *os.File, name string, suffixes []string) (*zip.File, error) {
	entries, err := zipEntries(f, name)
	if err != nil {
		return nil, err
	}
	for _, s := range suffixes {
		for _, e := range entries {
			if strings.HasSuffix(strings.ToLower(e.Name), s) {
				return e, nil
			}
		}
	}
	var names []string
	for _, e := range entries[:min(len(entries), 20)] {
		names = append(names, e.Name)
	}
	return nil, &fault.Error{Kind: fault.Input, File: name, Message: "rien d’utilisable dans l’archive",
		Expected: "un fichier " + strings.Join(suffixes, ", "), Seen: strings.Join(names, ", ")}
}

// zipEntries lists the files of a zip, without what macOS adds.
func zipEntries(f *os.File, name string) ([]*zip.File, error) {
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	z, err := bound.OpenZip(name, f, st.Size())
	if err != nil {
		return nil, err
	}
	var entries []*zip.File
	for _, e := range z.File {
		if !e.FileInfo().IsDir() && !strings.HasPrefix(e.Name, "__MACOSX") {
			entries = append(entries, e)
		}
	}
	return entries, nil
}

// head returns the beginning of the document, without reading it.
func (d *document) head() ([]byte, error) {
	b, err := d.Peek(lookahead)
	if err != nil && err != io.EOF {
		return nil, d.broken(err)
	}
	return b, nil
}

// first returns the first byte that is no space; 0 when the document is empty.
func (d *document) first() (byte, error) {
	b, err := d.head()
	if err != nil {
		return 0, err
	}
	b = bytes.TrimLeft(b, " \t\r\n")
	if len(b) == 0 {
		return 0, nil
	}
	return b[0], nil
}

// broken returns the fault of a document that cannot be read to its end.
func (d *document) broken(err error) error {
	var f *fault.Error
	if errors.As(err, &f) { // past a bound
		return f
	}
	msg := "fichier illisible"
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, zip.ErrChecksum) {
		msg = "fichier tronqué ou endommagé : à télécharger de nouveau"
		err = nil
	}
	return &fault.Error{Kind: fault.Input, File: d.name, Message: msg, Err: err}
}

// wrong returns the fault of a document that is not of the kind expected.
func (d *document) wrong(expected string) error {
	head, err := d.head()
	if err != nil {
		return err
	}
	return &fault.Error{Kind: fault.Input, File: d.name, Message: "ce fichier n’est pas du format attendu", Expected: expected, Seen: beginning(head)}
}

// beginning shows the first characters of a file.
func beginning(head []byte) string {
	text := strings.TrimSpace(strings.ToValidUTF8(string(head[:min(len(head), 200)]), "?"))
	low := strings.ToLower(text)
	switch {
	case text == "":
		return "un fichier vide"
	case strings.HasPrefix(low, "<!doctype html"), strings.HasPrefix(low, "<html"):
		return "une page HTML"
	case strings.HasPrefix(low, "<?xml"):
		return "un document XML"
	}
	text, _, _ = strings.Cut(text, "\n")
	if r := []rune(text); len(r) > 60 {
		text = string(r[:60]) + "…"
	}
	return "« " + text + " »"
}

// Close frees the file.
func (d *document) Close() error {
	var err error
	for i := len(d.close) - 1; i >= 0; i-- {
		if e := d.close[i](); err == nil {
			err = e
		}
	}
	return err
}
