package table

import (
	"io"
	"strings"

	"perimetre/geo/fault"
	"perimetre/ingest/workbook"
)

// xlsxSource streams the rows of one sheet. Numbers come raw, with a dot; in the
// columns that the sheet shows as dates, serials come as JJ/MM/AAAA, and in those
// that it pads with zeros, as postcodes, numbers come padded.
type xlsxSource struct {
	book  *workbook.Book
	rows  *workbook.Rows
	close func() error

	dates []bool // by column
	pads  []int  // by column, digits; 0 for none
}

func openXLSX(in io.Reader, closeFile func() error, r *Reader, o Options) (source, error) {
	b, err := workbook.Open(r.Name, in, o.MaxExpanded)
	if err != nil {
		return nil, err
	}
	src, err := openSheet(b, r, o)
	if err != nil {
		b.Close()
		return nil, err
	}
	src.close = closeFile
	return src, nil
}

// openSheet opens the sheet asked for, else the first one that holds a cell.
func openSheet(b *workbook.Book, r *Reader, o Options) (*xlsxSource, error) {
	for i, s := range b.Sheets {
		if o.Sheet != "" && !strings.EqualFold(s, o.Sheet) {
			continue
		}
		x := &xlsxSource{book: b}
		holds, err := x.learn(i)
		if err != nil {
			return nil, err
		}
		if o.Sheet == "" && !holds {
			continue
		}
		r.Sheet = s
		x.rows, err = b.Rows(i)
		return x, err
	}
	if o.Sheet != "" {
		return nil, &fault.Error{Kind: fault.Input, File: r.Name, Message: "feuille introuvable", Expected: quoteList(b.Sheets), Seen: o.Sheet}
	}
	return nil, &fault.Error{Kind: fault.Input, File: r.Name, Message: "classeur vide", Expected: "une feuille qui commence par des titres de colonnes"}
}

func (x *xlsxSource) next() (record, error) {
	for {
		row, err := x.rows.Next()
		if err != nil {
			return record{}, err
		}
		if len(row.Cells) == 0 {
			continue
		}
		for i, c := range row.Cells {
			row.Cells[i] = x.shown(i, c)
		}
		return record{row.Number, row.Cells}, nil
	}
}

const learnWithin = 200 // rows that tell how a column shows its numbers

// learn reads how the first rows of a sheet show their numbers, and reports whether
// one of those where a header is looked for holds a cell.
func (x *xlsxSource) learn(sheet int) (holds bool, err error) {
	rows, err := x.book.Rows(sheet)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for n := 0; n < learnWithin; n++ {
		row, err := rows.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return holds, err
		}
		holds = holds || n < headerWithin && KindOf(row.Cells) != Blank
		for i, v := range row.Cells {
			if i == len(x.dates) {
				x.dates, x.pads = append(x.dates, false), append(x.pads, 0)
			}
			f := x.book.Format(row.Styles[i])
			if f.Date {
				_, _, isSerial := serial(v)
				x.dates[i] = x.dates[i] || isSerial
			}
			if f.Pad > len(v) && digits(v) >= 0 {
				x.pads[i] = f.Pad
			}
		}
	}
	return holds, nil
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
		if x.book.Date1904 {
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
	err := x.book.Close()
	if e := x.close(); err == nil {
		err = e
	}
	return err
}
