package audit

import (
	"bytes"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"perimetre/french"
	"perimetre/quota/audit/published"
)

func thinless(s string) string { return strings.ReplaceAll(s, french.Thin, " ") }

// The report for 2024 gives each of its known errors at its level, and nothing
// else: not the rounding of CEJ allocations by 1 €, nor the QPV of the Nord in
// 2023 against 2024, which are of two perimeters.
func TestReport2024(t *testing.T) {
	tables, identities, err := ReadAll(published.Report2024, "rapport-2024")
	if err != nil {
		t.Fatal(err)
	}
	findings, err := Audit(tables, identities)
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		name            string
		level           Level
		file, row       string
		column          string
		published, fits string
	}{
		{"PACEA de la Somme", Certain, "indicateurs.csv", "Nombre de jeunes ayant contractualisé un PACEA avec la Mission Locale", "Somme", "18 799", "1 879"},
		{"part QPV des accompagnés", Certain, "indicateurs.csv", "dont public résidant en Quartier Politique de la Ville", "Région", "2,1 %", "22,1 %"},
		{"CEJ du texte", Certain, "chiffres-cles.csv", "CEJ dans le texte", "Valeur", "29 183", "29 813"},
		{"QPV de la région", Certain, "qpv-par-departement.csv", "Région", "Nombre de QPV", "202", "204"},
		{"PACEA en exergue", Certain, "chiffres-cles.csv", "PACEA en exergue", "Valeur", "61 656", "21 656"},
		{"allocations PACEA de la Somme", Certain, "indicateurs.csv", "Total des allocations versées aux jeunes en PACEA dans l'année, en euros", "Somme", "3 866 219", "386 621"},
		{"thème de la mobilité", Probable, "indicateurs.csv", "Part des jeunes accompagnés ayant bénéficié d'un appui sur la thématique de la mobilité", "Région", "27,8 %", "26,2 %"},
		{"premiers accueils, par zonage", ToExplain, "", "", "", "", ""},
		{"mineurs parmi les jeunes accompagnés", ToExplain, "", "", "", "", ""},
		{"mineurs parmi les premiers accueils", ToExplain, "", "", "", "", ""},
		{"PACEA et CEJ, parmi les personnes en parcours", ToExplain, "", "", "", "", ""},
	}
	for _, w := range want {
		t.Run(w.name, func(t *testing.T) {
			for _, f := range findings {
				switch {
				case w.file == "" && f.Cell == nil && f.Name == w.name:
				case w.file != "" && f.Cell != nil && f.Cell.Table.File == w.file && f.Cell.Row == w.row && f.Cell.Column == w.column:
					if f.Cell.Text != w.published || thinless(f.Fits) != w.fits {
						t.Errorf("%q published, %q would fit", f.Cell.Text, f.Fits)
					}
				default:
					continue
				}
				if f.Level != w.level {
					t.Errorf("%s, want %s", f.Level, w.level)
				}
				return
			}
			t.Error("not found")
		})
	}
	if len(findings) != len(want) {
		t.Errorf("%d findings, want %d", len(findings), len(want))
	}
	for _, f := range findings {
		if f.Name != "PACEA et CEJ, parmi les personnes en parcours" {
			continue
		}
		if len(f.Broken) != 2 || !strings.Contains(f.Broken[0], "Pas-de-Calais") || !strings.Contains(f.Broken[1], "Aisne") {
			t.Errorf("PACEA et CEJ : %q", f.Broken)
		}
	}
}

// What §7 of the domain recomputes from the tables is what they print.
func TestReport2024Totals(t *testing.T) {
	tables, _, err := ReadAll(published.Report2024, "rapport-2024")
	if err != nil {
		t.Fatal(err)
	}
	at := func(table, row, column string) string {
		for _, x := range tables {
			if x.Name == table {
				c, err := x.find(row, column)
				if err != nil {
					t.Fatal(err)
				}
				return c.Text
			}
		}
		t.Fatal(table)
		return ""
	}
	for _, c := range [][4]string{
		{"accompagnes", "TOTAL HDF", "Nb jeunes", "115 109"}, {"accompagnes", "TOTAL HDF", "Dont QPV", "25 428"},
		{"premiers-accueils-zonages", "TOTAL HDF", "Nb jeunes", "41 165"}, {"premiers-accueils-zonages", "TOTAL HDF", "Dont QPV", "7 774"}, {"premiers-accueils-zonages", "TOTAL HDF", "Dont FRR", "2 260"},
		{"parcours-nationaux", "TOTAL HDF", "Nb jeunes", "52 630"}, {"parcours-nationaux", "TOTAL HDF", "Dont QPV", "11 336"}, {"parcours-nationaux", "TOTAL HDF", "Dont FRR", "3 505"},
		{"indicateurs", "Nombre de jeunes ayant contractualisé un CEJ avec la Mission Locale (hors renouvellement de parcours)", "Nord", "15 061"},
	} {
		if got := at(c[0], c[1], c[2]); got != c[3] {
			t.Errorf("%v : %s", c, got)
		}
	}
}

func read(t interface{ Fatal(...any) }, dir, text string) *Table {
	path := filepath.Join(dir, "t.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	x, err := Read(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestOneTable(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string // "cell → value"
	}{
		{"total juste", "Lieu;Nombre\nA;1 200\nB;300\nTotal;1 500\n", nil},
		{"total faux", "Lieu;Nombre\nA;1 200\nB;300\nTotal;1 600\n", []string{"Total / Nombre → 1 500"}},
		{"chiffre de trop dans une partie", "Lieu;Nombre;Dont QPV;Part QPV\nA;12 000;300;25,0 %\nB;800;200;25,0 %\nC;400;100;25,0 %\nD;600;150;25,0 %\nTotal;3 000;750;25,0 %\n", []string{"A / Nombre → 1 200"}},
		{"part hors des parts", "Indicateur;Région;Nord;Aisne\nNombre de jeunes;300;100;200\ndont femmes;5,0 %;52,0 %;49,0 %\n", []string{"dont femmes / Région → 50,0 %"}},
		{"poids faux", "Lieu;Nombre;Poids\nA;500;50,0 %\nB;300;30,0 %\nC;200;21,0 %\nTotal;1 000;100 %\n", []string{"C / Poids → 20,0 %"}},
		{"« dont » au-dessus de son tout", "Lieu;Nombre;Dont QPV\nA;500;50\nB;300;330\nTotal;800;380\n", []string{"? B"}},
		{"arrondi d’un euro", "Lieu;Montant en euros\nA;1 000\nB;1 001\nTotal;2 002\n", nil},
		{"total sans son nom", "Lieu;Nombre;Hommes;Femmes\nA;100;60;40\nB;200;90;110\nHauts-de-France;300;150;160\n", []string{"Hauts-de-France / Femmes → 150"}},
		{"évolution hors des parties", "Lieu;Nombre;Évolution\nA;100;+2,0 %\nB;200;-1,0 %\nTotal;300;+5,0 %\n", []string{"Total / Évolution"}},
		{"évolution qui ne suit pas celle des parties", "Lieu;Nombre;Évolution\nA;1 000;+2,0 %\nB;2 000;-1,0 %\nC;3 000;+4,0 %\nTotal;6 000;+3,5 %\n", []string{"Total / Évolution → +2,0 %"}},
		{"évolution juste", "Lieu;Nombre;Évolution\nA;1 020;+2,0 %\nB;1 980;-1,0 %\nTotal;3 000;+0,0 %\n", nil},
		{"partie loin au-dessous de sa moyenne", "Indicateur;Région;Nord;Aisne;Oise\nNombre de jeunes;400;200;100;100\nPart des jeunes aidés;24,0 %;5,0 %;21,0 %;21,0 %\n", []string{"Part des jeunes aidés / Région → 13,0 %"}},
		{"« dont » sans total", "Lieu;Nombre;Dont mineurs\nA;2 418;8 856\nB;1 331;86\n", []string{"A / Dont mineurs → "}},
		{"milliers mal groupés", "Lieu;Nombre\nA;2 48\nB;1 331\n", []string{"? A / Nombre"}},
		{"virgule sans décimale", "Lieu;Part\nA;1, %\nB;1,5 %\n", []string{"? A / Part"}},
		{"part au-dessus de 100 % sans total", "Énoncé;Valeur\nPart des mineurs;114 %\nJeunes;12\n", []string{"? Part des mineurs / Valeur"}},
		{"évolution au-dessus de 100 %", "Énoncé;Valeur\nÉvolution;114 %\nJeunes;12\n", nil},
		{"virgules et tabulations", "Lieu\tNombre\nA\t10\nB\t20\nEnsemble\t40\n", []string{"Ensemble / Nombre → 30"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			findings, err := Audit([]*Table{read(t, t.TempDir(), c.text)}, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range findings {
				if f.Cell != nil {
					got = append(got, f.Cell.Label()+" → "+thinless(f.Fits))
				} else {
					got = append(got, "? "+f.Name)
				}
			}
			if len(got) != len(c.want) {
				t.Fatalf("%q, want %q", got, c.want)
			}
			for i := range got {
				if !strings.HasPrefix(got[i], c.want[i]) {
					t.Errorf("%q, want %q", got[i], c.want[i])
				}
			}
		})
	}
}

// drawTable makes a table that is right: counts, parts of them, rounded shares.
func drawTable(t *rapid.T) [][]string {
	rows := [][]string{{"Lieu", "Nb jeunes", "Dont QPV", "Part QPV", "Poids"}}
	n := rapid.IntRange(4, 9).Draw(t, "lieux")
	var all, in int64
	values := make([][2]int64, n)
	for i := range values {
		a := int64(rapid.IntRange(1000, 60000).Draw(t, "jeunes"))
		b := a * int64(rapid.IntRange(5, 60).Draw(t, "part")) / 100
		values[i] = [2]int64{a, b}
		all, in = all+a, in+b
	}
	share := func(a, b int64) string {
		s := big.NewRat(100*a, b).FloatString(1)
		return strings.Replace(s, ".", ",", 1) + " %"
	}
	for i, v := range values {
		rows = append(rows, []string{fmt.Sprint("Lieu ", i+1), fmt.Sprint(v[0]), fmt.Sprint(v[1]), share(v[1], v[0]), share(v[0], all)})
	}
	return append(rows, []string{"TOTAL", fmt.Sprint(all), fmt.Sprint(in), share(in, all), "100 %"})
}

func join(rows [][]string) string {
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(strings.Join(r, ";") + "\n")
	}
	return b.String()
}

// A right table raises nothing; a slip of the hand in a count is found in its
// cell, with its right value.
func TestSlipsAreFound(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		rows := drawTable(t)
		findings, err := Audit([]*Table{read(t, dir, join(rows))}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(findings) != 0 {
			t.Fatalf("table juste : %+v", findings[0])
		}
		i := rapid.IntRange(1, len(rows)-1).Draw(t, "ligne")
		j := rapid.IntRange(1, 2).Draw(t, "colonne")
		right := rows[i][j]
		rows[i][j] += fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "chiffre de trop"))
		if right == "0" {
			return
		}
		findings, err = Audit([]*Table{read(t, dir, join(rows))}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(findings) == 0 {
			t.Fatalf("%s in place of %s is not seen", rows[i][j], right)
		}
		f := findings[0]
		if f.Cell == nil || f.Cell.Row != rows[i][0] || f.Cell.Column != rows[0][j] || strings.ReplaceAll(f.Fits, french.Thin, "") != right {
			t.Fatalf("%s au lieu de %s : %s → %s\n%s", rows[i][j], right, f.Name, f.Fits, join(rows))
		}
	})
}

func TestIdentityFaults(t *testing.T) {
	for _, text := range []string{"identities:\n  - name: x\n    equal: [a/b/c]\n", "identities:\n  - name: x\n    equal: [a/b/c, d/e/f]\n    level: peut-être\n", "identities: [1]\n", "identites: non\n  x"} {
		if _, err := ParseIdentities("i.yml", []byte(text)); err == nil {
			t.Errorf("accepted: %q", text)
		}
	}
	id, err := ParseIdentities("i.yml", []byte("identities:\n  - name: x\n    equal: [t/A/Nombre, t/Z/Nombre]\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Audit([]*Table{read(t, t.TempDir(), "Lieu;Nombre\nA;1\nTotal;1\n")}, id); err == nil || !strings.Contains(err.Error(), "Z / Nombre") {
		t.Errorf("case introuvable : %v", err)
	}
}

func TestText(t *testing.T) {
	x := read(t, t.TempDir(), "Lieu;Nombre\nA;1 200\nB;300\nTotal;1 600\n")
	findings, err := Audit([]*Table{x}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Text(&b, []*Table{x}, findings); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1 erreur certaine.", "Total / Nombre : « 1 600 » publié, « 1 500 » conviendrait."} {
		if !strings.Contains(thinless(b.String()), want) {
			t.Errorf("not said: %s\n%s", want, b.String())
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"55 690", "48,4 %", "+2,1 %", "−3", "", "-", "1.2.3", "1e9", "12 €"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := parseNumber(s)
		if (n.kind == text) != (n.value == nil) {
			t.Fatalf("%q : %+v", s, n)
		}
		if n.value != nil && parseNumber(n.print(n.value)).value.Cmp(n.value) != 0 {
			t.Fatalf("%q is written again as %q", s, n.print(n.value))
		}
	})
}
