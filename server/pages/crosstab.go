package pages

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"perimetre/french"
	"perimetre/geo/fault"
	"perimetre/quota/crosstab"
	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/httpio"
	"perimetre/web"
)

// crosstabPage shows a Mission Locale the tables of its people, a way to divide at a time.
func (s *Pages) crosstabPage(w http.ResponseWriter, r *http.Request) error {
	who := access.Who(r)
	if err := who.May(access.ReadPeople); err != nil {
		return err
	}
	p := httpio.Query(r)
	a := figures.CrossAskOf(p, figures.InFrench)
	unit, err := who.OwnUnit(a.Unit)
	if err != nil {
		return err
	}
	a.Unit = unit
	periods, err := s.Figures.YearsAndQuarters(r.Context(), who, unit)
	if err != nil {
		return err
	}
	if a.Period == "" && len(periods) > 0 {
		a.Period = periods[0]
	}
	if len(a.By) == 0 {
		a.By = []string{"aucune"}
	}
	pack := s.Packs.Acquire()
	v := &web.Crosstabs{Layout: s.Layout(r, "Tableaux croisés", "/ma-mission-locale"), Unit: pack.UnitName(unit), Hidden: []web.Choice{{Label: "ml", Value: unit}}}
	pack.Release()
	v.Filters = crossFilters(a, periods)
	set, err := s.Figures.Crosstabs(r.Context(), who, a, p.Bad...)
	if k := fault.KindOf(err); err != nil && (k == fault.NotFound || k == fault.Input) {
		v.Period, v.Empty = "rien à compter", french.Capital(err.Error())+"."
		return s.Render(w, r, http.StatusOK, v)
	}
	if err != nil {
		return err
	}
	v.Period, v.Tables, v.Notices = periodName(set.Period.ID), crossTables(set), set.Notices
	asked := url.Values{"unit": {unit}, "period": {set.Period.ID}, "by": a.By, "zoning": a.Zonings}
	if a.ByEPCI {
		asked.Set("epci", "1")
	}
	for _, f := range [][2]string{{"xlsx", "Classeur XLSX"}, {"csv", "CSV"}} {
		asked.Set("format", f[0])
		v.Exports = append(v.Exports, web.Link{Label: f[1], Href: "/api/v1/tables?" + asked.Encode()})
	}
	return s.Render(w, r, http.StatusOK, v)
}

func crossFilters(a figures.CrossAsk, periods []string) []web.Filter {
	period := web.Filter{Name: "periode", Label: "Période"}
	for _, id := range periods {
		period.Choices = append(period.Choices, web.Choice{Value: id, Label: periodName(id), Selected: id == a.Period})
	}
	by := web.Filter{Name: "ventilation", Label: "Ventilation", Choices: []web.Choice{{Value: "aucune", Label: "Aucune", Selected: slices.Contains(a.By, "aucune")}}}
	for _, b := range crosstab.Bys {
		by.Choices = append(by.Choices, web.Choice{Value: string(b), Label: french.Capital(b.Name()), Selected: slices.Contains(a.By, string(b))})
	}
	zoning := web.Filter{Name: "zonage", Label: "Zonage", Choices: []web.Choice{{Label: "Tous", Selected: len(a.Zonings) == 0}}}
	for _, z := range [][2]string{{"qpv", "QPV"}, {"frr", "FRR"}, {"zrr", "ZRR"}} {
		zoning.Choices = append(zoning.Choices, web.Choice{Value: z[0], Label: z[1], Selected: slices.Contains(a.Zonings, z[0])})
	}
	epci := web.Filter{Name: "epci", Label: "Compter par", Choices: []web.Choice{{Value: "0", Label: "Mission Locale", Selected: !a.ByEPCI}, {Value: "1", Label: "EPCI de résidence", Selected: a.ByEPCI}}}
	return []web.Filter{period, by, zoning, epci}
}

// crossTables lays the sheets out: numbers in French, a bullet for what is hidden.
func crossTables(set *crosstab.Set) (out []web.Table) {
	for i, sheet := range set.Sheets() {
		t := web.Table{ID: fmt.Sprintf("tableau-%d", i+1), Caption: sheet.Title}
		for k, h := range sheet.Header[1:] {
			t.Columns = append(t.Columns, web.Column{Label: h, Number: k+1 >= sheet.Words})
		}
		for _, row := range sheet.Rows {
			var cells []string
			for _, c := range row[1:] {
				cells = append(cells, crosstab.CellText(c))
			}
			t.Rows = append(t.Rows, cells)
		}
		out = append(out, t)
	}
	return out
}
