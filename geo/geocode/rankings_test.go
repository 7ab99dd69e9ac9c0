package geocode

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"perimetre/geo"
)

var update = flag.Bool("update", false, "write the golden files again")

// quarter is a commune of streets that resemble each other: what the ranking has
// to tell apart.
func quarter() ([]geo.Commune, []geo.Address) {
	communes := []geo.Commune{
		{Code: "59178", Name: "Douai", Departement: "59", Postcodes: []string{"59500"}, Population: 39000, Lon: 3.08, Lat: 50.37},
		{Code: "59276", Name: "Guesnain", Departement: "59", Postcodes: []string{"59287"}, Population: 4700, Lon: 3.14, Lat: 50.35},
	}
	var as []geo.Address
	for k, s := range []struct{ city, name string }{
		{"59178", "Rue Brun"}, {"59178", "Rue du Maréchal Brune"}, {"59178", "Rue Caussade"}, {"59178", "Rue de la Caussade"},
		{"59178", "Rue Pasteur"}, {"59178", "Impasse Pasteur"}, {"59178", "Rue du Docteur Pastour"}, {"59178", "Rue Carnot"},
		{"59178", "Rue Victor Hugo"}, {"59178", "Rue Victor"}, {"59178", "Grande Rue"}, {"59178", "Rue Derrière l'Église"},
		{"59178", "Résidence Belle Vue"}, {"59178", "Lotissement La Chicotte 1"}, {"59178", "Lotissement La Chicotte 2"}, {"59178", "2e Avenue"},
		{"59178", "Zone Industrielle du Luc"}, {"59178", "Rue des Trente-Six Ponts"}, {"59178", "Rue du Pré Meaugé"},
		{"59276", "Rue Carnot"}, {"59276", "Rue du Général Delestraint"},
	} {
		c := communes[0]
		if s.city == communes[1].Code {
			c = communes[1]
		}
		id := fmt.Sprintf("%s_%04d", s.city, k+1)
		add := func(n int, suffix string) {
			as = append(as, geo.Address{ID: id + "_" + pad(n) + suffix, StreetID: id, Number: n, Suffix: suffix, Street: s.name, Postcode: c.Postcodes[0],
				CityCode: c.Code, City: c.Name, PositionType: geo.PositionEntrance, Lon: c.Lon + float64(k)*0.002, Lat: c.Lat + float64(n)*0.0001})
		}
		for n := 1; n <= 14; n++ {
			add(n, "")
		}
		add(12, "b")
		add(12, "bis")
	}
	return communes, as
}

// The order of the streets that an address may mean, with what it comes from, is
// kept in a file: a change of order is seen where changes are read.
func TestRankings(t *testing.T) {
	ix := open(t, build(t, first(quarter()), second(quarter())))
	s := ix.NewSearcher()
	var b strings.Builder
	for _, q := range []string{
		"12 rue Brun 59500 Douai", "5 rue Caussade 59500 Douai", "5 rue de la Caussade 59500 Douai", "10 rue Pasteur 59500 Douai", "10 rue du docteur Pasteur 59500 Douai",
		"12 B rue Carnot 59500 Douai", "12 bis rue Carnot 59500 Douai", "12 rue Carnot", "12 rue Carnot Douai", "5 rue Pasteur angle rue Carnot 59500 Douai",
		"21 rue Carnot 34 rue Pasteur 59500 Douai", "3 rue Victor Hugo 59500 Douai", "3 rue Victor Optique Vision 59500 Douai", "3 rue Victor, Optique Vision 59500 Douai",
		"4 Grande Rue tour Kennedy 59500 Douai", "4 rue derrière l'église 59500 Douai", "4 rue Carnot derrière l'église 59500 Douai", "8 résidence Bellevue 59500 Douai",
		"Lotissement La Chicotte 2 59500 Douai", "3 lotissement La Chicotte 2 59500 Douai", "10 2e Avenue 59500 Douai", "ZI du Luc 59500 Douai", "7 rue des 36 ponts 59500 Douai",
		"5 rue du Pré 59500 Douai", "7 rue Delestrain 59287 Guesnain", "2 rue du Gal Delestraint 59500 Douai", "10-12 rue Pasteur 59500 Douai", "12 B2 rue Pasteur 59500 Douai",
	} {
		a, err := s.Search(&Query{Text: q})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s\n", q)
		for i := range a.Results {
			r := &a.Results[i]
			fmt.Fprintf(&b, "  = %s [%s] confidence %.2f %s\n", r.Label, r.Precision, r.Confidence, strings.Join(r.Faults, " "))
			if i == 1 || i+1 == a.Rivals {
				break
			}
		}
		for i := range s.hits[:min(len(s.hits), 4)] {
			h := &s.hits[i]
			c := &ix.bases[h.rank].communes[h.cand.commune]
			fmt.Fprintf(&b, "  %d. %s, %s: total %.1f likeness %.2f left %.1f missing %.1f beside %.1f tail %.1f worst %.2f type %d level %d\n",
				i+1, ix.bases[h.rank].display(h.record.name), c.name, h.total, h.sim, h.left, h.missing, h.beside, h.tail, h.worst, h.typeFit, h.level)
		}
	}
	golden := filepath.Join("testdata", "rankings.golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); d != "" {
		t.Errorf("the ranking changed (-want +got); after a look, run with -update:\n%s", d)
	}
}
