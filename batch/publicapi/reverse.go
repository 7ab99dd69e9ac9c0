package publicapi

import (
	"math"
	"strconv"

	"perimetre/geo/geocode"
)

// ReverseColumns are the headings that reverse geocoding appends, in order: the
// public API's, then the product's precision.
var ReverseColumns = []string{
	"result_latitude", "result_longitude", "result_distance", "result_label", "result_type", "result_id",
	"result_housenumber", "result_name", "result_street", "result_postcode", "result_city", "result_context",
	"result_citycode", "result_oldcitycode", "result_oldcity", "result_district", "result_status",
	"result_precision",
}

// ReverseStatus is the position of result_status among ReverseColumns.
const ReverseStatus = 16

// FillReverse fills dst, of len(ReverseColumns), with the nearest place; none is
// not-found.
func FillReverse(dst []string, results []geocode.Result) {
	clear(dst)
	if len(results) == 0 {
		dst[ReverseStatus], dst[17] = NotFound, geocode.PrecisionNone.String()
		return
	}
	r := &results[0]
	if !math.IsNaN(r.Lon) && !math.IsNaN(r.Lat) {
		dst[0], dst[1] = string(AppendDegrees(nil, r.Lat)), string(AppendDegrees(nil, r.Lon))
	}
	dst[2] = strconv.Itoa(int(math.Round(r.Distance)))
	copy(dst[3:], []string{r.Label, r.Precision.Type(), r.ID, r.HouseNumber, r.Name, r.Street, r.Postcode, r.City, r.Context,
		r.CityCode, r.OldCityCode, r.OldCity, r.District, OK, r.Precision.String()})
}
