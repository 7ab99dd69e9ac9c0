package noise

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"perimetre/geo"
)

// open reads a gzipped file of the real data, or skips.
func open(t *testing.T, name string) io.Reader {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", name)
	f, err := os.Open(path)
	if err != nil {
		t.Skip("données réelles absentes : " + name)
	}
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// caledonia loads the real BAN of New Caledonia with a reader of the test's own.
func caledonia(t *testing.T) *Base {
	b := NewBase(nil)
	sc := bufio.NewScanner(open(t, "ban-samples/adresses-addok-988.ndjson.gz"))
	sc.Buffer(nil, 16<<20)
	for sc.Scan() {
		var r struct {
			ID, Type, Name string
			City           any
			CityCode       any
			Postcode       any
			Lon, Lat       float64
			HouseNumbers   map[string]struct {
				ID       string
				Lon, Lat float64
			}
		}
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		if r.Type == "municipality" {
			b.communes[r.ID] = &commune{code: r.ID, name: r.Name, postcodes: []string{first(r.Postcode)}}
			continue
		}
		a := geo.Address{ID: r.ID, StreetID: r.ID, Street: r.Name, City: first(r.City), CityCode: first(r.CityCode),
			Postcode: first(r.Postcode), Kind: geo.KindStreet, Lon: r.Lon, Lat: r.Lat}
		b.Add(a)
		for hn, p := range r.HouseNumbers {
			a.Kind, a.ID, a.Lon, a.Lat = geo.KindHouseNumber, p.ID, p.Lon, p.Lat
			digits := strings.IndexFunc(hn, func(r rune) bool { return r < '0' || r > '9' })
			if digits < 0 {
				digits = len(hn)
			}
			a.Number, _ = strconv.Atoi(hn[:digits])
			a.Suffix = strings.TrimSpace(strings.ToLower(hn[digits:]))
			b.Add(a)
		}
	}
	return b
}

func first(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		if len(v) > 0 {
			s, _ := v[0].(string)
			return s
		}
	}
	return ""
}

// bruz loads the real BAL of Bruz, one commune.
func bruz(t *testing.T) *Base {
	r := csv.NewReader(open(t, "ban-samples/bal-35047-bruz.csv.gz"))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	b := NewBase([]geo.Commune{{Code: "35047", Name: "Bruz", Departement: "35", Postcodes: []string{"35170"}}})
	for _, f := range rows[1:] {
		n, _ := strconv.Atoi(f[8])
		lat, _ := strconv.ParseFloat(f[14], 64)
		lon, _ := strconv.ParseFloat(f[13], 64)
		a := geo.Address{ID: f[1], StreetID: strings.Join(strings.Split(f[1], "_")[:2], "_"), Number: n, Suffix: strings.ToLower(f[9]), Street: f[6],
			City: "Bruz", CityCode: "35047", Lon: lon, Lat: lat, PositionType: geo.ParsePositionType(f[10])}
		if n == 99999 {
			a.Number, a.Kind = 0, geo.KindLocality
		}
		b.Add(a)
	}
	return b
}

func TestRealBases(t *testing.T) {
	for name, tc := range map[string]struct {
		load  func(*testing.T) *Base
		least int
		none  []Class // classes that the base cannot give
		names []string
	}{
		"New Caledonia": {caledonia, 40000, []Class{SaintCity}, nil},
		"Bruz": {bruz, 5000, []Class{SaintCity, WrongPostcode, WrongCommune},
			[]string{"Rue du Beffroi", "Rue Jean Bart", "Rue des Brasseurs", "Avenue Roger Salengro", "Rue du Terril"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := tc.load(t)
			if b.Len() < tc.least {
				t.Fatalf("%d numbers", b.Len())
			}
			count := map[Class][2]int{}
			for _, c := range b.Cases(Config{Seed: 1, PerClass: 500, Negatives: 500, Names: tc.names}) {
				n := count[c.Class]
				n[0]++
				if c.Unique {
					n[1]++
				}
				count[c.Class] = n
				if n[0] <= 3 {
					t.Logf("%-22s %s  | %s | %s | unique %v", c.Class, c.Line, c.Split.Street, c.Split.Complement, c.Unique)
				}
			}
			for _, class := range Classes {
				want := 400
				for _, none := range tc.none {
					if class == none {
						want = 0
					}
				}
				if n := count[class][1]; n < want && !(class == WithSuffix && n > 50) && !(class == AbsentStreet && n > 100) || want == 0 && n > 0 {
					t.Errorf("%s: %d rows, %d unique", class, count[class][0], n)
				}
			}
		})
	}
}
