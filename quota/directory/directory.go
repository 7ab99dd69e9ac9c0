// Package directory finds a Mission Locale by every code and name that people write.
package directory

import (
	"errors"
	"io"
	"strings"

	"perimetre/ingest"
	"perimetre/ingest/table"
)

// Units holds the name of each unit and the unit of each commune. A nil Units knows none:
// codes stand as written.
type Units struct {
	names map[string]string // by code
	units ingest.UnitNames
	homes map[string]string // unit by commune
}

// New returns an empty directory, to be filled.
func New() *Units {
	return &Units{names: map[string]string{}, homes: map[string]string{}}
}

// Name gives a unit its name; the names that it had before still resolve to it.
func (d *Units) Name(code, name string) {
	d.names[code] = name
	d.units.Add(code, name)
}

// Lacks reports whether the directory names units, and not this one.
func (d *Units) Lacks(code string) bool {
	return d != nil && len(d.names) > 0 && d.names[code] == ""
}

// Territory gives a commune its unit.
func (d *Units) Territory(commune, unit string) { d.homes[commune] = unit }

// UnitOf returns the unit of a commune, empty when unknown.
func (d *Units) UnitOf(commune string) string {
	if d == nil || commune == "" {
		return ""
	}
	return d.homes[commune]
}

// Resolve returns the code of a unit written by any of its codes and names; what is
// unknown stays as written.
func (d *Units) Resolve(written, name string) string {
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

// NameOf returns the name of a unit: the directory’s, else the file's, else the code itself where
// it is written in words, with a space or small letters. An unknown code has none.
func (d *Units) NameOf(code, written string) string {
	if d != nil && d.names[code] != "" {
		return d.names[code]
	}
	if written == "" && (strings.Contains(code, " ") || strings.ToUpper(code) != code) {
		return code
	}
	return written
}

// Knows reports whether the directory lists the communes of units.
func (d *Units) Knows() bool { return d != nil && len(d.homes) > 0 }

// ReadUnits adds the names of a table of units: code_ml and nom_ml, or any
// heading that means them.
func (d *Units) ReadUnits(path string) error {
	return readPairs(path, []string{"code_ml", "code", "code structure", "code Mission Locale"}, []string{"nom_ml", "nom", "Mission Locale", "nom Mission Locale", "name"},
		func(code, name string) { d.Name(code, name) })
}

// ReadTerritory adds the communes of a table: code_insee and code_ml.
func (d *Units) ReadTerritory(path string) error {
	return readPairs(path, []string{"code_insee", "insee", "commune", "code commune"}, []string{"code_ml", "unite", "code structure", "code Mission Locale", "Mission Locale"},
		func(commune, unit string) { d.Territory(table.PadPostcode(commune), unit) })
}

func readPairs(path string, keys, values []string, add func(key, value string)) error {
	r, err := table.Open(path, table.Options{})
	if err != nil {
		return err
	}
	defer r.Close()
	k, err := r.NeedColumn(keys...)
	if err != nil {
		return err
	}
	v, err := r.NeedColumn(values...)
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
