package ingest

import (
	"encoding/json"
	"math"

	"perimetre/geo"
	"perimetre/ingest/opening"
	"perimetre/ingest/table"
)

// inclusionRecord is a structure of data·inclusion's open files, version 1.
type inclusionRecord struct {
	ID       string   `json:"id"`
	Name     string   `json:"nom"`
	Address  string   `json:"adresse"`
	City     string   `json:"commune"`
	Postcode *string  `json:"code_postal"`
	CityCode string   `json:"code_insee"`
	Lon      *float64 `json:"longitude"`
	Lat      *float64 `json:"latitude"`
	Hours    string   `json:"horaires_accueil"`
	Networks []string `json:"reseaux_porteurs"`
	Updated  string   `json:"date_maj"`
}

// inclusionOf reads an item of a JSON list as a structure; ok is false for another's
// item, which has no postcode of its own.
func inclusionOf(item json.RawMessage) (r inclusionRecord, ok bool) {
	err := json.Unmarshal(item, &r)
	return r, err == nil && r.Postcode != nil && r.Name != ""
}

// site returns the structure as a site, of kind SiteUnknown when its networks are none that
// we know.
func (r *inclusionRecord) site() geo.Site {
	s := geo.Site{ID: r.ID, Name: r.Name, Address: r.Address, City: r.City, CityCode: r.CityCode, Postcode: *r.Postcode, Opening: r.Hours, HalfDays: math.NaN(), Lon: math.NaN(), Lat: math.NaN()}
	if r.Lon != nil && r.Lat != nil {
		s.Lon, s.Lat = *r.Lon, *r.Lat
	}
	for _, n := range r.Networks {
		if k, known := networks[n]; known {
			s.Kind = k
			break
		}
	}
	if s.Kind == geo.SiteHead {
		if k := kindInName(s.Name); k != geo.SiteUnknown {
			s.Kind = k
		}
	}
	if o, err := opening.Parse(s.Opening); err == nil {
		s.HalfDays, s.Appointment = o.HalfDays, o.Appointment
	}
	s.Updated, _ = table.ParseDate(r.Updated) // a date that we cannot read is unknown
	return s
}
