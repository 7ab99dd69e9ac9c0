package server

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"perimetre/server/store"
)

// The tables of a Mission Locale count the people that its quota counts; they come as a
// page, a document and a workbook, to it alone, without what its files lack.
func TestCrosstabs(t *testing.T) {
	w := newWorld(t)
	clients, their := w.neighbours()
	c, other := clients[store.DataOfficer], their.unit
	c.imported(their.from, w.youngPeople())

	var quota struct {
		Total struct{ Entries, In, Undecided *int }
	}
	c.get("/api/v1/quota?rule=cej-qpv-40&period=2024&details=0").want(200).json(&quota)
	var tables struct {
		Rows []struct {
			Indicator, By, Zoning, Level, Code string
			N, In, Undecided                   *int
		}
		Notices []string
	}
	c.get("/api/v1/tables?period=2024&by=aucune&indicator=cej-qpv-40&zoning=qpv").want(200).json(&tables)
	whole := tables.Rows[len(tables.Rows)-1]
	if whole.Level != "ensemble" || *whole.N == 0 || *whole.N != *quota.Total.Entries || *whole.In != *quota.Total.In || *whole.Undecided != *quota.Total.Undecided {
		t.Errorf("tables %d, %d, %d; quota %d, %d, %d", *whole.N, *whole.In, *whole.Undecided, *quota.Total.Entries, *quota.Total.In, *quota.Total.Undecided)
	}
	n := *whole.N
	c.get("/api/v1/tables?period=2024&by=aucune&indicator=cej-qpv-40&zoning=qpv&epci=1").want(200).json(&tables)
	sum := 0
	for _, r := range tables.Rows {
		if r.Level == "epci" {
			sum += *r.N
		}
	}
	if sum != n {
		t.Errorf("%d people by EPCI of %d", sum, n)
	}
	c.get("/api/v1/tables?period=2024").want(200).json(&tables)
	if !strings.Contains(strings.Join(tables.Notices, " "), "Pas de tableau par sexe") {
		t.Errorf("notices %q", tables.Notices)
	}
	book, err := excelize.OpenReader(bytes.NewReader(c.get("/api/v1/tables?period=2024&by=aucune&format=xlsx").want(200).body))
	if err != nil || len(book.GetSheetList()) != 5 {
		t.Errorf("%v, sheets %v", err, book.GetSheetList())
	}
	if page := text(c.get("/ma-mission-locale/tableaux?periode=2024").want(200)); !strings.Contains(page, "Contrats d’engagement jeune") || !strings.Contains(page, "dont QPV") {
		t.Errorf("the page has no table: %s", page)
	}
	if page := text(c.get("/ma-mission-locale/tableaux?periode=2024&ventilation=sexe").want(200)); !strings.Contains(page, "Colonne absente") {
		t.Error("the page does not say which column is absent")
	}
	for _, bad := range []string{"by=taille", "zoning=zus", "indicator=../secret", "period=hier", "public=1"} {
		c.get("/api/v1/tables?" + bad).want(http.StatusBadRequest)
	}
	c.get("/api/v1/tables?period=2024&unit=" + other).want(http.StatusForbidden)
	clients[store.State].get("/api/v1/tables?period=2024").want(http.StatusForbidden)
}
