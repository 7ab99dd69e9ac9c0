package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"perimetre/geo"
)

func TestGenerationsOfBAL(t *testing.T) {
	want := geo.Address{StreetID: "31591_0012", Number: 9, Suffix: "bis", Street: "Rue des 3 Places", CityCode: "31591", Lon: 1.028392, Lat: 43.111637, PositionType: geo.PositionEntrance}
	for _, c := range []struct{ name, text, id, street string }{
		{"1.4", "cle_interop;commune_insee;voie_nom;numero;suffixe;commune_nom;position;long;lat\n31591_0012_00009_bis;31591;Rue des 3 Places;9;bis;Escoulis;entrée;1.028392;43.111637\n", "31591_0012_00009_bis", "31591_0012"},
		{"1.5", "cle_interop;commune_insee;toponyme;numero;suffixe;commune_nom;position;long;lat\n31591_0012_00009_bis;31591;Rue des 3 Places;9;bis;Escoulis;entrée;1.028392;43.111637\n", "31591_0012_00009_bis", "31591_0012"},
		{"1.5 sans clé", "id_ban_commune;id_ban_toponyme;id_ban_adresse;commune_insee;toponyme;numero;suffixe;position;long;lat\nc;t;a;31591;Rue des 3 Places;9;bis;entrée;1.028392;43.111637\n", "a", "t"},
		{"1.5 sans clé ni identifiants", "commune_insee;toponyme;numero;suffixe;position;long;lat\n31591;Rue des 3 Places;9;bis;entrée;1.028392;43.111637\n", "", "31591_rue des 3 places"},
		{"sans commune_insee", "cle_interop;toponyme;numero;suffixe;position;long;lat\n31591_0012_00009_bis;Rue des 3 Places;9;bis;entrée;1.028392;43.111637\n", "31591_0012_00009_bis", "31591_0012"},
		{"commune_insee vide", "cle_interop;commune_insee;voie_nom;numero;suffixe;position;long;lat\n31591_0012_00009_bis;;Rue des 3 Places;9;bis;entrée;1.028392;43.111637\n", "31591_0012_00009_bis", "31591_0012"},
		{"titres de dix lettres", "cle_intero;uid_adress;voie_nom;numero;suffixe;commune_no;commune_in;position;x_l93;y_l93;long_wgs84;lat_wgs84;source;date_der_m\n31591_0012_00009_bis;;Rue des 3 Places;9;bis;Escoulis;31591;Entrée;1;2;1.028392;43.111637;Mairie;2013.01.26\n", "31591_0012_00009_bis", "31591_0012"},
		{"mètres seuls", "cle_interop;toponyme;numero;suffixe;position;x;y\n31591_0012_00009_bis;Rue des 3 Places;9;bis;entrée;539416.13;6225601.11\n", "31591_0012_00009_bis", "31591_0012"},
		{"marque d’ordre des octets", "\ufeffcle_interop;commune_insee;toponyme;numero;suffixe;position;long;lat\n31591_0012_00009_bis;31591;Rue des 3 Places;9;bis;entrée;1.028392;43.111637\n", "31591_0012_00009_bis", "31591_0012"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, report := allAddresses(t, write(t, "bal.csv", c.text))
			w := want
			w.ID, w.StreetID = c.id, c.street
			if strings.Contains(c.text, "id_ban_adresse") {
				w.BANID, w.StreetBANID = c.id, c.street
			}
			if d := cmp.Diff([]geo.Address{w}, got, cmpopts.EquateApprox(0, 1e-5), cmpopts.IgnoreFields(geo.Address{}, "City")); d != "" || report.Format != BAL {
				t.Errorf("%s %s", report.Format, d)
			}
		})
	}
}

func TestBALRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"cle_interop;commune_insee;numero;long;lat\n":                "il manque la colonne toponyme",
		"toponyme;numero;long;lat\n":                                 "il manque la colonne commune_insee",
		"cle_interop;toponyme;numero\n":                              "il manque les colonnes long, lat",
		"voie_nom;voie_nom_bre;commune_insee;commune_nom\nRue;;1;\n": "il manque les colonnes numero",
	} {
		_, err := Addresses(write(t, "bal.csv", text), func([]geo.Address) error { return nil })
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestRealBALFixtures(t *testing.T) {
	for file, numbers := range map[string]int{"1.4-valid": 1, "1.5-valid": 1, "1.5-without-ban-ids": 1, "aliases": 1, "auto-detect-1.5": 1, "toponyme-replacing-voie_nom": 1} {
		got, report := allAddresses(t, realFile(t, "bal15/"+file+".csv"))
		if report.Numbers != numbers || len(got) != numbers || got[0].Lon != got[0].Lon || got[0].Street == "" || len(got[0].CityCode) != 5 {
			t.Errorf("%s: %+v %+v", file, report, got)
		}
	}
	for _, file := range []string{"locales", "without-voie_nom-nor-toponyme"} {
		if _, err := Addresses(realFile(t, "bal15/"+file+".csv"), func([]geo.Address) error { return nil }); err == nil {
			t.Error(file, "read")
		}
	}
}

// What is left out or has no number is counted, whatever the format.
func TestAddressesAreCounted(t *testing.T) {
	ban := banHeader +
		"59350_1_00000;;0;;Rue de Lille;59000;59350;Lille;;;;;3.01;50.6;;;;;;;;;\n" +
		"59350_2_99999;;99999;;Rue Verte;59000;59350;Lille;;;;;3.01;50.6;;;;;;;;;\n" +
		"59350_1_00003;;3;;Rue de Lille;59000;59350;Lille;;;;;;;;;;;;;;;\n" +
		"59350_1_00004;;4;;Rue de Lille;59000;59350;Lille;;;;;3.01;50.6;;;;;;;;;\n"
	_, r := allAddresses(t, write(t, "ban.csv", ban))
	if r.ZeroNumber != 1 || r.NoNumber != 1 || r.NoPoint != 1 || r.Numbers != 2 || r.Streets != 2 {
		t.Errorf("BAN: %+v", r)
	}
	bal := "cle_interop;toponyme;numero;suffixe;long;lat\n59350_1_00000;Rue;0;;3;50.6\n59350_2_99999;Rue B;99999;;3;50.6\n59350_1_00003;Rue;3;;;\n59350_1_00004;Rue;4;;3;50.6\n59350_1_00004;Rue;4;;3;50.6\n"
	if _, r = allAddresses(t, write(t, "bal.csv", bal)); r.ZeroNumber != 1 || r.NoNumber != 1 || r.NoPoint != 1 || r.Merged != 1 || r.Numbers != 2 {
		t.Errorf("BAL: %+v", r)
	}
	addok := `{"id":"59350_1","type":"street","name":"Rue","citycode":"59350","city":"Lille","lon":3,"lat":50.6,"housenumbers":{"0":{"lon":3,"lat":50.6},"99999":{"lon":3,"lat":50.6},"3":{"lon":null,"lat":null},"4":{"lon":3,"lat":50.6}}}`
	if _, r = allAddresses(t, write(t, "a.ndjson", addok)); r.ZeroNumber != 1 || r.NoNumber != 1 || r.NoPoint != 1 || r.Numbers != 2 || r.Rejected != 0 {
		t.Errorf("addok: %+v", r)
	}
}

func TestSwappedAxes(t *testing.T) {
	line := func(lon, lat string) string {
		return "59350_1_00004;;4;;Rue de Lille;59000;59350;Lille;;;;;" + lon + ";" + lat + ";;;;;;;;;\n"
	}
	for _, c := range []struct {
		name, text string
		refused    bool
	}{
		{"toutes", banHeader + line("50.6", "3.01") + line("50.6", "3.02"), true},
		{"la moitié", banHeader + line("50.6", "3.01") + line("3.02", "50.6"), false},
		{"aucune", banHeader + line("3.02", "50.6"), false},
		{"pays inventé", strings.ReplaceAll(banHeader+line("45.4", "-20"), "59350", "96001"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Addresses(write(t, "b.csv", c.text), func([]geo.Address) error { return nil })
			if (err != nil) != c.refused || err != nil && !strings.Contains(err.Error(), "coordonnées inversées") {
				t.Error(err)
			}
		})
	}
}
