package ingest

import (
	"strconv"
	"strings"

	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// inseePopulation reads the tables that INSEE serves, when the file is one of them; ok is
// false for another table. They are: the long table of Melodi (population of communes by
// age), and the estimates of each QPV 2024, with or without the communes that it spans.
func inseePopulation(t *titled) (p *PopulationTable, ok bool, err error) {
	if at := t.columns("GEO", "GEO_OBJECT", "AGE", "TIME_PERIOD", "OBS_VALUE"); at != nil {
		p, err = melodi(t, at)
		return p, true, err
	}
	if at := t.columns("codeQPV", "popMuniQPV"); at != nil {
		p, err = qpvEstimates(t, at)
		return p, true, err
	}
	return nil, false, nil
}

// columns returns the columns of all titles, or nil when the table lacks one.
func (t *titled) columns(titles ...string) []int {
	var at []int
	for _, title := range titles {
		i := t.column(title)
		if i < 0 {
			return nil
		}
		at = append(at, i)
	}
	return at
}

// youngBand is the age band that INSEE's tables have of young people; a CEJ is signed from
// 16 to 25.
const youngBand = "15–24 ans"

// melodi reads the communes of DS_RP_POPULATION_PRINC: both sexes, from 15 to 24, of the
// last year of the table. Duplicates of inclusion (OBS_STATUS K) are left out.
func melodi(t *titled, at []int) (*PopulationTable, error) {
	geo, object, age, year, value := at[0], at[1], at[2], at[3], at[4]
	sex, measure, status := t.column("SEX"), t.column("RP_MEASURE"), t.column("OBS_STATUS")
	p := &PopulationTable{HasCommune: true, Source: "INSEE, recensement, DS_RP_POPULATION_PRINC", Band: youngBand, titled: t}
	lines := map[string]map[string]int{} // line of the file by year and commune
	err := eachRow(t.r, func(row table.Row) error {
		is := func(column int, want ...string) bool {
			if column < 0 {
				return true
			}
			got := row.Text(column)
			for _, w := range want {
				if got == w {
					return true
				}
			}
			return false
		}
		if !is(object, "COM") || !is(age, "Y15T24") || !is(sex, "_T", "") || !is(measure, "POP", "") || status >= 0 && row.Text(status) == "K" {
			return nil
		}
		code := row.Text(geo)
		if i := strings.LastIndexByte(code, '-'); i >= 0 {
			code = code[i+1:] // COM-59512
		}
		code = strings.ToUpper(table.PadPostcode(code))
		if !isINSEE(code) {
			return fault.At(t.file, row.Line, t.r.Header[geo], "un code INSEE de cinq caractères", "« "+row.Text(geo)+" »")
		}
		of := row.Text(year)
		if lines[of] == nil {
			lines[of] = map[string]int{}
		}
		if first, twice := lines[of][code]; twice {
			return &fault.Error{Kind: fault.Input, File: t.file, Line: row.Line, Message: "la commune " + code + " est déjà ligne " + strconv.Itoa(first)}
		}
		lines[of][code] = row.Line
		n, err := t.quantity(row, value)
		if err != nil {
			return err
		}
		switch {
		case of > p.Year:
			p.Year, p.Lines = of, nil
		case of < p.Year:
			return nil
		}
		p.Lines = append(p.Lines, PopulationLine{Line: row.Line, Commune: code, Young: n, People: -1})
		return nil
	})
	if err == nil && len(p.Lines) == 0 {
		err = &fault.Error{Kind: fault.Input, File: t.file, Message: "aucune commune de 15 à 24 ans dans ce tableau", Expected: "GEO_OBJECT COM, AGE Y15T24, SEX _T, RP_MEASURE POP"}
	}
	return p, err
}

// qpvEstimates reads the population of each QPV: people, the share of 15 to 24 in percent
// where the table has it (a blank is secret), and the communes that it spans, on one line
// each or joined by commas.
func qpvEstimates(t *titled, at []int) (*PopulationTable, error) {
	code, people := at[0], at[1]
	share, commune, list := t.column("partPop15_24"), t.column("COM", "depcom", "codgeo"), t.column("listeDepCom")
	p := &PopulationTable{HasZone: true, Source: "INSEE, QPV 2024", Band: youngBand, titled: t}
	type key struct{ zone, commune string }
	seen := map[key]int{}
	index := map[string]int{} // of the QPV in p.Lines
	err := eachRow(t.r, func(row table.Row) error {
		zone := strings.ToUpper(row.Text(code))
		if zone == "" {
			return fault.At(t.file, row.Line, t.r.Header[code], "un code de QPV", "une cellule vide")
		}
		var communes []string
		if commune >= 0 && row.Text(commune) != "" {
			communes = []string{strings.ToUpper(table.PadPostcode(row.Text(commune)))}
		} else if list >= 0 {
			for _, c := range strings.Split(row.Text(list), ",") {
				if c = strings.TrimSpace(c); c != "" {
					communes = append(communes, strings.ToUpper(table.PadPostcode(c)))
				}
			}
		}
		k := key{zone, strings.Join(communes, ",")}
		if first, twice := seen[k]; twice {
			return &fault.Error{Kind: fault.Input, File: t.file, Line: row.Line, Message: "le QPV " + zone + " est déjà ligne " + strconv.Itoa(first) + " pour la même commune"}
		}
		seen[k] = row.Line
		n, err := t.quantity(row, people)
		if err != nil {
			return err
		}
		l := PopulationLine{Line: row.Line, Zone: zone, People: n, Young: -1, Communes: communes}
		if share >= 0 && row.Text(share) != "" {
			part, err := t.quantity(row, share)
			if err != nil {
				return err
			}
			if part > 100 {
				return fault.At(t.file, row.Line, t.r.Header[share], "une part de 100 % au plus", "« "+row.Text(share)+" »")
			}
			l.Young = n * part / 100
		}
		if i, ok := index[zone]; ok { // the same QPV in another of its communes
			if p.Lines[i].People != n {
				return &fault.Error{Kind: fault.Input, File: t.file, Line: row.Line, Message: "le QPV " + zone + " n’a pas la même population que ligne " + strconv.Itoa(p.Lines[i].Line)}
			}
			p.Lines[i].Communes = append(p.Lines[i].Communes, communes...)
			return nil
		}
		index[zone] = len(p.Lines)
		p.Lines = append(p.Lines, l)
		return nil
	})
	return p, err
}
