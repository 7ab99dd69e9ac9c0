package ingest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// fuzzFile gives outside bytes as a file to a reader, which must answer with
// records or with a fault of the file, never panic.
func fuzzFile(f *testing.F, name string, read func(path string) error) {
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := read(path); err != nil && fault.KindOf(err) != fault.Input && fault.KindOf(err) != fault.TooLarge {
			t.Fatalf("%v: %v", fault.KindOf(err), err)
		}
	})
}

func FuzzAddresses(f *testing.F) {
	f.Add([]byte(banHeader + "59350_1234_00012;59350_1234;12;;Rue de Lille;59000;59350;Lille;;;;;3.0;50.6;;;;;;;;;\n"))
	f.Add([]byte("cle_interop;commune_insee;commune_nom;voie_nom;numero;suffixe;long;lat\n59350_1_1;59350;Lille;Rue;1;;3;50\n"))
	fuzzFile(f, "b.csv", func(path string) error {
		_, err := Addresses(path, func(batch []geo.Address) error {
			for _, a := range batch {
				if len(a.CityCode) != 5 || a.Street == "" || (a.Kind == geo.KindHouseNumber) != (a.Number > 0) || math.Abs(a.Lat) > 90 {
					panic(a)
				}
			}
			return nil
		})
		return err
	})
}

func FuzzAddok(f *testing.F) {
	f.Add([]byte(`{"id":"59350_1","type":"street","name":["Rue","Voie"],"postcode":null,"citycode":["59350"],"city":["Lille"],"lon":3,"lat":50,"housenumbers":{"12bis":{"lon":3.2,"lat":50.2},"9":{"id":"x"}}}` + "\n"))
	f.Add([]byte(`{"id":"1","type":"locality","name":"Moulin","citycode":"59350","city":"Lille","lon":null}`))
	fuzzFile(f, "b.ndjson", func(path string) error {
		_, err := Addresses(path, func([]geo.Address) error { return nil })
		return err
	})
}

// FuzzShapefile fuzzes the shapes and the table together.
func FuzzShapefile(f *testing.F) {
	for _, base := range []string{"zones", "zones_l93"} {
		shp, err := os.ReadFile("testdata/" + base + ".shp")
		if err != nil {
			f.Fatal(err)
		}
		dbf, err := os.ReadFile("testdata/" + base + ".dbf")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(shp, dbf)
	}
	f.Fuzz(func(t *testing.T, shp, dbf []byte) {
		dir := t.TempDir()
		os.WriteFile(filepath.Join(dir, "z.shp"), shp, 0o600)
		os.WriteFile(filepath.Join(dir, "z.dbf"), dbf, 0o600)
		_, err := eachFeature(filepath.Join(dir, "z.shp"), func(*feature) error { return nil })
		if err != nil && fault.KindOf(err) != fault.Input && fault.KindOf(err) != fault.TooLarge {
			t.Fatal(err)
		}
	})
}

// FuzzGeoJSON holds the reader of coordinates to encoding/json.
func FuzzGeoJSON(f *testing.F) {
	f.Add([]byte(`[[[3.1,50.1],[3.2,50.1],[3.2,50.2],[3.1,50.1]]]`))
	f.Add([]byte(`[ [[1e1 , -0.5,3]]	,[]]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var want [][][]json.Number
		if json.Unmarshal(data, &want) != nil || bytes.Contains(data, []byte("null")) || bytes.Contains(data, []byte(`"`)) {
			return // multiPolygon is given valid JSON; null and strings are no numbers
		}
		g := jsonGeometry{Type: "Polygon", Coordinates: data}
		got, err := g.multiPolygon()
		valid := true
		var rings orb.Polygon
		for _, r := range want {
			ring := orb.Ring{}
			for _, p := range r {
				valid = valid && len(p) >= 2
				var pt orb.Point
				for i, n := range p {
					v, err := strconv.ParseFloat(string(n), 64)
					valid = valid && err == nil
					if i < 2 {
						pt[i] = v
					}
				}
				ring = append(ring, pt)
			}
			rings = append(rings, ring)
		}
		if valid != (err == nil) {
			t.Fatalf("%s: %v, valid %v", data, err, valid)
		}
		if err == nil && len(rings) > 0 {
			if d := cmp.Diff(rings, got[0]); d != "" {
				t.Error(d)
			}
		}
	})
}

func FuzzGeoPackageShape(f *testing.F) {
	f.Add([]byte("GP\x00\x01\x00\x00\x00\x00\x01\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("GP\x00\x13\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) { gpkgShape(data) })
}

func FuzzZones(f *testing.F) {
	b, err := os.ReadFile("testdata/zones.geojson")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	fuzzFile(f, "z.geojson", func(path string) error { _, err := Zones(path, nil); return err })
}

func FuzzCommunes(f *testing.F) {
	f.Add([]byte("code_insee;nom;population;codes_postaux;anciens_codes\n59350;Lille;3;59000;59355\n"))
	f.Add([]byte(`[{"code":"59350","nom":"Lille","codesPostaux":["59000"]}]`))
	f.Add([]byte("TYPECOM,COM,DEP,LIBELLE,COMPARENT\nCOM,59350,59,Lille,\n"))
	fuzzFile(f, "c.csv", func(path string) error { _, err := Communes(path); return err })
}

func FuzzCommuneList(f *testing.F) {
	f.Add([]byte("CODGEO;ZRR_SIMP\n02001;C - Classée en ZRR\n"))
	fuzzFile(f, "l.csv", func(path string) error { _, err := CommuneList(path); return err })
}

func FuzzSites(f *testing.F) {
	f.Add([]byte("nom;lon;lat;horaires\nA;3;50;mardi\n"))
	f.Add([]byte(`[{"nom":"A","adresse":"[{\"numero_voie\":\"1\",\"longitude\":\"3\"}]","pivot":"[]"}]`))
	fuzzFile(f, "s.csv", func(path string) error { _, _, err := Sites(path); return err })
}

func FuzzMovements(f *testing.F) {
	f.Add([]byte("MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,NCCENR_AP,LIBELLE_AP\n32,2024-01-01,COM,59355,0,LOMME,Lomme,Lomme,COM,59350,0,LILLE,Lille,Lille\n"))
	fuzzFile(f, "m.csv", func(path string) error {
		list, err := Movements(path)
		AddFormer([]geo.Commune{{Code: "59350"}}, list)
		return err
	})
}

func FuzzPopulation(f *testing.F) {
	f.Add([]byte("code_ml;code_insee;code_qpv;jeunes;source;annee\n1;59350;;1200;INSEE;2021\n1;59350;QN05901M;300;INSEE;2021\n"))
	f.Add([]byte("code_ml;jeunes;jeunes_qpv\n1;1200;s\n"))
	f.Add([]byte("COM;P21_POP1529;P21_POP1517\n59350;1.5;0\n"))
	fuzzFile(f, "p.csv", func(path string) error { _, err := Population(path); return err })
}

// The lists of Missions Locales, of their communes and of their names have one target.
func FuzzUnits(f *testing.F) {
	f.Add([]byte("code_ml;nom_ml;adresse;code_postal;ville;lon;lat\n59350;Lille;1 rue;59000;Lille;3,06;50,6\n"))
	f.Add([]byte("code_ml;code_insee\n59350;59350\n"))
	f.Add([]byte("code;nom_usuel\n59350;ML de Lille\n"))
	fuzzFile(f, "u.csv", func(path string) error {
		var fatal error
		for _, read := range []func() error{
			func() error { _, err := MissionsLocales(path); return err },
			func() error { _, err := Territories(path); return err },
			func() error { _, err := UsualNames(path); return err },
		} {
			if err := read(); err != nil && fault.KindOf(err) != fault.Input {
				fatal = err
			}
		}
		return fatal
	})
}

// What a study of access is given: people, what sites offer, travel times.
func FuzzStudyTables(f *testing.F) {
	f.Add([]byte("id;lon;lat;jeunes\na;3;50;12\n"))
	f.Add([]byte("id;site;places;ouverture\na;Lille;3;lundi matin\n"))
	f.Add([]byte("id;demi-journées\na;3,5\n"))
	f.Add([]byte("origine;destination;minutes\na;b;12\n"))
	fuzzFile(f, "t.csv", func(path string) error {
		var fatal error
		for _, read := range []func() error{
			func() error { _, err := Demand(path); return err },
			func() error { _, err := DemandByCode(path); return err },
			func() error { _, err := Supply(path); return err },
			func() error { return TravelTimes(path, func(string, string, float64) error { return nil }) },
		} {
			if err := read(); err != nil && fault.KindOf(err) != fault.Input {
				fatal = err
			}
		}
		return fatal
	})
}

func FuzzContours(f *testing.F) {
	f.Add([]byte(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"59350"},"geometry":{"type":"Polygon","coordinates":[[[3,50],[3.1,50],[3.1,50.1],[3,50]]]}}]}`))
	f.Add([]byte(`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:2154"}},"features":[{"type":"Feature","properties":{"INSEE_COM":"59350"},"geometry":{"type":"MultiPolygon","coordinates":[[[[700000,7050000],[701000,7050000],[701000,7051000],[700000,7050000]]]]}}]}`))
	fuzzFile(f, "c.geojson", func(path string) error {
		_, err := Contours(path, func(geo.Contour) error { return nil })
		return err
	})
}

// A GeoPackage is a SQLite file that somebody else wrote.
func FuzzGeoPackage(f *testing.F) {
	file, err := os.Open("testdata/zones.gpkg.gz")
	if err != nil {
		f.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		f.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:4096])
	fuzzFile(f, "z.gpkg", func(path string) error {
		_, err := eachFeature(path, func(*feature) error { return nil })
		return err
	})
}

// The fast reading of decimals equals strconv's.
func FuzzDecimal(f *testing.F) {
	for _, s := range []string{"3.210270", "-0.5", "48.02828204392352", "1e3", ".5", "5.", "-", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := decimal(s)
		want, err := strconv.ParseFloat(s, 64)
		if valid := err == nil && !math.IsInf(want, 0) && want == want; ok != valid || ok && got != want {
			t.Errorf("%q: %v %v, want %v %v", s, got, ok, want, err)
		}
	})
}
