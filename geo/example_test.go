package geo_test

import (
	"fmt"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

func ExamplePolygons() {
	index := geo.NewPolygons([]orb.MultiPolygon{
		{{{{3, 50}, {3.01, 50}, {3.01, 50.01}, {3, 50.01}, {3, 50}}}},
	})
	for _, p := range []orb.Point{{3.002, 50.005}, {3.01, 50.005}, {3.012, 50.005}} {
		d, _ := index.SignedDistance(p, 300)
		fmt.Printf("%v %.1f m\n", index.At(p, nil), d.Metres)
	}
	// Output:
	// [{0 false}] 143.4 m
	// [{0 true}] 0.0 m
	// [] -143.4 m
}

func ExampleZonings_At() {
	communes, _ := geo.NewCommunes([]geo.Commune{{Code: "59350", Name: "Lille", Departement: "59"}}, nil)
	zonings, err := geo.NewZonings(communes, nil, []geo.ListVersion{{
		Version: geo.Version{
			Zoning: geo.FRR, Name: "2025-07", CompleteFor: []string{"*"},
			ValidFrom: geo.MustDate("2024-07-01"), KnownFrom: geo.MustDate("2025-07-10"),
		},
		Status: map[string]geo.ListStatus{"59350": geo.StatusPlus},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	today := geo.MustDate("2026-01-01")
	for _, on := range []string{"2024-06-30", "2024-12-31", "2025-01-01"} {
		fact := zonings.At(geo.Question{Commune: "59350", On: geo.MustDate(on), Known: today}).FRR
		fmt.Println(on, fact.Status)
	}
	// Output:
	// 2024-06-30 sans_objet
	// 2024-12-31 socle
	// 2025-01-01 plus
}

func ExampleProjection() {
	p, _ := geo.ProjectionOf("59")
	m := p.Project(orb.Point{3.0633, 50.6372})
	fmt.Printf("EPSG:%d %.1f %.1f\n", p.EPSG, m[0], m[1])
	// Output: EPSG:2154 704485.7 7060028.4
}
