package table

import (
	"testing"

	"perimetre/geo"
)

// Dates in letters are read; what only looks like one is refused.
func TestDatesInLetters(t *testing.T) {
	for in, want := range map[string]string{
		"31 mars 2024": "2024-03-31", "1er avril 2024": "2024-04-01", "15 Février 2024": "2024-02-15", "3 août 2023": "2023-08-03", "01 DÉCEMBRE 2022": "2022-12-01",
	} {
		if d, err := ParseDate(in); err != nil || d != geo.MustDate(want) {
			t.Errorf("%q: %v, %v", in, d, err)
		}
	}
	for _, in := range []string{"31 février 2024", "31 mars", "31 mars 24", "mars 2024", "31 nivôse 2024"} {
		if d, err := ParseDate(in); err == nil {
			t.Errorf("%q: %v", in, d)
		}
	}
}
