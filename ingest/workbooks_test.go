package ingest

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"perimetre/geo"
)

// workbookOf makes an XLSX file whose first sheet is a notice and whose second one is
// the rows; a third is hidden.
func workbookOf(t *testing.T, name string, rows ...[]any) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	f.SetSheetRow("Sheet1", "A1", &[]any{"À lire avant de s’en servir"})
	for _, sheet := range []string{"Liste", "Ancienne liste"} {
		f.NewSheet(sheet)
		for i, row := range rows {
			cell, _ := excelize.CoordinatesToCellName(1, i+1)
			f.SetSheetRow(sheet, cell, &row)
		}
	}
	f.SetSheetVisible("Ancienne liste", false)
	path := filepath.Join(t.TempDir(), name)
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

const readSheet = "feuille lue : « Liste » ; laissées de côté : « Sheet1 », « Ancienne liste » (masquée)"

func TestListsInWorkbooks(t *testing.T) {
	for _, c := range []struct {
		name   string
		rows   [][]any
		zoning geo.Zoning
		code   string
		want   geo.ListStatus
	}{
		{"frr.xlsx", [][]any{{"Code_insee", "Departement", "Commune", "Classement FRR et FRR+ au 10 juillet 2025"}, {2001, "02", "Abbécourt", "FRR+"}, {"59002", "59", "Secondmont", "FRR socle"}}, geo.FRR, "02001", geo.StatusPlus},
		{"zrr.xlsx", [][]any{{"CODGEO", "LIBGEO", "ZRR_SIMP"}, {"02001", "Abbécourt", "C - Classée en ZRR"}, {"59002", "Secondmont", "NC - Commune non classée"}}, geo.ZRR, "02001", geo.StatusYes},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := CommuneList(workbookOf(t, c.name, c.rows...))
			if err != nil {
				t.Fatal(err)
			}
			if l.Zoning != c.zoning || len(l.Status) != 2 || l.Status[c.code] != c.want || !strings.Contains(strings.Join(l.Warnings, "|"), readSheet) {
				t.Errorf("%+v", l)
			}
		})
	}
}

func TestSitesInWorkbook(t *testing.T) {
	sites, report, err := Sites(workbookOf(t, "permanences.xlsx", []any{"nom", "nature", "adresse", "code_postal", "commune", "lon", "lat", "ouverture"},
		[]any{"Antenne de Premont", "", "1 rue Une", 2110, "Premont"},
		[]any{"Centre", "siège", "5 rue Haute", "02100", "Saint-Quentin", 3.286, "49.848000", "lundi au vendredi 9h-12h 14h-17h"}))
	if err != nil {
		t.Fatal(err)
	}
	centre := geo.Site{ID: "3", Name: "Centre", Kind: geo.SiteHead, Address: "5 rue Haute", Postcode: "02100", City: "Saint-Quentin", Lon: 3.286, Lat: 49.848, Opening: "lundi au vendredi 9h-12h 14h-17h", HalfDays: 10}
	if len(sites) != 2 || !reflect.DeepEqual(sites[1], centre) || sites[0].Postcode != "02110" || sites[0].Kind != geo.SiteBranch || !strings.Contains(strings.Join(report.Notices, "|"), readSheet) {
		t.Errorf("%+v %+v", sites, report)
	}
}
