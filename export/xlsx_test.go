package export

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A column is as wide as its texts, within bounds, whatever its title and the number of rows;
// every row is there in its order.
func TestWorkbookColumnsFitTheirTexts(t *testing.T) {
	for _, rows := range []int{1, 99, 100, 250} {
		path := filepath.Join(t.TempDir(), "o.xlsx")
		w, err := Create(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		cells := []string{"Antenne", "N°", "Note"}
		if err := w.Write(cells); err != nil {
			t.Fatal(err)
		}
		for range rows {
			cells[0], cells[1], cells[2] = "Antenne de Villeneuve-d’Ascq", "12", strings.Repeat("x", 300)
			if err := w.Write(cells); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		sheet := f.GetSheetName(0)
		for column, want := range map[string]float64{"A": 31, "B": 16, "C": 48} {
			if got, err := f.GetColWidth(sheet, column); err != nil || got != want {
				t.Errorf("%d rows, column %s: %v wide, want %v: %v", rows, column, got, want, err)
			}
		}
		if got, err := f.GetRows(sheet); err != nil || len(got) != rows+1 || got[0][0] != "Antenne" || got[rows][1] != "12" {
			t.Errorf("%d rows came out of %d: %v", len(got), rows+1, err)
		}
		f.Close()
	}
}
