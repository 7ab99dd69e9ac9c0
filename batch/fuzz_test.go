package batch

import (
	"os"
	"path/filepath"
	"testing"

	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// A table of decisions is read or refused, whoever wrote it.
func FuzzDecisions(f *testing.F) {
	f.Add([]byte("Adresse;Code INSEE;Périmètre;Réponse;qpv_code;Fondement;Auteur;date_decision;Horodatage;longitude;latitude\n1 rue de Lille;59350;2024;dans;QN05901M;carte;=a;10/02/2024;2026-03-01T12:00:00.000000Z;3,06;50,6\n"))
	f.Add([]byte("Clé;Réponse\nabc;ne permet pas de conclure\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "d.csv")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := ReadDecisions(path, table.Options{}, []byte("secret"))
		if k := fault.KindOf(err); err != nil && k != fault.Input && k != fault.TooLarge {
			t.Fatalf("%v: %v", k, err)
		}
	})
}
