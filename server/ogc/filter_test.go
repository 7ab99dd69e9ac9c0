package ogc

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"perimetre/data/maps/layers"
	"perimetre/geo"
)

// spiked is a star with a square hole, and an island beside it.
func spiked() orb.MultiPolygon {
	star := orb.Ring{{0, 0}, {2, 3}, {5, 4}, {2, 5}, {0, 8}, {-2, 5}, {-5, 4}, {-2, 3}, {0, 0}}
	return orb.MultiPolygon{
		{star, {{-.5, 3.5}, {-.5, 4.5}, {.5, 4.5}, {.5, 3.5}, {-.5, 3.5}}},
		{{{6, 6}, {7, 6}, {7, 7}, {6, 7}, {6, 6}}},
	}
}

// A box meets a shape when GEOS finds that they share something.
func TestMeetsAgreesWithGEOS(t *testing.T) {
	mp := spiked()
	r := rand.New(rand.NewPCG(3, 4))
	yes := 0
	for range 3000 {
		x, y := -6+14*r.Float64(), -1+10*r.Float64()
		b := orb.Bound{Min: orb.Point{x, y}, Max: orb.Point{x + .01 + 3*r.Float64()*r.Float64(), y + .01 + 3*r.Float64()*r.Float64()}}
		common, err := geo.Intersection(mp, orb.MultiPolygon{b.ToPolygon()})
		if err != nil {
			t.Fatal(err)
		}
		want := len(common) > 0
		if want {
			yes++
		}
		if got := meets(b, mp); got != want {
			t.Fatalf("%v: %v, GEOS says %v", b, got, want)
		}
	}
	if yes < 300 || yes > 2700 {
		t.Errorf("%d boxes of 3000 meet", yes)
	}
}

func TestMeets(t *testing.T) {
	for name, c := range map[string]struct {
		b    orb.Bound
		want bool
	}{
		"in the hole":               {orb.Bound{Min: orb.Point{-.2, 3.8}, Max: orb.Point{.2, 4.2}}, false},
		"a point within":            {orb.Point{0, 2}.Bound(), true},
		"a point on a vertex":       {orb.Point{0, 0}.Bound(), true},
		"a point outside":           {orb.Point{4, 7}.Bound(), false},
		"around all":                {orb.Bound{Min: orb.Point{-10, -10}, Max: orb.Point{10, 10}}, true},
		"around the hole":           {orb.Bound{Min: orb.Point{-1, 3.4}, Max: orb.Point{1, 4.6}}, true},
		"touching the side":         {orb.Bound{Min: orb.Point{7, 6.2}, Max: orb.Point{8, 6.4}}, true},
		"between the spikes":        {orb.Bound{Min: orb.Point{3, 6}, Max: orb.Point{4, 7}}, false},
		"thin, across both arms":    {orb.Bound{Min: orb.Point{-9, 3.99}, Max: orb.Point{9, 4.01}}, true},
		"within the island's inner": {orb.Bound{Min: orb.Point{6.4, 6.4}, Max: orb.Point{6.6, 6.6}}, true},
	} {
		if got := meets(c.b, spiked()); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func layer(t *testing.T) *layers.Layer {
	t.Helper()
	communes, err := geo.NewCommunes([]geo.Commune{{Code: "59001", Name: "L’« Étoile »", Departement: "59", Lon: 1}, {Code: "59002", Departement: "59"}},
		[]geo.Contour{{Code: "59001", Shape: spiked()}})
	if err != nil {
		t.Fatal(err)
	}
	z, err := geo.NewZonings(communes, nil, []geo.ListVersion{
		{Version: geo.Version{Zoning: geo.FRR, Name: "2024-06", ValidFrom: geo.MustDate("2024-07-01"), ValidTo: geo.MustDate("2025-06-30"), KnownFrom: geo.MustDate("2024-06-19"), CompleteFor: []string{"*"}},
			Status: map[string]geo.ListStatus{"59001": geo.StatusSocle, "59002": geo.StatusNo}},
		{Version: geo.Version{Zoning: geo.FRR, Name: "2025-07", ValidFrom: geo.MustDate("2025-07-01"), KnownFrom: geo.MustDate("2025-07-10"), CompleteFor: []string{"*"}},
			Status: map[string]geo.ListStatus{"59001": geo.StatusPlus, "59002": geo.StatusSocle}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range layers.Of(layers.Source{Zonings: z, Territory: func(string) (orb.MultiPolygon, bool) { return nil, false }}) {
		if l.ID == "frr" {
			return l
		}
	}
	t.Fatal("no layer")
	return nil
}

// datetime tells the versions of a zoning apart, and a box leaves out what has no
// shape.
func TestMatching(t *testing.T) {
	l := layer(t)
	for raw, want := range map[string][]string{
		"":                                    {"2025-07.59001", "2025-07.59002", "2024-06.59001"},
		"datetime=2024-07-01":                 {"2024-06.59001"},
		"datetime=2025-06-30":                 {"2024-06.59001"},
		"datetime=2025-07-01":                 {"2025-07.59001", "2025-07.59002"},
		"datetime=../2024-06-30":              nil,
		"datetime=2025-06-30/2025-07-01":      {"2025-07.59001", "2025-07.59002", "2024-06.59001"},
		"bbox=0,2,0,2":                        {"2025-07.59001", "2024-06.59001"},
		"bbox=-180,-90,180,90":                {"2025-07.59001", "2024-06.59001"},
		"bbox=3,6,4,7":                        nil,
		"bbox=0,2,0,2&datetime=2030-01-01/..": {"2025-07.59001"},
	} {
		q := asked(raw)
		f := filter{boxes: q.boxes()}
		f.when, f.timed = q.datetime()
		var got []string
		for _, i := range f.matching(l) {
			got = append(got, l.Features[i].ID)
		}
		if d := cmp.Diff(want, got); d != "" || q.err() != nil {
			t.Errorf("%q: %v\n%s", raw, q.err(), d)
		}
	}
}

// What is written is GeoJSON that another reader reads, the same to the last digit.
func TestGeoJSON(t *testing.T) {
	l := layer(t)
	for i := range l.Features {
		f := &l.Features[i]
		b := append(appendFeature(nil, l, f, systems[0]), '}')
		if !json.Valid(b) {
			t.Fatalf("%s", b)
		}
		got, err := geojson.UnmarshalFeature(b)
		if err != nil {
			t.Fatal(err)
		}
		if got.ID != f.ID || got.Properties["statut"] != f.Values[3] || len(got.Properties) != len(l.Fields) {
			t.Errorf("%s", b)
		}
		if f.Shape() == nil {
			if got.Geometry != nil {
				t.Errorf("%s: a shape out of nothing", b)
			}
			continue
		}
		mp := got.Geometry.(orb.MultiPolygon)
		if !orb.Equal(mp, f.Shape()) {
			// Rings may turn: the specification says which way.
			for _, p := range mp {
				for k, r := range p {
					if (r.Orientation() == orb.CCW) != (k == 0) {
						t.Errorf("ring %d turns the wrong way: %v", k, r)
					}
				}
			}
			if geo.Area(mp) == 0 || mp.Bound() != f.Bound {
				t.Errorf("another shape: %v", mp)
			}
		}
	}
}
