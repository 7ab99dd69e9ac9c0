package export

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"perimetre/geo/fault"
	"perimetre/ingest/workbook"
)

// Excel's own limits.
const (
	maxRows  = workbook.MaxRows
	maxCells = workbook.MaxColumns
	maxRunes = 32767
)

// xlsxSink streams one sheet; the rows wait in a temporary file, not in memory.
type xlsxSink struct {
	out     io.Writer
	file    *excelize.File
	stream  *excelize.StreamWriter
	numbers []string
	numeric []bool
	row     int
	values  []any
}

func newXLSXSink(out io.Writer, o Options) (*xlsxSink, error) {
	f := excelize.NewFile()
	sheet := o.Sheet
	if sheet == "" {
		sheet = "Feuille1"
	}
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return nil, fault.Wrap(fault.Usage, err, "nom de feuille « %s »", sheet)
	}
	s, err := f.NewStreamWriter(sheet)
	if err != nil {
		return nil, err
	}
	return &xlsxSink{out: out, file: f, stream: s, numbers: o.Numbers}, nil
}

func (x *xlsxSink) write(cells []string) error {
	x.row++
	if x.row > maxRows || len(cells) > maxCells {
		return fault.New(fault.TooLarge, "un classeur XLSX tient %d lignes et %d colonnes au plus ; écrire en CSV", maxRows, maxCells)
	}
	if x.row == 1 {
		for i, c := range cells {
			x.numeric = append(x.numeric, slices.Contains(x.numbers, c))
			// A stream knows its widths before its rows: by the titles, in characters.
			if err := x.stream.SetColWidth(i+1, i+1, float64(min(40, max(16, utf8.RuneCountInString(c)+3)))); err != nil {
				return err
			}
		}
	}
	x.values = x.values[:0]
	for i, c := range cells {
		if x.row > 1 && i < len(x.numeric) && x.numeric[i] {
			if v, err := strconv.ParseFloat(c, 64); err == nil {
				x.values = append(x.values, v)
				continue
			}
		}
		if c == "" {
			x.values = append(x.values, nil)
			continue
		}
		if len(c) > maxRunes && utf8.RuneCountInString(c) > maxRunes {
			return fault.New(fault.TooLarge, "ligne %d : une cellule XLSX tient %d caractères au plus ; écrire en CSV", x.row, maxRunes)
		}
		x.values = append(x.values, c)
	}
	return x.stream.SetRow(fmt.Sprintf("A%d", x.row), x.values)
}

func (x *xlsxSink) flush() error {
	defer x.file.Close()
	if err := x.stream.Flush(); err != nil {
		return err
	}
	return x.file.Write(x.out)
}
