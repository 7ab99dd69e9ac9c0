package geo_test

import (
	"fmt"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

// square is a polygon of w by h degrees.
func square(x, y, w, h float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}, {x, y}}}}
}

// world is a small territory: communes 59001 (with the former 59002), 59003 and
// 97101, side by side, and versions of the three zonings.
func world(t testing.TB) *geo.Zonings {
	t.Helper()
	communes, err := geo.NewCommunes([]geo.Commune{
		{Code: "59001", Name: "Aval", Departement: "59", Former: []geo.FormerCommune{{Code: "59002", Name: "Amont"}}},
		{Code: "59003", Name: "Bois", Departement: "59"},
		{Code: "59004", Name: "Camp", Departement: "59", Former: []geo.FormerCommune{{Code: "59005"}, {Code: "59006"}}},
		{Code: "97101", Name: "Île", Departement: "971"},
	}, []geo.Contour{
		{Code: "59001", Shape: square(3, 50, 0.1, 0.1)},
		{Code: "59003", Shape: square(3.1, 50, 0.1, 0.1)},
		{Code: "97101", Shape: square(-61, 16, 0.1, 0.1)},
	})
	if err != nil {
		t.Fatal(err)
	}
	version := func(z geo.Zoning, name, from, to, known string, complete ...string) geo.Version {
		v := geo.Version{Zoning: z, Name: name, ValidFrom: geo.MustDate(from), KnownFrom: geo.MustDate(known), CompleteFor: complete}
		if to != "" {
			v.ValidTo = geo.MustDate(to)
		}
		return v
	}
	zone := func(code string, shape orb.MultiPolygon, communes ...string) geo.Zone {
		return geo.Zone{ZoneRef: geo.ZoneRef{Code: code, Name: "Zone " + code}, Shape: shape, Communes: communes}
	}
	z, err := geo.NewZonings(communes, []geo.PolygonVersion{
		{Version: version(geo.QPV, "2015", "2015-01-01", "2023-12-31", "2015-01-01", "59001", "971"), Zones: []geo.Zone{
			zone("QP059001", square(3.01, 50.01, 0.02, 0.02)), zone("QP971001", square(-60.99, 16.01, 0.01, 0.01)),
		}},
		{Version: version(geo.QPV, "2024", "2024-01-01", "", "2023-12-29", "*"), Zones: []geo.Zone{
			zone("QN05901M", square(3.01, 50.01, 0.03, 0.02), "59002"), // by its former code
			zone("QN05902N", square(3.03, 50.02, 0.03, 0.02), "59001"), // overlaps the first
			zone("QN05903N", square(3.0999, 50.05, 0.0002, 0.01), "59001"),
			zone("QN97101N", square(-60.95, 16.01, 0.01, 0.01), "97101"),
		}},
	}, []geo.ListVersion{
		{Version: version(geo.ZRR, "2021", "2017-07-01", "2024-06-30", "2021-03-12", "*"), Status: map[string]geo.ListStatus{
			"59001": geo.StatusYes, "59002": geo.StatusNo, "59003": geo.StatusPartial, "59005": geo.StatusYes, "59006": geo.StatusYes,
		}},
		{Version: version(geo.FRR, "2024-06", "2024-07-01", "", "2024-06-20", "*"), Status: map[string]geo.ListStatus{
			"59001": geo.StatusSocle, "59003": geo.StatusNo,
		}},
		{Version: version(geo.FRR, "2025-07", "2024-07-01", "", "2025-07-10", "*"), Status: map[string]geo.ListStatus{
			"59001": geo.StatusPlus, "59003": geo.StatusBeneficiary, "59004": geo.StatusPartBeneficiary, "97101": geo.StatusNo,
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func name(v *geo.Version) string {
	if v == nil {
		return "—"
	}
	return v.Name
}

func TestWhichVersionAnswers(t *testing.T) {
	z := world(t)
	island := orb.Point{-60.985, 16.015}
	for _, c := range []struct {
		name      string
		q         geo.Question
		on, known string
		want      string
	}{
		{"2015 to the last day", geo.Question{Commune: "59001"}, "2023-12-31", "2026-01-01", "2015"},
		{"2024 from the first day", geo.Question{Commune: "59001"}, "2024-01-01", "2026-01-01", "2024"},
		{"2024 not yet known", geo.Question{Commune: "59001"}, "2024-01-01", "2023-12-28", "—"},
		{"before any", geo.Question{Commune: "59001"}, "2014-12-31", "2026-01-01", "—"},
		{"2015 not complete for the commune", geo.Question{Commune: "59003"}, "2020-05-05", "2026-01-01", "—"},
		{"2015 for the former commune", geo.Question{Commune: "59002"}, "2020-05-05", "2026-01-01", "2015"},
		{"2015 by the point alone", geo.Question{HasPoint: true, Point: orb.Point{3.05, 50.05}}, "2020-05-05", "2026-01-01", "2015"},
		{"2015 by a point in another commune", geo.Question{HasPoint: true, Point: orb.Point{3.15, 50.05}}, "2020-05-05", "2026-01-01", "—"},
		{"overseas 2015 lasts a year more", geo.Question{Commune: "97101"}, "2024-12-31", "2026-01-01", "2015"},
		{"overseas 2024 starts in 2025", geo.Question{Commune: "97101"}, "2025-01-01", "2026-01-01", "2024"},
		{"overseas 2024 known at the end of 2024", geo.Question{Commune: "97101"}, "2025-01-01", "2024-12-27", "—"},
		{"overseas by the point alone", geo.Question{HasPoint: true, Point: island}, "2024-06-01", "2026-01-01", "2015"},
		{"overseas at sea, no commune", geo.Question{HasPoint: true, Point: orb.Point{-60, 15}}, "2024-06-01", "2026-01-01", "—"},
		{"complete for France, in the open sea", geo.Question{HasPoint: true, Point: orb.Point{-8.5, 47}}, "2025-05-05", "2026-01-01", "—"},
		{"on a pier, out of the contours by less than a kilometre", geo.Question{HasPoint: true, Point: orb.Point{2.99, 50.05}}, "2025-05-05", "2026-01-01", "2024"},
		{"further out, in a commune that is said", geo.Question{HasPoint: true, Point: orb.Point{-8.5, 47}, Commune: "59001"}, "2025-05-05", "2026-01-01", "2024"},
		{"a perimeter asked by name", geo.Question{Commune: "59001", Perimeter: "2015"}, "2026-01-01", "2026-01-01", "2015"},
		{"a perimeter not loaded", geo.Question{Commune: "59001", Perimeter: "1996"}, "2026-01-01", "2026-01-01", "—"},
		{"a perimeter asked where it is not complete", geo.Question{Commune: "59003", Perimeter: "2015"}, "2026-01-01", "2026-01-01", "—"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.q.On, c.q.Known = geo.MustDate(c.on), geo.MustDate(c.known)
			if got := name(z.At(c.q).QPV.Version); got != c.want {
				t.Errorf("version %s, want %s", got, c.want)
			}
		})
	}
}

func TestZonesOfAPoint(t *testing.T) {
	z := world(t)
	for _, c := range []struct {
		name     string
		at       orb.Point
		inside   string
		nearest  string
		distance float64 // to 1 m
		edge     bool
	}{
		{"in one zone", orb.Point{3.02, 50.02}, "[QN05901M]", "QN05901M", 716.7, false},
		{"in two zones that overlap, the deeper one counts", orb.Point{3.034, 50.0250}, "[QN05901M QN05902N]", "QN05901M", 429.9, false},
		{"on an edge", orb.Point{3.01, 50.02}, "[QN05901M]", "QN05901M", 0, true},
		{"on a vertex", orb.Point{3.01, 50.01}, "[QN05901M]", "QN05901M", 0, true},
		{"outside, within reach", orb.Point{3.009, 50.02}, "[]", "QN05901M", -71.6, false},
		{"outside, farther than 300 m", orb.Point{3.0, 50.02}, "[]", "QN05901M", -716, false},
		{"beyond reach", orb.Point{3.2, 50.1}, "[]", "", 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := z.At(geo.Question{Point: c.at, HasPoint: true, Commune: "59001", On: geo.MustDate("2025-05-05"), Known: geo.MustDate("2026-01-01")}).QPV
			codes := []string{}
			for _, r := range f.Inside {
				codes = append(codes, r.Code)
			}
			if got := fmt.Sprint(codes); got != c.inside {
				t.Errorf("inside %s, want %s", got, c.inside)
			}
			if f.Nearest.Code != c.nearest || f.HasDistance != (c.nearest != "") || f.OnEdge != c.edge {
				t.Errorf("%+v", f)
			}
			if d := f.Distance - c.distance; d > 1.5 || d < -1.5 {
				t.Errorf("distance %.1f, want %.1f", f.Distance, c.distance)
			}
		})
	}
}

func TestCommuneHasZone(t *testing.T) {
	z := world(t)
	for _, c := range []struct {
		name, commune, on string
		want              bool
	}{
		{"listed by the file under a former code", "59001", "2025-01-01", true},
		{"a sliver along the limit is none", "59003", "2025-01-01", false},
		{"no contour, all zones listed", "59004", "2025-01-01", false},
		{"by geometry, the file giving no codes", "59001", "2020-01-01", true},
		{"no contour, and no list to tell", "97102", "2020-01-01", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := z.At(geo.Question{Commune: c.commune, On: geo.MustDate(c.on), Known: geo.MustDate("2026-01-01")}).QPV
			if f.Version == nil || f.CommuneHasZone != c.want {
				t.Errorf("%+v", f)
			}
		})
	}
}

func TestListStatuses(t *testing.T) {
	z := world(t)
	for _, c := range []struct {
		name         string
		commune, old string
		on, known    string
		frr, zrr     geo.ListStatus
	}{
		{"last day of ZRR", "59001", "59002", "2024-06-30", "2026-01-01", "sans_objet", "non"},
		{"first day of FRR", "59001", "", "2024-07-01", "2026-01-01", "socle", "sans_objet"},
		{"FRR+ starts in 2025", "59001", "", "2025-01-01", "2026-01-01", "plus", "sans_objet"},
		{"FRR+ not yet known", "59001", "", "2025-01-01", "2025-07-09", "socle", "sans_objet"},
		{"FRR+ on its day of knowledge", "59001", "", "2025-01-01", "2025-07-10", "plus", "sans_objet"},
		{"no list known yet", "59001", "", "2024-07-01", "2024-06-19", "a_verifier", "sans_objet"},
		{"beneficiary to the end of 2027", "59003", "", "2027-12-31", "2028-06-01", "beneficiaire", "sans_objet"},
		{"beneficiary no more", "59003", "", "2028-01-01", "2028-06-01", "non", "sans_objet"},
		{"partly beneficiary", "59004", "", "2027-12-31", "2028-06-01", "partiel", "sans_objet"},
		{"partly beneficiary no more", "59004", "", "2028-01-01", "2028-06-01", "non", "sans_objet"},
		{"former communes that differ", "59001", "", "2020-01-01", "2026-01-01", "sans_objet", "partiel"},
		{"the former commune settles it", "59001", "59002", "2020-01-01", "2026-01-01", "sans_objet", "non"},
		{"a former code in place of the commune", "59002", "", "2020-01-01", "2026-01-01", "sans_objet", "non"},
		{"former communes that agree", "59004", "", "2020-01-01", "2026-01-01", "sans_objet", "oui"},
		{"partly in the list", "59003", "", "2020-01-01", "2026-01-01", "sans_objet", "partiel"},
		{"absent from a whole list", "59999", "", "2025-05-05", "2026-01-01", "a_verifier", "sans_objet"},
		{"no commune", "", "", "2025-05-05", "2026-01-01", "a_verifier", "sans_objet"},
		{"ZRR before any list", "59001", "", "2016-01-01", "2026-01-01", "sans_objet", "a_verifier"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := z.At(geo.Question{Commune: c.commune, OldCommune: c.old, On: geo.MustDate(c.on), Known: geo.MustDate(c.known)})
			if m.FRR.Status != c.frr || m.ZRR.Status != c.zrr {
				t.Errorf("FRR %s, ZRR %s; want %s, %s", m.FRR.Status, m.ZRR.Status, c.frr, c.zrr)
			}
		})
	}
}

func TestListOfClassedCommunesOnly(t *testing.T) {
	communes, _ := geo.NewCommunes([]geo.Commune{{Code: "59001"}}, nil)
	z, err := geo.NewZonings(communes, nil, []geo.ListVersion{{
		Version: geo.Version{Zoning: geo.ZRR, Name: "2018", ValidFrom: geo.MustDate("2018-01-01"), KnownFrom: geo.MustDate("2018-01-01"), CompleteFor: []string{"*"}},
		Status:  map[string]geo.ListStatus{"59003": geo.StatusYes},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if f := z.At(geo.Question{Commune: "59001", On: geo.MustDate("2020-01-01"), Known: geo.MustDate("2020-01-01")}).ZRR; f.Status != geo.StatusNo {
		t.Errorf("a commune out of a list of classed communes: %s", f.Status)
	}
}

func TestVersionsThatAreRefused(t *testing.T) {
	good := geo.Version{Zoning: geo.FRR, Name: "a", ValidFrom: geo.MustDate("2024-07-01"), KnownFrom: geo.MustDate("2024-07-01"), CompleteFor: []string{"*"}}
	without := func(f func(v *geo.Version)) geo.Version { v := good; f(&v); return v }
	for _, c := range []struct {
		name  string
		lists []geo.ListVersion
	}{
		{"twice", []geo.ListVersion{{Version: good}, {Version: good}}},
		{"undated", []geo.ListVersion{{Version: without(func(v *geo.Version) { v.ValidFrom = geo.Date{} })}}},
		{"no day of knowledge", []geo.ListVersion{{Version: without(func(v *geo.Version) { v.KnownFrom = geo.Date{} })}}},
		{"no territory", []geo.ListVersion{{Version: without(func(v *geo.Version) { v.CompleteFor = nil })}}},
		{"a code that is none", []geo.ListVersion{{Version: good, Status: map[string]geo.ListStatus{"1234": geo.StatusNo}}}},
		{"a status that is none", []geo.ListVersion{{Version: good, Status: map[string]geo.ListStatus{"59001": geo.StatusNone}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := geo.NewZonings(nil, nil, c.lists); err == nil {
				t.Error("accepted")
			} else {
				t.Log(err)
			}
		})
	}
}
