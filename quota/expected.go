package quota

import (
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"perimetre/french"
	"perimetre/geo/fault"
	"perimetre/ingest"
	"perimetre/quota/directory"
)

// Population is what tables tell of the young people of each unit, and of those who live
// in a QPV.
type Population struct {
	Source string
	Year   string
	Band   string // ages that the tables have: « 15–24 ans »; empty: those asked for
	// Unmatched are the lines of communes and units that no unit claims, as the tables
	// write them.
	Unmatched []string
	units     map[string]*territory
	zones     []zonePart
}

// territory is what the tables say of one unit: its own communes, and the parts of QPV
// that are known to lie in them.
type territory struct {
	young, inQPV float64 // an estimate may have decimals
	hasYoung     bool
	zones        map[string]bool
}

// zonePart is a QPV that a table counts whole: where it spans units, how many of its
// people live in each is not known.
type zonePart struct {
	code          string
	young, people float64 // young is -1 where it is secret, or not in the table
	units         map[string]bool
}

// Expected is the « part attendue » of a unit: young people living in QPV among all
// those of its own communes. InQPV is the least number, InQPVHigh the most: they differ
// where a QPV spans units or a number is secret.
type Expected struct {
	Young, InQPV, InQPVHigh int
	// Sure and Possible are inhabitants of QPV, of all ages, surely and possibly of the
	// unit; 0 where the tables have young people alone.
	Sure, Possible int
	Zones          []string // codes of the QPV, each once
	Secret         []string // the ones whose number of young people is not told
	Source, Year   string
}

// Share is from 0 to 1; ok is false for a territory without young people, and where only
// bounds are known.
func (e *Expected) Share() (float64, bool) {
	if e == nil || e.InQPV != e.InQPVHigh {
		return 0, false
	}
	return ratio(e.InQPV, e.Young)
}

// Bounds returns the least and the greatest share, from 0 to 1.
func (e *Expected) Bounds() (low, high float64, ok bool) {
	if e == nil || e.Young == 0 {
		return 0, 0, false
	}
	low, _ = ratio(e.InQPV, e.Young)
	high, _ = ratio(min(e.InQPVHigh, e.Young), e.Young)
	return low, high, true
}

// ReadPopulation reads a table, or every table of a folder: one with a line a commune
// (code_ml, code_insee, jeunes) and one a part of QPV (the same and code_qpv), one with a
// line a unit (code_ml, jeunes, jeunes_qpv), or one that INSEE serves. Where code_ml is
// missing, units gives the unit of each commune.
func ReadPopulation(path string, units *directory.Units) (*Population, error) {
	files := []string{path}
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		if files, err = filepath.Glob(filepath.Join(path, "*.[cCxX][sSlL]*")); err != nil || len(files) == 0 {
			return nil, &fault.Error{Kind: fault.Input, File: path, Message: "dossier sans table de population", Expected: "des fichiers .csv ou .xlsx"}
		}
	}
	return ReadPopulationFiles(files, units)
}

// ReadPopulationFiles reads tables that complete each other, as ReadPopulation does.
func ReadPopulationFiles(files []string, units *directory.Units) (*Population, error) {
	p := &Population{units: map[string]*territory{}}
	for _, f := range files {
		if err := p.read(f, units); err != nil {
			return nil, err
		}
	}
	return p, p.check()
}

func (p *Population) read(path string, units *directory.Units) error {
	read, err := ingest.Population(path)
	if err != nil {
		return err
	}
	insee := read.Band != ""
	if !read.HasUnit && (!read.HasCommune && !insee || !units.Knows()) {
		return read.Lacks("la Mission Locale", "code_ml, code structure, mission locale")
	}
	if !insee && !read.HasZone && !read.HasInQPV {
		return read.Lacks("les jeunes en QPV", "code_qpv, jeunes_qpv")
	}
	p.Source, p.Year, p.Band = joined(p.Source, read.Source), joined(p.Year, read.Year), joined(p.Band, read.Band)
	for i := range read.Lines {
		l := &read.Lines[i]
		if len(l.Communes) > 0 || insee && l.Zone != "" {
			p.addZone(l, units, filepath.Base(path))
			continue
		}
		code := units.Resolve(l.Unit, "")
		if code == "" {
			code = units.UnitOf(l.Commune)
		}
		if code == "" || l.Unit != "" && units.Lacks(code) {
			p.Unmatched = append(p.Unmatched, fmt.Sprintf("%s, ligne %d (%s)", filepath.Base(path), l.Line, firstOf(l.Unit, l.Commune, "sans commune")))
			if code == "" {
				continue
			}
		}
		t := p.unit(code)
		if l.Zone == "" {
			t.young, t.inQPV, t.hasYoung = t.young+l.Young, t.inQPV+l.InQPV, true
			continue
		}
		t.inQPV += l.Young
		t.zones[l.Zone] = true
	}
	return nil
}

func (p *Population) unit(code string) *territory {
	t := p.units[code]
	if t == nil {
		t = &territory{zones: map[string]bool{}}
		p.units[code] = t
	}
	return t
}

// addZone keeps a QPV that is counted whole, with the units of its communes.
func (p *Population) addZone(l *ingest.PopulationLine, units *directory.Units, file string) {
	z := zonePart{code: l.Zone, young: l.Young, people: l.People, units: map[string]bool{}}
	for _, c := range l.Communes {
		if u := units.UnitOf(c); u != "" {
			z.units[u] = true
			p.unit(u).zones[l.Zone] = true
		}
	}
	if len(z.units) == 0 {
		p.Unmatched = append(p.Unmatched, fmt.Sprintf("%s, ligne %d (QPV %s)", file, l.Line, l.Zone))
		return
	}
	p.zones = append(p.zones, z)
}

// check refuses a unit with more young people in QPV than young people.
func (p *Population) check() error {
	for _, code := range slices.Sorted(maps.Keys(p.units)) {
		e := p.Of(code)
		if t := p.units[code]; t.hasYoung && float64(e.InQPV) > math.Ceil(t.young) {
			return &fault.Error{Kind: fault.Input, Message: "population de la Mission Locale " + code + " : plus de jeunes en QPV que de jeunes",
				Expected: "au plus " + french.Integer(e.Young), Seen: french.Integer(e.InQPV)}
		}
	}
	return nil
}

// Notices say what the tables have and what of them was not used.
func (p *Population) Notices() []string {
	var out []string
	if p.Band != "" {
		out = append(out, "Part attendue : "+p.Band+" (le CEJ vise 16–25 ans), "+firstOf(p.Source, "source non nommée")+yearText(p.Year)+".")
	}
	if n := len(p.Unmatched); n > 0 {
		shown := p.Unmatched[:min(n, 5)]
		s := fmt.Sprintf("Population : %s à aucune Mission Locale : %s", french.Count(n, "ligne ne se rattache", "lignes ne se rattachent"), strings.Join(shown, ", "))
		if n > len(shown) {
			s += ", …"
		}
		out = append(out, s+".")
	}
	var secret []string
	people := 0.0
	for _, z := range p.zones {
		if z.young < 0 {
			secret, people = append(secret, z.code), people+z.people
		}
	}
	if len(secret) > 0 {
		out = append(out, fmt.Sprintf("Jeunes en QPV non disponibles : %s, %s habitants.", french.Count(len(secret), "quartier", "quartiers"), french.Integer(int(math.Round(people)))))
	}
	return out
}

func yearText(year string) string {
	if year == "" {
		return ""
	}
	return ", édition " + year
}

func joined(all, s string) string {
	if s == "" || slices.Contains(strings.Split(all, " ; "), s) {
		return all
	}
	return strings.TrimPrefix(all+" ; "+s, " ; ")
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// Of returns the expected share of a unit, nil when the tables do not hold it.
func (p *Population) Of(unit string) *Expected { return p.ofAll([]string{unit}) }

// ofAll pools units: a QPV shared by several is named once, and counted exactly where all
// of its units are pooled. nil when the tables lack one of them: a share over part of the
// units would pass for the whole.
func (p *Population) ofAll(units []string) *Expected {
	if p == nil || len(units) == 0 {
		return nil
	}
	e := &Expected{Source: p.Source, Year: p.Year}
	zones, pooled := map[string]bool{}, map[string]bool{}
	var young, low, sure, possible float64
	whole := true // of every unit the number of young people is known
	for _, u := range units {
		t, ok := p.units[u]
		if !ok {
			return nil
		}
		young, low, whole = young+t.young, low+t.inQPV, whole && t.hasYoung
		pooled[u] = true
		maps.Copy(zones, t.zones)
	}
	high := low
	for _, z := range p.zones {
		inside, outside := 0, 0
		for u := range z.units {
			if pooled[u] {
				inside++
			} else {
				outside++
			}
		}
		if inside == 0 {
			continue
		}
		possible += max(0, z.people)
		if outside == 0 {
			sure += max(0, z.people)
		}
		switch {
		case z.young < 0: // at most everybody who lives there
			e.Secret = append(e.Secret, z.code)
			high += z.people
		case outside == 0:
			low, high = low+z.young, high+z.young
		default:
			high += z.young
		}
	}
	if whole {
		e.Young, e.InQPV, e.InQPVHigh = int(math.Round(young)), int(math.Round(low)), int(math.Round(high))
	}
	e.Sure, e.Possible = int(math.Round(sure)), int(math.Round(possible))
	e.Zones = slices.Sorted(maps.Keys(zones))
	return e
}
