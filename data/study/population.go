package study

import (
	"io"
	"strings"

	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// population is a table of young people: one line a commune, and one a part of a
// QPV in it, which the commune's line counts too.
type population struct {
	lines        []populationLine
	source, year string
}

type populationLine struct {
	commune, zone, unit string
	young               float64
}

func (p *population) sourceText() string {
	switch {
	case p.source == "":
		return ""
	case p.year == "":
		return " (" + p.source + ")"
	}
	return " (" + p.source + ", " + p.year + ")"
}

// readPopulation reads code_insee, jeunes and, for the parts of QPV, code_qpv;
// code_ml, source and annee where the table has them.
func readPopulation(path string) (*population, error) {
	r, err := table.Open(path, table.Options{})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	find := func(titles ...string) int {
		for _, t := range titles {
			if i := table.FindColumn(r.Header, t); i >= 0 {
				return i
			}
		}
		return -1
	}
	commune, zone, unit := find("code_insee", "insee", "commune", "code commune"), find("code_qpv", "code_qp", "qpv", "qp"), find("code_ml", "code structure", "mission locale")
	young := find("jeunes", "population_16_25", "jeunes 16-25", "16-25 ans", "nb jeunes", "population")
	source, year := find("source"), find("annee", "millesime")
	if commune < 0 || young < 0 {
		return nil, &fault.Error{Kind: fault.Input, File: r.Name, Line: r.HeaderLine, Message: "colonne introuvable dans la table de population",
			Expected: "code_insee et jeunes (et code_qpv pour les parts de quartier)", Seen: strings.Join(r.Header, ", ")}
	}
	p := &population{}
	for {
		row, err := r.Next()
		if err == io.EOF {
			return p, nil
		}
		if err != nil {
			return nil, err
		}
		if row.Kind != table.Data {
			continue
		}
		cell := func(i int) string {
			if i < 0 {
				return ""
			}
			return strings.Clone(table.Clean(row.Cells[i]))
		}
		n, err := table.ParseNumber(row.Cells[young])
		if err != nil || n < 0 {
			return nil, fault.At(r.Name, row.Line, r.Header[young], "un nombre de personnes", "« "+row.Cells[young]+" »")
		}
		p.lines = append(p.lines, populationLine{table.PadPostcode(row.Cells[commune]), cell(zone), table.PadPostcode(cell(unit)), n})
		if p.source == "" {
			p.source, p.year = cell(source), cell(year)
		}
	}
}
