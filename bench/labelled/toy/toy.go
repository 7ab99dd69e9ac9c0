// Package toy writes a tiny address base, for tests of what works on large ones.
package toy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Base writes a base of 20 numbers in four streets of one commune, and returns its path.
func Base(t testing.TB) string {
	t.Helper()
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
	return path
}
