package table

import (
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"perimetre/geo/fault"
)

const defaultExpanded = 2 << 30

// xlsxSource streams the rows of one sheet. Cells are raw: numbers with a dot,
// dates as Excel serials, which ParseDate reads.
type xlsxSource struct {
	file  *excelize.File
	rows  *excelize.Rows
	name  string
	line  int
	close func() error
}

func openXLSX(in io.Reader, closeFile func() error, r *Reader, o Options) (source, error) {
	limit := o.MaxExpanded
	if limit == 0 {
		limit = defaultExpanded
	}
	f, err := excelize.OpenReader(in, excelize.Options{RawCellValue: true, UnzipSizeLimit: limit, UnzipXMLSizeLimit: 16 << 20})
	if err != nil {
		e := &fault.Error{Kind: fault.Input, File: r.Name, Message: "classeur illisible", Expected: "un classeur Excel .xlsx", Err: err}
		if strings.Contains(err.Error(), "exceed") {
			e.Kind, e.Message = fault.TooLarge, "classeur trop grand une fois décompressé"
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
			return &xlsxSource{file: f, rows: rows, name: r.Name}, nil
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
		if cells, err := rows.Columns(); err == nil && kindOf(cells) != Blank {
			return true
		}
	}
	return false
}

func (x *xlsxSource) next() (record, error) {
	for x.rows.Next() {
		x.line++
		cells, err := x.rows.Columns()
		if err != nil {
			return record{}, &fault.Error{Kind: fault.Input, File: x.name, Line: x.line, Message: "ligne illisible", Err: err}
		}
		if len(cells) == 0 {
			continue
		}
		return record{x.line, cells}, nil
	}
	if err := x.rows.Error(); err != nil {
		return record{}, &fault.Error{Kind: fault.Input, File: x.name, Line: x.line + 1, Message: "classeur endommagé", Err: err}
	}
	return record{}, io.EOF
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
