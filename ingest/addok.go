package ingest

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// addokLine is a line of adresses-addok-DD.ndjson: a commune, or a street or
// lieu-dit with its numbers.
type addokLine struct {
	ID           string                 `json:"id"`
	Type         string                 `json:"type"`
	Name         oneOrMany              `json:"name"`
	Postcode     oneOrMany              `json:"postcode"`
	CityCode     oneOrMany              `json:"citycode"`
	City         oneOrMany              `json:"city"`
	OldCityCode  oneOrMany              `json:"oldcitycode"`
	OldCity      oneOrMany              `json:"oldcity"`
	Lon          *float64               `json:"lon"`
	Lat          *float64               `json:"lat"`
	Housenumbers map[string]addokNumber `json:"housenumbers"`
}

type addokNumber struct {
	ID       string    `json:"id"`
	Lon      *float64  `json:"lon"`
	Lat      *float64  `json:"lat"`
	Postcode oneOrMany `json:"postcode"`
}

// oneOrMany is a string, a list of strings, or null.
type oneOrMany []string

func (o *oneOrMany) UnmarshalJSON(b []byte) error {
	*o = (*o)[:0]
	switch b[0] {
	case 'n':
		return nil
	case '[':
		return json.Unmarshal(b, (*[]string)(o))
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*o = append(*o, s)
	return nil
}

func (o oneOrMany) first() string { return o.at(0) }

func (o oneOrMany) at(i int) string {
	if i < len(o) {
		return o[i]
	}
	return ""
}

const maxAddokLine = 8 << 20 // bytes; a street of 10,000 numbers takes 2 MB

// readAddok reads one JSON object a line.
func readAddok(d *document, s *addressSink) error {
	var buf []byte
	for n := 1; ; n++ {
		line, err := readLine(d, &buf)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return d.broken(err)
		}
		if len(line) > maxAddokLine {
			return &fault.Error{Kind: fault.TooLarge, File: d.name, Line: n, Message: "ligne démesurée", Expected: "un objet JSON par ligne"}
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var a addokLine
		f := unmarshalLine(line, &a)
		if f == nil && a.Type != "municipality" {
			var more error
			if f, more = s.addAddok(&a); more != nil {
				return more
			}
		}
		if f != nil {
			f.Kind, f.File, f.Line = fault.Input, d.name, n
			if n == 1 && f.Column == "" {
				return f
			}
			if err := s.reject(d.name, f); err != nil {
				return err
			}
		}
	}
}

// readLine reads to the line's end in a buffer kept between calls.
func readLine(d *document, buf *[]byte) ([]byte, error) {
	*buf = (*buf)[:0]
	for {
		part, err := d.ReadSlice('\n')
		*buf = append(*buf, part...)
		switch {
		case err == nil || err == io.EOF && len(*buf) > 0:
			return *buf, nil
		case !errors.Is(err, bufio.ErrBufferFull) || len(*buf) > maxAddokLine:
			return *buf, err
		}
	}
}

func unmarshalLine(line []byte, v *addokLine) *fault.Error {
	err := json.Unmarshal(line, v)
	var te *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &te):
		return &fault.Error{Column: te.Field, Expected: "le format addok de la BAN", Seen: te.Value}
	}
	return &fault.Error{Message: "ligne qui n’est pas un objet JSON entier", Expected: "un objet JSON par ligne (NDJSON)", Seen: beginning(line)}
}

// addAddok adds the numbers of a street or lieu-dit, by number then suffix, or
// itself when it has none. Its first name, commune and postcode are the present
// ones, the others aliases and former communes.
func (s *addressSink) addAddok(l *addokLine) (*fault.Error, error) {
	a := geo.Address{
		StreetID: l.ID, Street: l.Name.first(), Postcode: l.Postcode.first(), CityCode: l.CityCode.first(), City: l.City.first(),
		OldCityCode: l.OldCityCode.first(), OldCity: l.OldCity.first(),
	}
	if len(l.Name) > 1 {
		a.Alias = strings.Join(l.Name[1:], "|")
	}
	if a.OldCity == "" && a.OldCityCode == "" && len(l.City) > 1 && len(l.City) == len(l.CityCode) {
		a.OldCity, a.OldCityCode = l.City[1], l.CityCode[1]
	}
	if f := checkAddress(&a); f != nil {
		f.Column = map[string]string{"code_insee": "citycode", "nom_voie": "name"}[f.Column]
		return f, nil
	}
	if len(l.Housenumbers) == 0 {
		return nil, s.add(alone(a, l))
	}
	numbers := make([]numberKey, 0, len(l.Housenumbers))
	for k := range l.Housenumbers {
		numbers = append(numbers, splitNumber(k))
	}
	slices.SortFunc(numbers, func(a, b numberKey) int {
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.suffix, b.suffix), cmp.Compare(a.key, b.key))
	})
	var wrong *fault.Error
	unnumbered := true // as 0 and 99999 say
	for _, k := range numbers {
		h := l.Housenumbers[k.key]
		if k.number == 0 || k.number == noNumber {
			if k.number == 0 {
				s.report.ZeroNumber++
			} else {
				s.report.NoNumber++
			}
			continue
		}
		unnumbered = false
		if k.number < 0 || k.number > noNumber {
			wrong = &fault.Error{Column: "housenumbers", Expected: "des numéros de voie", Seen: "« " + k.key + " »"}
			continue
		}
		n := a
		n.ID, n.Number, n.Suffix = h.ID, k.number, k.suffix
		if n.ID == "" {
			n.ID = fmt.Sprintf("%s_%05d", l.ID, k.number)
			if k.suffix != "" {
				n.ID += "_" + k.suffix
			}
		}
		if len(h.Postcode) > 0 {
			n.Postcode = h.Postcode[0]
		}
		n.Lon, n.Lat = degrees(h.Lon, h.Lat)
		if err := s.add(n); err != nil {
			return nil, err
		}
	}
	if unnumbered {
		return nil, s.add(alone(a, l))
	}
	return wrong, nil
}

// alone returns the record of a street or a lieu-dit without a number.
func alone(a geo.Address, l *addokLine) geo.Address {
	a.ID, a.Kind = l.ID, geo.KindLocality
	if l.Type == "street" {
		a.Kind = geo.KindStreet
	}
	a.Lon, a.Lat = degrees(l.Lon, l.Lat)
	return a
}

type numberKey struct {
	key    string
	number int
	suffix string
}

// splitNumber cuts « 12bis » or « 12 bis ».
func splitNumber(key string) numberKey {
	i := 0
	for i < len(key) && i < 6 && key[i] >= '0' && key[i] <= '9' {
		i++
	}
	n, err := strconv.Atoi(key[:i])
	if err != nil {
		n = -1
	}
	return numberKey{key, n, suffix(strings.TrimSpace(key[i:]))}
}

// degrees is NaN where the file has null, or what is no point on earth.
func degrees(lon, lat *float64) (float64, float64) {
	if lon == nil || lat == nil || math.Abs(*lon) > 180 || math.Abs(*lat) > 90 {
		return math.NaN(), math.NaN()
	}
	return *lon, *lat
}
