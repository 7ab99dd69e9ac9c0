package geocode

import (
	"slices"
	"testing"

	"perimetre/geo"
)

// Three towns with one street each, three numbers each, 100 m apart; the files give
// identifiers to some.
func filtered(t *testing.T) *Index {
	const metre = 1 / 111195.0
	uuid := func(n, k int) string {
		return "0000000" + string(rune('0'+n)) + "-0000-4000-8000-00000000000" + string(rune('0'+k))
	}
	var cs []geo.Commune
	var as []geo.Address
	for i, name := range []string{"Lille", "Roubaix", "Croix"} {
		c := geo.Commune{Code: "5935" + string(rune('0'+i)), Name: name, Departement: "59", Postcodes: []string{"5900" + string(rune('0'+i))}, Lon: 3, Lat: 50.6}
		cs = append(cs, c)
		for k := range 3 {
			a := geo.Address{ID: c.Code + "_0001_0000" + string(rune('1'+k)), StreetID: c.Code + "_0001", Number: k + 1, Street: "Rue de la Paix", Postcode: c.Postcodes[0],
				CityCode: c.Code, City: c.Name, Lon: 3, Lat: 50.6 + (float64(i)*1000+float64(k)*100)*metre}
			if i == 1 {
				a.StreetBANID = uuid(9, 9)
				if k > 0 {
					a.BANID = uuid(i, k)
				}
			}
			as = append(as, a)
		}
	}
	return open(t, build(t, cs, as))
}

// A filter of several values keeps what meets any of them, whatever asks.
func TestFilterOfSeveralValues(t *testing.T) {
	ix := filtered(t)
	s := ix.NewSearcher()
	for _, tt := range []struct {
		only Filter
		want []string
	}{
		{Filter{CityCode: "59350"}, []string{"59350"}},
		{Filter{CityCode: "59350,59352"}, []string{"59350", "59352"}},
		{Filter{CityCode: "59350,59999"}, []string{"59350"}},
		{Filter{Postcode: "59001,59002"}, []string{"59351", "59352"}},
		{Filter{CityCode: "59350,59351", Postcode: "59001,59002"}, []string{"59351"}},
		{Filter{CityCode: "59999"}, nil},
	} {
		towns := func(rs []Result) (list []string) {
			for _, r := range rs {
				if !slices.Contains(list, r.CityCode) {
					list = append(list, r.CityCode)
				}
			}
			slices.Sort(list)
			return list
		}
		for _, typed := range []bool{false, true} {
			text := "2 rue de la paix"
			if typed {
				text = "2 rue de la pa"
			}
			a, err := s.Search(&Query{Text: text, Only: tt.only, Autocomplete: typed})
			if err != nil {
				t.Fatal(err)
			}
			if got := towns(a.Results); !slices.Equal(got, tt.want) {
				t.Errorf("search of %q in %+v gives %v, want %v", text, tt.only, got, tt.want)
			}
		}
		rs, err := ix.Reverse(3, 50.6, ReverseOptions{Limit: 10, Only: tt.only})
		if got := towns(rs); err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("reverse in %+v gives %v, want %v (%v)", tt.only, got, tt.want, err)
		}
	}
}

// Every number within the shape comes out, the nearest first, to the limit.
func TestWithin(t *testing.T) {
	ix := filtered(t)
	numbers := func(inside func(lon, lat float64) bool, o ReverseOptions) (list []string) {
		rs, err := ix.Within(3, 50.6, inside, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rs {
			list = append(list, r.CityCode+" "+r.HouseNumber)
		}
		return list
	}
	north := func(_, lat float64) bool { return lat > 50.6005 }
	for _, tt := range []struct {
		name   string
		inside func(lon, lat float64) bool
		o      ReverseOptions
		want   []string
	}{
		{"a circle", nil, ReverseOptions{Limit: 10, Radius: 150}, []string{"59350 1", "59350 2"}},
		{"a limit", nil, ReverseOptions{Limit: 1, Radius: 150}, []string{"59350 1"}},
		{"a shape", north, ReverseOptions{Limit: 10, Radius: 1050}, []string{"59350 2", "59350 3", "59351 1"}},
		{"a filter", nil, ReverseOptions{Limit: 10, Radius: 1150, Only: Filter{CityCode: "59351"}}, []string{"59351 1", "59351 2"}},
		{"streets", nil, ReverseOptions{Limit: 10, Radius: 5000, Only: Filter{Type: "street"}}, []string{"59350 ", "59351 ", "59352 "}},
		{"nothing", nil, ReverseOptions{Limit: 10, Radius: 5000, Only: Filter{Type: "locality"}}, nil},
	} {
		if got := numbers(tt.inside, tt.o); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// A place bears the identifier that the BAN's file gives it, and no other's.
func TestBANIdentifiers(t *testing.T) {
	s := filtered(t).NewSearcher()
	for text, want := range map[string]string{
		"1 rue de la paix 59001 roubaix":  "", // without one in a street that has some
		"2 rue de la paix 59001 roubaix":  "00000001-0000-4000-8000-000000000001",
		"3 rue de la paix 59001 roubaix":  "00000001-0000-4000-8000-000000000002",
		"rue de la paix 59001 roubaix":    "00000009-0000-4000-8000-000000000009",
		"2 rue de la paix 59000 lille":    "",
		"50 rue de la paix 59001 roubaix": "00000009-0000-4000-8000-000000000009", // the street
		"roubaix":                         "",
	} {
		a, err := s.Search(&Query{Text: text})
		if err != nil || len(a.Results) == 0 || a.Results[0].BANID != want {
			t.Errorf("%s: %+v, want %q (%v)", text, a.Results, want, err)
		}
	}
	for _, bad := range []string{"", "00000000-0000-0000-0000-000000000000", "0000000g-0000-4000-8000-000000000001", "00000001000040008000000000000001", "59350_0001_00001"} {
		if _, ok := geo.ParseUUID(bad); ok {
			t.Errorf("%q is read as a UUID", bad)
		}
	}
}
