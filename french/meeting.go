package french

import "strings"

// Received returns how many of those expected have sent something: « 3 reçus sur 16 ».
func Received(n, expected int) string {
	return Integer(n) + " " + Plural(n, "reçu", "reçus") + " sur " + Integer(expected)
}

// Verdicts answers a meeting's question from the verdicts of the units that have sent
// figures, by quota's words for them, "" being one that the reader does not see: « 3 reçus
// sur 16 : 1 atteint, 1 n’atteint pas, 1 indéterminé. »
func Verdicts(expected int, verdicts []string) string {
	n := map[string]int{}
	for _, v := range verdicts {
		n[v]++
	}
	var parts []string
	for _, w := range [...]struct{ verdict, one, many string }{
		{"atteint", "atteint", "atteignent"}, {"non_atteint", "n’atteint pas", "n’atteignent pas"}, {"indetermine", "indéterminé", "indéterminés"},
		{"sans_objet", "sans entrée", "sans entrée"}, {"sans_objectif", "sans objectif", "sans objectif"}, {"non_rejoue", "non rejoué", "non rejoués"}, {"", "caché", "cachés"},
	} {
		if k := n[w.verdict]; k > 0 {
			parts = append(parts, Integer(k)+" "+Plural(k, w.one, w.many))
		}
	}
	s := Received(len(verdicts), expected)
	if len(parts) > 0 {
		s += Thin + ": " + strings.Join(parts, ", ")
	}
	return s + "."
}
