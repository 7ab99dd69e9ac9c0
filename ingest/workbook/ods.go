package workbook

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"perimetre/geo/fault"
)

// An ODS file (OASIS OpenDocument 1.3, spreadsheets) keeps all its sheets in one
// part, where empty cells and rows are counted, not written.
const odsContent = "content.xml"

// isODS reports whether the parts make an OpenDocument spreadsheet.
func (b *Book) isODS() bool { return b.parts[odsContent] != nil && b.parts["xl/workbook.xml"] == nil }

// openODS reads the names of the sheets, and which are hidden by their style.
func (b *Book) openODS() error {
	secret := false
	if err := b.elements("meta-inf/manifest.xml", func(e xml.StartElement) error {
		secret = secret || e.Name.Local == "encryption-data"
		return nil
	}); err != nil {
		return err
	}
	if secret {
		return b.damaged("classeur protégé par un mot de passe", nil)
	}
	p, err := b.openPart(odsContent, b.limit)
	if err != nil {
		return err
	}
	defer p.Close()
	hidden := map[string]bool{} // styles of tables that are not shown
	style, depth := "", 0
	for {
		t, err := p.token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "style":
				style = attr(e, "name")
			case "table-properties":
				if attr(e, "display") == "false" && len(hidden) < maxStyles {
					hidden[style] = true
				}
			case "table":
				if depth++; depth > 1 {
					break // a table within a cell
				}
				if len(b.Sheets) == maxSheets {
					return b.excess("classeur de trop de feuilles", fmt.Sprintf("%d feuilles au plus", maxSheets))
				}
				b.Sheets, b.Hidden = append(b.Sheets, attr(e, "name")), append(b.Hidden, hidden[attr(e, "style-name")])
			}
		case xml.EndElement:
			if e.Name.Local == "table" {
				depth--
			}
		}
	}
	b.ods = true
	return nil
}

// odsRows streams one table of the part.
type odsRows struct {
	book   *Book
	part   *part
	sheet  int // tables to skip before it
	row    Row
	repeat int // of the row still to give
	depth  int // of tables
	cells  int
	within bool
	ended  bool
	empty  Empty
}

func (b *Book) odsRows(sheet int) (*odsRows, error) {
	p, err := b.openPart(odsContent, b.limit)
	if err != nil {
		return nil, err
	}
	return &odsRows{book: b, part: p, sheet: sheet}, nil
}

func (r *odsRows) wrong(kind fault.Kind, message, expected string) error {
	return &fault.Error{Kind: kind, File: r.book.name, Line: max(1, r.row.Number), Message: message, Expected: expected}
}

// next returns the next row, those that repeat it one by one; io.EOF after the last.
func (r *odsRows) next() (Row, error) {
	if r.repeat > 1 {
		r.repeat--
		return r.count()
	}
	if r.ended {
		return Row{}, io.EOF
	}
	for {
		t, err := r.part.token()
		if err == io.EOF {
			if r.within {
				return Row{}, r.wrong(fault.Input, "classeur endommagé", "une feuille entière")
			}
			return Row{}, io.EOF
		}
		if err != nil {
			return Row{}, err
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch {
			case e.Name.Local == "table":
				if r.depth++; r.depth == 1 {
					r.within = r.sheet == 0
					r.sheet--
				}
			case e.Name.Local == "table-row" && r.within && r.depth == 1:
				times, err := r.times(e, "number-rows-repeated", MaxRows)
				if err != nil {
					return Row{}, err
				}
				blank, err := r.fill()
				if err != nil {
					return Row{}, err
				}
				if blank { // the rest of a sheet is one row repeated
					r.row.Number += times
					continue
				}
				r.repeat = times
				return r.count()
			}
		case xml.EndElement:
			if e.Name.Local == "table" {
				if r.depth--; r.depth == 0 && r.within {
					r.within, r.ended = false, true
					return Row{}, io.EOF
				}
			}
		}
	}
}

// count numbers the row to give, within the limits of a sheet.
func (r *odsRows) count() (Row, error) {
	if r.row.Number++; r.row.Number > MaxRows {
		return Row{}, r.wrong(fault.TooLarge, "classeur de trop de lignes", fmt.Sprintf("%d lignes au plus", MaxRows))
	}
	if r.cells += len(r.row.Cells); r.cells > maxCells {
		return Row{}, r.wrong(fault.TooLarge, "classeur de trop de cellules", fmt.Sprintf("%d cellules au plus, vides comprises", maxCells))
	}
	return r.row, nil
}

// times reads how often a row or a cell stands, once without the attribute.
func (r *odsRows) times(e xml.StartElement, name string, most int) (int, error) {
	s := attr(e, name)
	if s == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, r.wrong(fault.Input, "répétition illisible : « "+s+" »", "un entier à partir de 1")
	}
	return min(n, most+1), nil
}

// fill reads the cells of a row, to its end, and reports whether none holds anything.
func (r *odsRows) fill() (blank bool, err error) {
	r.row.Cells, r.row.Styles = r.row.Cells[:0], r.row.Styles[:0]
	column, bytes := 0, 0
	for {
		t, err := r.part.token()
		if err == io.EOF {
			return false, r.wrong(fault.Input, "classeur endommagé", "une ligne entière")
		}
		if err != nil {
			return false, err
		}
		switch e := t.(type) {
		case xml.StartElement:
			if e.Name.Local != "table-cell" && e.Name.Local != "covered-table-cell" {
				continue
			}
			times, err := r.times(e, "number-columns-repeated", MaxColumns)
			if err != nil {
				return false, err
			}
			text, err := r.cell(e)
			if err != nil {
				return false, err
			}
			at := column
			column += times
			if text == "" {
				continue
			}
			if column > MaxColumns {
				return false, r.wrong(fault.TooLarge, "classeur de trop de colonnes", fmt.Sprintf("%d colonnes au plus", MaxColumns))
			}
			if bytes += len(text) * times; bytes > maxRow {
				return false, r.wrong(fault.TooLarge, "ligne démesurée", fmt.Sprintf("moins de %d Mio par ligne", maxRow>>20))
			}
			n := column - len(r.row.Cells)
			r.row.Cells, r.row.Styles = extend(r.row.Cells, n), extend(r.row.Styles, n)
			for i := at; i < column; i++ {
				r.row.Cells[i], r.row.Styles[i] = text, -1
			}
		case xml.EndElement:
			if e.Name.Local == "table-row" {
				return len(r.row.Cells) == 0, nil
			}
		}
	}
}

// cell reads a cell, to its end. Numbers come with a dot, padded as they are shown;
// dates as JJ/MM/AAAA, and texts with their lines apart.
func (r *odsRows) cell(e xml.StartElement) (string, error) {
	kind, value, day, truth := attr(e, "value-type"), attr(e, "value"), attr(e, "date-value"), attr(e, "boolean-value")
	formula := attr(e, "formula") != ""
	text, err := r.text()
	if err != nil {
		return "", err
	}
	switch kind {
	case "float", "percentage", "currency":
		if shown := strings.TrimSpace(text); len(shown) > len(value) && onlyDigits(shown) && strings.TrimLeft(shown, "0") == strings.TrimLeft(value, "0") {
			return shown, nil
		}
		return value, nil
	case "date":
		return frenchDay(day), nil
	case "boolean":
		return map[bool]string{true: "1", false: "0"}[truth == "true"], nil
	}
	if formula && text == "" && kind == "" {
		r.empty.add(r.row.Number + 1)
	}
	return text, nil
}

// text reads the paragraphs of a cell, to its end; notes on the cell and drawings are
// no part of them.
func (r *odsRows) text() (string, error) {
	var b strings.Builder
	depth, aside, in, paragraphs := 1, 0, false, 0
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
			depth++
			switch local := e.Name.Local; {
			case aside > 0 || local == "annotation" || local == "frame" || local == "shapes" || local == "table":
				aside++
			case local == "p" || local == "h":
				if paragraphs++; paragraphs > 1 {
					b.WriteByte('\n')
				}
				in = true
			case local == "s":
				n, err := r.times(e, "c", maxToken)
				if err != nil {
					return "", err
				}
				if b.Len()+n > maxToken {
					return "", r.book.excess("texte de cellule trop long", fmt.Sprintf("%d Kio au plus", maxToken>>10))
				}
				b.WriteString(strings.Repeat(" ", n))
			case local == "tab":
				b.WriteByte('\t')
			case local == "line-break":
				b.WriteByte('\n')
			}
		case xml.EndElement:
			if depth--; depth == 0 {
				return b.String(), nil
			}
			if aside > 0 {
				aside--
			} else if e.Name.Local == "p" || e.Name.Local == "h" {
				in = false
			}
		case xml.CharData:
			if in && aside == 0 {
				if b.Len()+len(e) > maxToken {
					return "", r.book.excess("texte de cellule trop long", fmt.Sprintf("%d Kio au plus", maxToken>>10))
				}
				b.Write(e)
			}
		}
	}
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// frenchDay writes 2024-04-01T08:30:00 as 01/04/2024 08:30, and a day alone without
// its hour; what is no date stays.
func frenchDay(s string) string {
	day, hour, timed := strings.Cut(s, "T")
	if len(day) != 10 || day[4] != '-' || day[7] != '-' {
		return s
	}
	out := day[8:] + "/" + day[5:7] + "/" + day[:4]
	if timed && len(hour) >= 5 && !strings.HasPrefix(hour, "00:00") {
		out += " " + hour[:5]
	}
	return out
}
