package ingest

import (
	"os"
	"path/filepath"
	"testing"

	"perimetre/geo"
)

func TestKindsOfNetworks(t *testing.T) {
	for text, want := range map[string]geo.SiteKind{
		"siège": geo.SiteHead, "Antenne": geo.SiteBranch, "Point relais": geo.SiteRelay, "Info Jeunes": geo.SiteInfoJeunes, "PAEJ": geo.SitePAEJ,
		"Point accueil écoute jeunes": geo.SitePAEJ, "E2C": geo.SiteE2C, "École de la 2e chance": geo.SiteE2C, "France services": geo.SiteFranceServices,
		"opérateur aller-vers": geo.SiteOutreach, "lieu jeunesse": geo.SiteYouthPlace, "mission-locale": geo.SiteHead,
	} {
		if got, ok := ParseSiteKind(text); !ok || got != want {
			t.Errorf("%s: %q %v, want %q", text, got, ok, want)
		}
	}
	if _, ok := ParseSiteKind("piscine"); ok {
		t.Error("a swimming pool is a kind of site")
	}
	for _, k := range geo.SiteKinds {
		if want := k != geo.SiteOutreach && k != geo.SiteYouthPlace && k != geo.SiteInfoJeunes && k != geo.SitePAEJ && k != geo.SiteE2C && k != geo.SiteFranceServices; k.Presence() != want {
			t.Errorf("%s: presence %v", k, k.Presence())
		}
	}
}

func sitesOf(t *testing.T, name, text string) ([]geo.Site, SiteReport) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	list, report, err := Sites(path)
	if err != nil {
		t.Fatal(err)
	}
	return list, report
}

func TestInclusionFiles(t *testing.T) {
	check := func(list []geo.Site, report SiteReport) {
		t.Helper()
		if len(list) != 2 || list[0].Kind != geo.SiteHead || list[1].Kind != geo.SiteE2C || list[0].HalfDays != 10 || list[1].Lon != 3.1 || list[0].CityCode != "59512" || len(report.Faults) != 0 {
			t.Errorf("%+v %v", list, report)
		}
		if n := len(report.Notices); n == 0 || report.Notices[n-1] != "1 structure d’un autre réseau, laissée de côté" {
			t.Errorf("notices %q", report.Notices)
		}
	}
	check(sitesOf(t, "structures.json", `[
{"id":"a","nom":"ML Roubaix","siret":null,"adresse":"2 rue Neuve","commune":"Roubaix","code_postal":"59100","code_insee":"59512","latitude":50.69,"longitude":3.17,"horaires_accueil":"Mo-Fr 09:00-12:00,14:00-17:00","reseaux_porteurs":["mission-locale"]},
{"id":"b","nom":"E2C Grand Lille","adresse":"3 rue","commune":"Roubaix","code_postal":"59100","code_insee":"59512","latitude":50.7,"longitude":3.1,"horaires_accueil":null,"reseaux_porteurs":["autre","e2c"]},
{"id":"c","nom":"CCAS","adresse":"1 place","commune":"Roubaix","code_postal":"59100","code_insee":"59512","latitude":50.7,"longitude":3.1,"horaires_accueil":null,"reseaux_porteurs":["ccas-cias"]}]`))
	check(sitesOf(t, "structures.csv", "id,nom,adresse,commune,code_postal,code_insee,latitude,longitude,horaires_accueil,reseaux_porteurs\n"+
		"a,ML Roubaix,2 rue Neuve,Roubaix,59100,59512,50.69,3.17,\"Mo-Fr 09:00-12:00,14:00-17:00\",\"[\"\"mission-locale\"\"]\"\n"+
		"b,E2C Grand Lille,3 rue,Roubaix,59100,59512,50.7,3.1,,\"[\"\"autre\"\", \"\"e2c\"\"]\"\nc,CCAS,1 place,Roubaix,59100,59512,50.7,3.1,,\"[\"\"ccas-cias\"\"]\"\n"))
}

func TestDirectoryKinds(t *testing.T) {
	list, _ := sitesOf(t, "annuaire.json", `{"results":[
{"id":"1","nom":"Info Jeunes Lille","pivot":"[{\"type_service_local\":\"cij\",\"code_insee_commune\":[\"59350\"]}]","adresse":"[{\"type_adresse\":\"Adresse\",\"numero_voie\":\"2 rue\",\"code_postal\":\"59000\",\"nom_commune\":\"Lille\",\"longitude\":\"3.06\",\"latitude\":\"50.63\"}]","plage_ouverture":"[{\"nom_jour_debut\":\"Lundi\",\"nom_jour_fin\":\"Jeudi\",\"valeur_heure_debut_1\":\"09:00:00\",\"valeur_heure_fin_1\":\"11:30:00\",\"valeur_heure_debut_2\":\"13:30:00\",\"valeur_heure_fin_2\":\"16:30:00\"}]"},
{"id":"2","nom":"PAEJ","pivot":"[{\"type_service_local\":\"paej\"}]","adresse":"[]"},
{"id":"3","nom":"Mairie","pivot":"[{\"type_service_local\":\"mairie\"}]","adresse":"[]"}]}`)
	if len(list) != 2 || list[0].Kind != geo.SiteInfoJeunes || list[0].HalfDays != 8 || list[0].Lon != 3.06 || list[1].Kind != geo.SitePAEJ {
		t.Errorf("%+v", list)
	}
}

// The real list of France services: every place is kept, the hours that nobody can read
// are told by line and column.
func TestRealFranceServices(t *testing.T) {
	path := filepath.Join("..", "..", "shared", "data", "france-services", "france-services-2021-hdf.csv")
	if _, err := os.Stat(path); err != nil {
		t.Skip("France services absentes : " + path)
	}
	list, report, err := Sites(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 48 || report.WithPoint != 48 || report.WithOpening < 44 {
		t.Errorf("%d sites, %d with a point, %d with hours", len(list), report.WithPoint, report.WithOpening)
	}
	for _, s := range list {
		if s.Kind != geo.SiteFranceServices || s.Name == "" || s.CityCode == "" {
			t.Errorf("%+v", s)
		}
	}
	if first := list[0]; first.HalfDays != 9 || first.ID != "345" { // Friday from 9:00 to 13:00
		t.Errorf("%+v", first)
	}
	t.Logf("%d with hours, %d cells that cannot be read, the first: %v", report.WithOpening, len(report.Faults), report.Faults[:min(1, len(report.Faults))])
}
