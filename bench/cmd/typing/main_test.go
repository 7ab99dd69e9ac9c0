package main

import "testing"

func TestLastTyped(t *testing.T) {
	for text, want := range map[string]string{"12": "digit", "12 r": "first letter", "12 ru": "letter", "12 rue ": "space", "12 rue de l'": "apostrophe, hyphen, comma", "12 rue d’É": "first letter"} {
		if got := lastTyped([]rune(text)); got != want {
			t.Errorf("%q ends with %q, want %q", text, got, want)
		}
	}
}

func TestFits(t *testing.T) {
	const label = "8 Rue Notre-Dame 48000 Mende"
	for text, want := range map[string]bool{"8, rue notre d": true, "8 Rue Notre-Dame ": true, "8 Rue Notre-Dame 48": true, "8 Rue Notre-Dame 05": false, "8 Rue Dame": false, "8 Rue Notre-Dame 48000 Mende Sud": false} {
		if got := fits(text, label); got != want {
			t.Errorf("%q fits %q: %v, want %v", text, label, got, want)
		}
	}
}
