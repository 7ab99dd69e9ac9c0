package geocode

import (
	"testing"

	"perimetre/geo"
)

// Without a reach, what is within 100 m hides what is further; nothing is given beyond
// 200 m; a reach that is asked is the only bound.
func TestNearby(t *testing.T) {
	c := geo.Commune{Code: "59350", Name: "Lille", Departement: "59", Postcodes: []string{"59000"}, Lon: 3, Lat: 50.6}
	const metre = 1 / 111195.0
	var as []geo.Address
	for i, m := range []float64{50, 150, 1000} {
		id := "59350_000" + string(rune('1'+i))
		as = append(as, geo.Address{ID: id + "_00001", StreetID: id, Number: 1, Street: "Rue " + string(rune('A'+i)) + "bel", Postcode: "59000", CityCode: c.Code, City: c.Name, Lon: 3, Lat: 50.6 + m*metre})
	}
	ix := open(t, build(t, []geo.Commune{c}, as))
	for _, tt := range []struct {
		name   string
		metres float64 // of the point, northwards
		radius float64
		want   int
	}{
		{"one within 100 m", 0, 0, 1}, {"the second is further than 100 m", -30, 0, 1}, {"one within 200 m", -60, 0, 1},
		{"none", -160, 0, 0}, {"all", 0, 2000, 3}, {"a short reach", 0, 20, 0},
	} {
		rs, err := ix.Nearby(3, 50.6+tt.metres*metre, ReverseOptions{Limit: 10, Radius: tt.radius})
		if err != nil || len(rs) != tt.want {
			t.Errorf("%s: %d results, want %d (%v)", tt.name, len(rs), tt.want, err)
		}
	}
}
