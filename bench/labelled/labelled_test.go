package labelled

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Rows drawn from a base are found in the index made of it.
func TestLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "adresses-59.csv")
	var b strings.Builder
	b.WriteString("id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;source_nom_voie;certification_commune;cad_parcelles\n")
	for i, street := range []string{"Rue des Lilas", "Avenue Jean Jaurès", "Place Carnot", "Rue Pasteur"} {
		for n := 1; n <= 9; n += 2 {
			id := "59512_000" + string(rune('1'+i))
			b.WriteString(id + "_0000" + string(rune('0'+n)) + ";" + id + ";" + string(rune('0'+n)) + ";;" + street + ";59100;59512;Roubaix;;;;;3.1" +
				string(rune('0'+i)) + ";50.6" + string(rune('0'+n)) + ";entrée;;;ROUBAIX;;commune;commune;1;\n")
		}
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	set, err := Load(Options{Base: "essai=" + path, Seed: 1, PerClass: 20})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Index.Close()
	if set.Index.Stats().Addresses != 20 || len(set.Cases) == 0 {
		t.Fatalf("%d addresses, %d rows", set.Index.Stats().Addresses, len(set.Cases))
	}
	s, clean := set.Index.NewSearcher(), 0
	for i := range set.Cases {
		c := &set.Cases[i]
		if c.Class != "propre" {
			continue
		}
		clean++
		for _, line := range []bool{false, true} {
			q := Query(c, line)
			a, err := s.Search(&q)
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Results) == 0 || !StreetLevel(&a.Results[0]) || !Right(c, &a.Results[0]) {
				t.Errorf("%q: %+v", c.Line, a.Results)
			}
		}
	}
	if clean == 0 {
		t.Error("no clean row was drawn")
	}
	if _, err := Load(Options{Base: "sans-fichier"}); err == nil {
		t.Error("a base without a file was taken")
	}
	if _, err := Load(Options{Base: "x=" + path + ".absent"}); err == nil {
		t.Error("an absent file was taken")
	}
}
