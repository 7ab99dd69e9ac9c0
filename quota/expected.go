package quota

import (
	"maps"
	"math"
	"slices"

	"perimetre/ingest"
)

// Population is a table of young people by commune and by part of QPV.
type Population struct {
	Source string
	Year   string
	units  map[string]*territory
}

// territory is what the table says of one unit: its own communes, and the parts
// of QPV that lie in them.
type territory struct {
	young, inQPV float64 // an estimate may have decimals
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
	read, err := ingest.Population(path)
	if err != nil {
		return nil, err
	}
	if !read.HasUnit && (!read.HasCommune || !units.knows()) {
		return nil, read.Lacks("la Mission Locale", "code_ml, code structure, mission locale")
	}
	if !read.HasZone && !read.HasInQPV {
		return nil, read.Lacks("les jeunes en QPV", "code_qpv, jeunes_qpv")
	}
	p := &Population{Source: read.Source, Year: read.Year, units: map[string]*territory{}}
	for _, l := range read.Lines {
		code := units.resolve(l.Unit, "")
		if code == "" {
			code = units.unitOf(l.Commune)
		}
		if code == "" {
			continue // a commune of no unit
		}
		t := p.units[code]
		if t == nil {
			t = &territory{zones: map[string]bool{}}
			p.units[code] = t
		}
		if l.Zone == "" {
			t.young += l.Young
			t.inQPV += l.InQPV
			continue
		}
		t.inQPV += l.Young
		t.zones[l.Zone] = true
	}
	return p, nil
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
	var young, inQPV float64
	for _, u := range units {
		t, ok := p.units[u]
		if !ok {
			return nil
		}
		young += t.young
		inQPV += t.inQPV
		maps.Copy(zones, t.zones)
	}
	e.Young, e.InQPV = int(math.Round(young)), int(math.Round(inQPV))
	e.Zones = slices.Sorted(maps.Keys(zones))
	return e
}
