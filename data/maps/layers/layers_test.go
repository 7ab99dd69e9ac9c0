package layers

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"perimetre/geo"
)

func box(lon, lat float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{lon, lat}, {lon + .1, lat}, {lon + .1, lat + .1}, {lon, lat + .1}, {lon, lat}}}}
}

func made(t *testing.T, s Source) map[string]*Layer {
	t.Helper()
	communes, err := geo.NewCommunes(
		[]geo.Commune{
			{Code: "59001", Name: "Une", Departement: "59", Population: 10, Postcodes: []string{"59100", "59200"}},
			{Code: "59002", Name: "Deux", Departement: "59"},
			{Code: "97101", Name: "Ailleurs", Departement: "971"},
		},
		[]geo.Contour{{Code: "59001", Shape: box(3, 50)}, {Code: "59009", Shape: box(3.2, 50)}})
	if err != nil {
		t.Fatal(err)
	}
	v := func(z geo.Zoning, name, from, to string) geo.Version {
		v := geo.Version{Zoning: z, Name: name, ValidFrom: geo.MustDate(from), KnownFrom: geo.MustDate(from), CompleteFor: []string{"*"}}
		if to != "" {
			v.ValidTo = geo.MustDate(to)
		}
		return v
	}
	s.Zonings, err = geo.NewZonings(communes,
		[]geo.PolygonVersion{
			{Version: v(geo.QPV, "2024", "2024-01-01", ""), Zones: []geo.Zone{
				{ZoneRef: geo.ZoneRef{Code: "QN05901M", Name: "Nord"}, Communes: []string{"59001", "59002"}, Shape: box(3.01, 50.01)},
				{ZoneRef: geo.ZoneRef{Code: "QN97101I", Name: "Antilles"}, Communes: []string{"97101"}, Shape: box(-61, 16)}}},
			{Version: v(geo.QPV, "2015", "2015-01-01", "2023-12-31"), Zones: []geo.Zone{{ZoneRef: geo.ZoneRef{Code: "QP059001", Name: "Ancien"}, Shape: box(3.01, 50.01)}}},
		},
		[]geo.ListVersion{{Version: v(geo.ZRR, "2021", "2021-01-01", "2024-06-30"), Status: map[string]geo.ListStatus{"59001": geo.StatusPartial, "59002": geo.StatusNo, "97101": geo.StatusYes}}})
	if err != nil {
		t.Fatal(err)
	}
	if s.Territory == nil {
		s.Territory = func(string) (orb.MultiPolygon, bool) { return nil, false }
	}
	out := map[string]*Layer{}
	for _, l := range Of(s) {
		out[l.ID] = l
		for i := range l.Features {
			f := &l.Features[i]
			if len(f.Values) != len(l.Fields) {
				t.Errorf("%s %s: %d values for %d fields", l.ID, f.ID, len(f.Values), len(l.Fields))
			}
			if k, ok := l.Find(f.ID); !ok || k != i {
				t.Errorf("%s: %s is not found", l.ID, f.ID)
			}
			if g := f.Shape(); (g == nil) != f.Bound.IsEmpty() || g != nil && g.Bound() != f.Bound {
				t.Errorf("%s %s: %v in %v", l.ID, f.ID, g, f.Bound)
			}
		}
	}
	return out
}

func values(l *Layer) map[string][]any {
	out := map[string][]any{}
	for _, f := range l.Features {
		out[f.ID] = f.Values
	}
	return out
}

func TestLayers(t *testing.T) {
	all := made(t, Source{
		MissionsLocales: []geo.MissionLocale{{Code: "59350", Name: "59-ML LILLE", City: "Lille"}},
		UsualNames:      map[string]string{"59350": "Mission Locale de Lille"},
		Territories:     []geo.Territory{{Commune: "59001", MissionLocale: "59350"}, {Commune: "59001", MissionLocale: "59009"}, {Commune: "59002", MissionLocale: "59350"}},
		Territory:       func(code string) (orb.MultiPolygon, bool) { return box(3, 50), code == "59350" },
		Sites: []geo.Site{
			{Name: "Sans code", Address: "1 rue A", City: "Une", Lon: 3, Lat: 50, HalfDays: .5},
			{ID: "s", Name: "Deux fois", Lon: math.NaN(), Lat: math.NaN(), HalfDays: math.NaN(), From: geo.MustDate("2020-01-01")},
			{ID: "s", Name: "Deux fois", Lon: 3, Lat: 50, HalfDays: math.NaN(), To: geo.MustDate("2022-01-01")}},
	})
	want := map[string]map[string][]any{
		"communes": {
			"59001": {"59001", "Une", "59", 10, "59100|59200", nil, nil, "59350|59009"},
			"59002": {"59002", "Deux", "59", nil, nil, nil, nil, "59350"},
			"59009": {"59009", nil, "59", nil, nil, nil, nil, nil}, // drawn, and not in the table
			"97101": {"97101", "Ailleurs", "971", nil, nil, nil, nil, nil}},
		"missions-locales": {
			"59009": {"59009", nil, "59", 1, nil, nil, nil}, // serves, and is in no list
			"59350": {"59350", "Mission Locale de Lille", "59", 2, nil, nil, "Lille"}},
		"qpv-2024": {
			"QN05901M": {"QN05901M", "Nord", "59", "59001|59002", "2024", "2024-01-01", nil, "QN05901M", "Nord", "59001, 59002"},
			"QN97101I": {"QN97101I", "Antilles", "971", "97101", "2024", "2025-01-01", nil, "QN97101I", "Antilles", "97101"}}, // a year later overseas
		"qpv-2015": {"QP059001": {"QP059001", "Ancien", "59", nil, "2015", "2015-01-01", "2023-12-31", "QP059001", "Ancien", nil}},
		"zrr": {
			"2021.59001": {"59001", "Une", "59", "partiel", "2021", "2021-01-01", "2024-06-30"},
			"2021.97101": {"97101", "Ailleurs", "971", "oui", "2021", "2021-01-01", "2024-06-30"}},
	}
	for id, w := range want {
		if all[id] == nil {
			t.Fatalf("no layer %s", id)
		}
		if d := cmp.Diff(w, values(all[id])); d != "" {
			t.Errorf("%s: %s", id, d)
		}
	}
	sites := all["sites"]
	if len(all) != len(want)+1 || sites == nil {
		t.Fatalf("%d layers", len(all))
	}
	var ids []string
	for _, f := range sites.Features {
		ids = append(ids, f.ID)
	}
	if len(ids[0]) < 10 || ids[1] != "s" || ids[2] != "s-2" || !sites.From.IsZero() || !sites.To.IsZero() {
		t.Errorf("%v, %v to %v", ids, sites.From, sites.To)
	}
	if q := all["qpv-2015"]; q.From != geo.MustDate("2015-01-01") || q.To != geo.MustDate("2023-12-31") {
		t.Errorf("%v to %v", q.From, q.To)
	}
	if q := all["qpv-2024"]; q.From != geo.MustDate("2024-01-01") || !q.To.IsZero() {
		t.Errorf("%v to %v", q.From, q.To)
	}
}

// What a pack does not hold makes no layer.
func TestEmptyLayersAreLeftOut(t *testing.T) {
	for id := range made(t, Source{}) {
		if id == "sites" || id == "missions-locales" || id == "frr" {
			t.Errorf("%s holds nothing", id)
		}
	}
}
