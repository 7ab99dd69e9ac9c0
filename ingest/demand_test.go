package ingest

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestDemand(t *testing.T) {
	got, err := Demand(write(t, "d.csv", "Code;Nom;Code INSEE;Lon;Lat;Jeunes\nQ1;Prés;59001;3,1;50,2;1 234\n;;2100;;;5\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []DemandPoint{{"Q1", "Prés", "59001", 3.1, 50.2, 1234}, {"3", "", "02100", math.NaN(), math.NaN(), 5}}
	if d := cmp.Diff(want, got, cmpopts.EquateNaNs()); d != "" {
		t.Error(d)
	}
}

func TestSupply(t *testing.T) {
	nan := math.NaN()
	for text, want := range map[string]SupplyTable{
		"site;conseillers\nCentre;2,5\nMairie;0\n":                                {Unit: "« conseillers »", Sites: []SiteOffer{{"", "Centre", 2.5, nan}, {"", "Mairie", 0, nan}}},
		"id;nom;Capacité d’accueil\n1;Centre;12\n2;Mairie;\n":                     {Unit: "« Capacité d’accueil »", Sites: []SiteOffer{{"1", "Centre", 12, nan}, {"2", "Mairie", nan, nan}}},
		"nom;horaires\nCentre;lundi au vendredi 9h-12h\nMairie;1er mardi matin\n": {Unit: "demi-journées d’ouverture par semaine", Sites: []SiteOffer{{"", "Centre", 5, 5}, {"", "Mairie", 0.25, 0.25}}},
		"nom;capacité par demi-journée;ouverture\nCentre;6;lundi, jeudi matin\n":  {Unit: "« capacité par demi-journée » × demi-journées d’ouverture par semaine", Sites: []SiteOffer{{"", "Centre", 12, 2}}},
		"nom;places;demi-journées;ouverture\nCentre;6;4;lundi\n":                  {Unit: "« places »", Sites: []SiteOffer{{"", "Centre", 6, 4}}},
		"nom;capacity\nCentre;6\n":                                                {Unit: "« capacity »", Sites: []SiteOffer{{"", "Centre", 6, nan}}},
	} {
		got, err := Supply(write(t, "s.csv", text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if d := cmp.Diff(want, *got, cmpopts.EquateNaNs()); d != "" {
			t.Errorf("%q: %s", text, d)
		}
	}
	got, err := Supply(write(t, "s.csv", "nom;horaires\nCentre;quand on veut\n"))
	if err != nil || len(got.Faults) != 1 || !math.IsNaN(got.Sites[0].Offer) {
		t.Errorf("%+v %v", got, err)
	}
}

func TestDemandByCode(t *testing.T) {
	nan := math.NaN()
	got, err := DemandByCode(write(t, "d.csv", "code_qpv;nom;demande\nQN05901M;Les Pins;12,5\n59350;;3\n"))
	want := []DemandPoint{{ID: "QN05901M", Name: "Les Pins", Lon: nan, Lat: nan, People: 12.5}, {ID: "59350", Name: "59350", Lon: nan, Lat: nan, People: 3}}
	if d := cmp.Diff(want, got, cmpopts.EquateNaNs()); err != nil || d != "" {
		t.Error(err, d)
	}
	if _, err := DemandByCode(write(t, "d.csv", "nom;jeunes\nA;1\n")); err == nil {
		t.Error("missing codes are accepted")
	}
}

func TestTravelTimes(t *testing.T) {
	var got []string
	err := TravelTimes(write(t, "m.csv", "origin;destination;minutes\nA;B;12,5\nA;C;\nB;C;3\n"), func(o, d string, m float64) error {
		got = append(got, fmt.Sprint(o, d, m))
		return nil
	})
	if d := cmp.Diff([]string{"AB12.5", "BC3"}, got); err != nil || d != "" {
		t.Error(err, d)
	}
}

func TestDemandRefuses(t *testing.T) {
	read := map[string]func(string) error{
		"demand": func(p string) error { _, err := Demand(p); return err },
		"supply": func(p string) error { _, err := Supply(p); return err },
		"times":  func(p string) error { return TravelTimes(p, func(string, string, float64) error { return nil }) },
	}
	for _, c := range []struct{ reader, text, want string }{
		{"demand", "nom;jeunes\nA;1\n", ", ligne 1 : colonne introuvable pour le lieu des personnes ; attendu : lon et lat, ou code_insee ; vu : nom, jeunes"},
		{"demand", "code_insee;jeunes\nLille;1\n", ", ligne 2, colonne code_insee ; attendu : un point ou un code INSEE ; vu : « Lille »"},
		{"demand", "code_insee;jeunes\n59350;-1\n", ", ligne 2, colonne jeunes ; attendu : un nombre positif ou nul ; vu : « -1 »"},
		{"supply", "site;offre\nA;1\nA;2\n", ", ligne 3 : le site « A » est déjà dans la table"},
		{"supply", "offre\n1\n", ", ligne 1 : colonne introuvable pour le site ; attendu : id, identifiant, site, nom, code, name ; vu : offre"},
		{"times", "origin;minutes\nA;1\n", ", ligne 1 : colonne introuvable pour la destination ; attendu : destination, vers, to ; vu : origin, minutes"},
		{"times", "origin;destination;minutes\nA;B;vite\n", ", ligne 2, colonne minutes ; attendu : un nombre positif ou nul ; vu : « vite »"},
	} {
		t.Run(c.reader, func(t *testing.T) {
			path := write(t, "f.csv", c.text)
			err := read[c.reader](path)
			if err == nil || strings.TrimPrefix(err.Error(), path) != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}
