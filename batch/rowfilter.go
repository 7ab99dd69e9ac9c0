package batch

import (
	"strings"

	"perimetre/geo/geocode"
	"perimetre/ingest/table"
)

// rowFilter are the columns that narrow the places of a row to a commune, a
// postcode or a type, or favour those near a point, as the public API's parameters
// of those names do: no place outside answers. -1 is no column, an empty cell no
// filter.
type rowFilter struct{ citycode, postcode, kind, lon, lat int }

// rowFilter finds the columns that the options name.
func (o *Options) rowFilter(in *table.Reader) (f rowFilter, err error) {
	for _, c := range []struct {
		option, title string
		at            *int
	}{
		{"--citycode", o.CityCode, &f.citycode}, {"--postcode", o.Postcode, &f.postcode}, {"type", o.Type, &f.kind}, {"lon", o.Near[0], &f.lon}, {"lat", o.Near[1], &f.lat},
	} {
		if *c.at = -1; c.title != "" {
			if *c.at, err = heading(in, c.option, c.title); err != nil {
				return f, err
			}
		}
	}
	return f, nil
}

// apply narrows the search of a row.
func (f *rowFilter) apply(q *geocode.Query, cells []string) {
	q.Only = geocode.Filter{CityCode: code(cell(cells, f.citycode)), Postcode: code(cell(cells, f.postcode)), Type: strings.TrimSpace(cell(cells, f.kind))}
	lon, lat := cell(cells, f.lon), cell(cells, f.lat)
	if lon == "" || lat == "" {
		return
	}
	x, err1 := table.ParseNumber(lon)
	y, err2 := table.ParseNumber(lat)
	q.HasNear = err1 == nil && err2 == nil && x >= -180 && x <= 180 && y >= -90 && y <= 90
	if q.HasNear {
		q.Near = [2]float64{x, y}
	}
}

// code reads a cell of five characters whose first zero a spreadsheet may have lost.
func code(cell string) string {
	return strings.ToUpper(table.PadPostcode(cell))
}
