package ingest

import (
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// readBAN reads adresses-DD.csv.
func readBAN(r *table.Reader, c columns, s *addressSink) error {
	if err := c.need("fichier BAN d’un autre format", "id", "numero", "rep", "nom_voie", "code_postal", "code_insee", "nom_commune", "lon", "lat"); err != nil {
		return err
	}
	var (
		id, number, rep, street = c.of("id"), c.of("numero"), c.of("rep"), c.of("nom_voie")
		postcode, cityCode      = c.of("code_postal"), c.of("code_insee")
		city, oldCode, old      = c.of("nom_commune"), c.of("code_insee_ancienne_commune"), c.of("nom_ancienne_commune")
		position, alias, place  = c.of("type_position"), c.of("alias"), c.of("nom_ld")
		uuid, streetUUID        = c.of("id_ban_adresse"), c.of("id_ban_toponyme") // of the files with identifiers

		streets, postcodes, cities, cityCodes, olds, oldCodes, aliases, places, reps, uuids interned
	)
	return eachAddress(r, c, s, func(row []string) (geo.Address, *fault.Error) {
		a := geo.Address{
			ID:           strings.Clone(row[id]),
			Suffix:       suffix(reps.get(row[rep])),
			Street:       streets.get(row[street]),
			Place:        places.get(cell(row, place)),
			Alias:        aliases.get(cell(row, alias)),
			Postcode:     postcodes.get(row[postcode]),
			CityCode:     cityCodes.get(row[cityCode]),
			City:         cities.get(row[city]),
			OldCityCode:  oldCodes.get(cell(row, oldCode)),
			OldCity:      olds.get(cell(row, old)),
			PositionType: geo.ParsePositionType(cell(row, position)),
			BANID:        strings.Clone(cell(row, uuid)),
			StreetBANID:  uuids.get(cell(row, streetUUID)),
		}
		a.StreetID = streetOf(a.ID)
		return a, s.setNumber(&a, row[number])
	})
}

// readHamlets reads lieux-dits-DD-beta.csv.
func readHamlets(r *table.Reader, c columns, s *addressSink) error {
	if err := c.need("fichier de lieux-dits d’un autre format", "id", "nom_lieu_dit", "code_insee", "nom_commune", "lon", "lat"); err != nil {
		return err
	}
	var (
		id, name, postcode    = c.of("id"), c.of("nom_lieu_dit"), c.of("code_postal")
		cityCode, city        = c.of("code_insee"), c.of("nom_commune")
		oldCode, old          = c.of("code_insee_ancienne_commune"), c.of("nom_ancienne_commune")
		uuid                  = c.of("id_ban_toponyme")
		postcodes, cities     interned
		cityCodes             interned
		oldCities, oldCityIDs interned
	)
	return eachAddress(r, c, s, func(row []string) (geo.Address, *fault.Error) {
		a := geo.Address{
			ID: strings.Clone(row[id]), Street: strings.Clone(row[name]), Kind: geo.KindLocality,
			Postcode: postcodes.get(cell(row, postcode)), CityCode: cityCodes.get(row[cityCode]), City: cities.get(row[city]),
			OldCityCode: oldCityIDs.get(cell(row, oldCode)), OldCity: oldCities.get(cell(row, old)),
			StreetBANID: strings.Clone(cell(row, uuid)),
		}
		a.StreetID = a.ID
		return a, nil
	})
}

// eachAddress reads the lines of a CSV base: make gives a line's record without
// its point, or says which column is wrong.
func eachAddress(r *table.Reader, c columns, s *addressSink, make func(row []string) (geo.Address, *fault.Error)) error {
	lon, lat, x, y := c.of("lon", "long", "long_wgs84", "lon_wgs84"), c.of("lat", "lat_wgs84"), c.of("x", "x_l93"), c.of("y", "y_l93")
	for {
		row, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if row.Kind == table.Blank {
			continue
		}
		var a geo.Address
		f := whole(row, len(c.header))
		if f == nil {
			a, f = make(row.Cells)
		}
		if f == nil {
			f = checkAddress(&a)
		}
		if f == nil {
			if f = setPoint(&a, cell(row.Cells, lon), cell(row.Cells, lat)); a.Lon != a.Lon {
				f = setProjected(&a, cell(row.Cells, x), cell(row.Cells, y))
			}
		}
		if f != nil {
			f.Kind, f.File, f.Line = fault.Input, c.file, row.Line
			if err := s.reject(c.file, f); err != nil {
				return err
			}
			continue
		}
		if err := s.add(a); err != nil {
			return err
		}
	}
}

// whole refuses a line cut short, or with more cells than headings.
func whole(row table.Row, width int) *fault.Error {
	if row.Missing == 0 && row.Overflow == nil {
		return nil
	}
	return &fault.Error{Message: "ligne mal découpée", Expected: strconv.Itoa(width) + " cellules",
		Seen: strconv.Itoa(width - row.Missing + len(row.Overflow))}
}

func checkAddress(a *geo.Address) *fault.Error {
	if len(a.CityCode) != 5 {
		return &fault.Error{Column: "code_insee", Expected: "un code INSEE de cinq caractères", Seen: "« " + a.CityCode + " »"}
	}
	if a.Street == "" {
		return &fault.Error{Column: "nom_voie", Expected: "un nom de voie ou de lieu-dit", Seen: "rien"}
	}
	return nil
}

// setPoint reads WGS84 degrees; both empty are NaN, an address without a point.
func setPoint(a *geo.Address, lon, lat string) *fault.Error {
	if lon == "" && lat == "" {
		a.Lon, a.Lat = math.NaN(), math.NaN()
		return nil
	}
	var ok bool
	if a.Lon, ok = decimal(lon); !ok || a.Lon < -180 || a.Lon > 180 {
		return &fault.Error{Column: "lon", Expected: "une longitude en degrés", Seen: "« " + lon + " »"}
	}
	if a.Lat, ok = decimal(lat); !ok || a.Lat < -90 || a.Lat > 90 {
		return &fault.Error{Column: "lat", Expected: "une latitude en degrés", Seen: "« " + lat + " »"}
	}
	return nil
}

// setProjected reads metres of the legal projection of the address's département,
// for the few lines that have no degrees.
func setProjected(a *geo.Address, x, y string) *fault.Error {
	p, ok := geo.ProjectionOf(geo.DepartementOf(a.CityCode))
	if !ok || x == "" && y == "" {
		return nil
	}
	var xy orb.Point
	if xy[0], ok = decimal(x); !ok {
		return &fault.Error{Column: "x", Expected: "une abscisse en mètres", Seen: "« " + x + " »"}
	}
	if xy[1], ok = decimal(y); !ok {
		return &fault.Error{Column: "y", Expected: "une ordonnée en mètres", Seen: "« " + y + " »"}
	}
	pt := p.Unproject(xy)
	a.Lon, a.Lat = pt[0], pt[1]
	return nil
}

// decimal reads -12.345678 exactly as strconv does, faster for the fifteen
// digits that coordinates have: both parts of the quotient are then exact.
func decimal(s string) (float64, bool) {
	var mantissa, scale int64 = 0, 0
	t := s
	if t != "" && t[0] == '-' {
		t = t[1:]
	}
	ok := len(t) > 0 && len(t) <= 16
	for i := 0; ok && i < len(t); i++ {
		switch c := t[i]; {
		case c >= '0' && c <= '9':
			mantissa = mantissa*10 + int64(c-'0')
			scale *= 10
		case c == '.' && scale == 0 && i > 0 && i+1 < len(t):
			scale = 1
		default:
			ok = false
		}
	}
	if !ok {
		v, err := strconv.ParseFloat(s, 64)
		return v, err == nil && !math.IsInf(v, 0) && v == v
	}
	v := float64(mantissa)
	if scale > 1 {
		v /= float64(scale)
	}
	if s[0] == '-' {
		v = -v
	}
	return v, true
}

// noNumber is the number that the BAL gives to a place without one.
const noNumber = 99999

// setNumber reads numero: none, 0 and 99999 are a street or a lieu-dit alone.
func (s *addressSink) setNumber(a *geo.Address, text string) *fault.Error {
	n, err := strconv.Atoi(text)
	if text != "" && err != nil || n < 0 || n > noNumber {
		return &fault.Error{Column: "numero", Expected: "un nombre de 0 à 99999", Seen: "« " + text + " »"}
	}
	switch {
	case text != "" && n == 0:
		s.report.ZeroNumber++
	case n == noNumber:
		s.report.NoNumber++
	}
	if n > 0 && n != noNumber {
		a.Number, a.Kind = n, geo.KindHouseNumber
		return nil
	}
	a.Suffix, a.PositionType = "", geo.PositionUnknown
	a.Kind = geo.KindLocality
	if isWay(a.Street) {
		a.Kind = geo.KindStreet
	}
	return nil
}

// isWay tells a street from a lieu-dit by the first word of its name: the bases
// give both the same number, 99999.
func isWay(name string) bool {
	first, _, _ := strings.Cut(strings.ToLower(name), " ")
	switch first {
	case "rue", "avenue", "boulevard", "chemin", "route", "impasse", "allée", "allées", "allee", "place", "placette", "square", "quai",
		"passage", "sentier", "sente", "ruelle", "venelle", "voie", "cours", "mail", "esplanade", "promenade", "rond-point",
		"montée", "montee", "côte", "cote", "traverse", "chaussée", "chaussee", "contour", "faubourg", "autoroute", "rocade", "cité", "cite", "cour", "drève", "dreve":
		return true
	}
	return false
}

// suffix is rep or suffixe in lower case, without spaces: « bis A » is "bisa".
func suffix(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 'a' || c > 'z' {
			return strings.ToLower(strings.ReplaceAll(s, " ", ""))
		}
	}
	return s
}
