package ingest

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"perimetre/geo"
)

func TestRealMissionsLocales(t *testing.T) {
	list, err := MissionsLocales(realFile(t, "raw/missions-locales/structures-2026.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 42 || list[0].Code != "02168" || list[0].City != "Étampes-sur-Marne" {
		t.Error(len(list), list[0])
	}
	codes := map[string]bool{}
	for _, m := range list {
		codes[m.Code] = true
	}
	territories, err := Territories(realFile(t, "raw/missions-locales/couverture-2026.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if len(territories) != 3782 {
		t.Error(len(territories))
	}
	for _, e := range territories {
		if !codes[e.MissionLocale] || e.Shared {
			t.Errorf("%+v", e)
		}
	}
	sites, report, err := Sites(realFile(t, "raw/missions-locales/sites-2016.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if len(sites) != 47 || report.WithPoint != 47 || report.WithOpening != 0 || len(report.Faults) > 0 {
		t.Errorf("%d %+v", len(sites), report)
	}
	if s := sites[0]; s.CityCode != "02168" || s.Updated != geo.MustDate("2015-04-19") || s.Address != "7 avenue de l'Europe" {
		t.Errorf("%+v", s)
	}
}

func TestSites(t *testing.T) {
	nan := math.NaN()
	got, report, err := Sites(write(t, "sites.csv", `Nom;Genre;Adresse;Code postal;Commune;Lon;Lat;Horaires;Demi-journées;Du;Au;Hôte;Mission Locale
Centre;siège;5 rue Haute;59000;Lille;3,05;50,63;lundi au vendredi 9h-12h 14h-17h;;01/02/2020;;;59350
Mairie;Permanence;Place;59001;Abancourt;;;2e et 4e mardi 14:00-17:00;;;31/12/2025;Mairie;59122
Bus;opérateur aller-vers;;;Lens;2.8;50.4;sur rendez-vous;;;;;
Maison des jeunes;lieu jeunesse;;;Lens;2.8;50.4;bientôt;2,5;31/02/2024;;;
Antenne de Croix;;Avenue;59170;Croix;;;;;;;;
TOTAL;5;;;;;;;;;;;
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []geo.Site{
		{ID: "2", Name: "Centre", Kind: geo.SiteHead, Address: "5 rue Haute", Postcode: "59000", City: "Lille", Lon: 3.05, Lat: 50.63, Opening: "lundi au vendredi 9h-12h 14h-17h", HalfDays: 10, From: geo.MustDate("2020-02-01"), MissionLocale: "59350"},
		{ID: "3", Name: "Mairie", Kind: geo.SitePermanence, Address: "Place", Postcode: "59001", City: "Abancourt", Lon: nan, Lat: nan, Opening: "2e et 4e mardi 14:00-17:00", HalfDays: 0.5, To: geo.MustDate("2025-12-31"), Host: "Mairie", MissionLocale: "59122"},
		{ID: "4", Name: "Bus", Kind: geo.SiteOutreach, City: "Lens", Lon: 2.8, Lat: 50.4, Opening: "sur rendez-vous", HalfDays: nan, Appointment: true},
		{ID: "5", Name: "Maison des jeunes", Kind: geo.SiteYouthPlace, City: "Lens", Lon: 2.8, Lat: 50.4, Opening: "bientôt", HalfDays: 2.5},
		{ID: "6", Name: "Antenne de Croix", Kind: geo.SiteBranch, Address: "Avenue", Postcode: "59170", City: "Croix", Lon: nan, Lat: nan, HalfDays: nan},
	}
	if d := cmp.Diff(want, got, cmpopts.EquateNaNs()); d != "" {
		t.Error(d)
	}
	if report.WithPoint != 3 || report.WithOpening != 3 || len(report.Faults) != 2 {
		t.Errorf("%+v", report)
	}
	if got, want := report.Faults[1].Error(), ", ligne 5, colonne Du : ce jour n’existe pas ; vu : « 31/02/2024 »"; !strings.HasSuffix(got, want) {
		t.Error(got)
	}
}

func TestSiteActiveOn(t *testing.T) {
	s := geo.Site{From: geo.MustDate("2024-01-01"), To: geo.MustDate("2024-12-31")}
	for on, want := range map[string]bool{"2023-12-31": false, "2024-01-01": true, "2024-12-31": true, "2025-01-01": false} {
		if s.ActiveOn(geo.MustDate(on)) != want {
			t.Error(on)
		}
	}
}

func TestDirectory(t *testing.T) {
	record := `{"id":"a1","nom":"Mission locale - Lille","code_insee_commune":"59350","date_modification":"12/03/2024 10:00:00",
"adresse":"[{\"type_adresse\":\"Adresse\",\"complement1\":\"Le Phare\",\"numero_voie\":\"5 boulevard Haut\",\"code_postal\":\"59000\",\"nom_commune\":\"Lille\",\"longitude\":\"3.05\",\"latitude\":\"50.63\"}]",
"pivot":"[{\"type_service_local\":\"mission_locale\",\"code_insee_commune\":[\"59350\"]}]",
"telephone":"[{\"valeur\":\"03 20 00 00 00\"}]",
"plage_ouverture":"[{\"nom_jour_debut\":\"Lundi\",\"nom_jour_fin\":\"Vendredi\",\"valeur_heure_debut_1\":\"09:00:00\",\"valeur_heure_fin_1\":\"12:00:00\",\"valeur_heure_debut_2\":\"\",\"valeur_heure_fin_2\":\"\"}]"}`
	empty := `{"id":"a2","nom":"Mission locale - Antenne de Lens","adresse":"[{\"type_adresse\":\"Adresse\",\"numero_voie\":\"1 rue Basse\",\"code_postal\":\"62300\",\"nom_commune\":\"Lens\",\"longitude\":\"\",\"latitude\":\"\"}]","pivot":"[{\"type_service_local\":\"mission_locale\",\"code_insee_commune\":[\"62498\"]}]","plage_ouverture":""}`
	other := `{"id":"a3","nom":"Mairie","adresse":"[]","pivot":"[{\"type_service_local\":\"mairie\",\"code_insee_commune\":[\"62498\"]}]"}`
	nan := math.NaN()
	want := []geo.Site{
		{ID: "a1", Name: "Mission locale - Lille", Kind: geo.SiteHead, Host: "Le Phare", Address: "5 boulevard Haut", Postcode: "59000", City: "Lille", CityCode: "59350", Lon: 3.05, Lat: 50.63,
			Opening: "Lundi au Vendredi 09:00-12:00", HalfDays: 5, Updated: geo.MustDate("2024-03-12")},
		{ID: "a2", Name: "Mission locale - Antenne de Lens", Kind: geo.SiteBranch, Address: "1 rue Basse", Postcode: "62300", City: "Lens", CityCode: "62498", Lon: nan, Lat: nan, HalfDays: nan},
	}
	for name, text := range map[string]string{
		"page":   `{"total_count":3,"results":[` + record + "," + empty + "," + other + `]}`,
		"liste":  `[` + record + "," + empty + "," + other + `]`,
		"export": `{"service":[` + record + "," + empty + "," + other + `]}`,
	} {
		t.Run(name, func(t *testing.T) {
			got, _, err := Sites(write(t, "s.json", text))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got, cmpopts.EquateNaNs()); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestMissionsRefuses(t *testing.T) {
	read := map[string]func(string) error{
		"structures":  func(p string) error { _, err := MissionsLocales(p); return err },
		"territoires": func(p string) error { _, err := Territories(p); return err },
		"noms":        func(p string) error { _, err := UsualNames(p); return err },
		"sites":       func(p string) error { _, _, err := Sites(p); return err },
	}
	for _, c := range []struct{ reader, text, want string }{
		{"structures", "code_ml;adresse\n1;x\n", ", ligne 1 : colonne introuvable pour le nom de la Mission Locale ; attendu : nom_ml, nom structure, mission locale, structure, nom, libellé ; vu : code_ml, adresse"},
		{"structures", "code_ml;nom_ml\n59350;Lille\n59350;Lille\n", ", ligne 3 : le code 59350 est déjà ligne 2"},
		{"structures", "code_ml;nom_ml;lon;lat\n59350;Lille;x;50\n", ", ligne 2, colonne lon ; attendu : une longitude en degrés ; vu : « x »"},
		{"territoires", "code_insee;code_ml\nLille;59350\n", ", ligne 2, colonne code_insee ; attendu : un code INSEE de cinq caractères ; vu : « Lille »"},
		{"territoires", "code_insee;code_ml;plusieurs_ml\n59350;59350;peut-être\n", ", ligne 2, colonne plusieurs_ml ; attendu : oui ou non ; vu : « peut-être »"},
		{"noms", "code;nom usuel\n59350;Lille\n59350;Lomme\n", ", ligne 3 : le code 59350 a deux noms usuels ; vu : Lille et Lomme"},
		{"sites", "nom;genre\nA;siège\n", ", ligne 1 : colonne introuvable pour le lieu du site ; attendu : adresse, code_postal et commune, ou lon et lat ; vu : nom, genre"},
		{"sites", "nom;lon;lat\nA;;\n", ", ligne 2 : site « A » sans adresse ni coordonnées"},
		{"sites", "{\"a\":1}", " : ce fichier n’est pas du format attendu ; attendu : une page de l’annuaire service-public, avec « results » ; vu : « {\"a\":1} »"},
		{"sites", "[{\"x\":1}]", " : fiche n° 1 sans nom ; attendu : une fiche de l’annuaire service-public ; vu : « {\"x\":1} »"},
	} {
		t.Run(c.reader+" "+c.want[:14], func(t *testing.T) {
			path := write(t, "f.csv", c.text)
			err := read[c.reader](path)
			if err == nil || strings.TrimPrefix(err.Error(), path) != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}
