package table_test

import (
	"fmt"
	"io"
	"strings"

	"perimetre/ingest/table"
)

func ExampleOpen() {
	const file = "Jeunes suivis au 31/03/2024\n\nN° dossier;Date d'entrée;Code postal\nA1;03/04/2024;2100\nTOTAL;;1\n"
	r, err := table.Open("-", table.Options{Stdin: strings.NewReader(file)})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	columns := table.Match(r.Header)
	for {
		row, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		if row.Kind == table.Total {
			fmt.Println("ligne", row.Line, ": total")
			continue
		}
		entry, _ := table.ParseDate(columns.Cell(row.Cells, table.EntryDate))
		fmt.Println("ligne", row.Line, ":", columns.Cell(row.Cells, table.Person), entry, table.PadPostcode(columns.Cell(row.Cells, table.Postcode)))
	}
	// Output:
	// ligne 4 : A1 2024-04-03 02100
	// ligne 5 : total
}
