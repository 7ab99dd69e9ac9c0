package geocode

import (
	"strconv"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

// A bound gives the streets whose numbers' box meets it, whole, and no other.
func TestStreetsIn(t *testing.T) {
	c := geo.Commune{Code: "59350", Name: "Lille", Departement: "59", Postcodes: []string{"59000"}, Lon: 3, Lat: 50.6}
	var as []geo.Address
	for i := range 200 { // two numbers each, 0.001 degree apart, on a grid
		lon, lat := 3+float64(i%20)*.01, 50.6+float64(i/20)*.01
		id := "59350_" + strconv.Itoa(1000+i)
		for k := range 2 {
			as = append(as, geo.Address{ID: id + "_0000" + strconv.Itoa(k+1), StreetID: id, Number: k + 1, Street: "Rue Numero " + strconv.Itoa(i), Postcode: "59000", CityCode: c.Code, City: c.Name, Lon: lon + float64(k)*.001, Lat: lat})
		}
	}
	ix := open(t, build(t, []geo.Commune{c}, as))
	for _, bound := range []orb.Bound{
		{Min: orb.Point{3.0305, 50.605}, Max: orb.Point{3.0809, 50.6405}}, // cuts streets in two
		{Min: orb.Point{2, 50}, Max: orb.Point{4, 51}},
		{Min: orb.Point{3.002, 50.601}, Max: orb.Point{3.009, 50.609}},
		{Min: orb.Point{-1, 44}, Max: orb.Point{0, 45}},
	} {
		want := map[string]bool{}
		for _, a := range as {
			if a.Number == 1 && bound.Intersects(orb.Bound{Min: orb.Point{a.Lon, a.Lat}, Max: orb.Point{a.Lon + .001, a.Lat}}) {
				want[a.Street] = true
			}
		}
		got := map[string]bool{}
		if err := ix.StreetsIn(bound, func(s *Street) bool {
			if got[s.Name] || len(s.Numbers) != 2 || s.Commune != c.Code {
				t.Errorf("%s of %s, %d numbers", s.Name, s.Commune, len(s.Numbers))
			}
			got[s.Name] = true
			return true
		}); err != nil {
			t.Fatal(err)
		}
		for name := range want {
			if !got[name] {
				t.Errorf("%v: %s is missing", bound, name)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%v: %d streets, want %d", bound, len(got), len(want))
		}
	}
}
