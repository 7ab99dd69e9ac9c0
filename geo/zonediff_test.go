package geo_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

func TestDiff(t *testing.T) {
	version := func(name string, complete ...string) geo.Version {
		return geo.Version{Zoning: geo.QPV, Name: name, ValidFrom: geo.MustDate("2015-01-01"), KnownFrom: geo.MustDate("2015-01-01"), CompleteFor: complete}
	}
	zone := func(code string, shape orb.MultiPolygon) geo.Zone {
		return geo.Zone{ZoneRef: geo.ZoneRef{Code: code}, Shape: shape}
	}
	communes, err := geo.NewCommunes([]geo.Commune{{Code: "59001", Departement: "59"}, {Code: "60001", Departement: "60"}}, []geo.Contour{
		{Code: "59001", Shape: square(3, 50, 1, 1)}, {Code: "60001", Shape: square(4, 50, 1, 1)},
	})
	if err != nil {
		t.Fatal(err)
	}
	const u = 0.01 // a zone is 1 u by 1 u
	z, err := geo.NewZonings(communes, []geo.PolygonVersion{
		{Version: version("2015", "59"), Zones: []geo.Zone{
			zone("same", square(3.1, 50.1, u, u)),
			zone("moved a little", square(3.2, 50.1, u, u)),
			zone("grown", square(3.3, 50.1, u, u)),
			zone("gone", square(3.4, 50.1, u, u)),
			zone("merged 1", square(3.5, 50.1, u, u)),
			zone("merged 2", square(3.5+u, 50.1, u, u)),
			zone("split", square(3.6, 50.1, 2*u, u)),
			zone("small", square(3.8, 50.1, u/10, u/10)),
		}},
		{Version: version("2024", "*"), Zones: []geo.Zone{
			zone("A same", square(3.1, 50.1, u, u)),
			zone("B same", square(3.2+0.000005, 50.1, u, u)), // 36 cm east
			zone("C grown", square(3.3-u/2, 50.1, u, u)),     // half gained, half lost
			zone("D merged", square(3.5, 50.1, 2*u, u)),
			zone("E half", square(3.6, 50.1, u, u)),
			zone("F half", square(3.6+u, 50.1, u, u)),
			zone("G new", square(3.7, 50.1, u, u)),
			zone("H beside gone", square(3.4-u, 50.1, u, u)), // only touches it
			// Half a metre more on each side: thinner than an error of drawing, and 4 % more ground.
			zone("J wider", square(3.8-0.000007, 50.1-0.0000045, u/10+0.000014, u/10+0.000009)),
			zone("I elsewhere", square(4.5, 50.1, u, u)),
		}},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := z.Diff(geo.QPV, "2015", "2024")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	unit := geo.Area(square(3.1, 50.1, u, u))
	for _, c := range d.Changes {
		var from []string
		for _, f := range c.From {
			from = append(from, f.Code)
		}
		got = append(got, fmt.Sprintf("%s %q %q +%.2f -%.2f", c.Kind, from, c.To.Code, c.GainedArea/unit, c.LostArea/unit))
	}
	want := []string{
		`entre [] "G new" +1.00 -0.00`,
		`entre [] "H beside gone" +1.00 -0.00`,
		`sort ["gone"] "" +0.00 -1.00`,
		`modifie ["grown"] "C grown" +0.50 -0.50`,
		`modifie ["merged 1" "merged 2"] "D merged" +0.00 -0.00`,
		`modifie ["split"] "E half" +0.00 -0.00`,
		`modifie ["split"] "F half" +0.00 -0.00`,
		`modifie ["small"] "J wider" +0.00 -0.00`,
		`inchange ["same"] "A same" +0.00 -0.00`,
		`inchange ["moved a little"] "B same" +0.00 -0.00`,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	if d.NotComparable != 1 {
		t.Errorf("%d zones not comparable, want 1", d.NotComparable)
	}
	if _, err := z.Diff(geo.QPV, "1996", "2024"); err == nil {
		t.Error("a version that is not loaded was compared")
	}
}

func TestDiffOfOfficialFiles(t *testing.T) {
	z := realZonings(t)
	d, err := z.Diff(geo.QPV, "2015", "2024")
	if err != nil {
		t.Fatal(err)
	}
	count := map[geo.ChangeKind]int{}
	for _, c := range d.Changes {
		count[c.Kind]++
		// What the zone is now is what it was, plus gains, minus what others took or
		// nobody kept: never more than the sum.
		if c.After > c.Before+c.GainedArea+1 {
			t.Errorf("%s: %.0f m² from %.0f + %.0f", c.To.Code, c.After, c.Before, c.GainedArea)
		}
		if math.IsNaN(c.LostArea) || c.LostArea > c.Before+1 {
			t.Errorf("%s: lost %.0f of %.0f m²", c.To.Code, c.LostArea, c.Before)
		}
	}
	t.Log(count, d.NotComparable)
	if count[geo.ZoneModified] == 0 || d.NotComparable < 1500 {
		t.Errorf("%v, %d not comparable", count, d.NotComparable)
	}
}
