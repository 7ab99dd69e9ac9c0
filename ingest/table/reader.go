package table

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"perimetre/french"
	"perimetre/geo/fault"
)

// Options say how to open a table; the zero value detects everything.
type Options struct {
	// Stdin is read for the path "-"; os.Stdin when nil.
	Stdin io.Reader
	// Sheet is the sheet of a workbook to read; when empty, of those that are shown, the
	// one that bears the most headings.
	Sheet string
	// Delimiter of a CSV file; detected among ; , tab and | when 0.
	Delimiter byte
	// Encoding of a CSV file; detected when Auto.
	Encoding Encoding
	// Columns that the header must hold: the first line that names them all is
	// the header. Empty: the header is found by its headings and its shape.
	Columns []string
	// FirstLine: the header is the first line, as in official files.
	FirstLine bool
	// Profile whose titles help to find the header; Generic() when nil.
	Profile *Profile
	// MaxExpanded bounds the bytes of a workbook or of a gzip file once expanded;
	// when 0, 2 GiB for the first, 64 GiB for the other.
	MaxExpanded int64
}

// Format is the kind of file of a table.
type Format uint8

const (
	CSV  Format = iota
	XLSX        // or ODS
)

// String is "csv" or "xlsx".
func (f Format) String() string { return [...]string{"csv", "xlsx"}[f] }

// RowKind distinguishes rows of data from the others, which are still read.
type RowKind uint8

const (
	Data  RowKind = iota
	Total         // a line of totals, under or between the data
	Blank         // delimiters alone: no cell holds anything
)

// Row is one row under the header. Cells has exactly one cell a heading, as
// written (decoded to UTF-8); the slice is reused by the next call of Next, the
// strings are not.
type Row struct {
	Line     int // from 1, of the file or the sheet
	Kind     RowKind
	Cells    []string
	Overflow []string // cells past the last heading, when one of them is not empty
	Missing  int      // cells that the line lacks, given as empty
}

// Text returns a cell cleaned by Clean: without the spaces around it and the marks that
// spreadsheets leave, or "" for the column -1, which the table has not.
func (r Row) Text(column int) string {
	if column < 0 {
		return ""
	}
	return Clean(r.Cells[column])
}

// Clone returns a copy that outlives the next call of Next.
func (r Row) Clone() Row {
	r.Cells, r.Overflow = slices.Clone(r.Cells), slices.Clone(r.Overflow)
	return r
}

// Reader reads one table, row by row, in memory that does not grow with it.
type Reader struct {
	Name       string   // as faults show it: the path, or "entrée standard"
	Format     Format   // CSV or XLSX
	Header     []string // as written
	HeaderLine int      // from 1
	Preamble   []string // title lines above the header, cells joined by a space
	Delimiter  byte     // of a CSV file, else 0
	Encoding   Encoding // of a CSV file, else UTF8
	Sheet      string   // of a workbook
	Notices    []string // French: which sheet was read, which encoding was supposed

	src       source
	pending   []record // rows read while looking for the header, still to come out
	cells     []string
	mojibake  int
	mojibakeN int // line of the first
	errors    int // cells that hold a spreadsheet's error
	errorText string
	errorLine int // of the first
}

// record is one row as a source gives it: as many cells as were written.
type record struct {
	line  int
	cells []string
}

// source is a CSV or XLSX file under its records. next gives io.EOF at the end;
// its cells slice may be reused, the strings are not.
type source interface {
	next() (record, error)
	warnings() []string
	io.Closer
}

// Open opens a table and reads up to its header. The path "-" is Options.Stdin;
// gzip is expanded whatever the name; XLSX is known by its content.
// A file that is no table is a fault of kind Input, a missing one NotFound.
func Open(path string, o Options) (*Reader, error) {
	name, in, closeFile, err := openFile(path, o)
	if err != nil {
		return nil, err
	}
	return open(name, in, closeFile, o)
}

// OpenReader is Open on a stream; faults show name.
func OpenReader(name string, in io.Reader, o Options) (*Reader, error) {
	return open(name, in, func() error { return nil }, o)
}

func open(name string, in io.Reader, closeFile func() error, o Options) (*Reader, error) {
	r := &Reader{Name: name}
	src, err := identify(in, closeFile, r, o)
	if err != nil {
		closeFile()
		return nil, err
	}
	r.src = src
	if err := r.findHeader(o); err != nil {
		src.Close()
		return nil, err
	}
	return r, nil
}

// Next returns the next row, io.EOF after the last one.
func (r *Reader) Next() (Row, error) {
	var rec record
	if len(r.pending) > 0 {
		rec, r.pending = r.pending[0], r.pending[1:]
	} else {
		var err error
		if rec, err = r.src.next(); err != nil {
			return Row{}, err
		}
	}
	row := Row{Line: rec.line}
	if _, ok := r.src.(*held); !ok {
		row.Kind = KindOf(rec.cells)
	}
	n := len(r.Header)
	if len(rec.cells) == n {
		row.Cells = rec.cells
	} else {
		r.cells = append(r.cells[:0], rec.cells[:min(n, len(rec.cells))]...)
		row.Missing = max(0, n-len(rec.cells))
		for len(r.cells) < n {
			r.cells = append(r.cells, "")
		}
		row.Cells = r.cells
		if len(rec.cells) > n && KindOf(rec.cells[n:]) != Blank {
			row.Overflow = rec.cells[n:]
		}
	}
	for _, c := range row.Cells {
		if len(c) > 0 && (c[0] == '#' || c[0] == 'E') && isErrorValue(c) {
			if r.errors++; r.errors == 1 {
				r.errorText, r.errorLine = c, row.Line
			}
		}
		if french.Misread(c) {
			if r.mojibake == 0 {
				r.mojibakeN = row.Line
			}
			r.mojibake++
		}
	}
	return row, nil
}

// Close frees the file; it does not close Options.Stdin.
func (r *Reader) Close() error { return r.src.Close() }

// Warnings says, in French, what was mended or looks wrong in the rows read so
// far; empty when all is well.
func (r *Reader) Warnings() []string {
	w := r.src.warnings()
	if twice := r.repeatedHeadings(); twice != "" {
		w = append(w, twice)
	}
	if r.errors > 0 {
		w = append(w, fmt.Sprintf("%d cellule(s) en erreur dans le tableur, la première ligne %d : « %s »", r.errors, r.errorLine, r.errorText))
	}
	if r.mojibake > 0 {
		w = append(w, fmt.Sprintf("%d cellule(s) au texte mal décodé (« Ã© » pour « é »), la première ligne %d : le fichier a été enregistré dans un mauvais encodage", r.mojibake, r.mojibakeN))
	}
	return w
}

// repeatedHeadings says which headings stand over several columns, or "" if none does.
func (r *Reader) repeatedHeadings() string {
	columns := map[string][]int{}
	for i, h := range r.Header {
		if n := normalise(h); n != "" {
			columns[n] = append(columns[n], i)
		}
	}
	var said []string
	for i, h := range r.Header {
		at := columns[normalise(h)]
		if len(at) < 2 || at[0] != i {
			continue
		}
		numbers := make([]string, len(at))
		for k, c := range at {
			numbers[k] = strconv.Itoa(c + 1)
		}
		said = append(said, "« "+strings.TrimSpace(h)+" » (colonnes "+strings.Join(numbers, ", ")+")")
	}
	if len(said) == 0 {
		return ""
	}
	return "titres de colonnes en double, le premier est lu : " + strings.Join(said, ", ")
}

// isErrorValue tells what spreadsheets show in place of a value, in French or not.
func isErrorValue(s string) bool {
	switch s {
	case "#REF!", "#N/A", "#VALUE!", "#VALEUR!", "#DIV/0!", "#NAME?", "#NOM?", "#NUM!", "#NOMBRE!", "#NULL!", "#NUL!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#ERROR!":
		return true
	}
	code, ok := strings.CutPrefix(s, "Err:")
	return ok && digits(code) >= 0
}

// NeedColumn returns the first column found of the titles; a fault names those seen without any.
func (r *Reader) NeedColumn(titles ...string) (int, error) {
	if i := FindColumn(r.Header, titles...); i >= 0 {
		return i, nil
	}
	return -1, &fault.Error{
		Kind: fault.Input, File: r.Name, Line: r.HeaderLine, Message: "colonne introuvable",
		Expected: "« " + strings.Join(titles, " », « ") + " »", Seen: "« " + strings.Join(r.Header, " », « ") + " »",
	}
}
