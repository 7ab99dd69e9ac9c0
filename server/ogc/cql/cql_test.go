package cql

import (
	"strings"
	"testing"
)

type feature map[string]any

func (f feature) Value(name string) any { return f[name] }
func (f feature) Meets(b Box) bool      { return b[0] <= 3 && 3 <= b[2] && b[1] <= 50 && 50 <= b[3] } // at (3, 50)

var kinds = map[string]Kind{"nom": Text, "population": Number, "part": Number, "site": Truth, "depuis": Date, "code": Text}

var lille = feature{"nom": "L’Épeule", "population": 1200, "part": 41.5, "site": true, "depuis": "2024-01-01", "code": nil}

func TestFilters(t *testing.T) {
	for text, want := range map[string]bool{
		"population = 1200": true, "population <> 1200": false, "population>1199.5": true, "population >= 1201": false, "part < 42": true, "part<=41.5": true,
		"nom = 'L’Épeule'": true, "nom LIKE 'L%'": true, "nom like '%peul_'": true, "nom LIKE 'peul%'": false, "nom NOT LIKE '%x%'": true, "nom LIKE '%'": true, `nom LIKE '\L%'`: true,
		"population BETWEEN 1000 AND 1200": true, "population NOT BETWEEN 1000 AND 1200": false, "population IN (1, 1200)": true, "nom NOT IN ('a', 'b')": true,
		"code IS NULL": true, "code IS NOT NULL": false, "nom IS NULL": false,
		"code = 'x'": false, "NOT code = 'x'": false, "code = 'x' OR population = 1200": true, "code <> 'x'": false, // the unknown is neither
		"site = TRUE": true, "site = false": false, "depuis = DATE('2024-01-01')": true, "depuis < '2025-01-01'": true,
		"population = 1 OR part > 1 AND site = TRUE": true, "(population = 1 OR part > 1) AND site = FALSE": false, "NOT (population = 1)": true, "TRUE": true, "FALSE OR TRUE": true,
		"S_INTERSECTS(geom, BBOX(2, 49, 4, 51))": true, "s_intersects(geom,bbox(-5,49,-4,51))": false, `"population" = 1200`: true, "population > -1.5e2": true,
	} {
		f, err := Parse(text, kinds)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := f.Match(lille); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	quoted, err := Parse("nom = 'l''Air'", kinds)
	if err != nil || !quoted.Match(feature{"nom": "l'Air"}) {
		t.Error("a quote in a text", err)
	}
}

func TestRefusals(t *testing.T) {
	for text, want := range map[string]string{
		"": "attendu à la fin : une propriété", "nom": "attendu à la fin : =, <>", "age = 1": "colonne 1 : attendu : une propriété de la collection, vu « age »",
		"population = 'x'": "colonne 14 : attendu : un nombre", "nom = 3": "un texte entre apostrophes", "nom = 'a' nom": "colonne 11 : attendu : la fin", "(nom = 'a'": "attendu à la fin : )",
		"population LIKE 'a'": "=, <>", "depuis = 'hier'": "une date", "site = 1": "TRUE ou FALSE", "nom = 'a": "signe inattendu", "nom ! 3": "signe inattendu",
		"S_INTERSECTS(geom, POINT(1 2))": "BBOX", "S_INTERSECTS(geom, BBOX(1,2,3))": "attendu : ,", strings.Repeat("(", 80) + "TRUE": "moins de parenthèses", "population BETWEEN 1": "AND", "nom IN ()": "un texte",
	} {
		if _, err := Parse(text, kinds); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
}

// Whatever the text, it is read or refused.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"population = 1 AND nom LIKE 'a%'", "NOT (site = TRUE)", "S_INTERSECTS(geom, BBOX(1,2,3,4))", "nom IN ('a','b') OR depuis > DATE('2024-01-01')", "((((", "nom = ''''", "é = 1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := Parse(text, kinds); err == nil {
			p.Match(lille)
		}
	})
}
