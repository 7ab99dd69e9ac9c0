package ingest

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"perimetre/geo"
)

func TestCommunes(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name, text string
		want       []geo.Commune
	}{
		{"CSV", "code_insee;nom;departement;population;codes_postaux;epci;nom_epci;anciens_codes\n" +
			"59350;Lille;59;236 710;59000,59160,59800;200093201;MEL;59298,59355\n2001;Abbécourt;02;518;2300;;;\n",
			[]geo.Commune{
				{Code: "02001", Name: "Abbécourt", Departement: "02", Population: 518, Postcodes: []string{"02300"}, Lon: nan, Lat: nan},
				{Code: "59350", Name: "Lille", Departement: "59", Population: 236710, Postcodes: []string{"59000", "59160", "59800"}, EPCI: "200093201", EPCIName: "MEL",
					Former: []geo.FormerCommune{{Code: "59298"}, {Code: "59355"}}, Lon: nan, Lat: nan},
			}},
		{"COG", "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT\n" +
			"COM,59350,32,59,,,0,LILLE,Lille,Lille,,\nCOMA,59355,32,59,,,0,LOMME,Lomme,Lomme,,59350\nCOMD,59350,32,59,,,0,LILLE,Lille,Lille,,59350\n",
			[]geo.Commune{{Code: "59350", Name: "Lille", Departement: "59", Former: []geo.FormerCommune{{Code: "59355", Name: "Lomme"}}, Lon: nan, Lat: nan}}},
		{"geo.api.gouv.fr", `[{"code":"59350","nom":"Lille","codesPostaux":["59000","59800"],"population":236710,"codeEpci":"200093201","codeDepartement":"59","anciensCodes":["59355"],"centre":{"type":"Point","coordinates":[3.04,50.63]}}]`,
			[]geo.Commune{{Code: "59350", Name: "Lille", Departement: "59", Population: 236710, Postcodes: []string{"59000", "59800"}, EPCI: "200093201", Former: []geo.FormerCommune{{Code: "59355"}}, Lon: 3.04, Lat: 50.63}}},
		{"decoupage-administratif", `[{"code":"59350","nom":"Lille","type":"commune-actuelle","departement":"59","epci":"200093201"},{"code":"59355","nom":"Lomme","type":"commune-associee","chefLieu":"59350"}]`,
			[]geo.Commune{{Code: "59350", Name: "Lille", Departement: "59", EPCI: "200093201", Former: []geo.FormerCommune{{Code: "59355", Name: "Lomme"}}, Lon: nan, Lat: nan}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Communes(write(t, "c", c.text))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestCommunesRefuses(t *testing.T) {
	header := "code_insee;nom;population\n"
	for name, c := range map[string]struct{ text, want string }{
		"autres colonnes": {"a;b\n1;2\n", ", ligne 1 : ces colonnes ne sont celles d’aucune table de communes ; attendu : code_insee, nom, departement, population, codes_postaux, epci, nom_epci, anciens_codes ; ou COG : TYPECOM, COM, LIBELLE, COMPARENT ; vu : a, b"},
		"code":            {header + "Lille;59350;3\n", ", ligne 2, colonne code ; attendu : un code INSEE de cinq caractères ; vu : « Lille »"},
		"population":      {header + "59350;Lille;beaucoup\n", ", ligne 2, colonne population ; attendu : un nombre d’habitants ; vu : « beaucoup »"},
		"deux fois":       {header + "59350;Lille;3\n59350;Lille;3\n", ", ligne 3, colonne code : la commune 59350 est déjà dans la table"},
		"vide":            {header, " : aucune commune dans ce fichier"},
		"JSON tronqué":    {`[{"code":"59350","nom":"Lille"},{"co`, " : fichier tronqué ou endommagé : à télécharger de nouveau"},
		"JSON étranger":   {`[{"code":59350}]`, " : commune n° 1 illisible ; attendu : code, nom, codesPostaux, population, codeEpci, codeDepartement ; vu : « {\"code\":59350} »"},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, "c.csv", c.text)
			_, err := Communes(path)
			if err == nil {
				t.Fatal("accepted")
			}
			if got := strings.TrimPrefix(err.Error(), path); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestMovements(t *testing.T) {
	movements, err := Movements(write(t, "v_mvt_commune.csv", `MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,NCCENR_AP,LIBELLE_AP
32,2017-01-01,COM,59002,0,B,B,Bourg,COM,59003,0,C,C,Centre
32,1972-01-01,COM,59001,0,A,A,Ancienne,COM,59002,0,B,B,Bourg
32,2017-01-01,COM,59002,0,B,B,Bourg,COMD,59002,0,B,B,Bourg
20,1990-01-01,COM,59009,0,P,P,Partagée,COM,59003,0,C,C,Centre
20,1990-01-01,COM,59009,0,P,P,Partagée,COM,59004,0,D,D,Droite
10,2000-01-01,COM,59004,0,D,D,Droite,COM,59004,0,D,D,Droite-lès-Bois
`))
	if err != nil {
		t.Fatal(err)
	}
	communes := []geo.Commune{{Code: "59003"}, {Code: "59004"}}
	AddFormer(communes, movements)
	want := []geo.FormerCommune{{Code: "59001", Name: "Ancienne"}, {Code: "59002", Name: "Bourg"}}
	if d := cmp.Diff(want, communes[0].Former); d != "" || len(communes[1].Former) > 0 {
		t.Error(d, communes[1])
	}
}

func TestRealCommunes(t *testing.T) {
	got, err := Communes(realFile(t, "raw/communes/communes-hdf.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 3782 {
		t.Error(len(got))
	}
	former := map[string]string{}
	for _, c := range got {
		if len(c.Postcodes) == 0 || c.Population < 0 || c.EPCI == "" {
			t.Errorf("%+v", c)
		}
		for _, f := range c.Former {
			former[f.Code] = c.Code
		}
	}
	if former["59355"] != "59350" || former["59540"] != "59183" {
		t.Error("Lomme, Saint-Pol-sur-Mer:", former["59355"], former["59540"])
	}
}

func TestRealContours(t *testing.T) {
	total := 0
	for _, dep := range []string{"02", "59", "60", "62", "80"} {
		_, err := Contours(realFile(t, fmt.Sprintf("raw/communes/communes-%s.geojson.gz", dep)), func(c geo.Contour) error {
			total++
			if geo.DepartementOf(c.Code) != dep {
				t.Error(c.Code)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if total != 3782 {
		t.Error(total)
	}
}

func TestContoursRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"sans code":    {`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"nom":"x"},"geometry":null}]}`, " : objet n° 1 ; attendu : une propriété « code » : le code INSEE de la commune ; vu : «  »"},
		"sans contour": {`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"59350"},"geometry":null}]}`, " : commune 59350 sans contour ; attendu : un Polygon ou un MultiPolygon"},
		"vide":         {`{"type":"FeatureCollection","features":[]}`, " : aucun contour dans ce fichier"},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, "c.geojson", c.text)
			_, err := Contours(path, func(geo.Contour) error { return nil })
			if err == nil || strings.TrimPrefix(err.Error(), path) != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestCommuneList(t *testing.T) {
	for _, c := range []struct {
		name, text string
		zoning     geo.Zoning
		asOf       string
		want       map[string]geo.ListStatus
	}{
		{"FRR", "\ufeffCode_insee;Departement;Commune;Classement FRR et FRR+ au 10 juillet 2025;\r\n1001;01;A;Non classée;\r\n02001;02;B;FRR socle;\r\n02002;02;C;FRR+;\r\n02003;02;D;FRR bénéficiaire;\r\n02004;02;E;FRR bénéficiaire partiellement;\r\n02005;02;F;Classée FRR partiellement;\r\n",
			geo.FRR, "2025-07-10", map[string]geo.ListStatus{"01001": geo.StatusNo, "02001": geo.StatusSocle, "02002": geo.StatusPlus, "02003": geo.StatusBeneficiary, "02004": geo.StatusPartial, "02005": geo.StatusPartial}},
		{"ZRR", "CODGEO;ZRR_SIMP\n01001;NC - Commune non classée\n02001;C - Classée en ZRR\n02002;P - Commune partiellement classée en ZRR\n",
			geo.ZRR, "", map[string]geo.ListStatus{"01001": geo.StatusNo, "02001": geo.StatusYes, "02002": geo.StatusPartial}},
		{"titres au-dessus", "Classement des communes en ZRR;;\nSituation au 1er janvier 2021;;\nCODGEO;LIBGEO;ZRR\n02001;B;C\n02002;C;NC\n",
			geo.ZRR, "", map[string]geo.ListStatus{"02001": geo.StatusYes, "02002": geo.StatusNo}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := CommuneList(write(t, "l.csv", c.text))
			if err != nil {
				t.Fatal(err)
			}
			if l.Zoning != c.zoning || l.AsOf.String() != c.asOf {
				t.Error(l.Zoning, l.AsOf)
			}
			if d := cmp.Diff(c.want, l.Status); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestCommuneListRefuses(t *testing.T) {
	rows := strings.Repeat("02001;FRR socle\n", 20)
	for name, c := range map[string]struct{ text, want string }{
		"autre tableau":  {"code;nom\n02001;Abbécourt\n", ", ligne 1 : liste de communes méconnaissable ; attendu : une colonne de codes INSEE et une de statuts (« FRR socle », « FRR+ », « Non classée »… ou « C - », « NC - », « P - ») ; vu : code, nom"},
		"statut inconnu": {"code;statut\n" + rows + "02002;peut-être\n", ", ligne 22, colonne statut ; attendu : un statut connu ; vu : « peut-être »"},
		"code":           {"code;statut\n" + rows + "Lille;FRR+\n", ", ligne 22, colonne code ; attendu : un code INSEE de cinq caractères ; vu : « Lille »"},
		"contradiction":  {"code;statut\n" + rows + "02001;FRR+\n", ", ligne 22 : la commune 02001 a deux statuts ; vu : socle et plus"},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, "l.csv", c.text)
			_, err := CommuneList(path)
			if err == nil || strings.TrimPrefix(err.Error(), path) != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestRealLists(t *testing.T) {
	region := []string{"02", "59", "60", "62", "80"}
	frr, err := CommuneList(realFile(t, "raw/zonages/frr-2025-07-10.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[geo.ListStatus]int{geo.StatusSocle: 1269, geo.StatusPlus: 323, geo.StatusBeneficiary: 34, geo.StatusNo: 2156}
	if d := cmp.Diff(want, frr.Region(region...)); d != "" || len(frr.Status) != 34875 || frr.AsOf != geo.MustDate("2025-07-10") || frr.Zoning != geo.FRR {
		t.Error(d, len(frr.Status), frr.AsOf)
	}
	zrr, err := CommuneList(realFile(t, "raw/zonages/zrr-2021.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	want = map[geo.ListStatus]int{geo.StatusYes: 1113, geo.StatusPartial: 1, geo.StatusNo: 2675}
	if d := cmp.Diff(want, zrr.Region(region...)); d != "" || zrr.Status["02153"] != geo.StatusPartial || zrr.Zoning != geo.ZRR {
		t.Error(d)
	}
}

func TestTruncatedArchive(t *testing.T) {
	whole, err := os.ReadFile("testdata/zones.gpkg.gz")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "z.gpkg.gz")
	os.WriteFile(path, whole[:len(whole)/2], 0o600)
	_, err = Zones(path, nil)
	if want := path + " : fichier tronqué ou endommagé : à télécharger de nouveau"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
