package geo_test

import (
	"testing"

	"perimetre/geo"
)

func TestDepartement(t *testing.T) {
	for _, c := range []struct {
		commune, code, name, region string
		ok                          bool
	}{
		{"59350", "59", "Nord", "Hauts-de-France", true},
		{"2A004", "2A", "Corse-du-Sud", "Corse", true},
		{"97411", "974", "La Réunion", "La Réunion", true},
		{"98818", "988", "Nouvelle-Calédonie", "", true},
		{"20004", "20", "", "", false},
		{"9", "", "", "", false},
	} {
		code := geo.DepartementOf(c.commune)
		name, region, ok := geo.Departement(code)
		if code != c.code || name != c.name || region != c.region || ok != c.ok {
			t.Errorf("%s: %q %q %q %v", c.commune, code, name, region, ok)
		}
	}
}
