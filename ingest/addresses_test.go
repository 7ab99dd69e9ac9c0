package ingest

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// realFile gives a file of the real data, or skips the test.
func realFile(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skip("données réelles absentes : " + name)
	}
	return path
}

// write makes a file of the test's own.
func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// allAddresses reads a whole base.
func allAddresses(t testing.TB, path string) ([]geo.Address, AddressReport) {
	t.Helper()
	var all []geo.Address
	report, err := Addresses(path, func(batch []geo.Address) error {
		all = append(all, batch...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, report
}

const banHeader = "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;source_nom_voie;certification_commune;cad_parcelles\n"

func TestAddresses(t *testing.T) {
	lille := geo.Address{Postcode: "59000", CityCode: "59350", City: "Lille"}
	for _, c := range []struct {
		name, text string
		format     AddressFormat
		want       []geo.Address
	}{
		{"BAN", banHeader +
			"59350_1234_00012_bis;59350_1234;12;bis;Rue de Lille;59000;59350;Lille;59355;Lomme;;;3.012345;50.6;entrée;Chemin vert;Les Prés;LILLE;RUE DE LILLE;commune;commune;1;\n" +
			"59350_1234;59350_1234;;;Rue de Lille;59000;59350;Lille;;;;;;;;;;;;;;;\n", BANCSV,
			[]geo.Address{
				{ID: "59350_1234_00012_bis", StreetID: "59350_1234", Number: 12, Suffix: "bis", Street: "Rue de Lille", Place: "Les Prés", Alias: "Chemin vert",
					OldCityCode: "59355", OldCity: "Lomme", PositionType: geo.PositionEntrance, Lon: 3.012345, Lat: 50.6},
				{ID: "59350_1234", StreetID: "59350_1234", Street: "Rue de Lille", Kind: geo.KindStreet, Lon: math.NaN(), Lat: math.NaN()},
			}},
		{"BAN avec identifiants", strings.TrimSuffix(banHeader, "\n") + ";id_ban_adresse;id_ban_toponyme;id_ban_commune\n" +
			"59350_w4ld4h_00012;;12;;Rue de Lille;59000;59350;Lille;;;;;3.012345;50.6;entrée;;;LILLE;RUE DE LILLE;commune;commune;1;;0246e48c-9b7e-4a7e-b6d1-8f3e2a3c1d10;1ab2c3d4-9b7e-4a7e-b6d1-8f3e2a3c1d10;\n", BANCSV,
			[]geo.Address{{ID: "59350_w4ld4h_00012", StreetID: "59350_w4ld4h", Number: 12, Street: "Rue de Lille", PositionType: geo.PositionEntrance, Lon: 3.012345, Lat: 50.6,
				BANID: "0246e48c-9b7e-4a7e-b6d1-8f3e2a3c1d10", StreetBANID: "1ab2c3d4-9b7e-4a7e-b6d1-8f3e2a3c1d10"}}},
		{"lieux-dits", "id;nom_lieu_dit;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;x;y;lon;lat;source_position;source_nom_voie\n" +
			"59350_ld0;Le Moulin;59000;59350;Lille;;;;;3.1;50.6;commune;commune\n", Hamlets,
			[]geo.Address{{ID: "59350_ld0", StreetID: "59350_ld0", Street: "Le Moulin", Kind: geo.KindLocality, Lon: 3.1, Lat: 50.6}}},
		{"addok", `{"id":"59350","type":"municipality","name":"Lille","postcode":["59000","59800"],"citycode":"59350","lon":3,"lat":50,"city":"Lille"}
{"id":"59350_1","type":"street","name":["Rue de Lille","Chemin vert"],"postcode":["59000","59800"],"citycode":["59350","59355"],"city":["Lille","Lomme"],"oldcitycode":null,"oldcity":null,"lon":3,"lat":50,"housenumbers":{"12bis":{"lon":3.2,"lat":50.2},"9":{"id":"x9","lon":3.1,"lat":50.1}}}
{"id":"59350_2","type":"locality","name":"Le Moulin","postcode":null,"citycode":"59350","city":"Lille","lon":null,"lat":null}
{"id":"59350_3","type":"street","name":"Rue Zéro","postcode":"59000","citycode":"59350","city":"Lille","lon":3.5,"lat":50.5,"housenumbers":{"0":{"lon":3.51,"lat":50.5},"99999":{"lon":3.52,"lat":50.5}}}
{"id":"59350_4","type":"street","name":"Rue Une","postcode":"59000","citycode":"59350","city":"Lille","lon":3.6,"lat":50.6,"housenumbers":{"0":{"lon":3.61,"lat":50.6},"1":{"lon":3.62,"lat":50.6}}}
`, Addok, []geo.Address{
			{ID: "x9", StreetID: "59350_1", Number: 9, Street: "Rue de Lille", Alias: "Chemin vert", OldCityCode: "59355", OldCity: "Lomme", Lon: 3.1, Lat: 50.1},
			{ID: "59350_1_00012_bis", StreetID: "59350_1", Number: 12, Suffix: "bis", Street: "Rue de Lille", Alias: "Chemin vert", OldCityCode: "59355", OldCity: "Lomme", Lon: 3.2, Lat: 50.2},
			{ID: "59350_2", StreetID: "59350_2", Street: "Le Moulin", Kind: geo.KindLocality, Postcode: "-", Lon: math.NaN(), Lat: math.NaN()},
			{ID: "59350_3", StreetID: "59350_3", Street: "Rue Zéro", Kind: geo.KindStreet, Lon: 3.5, Lat: 50.5}, // no number but 0 and 99999
			{ID: "59350_4_00001", StreetID: "59350_4", Number: 1, Street: "Rue Une", Lon: 3.62, Lat: 50.6},
		}},
		{"BAL", "\ufeffuid_adresse;cle_interop;commune_insee;commune_nom;commune_deleguee_insee;commune_deleguee_nom;voie_nom;lieudit_complement_nom;numero;suffixe;position;x;y;long;lat;cad_parcelles;source;date_der_maj;certification_commune;;\r\n" +
			";59350_0001_00001;59350;Lille;59355;Lomme;Rue Haute;\"\"\" Le Bois \"\"\";1;;parcelle;;;3.1;50.1;;;;1;;\r\n" +
			";59350_0001_00001;59350;Lille;59355;Lomme;Rue Haute;;1;;entrée;;;3.2;50.2;;;;1;;\r\n" +
			";59350_xxxx_00002;59350;Lille;;;Rue Basse;;2;bis A;;;;3.3;50.3;;;;1;;\r\n" +
			";59350_0002_99999;59350;Lille;;;Le Moulin;;99999;;;;;3.4;50.4;;;;1;;\r\n" +
			";59350_0003_99999;59350;Lille;;;Chemin Vert;;99999;;;;;3.5;50.5;;;;1;;\r\n", BAL,
			[]geo.Address{
				{ID: "59350_0001_00001", StreetID: "59350_0001", Number: 1, Street: "Rue Haute", OldCityCode: "59355", OldCity: "Lomme", PositionType: geo.PositionEntrance, Lon: 3.2, Lat: 50.2, Postcode: "-"},
				{ID: "59350_xxxx_00002", StreetID: "59350_rue basse", Number: 2, Suffix: "bisa", Street: "Rue Basse", Lon: 3.3, Lat: 50.3, Postcode: "-"},
				{ID: "59350_0002_99999", StreetID: "59350_0002", Street: "Le Moulin", Kind: geo.KindLocality, Lon: 3.4, Lat: 50.4, Postcode: "-"},
				{ID: "59350_0003_99999", StreetID: "59350_0003", Street: "Chemin Vert", Kind: geo.KindStreet, Lon: 3.5, Lat: 50.5, Postcode: "-"},
			}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, report := allAddresses(t, write(t, "base", c.text))
			for i := range c.want {
				c.want[i].CityCode, c.want[i].City = lille.CityCode, lille.City
				if c.want[i].Postcode == "" {
					c.want[i].Postcode = lille.Postcode
				}
				c.want[i].Postcode = strings.Trim(c.want[i].Postcode, "-")
			}
			if d := cmp.Diff(c.want, got, cmpopts.EquateNaNs()); d != "" {
				t.Error(d)
			}
			if report.Format != c.format || report.Rejected != 0 {
				t.Errorf("%+v", report)
			}
			if d := cmp.Diff([]string{"59"}, report.Departements); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAddressesRefuses(t *testing.T) {
	row := "59350_1234_00012;59350_1234;12;;Rue de Lille;59000;59350;Lille;;;;;3.0;50.6;;;;;;;;;\n"
	for name, c := range map[string]struct{ text, want string }{
		"vide":              {"", " : ce fichier n’est pas du format attendu ; attendu : une base d’adresses : BAN en CSV ou addok, lieux-dits ou BAL ; vu : un fichier vide"},
		"HTML":              {"<!DOCTYPE html><p>404", " : ce fichier n’est pas du format attendu ; attendu : une base d’adresses : BAN en CSV ou addok, lieux-dits ou BAL ; vu : une page HTML"},
		"autres colonnes":   {"a;b\n1;2\n", ", ligne 1 : ces colonnes ne sont celles d’aucune base d’adresses ; attendu : BAN (id, numero, rep, nom_voie, code_postal, code_insee, nom_commune, lon, lat), lieux-dits (nom_lieu_dit…) ou BAL (cle_interop, voie_nom ou toponyme…) ; vu : a, b"},
		"titres de 2016":    {"id;nom_voie;id_fantoir;numero;rep;code_insee;code_post;lon;lat;nom_commune\n", ", ligne 1 : fichier BAN d’un autre format : il manque la colonne code_postal ; attendu : id, numero, rep, nom_voie, code_postal, code_insee, nom_commune, lon, lat ; vu : id, nom_voie, id_fantoir, numero, rep, code_insee, code_post, lon, lat, nom_commune"},
		"longitude":         {banHeader + strings.Replace(row, "3.0", "trois", 1), ", ligne 2, colonne lon ; attendu : une longitude en degrés ; vu : « trois »"},
		"numéro":            {banHeader + strings.Replace(row, ";12;", ";douze;", 1), ", ligne 2, colonne numero ; attendu : un nombre de 0 à 99999 ; vu : « douze »"},
		"ligne coupée":      {banHeader + row + "59350_1234_00013;59350_1234;13;;Rue", ", ligne 3 : ligne mal découpée ; attendu : 23 cellules ; vu : 5"},
		"titres seuls":      {banHeader, " : aucune adresse dans ce fichier"},
		"JSON sans lignes":  {"{\n\"type\": \"x\"\n}\n", ", ligne 1 : ligne qui n’est pas un objet JSON entier ; attendu : un objet JSON par ligne (NDJSON) ; vu : « { »"},
		"addok sans nom":    {`{"id":"1","type":"street","citycode":"59350"}` + "\n", ", ligne 1, colonne name ; attendu : un nom de voie ou de lieu-dit ; vu : rien"},
		"plusieurs lignes":  {banHeader + strings.Repeat(strings.Replace(row, "3.0", "trois", 1), 3), ", ligne 2, colonne lon : 3 lignes fautives dont celle-ci ; attendu : une longitude en degrés ; vu : « trois »"},
		"code INSEE absent": {banHeader + strings.Replace(row, ";59350;Lille", ";;Lille", 1), ", ligne 2, colonne code_insee ; attendu : un code INSEE de cinq caractères ; vu : «  »"},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, "base.csv", c.text)
			_, err := Addresses(path, func([]geo.Address) error { return nil })
			if err == nil {
				t.Fatal("accepted")
			}
			if got := strings.TrimPrefix(err.Error(), path); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if fault.KindOf(err) != fault.Input {
				t.Error(fault.KindOf(err))
			}
		})
	}
}

// Without degrees the projected coordinates serve.
func TestAddressesProjected(t *testing.T) {
	got, _ := allAddresses(t, write(t, "b.csv", banHeader+"59001_0001_00001;59001_0001;1;;Grande Rue;59268;59001;Abancourt;;;715019.85;7015246.92;;;entrée;;;;;;;;\n"))
	if a := got[0]; math.Abs(a.Lon-3.210270) > 1e-6 || math.Abs(a.Lat-50.235042) > 1e-6 {
		t.Error(a.Lon, a.Lat)
	}
}

// One wrong line in many is counted and shown, not fatal.
func TestAddressesRejectsALine(t *testing.T) {
	row := "59350_1234_00012;59350_1234;12;;Rue de Lille;59000;59350;Lille;;;;;3.0;50.6;;;;;;;;;\n"
	_, r := allAddresses(t, write(t, "b.csv", banHeader+strings.Repeat(row, 200)+strings.Replace(row, "3.0", "333", 1)))
	if r.Numbers != 200 || r.Rejected != 1 || len(r.Faults) != 1 {
		t.Errorf("%+v", r)
	}
}

func TestAddressesStopsOnYield(t *testing.T) {
	stop := errors.New("assez")
	_, err := Addresses(write(t, "b.csv", banHeader+"59350_1_00012;;12;;Rue;59000;59350;Lille;;;;;3.0;50.6;;;;;;;;;\n"), func([]geo.Address) error { return stop })
	if !errors.Is(err, stop) {
		t.Error(err)
	}
}

func TestRealAddresses(t *testing.T) {
	for _, c := range []struct {
		file string
		want AddressReport
	}{
		{"ban-samples/adresses-addok-988.ndjson.gz", AddressReport{Format: Addok, Numbers: 40874, Departements: []string{"988"}}},
		{"ban-samples/bal-35047-bruz.csv.gz", AddressReport{Format: BAL, Departements: []string{"35"}}},
		{"ban-samples/bal-71346.csv", AddressReport{Format: BAL, Departements: []string{"71"}}},
		{"ban-samples/bal-exemple-1.4.csv", AddressReport{Format: BAL, Departements: []string{"35"}}},
	} {
		t.Run(c.file, func(t *testing.T) {
			_, got := allAddresses(t, realFile(t, c.file))
			t.Logf("%+v", got)
			if got.Rejected != 0 || got.NoPoint != 0 || got.Format != c.want.Format {
				t.Errorf("%+v", got)
			}
			if d := cmp.Diff(c.want.Departements, got.Departements); d != "" {
				t.Error(d)
			}
			if c.want.Numbers > 0 && got.Numbers != c.want.Numbers {
				t.Errorf("%d numbers, want %d", got.Numbers, c.want.Numbers)
			}
		})
	}
}

func TestRealBANOf2016(t *testing.T) {
	_, err := Addresses(realFile(t, "ban-samples/adresses-54-2016.csv.gz"), func([]geo.Address) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "il manque la colonne code_postal") {
		t.Error(err)
	}
}

func BenchmarkBAN(b *testing.B) {
	var text strings.Builder
	text.WriteString(banHeader)
	const n = 50000
	for i := range n {
		id := itoa(i / 20)
		text.WriteString("59350_" + id + "_" + itoa(i%20) + ";59350_" + id + ";" + itoa(1+i%20) + ";;Rue du Général Leclerc " + id + ";59000;59350;Lille;;;715019.85;7015246.92;3.210270;50.235042;entrée;;;LILLE;RUE DU GENERAL LECLERC;commune;commune;0;\n")
	}
	path := write(b, "ban.csv", text.String())
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		r, err := Addresses(path, func([]geo.Address) error { return nil })
		if err != nil || r.Numbers != n {
			b.Fatal(r, err)
		}
	}
	b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds(), "rows/s")
}

func itoa(i int) string {
	return string(rune('0'+i/10000%10)) + string(rune('0'+i/1000%10)) + string(rune('0'+i/100%10)) + string(rune('0'+i/10%10)) + string(rune('0'+i%10))
}
