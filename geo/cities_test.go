package geo_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"perimetre/geo"
)

func TestArrondissement(t *testing.T) {
	for _, tt := range []struct{ code, city, name string }{
		{"75101", "75056", "Paris 1er Arrondissement"},
		{"75118", "75056", "Paris 18e Arrondissement"},
		{"75120", "75056", "Paris 20e Arrondissement"},
		{"69381", "69123", "Lyon 1er Arrondissement"},
		{"69389", "69123", "Lyon 9e Arrondissement"},
		{"13216", "13055", "Marseille 16e Arrondissement"},
		{"75100", "", ""}, {"75121", "", ""}, {"69390", "", ""}, {"13200", "", ""},
		{"75056", "", ""}, {"2A004", "", ""}, {"7510", "", ""}, {"", "", ""},
	} {
		if city, name := geo.Arrondissement(tt.code); city != tt.city || name != tt.name {
			t.Errorf("%s: %q %q, want %q %q", tt.code, city, name, tt.city, tt.name)
		}
	}
	for _, tt := range []struct{ city, postcode, want string }{
		{"75056", "75001", "75101"}, {"75056", "75020", "75120"}, {"75056", "75016", "75116"}, {"75056", "75116", "75116"},
		{"69123", "69009", "69389"}, {"13055", "13016", "13216"},
		{"75056", "75021", ""}, {"75056", "69001", ""}, {"69123", "69100", ""}, {"59350", "59000", ""}, {"75056", "", ""},
	} {
		if got := geo.ArrondissementAt(tt.city, tt.postcode); got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.city, tt.postcode, got, tt.want)
		}
	}
	for _, tt := range []struct {
		city string
		rank int
		want string
	}{{"75056", 18, "75118"}, {"75056", 21, ""}, {"75056", 0, ""}, {"69123", 3, "69383"}, {"59350", 1, ""}} {
		if got := geo.ArrondissementNumbered(tt.city, tt.rank); got != tt.want {
			t.Errorf("%s, number %d: %q, want %q", tt.city, tt.rank, got, tt.want)
		}
	}
}

// cityTables are the ways in which official tables give a city.
var cityTables = map[string][]geo.Commune{
	"city alone": {
		{Code: "75056", Name: "Paris", Postcodes: []string{"75001", "75018"}, Population: 2000000},
		{Code: "78646", Name: "Versailles"},
	},
	"city and arrondissements": {
		{Code: "75056", Name: "Paris", Postcodes: []string{"75001", "75018"}, Population: 2000000},
		{Code: "75101", Name: "Paris 1er Arrondissement", Postcodes: []string{"75001"}},
		{Code: "75118", Name: "Paris 18e Arrondissement", Postcodes: []string{"75018"}},
		{Code: "78646", Name: "Versailles"},
	},
	"arrondissements alone": {
		{Code: "75101", Name: "Paris 1er Arrondissement", Departement: "75", Postcodes: []string{"75001"}, Population: 900000},
		{Code: "75118", Name: "Paris 18e Arrondissement", Departement: "75", Postcodes: []string{"75018"}, Population: 1100000},
		{Code: "78646", Name: "Versailles"},
	},
}

func TestWholeCities(t *testing.T) {
	for name, table := range cityTables {
		t.Run(name, func(t *testing.T) {
			got := geo.WholeCities(table)
			if len(got) != 2 || got[0].Code != "75056" || got[0].Name != "Paris" || got[1].Code != "78646" {
				t.Fatalf("table %+v", got)
			}
			paris := got[0]
			if !slices.Equal(paris.Postcodes, []string{"75001", "75018"}) || paris.Population != 2000000 || len(paris.Former) != 20 {
				t.Errorf("line of the city %+v", paris)
			}
			if again := geo.WholeCities(got); !cmp.Equal(again, got) {
				t.Errorf("a second call changed the table: %s", cmp.Diff(got, again))
			}
		})
	}
	plain := []geo.Commune{{Code: "59350"}}
	if got := geo.WholeCities(plain); &got[0] != &plain[0] {
		t.Error("a table without a city was copied")
	}
}

// One place, two codes: look-ups, contours and zonings answer the same under the
// city's code and an arrondissement's, whatever the table and the contours hold.
func TestCityAndArrondissementAreOnePlace(t *testing.T) {
	first, eighteenth := square(2.3, 48.8, 0.05, 0.1), square(2.35, 48.8, 0.05, 0.1)
	whole, err := geo.Union(first, eighteenth)
	if err != nil {
		t.Fatal(err)
	}
	contours := map[string][]geo.Contour{
		"city's contour":            {{Code: "75056", Shape: whole}},
		"arrondissements' contours": {{Code: "75101", Shape: first}, {Code: "75118", Shape: eighteenth}},
		"contours of both":          {{Code: "75101", Shape: first}, {Code: "75118", Shape: eighteenth}, {Code: "75056", Shape: whole}},
	}
	inZone := orb.Point{2.36, 48.85}
	for table, list := range cityTables {
		for drawn, shapes := range contours {
			t.Run(table+", "+drawn, func(t *testing.T) {
				c, err := geo.NewCommunes(list, shapes)
				if err != nil {
					t.Fatal(err)
				}
				z, err := geo.NewZonings(c,
					[]geo.PolygonVersion{{Version: version("qpv", "2024"), Zones: []geo.Zone{{ZoneRef: geo.ZoneRef{Code: "QN07501A"}, Shape: square(2.355, 48.84, 0.01, 0.02)}}}},
					[]geo.ListVersion{{Version: version("frr", "2025"), Status: map[string]geo.ListStatus{"75056": geo.StatusNo, "78646": geo.StatusSocle}}})
				if err != nil {
					t.Fatal(err)
				}
				for _, code := range []string{"75056", "75101", "75118"} {
					if line, ok := c.Lookup(code); !ok || line.Name != "Paris" {
						t.Errorf("%s: line %+v", code, line)
					}
					if now, _, ok := c.Resolve(code); !ok || now != "75056" {
						t.Errorf("%s: resolved %s %v", code, now, ok)
					}
					for _, pt := range []orb.Point{{2.31, 48.85}, {2.39, 48.85}} {
						if in, known := c.Contains(code, pt); !in || !known {
							t.Errorf("%s: %v is out (%v)", code, pt, known)
						}
						if m, known := c.MetresOutside(code, pt); m != 0 || !known {
							t.Errorf("%s: %v is %.0f m out (%v)", code, pt, m, known)
						}
					}
					if shape, ok := c.Contour(code); !ok || math.Abs(geo.Area(shape)-geo.Area(whole)) > 1 {
						t.Errorf("%s: area of the contour %.0f, want %.0f (%v)", code, geo.Area(shape), geo.Area(whole), ok)
					}
					if b, ok := c.ContourBound(code); !ok || math.Abs(b.Max[0]-2.4) > 1e-9 {
						t.Errorf("%s: box %v %v", code, b, ok)
					}
					m := z.At(geo.Question{Point: inZone, HasPoint: true, Commune: code, On: geo.MustDate("2025-06-30"), Known: geo.MustDate("2025-06-30")})
					if m.FRR.Status != geo.StatusNo || !m.QPV.CommuneHasZone || len(m.QPV.Inside) != 1 {
						t.Errorf("%s: memberships %+v", code, m)
					}
				}
				if code, ok := c.At(inZone); !ok || code != "75056" {
					t.Errorf("commune of a point: %q %v", code, ok)
				}
			})
		}
	}
}

// A commune table may lack the city: its QPV, which the file lists under the city's
// code, are its arrondissements' all the same.
func TestArrondissementOfACityOutOfTheTable(t *testing.T) {
	shape := square(2.3, 48.8, 0.1, 0.1)
	for name, contours := range map[string][]geo.Contour{"drawn": {{Code: "75056", Shape: shape}}, "not drawn": nil} {
		c, err := geo.NewCommunes([]geo.Commune{{Code: "78646", Name: "Versailles"}}, contours)
		if err != nil {
			t.Fatal(err)
		}
		z, err := geo.NewZonings(c, []geo.PolygonVersion{{Version: version("qpv", "2024"),
			Zones: []geo.Zone{{ZoneRef: geo.ZoneRef{Code: "QN07501A"}, Communes: []string{"75056"}, Shape: square(2.355, 48.84, 0.01, 0.02)}}}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		q := geo.Question{Commune: "75119", On: geo.MustDate("2025-06-30"), Known: geo.MustDate("2025-06-30")}
		if m := z.At(q); !m.QPV.CommuneHasZone {
			t.Errorf("%s: the 19th has no zone", name)
		}
	}
}

func version(zoning, name string) geo.Version {
	return geo.Version{Zoning: geo.Zoning(zoning), Name: name, ValidFrom: geo.MustDate("2024-07-01"), KnownFrom: geo.MustDate("2024-07-01"), CompleteFor: []string{"*"}}
}
