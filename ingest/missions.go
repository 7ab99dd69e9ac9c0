package ingest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// MissionsLocales reads a list of structures, CSV or XLSX: code_ml, nom_ml,
// adresse, code_postal, ville, and coordinates where it has them. It is by code.
func MissionsLocales(path string) ([]geo.MissionLocale, error) {
	t, err := openTitled(path)
	if err != nil {
		return nil, err
	}
	defer t.r.Close()
	code, err := t.needColumn("le code de la Mission Locale", "code_ml", "code structure", "code", "identifiant")
	if err != nil {
		return nil, err
	}
	name, err := t.needColumn("le nom de la Mission Locale", "nom_ml", "nom structure", "mission locale", "structure", "nom", "libellé")
	if err != nil {
		return nil, err
	}
	var (
		address, postcode = t.column("adresse", "voie"), t.column("code_postal", "cp")
		city, cityCode    = t.column("ville", "commune"), t.column("insee", "code_insee")
		lon, lat          = t.column("lon", "longitude"), t.column("lat", "latitude")
		list              []geo.MissionLocale
		seen              = map[string]int{}
	)
	err = eachRow(t.r, func(row table.Row) error {
		m := geo.MissionLocale{
			Code: table.PadPostcode(row.Cells[code]), Name: t.text(row, name), Address: t.text(row, address),
			Postcode: table.PadPostcode(cell(row.Cells, postcode)), City: t.text(row, city), CityCode: table.PadPostcode(cell(row.Cells, cityCode)),
		}
		if m.Code == "" || m.Name == "" {
			return fault.At(path, row.Line, t.r.Header[code], "un code et un nom de Mission Locale", "une cellule vide")
		}
		if line, twice := seen[m.Code]; twice {
			return &fault.Error{Kind: fault.Input, File: path, Line: row.Line, Message: "le code " + m.Code + " est déjà ligne " + strconv.Itoa(line)}
		}
		seen[m.Code] = row.Line
		if m.Lon, m.Lat, err = coordinatesOf(path, row, lon, lat); err != nil {
			return err
		}
		list = append(list, m)
		return nil
	})
	slices.SortFunc(list, func(a, b geo.MissionLocale) int { return cmp.Compare(a.Code, b.Code) })
	if err == nil && len(list) == 0 {
		err = &fault.Error{Kind: fault.Input, File: path, Message: "aucune Mission Locale dans ce fichier"}
	}
	return list, err
}

// coordinatesOf reads the degrees of a row; NaN where the cells are empty.
func coordinatesOf(file string, row table.Row, lon, lat int) (float64, float64, error) {
	var a geo.Address
	x, y := strings.Replace(table.Clean(cell(row.Cells, lon)), ",", ".", 1), strings.Replace(table.Clean(cell(row.Cells, lat)), ",", ".", 1)
	if f := setPoint(&a, x, y); f != nil {
		f.Kind, f.File, f.Line = fault.Input, file, row.Line
		return 0, 0, f
	}
	return a.Lon, a.Lat, nil
}

// Territories reads which Mission Locale serves which commune: code_insee,
// code_ml and, where the list has it, plusieurs_ml. A commune may stand on several
// lines.
func Territories(path string) ([]geo.Territory, error) {
	t, err := openTitled(path)
	if err != nil {
		return nil, err
	}
	defer t.r.Close()
	commune, err := t.needColumn("la commune", "code_insee", "insee", "code commune", "codgeo")
	if err != nil {
		return nil, err
	}
	code, err := t.needColumn("le code de la Mission Locale", "code_ml", "code structure", "code mission locale", "mission locale")
	if err != nil {
		return nil, err
	}
	several := t.column("plusieurs_ml", "plusieurs")
	var list []geo.Territory
	err = eachRow(t.r, func(row table.Row) error {
		e := geo.Territory{Commune: strings.ToUpper(table.PadPostcode(row.Cells[commune])), MissionLocale: table.PadPostcode(row.Cells[code])}
		if !isINSEE(e.Commune) {
			return fault.At(path, row.Line, t.r.Header[commune], "un code INSEE de cinq caractères", "« "+row.Cells[commune]+" »")
		}
		if e.MissionLocale == "" {
			return fault.At(path, row.Line, t.r.Header[code], "un code de Mission Locale", "une cellule vide")
		}
		if e.Shared, _, err = table.ParseBool(cell(row.Cells, several)); err != nil {
			return fault.At(path, row.Line, t.r.Header[several], "oui ou non", "« "+row.Cells[several]+" »")
		}
		list = append(list, e)
		return nil
	})
	slices.SortStableFunc(list, func(a, b geo.Territory) int { return cmp.Compare(a.Commune, b.Commune) })
	if err == nil && len(list) == 0 {
		err = &fault.Error{Kind: fault.Input, File: path, Message: "aucune commune dans ce fichier"}
	}
	return list, err
}

// UsualNames reads the editable table of the names that people use: code, nom
// usuel. Empty names are left out.
func UsualNames(path string) (map[string]string, error) {
	t, err := openTitled(path)
	if err != nil {
		return nil, err
	}
	defer t.r.Close()
	code, err := t.needColumn("le code de la Mission Locale", "code", "code_ml", "code structure")
	if err != nil {
		return nil, err
	}
	name, err := t.needColumn("le nom usuel", "nom usuel", "nom_usuel", "nom")
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	err = eachRow(t.r, func(row table.Row) error {
		c, n := table.PadPostcode(row.Cells[code]), t.text(row, name)
		if old, twice := names[c]; twice && old != n {
			return &fault.Error{Kind: fault.Input, File: path, Line: row.Line, Message: "le code " + c + " a deux noms usuels", Seen: old + " et " + n}
		}
		if c != "" && n != "" {
			names[c] = n
		}
		return nil
	})
	return names, err
}
