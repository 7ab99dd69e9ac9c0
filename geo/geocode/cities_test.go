package geocode

import (
	"fmt"
	"slices"
	"testing"

	"perimetre/geo"
)

// parisBase is a small Paris as the BAN serves it, under arrondissement codes.
func parisBase() []geo.Address {
	var as []geo.Address
	street := func(district, name, id string, numbers ...int) {
		_, city := geo.Arrondissement(district)
		postcode := "750" + district[3:]
		for _, n := range numbers {
			as = append(as, geo.Address{ID: id + "_" + pad(n), StreetID: id, Number: n, Street: name, Postcode: postcode, CityCode: district, City: city,
				Lon: 2.3 + float64(len(as))*0.002, Lat: 48.85 + float64(len(as)%5)*0.004})
		}
	}
	street("75118", "Passage du Poteau", "75118_0001", 1, 15)
	street("75118", "Rue de la Chapelle", "75118_0002", 31, 33)
	street("75106", "Rue de Vaugirard", "75106_0001", 1, 12, 30)
	street("75115", "Rue de Vaugirard", "75115_0001", 100, 200, 300)
	street("75112", "Rue Crozatier", "75112_0001", 8)
	street("75103", "Place de la République", "75103_0001", 4)
	street("75111", "Place de la République", "75111_0001", 4)
	return as
}

func parisTables() map[string][]geo.Commune {
	all := geo.Commune{Code: "75056", Name: "Paris", Departement: "75", Population: 2100000, Lon: 2.35, Lat: 48.86}
	var parts []geo.Commune
	for k := 1; k <= 20; k++ {
		code, postcode := fmt.Sprintf("751%02d", k), fmt.Sprintf("750%02d", k)
		_, name := geo.Arrondissement(code)
		parts = append(parts, geo.Commune{Code: code, Name: name, Departement: "75", Postcodes: []string{postcode}, Population: 100000, Lon: 2.35, Lat: 48.86})
		all.Postcodes = append(all.Postcodes, postcode)
	}
	other := geo.Commune{Code: "92110", Name: "Clichy", Departement: "92", Postcodes: []string{"92110"}, Population: 60000, Lon: 2.30, Lat: 48.90}
	return map[string][]geo.Commune{
		"city alone":               {all, other},
		"city and arrondissements": append([]geo.Commune{all, other}, parts...),
		"arrondissements alone":    append([]geo.Commune{other}, parts...),
		"no table":                 nil,
	}
}

// An arrondissement and its city are one place, whichever the table holds.
func TestParis(t *testing.T) {
	tests := []struct {
		name           string
		q              Query
		label, code    string
		district       string
		certain, split bool   // the commune is certain; several places fit
		fault          string // among those told
	}{
		{name: "postcode and town", q: Query{Text: "15 Passage du Poteau 75018 Paris"}, label: "15 Passage du Poteau 75018 Paris", code: "75118", district: "Paris 18e Arrondissement", certain: true},
		{name: "in columns, with the arrondissement's name", q: Query{Street: "15 passage du poteau", Postcode: "75018", City: "Paris 18e Arrondissement"},
			label: "15 Passage du Poteau 75018 Paris", code: "75118", district: "Paris 18e Arrondissement", certain: true},
		{name: "number of the arrondissement after the town", q: Query{Text: "15 passage du poteau 75018 PARIS 18"}, label: "15 Passage du Poteau 75018 Paris", code: "75118", district: "Paris 18e Arrondissement", certain: true},
		{name: "no postcode", q: Query{Text: "15 passage du poteau, Paris"}, label: "15 Passage du Poteau 75018 Paris", code: "75118", district: "Paris 18e Arrondissement", certain: true},
		{name: "no postcode, arrondissement", q: Query{Street: "4 place de la république", City: "Paris 11ème"}, label: "4 Place de la République 75011 Paris", code: "75111", district: "Paris 11e Arrondissement", certain: true},
		{name: "no postcode, two places", q: Query{Street: "4 place de la république", City: "Paris"}, label: "4 Place de la République 75003 Paris", code: "75103", district: "Paris 3e Arrondissement", certain: true, split: true},
		{name: "the postcode chooses", q: Query{Text: "4 place de la république 75011 Paris"}, label: "4 Place de la République 75011 Paris", code: "75111", district: "Paris 11e Arrondissement", certain: true},
		{name: "the number chooses", q: Query{Text: "200 rue de vaugirard paris"}, label: "200 Rue de Vaugirard 75015 Paris", code: "75115", district: "Paris 15e Arrondissement", certain: true},
		{name: "another arrondissement's postcode", q: Query{Text: "8 rue crozatier 75018 Paris"}, label: "8 Rue Crozatier 75012 Paris", code: "75112", district: "Paris 12e Arrondissement", certain: true, fault: FaultPostcode},
		{name: "code of the city", q: Query{Street: "15 passage du poteau", CityCode: "75056"}, label: "15 Passage du Poteau 75018 Paris", code: "75118", district: "Paris 18e Arrondissement", certain: true},
		{name: "code of the arrondissement", q: Query{Street: "4 place de la république", CityCode: "75111"}, label: "4 Place de la République 75011 Paris", code: "75111", district: "Paris 11e Arrondissement", certain: true},
		{name: "code of another arrondissement", q: Query{Street: "8 rue crozatier", CityCode: "75118"}, label: "8 Rue Crozatier 75012 Paris", code: "75112", district: "Paris 12e Arrondissement", certain: true, fault: FaultCityCode},
		{name: "filter on the city", q: Query{Text: "passage du poteau", Only: Filter{CityCode: "75056"}}, label: "Passage du Poteau 75018 Paris", code: "75118", district: "Paris 18e Arrondissement"},
		{name: "filter on an arrondissement", q: Query{Text: "4 place de la république", Only: Filter{CityCode: "75111"}}, label: "4 Place de la République 75011 Paris", code: "75111", district: "Paris 11e Arrondissement"},
		{name: "the city alone", q: Query{Text: "Paris"}, label: "Paris", code: "75056", certain: true},
		{name: "an arrondissement alone", q: Query{Text: "Paris 18e arrondissement"}, label: "Paris 18e Arrondissement", code: "75118", district: "Paris 18e Arrondissement", certain: true},
	}
	for table, communes := range parisTables() {
		ix := open(t, build(t, communes, parisBase()))
		s := ix.NewSearcher()
		for _, tt := range tests {
			t.Run(table+"/"+tt.name, func(t *testing.T) {
				a, err := s.Search(&tt.q)
				if err != nil {
					t.Fatal(err)
				}
				if len(a.Results) == 0 {
					t.Fatal("nothing found")
				}
				r := a.Results[0]
				if r.Label != tt.label || r.CityCode != tt.code || r.District != tt.district || r.City != "Paris" || r.OldCity != "" || r.OldCityCode != "" {
					t.Errorf("got %q %s %q in %q, former %q, want %q %s %q", r.Label, r.CityCode, r.District, r.City, r.OldCity, tt.label, tt.code, tt.district)
				}
				if tt.certain && !a.CommuneCertain || a.Contradiction && tt.fault == "" {
					t.Errorf("commune certain %v, contradiction %v", a.CommuneCertain, a.Contradiction)
				}
				if (a.Rivals > 1) != tt.split {
					t.Errorf("%d rivals", a.Rivals)
				}
				if tt.fault == "" && slices.ContainsFunc(r.Faults, func(f string) bool {
					return f == FaultPostcode || f == FaultCityCode || f == FaultCityOther || f == FaultFormerCity
				}) ||
					tt.fault != "" && !slices.Contains(r.Faults, tt.fault) {
					t.Errorf("faults %v, want %q", r.Faults, tt.fault)
				}
			})
		}
		for _, tt := range []struct {
			name string
			only Filter
			want string
		}{
			{"nearest", Filter{}, "75118"},
			{"nearest of the city", Filter{CityCode: "75056"}, "75118"},
			{"nearest of an arrondissement", Filter{CityCode: "75112"}, "75112"},
			{"its municipality", Filter{Type: "municipality"}, "75118"},
		} {
			rs, err := ix.Reverse(2.3, 48.85, ReverseOptions{Only: tt.only})
			if err != nil {
				t.Fatal(err)
			}
			if len(rs) == 0 || rs[0].CityCode != tt.want || rs[0].City != "Paris" {
				t.Errorf("%s, %s: %+v", table, tt.name, rs)
			}
		}
	}
}

// A street of the arrondissement written, two typos away, comes before one of another
// arrondissement that is nearer to what was typed.
func TestTyposInTheArrondissementWritten(t *testing.T) {
	as := parisBase()
	for i, s := range []struct{ district, name string }{{"75104", "Rue du Figuier"}, {"75115", "Rue Falguière"}, {"75119", "Rue Legrand"}} {
		id := fmt.Sprintf("%s_9%03d", s.district, i)
		as = append(as, geo.Address{ID: id + "_00039", StreetID: id, Number: 39, Street: s.name, Postcode: "750" + s.district[3:], CityCode: s.district, City: "Paris", Lon: 2.3, Lat: 48.84})
	}
	for table, communes := range parisTables() {
		s := open(t, build(t, communes, as)).NewSearcher()
		for text, want := range map[string]string{
			"39 Rue Fqlguièr 75015 Paris": "39 Rue Falguière 75015 Paris",
			"39 Rue Legrand 75015 Paris":  "39 Rue Legrand 75019 Paris", // as written
		} {
			a, err := s.Search(&Query{Text: text})
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Results) == 0 || a.Results[0].Label != want {
				t.Errorf("%s: %s: %+v", table, text, a.Results)
			}
		}
	}
}
