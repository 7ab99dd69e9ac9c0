package crosstab

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"perimetre/export"
	"perimetre/french"
	"perimetre/geo"
)

const hidden = "•"

var zoningNames = map[geo.Zoning]string{geo.QPV: "QPV", geo.FRR: "FRR", geo.ZRR: "ZRR"}

var levelNames = map[string]string{"mission_locale": "Mission Locale", "epci": "EPCI", "departement": "Département", "region": "Région", "ensemble": "Ensemble"}

// Sheet is an indicator as a reader sees it: a line a territory, or a line a territory and
// value where people are divided; a column a count.
type Sheet struct {
	Title  string
	Header []string
	Words  int     // the first columns, which are words; counts and shares follow
	Rows   [][]any // string, int, float64 for a share, nil for what is hidden
}

// Sheets lays the tables out, one sheet an indicator and way to divide.
func (s *Set) Sheets() (out []Sheet) {
	var seen []string
	for _, t := range s.Tables {
		key := t.Indicator.Rule + "/" + string(t.By)
		if slices.Contains(seen, key) {
			continue
		}
		seen = append(seen, key)
		out = append(out, s.sheet(t.Indicator, t.By))
	}
	return out
}

func (s *Set) sheet(ind Indicator, by By) Sheet {
	sh := Sheet{Title: ind.Name, Header: []string{"Niveau", "Territoire"}}
	if by != All {
		sh.Title += ", par " + by.Name()
		sh.Header = append(sh.Header, french.Capital(by.Name()))
	}
	sh.Words = len(sh.Header)
	var values []string
	zoned := map[string][]*Table{} // by value, one a zoning
	for _, t := range s.Tables {
		if t.Indicator != ind || t.By != by {
			continue
		}
		if zoned[t.Value] == nil {
			values = append(values, t.Value)
		}
		zoned[t.Value] = append(zoned[t.Value], t)
	}
	sh.Header = append(sh.Header, titlesOf(zoned[values[0]])...)
	places := s.rowsOf(zoned[values[0]][0])
	cells := make([][][]any, len(values))
	for k, v := range values {
		cells[k] = s.cellsOf(zoned[v])
	}
	for i, place := range places {
		for k, v := range values {
			line := []any{levelNames[place.Level], place.Name}
			if by != All {
				line = append(line, v)
			}
			sh.Rows = append(sh.Rows, append(line, cells[k][i]...))
		}
	}
	return sh
}

// titlesOf heads the columns of the tables of one value, one a zoning.
func titlesOf(zoned []*Table) []string {
	titles := []string{"Jeunes", "Poids"}
	if before := zoned[0].Before; before != nil {
		titles = append(titles, "Jeunes, "+before.Period.ID)
	}
	for _, t := range zoned {
		name := zoningNames[t.Zoning]
		titles = append(titles, "dont "+name, "à vérifier ("+name+")", "part certaine ("+name+")")
	}
	return titles
}

// cellsOf returns the cells under titlesOf, a line a territory.
func (s *Set) cellsOf(zoned []*Table) [][]any {
	var lines [][]any
	for k, t := range zoned {
		for i, r := range s.rowsOf(t) {
			if k == 0 {
				lines = append(lines, []any{orHidden(r.N), orHidden(r.Weight)})
				if t.Before != nil {
					lines[i] = append(lines[i], orHidden(r.BeforeN))
				}
			}
			share := orHidden(r.ShareMin)
			if r.N != nil && *r.N == 0 {
				share = "–" // of nobody
			}
			lines[i] = append(lines[i], orHidden(r.In), orHidden(r.Undecided), share)
		}
	}
	return lines
}

// orHidden returns a number, or nil for one that is hidden.
func orHidden[T int | float64](n *T) any {
	if n == nil {
		return nil
	}
	return *n
}

// Text writes the tables for a terminal.
func (s *Set) Text(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "Tableaux croisés, %s. Chiffres du %s.\n", s.Period.ID, french.Date(s.AsOf))
	for _, sh := range s.Sheets() {
		fmt.Fprintf(b, "\n%s\n", sh.Title)
		lines := [][]string{sh.Header[1:]}
		for _, r := range sh.Rows {
			var line []string
			for _, c := range r[1:] {
				line = append(line, CellText(c))
			}
			lines = append(lines, line)
		}
		export.Align(b, lines, false)
	}
	for _, n := range s.Notices {
		fmt.Fprintf(b, "\n%s", french.Typography(n))
	}
	fmt.Fprintln(b)
	return b.Flush()
}

// CellText returns a cell of a sheet as a reader sees it.
func CellText(c any) string {
	switch x := c.(type) {
	case int:
		return french.Integer(x)
	case float64:
		return french.Percent(x)
	case string:
		return x
	}
	return hidden
}

// XLSX writes a workbook, a sheet an indicator and way to divide.
func (s *Set) XLSX(w io.Writer) error {
	f := excelize.NewFile()
	defer f.Close()
	thousands, percent := "#,##0", "0.0%"
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "bottom"}})
	if err != nil {
		return err
	}
	number, err := f.NewStyle(&excelize.Style{CustomNumFmt: &thousands})
	if err != nil {
		return err
	}
	share, err := f.NewStyle(&excelize.Style{CustomNumFmt: &percent})
	if err != nil {
		return err
	}
	for i, sh := range s.Sheets() {
		name := fmt.Sprintf("%d %s", i+1, sh.Title)
		if r := []rune(strings.NewReplacer(":", "-", "/", "-", "[", "(", "]", ")", "?", "", "*", "", "\\", "-").Replace(name)); len(r) > 31 {
			name = string(r[:31])
		}
		if i == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err != nil {
			return err
		}
		if err := writeSheet(f, name, sh, s, bold, number, share); err != nil {
			return err
		}
	}
	return f.Write(w)
}

func writeSheet(f *excelize.File, name string, sh Sheet, s *Set, bold, number, share int) error {
	set := func(row, col int, v any, style int) error {
		at, err := excelize.CoordinatesToCellName(col, row)
		if err != nil {
			return err
		}
		switch x := v.(type) {
		case nil:
			err = f.SetCellStr(name, at, hidden)
		case string:
			err = f.SetCellStr(name, at, export.NeutraliseFormula(x))
		case int:
			err, style = f.SetCellInt(name, at, int64(x)), number
		case float64:
			err, style = f.SetCellFloat(name, at, x, -1, 64), share
		}
		if err == nil && style != 0 {
			err = f.SetCellStyle(name, at, at, style)
		}
		return err
	}
	if err := set(1, 1, sh.Title+", "+s.Period.ID+" – chiffres du "+french.Date(s.AsOf), 0); err != nil {
		return err
	}
	for i, h := range sh.Header {
		if err := set(3, i+1, h, bold); err != nil {
			return err
		}
	}
	for k, r := range sh.Rows {
		for i, c := range r {
			if err := set(4+k, i+1, c, 0); err != nil {
				return err
			}
		}
	}
	if err := f.SetColWidth(name, "B", "B", 36); err != nil {
		return err
	}
	return f.SetPanes(name, &excelize.Panes{Freeze: true, XSplit: 2, YSplit: 3, TopLeftCell: "C4", ActivePane: "bottomRight"})
}
