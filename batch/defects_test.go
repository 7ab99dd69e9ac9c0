package batch

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// TestDefectsOfFiles holds a table with each defect that users' files have: every
// row comes out, in order, with a status and the date that its cell means.
func TestDefectsOfFiles(t *testing.T) {
	const head = "N° dossier;Adresse;Code postal;Ville;Date d'entrée\n"
	ansi := func(s string) string {
		b, err := charmap.Windows1252.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, c := range []struct {
		name, content string
		want          []string // status, qpv_statut, date of each row
	}{
		{"title lines above, total below", "Extraction;;;;\nÉdition du 03/01/2025;;;;\n" + head + "1;180 rue A;59999;Essai;03/04/2024\nTOTAL;1;;;\n", []string{"ok oui 2024-04-03", "skipped  "}},
		{"trailing empty columns", "N° dossier;Adresse;Date d'entrée;;;\n1;180 rue A;03/04/2024;;;\n", []string{"ok oui 2024-04-03"}},
		{"CRLF and a BOM", "\ufeff" + strings.ReplaceAll(head+"1;180 rue A;59999;Essai;03/04/2024\n2;12 rue A;59999;Essai;2024-04-03\n", "\n", "\r\n"), []string{"ok oui 2024-04-03", "ok non 2024-04-03"}},
		{"Windows-1252", ansi(head + "1;180 allée de l’Été;59999;Essai;03/04/2024\n"), []string{"ok oui 2024-04-03"}},
		{"commas", strings.ReplaceAll(head+"1;180 rue A;59999;Essai;03/04/2024\n", ";", ","), []string{"ok oui 2024-04-03"}},
		{"tabs", strings.ReplaceAll(head+"1;180 rue A;59999;Essai;03/04/2024\n", ";", "\t"), []string{"ok oui 2024-04-03"}},
		{"Excel serial", head + "1;180 rue A;59999;Essai;45383\n", []string{"ok oui 2024-04-01"}},
		{"a day that does not exist", head + "1;180 rue A;59999;Essai;31/02/2024\n", []string{"ok a_verifier "}},
		{"no date", head + "1;180 rue A;59999;Essai;\n", []string{"ok oui 2026-01-15"}},
		{"text formulas of a spreadsheet", head + "1;180 rue A;=\"59999\";Essai;=\"03/04/2024\"\n", []string{"ok oui 2024-04-03"}},
		{"no-break spaces", head + "1;180\u00a0rue A;59\u202f999;Essai;03/04/2024\u00a0\n", []string{"ok oui 2024-04-03"}},
		{"read in the wrong encoding", head + "1;180 allÃ©e A;59999;Essai;03/04/2024\n", []string{"ok oui 2024-04-03"}},
		{"a cell over two lines", head + "1;\"180 rue A\nBâtiment B\";59999;Essai;03/04/2024\n2;12 rue A;59999;Essai;03/04/2024\n", []string{"ok oui 2024-04-03", "ok non 2024-04-03"}},
		{"a stray quote", head + "1;180 rue \"A;59999;Essai;03/04/2024\n2;12 rue A;59999;Essai;03/04/2024\n", []string{"ok oui 2024-04-03", "ok non 2024-04-03"}},
		{"blank lines", head + "1;180 rue A;59999;Essai;03/04/2024\n;;;;\n2;12 rue A;59999;Essai;03/04/2024\n", []string{"ok oui 2024-04-03", "skipped  ", "ok non 2024-04-03"}},
		{"a short row", head + "1;180 rue A\n2;12 rue A;59999;Essai;03/04/2024\n", []string{"ok oui 2026-01-15", "ok non 2024-04-03"}},
		{"other headings", "IDENTIFIANT_JEUNE;LIBELLE VOIE;cp;commune;date_debut_cej\n1;180 rue A;59999;Essai;03/04/2024\n", []string{"ok oui 2024-04-03"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, _ := flagged(t, c.content, flagOptions())
			if len(rows) != len(c.want)+1 {
				t.Fatalf("%d rows, want %d", len(rows)-1, len(c.want))
			}
			for i, want := range c.want {
				got := at(t, rows, i+1, "result_status") + " " + at(t, rows, i+1, "qpv_statut") + " " + at(t, rows, i+1, "zonage_date")
				if got != want {
					t.Errorf("row %d: %q, want %q", i+1, got, want)
				}
			}
		})
	}
}
