package data

import (
	"math"

	"perimetre/geo"
	"perimetre/geo/geocode"
)

// placeConfidence is the least confidence at which an address stands for a point.
const placeConfidence = 0.5

// LocateSites sets a point, by their address, on the sites that have none, where the index
// knows the number, the street or the lieu-dit without a rival. It returns the sites that
// still have none.
func LocateSites(ix *geocode.Index, sites []geo.Site) (unplaced []*geo.Site, err error) {
	s := ix.NewSearcher()
	for i := range sites {
		site := &sites[i]
		if !math.IsNaN(site.Lon) {
			continue
		}
		ok, err := locate(s, geocode.Query{Text: site.Address, Postcode: site.Postcode, City: site.City, CityCode: site.CityCode}, &site.Lon, &site.Lat, &site.CityCode)
		if err != nil {
			return nil, err
		}
		if !ok {
			unplaced = append(unplaced, site)
		}
	}
	return unplaced, nil
}

// LocateMissions does the same for the head offices of Missions Locales.
func LocateMissions(ix *geocode.Index, missions []geo.MissionLocale) (unplaced []*geo.MissionLocale, err error) {
	s := ix.NewSearcher()
	for i := range missions {
		m := &missions[i]
		if !math.IsNaN(m.Lon) {
			continue
		}
		ok, err := locate(s, geocode.Query{Text: m.Address, Postcode: m.Postcode, City: m.City, CityCode: m.CityCode}, &m.Lon, &m.Lat, &m.CityCode)
		if err != nil {
			return nil, err
		}
		if !ok {
			unplaced = append(unplaced, m)
		}
	}
	return unplaced, nil
}

// locate sets a point, and the commune's code when it is not known.
func locate(s *geocode.Searcher, q geocode.Query, lon, lat *float64, cityCode *string) (bool, error) {
	a, err := s.Search(&q)
	if err != nil || len(a.Results) == 0 {
		return false, err
	}
	r := a.Results[0]
	if *cityCode == "" && (a.CommuneCertain || r.Confidence >= placeConfidence) {
		*cityCode = r.CityCode
	}
	if r.Precision < geocode.PrecisionLocality || r.Confidence < placeConfidence || a.Rivals > 1 {
		return false, nil
	}
	*lon, *lat = r.Lon, r.Lat
	return true, nil
}
