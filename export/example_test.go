package export_test

import (
	"fmt"
	"strings"

	"perimetre/export"
	"perimetre/ingest/table"
)

func ExampleCreate() {
	var out strings.Builder
	w, err := export.Create("-", export.Options{Stdout: &out, Encoding: table.UTF8})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer w.Abort()
	w.Write([]string{"matricule", "commentaire"})
	w.Write([]string{"A1", export.NeutraliseFormula("=1+1; non")})
	if err := w.Close(); err != nil {
		fmt.Println(err)
	}
	fmt.Print(out.String())
	// Output:
	// matricule;commentaire
	// A1;"'=1+1; non"
}
