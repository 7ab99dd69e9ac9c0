package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"perimetre/export"
	"perimetre/french"
	"perimetre/quota"
)

// XLSX writes a workbook: the summary with its bars to the target, one sheet a
// unit, the rows to look at without their addresses, the method and the sources.
func (v *View) XLSX(w io.Writer) error {
	b := &workbook{view: v, file: excelize.NewFile(), names: map[string]bool{}}
	defer b.file.Close()
	for _, sheet := range []func() error{b.styles, b.summary, b.unitSheets, b.open, b.rejected, b.moves, b.method, b.sources} {
		if err := sheet(); err != nil {
			return err
		}
	}
	b.file.SetActiveSheet(0)
	if err := b.file.SetDocProps(&excelize.DocProperties{Title: v.Title, Subject: v.Period, Creator: "Périmètre " + v.Engine, Language: "fr-FR", Created: v.result.AsOf.String() + "T00:00:00Z", Modified: v.result.AsOf.String() + "T00:00:00Z"}); err != nil {
		return err
	}
	var book bytes.Buffer
	if err := b.file.Write(&book); err != nil {
		return err
	}
	return writeRepeatable(w, &book)
}

type workbook struct {
	view  *View
	file  *excelize.File
	names map[string]bool
	// Styles, by what they dress.
	title, bold, head, text, right, wrap, whole, share int
	total, totalWhole, totalShare                      int

	err error
}

func (b *workbook) styles() error {
	style := func(s excelize.Style) int {
		id, err := b.file.NewStyle(&s)
		if err != nil && b.err == nil {
			b.err = err
		}
		return id
	}
	line := []excelize.Border{{Type: "bottom", Color: "C9D0D8", Style: 1}}
	right := &excelize.Alignment{Horizontal: "right"}
	thousands, percent := "#,##0", "0.0%"
	b.title = style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 15}})
	b.bold = style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 11}})
	b.head = style(excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E4E9EE"}}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "bottom"}, Border: []excelize.Border{{Type: "bottom", Color: "1C2733", Style: 2}}})
	b.text = style(excelize.Style{Border: line, Alignment: &excelize.Alignment{Vertical: "top"}})
	b.wrap = style(excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	b.whole = style(excelize.Style{Border: line, CustomNumFmt: &thousands, Alignment: right})
	b.share = style(excelize.Style{Border: line, CustomNumFmt: &percent, Alignment: right})
	top := []excelize.Border{{Type: "top", Color: "1C2733", Style: 2}}
	strong := &excelize.Font{Bold: true}
	b.total = style(excelize.Style{Font: strong, Border: top})
	b.totalWhole = style(excelize.Style{Font: strong, Border: top, CustomNumFmt: &thousands, Alignment: right})
	b.totalShare = style(excelize.Style{Font: strong, Border: top, CustomNumFmt: &percent, Alignment: right})
	b.right = style(excelize.Style{Border: line, Alignment: right})
	return b.err
}

// sheet is one sheet being written, row by row.
type sheet struct {
	book *workbook
	name string
	row  int
}

// add opens a sheet; its name is cut and made unique as spreadsheets want.
func (b *workbook) add(name string) (*sheet, error) {
	name = strings.Trim(strings.NewReplacer(":", "-", "\\", "-", "/", "-", "?", "", "*", "", "[", "(", "]", ")").Replace(name), "' ")
	if name == "" {
		name = "Sans nom"
	}
	unique := cut(name, 31)
	for i := 2; b.names[strings.ToLower(unique)]; i++ {
		suffix := fmt.Sprintf(" (%d)", i)
		unique = cut(name, 31-len(suffix)) + suffix
	}
	b.names[strings.ToLower(unique)] = true
	if len(b.names) == 1 {
		if err := b.file.SetSheetName("Sheet1", unique); err != nil {
			return nil, err
		}
	} else if _, err := b.file.NewSheet(unique); err != nil {
		return nil, err
	}
	s := &sheet{book: b, name: unique}
	fit, landscape, size := 1, "landscape", 9
	auto := 0
	if err := b.file.SetPageLayout(unique, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &size, FitToWidth: &fit, FitToHeight: &auto}); err != nil {
		return nil, err
	}
	fitToPage := true
	if err := b.file.SetSheetProps(unique, &excelize.SheetPropsOptions{FitToPage: &fitToPage}); err != nil {
		return nil, err
	}
	return s, b.file.SetHeaderFooter(unique, &excelize.HeaderFooterOptions{OddFooter: "&L" + strings.ReplaceAll(b.view.PeriodID+" – "+b.view.State, "&", "&&") + "&R&P / &N"})
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return strings.TrimSpace(string(r[:n]))
	}
	return s
}

// put writes the next row. Texts cannot run as formulas: they are written as
// texts, and what looks like one gets its apostrophe.
func (s *sheet) put(style int, cells ...any) {
	s.row++
	for i, c := range cells {
		at, _ := excelize.CoordinatesToCellName(i+1, s.row)
		f := s.book.file
		cellStyle := style
		var err error
		switch x := c.(type) {
		case nil:
			continue
		case string:
			err = f.SetCellStr(s.name, at, export.NeutraliseFormula(x))
		case int:
			err = f.SetCellInt(s.name, at, int64(x))
			cellStyle = s.book.number(style, s.book.whole, s.book.totalWhole)
		case float64:
			err = f.SetCellFloat(s.name, at, x, -1, 64)
			cellStyle = s.book.number(style, s.book.share, s.book.totalShare)
		case aligned:
			err = f.SetCellStr(s.name, at, string(x))
			cellStyle = s.book.number(style, s.book.right, s.book.totalWhole)
		}
		if err == nil && cellStyle != 0 {
			err = f.SetCellStyle(s.name, at, at, cellStyle)
		}
		if err != nil && s.book.err == nil {
			s.book.err = err
		}
	}
}

// paragraph writes a wrapped text in a row as high as it needs at a width in characters:
// LibreOffice does not compute it when a file opens.
func (s *sheet) paragraph(width int, text string) {
	s.put(s.book.wrap, text)
	lines := 1 + utf8.RuneCountInString(text)*11/10/width
	if err := s.book.file.SetRowHeight(s.name, s.row, 15*float64(lines)); err != nil && s.book.err == nil {
		s.book.err = err
	}
}

// aligned is a text that stands among numbers.
type aligned string

// number returns the style of a number in a line of text, or in a line of totals.
func (b *workbook) number(style, plain, total int) int {
	switch style {
	case b.text:
		return plain
	case b.total:
		return total
	}
	return style
}

func (s *sheet) widths(widths ...float64) {
	for i, w := range widths {
		col, _ := excelize.ColumnNumberToName(i + 1)
		if err := s.book.file.SetColWidth(s.name, col, col, w); err != nil && s.book.err == nil {
			s.book.err = err
		}
	}
}

// heading writes what every sheet says first.
func (s *sheet) heading(title string) {
	v := s.book.view
	s.put(s.book.title, title)
	s.put(0, "Période"+french.Thin+": "+v.Period+" – "+v.State+". Chiffres du "+v.Drawn+".")
}

var summaryColumns = []any{
	"Mission Locale", "Entrées", "Dans le QPV", "Hors QPV", "À vérifier", "Part certaine", "Part possible en plus", "Objectif", "Verdict",
	"Manque", "Entrées QPV de plus", "Part attendue", "Code", "Réserves",
}

func (b *workbook) summary() error {
	v := b.view
	s, err := b.add("Synthèse")
	if err != nil {
		return err
	}
	s.widths(34, 10, 12, 10, 11, 10, 12, 10, 18, 14, 13, 11, 9, 60, 12, 12, 12, 12, 12, 12)
	s.heading(v.Title)
	s.put(b.bold, v.Headline)
	if v.Reserve != "" {
		s.put(b.bold, v.Reserve)
	}
	s.put(0, "Dénominateur"+french.Thin+": "+v.Counting+". Périmètres"+french.Thin+": "+v.Perimeter+".")
	s.put(0)
	columns := summaryColumns
	if v.tellsOutcomes() {
		for _, title := range besidesColumns {
			columns = append(columns[:len(columns):len(columns)], title)
		}
	}
	s.put(b.head, columns...)
	first := s.row + 1
	for i, u := range v.result.Units {
		s.put(b.text, b.summaryRow(v.Lines[i], quota.LevelUnit, u)...)
	}
	last := s.row
	if len(v.Departements) > 1 {
		for i, u := range v.result.Departements {
			s.put(b.text, b.summaryRow(v.Departements[i], quota.LevelDepartement, u)...)
		}
	}
	s.put(b.total, b.summaryRow(v.Total, quota.LevelTotal, v.result.Total)...)
	if v.Masked != "" {
		s.put(0)
		s.put(0, v.Masked)
	}
	if err := b.file.SetPanes(s.name, &excelize.Panes{Freeze: true, XSplit: 1, YSplit: first - 1, TopLeftCell: fmt.Sprintf("B%d", first), ActivePane: "bottomRight"}); err != nil {
		return err
	}
	if err := b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", strings.ReplaceAll(s.name, "'", "''"), first-1, first-1), Scope: s.name}); err != nil {
		return err
	}
	if last < first {
		return b.err
	}
	if err := b.bars(s, first, last); err != nil {
		return err
	}
	return b.err
}

// summaryRow has numbers where the reader may see them.
func (b *workbook) summaryRow(l Line, level quota.Level, u quota.Unit) []any {
	d := b.view.unit(level, u)
	whole := func(n *int, absent string) any {
		if n == nil {
			return aligned(absent)
		}
		return *n
	}
	share := func(f *float64) any {
		if f == nil {
			return aligned("–")
		}
		return *f
	}
	row := []any{l.Name, whole(d.Entries, hidden), whole(d.In, hidden), whole(d.Out, hidden), whole(d.Undecided, hidden), share(d.ShareMin), aligned("–"), share(d.Target), strings.TrimSpace(l.Sign + " " + l.VerdictText), aligned(l.Short), aligned(l.Missing), share(d.ExpectedShare), l.Code, strings.Join(l.Doubts, french.Thin+"; ")}
	if d.ShareMin != nil && d.ShareMax != nil {
		row[6] = *d.ShareMax - *d.ShareMin
	}
	if d.Short != nil && u.ShortMin == u.Short {
		row[9] = *d.Short
	}
	if d.Missing != nil {
		row[10] = *d.Missing
	}
	if b.view.tellsOutcomes() {
		for _, n := range b.view.besides(level, u.Code).numbers() {
			row = append(row, whole(n, "–"))
		}
	}
	return row
}

// bars draws, under the table, the sure and possible shares of each unit with
// the target as a line.
func (b *workbook) bars(s *sheet, first, last int) error {
	quoted := "'" + strings.ReplaceAll(s.name, "'", "''") + "'"
	series := func(col, fill string, pattern bool) excelize.ChartSeries {
		c := excelize.ChartSeries{
			Name:       fmt.Sprintf("%s!$%s$%d", quoted, col, first-1),
			Categories: fmt.Sprintf("%s!$A$%d:$A$%d", quoted, first, last),
			Values:     fmt.Sprintf("%s!$%s$%d:$%s$%d", quoted, col, first, col, last),
			Fill:       excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}},
		}
		if pattern {
			c.Line = excelize.LineOptions{Type: excelize.LineSolid, Width: 0.75, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"33485E"}}}
		}
		return c
	}
	gap := uint(40)
	ink := excelize.Font{Size: 8, Color: "1C2733"}
	zero, axis := 0.0, excelize.ChartNumFmt{CustomNumFmt: "0%"}
	goal := series("H", "000000", false)
	goal.Line = excelize.LineOptions{Type: excelize.LineSolid, Width: 1.5, Dash: excelize.LineDashDash, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"000000"}}}
	goal.Marker = excelize.ChartMarker{Symbol: "none"}
	chart := &excelize.Chart{
		Type: excelize.ColStacked, Series: []excelize.ChartSeries{series("F", "33485E", false), series("G", "D5DCE3", true)}, GapWidth: &gap,
		Title:     excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: "Part certaine, part possible et objectif"}}},
		Legend:    excelize.ChartLegend{Position: "bottom"},
		XAxis:     excelize.ChartAxis{Font: ink, Alignment: excelize.Alignment{TextRotation: -90}},
		YAxis:     excelize.ChartAxis{Font: ink, NumFmt: axis, MajorGridLines: true, Minimum: &zero},
		Dimension: excelize.ChartDimension{Width: 1150, Height: 480},
		Format:    excelize.GraphicOptions{AltText: b.view.Headline},
	}
	at := fmt.Sprintf("A%d", s.row+2)
	if !b.view.result.Rule.HasTarget() {
		return b.file.AddChart(s.name, at, chart)
	}
	return b.file.AddChart(s.name, at, chart, &excelize.Chart{Type: excelize.Line, Series: []excelize.ChartSeries{goal}, XAxis: chart.XAxis, YAxis: chart.YAxis})
}
