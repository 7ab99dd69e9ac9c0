package geo

import (
	"testing"

	"github.com/paulmach/orb"
)

func TestLabelPointIsInside(t *testing.T) {
	square := orb.Ring{{0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}}
	for name, mp := range map[string]orb.MultiPolygon{
		"a square":        {{square}},
		"a ring":          {{square, {{1, 1}, {1, 3}, {3, 3}, {3, 1}, {1, 1}}}},
		"a crescent":      {{{{0, 0}, {4, 0}, {4, 1}, {1, 1}, {1, 3}, {4, 3}, {4, 4}, {0, 4}, {0, 0}}}},
		"a speck beside":  {{{{9, 9}, {9.1, 9}, {9.1, 9.1}, {9, 9}}}, {square}},
		"a long diagonal": {{{{0, 0}, {.2, 0}, {10, 9.8}, {10, 10}, {9.8, 10}, {0, .2}, {0, 0}}}},
	} {
		at := LabelPoint(mp)
		if NewPolygons([]orb.MultiPolygon{mp}).Side(0, at) != Inside {
			t.Errorf("%s: %v is outside", name, at)
		}
	}
	if at := LabelPoint(orb.MultiPolygon{{square}}); at[0] != 2 || at[1] < 2 || at[1] > 2.01 {
		t.Errorf("the middle of a square is %v", at)
	}
	if at := LabelPoint(nil); at != (orb.Point{}) {
		t.Errorf("nothing is at %v", at)
	}
}
