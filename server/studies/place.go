package studies

import (
	"fmt"
	"math"

	"perimetre/geo/fault"
	"perimetre/geo/geocode"
	"perimetre/ingest"
	"perimetre/ingest/opening"
	"perimetre/server/packs"
)

// Complete reads the openings of sites that have no half-days yet, and places the sites
// without a point by their address.
func Complete(pack *packs.Edition, list []Site) error {
	searcher := pack.Searcher()
	defer pack.Return(searcher)
	for i := range list {
		x := &list[i]
		if x.Opening != "" && x.HalfDays == nil {
			o, err := opening.Parse(x.Opening)
			if err != nil {
				return fault.New(fault.Input, "%s", fmt.Sprintf("Ouverture illisible pour « %s » : %s. Rien n’est enregistré", x.Name, err))
			}
			if x.Appointment = o.Appointment; o.HalfDays > 0 {
				x.HalfDays = &o.HalfDays
			}
		}
		if x.Lon == nil && (x.Address != "" || x.City != "") {
			a, err := searcher.Search(&geocode.Query{Street: x.Address, Postcode: x.Postcode, City: x.City, CityCode: x.CityCode, Limit: 1})
			if err != nil {
				return err
			}
			if len(a.Results) > 0 && a.Results[0].Precision >= geocode.PrecisionLocality && !math.IsNaN(a.Results[0].Lon) {
				best := a.Results[0]
				x.Lon, x.Lat, x.CityCode = &best.Lon, &best.Lat, best.CityCode
			}
		}
	}
	return nil
}

// FromFile returns the sites of a file, all of one Mission Locale. Its first fault refuses
// it whole.
func FromFile(pack *packs.Edition, path, unit string) ([]Site, error) {
	sites, report, err := ingest.Sites(path)
	if err == nil && len(report.Faults) > 0 {
		err = report.Faults[0]
	}
	if err != nil {
		return nil, err
	}
	names := pack.UnitNames()
	list := make([]Site, len(sites))
	for i := range sites {
		list[i] = siteOf(&sites[i], names)
		list[i].Unit = unit
	}
	return list, nil
}
