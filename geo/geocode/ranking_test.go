package geocode

import (
	"fmt"
	"math"
	"testing"

	"perimetre/geo"
)

// town is a base of one commune with a number on each of the streets, beside one that
// has the streets that are everywhere.
func town(t testing.TB, names ...string) *Searcher {
	t.Helper()
	c := geo.Commune{Code: "59350", Name: "Lille", Departement: "59", Postcodes: []string{"59000"}, Population: 236000, Lon: 3.06, Lat: 50.63}
	var as []geo.Address
	for i, name := range names {
		id := fmt.Sprintf("59350_%04d", i)
		as = append(as, geo.Address{ID: id + "_00004", StreetID: id, Number: 4, Street: name, Postcode: "59000", CityCode: c.Code, City: c.Name,
			Lon: 3 + float64(i)*0.003, Lat: 50.6 + float64(i%7)*0.002})
	}
	other := geo.Commune{Code: "62041", Name: "Arras", Departement: "62", Postcodes: []string{"62000"}, Population: 41000, Lon: 2.78, Lat: 50.29}
	for i, name := range []string{"Rue du Moulin", "Rue Jean Moulin", "Rue de Douai", "Rue Hoche"} {
		id := fmt.Sprintf("62041_%04d", i)
		as = append(as, geo.Address{ID: id + "_00001", StreetID: id, Number: 1, Street: name, Postcode: "62000", CityCode: other.Code, City: other.Name,
			Lon: 2.78 + float64(i)*0.003, Lat: 50.29})
	}
	return open(t, build(t, []geo.Commune{c, other}, as)).NewSearcher()
}

func search(t testing.TB, s *Searcher, street string) *Answer {
	t.Helper()
	a, err := s.Search(&Query{Street: street, Postcode: "59000", City: "Lille"})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Results) == 0 {
		t.Fatalf("%q: nothing found", street)
	}
	return a
}

// A good answer without typos does not hide a better one with a typo.
func TestTyposAreLookedForPastAGoodAnswer(t *testing.T) {
	s := town(t, "Rue des Anciens Afrique Indochine Liban", "Rue des Anciens Combattants Afrique Indochine Liban", "Rue Nationale")
	a := search(t, s, "4 rue des anciens combattans afrique indochine liban")
	if got := a.Results[0].Street; got != "Rue des Anciens Combattants Afrique Indochine Liban" {
		t.Errorf("got %q", got)
	}
}

// Of more streets with the words asked than are compared in full, the nearest are.
func TestNearestOfManyStreetsAreCompared(t *testing.T) {
	names := []string{"Rue Moulin", "Rue du Moulin"}
	for c := 'A'; c < 'A'+2*looked; c++ {
		names = append(names, "Rue Moulin "+string(c)+"ville")
	}
	a := search(t, town(t, names...), "4 rue de moulin")
	if a.Rivals != 2 {
		t.Errorf("%d rivals, first %q: want both streets of the name", a.Rivals, a.Results[0].Street)
	}
}

// A postcode, or an INSEE code, of elsewhere lowers the score.
func TestScoreOfContradictedTown(t *testing.T) {
	ix := open(t, build(t, first(world()), second(world())))
	s := ix.NewSearcher()
	score := func(q Query) float64 {
		a, err := s.Search(&q)
		if err != nil || len(a.Results) == 0 || a.Results[0].StreetID != "59512_0001" {
			t.Fatalf("%+v: %v %+v", q, err, a.Results)
		}
		return a.Results[0].Score
	}
	whole := score(Query{Street: "12 rue de Lille", Postcode: "59100", City: "Roubaix"})
	for name, q := range map[string]Query{
		"another postcode":   {Street: "12 rue de Lille", Postcode: "59150", City: "Roubaix"},
		"another INSEE code": {Street: "12 rue de Lille", Postcode: "59100", City: "Roubaix", CityCode: "59650"},
	} {
		if got := score(q); math.Abs(got-0.9*whole) > 1e-4 {
			t.Errorf("%s: score %.5f, want 0.9 of %.5f", name, got, whole)
		}
	}
}

// The last of a commune's former communes is named in an explanation, as the others.
func TestExplainNamesFormerCommune(t *testing.T) {
	ix := open(t, build(t, first(world()), second(world())))
	a, err := ix.NewSearcher().Search(&Query{Text: "7 rue de la mitterie 59160 lomme", Explain: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Communes) == 0 || a.Communes[0].Matched != "Lomme" || a.Communes[0].Name != "Lille" {
		t.Errorf("communes %+v", a.Communes)
	}
}

// What a name may lack or have too much, and what makes it another street's.
func TestForgiveness(t *testing.T) {
	tests := []struct {
		name, street, asked string
		bold                bool // placed at 0.9 or more
	}{
		{"given name left out", "Rue Louis Pasteur", "4 rue Pasteur", true},
		{"title and given name left out", "Avenue du Général Charles Delestraint", "4 avenue Delestraint", true},
		{"given name added", "Rue Pasteur", "4 rue Louis Pasteur", true},
		{"title added", "Rue Roux", "4 rue du Docteur Roux", true},
		{"year left out", "Rue du 8 Mai 1945", "4 rue du 8 mai", true},
		{"year added", "Rue du 11 Novembre", "4 rue du 11 novembre 1918", true},
		{"end of a long name left out", "Rue des Anciens Combattants Indochine Liban", "4 rue des anciens combattants indochine", true},
		{"initial", "Rue Jean Jaurès", "4 rue J. Jaurès", true},
		{"two words for one", "Rue Bellevue", "4 rue Belle Vue", true},
		{"one word for two", "Rue Mac Donald", "4 rue Macdonald", true},
		{"type of housing in the name", "Rue du Clos Lefèvre", "4 clos Lefèvre", true},
		{"vieux", "Rue du Vieux Moulin", "4 rue du Moulin", false},
		{"vieux added", "Rue du Moulin", "4 rue du Vieux Moulin", false},
		{"faubourg", "Rue du Faubourg de Paris", "4 rue de Paris", false},
		{"faubourg added", "Rue de Paris", "4 rue du Faubourg de Paris", false},
		{"porte", "Rue de la Porte de Gand", "4 rue de Gand", false},
		{"gare added", "Rue de Seclin", "4 rue de la Gare de Seclin", false},
		{"prolongée", "Rue Carnot Prolongée", "4 rue Carnot", false},
		{"saint", "Rue Saint-Martin", "4 rue Martin", false},
		{"a thing, not a person", "Rue Jean Moulin", "4 rue du Moulin", false},
		{"a person, not a thing", "Rue du Moulin", "4 rue Jean Moulin", false},
		{"first word that is no given name", "Rue de Lambres-lez-Douai", "4 rue de Douai", false},
		{"another type", "Impasse de la Magdeleine", "4 rue de la Magdeleine", false},
		{"a road's type in the name", "Impasse du Chemin Neuf", "4 chemin Neuf", false},
		{"a road's type that heads a rue's name", "Rue du Chemin de Fer", "4 chemin de Fer", true},
		{"the same with another word", "Rue du Chemin de Fer", "4 chemin du Fer", false},
		{"a name that is a road's type", "Allée de la Promenade", "4 Promenade", true},
		{"half a word", "Rue François Ier", "4 rue Le Peletier", false},
		{"a real name near by", "Rue Foch", "4 rue Hoche", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// Pelet and Ier are words of the base.
			a := search(t, town(t, tt.street, "Rue Nationale", "Place Ernest Pelet"), tt.asked)
			r := a.Results[0]
			if placed := r.Street == tt.street && r.Confidence >= 0.9; placed != tt.bold {
				t.Errorf("%s %q at %.3f, faults %v", r.Precision, r.Label, r.Confidence, r.Faults)
			}
		})
	}
}

// An exact word beats a near one, and what cannot be told apart is said so.
func TestRankingOfNearNames(t *testing.T) {
	tests := []struct {
		name    string
		streets []string
		asked   string
		want    string
		rivals  int
	}{
		{"exact name beside a near one with a title", []string{"Rue Maréchal Brune", "Rue Brun"}, "4 rue Brun", "Rue Brun", 1},
		{"exact word beside a near one", []string{"Rue du Docteur Pastour", "Rue Pasteur"}, "4 rue Pasteur", "Rue Pasteur", 1},
		{"exact word, with a title", []string{"Rue du Docteur Pastour", "Rue Pasteur"}, "4 rue du docteur Pasteur", "Rue Pasteur", 1},
		{"the name itself beside a longer one", []string{"Rue Jean Moulin", "Rue du Moulin"}, "4 rue du moulin", "Rue du Moulin", 1},
		{"initial of two given names", []string{"Rue Pierre Curie", "Rue Paul Curie", "Rue Pierre Dupont", "Rue Pierre Loti"}, "4 rue P. Curie", "", 2},
		{"initial of one given name", []string{"Rue Pierre Curie", "Rue Marie Curie"}, "4 rue P. Curie", "Rue Pierre Curie", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := search(t, town(t, tt.streets...), tt.asked)
			if tt.want != "" && a.Results[0].Street != tt.want || a.Rivals != tt.rivals {
				t.Errorf("%q, %d rivals of %+v", a.Results[0].Street, a.Rivals, a.Results)
			}
		})
	}
}

// A commune found by a likeness alone is said to be a guess.
func TestCommuneGuessed(t *testing.T) {
	communes := []geo.Commune{
		{Code: "41055", Name: "La Clisse", Departement: "41", Postcodes: []string{"41150"}, Population: 600, Lon: 1.2, Lat: 47.5},
		{Code: "92024", Name: "Clichy", Departement: "92", Postcodes: []string{"92110"}, Population: 63000, Lon: 2.3, Lat: 48.9},
	}
	s := open(t, build(t, communes, nil)).NewSearcher()
	for _, tt := range []struct {
		name string
		q    Query
		low  bool
	}{
		{"end of a text", Query{Text: "80 Rue Martre Clisss"}, true},
		{"resembling name in its column", Query{City: "Clich"}, true},
		{"exact name in its column", Query{City: "Clichy"}, false},
		{"resembling name and postcode", Query{City: "Clich", Postcode: "92110"}, false},
		{"postcode alone", Query{Text: "92110"}, false},
	} {
		a, err := s.Search(&tt.q)
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Results) > 0 && (a.Results[0].Confidence < 0.95) != tt.low {
			t.Errorf("%s: %q at %.3f", tt.name, a.Results[0].Label, a.Results[0].Confidence)
		}
	}
}

// The whole name asked comes before a name with a given name more, even where that
// one alone has the number.
func TestWholeNameBeforeAGivenNameMore(t *testing.T) {
	s := town(t, "Rue Lefebvre", "Rue André Lefebvre", "Rue Pasteur")
	if got := search(t, s, "4 rue lefebvre").Results[0].Street; got != "Rue Lefebvre" {
		t.Errorf("with its number: %q", got)
	}
	c := geo.Commune{Code: "59350", Name: "Lille", Departement: "59", Postcodes: []string{"59000"}}
	var as []geo.Address
	for i, name := range []string{"Rue Lefebvre", "Rue André Lefebvre"} {
		id := fmt.Sprintf("59350_%04d", i)
		as = append(as, geo.Address{ID: id + "_00014", StreetID: id, Number: 4 + 10*i, Street: name, Postcode: "59000", CityCode: c.Code, City: c.Name, Lon: 3 + float64(i)*0.003, Lat: 50.6})
	}
	r := search(t, open(t, build(t, []geo.Commune{c}, as)).NewSearcher(), "14 rue lefebvre").Results[0]
	if r.Street != "Rue Lefebvre" || r.Precision != PrecisionStreet {
		t.Errorf("without it: %q, %v", r.Label, r.Precision)
	}
}

// "France" is a country behind a town, and a part of the name of Fort-de-France; a
// town's name may be a part of a street's.
func TestTownsInsideOtherNames(t *testing.T) {
	communes := []geo.Commune{
		{Code: "97209", Name: "Fort-de-France", Departement: "972", Postcodes: []string{"97200", "97234"}, Population: 75000},
		{Code: "97213", Name: "Le Lamentin", Departement: "972", Postcodes: []string{"97232"}, Population: 40000},
		{Code: "59350", Name: "Lille", Departement: "59", Postcodes: []string{"59000"}, Population: 236000},
		{Code: "59512", Name: "Roubaix", Departement: "59", Postcodes: []string{"59100"}, Population: 98000},
	}
	var as []geo.Address
	add := func(code, city, postcode string, names ...string) {
		for _, name := range names {
			id := fmt.Sprintf("%s_%04d", code, len(as))
			as = append(as, geo.Address{ID: id + "_00012", StreetID: id, Number: 12, Street: name, Postcode: postcode, CityCode: code, City: city, Lon: 3 + float64(len(as))*0.01, Lat: 50})
		}
	}
	add("97209", "Fort-de-France", "97200", "Rue Victor Hugo", "Rue de France")
	add("97213", "Le Lamentin", "97232", "Rue Victor Hugo")
	add("59350", "Lille", "59000", "Rue de Roubaix", "Rue Nationale")
	add("59512", "Roubaix", "59100", "Rue de Lille", "Grande Rue")
	s := open(t, build(t, communes, as)).NewSearcher()
	for text, want := range map[string]string{
		"12 rue Victor Hugo 97200 Fort-de-France":        "12 Rue Victor Hugo 97200 Fort-de-France",
		"12 rue victor hugo fort de france":              "12 Rue Victor Hugo 97200 Fort-de-France",
		"12 RUE VICTOR HUGO 97200 FORT DE FRANCE FRANCE": "12 Rue Victor Hugo 97200 Fort-de-France",
		"12 rue de France, Fort-de-France":               "12 Rue de France 97200 Fort-de-France",
		"12 rue Victor Hugo 97232 Le Lamentin France":    "12 Rue Victor Hugo 97232 Le Lamentin",
		"12 rue de Lille 59100 Roubaix":                  "12 Rue de Lille 59100 Roubaix",
		"12 rue de Lille Roubaix":                        "12 Rue de Lille 59100 Roubaix",
		"12 rue de Roubaix Lille":                        "12 Rue de Roubaix 59000 Lille",
		"12 rue de roubaix":                              "12 Rue de Roubaix 59000 Lille",
		"12 rue de Lille, France":                        "12 Rue de Lille 59100 Roubaix",
	} {
		a, err := s.Search(&Query{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Results) == 0 || a.Results[0].Label != want {
			t.Errorf("%s: %+v", text, a.Results)
		}
	}
	for _, city := range []string{"FORT DE FRANCE", "Fort-de-France, France"} {
		a, err := s.Search(&Query{Street: "12 rue victor hugo", City: city})
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Results) == 0 || a.Results[0].CityCode != "97209" || !a.CommuneCertain {
			t.Errorf("%s in its column: %+v", city, a.Results)
		}
	}
}
