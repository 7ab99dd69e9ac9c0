package geocode

import (
	"fmt"
	"regexp"
	"testing"
	"unicode/utf8"

	"perimetre/geo"
)

// typedBase has streets of one name in several towns, and names that start others.
func typedBase(t testing.TB) *Searcher {
	t.Helper()
	communes := []geo.Commune{
		{Code: "46042", Name: "Cahors", Departement: "46", Postcodes: []string{"46000"}, Population: 20000, Lon: 1.44, Lat: 44.45},
		{Code: "46102", Name: "Figeac", Departement: "46", Postcodes: []string{"46100"}, Population: 9800, Lon: 2.03, Lat: 44.61},
		{Code: "46015", Name: "Bagnac-sur-Célé", Departement: "46", Postcodes: []string{"46270"}, Population: 1500, Lon: 2.16, Lat: 44.67},
		{Code: "46100", Name: "Felzins", Departement: "46", Postcodes: []string{"46270"}, Population: 350, Lon: 2.12, Lat: 44.58},
	}
	var as []geo.Address
	street := func(code, city, postcode, name string, last int) {
		id := fmt.Sprintf("%s_%04d", code, len(as))
		for n := 1; n <= last; n++ {
			as = append(as, geo.Address{ID: fmt.Sprintf("%s_%05d", id, n), StreetID: id, Number: n, Street: name, Postcode: postcode, CityCode: code, City: city,
				Lon: 2 + float64(len(as))/1e4, Lat: 44.5})
		}
	}
	street("46042", "Cahors", "46000", "Rue de l'Église", 30)
	street("46042", "Cahors", "46000", "Boulevard de la Liberté", 60)
	street("46042", "Cahors", "46000", "Rue Victor Hugo", 20)
	street("46042", "Cahors", "46000", "Avenue du Rocher", 4)
	street("46102", "Figeac", "46100", "Rue de l'Église", 12)
	street("46102", "Figeac", "46100", "Rue du 8 Mai 1945", 25)
	street("46102", "Figeac", "46100", "Rue Victor", 20)
	street("46015", "Bagnac-sur-Célé", "46270", "Avenue du Rouergue", 18)
	street("46015", "Bagnac-sur-Célé", "46270", "Rue de l'Église", 3)
	street("46100", "Felzins", "46270", "Rue du Bourg", 9)
	return open(t, build(t, communes, as)).NewSearcher()
}

func firstTyped(t testing.TB, s *Searcher, q Query) string {
	t.Helper()
	q.Autocomplete = true
	a, err := s.Search(&q)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Results) == 0 {
		return ""
	}
	return a.Results[0].Label
}

func TestTypedText(t *testing.T) {
	s := typedBase(t)
	for text, want := range map[string]string{
		"18 Avenue du Rouergue 4":          "18 Avenue du Rouergue 46270 Bagnac-sur-Célé", // digits are an unfinished postcode
		"18 Avenue du Rouergue, 4627":      "18 Avenue du Rouergue 46270 Bagnac-sur-Célé",
		"18 Avenue du Rouergue 46270 Ba":   "18 Avenue du Rouergue 46270 Bagnac-sur-Célé",
		"18 avenue du ro":                  "18 Avenue du Rouergue 46270 Bagnac-sur-Célé", // the other has no 18
		"3 avenue du ro":                   "3 Avenue du Rocher 46000 Cahors",             // the bigger town
		"18 avenue du ":                    "18 Avenue du Rouergue 46270 Bagnac-sur-Célé",
		"12 rue de l":                      "12 Rue de l'Église 46000 Cahors",
		"12 rue de l'":                     "12 Rue de l'Église 46000 Cahors",
		"12 rue de l'église 461":           "12 Rue de l'Église 46100 Figeac",
		"12 rue de l'église f":             "12 Rue de l'Église 46100 Figeac",
		"12 rue de l'église fig":           "12 Rue de l'Église 46100 Figeac",
		"2 rue de l'église 46270 b":        "2 Rue de l'Église 46270 Bagnac-sur-Célé",
		"bd de l":                          "Boulevard de la Liberté 46000 Cahors",
		"40 b":                             "40 Boulevard de la Liberté 46000 Cahors",
		"24 r":                             "24 Rue de l'Église 46000 Cahors",
		"24 rue du 8":                      "24 Rue du 8 Mai 1945 46100 Figeac",
		"24 rue du 8 m":                    "24 Rue du 8 Mai 1945 46100 Figeac",
		"24 rue du 8 mai 19":               "24 Rue du 8 Mai 1945 46100 Figeac",
		"24 rue du 8 mai 1945 4":           "24 Rue du 8 Mai 1945 46100 Figeac",
		"7 rue victor ":                    "7 Rue Victor 46100 Figeac", // a whole name before the beginning of one
		"7 rue victor h":                   "7 Rue Victor Hugo 46000 Cahors",
		"rue hugo 46000":                   "Rue Victor Hugo 46000 Cahors",
		"9 rue du bourg xyz":               "9 Rue du Bourg 46270 Felzins", // what is of no place is left from the end
		"fig":                              "Figeac",
		"24 rue du 8 mai 1945 46100 figea": "24 Rue du 8 Mai 1945 46100 Figeac",
	} {
		if got := firstTyped(t, s, Query{Text: text}); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Nearness and filters choose among the streets that a text starts.
func TestTypedTextNear(t *testing.T) {
	s := typedBase(t)
	if got := firstTyped(t, s, Query{Text: "2 rue de l'é", HasNear: true, Near: [2]float64{2.16, 44.67}}); got != "2 Rue de l'Église 46270 Bagnac-sur-Célé" {
		t.Errorf("near Bagnac: %q", got)
	}
	for only, want := range map[Filter]string{
		{CityCode: "46102"}:                       "2 Rue de l'Église 46100 Figeac",
		{Postcode: "46270"}:                       "2 Rue de l'Église 46270 Bagnac-sur-Célé",
		{CityCode: "46102", Type: "street"}:       "Rue de l'Église 46100 Figeac",
		{CityCode: "46102", Type: "municipality"}: "Figeac",
	} {
		if got := firstTyped(t, s, Query{Text: "2 rue de l'é", Only: only}); got != want {
			t.Errorf("%+v: %q, want %q", only, got, want)
		}
	}
}

var wholePostcode = regexp.MustCompile(`\b\d{5}\b`)

// Each prefix of an address, from the third letter, is completed; what is unfinished
// is never sure.
func TestEveryPrefixIsCompleted(t *testing.T) {
	s := typedBase(t)
	for _, text := range []string{"18 Avenue du Rouergue 46270 Bagnac-sur-Célé", "24, Rue du 8 Mai 1945, 46100 Figeac", "12 Rue de l'Église 46100 Figeac", "40 Bd de la Liberté Cahors", "Rue Victor Hugo 46000 Cahors"} {
		for k := 3; k <= len(text); k++ {
			if !utf8.ValidString(text[:k]) {
				continue
			}
			a, err := s.Search(&Query{Text: text[:k], Autocomplete: true})
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Results) == 0 {
				t.Errorf("%q: nothing", text[:k])
			}
			for _, r := range a.Results {
				if !wholePostcode.MatchString(text[:k]) && k < len(text)-6 && r.Precision > PrecisionCommune && r.Confidence > 0.9 {
					t.Errorf("%q: %s at %.3f", text[:k], r.Label, r.Confidence)
				}
			}
		}
	}
}
