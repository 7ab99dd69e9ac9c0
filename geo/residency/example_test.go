package residency_test

import (
	"fmt"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/residency"
)

// A point fifty metres inside its zone, by a file's own coordinates.
func ExampleDecider_Decide() {
	square := orb.MultiPolygon{{{{3.000, 50.600}, {3.010, 50.600}, {3.010, 50.610}, {3.000, 50.610}, {3.000, 50.600}}}}
	zonings, err := geo.NewZonings(nil, []geo.PolygonVersion{{
		Version: geo.Version{Zoning: geo.QPV, Name: "2024", ValidFrom: geo.MustDate("2024-01-01"), KnownFrom: geo.MustDate("2023-12-29"), CompleteFor: []string{"*"}},
		Zones:   []geo.Zone{{ZoneRef: geo.ZoneRef{Code: "QN05901M", Name: "Les Lilas"}, Shape: square}},
	}}, nil)
	if err != nil {
		panic(err)
	}
	d := residency.Decider{Zones: zonings, Options: residency.DefaultOptions}
	decision := d.Decide(residency.Input{
		Point: orb.Point{3.005, 50.60045}, HasPoint: true,
		On: geo.MustDate("2024-04-03"), Known: geo.MustDate("2026-01-15"),
	})
	fmt.Printf("%s, %s, %s, %.0f m, périmètre %s\n", decision.Status, decision.Motif, decision.Zones[0].Code, decision.Distance, decision.Perimeter)
	// Output: oui, numero_dedans, QN05901M, 50 m, périmètre 2024
}
