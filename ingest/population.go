package ingest

import (
	"slices"
	"strconv"
	"strings"

	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// PopulationLine is the young people of a commune, those of the part of a QPV in it
// (Zone is set; the commune's line counts them too), or those of a whole unit.
type PopulationLine struct {
	Line    int     // of the file
	Unit    string  // as written, code or name of a Mission Locale; maybe empty
	Commune string  // INSEE; maybe empty
	Zone    string  // code of a QPV; empty for the whole
	Young   float64 // -1 where it is secret, or the table counts people alone
	InQPV   float64 // of a line without Zone, 0 where the table does not say
	// Of a QPV that is counted whole: its inhabitants of all ages, and its communes.
	People   float64
	Communes []string
}

// PopulationTable is a table of young people by place. An INSEE table is an
// estimate, so that its numbers may have decimals.
type PopulationTable struct {
	Lines        []PopulationLine
	Source, Year string // each one that the table names, joined by « ; »
	Band         string // ages of an INSEE table; empty for a table made for this

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
	if p, ok, err := inseePopulation(t); ok {
		return p, err
	}
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
		l := PopulationLine{Line: row.Line, Unit: row.Text(unit), Commune: table.PadPostcode(row.Text(commune)), Zone: row.Text(zone)}
		var err error
		if l.Young, err = t.quantity(row, young); err != nil {
			return err
		}
		if l.Zone == "" && row.Text(inQPV) != "" {
			if l.InQPV, err = t.quantity(row, inQPV); err != nil {
				return err
			}
		}
		if l.InQPV > l.Young {
			return fault.At(path, row.Line, t.r.Header[inQPV], "au plus les jeunes de la ligne", "« "+row.Text(inQPV)+" »")
		}
		p.Lines = append(p.Lines, l)
		p.Source, p.Year = alsoNamed(p.Source, row.Text(source)), alsoNamed(p.Year, row.Text(year))
		return nil
	})
	if err == nil {
		err = p.checkParts(path)
	}
	return p, err
}

// checkParts refuses a part of QPV that stands twice, and a commune whose parts of QPV
// have more young people than it.
func (p *PopulationTable) checkParts(file string) error {
	type part struct{ commune, zone string }
	seen, whole, parts := map[part]int{}, map[string]float64{}, map[string]float64{}
	for _, l := range p.Lines {
		if l.Commune == "" {
			continue
		}
		k := part{l.Commune, l.Zone}
		if first, twice := seen[k]; twice && l.Zone != "" {
			return &fault.Error{Kind: fault.Input, File: file, Line: l.Line, Message: "la part du QPV " + l.Zone + " dans la commune " + l.Commune + " est déjà ligne " + strconv.Itoa(first)}
		}
		seen[k] = l.Line
		if l.Zone == "" {
			whole[l.Commune] += l.Young
		}
	}
	for _, l := range p.Lines {
		if l.Zone == "" || l.Commune == "" {
			continue
		}
		parts[l.Commune] += l.Young
		if n, ok := whole[l.Commune]; ok && parts[l.Commune] > n+.5 { // estimates are rounded
			return &fault.Error{Kind: fault.Input, File: file, Line: l.Line, Message: "les QPV de la commune " + l.Commune + " ont plus de jeunes qu’elle",
				Expected: "au plus " + strconv.FormatFloat(n, 'f', -1, 64), Seen: strconv.FormatFloat(parts[l.Commune], 'f', -1, 64)}
		}
	}
	return nil
}

// Lacks returns the fault of a table without a column that its use needs.
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
