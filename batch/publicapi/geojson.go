package publicapi

import (
	"math"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/geocode"
)

// Collection is the public API's answer, a GeoJSON FeatureCollection. It holds
// copies, so it outlives the geocoder's answer.
type Collection struct {
	Type        string    `json:"type"`
	Version     string    `json:"version"`
	Features    []Feature `json:"features"`
	Attribution string    `json:"attribution"`
	Licence     string    `json:"licence"`
	Query       string    `json:"query,omitempty"`
	Limit       int       `json:"limit,omitempty"`
	Pack        string    `json:"pack,omitempty"`
}

// Feature is one place.
type Feature struct {
	Type       string     `json:"type"`
	Geometry   Point      `json:"geometry"`
	Properties Properties `json:"properties"`
}

// Point is a GeoJSON point: degrees, longitude first.
type Point struct {
	Type        string     `json:"type"`
	Coordinates [2]float64 `json:"coordinates"`
}

// Properties are the public API's, then the product's.
type Properties struct {
	Label       string   `json:"label"`
	Score       float64  `json:"score"`
	HouseNumber string   `json:"housenumber,omitempty"`
	ID          string   `json:"id"`
	BANID       string   `json:"banId,omitempty"` // UUID of the BAN
	Type        string   `json:"type"`
	Name        string   `json:"name"`
	Postcode    string   `json:"postcode"`
	CityCode    string   `json:"citycode"`
	X           *float64 `json:"x,omitempty"` // metres, in the legal projection of the territory
	Y           *float64 `json:"y,omitempty"`
	City        string   `json:"city"`
	OldCity     string   `json:"oldcity,omitempty"`
	OldCityCode string   `json:"oldcitycode,omitempty"`
	District    string   `json:"district,omitempty"`
	Context     string   `json:"context"`
	Importance  float64  `json:"importance"`
	Street      string   `json:"street,omitempty"`
	Distance    *int     `json:"distance,omitempty"` // metres, of a reverse search

	*Geoplateforme // of that service's end points

	Precision  string   `json:"precision"`
	Confidence float64  `json:"confidence"`
	Faults     []string `json:"faults,omitempty"`

	*Zoned // of zonages
}

// Search returns the results of a search; limit cuts them, 0 keeps all.
func Search(results []geocode.Result, query string, limit int, pack string) Collection {
	if limit > 0 {
		results = results[:min(limit, len(results))]
	}
	return Collection{
		Type: "FeatureCollection", Version: "draft", Features: features(results, false),
		Attribution: "BAN", Licence: "ETALAB-2.0", Query: query, Limit: limit, Pack: pack,
	}
}

// Reverse returns the places near a point, with their distances.
func Reverse(results []geocode.Result, limit int, pack string) Collection {
	c := Search(results, "", limit, pack)
	c.Features = features(results[:len(c.Features)], true)
	return c
}

func features(results []geocode.Result, reverse bool) []Feature {
	out := make([]Feature, len(results))
	for i := range results {
		r := &results[i]
		p := Properties{
			Label: r.Label, Score: round(r.Score, 1e4), HouseNumber: r.HouseNumber, ID: r.ID, BANID: r.BANID, Type: r.Precision.Type(),
			Name: r.Name, Postcode: r.Postcode, CityCode: r.CityCode, City: r.City, OldCity: r.OldCity,
			OldCityCode: r.OldCityCode, District: r.District, Context: r.Context, Importance: round(r.Importance, 1e4),
			Street: r.Street, Precision: r.Precision.String(), Confidence: round(r.Confidence, 1e4), Faults: r.Faults,
		}
		if x, y, ok := projected(r); ok {
			p.X, p.Y = &x, &y
		}
		if reverse {
			d := int(math.Round(r.Distance))
			p.Distance = &d
		}
		out[i] = Feature{"Feature", Point{"Point", [2]float64{round(r.Lon, 1e6), round(r.Lat, 1e6)}}, p}
	}
	return out
}

// projected gives a result's metres in the legal projection of its territory, to the
// centimetre.
func projected(r *geocode.Result) (x, y float64, ok bool) {
	pr, ok := geo.ProjectionOf(geo.DepartementOf(r.CityCode))
	if !ok || math.IsNaN(r.Lon) {
		return 0, 0, false
	}
	m := pr.Project(orb.Point{r.Lon, r.Lat})
	return round(m[0], 100), round(m[1], 100), true
}

// round keeps as many decimals as by has zeros; what is no number becomes 0.
func round(v, by float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return math.Round(v*by) / by
}
