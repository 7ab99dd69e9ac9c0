package ways

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// Every way fills its pattern whole, and writes the house or what the row may be taken for.
func TestWaysFillTheirPattern(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, suffix := range []string{"", "bis", "b"} {
		a := Address{Street: "Rue du Moulin"}
		a.Number, a.Suffix = 12, suffix
		for _, w := range Numbers {
			if s := w.Write(&a, r); strings.ContainsAny(s, "{}") {
				t.Errorf("%s with suffix %q: %q", w.Name, suffix, s)
			}
		}
	}
	if len(Numbers) < 44 {
		t.Errorf("%d ways of writing a number", len(Numbers))
	}
}
