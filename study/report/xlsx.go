package report

import (
	"io"
	"math"
	"strings"

	"github.com/xuri/excelize/v2"

	"perimetre/export"
	"perimetre/french"
	"perimetre/geo/coverage"
	"perimetre/study"
)

// XLSX writes a result as a workbook: numbers as numbers, a sheet a subject.
func XLSX(w io.Writer, r *study.Result) error {
	b := newBook(ResultView(r))
	b.page("QPV", []string{"Code", "Nom", "Missions Locales", "Site le plus proche", "Distance (m)", "Durée (min)", "Personnes", "Part couverte", "Part couverte au plus", "Site le plus proche de sa Mission Locale", "Distance (m)", "Du bord au site le plus proche (m)", "Sites dedans", "Site d’une autre Mission Locale plus proche", beyondHead, "Au plus"}, len(r.QPV), func(i int) []any {
		z := &r.QPV[i]
		row := areaRow(&z.Area)
		return append(append(row[:9:9], dash(z.Own.Name), z.Own.Metres, z.Border, z.Presence, z.Elsewhere), beyondCells(&z.Area)...)
	})
	b.page("Communes", []string{"Code", "Nom", "Missions Locales", "Site le plus proche", "Distance (m)", "Durée (min)", "Personnes", "Part couverte", "Part couverte au plus", "Site d’une autre Mission Locale plus proche", beyondHead, "Au plus"}, len(r.Communes), func(i int) []any {
		return append(append(areaRow(&r.Communes[i]), r.Communes[i].Elsewhere), beyondCells(&r.Communes[i])...)
	})
	if len(r.Units) > 0 {
		b.page("Missions Locales", []string{"Code", "Mission Locale", "Communes", "Personnes", "Part couverte", "Part couverte au plus", "Site d’une autre Mission Locale plus proche", "Sites", "Demi-journées par semaine", "QPV", "QPV avec un site dedans"}, len(r.Units), func(i int) []any {
			u := &r.Units[i]
			low, high, ok := u.Share()
			if !ok {
				low, high = math.NaN(), math.NaN()
			}
			return []any{u.Code, unitLabel(u), u.Communes, u.Total, low, high, u.Elsewhere, u.Sites, u.HalfDays, u.QPV, u.Served}
		})
	}
	if len(r.Shares) > 0 {
		b.page("À cheval", []string{"Nature", "Code", "Nom", "Mission Locale", "Communes", "Son site le plus proche", "Distance (m)", "Durée (min)"}, len(r.Shares), func(i int) []any {
			s := &r.Shares[i]
			return []any{s.Kind, s.Code, s.Name, s.Unit, strings.Join(s.Communes, ", "), dash(s.Own.Name), s.Own.Metres, s.Own.Minutes}
		})
	}
	b.page("Hors de portée", []string{"Rang", "Code", "Nom", "Longitude", "Latitude", "Personnes", "dont en QPV", "Rayon (m)", "Site le plus proche", "Distance (m)", "Durée (min)"}, len(r.Unserved), func(i int) []any {
		g := &r.Unserved[i]
		return []any{i + 1, g.Code, g.Name, g.At[0], g.At[1], g.Weight, g.QPV, g.Radius, dash(g.Nearest.Name), g.Nearest.Metres, g.Nearest.Minutes}
	})
	b.page("Sites", []string{"Nom", "Genre", "Mission Locale", "Adresse", "Code postal", "Commune", "Longitude", "Latitude", "Ouverture", "Demi-journées par semaine", "Mis à jour"}, len(r.Sites), func(i int) []any {
		s := &r.Sites[i]
		return []any{s.Name, string(s.Kind), r.SiteUnits[i], s.Address, s.Postcode, s.City, s.Lon, s.Lat, s.Opening, s.HalfDays, french.Date(s.Updated)}
	})
	if len(r.Access) > 0 {
		b.page("Offre accessible", []string{"Code", "Offre par personne"}, len(r.Access), func(i int) []any { return []any{r.Access[i].Code, r.Access[i].Value} })
	}
	if r.NotMet != nil {
		b.page("Jeunes non rencontrés", []string{"Mission Locale", "Commune", "QPV", "Nom", "Jeunes", "Connus", "Entrées", "Taux de contact au moins", "Taux de contact au plus", "Moyenne", "Manquent au moins", "Manquent au plus", "Site le plus proche"}, len(r.NotMet.Lines), func(i int) []any {
			l := &r.NotMet.Lines[i]
			return []any{l.UnitName, l.Commune, l.Zone, l.Name, l.Young, knownText(l), entriesText(l), l.RateMin, l.RateMax, l.Mean, l.LackMin, l.LackMax, dash(l.Nearest.Name)}
		})
	}
	return b.write(w)
}

// PlanXLSX writes places to open as a workbook.
func PlanXLSX(w io.Writer, p *study.Plan) error {
	b := newBook(PlanView(p))
	unit := p.Noun
	if p.Objective == coverage.LeastDistance {
		unit = string(p.Reach.Unit) + " en moyenne"
	}
	b.page("Lieux", []string{"Rang", "Lieu", "Code", "Demi-journée", "Longitude", "Latitude", "Apport (" + unit + ")"}, len(p.Places), func(i int) []any {
		s := &p.Places[i]
		return []any{i + 1, s.Name, s.Code, s.When, s.At[0], s.At[1], s.Gain}
	})
	if p.Round != nil {
		t := roundBlock(p)
		b.page("Tournée", t.Head, len(t.Rows), func(i int) []any { return words(t.Rows[i]) })
	}
	return b.write(w)
}

// beyondCells returns the people of an area without a site within half an hour, at least
// and at most.
func beyondCells(a *study.Area) []any {
	least, most := study.BeyondOf(a.HalfHour)
	return []any{least, most}
}

func areaRow(a *study.Area) []any {
	low, high, ok := a.Share()
	if !ok {
		low, high = math.NaN(), math.NaN()
	}
	units := ""
	for i, u := range a.Units {
		if i > 0 {
			units += ", "
		}
		units += u
	}
	return []any{a.Code, a.Name, units, dash(a.Nearest.Name), a.Nearest.Metres, a.Nearest.Minutes, a.Total, low, high}
}

type book struct {
	file              *excelize.File
	title, head, wrap int
	err               error
}

// newBook opens a workbook on a sheet that says what its figures are worth.
func newBook(v *View) *book {
	b := &book{file: excelize.NewFile()}
	style := func(s excelize.Style) int {
		id, err := b.file.NewStyle(&s)
		b.keep(err)
		return id
	}
	b.title = style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 15}})
	b.head = style(excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E4E9EE"}}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "bottom"}, Border: []excelize.Border{{Type: "bottom", Color: "1C2733", Style: 2}}})
	b.wrap = style(excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	const name = "Synthèse"
	b.keep(b.file.SetSheetName("Sheet1", name))
	b.keep(b.file.SetColWidth(name, "A", "A", 46))
	b.keep(b.file.SetColWidth(name, "B", "I", 18))
	row := 0
	put := func(s int, cells ...any) { row++; b.row(name, row, s, cells) }
	put(b.title, v.Title)
	put(0, v.Headline)
	if v.Warning != "" {
		put(0, v.Warning)
	}
	for _, f := range v.Facts {
		put(0, f[0], f[1])
	}
	for _, t := range v.Lead {
		row++
		put(b.title, t.Title)
		put(b.head, words(t.Head)...)
		for _, r := range t.Rows {
			put(0, words(r)...)
		}
		if t.Note != "" {
			put(0, t.Note)
		}
	}
	row++
	for _, n := range v.Notes {
		put(0, n)
	}
	b.keep(b.file.SetDocProps(&excelize.DocProperties{Title: v.Title, Creator: "Périmètre", Language: "fr-FR"}))
	b.paper(name, v.Footer)
	return b
}

func words(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

func (b *book) keep(err error) {
	if b.err == nil {
		b.err = err
	}
}

// paper sets a sheet to print on A4, its columns on one page.
func (b *book) paper(name, footer string) {
	landscape, size, one, auto, fit := "landscape", 9, 1, 0, true
	b.keep(b.file.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &size, FitToWidth: &one, FitToHeight: &auto}))
	b.keep(b.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}))
	b.keep(b.file.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: "&L" + footer + "&R&P / &N"}))
}

// row writes cells; what is not a number stays empty, and texts never run.
func (b *book) row(sheet string, row, style int, cells []any) {
	for i, c := range cells {
		at, err := excelize.CoordinatesToCellName(i+1, row)
		b.keep(err)
		switch x := c.(type) {
		case string:
			b.keep(b.file.SetCellStr(sheet, at, export.NeutraliseFormula(x)))
		case int:
			b.keep(b.file.SetCellInt(sheet, at, int64(x)))
		case float64:
			if !math.IsNaN(x) && !math.IsInf(x, 0) {
				b.keep(b.file.SetCellFloat(sheet, at, round(x, 6), -1, 64))
			}
		}
		if style != 0 {
			b.keep(b.file.SetCellStyle(sheet, at, at, style))
		}
	}
}

// page writes a sheet of n rows.
func (b *book) page(name string, head []string, n int, row func(i int) []any) {
	_, err := b.file.NewSheet(name)
	b.keep(err)
	b.row(name, 1, b.head, words(head))
	for i := range n {
		b.row(name, i+2, 0, row(i))
	}
	last, err := excelize.ColumnNumberToName(len(head))
	b.keep(err)
	b.keep(b.file.SetColWidth(name, "A", last, 17))
	b.keep(b.file.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	b.paper(name, name)
}

func (b *book) write(w io.Writer) error {
	defer b.file.Close()
	if b.err != nil {
		return b.err
	}
	_, err := b.file.WriteTo(w)
	return err
}
