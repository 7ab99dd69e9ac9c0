package batch_test

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"perimetre/batch"
	"perimetre/geo/geocode"
	"perimetre/ingest/table"
)

// printed writes a few columns of each row.
type printed struct{ header []string }

func (p *printed) Write(cells []string) error {
	if p.header == nil {
		p.header = slices.Clone(cells)
		return nil
	}
	cell := func(name string) string { return cells[slices.Index(p.header, name)] }
	fmt.Printf("%s : %s, %s\n", cell("dossier"), cell("result_label"), cell("result_status"))
	return nil
}

// A table flows from a reader to a writer, whatever searches the addresses.
func ExampleGeocode() {
	const file = "dossier;adresse;code_postal;ville\nA1;12 rue de Lille;59100;Roubaix\nA2;;59100;Roubaix\n"
	in, err := table.Open("-", table.Options{Stdin: strings.NewReader(file)})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer in.Close()
	o := batch.Options{Workers: 1, NewSearch: func() batch.Search {
		return func(q *geocode.Query) (*geocode.Answer, error) {
			if q.Street == "" {
				return &geocode.Answer{}, nil
			}
			return &geocode.Answer{Results: []geocode.Result{{Label: "12 Rue de Lille 59100 Roubaix"}}}, nil
		}
	}}
	if _, err := batch.Geocode(context.Background(), o, in, &printed{}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// A1 : 12 Rue de Lille 59100 Roubaix, ok
	// A2 : , not-found
}
