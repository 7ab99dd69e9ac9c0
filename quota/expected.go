package quota

import (
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// Population is a table of young people by commune and by part of QPV.
type Population struct {
	File   string
	Source string
	Year   string
	units  map[string]*territory
}

// territory is what the table says of one unit: its own communes, and the parts
// of QPV that lie in them.
type territory struct {
	young, inQPV int
	zones        map[string]bool
}

// Expected is the « part attendue » of a unit: young people living in QPV among
// all those of its own communes.
type Expected struct {
	Young, InQPV int
	Zones        []string // codes of the QPV, each once
	Source, Year string
}

// Share is from 0 to 1; ok is false for a territory without young people.
func (e *Expected) Share() (float64, bool) {
	if e == nil {
		return 0, false
	}
	return ratio(e.InQPV, e.Young)
}

// ReadPopulation reads a table with one line a commune (code_ml, code_insee,
// jeunes) and one line a part of QPV (the same and code_qpv), or one line a unit
// (code_ml, jeunes, jeunes_qpv); source and annee are columns too. Where code_ml
// is missing, units gives that of each commune.
func ReadPopulation(path string, units *Directory) (*Population, error) {
	r, err := table.Open(path, table.Options{})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	unit := findColumn(r.Header, "code_ml", "code structure", "code mission locale", "unite", "mission locale")
	commune := findColumn(r.Header, "code_insee", "insee", "commune", "code commune")
	zone := findColumn(r.Header, "code_qpv", "code_qp", "qpv", "qp")
	inQPV := findColumn(r.Header, "jeunes_qpv", "dont qpv", "jeunes en qpv", "population_qpv")
	source, year := findColumn(r.Header, "source"), findColumn(r.Header, "annee", "millesime", "année")
	young, err := needColumn(r, "jeunes", "population_16_25", "jeunes 16-25", "16-25 ans", "nb jeunes", "population")
	if err != nil {
		return nil, err
	}
	if unit < 0 && (commune < 0 || !units.knows()) {
		if _, err := needColumn(r, "code_ml", "code structure", "mission locale"); err != nil {
			return nil, err
		}
	}
	if zone < 0 && inQPV < 0 {
		if _, err := needColumn(r, "code_qpv", "jeunes_qpv"); err != nil {
			return nil, err
		}
	}
	p := &Population{File: r.Name, units: map[string]*territory{}}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
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
		code := units.resolve(cell(unit), "")
		if code == "" {
			code = units.unitOf(table.PadPostcode(cell(commune)))
		}
		if code == "" {
			continue // a commune of no unit
		}
		t := p.units[code]
		if t == nil {
			t = &territory{zones: map[string]bool{}}
			p.units[code] = t
		}
		n, err := people(r, row, young)
		if err != nil {
			return nil, err
		}
		if z := cell(zone); z != "" {
			t.inQPV += n
			t.zones[z] = true
		} else {
			t.young += n
		}
		if cell(inQPV) != "" {
			if n, err = people(r, row, inQPV); err != nil {
				return nil, err
			}
			t.inQPV += n
		}
		p.Source, p.Year = merge(p.Source, cell(source)), merge(p.Year, cell(year))
	}
}

func people(r *table.Reader, row table.Row, column int) (int, error) {
	v, err := table.ParseNumber(row.Cells[column])
	if err != nil || v < 0 || v != float64(int(v)) {
		return 0, fault.At(r.Name, row.Line, r.Header[column], "un nombre de personnes", "« "+row.Cells[column]+" »")
	}
	return int(v), nil
}

func merge(all, s string) string {
	if s == "" || slices.Contains(strings.Split(all, " ; "), s) {
		return all
	}
	if all == "" {
		return s
	}
	return all + " ; " + s
}

// of is the expected share of a unit, nil when the table does not hold it.
func (p *Population) of(unit string) *Expected { return p.ofAll([]string{unit}) }

// ofAll pools units: a QPV shared by several is named once. nil when the table
// lacks one of them: a share over part of the units would pass for the whole.
func (p *Population) ofAll(units []string) *Expected {
	if p == nil || len(units) == 0 {
		return nil
	}
	e := &Expected{Source: p.Source, Year: p.Year}
	zones := map[string]bool{}
	for _, u := range units {
		t, ok := p.units[u]
		if !ok {
			return nil
		}
		e.Young += t.young
		e.InQPV += t.inQPV
		maps.Copy(zones, t.zones)
	}
	e.Zones = slices.Sorted(maps.Keys(zones))
	return e
}
