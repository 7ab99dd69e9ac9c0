package publicapi

import (
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/geo/geocode"
)

// indexAddress is the Géoplateforme's name of the only index served here.
const indexAddress = "address"

// Geoplateforme are the properties that the Géoplateforme adds to a place.
type Geoplateforme struct {
	Index   string  `json:"_type"`
	Score   float64 `json:"_score"`
	DepCode string  `json:"depcode"`
}

// AsGeoplateforme adds the properties of the Géoplateforme to the places of an answer.
func (c *Collection) AsGeoplateforme() {
	for i := range c.Features {
		p := &c.Features[i].Properties
		p.Geoplateforme = &Geoplateforme{indexAddress, p.Score, geo.DepartementOf(p.CityCode)}
	}
}

// ByDistance scores the places of a reverse search as the Géoplateforme does: 1 at the
// point, 0 at 10 km, and 1 everywhere when no point was asked.
func (c *Collection) ByDistance(asked bool) {
	for i := range c.Features {
		p := &c.Features[i].Properties
		p.Score = 1
		if asked && p.Distance != nil {
			p.Score = round(max(0, 1-float64(*p.Distance)/10_000), 1e4)
		} else if !asked {
			p.Distance = nil
		}
	}
}

// Suggestions are the answer of the Géoplateforme's completion.
type Suggestions struct {
	Status  string       `json:"status"`
	Results []Suggestion `json:"results"`
}

// Suggestion completes a text. X is the longitude, Y the latitude.
type Suggestion struct {
	X              float64  `json:"x"`
	Y              float64  `json:"y"`
	Country        string   `json:"country"` // StreetAddress or PositionOfInterest
	Names          []string `json:"names,omitempty"`
	City           string   `json:"city"`
	OldCity        string   `json:"oldcity"`
	Kind           string   `json:"kind"`
	Zipcode        string   `json:"zipcode"`
	Zipcodes       []string `json:"zipcodes,omitempty"`
	POIType        []string `json:"poiType,omitempty"`
	Street         string   `json:"street"`
	Metropole      bool     `json:"metropole"`
	Fulltext       string   `json:"fulltext"`
	Classification int      `json:"classification"`
}

// Types of what completion looks for.
const (
	StreetAddress      = "StreetAddress"
	PositionOfInterest = "PositionOfInterest"
)

// Suggest returns a result as completion does: an address, or, when poi asks for places,
// the commune or the lieu-dit.
func Suggest(r *geocode.Result, poi bool) Suggestion {
	s := Suggestion{X: round(r.Lon, 1e6), Y: round(r.Lat, 1e6), Country: StreetAddress, City: r.City, OldCity: r.OldCity, Zipcode: r.Postcode,
		Street: r.Street, Metropole: Metropole(r.CityCode), Classification: 7}
	s.Fulltext = fulltext(r.Name, r.Postcode, r.City)
	if !poi {
		return s
	}
	s.Country, s.Names, s.Kind, s.Street, s.Classification = PositionOfInterest, []string{r.Name}, "lieu-dit", r.Name, 5
	s.POIType = []string{"lieu-dit habité"}
	if r.Precision == geocode.PrecisionCommune {
		s.Kind, s.Classification = "commune", 1
		s.POIType = []string{"administratif", "commune"}
	}
	if r.Postcode != "" {
		s.Zipcodes = []string{r.Postcode}
	}
	return s
}

// fulltext is « nom, code postal commune » without what is missing.
func fulltext(name, postcode, city string) string {
	behind := strings.TrimSpace(postcode + " " + city)
	return strings.Join(slices.DeleteFunc([]string{name, behind}, func(s string) bool { return s == "" }), ", ")
}

// Metropole reports whether a commune (INSEE) lies in the territory that the
// Géoplateforme calls METROPOLE, DOMTOM being the rest.
func Metropole(citycode string) bool { return len(citycode) > 1 && citycode[:2] < "97" }
