package data

import (
	_ "embed"
	"encoding/csv"
	"slices"
	"strings"
	"sync"

	"perimetre/geo"
)

// associatedTable lists the associated and delegated communes: code, name, the
// commune of today that holds them, and which kind they are. People still write
// their names (Lomme, Saint-Pol-sur-Mer), which tables of today leave out.
// Source: INSEE, Code officiel géographique, as published by Etalab in
// @etalab/decoupage-administratif 6.0.0 (MIT).
//
//go:embed tables/communes-associees-deleguees.csv
var associatedTable string

var associated = sync.OnceValue(func() map[string][]geo.FormerCommune {
	r := csv.NewReader(strings.NewReader(associatedTable))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		panic(err) // embedded, and read by a test
	}
	by := map[string][]geo.FormerCommune{}
	for _, row := range rows[1:] {
		by[row[2]] = append(by[row[2]], geo.FormerCommune{Code: row[0], Name: row[1]})
	}
	return by
})

// NameFormer adds associated and delegated communes to the communes of a table, and a name
// to each code that the table lists alone.
func NameFormer(communes []geo.Commune) {
	for i := range communes {
		c := &communes[i]
		for _, f := range associated()[c.Code] {
			k := slices.IndexFunc(c.Former, func(g geo.FormerCommune) bool { return g.Code == f.Code })
			switch {
			case f.Name == c.Name:
			case k < 0:
				c.Former = append(c.Former[:len(c.Former):len(c.Former)], f)
			case c.Former[k].Name == "":
				c.Former = slices.Clone(c.Former)
				c.Former[k].Name = f.Name
			}
		}
	}
}
