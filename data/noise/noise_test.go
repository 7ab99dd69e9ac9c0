package noise

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"perimetre/geo"
)

// handMade is a base of three communes of one département and one of another.
func handMade() *Base {
	b := NewBase([]geo.Commune{
		{Code: "99001", Name: "Saint-Aubin-les-Bruyères", Departement: "99", Postcodes: []string{"99100"}},
		{Code: "99002", Name: "Montclair", Departement: "99", Postcodes: []string{"99100"}},
		{Code: "99003", Name: "Valpierre", Departement: "99", Postcodes: []string{"99200", "99210"}},
		{Code: "96001", Name: "Montclair", Departement: "96", Postcodes: []string{"96300"}},
	})
	names := map[string][]string{
		"99001": {"Rue de l'Église", "Avenue du Général Leclerc", "Rue des Tilleuls", "Impasse des Tilleuls", "Boulevard Jean Jaurès"},
		"99002": {"Rue de l'Église", "Rue Notre-Dame", "Chemin du Moulin", "Place du Docteur Guérin", "Rue des Tisserands"},
		"99003": {"Grande Rue", "Rue Sainte-Barbe", "Allée des Mésanges", "Rue du Maréchal Foch", "Route de Montclair"},
		"96001": {"Rue Notre-Dame", "Rue Victor Hugo", "Quai des Brumes"},
	}
	for code, streets := range names {
		for i, name := range streets {
			id := fmt.Sprintf("%s_%04d", code, i+1)
			post := map[string]string{"99001": "99100", "99002": "99100", "99003": "99200", "96001": "96300"}[code]
			for n := 1; n <= 40; n++ {
				if n%7 == 0 {
					continue
				}
				a := geo.Address{ID: fmt.Sprintf("%s_%05d", id, n), StreetID: id, Number: n, Street: name, Postcode: post, CityCode: code,
					PositionType: geo.PositionEntrance, Lon: -20 + float64(n)/1e4, Lat: 45 + float64(i)/1e3}
				b.Add(a)
				if n%10 == 2 {
					a.Suffix = "bis"
					b.Add(a)
				}
			}
		}
	}
	return b
}

var small = Config{Seed: 7, PerClass: 60, Negatives: 60}

func TestSameSeedSameCases(t *testing.T) {
	one, two := handMade().Cases(small), handMade().Cases(small)
	if d := cmp.Diff(one, two, cmpopts.EquateNaNs()); d != "" {
		t.Error(d)
	}
	other := small
	other.Seed = 8
	if cmp.Equal(one, handMade().Cases(other), cmpopts.EquateNaNs()) {
		t.Error("another seed gives the same cases")
	}
}

func TestEveryClassComesOut(t *testing.T) {
	count := map[Class]int{}
	for _, c := range handMade().Cases(small) {
		if c.Unique {
			count[c.Class]++
		}
		if c.Negative != c.Class.Negative() {
			t.Errorf("%s: negative is %v", c.ID, c.Negative)
		}
	}
	for _, class := range Classes {
		want := 60
		if class == NoNumber {
			want = 30 // nineteen streets have no more texts without a number
		}
		if count[class] < want {
			t.Errorf("%s: %d unique rows, want %d", class, count[class], want)
		}
	}
}

func TestHalvesShareNoStreet(t *testing.T) {
	halves := map[string]Half{}
	n := map[Half]int{}
	for _, seed := range []uint64{1, 2} {
		for _, c := range handMade().Cases(Config{Seed: seed, PerClass: 60, Negatives: 60}) {
			n[c.Half]++
			s := c.Truth.Street
			if s == "" {
				continue
			}
			if h, ok := halves[s]; ok && h != c.Half {
				t.Errorf("%s: street %s is in both halves", c.ID, s)
			}
			halves[s] = c.Half
		}
	}
	if n[Dev] == 0 || n[Held] == 0 {
		t.Errorf("halves: %v", n)
	}
}

// The oracle works on plain names, without the index of the generator.
func TestNegativesAreAbsent(t *testing.T) {
	b := handMade()
	b.prepare()
	for _, c := range b.Cases(small) {
		if !c.Negative {
			continue
		}
		text := " " + Fold(c.Split.Street) + " "
		for _, s := range b.streets {
			if s.commune.code == c.Written && strings.Contains(text, " "+Fold(s.name)+" ") {
				t.Errorf("%s %q: %s has %s", c.ID, c.Line, c.Written, s.name)
			}
		}
		if !strings.Contains(c.Line, b.communes[c.Written].name) {
			t.Errorf("%s: %q does not name the commune %s", c.ID, c.Line, c.Written)
		}
	}
}

func TestUniqueness(t *testing.T) {
	b := handMade()
	b.prepare()
	for name, tc := range map[string]struct {
		id, typed string
		e         evidence
		n         int
		known     bool
		unique    bool
		equal     []string
	}{
		"town and postcode settle it": {"99002_0001", "Rue de l'Église", evidence{postcode: "99100", city: "montclair"}, 3, true, true, nil},
		"shared postcode, no town":    {"99001_0001", "rue eglise", evidence{postcode: "99100"}, 3, true, false, []string{"99002_0001"}},
		"the type still tells":        {"99001_0003", "r des Tilleuls", evidence{postcode: "99100"}, 3, true, true, nil},
		"two towns of one name":       {"99002_0002", "rue ND", evidence{city: "montclair"}, 3, true, false, []string{"96001_0001"}},
		"two towns, number in one":    {"99002_0002", "rue N.-D.", evidence{city: "montclair"}, 41, true, false, nil},
		"one slip, nothing as near":   {"99002_0005", "Rue des Tisserends", evidence{postcode: "99100", city: "montclair"}, 3, true, true, nil},
		"wrong postcode of a twin":    {"99002_0002", "Rue Notre-Dame", evidence{postcode: "96300", city: "montclair", either: true}, 3, true, false, []string{"96001_0001"}},
		"initial":                     {"99001_0005", "bd J. Jaurès", evidence{postcode: "99100", city: "saint aubin les bruyeres"}, 3, true, true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			fit, equal := b.rivals(b.byID[tc.id], tc.typed, tc.e, tc.n, tc.known)
			if fit == tc.unique || !slices.Equal(equal, tc.equal) {
				t.Errorf("fit %v, equal %v", fit, equal)
			}
		})
	}
}

// Uniqueness against a brute-force reading: every street of the base whose folded
// name is the written one, in a commune that the written postcode or town allows.
func TestUniqueAgainstBruteForce(t *testing.T) {
	b := handMade()
	b.prepare()
	for _, c := range b.Cases(small) {
		if c.Class != Clean && c.Class != NoCity && c.Class != NoPostcode && c.Class != NoNumber {
			continue
		}
		others := 0
		for _, s := range b.streets {
			if s.id == c.Truth.Street || Fold(s.name) != Fold(b.byID[c.Truth.Street].name) {
				continue
			}
			post := c.Split.Postcode == "" || slices.Contains(s.commune.postcodes, c.Split.Postcode)
			city := c.Split.City == "" || s.commune.name == c.Split.City
			if post && city {
				others++
			}
		}
		if c.Unique != (others == 0) {
			t.Errorf("%s %q: unique %v with %d others", c.ID, c.Line, c.Unique, others)
		}
	}
}

func TestTruthIsOfTheBase(t *testing.T) {
	b := handMade()
	for _, c := range b.Cases(small) {
		if c.Truth.Street == "" {
			continue
		}
		s := b.byID[c.Truth.Street]
		i := s.find(c.Truth.Number, c.Truth.Suffix)
		if c.Truth.Known != (i >= 0) {
			t.Errorf("%s %q: known %v", c.ID, c.Line, c.Truth.Known)
		}
		if i >= 0 && (c.Truth.Lon != s.numbers[i].lon || c.Truth.Lat != s.numbers[i].lat) {
			t.Errorf("%s: point", c.ID)
		}
		if c.Class == NumberRange && !s.has(c.Truth.NumberEnd) {
			t.Errorf("%s: %d is not in the street", c.ID, c.Truth.NumberEnd)
		}
	}
}

func TestNoiseLeavesItsMark(t *testing.T) {
	b := handMade()
	for _, c := range b.Cases(small) {
		var name string
		if c.Truth.Street != "" {
			name = b.byID[c.Truth.Street].name
		}
		typed := Fold(c.Split.Street)
		switch c.Class {
		case Capitals, Combined:
			if c.Line != strings.ToUpper(withoutAccents(c.Line)) {
				t.Errorf("%s %q", c.ID, c.Line)
			}
		case NoPostcode:
			if strings.Contains(c.Line, "99") || c.Split.Postcode != "" {
				t.Errorf("%s %q", c.ID, c.Line)
			}
		case OneTypo, TwoTypos, NoArticles:
			if strings.HasSuffix(typed, " "+Fold(name)) {
				t.Errorf("%s %q is still %q", c.ID, c.Line, name)
			}
		case NoNumber:
			if c.Truth.Number != 0 || c.Truth.Known {
				t.Errorf("%s: number", c.ID)
			}
		case SaintCity:
			if !strings.HasPrefix(strings.ToUpper(c.Split.City), "ST") || strings.Contains(Fold(c.Split.City), "saint") {
				t.Errorf("%s %q", c.ID, c.Split.City)
			}
		}
	}
}

func TestDistanceCountsSlips(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		d    int
	}{{"", "", 0}, {"lilas", "lilas", 0}, {"lilas", "lials", 1}, {"lilas", "lila", 1}, {"lilas", "lillas", 1}, {"lilas", "lolas", 1}, {"tilleuls", "tileusl", 2}, {"abc", "xyz", 3}} {
		if got := distance(tc.a, tc.b, 5); got != tc.d {
			t.Errorf("%s %s: %d, want %d", tc.a, tc.b, got, tc.d)
		}
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		w := misspell(rng, "tisserands")
		if d := distance(Fold(w), "tisserands", 3); d != 1 {
			t.Fatalf("%q is %d slips away", w, d)
		}
	}
}

func TestKeyJoinsSpellings(t *testing.T) {
	for _, group := range [][]string{
		{"Avenue du Général Leclerc", "av gal leclerc", "AVE DU GAL. LECLERC", "Av Général Leclerc"},
		{"Rue Notre-Dame", "r ND", "rue N.-D.", "R. N D"},
		{"Rue de l’Église", "RUE DE L EGLISE", "r église"},
		{"Allée des Mésanges", "all mesanges"},
	} {
		for _, s := range group[1:] {
			if Key(s) != Key(group[0]) {
				t.Errorf("%q: %q, want %q", s, Key(s), Key(group[0]))
			}
		}
	}
}

func TestCSVRoundTrip(t *testing.T) {
	b := handMade()
	cases := append(b.Cases(small), b.People(300, small)...)
	var buf bytes.Buffer
	if err := Write(&buf, cases); err != nil {
		t.Fatal(err)
	}
	back, err := Read(&buf, "cas.csv")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(cases, back, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
	if _, err := Read(strings.NewReader("a;b\n"), "cas.csv"); err == nil || !strings.Contains(err.Error(), "cas.csv, ligne 1") {
		t.Errorf("foreign header: %v", err)
	}
}

func TestPeopleMix(t *testing.T) {
	b := handMade()
	people := b.People(4000, small)
	if len(people) != 4000 {
		t.Fatalf("%d rows", len(people))
	}
	decidable, several, placeless := 0, 0, 0
	for _, c := range people {
		if c.Decidable() {
			decidable++
		}
		if len(c.Noises) > 1 {
			several++
		}
		if c.Truth.Street == "" && !c.Negative {
			placeless++
		}
	}
	if decidable < 2800 || several < 800 || placeless < 80 {
		t.Errorf("%d decidable, %d with several noises, %d without a place", decidable, several, placeless)
	}
}

func BenchmarkCases(b *testing.B) {
	base := handMade()
	base.prepare()
	n := 0
	for b.Loop() {
		n += len(base.Cases(small))
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "cas/s")
}

// Whatever the bytes, Read answers with cases or with a fault.
func FuzzRead(f *testing.F) {
	var buf bytes.Buffer
	if err := Write(&buf, handMade().People(20, small)); err != nil {
		f.Fatal(err)
	}
	f.Add(buf.String())
	f.Add(strings.Join(Header, ";") + "\nx;propre;dev;;;;;;;un;0;;1;;;;;;1;;0;\n")
	f.Fuzz(func(t *testing.T, s string) {
		cases, err := Read(strings.NewReader(s), "cas.csv")
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := Write(&again, cases); err != nil {
			t.Fatal(err)
		}
	})
}

// A way cut by the border of two arrondissements is one: a number of its other side is
// no number that does not exist.
func TestNumberOfTheOtherSideOfAWay(t *testing.T) {
	b := NewBase(nil)
	for _, side := range []struct {
		code, postcode string
		from           int
	}{{"75106", "75006", 1}, {"75114", "75014", 2}} {
		for n := side.from; n < 60; n += 2 {
			id := side.code + "_6523"
			b.Add(geo.Address{ID: fmt.Sprintf("%s_%05d", id, n), StreetID: id, Number: n, Street: "Rue du Montparnasse", Postcode: side.postcode, CityCode: side.code, City: "Paris", Lon: 2.32, Lat: 48.84})
		}
	}
	b.prepare()
	odd, even := b.byID["75106_6523"], b.byID["75114_6523"]
	where := evidence{postcode: "75014", city: "paris"}
	if fit, equal := b.rivals(even, even.name, where, 27, false); !fit || !slices.Equal(equal, []string{odd.id}) {
		t.Errorf("27 with the even side's postcode: %v %v", fit, equal)
	}
	for _, n := range []int{0, 28, 1000} {
		if fit, equal := b.rivals(even, even.name, where, n, n == 28); fit || equal != nil {
			t.Errorf("%d: %v %v", n, fit, equal)
		}
	}
}
