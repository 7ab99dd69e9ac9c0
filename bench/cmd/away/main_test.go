package main

import "testing"

func TestNeighbour(t *testing.T) {
	for _, c := range []struct{ asked, answered, want string }{
		{"Rue des Lilas", "Impasse des Lilas", "autre type"},
		{"Rue de Lille", "Rue du Faubourg de Lille", "faubourg"},
		{"Rue du Vieux Moulin", "Rue du Moulin", "qualificatif"},
		{"Rue Pasteur prolongée", "Rue Pasteur", "prolongée"},
		{"Rue Hoche", "Rue Foche", "une ou deux lettres"},
		{"Rue Jaurès", "Rue Jean Jaurès", "mots de plus dans la base"},
		{"Rue Jean Jaurès", "Rue Jaurès", "mots de plus demandés"},
		{"Rue Carnot", "Rue Victor Hugo", "autre"},
	} {
		if got := neighbour(c.asked, c.answered); got != c.want {
			t.Errorf("%s for %s: %q, want %q", c.answered, c.asked, got, c.want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"hoche", "foche", 1}, {"hoche", "foch", 2}, {"kitten", "sitting", 3}, {"abc", "", 3}} {
		if got, back := distance(c.a, c.b), distance(c.b, c.a); got != c.want || back != c.want {
			t.Errorf("%q, %q: %d and %d, want %d", c.a, c.b, got, back, c.want)
		}
	}
}
