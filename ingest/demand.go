package ingest

import (
	"math"

	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// DemandPoint is a number of people at a place: a point, a commune, or both. Lon
// and Lat are NaN where the table has no point.
type DemandPoint struct {
	ID       string // as written, else the row's line
	Name     string
	CityCode string // INSEE
	Lon, Lat float64
	People   float64 // 1 where the table has no column of numbers
}

// peopleTitles are the headings of a number of people.
var peopleTitles = []string{"jeunes", "effectif", "poids", "population", "nombre", "personnes", "people", "weight"}

// Demand reads people by place, CSV or XLSX: a point (lon, lat) or a commune
// (code_insee), and how many (jeunes, population, effectif, poids).
func Demand(path string) ([]DemandPoint, error) {
	t, err := openTitled(path)
	if err != nil {
		return nil, err
	}
	defer t.r.Close()
	var (
		lon, lat = t.column("lon", "longitude"), t.column("lat", "latitude")
		cityCode = t.column("code_insee", "insee", "citycode", "code commune")
		id, name = t.column("id", "identifiant", "code", "origine", "origin"), t.column("nom", "libellé", "name")
		people   = t.column(peopleTitles...)
		list     []DemandPoint
	)
	if (lon < 0 || lat < 0) && cityCode < 0 {
		return nil, t.noColumn("le lieu des personnes", "lon et lat, ou code_insee")
	}
	err = eachRow(t.r, func(row table.Row) error {
		p := DemandPoint{ID: t.text(row, id), Name: t.text(row, name), CityCode: table.PadPostcode(cell(row.Cells, cityCode)), People: 1}
		if p.ID == "" {
			p.ID = t.line(row)
		}
		var err error
		if p.Lon, p.Lat, err = coordinatesOf(path, row, lon, lat); err != nil {
			return err
		}
		if p.Lon != p.Lon && !isINSEE(p.CityCode) {
			return fault.At(path, row.Line, t.r.Header[max(cityCode, lon)], "un point ou un code INSEE", "« "+p.CityCode+" »")
		}
		if people >= 0 {
			if p.People, err = t.quantity(row, people); err != nil {
				return err
			}
		}
		list = append(list, p)
		return nil
	})
	if err == nil && len(list) == 0 {
		err = &fault.Error{Kind: fault.Input, File: path, Message: "aucune ligne dans ce fichier"}
	}
	return list, err
}

// DemandByCode reads people by the codes of a travel-time matrix, a QPV's or a
// commune's or any other: a column of codes and one of numbers. No place is read.
func DemandByCode(path string) ([]DemandPoint, error) {
	t, err := openTitled(path)
	if err != nil {
		return nil, err
	}
	defer t.r.Close()
	code, err := t.needColumn("le code des personnes", "id", "identifiant", "code", "origine", "origin", "code_insee", "insee", "code_qpv")
	if err != nil {
		return nil, err
	}
	people, err := t.needColumn("le nombre de personnes", append([]string{"demande", "demand"}, peopleTitles...)...)
	if err != nil {
		return nil, err
	}
	name := t.column("nom", "libellé", "name")
	var list []DemandPoint
	err = eachRow(t.r, func(row table.Row) error {
		p := DemandPoint{ID: t.text(row, code), Name: t.text(row, name), Lon: math.NaN(), Lat: math.NaN()}
		if p.Name == "" {
			p.Name = p.ID
		}
		var err error
		if p.People, err = t.quantity(row, people); err != nil {
			return err
		}
		list = append(list, p)
		return nil
	})
	return list, err
}

// TravelTimes streams a table of travel times: origin, destination, minutes. An
// empty time is a pair that cannot be travelled, and is left out.
func TravelTimes(path string, yield func(origin, destination string, minutes float64) error) error {
	t, err := openTitled(path)
	if err != nil {
		return err
	}
	defer t.r.Close()
	origin, err := t.needColumn("l’origine", "origin", "origine", "de", "from")
	if err != nil {
		return err
	}
	destination, err := t.needColumn("la destination", "destination", "vers", "to")
	if err != nil {
		return err
	}
	minutes, err := t.needColumn("la durée", "minutes", "durée", "temps", "duration")
	if err != nil {
		return err
	}
	return eachRow(t.r, func(row table.Row) error {
		if t.text(row, minutes) == "" {
			return nil
		}
		m, err := t.quantity(row, minutes)
		if err != nil {
			return err
		}
		return yield(t.text(row, origin), t.text(row, destination), m)
	})
}

// quantity reads a number that is not negative.
func (t *titled) quantity(row table.Row, column int) (float64, error) {
	v, err := table.ParseNumber(row.Cells[column])
	if err != nil || v < 0 || math.IsInf(v, 0) {
		return 0, fault.At(t.file, row.Line, t.r.Header[column], "un nombre positif ou nul", "« "+row.Cells[column]+" »")
	}
	return v, nil
}
