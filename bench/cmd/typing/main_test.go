package main

import "testing"

func TestLastTyped(t *testing.T) {
	for text, want := range map[string]string{"12": "digit", "12 r": "first letter", "12 ru": "letter", "12 rue ": "space", "12 rue de l'": "apostrophe, hyphen, comma", "12 rue d’É": "first letter"} {
		if got := lastTyped([]rune(text)); got != want {
			t.Errorf("%q ends with %q, want %q", text, got, want)
		}
	}
}
