package export

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
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
	held    [][]string // the first rows, until the widths are known
	sized   bool
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

// sampled is the number of rows whose texts give the widths of the columns: a stream takes
// the widths before its rows.
const sampled = 100

func (x *xlsxSink) write(cells []string) error {
	if x.sized {
		return x.put(cells)
	}
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = strings.Clone(c) // a reader may use its buffer again
	}
	if x.held = append(x.held, row); len(x.held) < sampled {
		return nil
	}
	return x.release()
}

// release sets the widths by the rows held, in characters, and writes them.
func (x *xlsxSink) release() error {
	var widths []int
	for _, row := range x.held {
		for i, c := range row[:min(len(row), maxCells)] {
			if i == len(widths) {
				widths = append(widths, 16)
			}
			widths[i] = min(48, max(widths[i], utf8.RuneCountInString(c)+3))
		}
	}
	for i, w := range widths {
		if err := x.stream.SetColWidth(i+1, i+1, float64(w)); err != nil {
			return err
		}
	}
	x.sized = true
	for _, row := range x.held {
		if err := x.put(row); err != nil {
			return err
		}
	}
	x.held = nil
	return nil
}

// put writes a row.
func (x *xlsxSink) put(cells []string) error {
	x.row++
	if x.row > maxRows || len(cells) > maxCells {
		return fault.New(fault.TooLarge, "un classeur XLSX tient %d lignes et %d colonnes au plus ; écrire en CSV", maxRows, maxCells)
	}
	if x.row == 1 {
		for _, c := range cells {
			x.numeric = append(x.numeric, slices.Contains(x.numbers, c))
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
	if !x.sized {
		if err := x.release(); err != nil {
			return err
		}
	}
	if err := x.stream.Flush(); err != nil {
		return err
	}
	return x.file.Write(x.out)
}
