package quota

import (
	"errors"
	"io"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/ingest"
	"perimetre/ingest/table"
)

// Directory names the units and gives the unit of each commune. A nil Directory
// knows none: codes stand as written.
type Directory struct {
	names map[string]string // by code
	units ingest.UnitNames
	homes map[string]string // unit by commune
}

// NewDirectory returns an empty one, to be filled.
func NewDirectory() *Directory {
	return &Directory{names: map[string]string{}, homes: map[string]string{}}
}

// Name gives a unit its name; the names that it had before still resolve to it.
func (d *Directory) Name(code, name string) {
	d.names[code] = name
	d.units.Add(code, name)
}

// lacks reports whether the directory names units, and not this one.
func (d *Directory) lacks(code string) bool {
	return d != nil && len(d.names) > 0 && d.names[code] == ""
}

// Territory gives a commune its unit.
func (d *Directory) Territory(commune, unit string) { d.homes[commune] = unit }

// unitOf returns the unit of a commune, empty when unknown.
func (d *Directory) unitOf(commune string) string {
	if d == nil || commune == "" {
		return ""
	}
	return d.homes[commune]
}

// resolve returns the code of a unit written by any of its codes and names; what is
// unknown stays as written.
func (d *Directory) resolve(written, name string) string {
	if d == nil {
		return written
	}
	if _, ok := d.names[written]; ok {
		return written
	}
	for _, s := range []string{written, name} {
		if code, ok := d.units.Unit(s); ok {
			return code
		}
	}
	return written
}

// name of a unit: the directory's, else the file's, else the code itself where
// it is written in words, with a space or small letters. An unknown code has none.
func (d *Directory) name(code, written string) string {
	if d != nil && d.names[code] != "" {
		return d.names[code]
	}
	if written == "" && (strings.Contains(code, " ") || strings.ToUpper(code) != code) {
		return code
	}
	return written
}

// knows reports whether the directory lists the communes of units.
func (d *Directory) knows() bool { return d != nil && len(d.homes) > 0 }

// ReadUnits adds the names of a table of units: code_ml and nom_ml, or any
// heading that means them.
func (d *Directory) ReadUnits(path string) error {
	return readPairs(path, []string{"code_ml", "code", "code structure", "code Mission Locale"}, []string{"nom_ml", "nom", "Mission Locale", "nom Mission Locale", "name"},
		func(code, name string) { d.Name(code, name) })
}

// ReadTerritory adds the communes of a table: code_insee and code_ml.
func (d *Directory) ReadTerritory(path string) error {
	return readPairs(path, []string{"code_insee", "insee", "commune", "code commune"}, []string{"code_ml", "unite", "code structure", "code Mission Locale", "Mission Locale"},
		func(commune, unit string) { d.Territory(table.PadPostcode(commune), unit) })
}

func readPairs(path string, keys, values []string, add func(key, value string)) error {
	r, err := table.Open(path, table.Options{})
	if err != nil {
		return err
	}
	defer r.Close()
	k, err := needColumn(r, keys...)
	if err != nil {
		return err
	}
	v, err := needColumn(r, values...)
	if err != nil {
		return err
	}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if key, value := table.Clean(row.Cells[k]), table.Clean(row.Cells[v]); row.Kind == table.Data && key != "" && value != "" {
			add(strings.Clone(key), strings.Clone(value))
		}
	}
}

// needColumn returns the first column found of the titles.
func needColumn(r *table.Reader, titles ...string) (int, error) {
	if i := table.FindColumn(r.Header, titles...); i >= 0 {
		return i, nil
	}
	return -1, &fault.Error{
		Kind: fault.Input, File: r.Name, Line: r.HeaderLine, Message: "colonne introuvable",
		Expected: "« " + strings.Join(titles, " », « ") + " »", Seen: "« " + strings.Join(r.Header, " », « ") + " »",
	}
}

// departement returns the département of a unit that bears a commune's code, or the
// empty string.
func departement(code string) string {
	if len(code) != 5 {
		return ""
	}
	dep := geo.DepartementOf(code)
	if _, _, ok := geo.Departement(dep); !ok {
		return ""
	}
	return dep
}

// regionOf returns the region of a département, empty when unknown.
func regionOf(departement string) string {
	_, region, _ := geo.Departement(departement)
	return region
}
