package table

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"perimetre/geo/fault"
	"perimetre/ingest/workbook"
)

// xlsxSource streams the rows of one sheet of a workbook, XLSX or ODS. Numbers come raw, with a dot; in the
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

// openSheet opens the sheet asked for, else the one among those that are shown that
// bears the most headings, the first of equals. What is read and what is left are
// told when there are several.
func openSheet(b *workbook.Book, r *Reader, o Options) (*xlsxSource, error) {
	best, most := -1, -1
	var chosen *xlsxSource
	var left []string
	for i, s := range b.Sheets {
		if o.Sheet != "" && !strings.EqualFold(s, o.Sheet) {
			continue
		}
		if o.Sheet == "" && b.Hidden[i] {
			left = append(left, "« "+s+" » (masquée)")
			continue
		}
		x := &xlsxSource{book: b}
		rows, err := x.learn(i)
		if err != nil {
			return nil, err
		}
		if n := headings(rows, o); n > most && (o.Sheet != "" || len(rows) > 0) {
			best, most, chosen = i, n, x
		}
		if o.Sheet != "" {
			break
		}
	}
	switch {
	case best < 0 && o.Sheet != "":
		return nil, &fault.Error{Kind: fault.Input, File: r.Name, Message: "feuille introuvable", Expected: quoteList(b.Sheets), Seen: o.Sheet}
	case best < 0 && len(left) > 0:
		return nil, &fault.Error{Kind: fault.Input, File: r.Name, Message: "aucune feuille visible ne contient de tableau", Expected: "une feuille affichée, ou « --sheet » avec le nom de la feuille", Seen: strings.Join(left, ", ")}
	case best < 0:
		return nil, &fault.Error{Kind: fault.Input, File: r.Name, Message: "classeur vide", Expected: "une feuille qui commence par des titres de colonnes"}
	}
	r.Sheet = b.Sheets[best]
	if o.Sheet == "" && len(b.Sheets) > 1 {
		var others []string
		for i, s := range b.Sheets {
			if i != best && !b.Hidden[i] {
				others = append(others, "« "+s+" »")
			}
		}
		r.Notices = append(r.Notices, "feuille lue : « "+r.Sheet+" » ; laissées de côté : "+strings.Join(append(others, left...), ", "))
	}
	var err error
	chosen.rows, err = b.Rows(best)
	return chosen, err
}

// headings says how much like a table the first rows of a sheet look: the known
// headings of their header count first, then its having two columns.
func headings(rows []record, o Options) int {
	if len(rows) == 0 {
		return 0
	}
	at := headerAmong(rows, o)
	if at < 0 {
		return 0
	}
	p := o.Profile
	if p == nil {
		p = Generic()
	}
	n := 2 * len(p.Match(rows[at].cells).index)
	if len(o.Columns) > 0 {
		n += 1000
	}
	if filled(rows[at].cells) > 1 && at+1 < len(rows) {
		n++
	}
	return n
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

// learn reads how the first rows of a sheet show their numbers, and returns those of
// them where a header is looked for, none when they hold nothing.
func (x *xlsxSource) learn(sheet int) (first []record, err error) {
	rows, err := x.book.Rows(sheet)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for n := 0; n < learnWithin; n++ {
		row, err := rows.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if len(first) < headerWithin && KindOf(row.Cells) != Blank {
			first = append(first, record{row.Number, slices.Clone(row.Cells)})
		}
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
	return first, nil
}

// shown returns a raw cell as its column shows it.
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

func (x *xlsxSource) warnings() []string {
	e := x.rows.Empty()
	if e.Formulas == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d formule(s) sans valeur calculée, lues comme vides, la première ligne %d : ouvrir le classeur dans un tableur et l’enregistrer", e.Formulas, e.FirstRow)}
}

func (x *xlsxSource) Close() error {
	x.rows.Close()
	err := x.book.Close()
	if e := x.close(); err == nil {
		err = e
	}
	return err
}
