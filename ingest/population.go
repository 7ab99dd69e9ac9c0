package ingest

import (
	"slices"
	"strings"

	"perimetre/ingest/table"
)

// PopulationLine is the young people of a commune, those of the part of a QPV in it
// (Zone is set; the commune's line counts them too), or those of a whole unit.
type PopulationLine struct {
	Unit    string // as written, code or name of a Mission Locale; maybe empty
	Commune string // INSEE; maybe empty
	Zone    string // code of a QPV; empty for the whole
	Young   float64
	InQPV   float64 // of a line without Zone, 0 where the table does not say
}

// PopulationTable is a table of young people by place. An INSEE table is an
// estimate, so that its numbers may have decimals.
type PopulationTable struct {
	Lines        []PopulationLine
	Source, Year string // each one that the table names, joined by « ; »

	// The columns that the table has.
	HasUnit, HasCommune, HasZone, HasInQPV bool

	titled *titled
}

// Population reads one line a commune (code_insee, jeunes) and one a part of QPV
// (the same and code_qpv), or one a unit (code_ml, jeunes, jeunes_qpv); code_ml,
// source and annee are read where the table has them.
func Population(path string) (*PopulationTable, error) {
	t, err := openTitled(path)
	if err != nil {
		return nil, err
	}
	defer t.r.Close()
	unit := t.column("code_ml", "code structure", "code mission locale", "unite", "mission locale")
	commune := t.column("code_insee", "insee", "commune", "code commune")
	zone, inQPV := t.column("code_qpv", "code_qp", "qpv", "qp"), t.column("jeunes_qpv", "dont qpv", "jeunes en qpv", "population_qpv")
	source, year := t.column("source"), t.column("annee", "millesime")
	young, err := t.needColumn("le nombre de jeunes", "jeunes", "population_16_25", "jeunes 16-25", "16-25 ans", "nb jeunes", "population")
	if err != nil {
		return nil, err
	}
	p := &PopulationTable{HasUnit: unit >= 0, HasCommune: commune >= 0, HasZone: zone >= 0, HasInQPV: inQPV >= 0, titled: t}
	err = eachRow(t.r, func(row table.Row) error {
		l := PopulationLine{Unit: row.Text(unit), Commune: table.PadPostcode(row.Text(commune)), Zone: row.Text(zone)}
		var err error
		if l.Young, err = t.quantity(row, young); err != nil {
			return err
		}
		if l.Zone == "" && row.Text(inQPV) != "" {
			if l.InQPV, err = t.quantity(row, inQPV); err != nil {
				return err
			}
		}
		p.Lines = append(p.Lines, l)
		p.Source, p.Year = alsoNamed(p.Source, row.Text(source)), alsoNamed(p.Year, row.Text(year))
		return nil
	})
	return p, err
}

// Lacks is the fault of a table without a column that its use needs.
func (p *PopulationTable) Lacks(what, expected string) error {
	return p.titled.noColumn(what, expected)
}

// SourceText is « (source, year) », empty where the table names none.
func (p *PopulationTable) SourceText() string {
	switch {
	case p.Source == "":
		return ""
	case p.Year == "":
		return " (" + p.Source + ")"
	}
	return " (" + p.Source + ", " + p.Year + ")"
}

func alsoNamed(all, s string) string {
	switch {
	case s == "" || slices.Contains(strings.Split(all, " ; "), s):
		return all
	case all == "":
		return s
	}
	return all + " ; " + s
}
