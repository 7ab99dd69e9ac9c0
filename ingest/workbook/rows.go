package workbook

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"perimetre/geo/fault"
)

// Row is a row of a sheet. Cells has one text a column from A to the last one
// written, and Styles the style of each; both are reused by the next call of Next.
type Row struct {
	Number int // from 1
	Cells  []string
	Styles []int
}

// Rows streams a sheet.
type Rows struct {
	book  *Book
	part  *part
	row   Row
	bytes int // of the row's texts
	cells int // of the sheet so far
	data  bool
	ended bool
	ods   *odsRows // in place of all the above
	empty Empty
}

// Empty counts the formulas that a sheet holds without their value.
type Empty struct{ Formulas, FirstRow int }

func (e *Empty) add(row int) {
	if e.Formulas++; e.Formulas == 1 {
		e.FirstRow = row
	}
}

// Empty returns the formulas without a value among the rows read so far.
func (r *Rows) Empty() Empty {
	if r.ods != nil {
		return r.ods.empty
	}
	return r.empty
}

// Rows opens a sheet by its place in Sheets.
func (b *Book) Rows(sheet int) (*Rows, error) {
	if b.ods {
		o, err := b.odsRows(sheet)
		if err != nil {
			return nil, err
		}
		return &Rows{book: b, part: o.part, ods: o}, nil
	}
	p, err := b.openPart(b.paths[sheet], b.limit)
	if err != nil {
		return nil, err
	}
	return &Rows{book: b, part: p}, nil
}

// Close frees the sheet.
func (r *Rows) Close() error { return r.part.Close() }

// wrong returns the fault of a row.
func (r *Rows) wrong(kind fault.Kind, message, expected string) error {
	return &fault.Error{Kind: kind, File: r.book.name, Line: r.row.Number, Message: message, Expected: expected}
}

// Next returns the next row that the sheet writes, io.EOF after the last one.
func (r *Rows) Next() (Row, error) {
	if r.ods != nil {
		return r.ods.next()
	}
	if r.ended {
		return Row{}, io.EOF
	}
	for {
		t, err := r.part.token()
		if err == io.EOF {
			r.ended = true
			if r.data { // cut within its rows
				return Row{}, r.wrong(fault.Input, "classeur endommagé", "une feuille entière")
			}
			return Row{}, io.EOF
		}
		if err != nil {
			return Row{}, r.placed(err)
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch {
			case e.Name.Local == "sheetData":
				r.data = true
			case e.Name.Local == "row" && r.data:
				if err := r.start(e); err != nil {
					return Row{}, err
				}
				if err := r.fill(); err != nil {
					return Row{}, r.placed(err)
				}
				return r.row, nil
			}
		case xml.EndElement:
			if e.Name.Local == "sheetData" {
				r.data, r.ended = false, true
				return Row{}, io.EOF
			}
		}
	}
}

// placed adds the row to a fault of its text.
func (r *Rows) placed(err error) error {
	if f, ok := err.(*fault.Error); ok && f.Line == 0 {
		f.Line = max(1, r.row.Number)
	}
	return err
}

func (r *Rows) start(e xml.StartElement) error {
	r.row.Number++
	if n := attr(e, "r"); n != "" {
		v, err := strconv.Atoi(n)
		if err != nil || v < 1 {
			return r.wrong(fault.Input, "numéro de ligne illisible", "un entier à partir de 1")
		}
		r.row.Number = v
	}
	if r.row.Number > MaxRows {
		return r.wrong(fault.TooLarge, "classeur de trop de lignes", fmt.Sprintf("%d lignes au plus", MaxRows))
	}
	r.row.Cells, r.row.Styles, r.bytes = r.row.Cells[:0], r.row.Styles[:0], 0
	return nil
}

// fill reads the cells of a row, to its end.
func (r *Rows) fill() error {
	for {
		t, err := r.part.token()
		if err == io.EOF {
			return r.wrong(fault.Input, "classeur endommagé", "une ligne entière")
		}
		if err != nil {
			return err
		}
		switch e := t.(type) {
		case xml.StartElement:
			if e.Name.Local == "c" {
				if err := r.cell(e); err != nil {
					return err
				}
			}
		case xml.EndElement:
			if e.Name.Local == "row" {
				return nil
			}
		}
	}
}

// cell reads a cell, to its end, and puts it in its column.
func (r *Rows) cell(e xml.StartElement) error {
	column := len(r.row.Cells)
	if ref := attr(e, "r"); ref != "" {
		var ok bool
		if column, ok = columnOf(ref); !ok {
			return r.wrong(fault.Input, "case de référence illisible", "par exemple B12")
		}
	}
	if column >= MaxColumns {
		return r.wrong(fault.TooLarge, "classeur de trop de colonnes", fmt.Sprintf("%d colonnes au plus", MaxColumns))
	}
	kind := attr(e, "t")
	style, _ := strconv.Atoi(attr(e, "s")) // without one, the first
	text, err := r.value(kind)
	if err != nil {
		return err
	}
	if r.bytes += len(text); r.bytes > maxRow {
		return r.wrong(fault.TooLarge, "ligne démesurée", fmt.Sprintf("moins de %d Mio par ligne", maxRow>>20))
	}
	if n := column + 1 - len(r.row.Cells); n > 0 {
		if r.cells += n; r.cells > maxCells {
			return r.wrong(fault.TooLarge, "classeur de trop de cellules", fmt.Sprintf("%d cellules au plus, vides comprises", maxCells))
		}
		r.row.Cells, r.row.Styles = extend(r.row.Cells, n), extend(r.row.Styles, n)
	}
	r.row.Cells[column], r.row.Styles[column] = text, style
	return nil
}

// value reads what a cell holds: numbers and errors as written, true and false as 1
// and 0.
func (r *Rows) value(kind string) (string, error) {
	var value []byte
	var text richText
	in, formula, valued := false, false, false
	for {
		t, err := r.part.token()
		if err == io.EOF {
			return "", r.wrong(fault.Input, "classeur endommagé", "une cellule entière")
		}
		if err != nil {
			return "", err
		}
		switch e := t.(type) {
		case xml.StartElement:
			in = e.Name.Local == "v"
			valued = valued || in || e.Name.Local == "is"
			formula = formula || e.Name.Local == "f"
		case xml.EndElement:
			if e.Name.Local != "c" {
				in = false
				break
			}
			if formula && !valued {
				r.empty.add(r.row.Number)
			}
			switch kind {
			case "s":
				n, err := strconv.Atoi(strings.TrimSpace(string(value)))
				s, ok := r.book.texts.get(n)
				if len(value) > 0 && (err != nil || !ok) {
					return "", r.wrong(fault.Input, "classeur endommagé : texte partagé absent", "un classeur enregistré par un tableur")
				}
				if len(value) == 0 {
					s = ""
				}
				return s, nil
			case "inlineStr":
				return string(text.take()), nil
			case "str":
				return string(unescape(value)), nil
			}
			return string(value), nil
		case xml.CharData:
			if in {
				if len(value)+len(e) > maxToken {
					return "", r.book.excess("texte de cellule trop long", fmt.Sprintf("%d Kio au plus", maxToken>>10))
				}
				value = append(value, e...)
			}
		}
		if kind == "inlineStr" {
			if err := text.token(r.book, t); err != nil {
				return "", err
			}
		}
	}
}

// extend appends n zero values.
func extend[T any](list []T, n int) []T {
	at := len(list)
	list = slices.Grow(list, n)[:at+n]
	clear(list[at:])
	return list
}

// columnOf reads the column of a reference such as AB12, from 0.
func columnOf(ref string) (int, bool) {
	n, i := 0, 0
	for ; i < len(ref) && i < 4; i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	return n - 1, i > 0
}
