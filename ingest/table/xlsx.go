package table

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/xuri/excelize/v2"

	"perimetre/geo/fault"
)

const defaultExpanded = 2 << 30

// xlsxSource streams the rows of one sheet. Numbers come raw, with a dot; in the
// columns that the sheet shows as dates, serials come as JJ/MM/AAAA, and in those
// that it pads with zeros, as postcodes, numbers come padded.
type xlsxSource struct {
	file  *excelize.File
	rows  *excelize.Rows
	name  string
	line  int
	close func() error

	dates    []bool // by column
	pads     []int  // by column, digits; 0 for none
	date1904 bool   // the workbook counts days from 1904
}

func openXLSX(in io.Reader, closeFile func() error, r *Reader, o Options) (source, error) {
	limit := o.MaxExpanded
	if limit == 0 {
		limit = defaultExpanded
	}
	f, err := excelize.OpenReader(in, excelize.Options{RawCellValue: true, UnzipSizeLimit: limit, UnzipXMLSizeLimit: min(limit, 16<<20)})
	if err != nil {
		e := &fault.Error{Kind: fault.Input, File: r.Name, Message: "classeur illisible", Expected: "un classeur Excel .xlsx", Err: err}
		if strings.Contains(err.Error(), "exceed") {
			e.Kind, e.Message, e.Err = fault.TooLarge, "classeur trop grand une fois décompressé", nil
			e.Expected = fmt.Sprintf("moins de %d octets décompressés", limit)
		}
		return nil, e
	}
	src, err := openSheet(f, r, o)
	if err != nil {
		f.Close()
		return nil, err
	}
	src.close = closeFile
	return src, nil
}

// openSheet opens the sheet asked for, else the first one that holds a cell.
func openSheet(f *excelize.File, r *Reader, o Options) (*xlsxSource, error) {
	sheets := f.GetSheetList()
	for _, s := range sheets {
		if o.Sheet != "" && !strings.EqualFold(s, o.Sheet) {
			continue
		}
		rows, err := f.Rows(s)
		if err != nil {
			return nil, &fault.Error{Kind: fault.Input, File: r.Name, Message: "feuille « " + s + " » illisible", Err: err}
		}
		if o.Sheet != "" || holdsCells(f, s) {
			r.Sheet = s
			x := &xlsxSource{file: f, rows: rows, name: r.Name}
			if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil {
				x.date1904 = *props.Date1904
			}
			x.learn(s)
			return x, nil
		}
		rows.Close()
	}
	if o.Sheet != "" {
		return nil, &fault.Error{Kind: fault.Input, File: r.Name, Message: "feuille introuvable", Expected: quoteList(sheets), Seen: o.Sheet}
	}
	return nil, &fault.Error{Kind: fault.Input, File: r.Name, Message: "classeur vide", Expected: "une feuille qui commence par des titres de colonnes"}
}

// holdsCells looks at the first rows of a sheet.
func holdsCells(f *excelize.File, sheet string) bool {
	rows, err := f.Rows(sheet)
	if err != nil {
		return false
	}
	defer rows.Close()
	for n := 0; n < headerWithin && rows.Next(); n++ {
		if cells, err := rows.Columns(); err == nil && KindOf(cells) != Blank {
			return true
		}
	}
	return false
}

func (x *xlsxSource) next() (record, error) {
	for x.rows.Next() {
		if x.line++; x.line > maxRows { // a forged row number would be counted up to
			return record{}, &fault.Error{Kind: fault.Input, File: x.name, Line: x.line, Message: "classeur endommagé", Expected: fmt.Sprintf("%d lignes au plus", maxRows)}
		}
		cells, err := x.rows.Columns()
		if err != nil {
			return record{}, &fault.Error{Kind: fault.Input, File: x.name, Line: x.line, Message: "ligne illisible", Err: err}
		}
		if len(cells) == 0 {
			continue
		}
		for i, c := range cells {
			cells[i] = x.shown(i, c)
		}
		return record{x.line, cells}, nil
	}
	if err := x.rows.Error(); err != nil {
		return record{}, &fault.Error{Kind: fault.Input, File: x.name, Line: x.line + 1, Message: "classeur endommagé", Err: err}
	}
	return record{}, io.EOF
}

const learnWithin = 200 // rows that tell how a column shows its numbers

// learn compares the raw cells of the first rows with those that a reader sees.
func (x *xlsxSource) learn(sheet string) {
	raw, err := x.file.Rows(sheet)
	if err != nil {
		return
	}
	defer raw.Close()
	shown, err := x.file.Rows(sheet)
	if err != nil {
		return
	}
	defer shown.Close()
	for n := 0; n < learnWithin && raw.Next() && shown.Next(); n++ {
		values, err1 := raw.Columns()
		texts, err2 := shown.Columns(excelize.Options{RawCellValue: false})
		if err1 != nil || err2 != nil {
			return
		}
		for i, v := range values {
			if i == len(x.dates) {
				x.dates, x.pads = append(x.dates, false), append(x.pads, 0)
			}
			if i >= len(texts) || texts[i] == v {
				continue
			}
			_, _, isSerial := serial(v)
			switch t := texts[i]; {
			case isSerial && looksDate(t):
				x.dates[i] = true
			case digits(v) >= 0 && digits(t) == digits(v) && len(t) > len(v):
				x.pads[i] = len(t)
			}
		}
	}
}

// looksDate tells a date as any number format shows it from a number: 4/1/24,
// 2024-04-01, 1 avr. 24.
func looksDate(s string) bool {
	digit, mark := false, false
	for _, r := range s {
		digit = digit || r >= '0' && r <= '9'
		mark = mark || r == '/' || r == ':' || unicode.IsLetter(r) && r != 'E'
	}
	return digit && (mark || strings.Count(s, "-") == 2 || strings.Count(s, ".") == 2)
}

// shown is a raw cell as its column shows it.
func (x *xlsxSource) shown(column int, raw string) string {
	if column >= len(x.dates) || raw == "" {
		return raw
	}
	if x.dates[column] {
		t, clock, ok := serial(raw)
		if !ok {
			return raw
		}
		if x.date1904 {
			t = t.AddDate(0, 0, 1462)
		}
		if clock {
			return t.Format("02/01/2006 15:04")
		}
		return t.Format("02/01/2006")
	}
	if p := x.pads[column]; p > len(raw) && digits(raw) >= 0 {
		return strings.Repeat("0", p-len(raw)) + raw
	}
	return raw
}

func (x *xlsxSource) warnings() []string { return nil }

func (x *xlsxSource) Close() error {
	x.rows.Close()
	err := x.file.Close()
	if e := x.close(); err == nil {
		err = e
	}
	return err
}
