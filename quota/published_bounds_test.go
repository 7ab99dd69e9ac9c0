package quota

import (
	"strings"
	"testing"
)

// The published share of a region narrows what the rounded shares of its lines leave
// possible: against every combination of the lines, counted one by one.
func TestRegionalShareNarrowsBounds(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	const file = "Département;Nb jeunes;Part QPV\nNord;300;27 %\nAisne;200;16 %\nRégion;500;22,40 %\n"
	r, err := FromAggregated("-", rule, Options{Period: Year(2024)}, ReadOptions{Stdin: strings.NewReader(file)})
	if err != nil {
		t.Fatal(err)
	}
	// 27 % of 300 is 80 to 82, 16 % of 200 is 31 to 33; 22,40 % of 500 is 112.
	least, most := [2]int{999, 999}, [2]int{}
	for a := 80; a <= 82; a++ {
		for b := 31; b <= 33; b++ {
			if a+b == 112 {
				least, most = [2]int{min(least[0], a), min(least[1], b)}, [2]int{max(most[0], a), max(most[1], b)}
			}
		}
	}
	if r.Total.In != 112 || r.Total.Undecided != 0 || r.Total.N() != 500 {
		t.Errorf("whole %+v", r.Total.Count)
	}
	for _, u := range r.Units {
		k := map[string]int{"Nord": 0, "Aisne": 1}[u.Code]
		if u.In != least[k] || u.In+u.Undecided != most[k] {
			t.Errorf("%s: %d to %d, want %d to %d", u.Code, u.In, u.In+u.Undecided, least[k], most[k])
		}
	}
}
