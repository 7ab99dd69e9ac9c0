package export

import (
	"strings"
	"testing"
)

// Cells are as wide as their characters, not as their bytes.
func TestAlign(t *testing.T) {
	rows := [][]string{{"Unité", "Entrées"}, {"Béthune", "1 200"}, {"Lens", ""}}
	for ruled, want := range map[bool]string{
		false: "Unité    Entrées\nBéthune    1 200\nLens\n",
		true:  "Unité    Entrées\n────────────────\nBéthune    1 200\nLens\n",
	} {
		var b strings.Builder
		Align(&b, rows, ruled)
		if b.String() != want {
			t.Errorf("ruled %v: got\n%s\nwant\n%s", ruled, b.String(), want)
		}
	}
}
