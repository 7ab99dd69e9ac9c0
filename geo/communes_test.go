package geo_test

import (
	"fmt"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

func table(t testing.TB) *geo.Communes {
	t.Helper()
	c, err := geo.NewCommunes([]geo.Commune{
		{Code: "59350", Name: "Lille", Departement: "59", Former: []geo.FormerCommune{{Code: "59298", Name: "Hellemmes-Lille"}, {Code: "59355", Name: "Lomme"}}},
		{Code: "59183", Name: "Dunkerque", Former: []geo.FormerCommune{{Code: "59540", Name: "Saint-Pol-sur-Mer"}}},
		{Code: "59650", Name: "Wattrelos"},
		// A new commune that keeps the code of one that made it.
		{Code: "02153", Name: "Cessières-Suzy", Former: []geo.FormerCommune{{Code: "02153", Name: "Cessières"}, {Code: "02733", Name: "Suzy"}}},
		// Two communes that shared the territory of a third.
		{Code: "80001", Former: []geo.FormerCommune{{Code: "80777"}}},
		{Code: "80002", Former: []geo.FormerCommune{{Code: "80777"}, {Code: "80001"}}},
		{Code: "75056", Name: "Paris"},
	}, []geo.Contour{
		{Code: "59350", Shape: square(3, 50, 0.1, 0.1)},
		{Code: "59650", Shape: square(3.1, 50, 0.1, 0.1)},
		{Code: "99999", Shape: square(3.19, 50, 0.1, 0.1)}, // overlaps by 0.01; not in the table
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestResolve(t *testing.T) {
	c := table(t)
	for _, want := range []struct {
		name, code, current, former string
		ok                          bool
	}{
		{"of today", "59350", "59350", "", true},
		{"Lomme, associated", "59355", "59350", "59355", true},
		{"Saint-Pol-sur-Mer, associated", "59540", "59183", "59540", true},
		{"the INSEE code that is also a postcode", "59650", "59650", "", true},
		{"a code kept by the new commune", "02153", "02153", "", true},
		{"delegated within it", "02733", "02153", "02733", true},
		{"shared out: the first keeps it", "80777", "80001", "80777", true},
		{"a commune of today named as former by another", "80001", "80001", "", true},
		{"arrondissement of Paris", "75118", "75056", "75118", true},
		{"arrondissement of a town out of the table", "69381", "69123", "69381", false},
		{"unknown", "00000", "00000", "", false},
		{"empty", "", "", "", false},
	} {
		t.Run(want.name, func(t *testing.T) {
			current, former, ok := c.Resolve(want.code)
			if current != want.current || former != want.former || ok != want.ok {
				t.Errorf("%s %s %v", current, former, ok)
			}
		})
	}
}

func TestCommuneOfAPoint(t *testing.T) {
	c := table(t)
	for _, want := range []struct {
		name string
		at   orb.Point
		code string
	}{
		{"inside", orb.Point{3.05, 50.05}, "59350"},
		{"on a shared border", orb.Point{3.1, 50.05}, "59350"},
		{"in an overlap", orb.Point{3.195, 50.05}, "59650"},
		{"inside one, on the edge of another", orb.Point{3.19, 50.05}, "59650"},
		{"inside one, on the edge of a lower code", orb.Point{3.2, 50.05}, "99999"},
		{"nowhere", orb.Point{2, 48}, ""},
	} {
		if code, ok := c.At(want.at); code != want.code || ok != (want.code != "") {
			t.Errorf("%s: %q %v", want.name, code, ok)
		}
	}
	if in, known := c.Contains("59350", orb.Point{3.1, 50.05}); !in || !known {
		t.Error("the border is inside")
	}
	if in, known := c.Contains("59183", orb.Point{3, 50}); in || known {
		t.Error("no contour: not known")
	}
	if d, known := c.MetresOutside("59350", orb.Point{3.101, 50.05}); !known || d < 71 || d > 72 {
		t.Errorf("%.1f m outside (%v)", d, known)
	}
	if d, known := c.MetresOutside("59350", orb.Point{3.05, 50.05}); !known || d != 0 {
		t.Errorf("%.1f m outside (%v), inside", d, known)
	}
	var empty geo.Communes
	if _, ok := empty.At(orb.Point{3, 50}); ok {
		t.Error("an empty table has a commune")
	}
	if _, _, ok := empty.Resolve("59350"); ok {
		t.Error("an empty table resolves")
	}
}

func TestCommunesTwice(t *testing.T) {
	if _, err := geo.NewCommunes([]geo.Commune{{Code: "59350"}, {Code: "59350"}}, nil); err == nil {
		t.Error("two lines of one commune are accepted")
	}
	if _, err := geo.NewCommunes(nil, []geo.Contour{{Code: "59350"}, {Code: "59350"}}); err == nil {
		t.Error("two contours of one commune are accepted")
	}
}

func ExampleCommunes_Resolve() {
	communes, _ := geo.NewCommunes([]geo.Commune{
		{Code: "59350", Name: "Lille", Former: []geo.FormerCommune{{Code: "59355", Name: "Lomme"}}},
	}, nil)
	current, former, ok := communes.Resolve("59355")
	fmt.Println(current, former, ok)
	// Output: 59350 59355 true
}
