package annual

import (
	_ "embed"
	"html/template"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"perimetre/export"
	"perimetre/french"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

//go:embed annual.gohtml
var pageSource string

var page = template.Must(template.New("annual").Funcs(template.FuncMap{
	"whole": func(label string) bool {
		return strings.HasPrefix(label, "TOTAL") || label == "Région" || label == "Ensemble"
	},
	"section": func(cells []string) bool {
		return !slices.ContainsFunc(cells[1:], func(s string) bool { return s != "" })
	},
	"word":    word,
	"capital": func(s any) string { return french.Capital(strings.TrimSpace(toString(s))) },
}).Parse(pageSource))

// word reports whether a cell holds words: no count, share or range.
func word(cell string) bool {
	r, _ := utf8.DecodeRuneInString(cell)
	return unicode.IsLetter(r) || r == '§' || r == '«'
}

// Heads returns the headings of the columns; a heading of words stands over words.
func (t Table) Heads() (heads []Heading) {
	for i, h := range t.Header {
		heads = append(heads, Heading{h, len(t.Rows) > 0 && !slices.ContainsFunc(t.Rows, func(row []string) bool { return row[i] != "" && !word(row[i]) })})
	}
	return heads
}

// Heading is the heading of a column.
type Heading struct {
	Text string
	Word bool
}

func toString(s any) string {
	if x, ok := s.(interface{ String() string }); ok {
		return x.String()
	}
	return template.HTMLEscaper(s)
}

// HTML writes a page that prints on A4 sheets.
func (r *Report) HTML(w io.Writer) error { return page.Execute(w, r) }

// CSV writes each table into a folder, with the identities that « perimetre audit » reads.
func (r *Report) CSV(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fault.Wrap(fault.Input, err, "%s : dossier impossible à créer", dir)
	}
	for i := range r.Tables {
		path := filepath.Join(dir, r.Tables[i].ID+".csv")
		if err := os.WriteFile(path, []byte(r.Tables[i].csv()), 0o644); err != nil {
			return fault.Wrap(fault.Input, err, "%s : écriture impossible", path)
		}
	}
	if r.Identities == "" {
		return nil
	}
	path := filepath.Join(dir, "identites.yml")
	if err := os.WriteFile(path, []byte(r.Identities), 0o644); err != nil {
		return fault.Wrap(fault.Input, err, "%s : écriture impossible", path)
	}
	return nil
}

// XLSX writes a workbook: a sheet a table, then what the audit found.
func (r *Report) XLSX(w io.Writer) error {
	f := excelize.NewFile()
	defer f.Close()
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true}})
	if err != nil {
		return err
	}
	thousands, percent := "#,##0", "0.0%"
	whole, err := f.NewStyle(&excelize.Style{CustomNumFmt: &thousands})
	if err != nil {
		return err
	}
	share, err := f.NewStyle(&excelize.Style{CustomNumFmt: &percent})
	if err != nil {
		return err
	}
	sheets := append(slices.Clone(r.Tables), r.findingsTable())
	for i, t := range sheets {
		name := t.ID
		if len(name) > 31 {
			name = name[:31]
		}
		if i == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err != nil {
			return err
		}
		set := func(row, col int, s string, style int) error {
			at, err := excelize.CoordinatesToCellName(col, row)
			if err != nil {
				return err
			}
			if n, kind, ok := numberOf(s); ok && col > 1 && style == 0 {
				if style = whole; kind == '%' {
					style = share
				}
				if err := f.SetCellFloat(name, at, n, -1, 64); err != nil {
					return err
				}
			} else if err := f.SetCellStr(name, at, export.NeutraliseFormula(s)); err != nil {
				return err
			}
			if style == 0 {
				return nil
			}
			return f.SetCellStyle(name, at, at, style)
		}
		if err := set(1, 1, t.Title, bold); err != nil {
			return err
		}
		for k, cells := range append([][]string{t.Header}, t.Rows...) {
			style := 0
			if k == 0 {
				style = bold
			}
			for c, s := range cells {
				if err := set(k+2, c+1, s, style); err != nil {
					return err
				}
			}
		}
		if err := f.SetColWidth(name, "A", "A", 60); err != nil {
			return err
		}
	}
	return f.Write(w)
}

// numberOf reads a printed number; a share is from 0 to 1, its kind '%'.
func numberOf(s string) (n float64, kind byte, ok bool) {
	text := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "%"))
	n, err := table.ParseNumber(text)
	if err != nil || text == "" || strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-") {
		return 0, 0, false
	}
	if strings.HasSuffix(strings.TrimSpace(s), "%") {
		return n / 100, '%', true
	}
	return n, 'n', true
}

// findingsTable lays out what the audit found.
func (r *Report) findingsTable() Table {
	t := Table{ID: "verification", Title: r.Verdict, Header: []string{"Constat", "Niveau", "Où"}}
	for _, f := range r.Findings {
		t.Rows = append(t.Rows, []string{f.Text, string(f.Level), f.Where})
	}
	return t
}
