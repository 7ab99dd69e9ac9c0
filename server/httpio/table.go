package httpio

import (
	"net/http"
	"strconv"
	"strings"

	"perimetre/export"
)

// SendTable streams a table that a spreadsheet opens: XLSX by the name's extension,
// else CSV.
func SendTable(w http.ResponseWriter, name string, write func(*export.Writer) error) error {
	h := w.Header()
	workbook := strings.HasSuffix(name, ".xlsx")
	h.Set("Content-Type", "text/csv; charset=utf-8")
	if workbook {
		h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	}
	h.Set("Content-Disposition", "attachment; filename="+strconv.Quote(name))
	t, err := export.Create("-", export.Options{Workbook: workbook, Stdout: w})
	if err != nil {
		return err
	}
	if err := write(t); err != nil {
		return CutShort(err)
	}
	if err := t.Close(); err != nil {
		return CutShort(err)
	}
	return nil
}
