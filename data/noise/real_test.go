package noise

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"perimetre/geo"
	"perimetre/ingest"
)

// real is the path of a file of the real data, or skips.
func real(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skip("données réelles absentes : " + name)
	}
	return path
}

func load(t *testing.T, path string, communes []geo.Commune) *Base {
	t.Helper()
	b := NewBase(communes)
	_, err := ingest.Addresses(path, func(batch []geo.Address) error {
		for _, a := range batch {
			b.Add(a)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// caledonia is the real BAN of New Caledonia, whose streets have no postcode: the
// lines of communes do.
func caledonia(t *testing.T) *Base {
	path := real(t, "ban-samples/adresses-addok-988.ndjson.gz")
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var communes []geo.Commune
	sc := bufio.NewScanner(z)
	sc.Buffer(nil, 16<<20)
	for sc.Scan() {
		if !bytes.Contains(sc.Bytes(), []byte(`"municipality"`)) {
			continue
		}
		var c struct {
			ID, Name string
			Postcode []string
		}
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		communes = append(communes, geo.Commune{Code: c.ID, Name: c.Name, Departement: "988", Postcodes: c.Postcode})
	}
	return load(t, path, communes)
}

// bruz is the real BAL of one commune.
func bruz(t *testing.T) *Base {
	return load(t, real(t, "ban-samples/bal-35047-bruz.csv.gz"), []geo.Commune{{Code: "35047", Name: "Bruz", Departement: "35", Postcodes: []string{"35170"}}})
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
