package geocode

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// world is a small base with the traps that the tests name.
func world() ([]geo.Commune, []geo.Address) {
	communes := []geo.Commune{
		{Code: "59350", Name: "Lille", Departement: "59", Postcodes: []string{"59000", "59160", "59800"}, Population: 236000, Lon: 3.06, Lat: 50.63,
			Former: []geo.FormerCommune{{Code: "59355", Name: "Lomme"}}},
		{Code: "59512", Name: "Roubaix", Departement: "59", Postcodes: []string{"59100"}, Population: 98000, Lon: 3.18, Lat: 50.69},
		{Code: "59009", Name: "Villeneuve-d'Ascq", Departement: "59", Postcodes: []string{"59491", "59493", "59650"}, Population: 62000, Lon: 3.14, Lat: 50.62},
		{Code: "59650", Name: "Wattrelos", Departement: "59", Postcodes: []string{"59150"}, Population: 41000, Lon: 3.21, Lat: 50.70},
		{Code: "02408", Name: "Laon", Departement: "02", Postcodes: []string{"02000"}, Population: 24000, Lon: 3.62, Lat: 49.56},
		{Code: "62767", Name: "Saint-Pol-sur-Ternoise", Departement: "62", Postcodes: []string{"62130"}, Population: 4000, Lon: 2.33, Lat: 50.38},
	}
	var as []geo.Address
	street := func(city, postcode, name, id string, numbers ...int) {
		var c geo.Commune
		for _, x := range communes {
			if x.Code == city {
				c = x
			}
		}
		for i, n := range numbers {
			as = append(as, geo.Address{ID: id + "_" + pad(n), StreetID: id, Number: n, Street: name, Postcode: postcode, CityCode: city, City: c.Name,
				PositionType: geo.PositionEntrance, Lon: c.Lon + float64(len(as)%7)*0.001 + float64(i)*0.0001, Lat: c.Lat + float64(len(id))*0.0003 + float64(i)*0.00007})
		}
	}
	street("59350", "59000", "Rue du Général Leclerc", "59350_0001", 1, 2, 3, 4, 8, 10, 12, 14)
	street("59350", "59800", "Rue des Lilas", "59350_0002", 1, 3, 5)
	street("59350", "59160", "Rue de la Mairie", "59350_0003", 1, 2, 3)
	street("59350", "59000", "Rue Roger Salengro", "59350_0004", 2, 4, 6)
	street("59512", "59100", "Rue de Lille", "59512_0001", 1, 5, 7, 9, 11, 12)
	street("59512", "59100", "Allée des Lilas", "59512_0002", 2, 4)
	street("59512", "59100", "Impasse des Lilas", "59512_0003", 2, 4)
	street("59512", "59100", "Avenue Jean Jaurès", "59512_0004", 10, 20, 30)
	street("59009", "59650", "Rue de l'Église", "59009_0001", 1, 2, 3)
	street("59650", "59150", "Rue de l'Église", "59650_0001", 1, 2, 3)
	street("59650", "59150", "Rue Carnot", "59650_0002", 300, 308)
	street("02408", "02000", "Rue des Minimes", "02408_0001", 1, 2)
	street("62767", "62130", "Rue des Procureurs", "62767_0001", 1, 2)
	as = append(as, geo.Address{ID: "59350_0001_00012_bis", StreetID: "59350_0001", Number: 12, Suffix: "bis", Street: "Rue du Général Leclerc", Postcode: "59000",
		CityCode: "59350", City: "Lille", PositionType: geo.PositionParcel, Lon: 3.0612345, Lat: 50.6354321})
	as = append(as, geo.Address{ID: "un-autre-identifiant", StreetID: "59350_0001", Number: 16, Street: "Rue du Général Leclerc", Postcode: "59000",
		CityCode: "59350", City: "Lille", Lon: 3.0614, Lat: 50.6356})
	as = append(as, geo.Address{ID: "59355_0009_00007", StreetID: "59355_0009", Number: 7, Street: "Rue de la Mitterie", Postcode: "59160",
		CityCode: "59350", City: "Lille", OldCityCode: "59355", OldCity: "Lomme", Lon: 2.98, Lat: 50.645})
	as = append(as, geo.Address{ID: "59350_ld1", StreetID: "59350_ld1", Street: "La Ferme du Calvaire", Postcode: "59000", CityCode: "59350", City: "Lille",
		Kind: geo.KindLocality, Lon: 3.1, Lat: 50.61})
	return communes, as
}

func pad(n int) string {
	s := strconv.Itoa(n)
	for len(s) < 5 {
		s = "0" + s
	}
	return s
}

func build(t testing.TB, communes []geo.Commune, as []geo.Address) string {
	t.Helper()
	dir := t.TempDir()
	b, err := NewBuilder(BuildOptions{Dir: dir, Communes: communes})
	if err != nil {
		t.Fatal(err)
	}
	for len(as) > 0 {
		n := min(7, len(as))
		if err := b.Add(as[:n]); err != nil {
			t.Fatal(err)
		}
		as = as[n:]
	}
	if _, err := b.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func open(t testing.TB, dirs ...string) *Index {
	t.Helper()
	ix, err := Open(dirs...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	return ix
}

func TestSearch(t *testing.T) {
	ix := open(t, build(t, first(world()), second(world())))
	tests := []struct {
		name      string
		q         Query
		precision Precision
		label     string
		faults    []string // that must be among those told
	}{
		{"exact", Query{Text: "12 rue de Lille 59100 Roubaix"}, PrecisionNumber, "12 Rue de Lille 59100 Roubaix", nil},
		{"columns", Query{Number: "12", Street: "rue de lille", Postcode: "59100", City: "ROUBAIX"}, PrecisionNumber, "12 Rue de Lille 59100 Roubaix", nil},
		{"capitals and abbreviations", Query{Text: "12 R DU GAL LECLERC 59000 LILLE"}, PrecisionNumber, "12 Rue du Général Leclerc 59000 Lille", nil},
		{"suffix", Query{Text: "12 bis rue du Général Leclerc 59000 Lille"}, PrecisionNumber, "12 bis Rue du Général Leclerc 59000 Lille", nil},
		{"suffix short", Query{Text: "12B rue du Général Leclerc 59000 Lille"}, PrecisionNumber, "12 bis Rue du Général Leclerc 59000 Lille", nil},
		{"other suffix", Query{Text: "12 ter rue du Général Leclerc 59000 Lille"}, PrecisionNumber, "12 Rue du Général Leclerc 59000 Lille", []string{FaultSuffix}},
		{"interpolated", Query{Text: "6 rue du Général Leclerc 59000 Lille"}, PrecisionInterpolated, "6 Rue du Général Leclerc 59000 Lille", []string{FaultNumberInterpolated}},
		{"absent number", Query{Text: "99 rue du Général Leclerc 59000 Lille"}, PrecisionStreet, "Rue du Général Leclerc 59000 Lille", []string{FaultNumberAbsent}},
		{"range with its start", Query{Text: "9-11 rue de Lille 59100 Roubaix"}, PrecisionNumber, "9 Rue de Lille 59100 Roubaix", nil},
		{"range without its start", Query{Text: "3/5 rue de Lille 59100 Roubaix"}, PrecisionNumber, "5 Rue de Lille 59100 Roubaix", []string{FaultRange}},
		{"no number", Query{Text: "rue de Lille 59100 Roubaix"}, PrecisionStreet, "Rue de Lille 59100 Roubaix", nil},
		{"one typo", Query{Text: "12 rue du general leclrec 59000 lille"}, PrecisionNumber, "12 Rue du Général Leclerc 59000 Lille", []string{FaultWordTypo}},
		{"two typos in a word", Query{Text: "2 rue roger salangra 59000 lille"}, PrecisionNumber, "2 Rue Roger Salengro 59000 Lille", []string{FaultWordTypo}},
		{"a type misspelt", Query{Text: "4 ippasse des lilas 59100 roubaix"}, PrecisionNumber, "4 Impasse des Lilas 59100 Roubaix", nil},
		{"another type", Query{Text: "10 rue jean jaures 59100 roubaix"}, PrecisionNumber, "10 Avenue Jean Jaurès 59100 Roubaix", []string{FaultType}},
		{"first name left out", Query{Text: "10 avenue jaures 59100 roubaix"}, PrecisionNumber, "10 Avenue Jean Jaurès 59100 Roubaix", []string{FaultWordMissing}},
		{"words swapped", Query{Text: "10 avenue jaures jean 59100 roubaix"}, PrecisionNumber, "10 Avenue Jean Jaurès 59100 Roubaix", []string{FaultOrder}},
		{"words joined", Query{Text: "10 avenue jeanjaures 59100 roubaix"}, PrecisionNumber, "10 Avenue Jean Jaurès 59100 Roubaix", nil},
		{"town misspelt", Query{Text: "12 rue de lille 59100 roubais"}, PrecisionNumber, "12 Rue de Lille 59100 Roubaix", []string{FaultCityTypo}},
		{"no postcode", Query{Text: "12 rue de lille roubaix"}, PrecisionNumber, "12 Rue de Lille 59100 Roubaix", nil},
		{"no town", Query{Text: "12 rue de lille 59100"}, PrecisionNumber, "12 Rue de Lille 59100 Roubaix", []string{FaultCityMissing}},
		{"no town at all", Query{Text: "308 rue carnot"}, PrecisionNumber, "308 Rue Carnot 59150 Wattrelos", []string{FaultCityMissing}},
		{"wrong postcode", Query{Text: "12 rue de lille 59150 roubaix"}, PrecisionNumber, "12 Rue de Lille 59100 Roubaix", []string{FaultPostcode}},
		{"CEDEX code", Query{Text: "12 rue de lille 59999 roubaix cedex 1"}, PrecisionNumber, "12 Rue de Lille 59100 Roubaix", []string{FaultPostcodeSpecial}},
		{"lost zero", Query{Street: "1 rue des minimes", Postcode: "2000", City: "laon"}, PrecisionNumber, "1 Rue des Minimes 02000 Laon", nil},
		{"ST for Saint", Query{Text: "1 rue des procureurs 62130 ST-POL-SUR-TERNOISE"}, PrecisionNumber, "1 Rue des Procureurs 62130 Saint-Pol-sur-Ternoise", nil},
		{"a town cut short", Query{Text: "1 rue des procureurs 62130 St Pol"}, PrecisionNumber, "1 Rue des Procureurs 62130 Saint-Pol-sur-Ternoise", []string{FaultCityTypo}},
		{"former commune by name", Query{Text: "7 rue de la mitterie 59160 lomme"}, PrecisionNumber, "7 Rue de la Mitterie 59160 Lille", []string{FaultFormerCity}},
		{"former commune by code", Query{Street: "7 rue de la mitterie", CityCode: "59355"}, PrecisionNumber, "7 Rue de la Mitterie 59160 Lille", []string{FaultFormerCity}},
		{"59650 as a postcode", Query{Text: "2 rue de l'eglise 59650"}, PrecisionNumber, "2 Rue de l'Église 59650 Villeneuve-d'Ascq", nil},
		{"59650 as an INSEE code", Query{Street: "2 rue de l'eglise", CityCode: "59650"}, PrecisionNumber, "2 Rue de l'Église 59150 Wattrelos", nil},
		{"59650 with the other town's name", Query{Text: "2 rue de l'eglise 59650 wattrelos"}, PrecisionNumber, "2 Rue de l'Église 59150 Wattrelos", nil},
		{"postcode picks among a town's", Query{Text: "3 rue de la mairie 59160 lille"}, PrecisionNumber, "3 Rue de la Mairie 59160 Lille", nil},
		{"lieu-dit", Query{Text: "ferme du calvaire 59000 lille"}, PrecisionLocality, "La Ferme du Calvaire 59000 Lille", nil},
		{"town alone", Query{Text: "Lille"}, PrecisionCommune, "Lille", nil},
		{"town with an article", Query{Text: "villeneuve d ascq"}, PrecisionCommune, "Villeneuve-d'Ascq", nil},
		{"street in the complement", Query{Complement: "12 rue de lille", Postcode: "59100", City: "roubaix"}, PrecisionNumber, "12 Rue de Lille 59100 Roubaix", []string{FaultComplement}},
		{"no such street in that town", Query{Text: "12 rue du général leclerc 02000 Laon"}, PrecisionCommune, "Laon", []string{FaultStreetNotFound}},
	}
	s := ix.NewSearcher()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, err := s.Search(&tt.q)
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Results) == 0 {
				t.Fatal("nothing found")
			}
			r := a.Results[0]
			if r.Precision != tt.precision || r.Label != tt.label {
				t.Errorf("got %s %q (%.3f, %v), want %s %q", r.Precision, r.Label, r.Confidence, r.Faults, tt.precision, tt.label)
			}
			for _, f := range tt.faults {
				if !slices.Contains(r.Faults, f) {
					t.Errorf("faults %v lack %s", r.Faults, f)
				}
			}
			if r.Score < 0 || r.Score > 1 || r.Confidence < 0 || r.Confidence > 1 {
				t.Errorf("score %v, confidence %v", r.Score, r.Confidence)
			}
		})
	}
}

func first(c []geo.Commune, _ []geo.Address) []geo.Commune  { return c }
func second(_ []geo.Commune, a []geo.Address) []geo.Address { return a }

// Two distinct places that fit equally are both returned, and said to be.
func TestRivals(t *testing.T) {
	ix := open(t, build(t, first(world()), second(world())))
	s := ix.NewSearcher()
	a, err := s.Search(&Query{Text: "2 lilas 59100 Roubaix"})
	if err != nil {
		t.Fatal(err)
	}
	if a.Rivals != 2 {
		t.Fatalf("%d rivals: %+v", a.Rivals, a.Results)
	}
	got := []string{a.Results[0].Street, a.Results[1].Street}
	slices.Sort(got)
	if !slices.Equal(got, []string{"Allée des Lilas", "Impasse des Lilas"}) {
		t.Errorf("got %v", got)
	}
	if !slices.Contains(a.Results[0].Faults, FaultAmbiguous) || a.Results[0].Confidence > 0.5 {
		t.Errorf("ambiguity not told: %+v", a.Results[0])
	}
	// Town and postcode contradict, and both have the street.
	a, err = s.Search(&Query{Text: "2 rue de l'église 59150 Villeneuve d'Ascq"})
	if err != nil {
		t.Fatal(err)
	}
	if !a.Contradiction || a.Rivals != 2 {
		t.Errorf("contradiction not told: %+v", a)
	}
}

func TestIdentifiers(t *testing.T) {
	ix := open(t, build(t, first(world()), second(world())))
	s := ix.NewSearcher()
	for text, want := range map[string]string{
		"12 bis rue du général leclerc lille": "59350_0001_00012_bis",
		"16 rue du général leclerc lille":     "un-autre-identifiant",
		"7 rue de la mitterie lomme":          "59355_0009_00007",
		"rue de lille roubaix":                "59512_0001",
		"Laon":                                "02408",
	} {
		a, err := s.Search(&Query{Text: text})
		if err != nil || len(a.Results) == 0 {
			t.Fatalf("%s: %v", text, err)
		}
		if a.Results[0].ID != want {
			t.Errorf("%s: %s, want %s", text, a.Results[0].ID, want)
		}
	}
}

// Every number of the base is found at its own point, to a millionth of a degree.
func TestEveryAddress(t *testing.T) {
	communes, as := world()
	ix := open(t, build(t, communes, as))
	s := ix.NewSearcher()
	for _, x := range as {
		q := Query{Street: x.Street, Postcode: x.Postcode, City: x.City}
		if x.Number > 0 {
			q.Number = strconv.Itoa(x.Number) + x.Suffix
		}
		a, err := s.Search(&q)
		if err != nil {
			t.Fatal(err)
		}
		r := a.Results[0]
		if r.StreetID != x.StreetID || math.Abs(r.Lon-x.Lon) > 6e-7 || math.Abs(r.Lat-x.Lat) > 6e-7 {
			t.Errorf("%+v: got %+v", x, r)
		}
	}
}

// The bytes of an index do not depend on the order of its addresses.
func TestBuildOrder(t *testing.T) {
	communes, as := world()
	one := build(t, communes, as)
	rng := rand.New(rand.NewPCG(1, 2))
	rng.Shuffle(len(as), func(i, j int) { as[i], as[j] = as[j], as[i] })
	two := build(t, communes, as)
	for _, f := range []string{addressesFile, idsFile, reverseFile} {
		x, err1 := os.ReadFile(filepath.Join(one, f))
		y, err2 := os.ReadFile(filepath.Join(two, f))
		if err1 != nil || err2 != nil || !bytes.Equal(x, y) {
			t.Errorf("%s differs with the order (%v, %v)", f, err1, err2)
		}
	}
}

// Indexes opened together answer as one that holds all.
func TestSeveralBases(t *testing.T) {
	communes, as := world()
	var north, rest []geo.Address
	for _, a := range as {
		if a.CityCode[:2] == "59" {
			north = append(north, a)
		} else {
			rest = append(rest, a)
		}
	}
	var c59, others []geo.Commune
	for _, c := range communes {
		if c.Departement == "59" {
			c59 = append(c59, c)
		} else {
			others = append(others, c)
		}
	}
	whole := open(t, build(t, communes, as)).NewSearcher()
	parts := open(t, build(t, c59, north), build(t, others, rest)).NewSearcher()
	for _, text := range []string{"12 rue de lille 59100 roubaix", "1 rue des minimes 02000 laon", "1 rue des procureurs st pol sur ternoise", "308 rue carnot", "Laon"} {
		x, err1 := whole.Search(&Query{Text: text})
		y, err2 := parts.Search(&Query{Text: text})
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if x.Results[0].Label != y.Results[0].Label || x.Results[0].ID != y.Results[0].ID {
			t.Errorf("%s: %q in one, %q in two", text, x.Results[0].Label, y.Results[0].Label)
		}
	}
}

func TestFilters(t *testing.T) {
	s := open(t, build(t, first(world()), second(world()))).NewSearcher()
	for _, tt := range []struct {
		name string
		q    Query
		want string // label of the first result, empty for none
	}{
		{"INSEE", Query{Text: "2 rue de l'église", Only: Filter{CityCode: "59650"}}, "2 Rue de l'Église 59150 Wattrelos"},
		{"postcode", Query{Text: "2 rue de l'église", Only: Filter{Postcode: "59650"}}, "2 Rue de l'Église 59650 Villeneuve-d'Ascq"},
		{"postcode of another street of that name's town", Query{Text: "rue des lilas lille", Only: Filter{Postcode: "59160"}}, "Lille"},
		{"postcode of a town with several", Query{Text: "rue de la mairie lille", Only: Filter{Postcode: "59160"}}, "Rue de la Mairie 59160 Lille"},
		{"INSEE against the town written", Query{Text: "12 rue de lille laon", Only: Filter{CityCode: "59512"}}, "12 Rue de Lille 59100 Roubaix"},
		{"postcode against the town and its own", Query{Text: "12 rue de lille 02000 laon", Only: Filter{Postcode: "59100"}}, "12 Rue de Lille 59100 Roubaix"},
		{"INSEE against the text", Query{Text: "12 rue de lille 59100 roubaix", Only: Filter{CityCode: "02408"}}, "Laon"},
		{"street", Query{Text: "rue de lille roubaix", Only: Filter{Type: "street"}}, "Rue de Lille 59100 Roubaix"},
		{"street of a number", Query{Text: "5 rue de lille roubaix", Only: Filter{Type: "street"}}, "Rue de Lille 59100 Roubaix"},
		{"number", Query{Text: "99 rue de lille roubaix", Only: Filter{Type: "housenumber"}}, ""},
		{"municipality", Query{Text: "lille", Only: Filter{Type: "municipality"}}, "Lille"},
		{"locality", Query{Text: "ferme du calvaire lille", Only: Filter{Type: "locality"}}, "La Ferme du Calvaire 59000 Lille"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := s.Search(&tt.q)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if len(a.Results) > 0 {
				got = a.Results[0].Label
			}
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestAutocomplete(t *testing.T) {
	s := open(t, build(t, first(world()), second(world()))).NewSearcher()
	for text, want := range map[string]string{
		"vill": "Villeneuve-d'Ascq", "308 rue carn": "308 Rue Carnot 59150 Wattrelos", "12 rue de lille roub": "12 Rue de Lille 59100 Roubaix",
	} {
		a, err := s.Search(&Query{Text: text, Autocomplete: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Results) == 0 || a.Results[0].Label != want {
			t.Errorf("%q: %+v, want %q first", text, a.Results, want)
		}
	}
}

// Reverse equals a look at every address.
func TestReverse(t *testing.T) {
	communes, as := world()
	ix := open(t, build(t, communes, as))
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		lon, lat := 2+2*rng.Float64(), 49.5+1.5*rng.Float64()
		best := math.Inf(1)
		for _, a := range as {
			best = math.Min(best, math.Hypot((a.Lon-lon)*math.Cos(lat*math.Pi/180), a.Lat-lat)*metresPerUnit*degree)
		}
		rs, err := ix.Reverse(lon, lat, ReverseOptions{Limit: 3})
		if err != nil || len(rs) != 3 {
			t.Fatalf("%v, %d results", err, len(rs))
		}
		if math.Abs(rs[0].Distance-best) > 0.3 {
			t.Fatalf("at %f %f: %v m to %s, nearest is at %v m", lon, lat, rs[0].Distance, rs[0].Label, best)
		}
		if rs[0].Distance > rs[1].Distance || rs[1].Distance > rs[2].Distance {
			t.Fatalf("not in order: %v", rs)
		}
		n := 0
		if err := ix.Near(lon, lat, best+0.5, func(StreetRef, HouseNumber) bool { n++; return true }); err != nil {
			t.Fatal(err)
		}
		if n == 0 && rs[0].HouseNumber != "" {
			t.Fatalf("Near misses %s", rs[0].Label)
		}
	}
	if rs, err := ix.Reverse(3.06, 50.63, ReverseOptions{Radius: 1}); err != nil || len(rs) > 1 {
		t.Errorf("radius: %v %v", rs, err)
	}
}

func TestReverseKeepsATypeOfPlace(t *testing.T) {
	communes, as := world()
	ix := open(t, build(t, communes, as))
	for kind, precision := range map[string]Precision{"housenumber": PrecisionNumber, "street": PrecisionStreet, "locality": PrecisionLocality, "municipality": PrecisionCommune} {
		rs, err := ix.Reverse(3.1, 50.61, ReverseOptions{Limit: 50, Only: Filter{Type: kind}})
		if err != nil || len(rs) == 0 {
			t.Fatal(kind, err, len(rs))
		}
		seen := map[string]bool{}
		for i, r := range rs {
			if r.Precision != precision || seen[r.ID] || i > 0 && r.Distance < rs[i-1].Distance {
				t.Errorf("%s: %v at %v m", kind, r, r.Distance)
			}
			seen[r.ID] = true
		}
		if kind == "municipality" && (len(rs) != 6 || rs[0].Label != "Lille" || rs[0].CityCode != "59350") {
			t.Errorf("%d towns, the first %v", len(rs), rs[0])
		}
	}
}

func TestNumbers(t *testing.T) {
	communes, as := world()
	ix := open(t, build(t, communes, as))
	s := ix.NewSearcher()
	a, err := s.Search(&Query{Text: "rue de lille 59100 roubaix"})
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	if err := ix.Numbers(a.Results[0].Streets, func(n HouseNumber) bool { got = append(got, n.Number); return true }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{1, 5, 7, 9, 11, 12}, got); diff != "" {
		t.Error(diff)
	}
	if err := ix.Numbers(StreetRef{}, func(HouseNumber) bool { t.Error("visited"); return true }); err != nil {
		t.Error(err)
	}
}

// A damaged index is a clear fault, at opening, at a search or by Verify: never
// a crash, never another answer.
func TestDamagedIndex(t *testing.T) {
	communes, as := world()
	dir := build(t, communes, as)
	ask := func() (label string, err error) {
		ix, err := Open(dir)
		if err != nil {
			return "", err
		}
		defer ix.Close()
		a, err := ix.NewSearcher().Search(&Query{Text: "12 rue de lille 59100 roubaix"})
		if err != nil {
			return "", err
		}
		return a.Results[0].Label + a.Results[0].ID, ix.Verify()
	}
	want, err := ask()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{addressesFile, idsFile, reverseFile} {
		path := filepath.Join(dir, f)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		refused := 0
		for i := 0; i < len(whole); i += 1 + len(whole)/150 {
			b := bytes.Clone(whole)
			b[i] ^= 0x20
			if err := os.WriteFile(path, b, 0o644); err != nil {
				t.Fatal(err)
			}
			got, err := ask()
			switch {
			case err != nil && fault.KindOf(err) != fault.Corrupt:
				t.Fatalf("%s byte %d: %v", f, i, err)
			case err != nil:
				refused++
			case got != want: // padding between sections
				t.Fatalf("%s byte %d: %q", f, i, got)
			}
		}
		if refused == 0 {
			t.Errorf("%s: no damage was refused", f)
		}
		if err := os.WriteFile(path, whole, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(dir, idsFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := ask(); fault.KindOf(err) != fault.NotFound {
		t.Errorf("absent file: %v", err)
	}
}

// No text panics, and answers stay within their bounds.
func FuzzSearch(f *testing.F) {
	ix := open(f, build(f, first(world()), second(world())))
	for _, s := range []string{"12 rue de lille 59100 roubaix", "vill", "2 lilas", "\xff", "9-11 rue", "rue rue rue rue"} {
		f.Add(s, "", false)
	}
	s := ix.NewSearcher()
	f.Fuzz(func(t *testing.T, text, city string, auto bool) {
		a, err := s.Search(&Query{Text: text, City: city, Autocomplete: auto, Explain: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range a.Results {
			if math.IsNaN(r.Confidence) || r.Confidence < 0 || r.Confidence > 1 || r.Score < 0 || r.Score > 1 || r.Label == "" {
				t.Fatalf("%+v", r)
			}
		}
	})
}
