package table

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"perimetre/geo/fault"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		name, header string
		want         string
	}{
		{"headings of i-Milo", "N° dossier;Structure de rattachement;Type de parcours;Date début CEJ;Renouvellement;N° voie;Libellé voie;Complément;Code postal;Ville;Code INSEE;QPV;Date de fin CEJ;Date de naissance;RQTH;Conseiller référent;Antenne;Date de l'adresse;Situation de logement",
			"matricule=0 mission_locale=1 dispositif=2 date_entree=3 renouvellement=4 date_fin_cej=12 numero=5 voie=6 complement=7 code_postal=8 ville=9 insee=10 qpv=11 date_naissance=13 rqth=14 conseiller=15 antenne=16 date_adresse=17 situation_logement=18"},
		{"case, accents, underscores", "MATRICULE;mission_locale;DATE_D_ENTREE;NO_VOIE;LIBELLE_VOIE;CP;COMMUNE", "matricule=0 mission_locale=1 date_entree=2 numero=3 voie=4 code_postal=5 ville=6"},
		{"other synonyms", "Identifiant;Code structure;Contrat;Date d’entrée;Adresse;CP;Commune", "matricule=0 mission_locale=1 dispositif=2 date_entree=3 voie=4 code_postal=5 ville=6"},
		{"the number of a person is no number of a house", "n° du jeune;Entré(e) le;N° voie;Adresse", "matricule=0 date_entree=1 numero=2 voie=3"},
		{"and stays one alone", "Numéro usager;N°;Voie", "matricule=0 numero=1 voie=2"},
		{"address alone", "Matricule;Adresse", "matricule=0 adresse=1"},
		{"whole address and its parts", "Matricule;Adresse complète;Libellé voie;Ville", "matricule=0 voie=2 ville=3 adresse=1"},
		{"qualifiers", "Code postal de résidence;Ville de résidence;Adresse du jeune;Date d'entrée en CEJ", "date_entree=3 voie=2 code_postal=0 ville=1"},
		{"not of the address", "Code postal de naissance;Ville de naissance;Adresse mail;Commune du lieu de travail;Date de naissance", "date_naissance=4"},
		{"surest first", "Structure;Code structure;Mission Locale", "mission_locale=1"},
		{"first of two alike", "CP;Code postal;Code Postal", "code_postal=1"},
		{"wrongly decoded", "NÂ° voie;LibellÃ© voie;ComplÃ©ment", "numero=0 voie=1 complement=2"},
		{"no heading", "a;b;;", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			columns := Match(strings.Split(c.header, ";"))
			var got []string
			for _, f := range Fields {
				if i := columns.Index(f); i >= 0 {
					got = append(got, string(f)+"="+string(rune('0'+i%10)))
					if i >= 10 {
						got[len(got)-1] = string(f) + "=1" + string(rune('0'+i%10))
					}
				}
			}
			if d := cmp.Diff(c.want, strings.Join(got, " ")); d != "" {
				t.Error(d)
			}
		})
	}
}

// Each title of a profile finds its own field, alone and in capitals.
func TestProfileTitles(t *testing.T) {
	for _, name := range Profiles() {
		p, err := LoadProfile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range Fields {
			if len(p.Titles(f)) == 0 {
				t.Error(name, f, "has no title")
			}
			for _, title := range p.Titles(f) {
				c := p.Match([]string{"Ville", "Code postal", strings.ToUpper(title)})
				if f == City || f == Postcode {
					c = p.Match([]string{"Matricule", strings.ToUpper(title)})
				}
				if !c.Has(f) {
					t.Errorf("%s: « %s » does not name %s", name, title, f)
				}
			}
		}
	}
}

func TestNeed(t *testing.T) {
	header := []string{"Nom", "Prénom", ""}
	err := Match(header).Need("jeunes.csv", header, Renewal)
	want := "jeunes.csv : colonne introuvable pour le renouvellement ; attendu : « Renouvellement », « Renouvelé », « Est un renouvellement », « Renouvellement CEJ », « Contrat renouvelé », « CEJ renouvelé », « Renouv », « Renouv CEJ », « Reconduction », « Reconduction CEJ », « Reconduit », « Reconductions », « Renouvellements », « Renouvellement du CEJ », « Renouvellement de contrat », « CEJ reconduit », « Contrat reconduit » (ou --map renouvellement=Colonne) ; vu : « Nom », « Prénom »"
	if err == nil || err.Error() != want || fault.KindOf(err) != fault.Input {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if err := Match([]string{"Renouvelé"}).NeedOne("x", nil, EntryDate, Renewal); err != nil {
		t.Error(err)
	}
}

func TestMap(t *testing.T) {
	header := []string{"N", "Où", "Qui"}
	c := Match(header)
	if err := c.Map(header, "matricule=Qui", "adresse=ou"); err != nil || c.Index(Person) != 2 || c.Index(Address) != 1 {
		t.Error(err, c.index)
	}
	for arg, want := range map[string]string{
		"matricule":      "--map matricule ; attendu : champ=Colonne",
		"nom=Qui":        "--map nom=Qui : champ inconnu ; attendu : " + fieldNames() + " ; vu : nom",
		"matricule=Quoi": "--map matricule=Quoi : colonne introuvable ; attendu : « N », « Où », « Qui » ; vu : Quoi",
	} {
		if err := c.Map(header, arg); err == nil || err.Error() != want || fault.KindOf(err) != fault.Usage {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestLoadProfile(t *testing.T) {
	dir := t.TempDir()
	load := func(text string) (*Profile, string) {
		path := filepath.Join(dir, "p.yml")
		os.WriteFile(path, []byte(text), 0o600)
		p, err := LoadProfile(path)
		if err != nil {
			return nil, strings.TrimPrefix(err.Error(), path)
		}
		return p, ""
	}
	p, msg := load("# à nous\nmatricule: [Réf. jeune]\nvoie: Domicile\nqpv: []\n")
	if msg != "" {
		t.Fatal(msg)
	}
	c := p.Match([]string{"REF JEUNE", "Domicile", "QPV", "Ville"})
	if c.Index(Person) != 0 || c.Index(Street) != 1 || c.Has(FlagQPV) || c.Index(City) != 3 {
		t.Error(c.index)
	}
	for text, want := range map[string]string{
		"matricule: [a\nvoie":              ", ligne 1 : le profil n’est pas du YAML lisible ; attendu : champ: [titre, titre]",
		"matricule: [a]\nnom: [b]\n":       ", ligne 2 : champ inconnu ; attendu : un champ parmi " + fieldNames() + " ; vu : nom",
		"matricule: [a]\nmatricule: [b]\n": ", ligne 2 : champ répété ; attendu : chaque champ une seule fois ; vu : matricule",
		"matricule:\n  - a\n  - {b: c}\n":  ", ligne 3, colonne matricule ; attendu : un titre de colonne",
		"matricule: {a: b}\n":              ", ligne 1, colonne matricule ; attendu : une liste de titres : [titre, titre]",
		"- matricule\n":                    ", ligne 1 ; attendu : champ: [titre, titre]",
		"matricule: [X1]\nvoie: [x1]\n":    " : le titre « x1 » est donné à deux champs : matricule et voie",
	} {
		if _, got := load(text); got != want {
			t.Errorf("%q\ngot  %s\nwant %s", text, got, want)
		}
	}
	if _, err := LoadProfile("absent.yml"); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
	if !slices.Contains(Profiles(), "i-milo") || !slices.Contains(Profiles(), "generique") {
		t.Error(Profiles())
	}
}
