package geo_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

func realZonings(t testing.TB) *geo.Zonings {
	t.Helper()
	version := func(z geo.Zoning, name, from, to, known string) geo.Version {
		v := geo.Version{Zoning: z, Name: name, ValidFrom: geo.MustDate(from), KnownFrom: geo.MustDate(known), CompleteFor: []string{"*"}}
		if to != "" {
			v.ValidTo = geo.MustDate(to)
		}
		return v
	}
	qpv2015 := version(geo.QPV, "2015", "2015-01-01", "2023-12-31", "2014-12-31")
	qpv2015.CompleteFor = nil
	communes := realCommunes(t)
	for _, c := range communes.All() {
		if c.EPCI == "200093201" { // the Lille metropole
			qpv2015.CompleteFor = append(qpv2015.CompleteFor, c.Code)
		}
	}
	qpv2024 := version(geo.QPV, "2024", "2024-01-01", "", "2023-12-29")
	qpv2024.Precision = 6.6
	z, err := geo.NewZonings(communes,
		[]geo.PolygonVersion{
			{Version: qpv2015, Zones: realZones(t, "qpv/qpv2015-mel.geojson.gz")},
			{Version: qpv2024, Zones: realZones(t, "qpv/qpv2024-france.geojson.gz")},
		},
		[]geo.ListVersion{
			{Version: version(geo.FRR, "2025-07", "2024-07-01", "", "2025-07-10"), Status: realList(t, "zonages/frr-2025-07-10.csv.gz", 3, map[string]geo.ListStatus{
				"Non classée": geo.StatusNo, "FRR socle": geo.StatusSocle, "FRR+": geo.StatusPlus, "FRR bénéficiaire": geo.StatusBeneficiary,
				"Classée FRR partiellement": geo.StatusPartial, "FRR bénéficiaire partiellement": geo.StatusPartBeneficiary,
			})},
			{Version: version(geo.ZRR, "2021", "2017-07-01", "2024-06-30", "2021-03-12"), Status: realList(t, "zonages/zrr-2021.csv.gz", 1, map[string]geo.ListStatus{
				"C - Classée en ZRR": geo.StatusYes, "NC - Commune non classée": geo.StatusNo, "P - Commune partiellement classée en ZRR": geo.StatusPartial,
			})},
		})
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// The facts of the field that the official files must give back.
func TestOfficialFiles(t *testing.T) {
	z := realZonings(t)
	c := z.Communes()

	t.Run("former communes", func(t *testing.T) {
		for old, now := range map[string]string{"59355": "59350", "59540": "59183", "59298": "59350"} {
			if got, former, ok := c.Resolve(old); !ok || got != now || former != old {
				t.Errorf("%s resolves to %s (%s, %v), want %s", old, got, former, ok, now)
			}
		}
		// 59650 is Wattrelos, whose code is also a postcode of Villeneuve-d'Ascq.
		if got, former, ok := c.Resolve("59650"); !ok || got != "59650" || former != "" {
			t.Errorf("59650 resolves to %s (%s, %v)", got, former, ok)
		}
	})

	t.Run("contours", func(t *testing.T) {
		town := orb.Point{3.0633, 50.6372} // Grand'Place of Lille
		if code, ok := c.At(town); !ok || code != "59350" {
			t.Errorf("Lille is in %s (%v)", code, ok)
		}
		if d, known := c.MetresOutside("59183", town); !known || d < 60e3 || d > 75e3 {
			t.Errorf("Lille is %.0f m out of Dunkerque (%v)", d, known)
		}
		if in, known := c.Contains("75056", town); in || known {
			t.Error("Paris has no contour here")
		}
	})

	ask := func(commune string, p orb.Point, on string) geo.Memberships {
		return z.At(geo.Question{Commune: commune, Point: p, HasPoint: p != orb.Point{}, On: geo.MustDate(on), Known: geo.MustDate("2026-06-01")})
	}
	t.Run("perimeters in 2023", func(t *testing.T) {
		if f := ask("59183", orb.Point{2.377, 51.035}, "2023-06-01").QPV; f.Version != nil {
			t.Errorf("Dunkerque in 2023 is answered by %s", f.Version.Name)
		}
		if f := ask("59512", orb.Point{3.1745, 50.69}, "2023-06-01").QPV; name(f.Version) != "2015" || !f.CommuneHasZone {
			t.Errorf("Roubaix in 2023: %+v", f)
		}
	})

	t.Run("a zone of four communes", func(t *testing.T) {
		zones, index, _ := z.Polygons(geo.QPV, "2024")
		for i, zone := range zones {
			if zone.Code != "QN05980M" {
				continue
			}
			if got := strings.Join(zone.Communes, " "); got != "59163 59512 59599 59650" {
				t.Errorf("communes %s", got)
			}
			if a := geo.Area(index.Shape(i)); a < 7e6 || a > 9e6 {
				t.Errorf("area %.0f m²", a)
			}
		}
	})

	t.Run("statuses of rural communes", func(t *testing.T) {
		count := map[geo.ListStatus]int{}
		for _, commune := range c.All() {
			count[ask(commune.Code, orb.Point{}, "2026-01-01").FRR.Status]++
		}
		if count["socle"] != 1269 || count["plus"] != 323 || count["beneficiaire"] != 34 {
			t.Errorf("%v", count)
		}
		if s := ask("02153", orb.Point{}, "2023-01-01").ZRR.Status; s != geo.StatusPartial {
			t.Errorf("Cessières-Suzy in ZRR: %s", s)
		}
	})

	t.Run("communes with a zone", func(t *testing.T) {
		listed := map[string]bool{}
		zones, _, _ := z.Polygons(geo.QPV, "2024")
		for _, zone := range zones {
			for _, code := range zone.Communes {
				now, _, _ := c.Resolve(code)
				listed[now] = true
			}
		}
		var more []string
		for _, code := range z.CommunesWithZone(geo.QPV, "2024") {
			if !listed[code] {
				more = append(more, code)
			}
		}
		// Territories 20 m thick and more that the file's list leaves out.
		if got := fmt.Sprint(more); got != "[59329 59459 59603]" {
			t.Errorf("by geometry alone: %s", got)
		}
		if got := len(z.CommunesWithZone(geo.QPV, "2015")); got < 18 || got > 30 {
			t.Errorf("%d communes have a zone in 2015", got)
		}
	})

	t.Run("written and opened", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "zones")
		if err := z.WriteFile(path); err != nil {
			t.Fatal(err)
		}
		o, err := geo.OpenZonings(path)
		if err != nil {
			t.Fatal(err)
		}
		defer o.Close()
		if err := o.Verify(); err != nil {
			t.Fatal(err)
		}
		n := 0
		zones, index, _ := z.Polygons(geo.QPV, "2024")
		for i := range zones {
			b := index.Bound(i)
			for _, p := range []orb.Point{b.Min, b.Center(), index.Shape(i)[0][0][0]} {
				q := geo.Question{Point: p, HasPoint: true, On: geo.MustDate("2025-02-03"), Known: geo.MustDate("2026-06-01")}
				if got, want := fmt.Sprintf("%+v", facts(o.At(q))), fmt.Sprintf("%+v", facts(z.At(q))); got != want {
					t.Fatalf("%v: %s, want %s", p, got, want)
				}
				n++
			}
		}
		if n == 0 {
			t.Fatal("nothing compared")
		}
	})
}

// facts strips the addresses of versions, so that answers can be compared.
func facts(m geo.Memberships) any {
	q := m.QPV
	q.Version = nil
	return []any{q, name(m.QPV.Version), m.FRR.Status, m.ZRR.Status, name(m.FRR.Version), name(m.ZRR.Version)}
}
