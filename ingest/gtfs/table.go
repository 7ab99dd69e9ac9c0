package gtfs

import (
	"archive/zip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"perimetre/geo/fault"
	"perimetre/ingest/bound"
)

// archive is a zip whose files may stand in a folder of it.
type archive struct {
	name  string
	files map[string]*zip.File
}

// mostBytes is the most that one file of a feed may hold, expanded: the stop times of
// the whole of France take two thirds of it.
const mostBytes = 6 << 30

// Published tables take four bytes of the zip a row and more (stop times of the SNCF);
// one with more than freeRows rows that takes less than bytesPerRow was made to fill a
// memory.
const (
	freeRows    = 500_000
	bytesPerRow = 2
	mostLine    = 64 << 10 // bytes of a line
)

func newArchive(name string, z *zip.Reader) *archive {
	a := &archive{name: name, files: map[string]*zip.File{}}
	for _, f := range z.File {
		base := strings.ToLower(path.Base(strings.ReplaceAll(f.Name, `\`, "/")))
		if _, twice := a.files[base]; !twice && !f.FileInfo().IsDir() && !strings.Contains(f.Name, "__MACOSX") {
			a.files[base] = f
		}
	}
	return a
}

func (a *archive) has(file string) bool { return a.files[file] != nil }

// isFeed reports whether the files make a timetable.
func (a *archive) isFeed() bool { return a.has("stop_times.txt") && a.has("trips.txt") }

// row is a line of a file.
type row struct {
	t     *table
	cells []string
}

// table reads one file.
type table struct {
	file   string // for messages: feed.zip/stops.txt
	in     *csv.Reader
	header []string
	at     map[string]int
}

// get returns a cell by its column, "" for an absent one.
func (r row) get(column string) string {
	if i, ok := r.t.at[column]; ok && i < len(r.cells) {
		return strings.TrimSpace(r.cells[i])
	}
	return ""
}

// line returns the line of the row in its file, from 1.
func (r row) line() int {
	n, _ := r.t.in.FieldPos(0)
	return n
}

// wrong returns a fault of one cell.
func (r row) wrong(column, expected string) error {
	return fault.At(r.t.file, r.line(), column, expected, "« "+r.get(column)+" »")
}

// each visits the rows of a file that must have some columns; an absent file has none.
// The row serves until the next.
func (a *archive) each(file string, columns []string, visit func(row) error) (err error) {
	entry := a.files[file]
	if entry == nil {
		return nil
	}
	name := a.name + "/" + file
	in, err := bound.OpenEntry(name, entry, mostBytes)
	if err != nil {
		return err
	}
	defer in.Close()
	lines := bound.NewItems(name, "texte d’une ligne", in, mostLine)
	t := &table{file: name, in: csv.NewReader(lines), at: map[string]int{}}
	t.in.ReuseRecord, t.in.LazyQuotes, t.in.FieldsPerRecord = true, true, -1
	header, err := t.in.Read()
	if errors.Is(err, io.EOF) {
		return &fault.Error{Kind: fault.Input, File: name, Message: "fichier vide", Expected: strings.Join(columns, ", ")}
	}
	if err != nil {
		return t.broken(err)
	}
	for i, h := range header {
		h = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")))
		t.header = append(t.header, h)
		if _, twice := t.at[h]; !twice {
			t.at[h] = i
		}
	}
	for _, c := range columns {
		if _, ok := t.at[c]; !ok {
			return &fault.Error{Kind: fault.Input, File: name, Message: "colonne absente : " + c, Seen: strings.Join(t.header, ", ")}
		}
	}
	for n := uint64(0); ; n++ {
		if n > freeRows+entry.CompressedSize64/bytesPerRow {
			return &fault.Error{Kind: fault.TooLarge, File: name, Message: "trop de lignes pour la taille du fichier compressé", Expected: fmt.Sprintf("%d lignes, puis une tous les %d octets compressés", freeRows, bytesPerRow)}
		}
		lines.Next()
		cells, err := t.in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return t.broken(err)
		}
		if len(cells) == 1 && strings.TrimSpace(cells[0]) == "" {
			continue
		}
		r := row{t, cells}
		// Publishers leave out the last cells of a line; what a reader asks must be there.
		for _, c := range columns {
			if t.at[c] >= len(cells) {
				return &fault.Error{Kind: fault.Input, File: name, Line: r.line(), Message: "ligne incomplète : fichier tronqué ?", Expected: "une colonne " + c, Seen: "« " + strings.Join(cells, ",") + " »"}
			}
		}
		if err := visit(r); err != nil {
			return err
		}
	}
}

// broken tells an archive or a CSV that cannot be read on.
func (t *table) broken(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	var p *csv.ParseError
	if errors.As(err, &p) {
		return &fault.Error{Kind: fault.Input, File: t.file, Line: p.Line, Message: "CSV illisible", Err: p.Err}
	}
	return &fault.Error{Kind: fault.Input, File: t.file, Message: "archive zip endommagée ou tronquée", Err: err}
}
