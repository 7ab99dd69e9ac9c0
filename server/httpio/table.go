package httpio

import (
	"mime"
	"net/http"
	"strings"

	"perimetre/export"
)

// SendTable streams a table that a spreadsheet opens: XLSX by the name's extension,
// else CSV cut by « ; ».
func SendTable(w http.ResponseWriter, name string, write func(*export.Writer) error) error {
	return SendTableBy(w, name, ';', write)
}

// SendTableBy is SendTable, with the delimiter of a CSV file.
func SendTableBy(w http.ResponseWriter, name string, delimiter byte, write func(*export.Writer) error) error {
	h := w.Header()
	workbook := strings.HasSuffix(name, ".xlsx")
	h.Set("Content-Type", "text/csv; charset=utf-8")
	if workbook {
		h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	}
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	t, err := export.Create("-", export.Options{Workbook: workbook, Delimiter: delimiter, Stdout: w})
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
