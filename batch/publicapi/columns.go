// Package publicapi writes geocoded answers in the shapes of the French public
// geocoding API: its CSV columns and its GeoJSON, with ours after them.
package publicapi

import (
	"math"
	"strconv"
	"strings"

	"perimetre/geo"
	"perimetre/geo/geocode"
)

// Columns are the headings that geocoding appends, in order: the public API's,
// then the product's precision, confidence and faults.
var Columns = []string{
	"longitude", "latitude", "result_score", "result_score_next", "result_label", "result_type", "result_id",
	"result_housenumber", "result_name", "result_street", "result_postcode", "result_city", "result_context",
	"result_citycode", "result_oldcitycode", "result_oldcity", "result_district", "result_status",
	"result_precision", "result_confidence", "result_faults",
}

// MoreColumns are headings of the Géoplateforme's that are written when they are asked for.
var MoreColumns = []string{"result_banId", "result_index", "result_depcode", "result_importance", "result_x", "result_y"}

// FillMore fills dst, of len(MoreColumns), with a result.
func FillMore(dst []string, r *geocode.Result) {
	clear(dst)
	dst[0], dst[1], dst[2] = r.BANID, indexAddress, geo.DepartementOf(r.CityCode)
	dst[3] = string(appendShare(nil, r.Importance))
	if x, y, ok := projected(r); ok {
		dst[4], dst[5] = strconv.FormatFloat(x, 'f', -1, 64), strconv.FormatFloat(y, 'f', -1, 64)
	}
}

// Positions of the columns that callers read or fill by themselves.
const (
	Longitude = 0
	Latitude  = 1
	Type      = 5
	CityCode  = 13
	Status    = 17
	Precision = 18
)

// Numbers are the headings that hold numbers.
var Numbers = []string{"longitude", "latitude", "result_score", "result_score_next", "result_confidence"}

// Locating are the columns that reveal a person's address.
var Locating = []string{"longitude", "latitude", "result_label", "result_id", "result_housenumber", "result_name", "result_street", "result_district"}

// Values of result_status.
const (
	OK       = "ok"
	NotFound = "not-found"
	Skipped  = "skipped"
	Error    = "error"
)

// Cells writes the cells of Columns for an answer; nil, or one without result,
// is not-found. It keeps its buffer, so one goroutine uses it.
type Cells struct{ buf []byte }

// Fill fills dst, of len(Columns), with the first result of a.
func (c *Cells) Fill(dst []string, a *geocode.Answer) {
	clear(dst)
	if a == nil || len(a.Results) == 0 {
		dst[Status], dst[Precision] = NotFound, geocode.PrecisionNone.String()
		return
	}
	r := &a.Results[0]
	// One string for all the numbers of the row, cut where each ends.
	b := c.buf[:0]
	var end [6]int
	if !math.IsNaN(r.Lon) && !math.IsNaN(r.Lat) {
		b = AppendDegrees(b, r.Lon)
		end[0] = len(b)
		b = AppendDegrees(b, r.Lat)
	}
	end[1] = len(b)
	b = appendShare(b, r.Score)
	end[2] = len(b)
	if a.ScoreNext > 0 {
		b = appendShare(b, a.ScoreNext)
	}
	end[3] = len(b)
	b = appendShare(b, r.Confidence)
	end[4] = len(b)
	for i, f := range r.Faults {
		if i > 0 {
			b = append(b, '|')
		}
		b = append(b, f...)
	}
	end[5] = len(b)
	c.buf = b
	s := string(b)
	dst[0], dst[1] = s[:end[0]], s[end[0]:end[1]]
	dst[2], dst[3] = s[end[1]:end[2]], s[end[2]:end[3]]
	dst[4], dst[5], dst[6], dst[7] = r.Label, r.Precision.Type(), r.ID, r.HouseNumber
	dst[8], dst[9], dst[10], dst[11], dst[12] = r.Name, r.Street, r.Postcode, r.City, r.Context
	dst[13], dst[14], dst[15], dst[16] = r.CityCode, r.OldCityCode, r.OldCity, r.District
	dst[Status], dst[Precision] = OK, r.Precision.String()
	dst[19], dst[20] = s[end[3]:end[4]], s[end[4]:end[5]]
}

// AppendDegrees writes degrees to six decimals (11 cm), without useless zeros.
func AppendDegrees(b []byte, v float64) []byte {
	return strconv.AppendFloat(b, math.Round(v*1e6)/1e6, 'f', -1, 64)
}

// appendShare writes a number from 0 to 1 to four decimals.
func appendShare(b []byte, v float64) []byte {
	return strconv.AppendFloat(b, math.Round(v*1e4)/1e4, 'f', -1, 64)
}

// ParsePrecision reads result_precision, or the public API's result_type where
// the former is absent; PrecisionNone when neither says.
func ParsePrecision(precision, kind string) geocode.Precision {
	for p := geocode.PrecisionCommune; p <= geocode.PrecisionNumber; p++ {
		if strings.EqualFold(precision, p.String()) {
			return p
		}
	}
	switch strings.ToLower(kind) {
	case "housenumber":
		return geocode.PrecisionNumber
	case "street":
		return geocode.PrecisionStreet
	case "locality":
		return geocode.PrecisionLocality
	case "municipality":
		return geocode.PrecisionCommune
	}
	return geocode.PrecisionNone
}
