package annual

import (
	"fmt"
	"io/fs"

	"perimetre/quota/audit"
)

// Published writes the report of tables that were published: a folder of CSV tables with
// its identites.yml. The cells are given back as they are, with what the audit finds.
func Published(fsys fs.FS, dir string, year int) (*Report, error) {
	tables, identities, err := audit.ReadAll(fsys, dir)
	if err != nil {
		return nil, err
	}
	r := &Report{Year: year, Title: fmt.Sprintf("Compte rendu d’activité %d des Missions Locales", year), State: "d’après les chiffres publiés, non recomptés"}
	for _, x := range tables {
		t := Table{ID: x.Name, Title: x.Title, Wide: len(x.Columns) > 4, Header: append([]string{x.Corner}, x.Columns...)}
		for i, label := range x.Rows {
			t.Rows = append(t.Rows, append([]string{label}, x.Texts(i)...))
		}
		r.Tables = append(r.Tables, t)
	}
	r.Caution = []string{"Chiffres repris tels qu’ils ont été publiés. " + decreeNote(year)}
	return r, r.check(identities)
}

// decreeNote names the act behind the perimeters of a year.
func decreeNote(year int) string {
	version := "2024"
	if year < 2024 {
		version = "2015"
	}
	return "Périmètres de l’année\u202f: " + decrees[version] + "."
}
