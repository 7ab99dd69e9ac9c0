package main

import (
	"maps"
	"testing"

	"perimetre/data/noise"
	"perimetre/geo/geocode"
)

func TestExpected(t *testing.T) {
	row := map[string]string{"expected_street": "Rue de l'Église", "expected_postcode": "2100", "expected_city": "", "lon": "3"}
	got := expected(func(name string) string { return row[name] })
	if want := map[string]string{"expected_street": "Rue de l'Église", "expected_postcode": "02100"}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestSame(t *testing.T) {
	r := geocode.Result{HouseNumber: "12 bis", Street: "Rue de l'Église", City: "Saint-Quentin", Postcode: "02100"}
	for _, c := range []struct {
		field, want string
		met         bool
	}{
		{"expected_housenumber", "12bis", true},
		{"expected_housenumber", "12 Bis", true},
		{"expected_housenumber", "12", false},
		{"expected_street", "rue de l’eglise", true},
		{"expected_street", "place de l'Église", false},
		{"expected_city", "SAINT QUENTIN", true},
		{"expected_city", "Saint-Quentin-en-Tourmont", false},
		{"expected_postcode", "02100", true},
		{"expected_postcode", "2100", false},
		{"expected_country", "France", false},
	} {
		if got := same(c.field, c.want, &r); got != c.met {
			t.Errorf("%s %q: %v", c.field, c.want, got)
		}
	}
}

func TestUnique(t *testing.T) {
	by := map[string][]place{noise.Key("Rue de Lille"): {{"1", "Roubaix", "59100"}, {"2", "Arras", "62000"}, {"3", "Roubaix", "59200"}}, noise.Key("Rue du Lac"): {{"4", "Arras", "62000"}}}
	for query, want := range map[string]bool{
		"rue de Lille":                 false,
		"rue de Lille Arras":           true,
		"rue de Lille Roubaix":         false, // two of that town
		"rue de Lille 59100":           true,
		"12 rue de lille, 59100 LILLE": true,
	} {
		if got := unique(by, map[string]string{"expected_street": "Rue de Lille"}, query); got != want {
			t.Errorf("%q: %v", query, got)
		}
	}
	if !unique(by, map[string]string{"expected_street": "rue du lac"}, "rue du lac") || unique(by, map[string]string{"expected_street": "rue Absente"}, "rue absente") {
		t.Error("one street is one answer, none is none")
	}
}
