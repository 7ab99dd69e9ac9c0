package annual

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"perimetre/french"
	"perimetre/geo/fault"
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
	decrees, err := wrongDecrees(fsys, path.Join(dir, cautionFile), year)
	if err != nil {
		return nil, err
	}
	return r, r.check(identities, decrees...)
}

// cautionFile holds the caution that was printed with published tables, where there was one.
const cautionFile = "precaution.txt"

var reDecree = regexp.MustCompile(`[Dd]écret n°\s*(\d{4}-[\d\s]*\d) du (\d+(?:er)? \pL+ \d{4})`)

// wrongDecrees reads the caution again, and returns a finding for each decree that it names in
// place of those behind the year's perimeters.
func wrongDecrees(fsys fs.FS, file string, year int) (found []Finding, err error) {
	b, err := fs.ReadFile(fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap(fault.Input, err, "%s illisible", file)
	}
	right := decrees[perimeterOf(year)]
	for _, cited := range reDecree.FindAllStringSubmatch(string(b), -1) {
		number := "n° " + strings.Join(strings.Fields(cited[1]), "") + " du " + cited[2]
		if !strings.Contains(right, number) {
			text := "Décret cité pour un autre : « " + number + " » publié ; les périmètres sont ceux des " + right + "."
			found = append(found, Finding{Level: audit.Certain, Text: french.Typography(text), Where: cautionFile})
		}
	}
	return found, nil
}

// perimeterOf returns the version of the QPV of a year.
func perimeterOf(year int) string {
	if year < 2024 {
		return "2015"
	}
	return "2024"
}

// decreeNote names the act behind the perimeters of a year.
func decreeNote(year int) string {
	return "Périmètres de l’année\u202f: " + decrees[perimeterOf(year)] + "."
}
