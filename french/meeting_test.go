package french

import "testing"

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		expected int
		verdicts []string
		want     string
	}{
		{16, []string{"atteint", "non_atteint", "indetermine"}, "3 reçus sur 16\u202f: 1 atteint, 1 n’atteint pas, 1 indéterminé."},
		{16, []string{"atteint", "atteint", ""}, "3 reçus sur 16\u202f: 2 atteignent, 1 caché."},
		{16, nil, "0 reçu sur 16."},
		{2, []string{"sans_objet", "non_atteint"}, "2 reçus sur 2\u202f: 1 n’atteint pas, 1 sans entrée."},
	} {
		if got := Verdicts(c.expected, c.verdicts); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
