package coverage

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestNotMet(t *testing.T) {
	parts := []Contact{
		{Unit: "A", Commune: "59001", Young: 700, Known: 70, Entries: 30},
		{Unit: "A", Commune: "59001", Zone: "QN05901M", Young: 200, Known: 8, Maybe: 4},
		{Unit: "A", Commune: "59002", Young: 100, Known: 22},
		{Unit: "A", Commune: "59003", Young: 6, Known: 1},
		{Unit: "A", Commune: "59004", Young: 7, Maybe: 1},
		{Unit: "B", Commune: "59005", Young: 50, Known: 3},
	}
	got := NotMet(parts, FewKnown)
	// Mean of A: 101 known of 1013. The QPV should hold 21, holds 8 to 12; it is told
	// as 5 to 13, for it would give back the number of the small parts.
	if first := got[0]; first.Zone != "QN05901M" || first.LackMin != 7 || first.LackMax != 15 || !first.Blurred {
		t.Errorf("first: %+v", first)
	}
	if first := NotMet(parts, 0)[0]; first.Zone != "QN05901M" || first.LackMin != 8 || first.LackMax != 12 {
		t.Errorf("first, at its own Mission Locale: %+v", first)
	}
	young := 0.0
	for _, l := range got {
		young += l.Young
		if l.Young < FewYoung {
			t.Errorf("too few young people: %+v", l)
		}
		if l.Commune == "" && (l.Merged != 2 || l.Young != 13 || !l.Blurred) {
			t.Errorf("union: %+v", l)
		}
		if l.Unit == "B" && (!l.Blurred || l.Known != 0 || l.RateMax != 4.0/50) {
			t.Errorf("nombre de moins de cinq : %+v", l)
		}
	}
	if young != 1063 {
		t.Errorf("jeunes perdus : %v", young)
	}
	for _, l := range NotMet(parts, 0) {
		if l.Blurred || l.Unit == "B" && l.Known != 3 {
			t.Errorf("at its own Mission Locale: %+v", l)
		}
	}
}

// A number hidden alone would come back from the unit's total: the next smallest
// one is hidden too, within a range that holds it.
func TestNotMetHidesAnotherPart(t *testing.T) {
	parts := []Contact{{Unit: "A", Commune: "1", Young: 40, Known: 3, Entries: 2}, {Unit: "A", Commune: "2", Young: 60, Known: 17, Entries: 9}, {Unit: "A", Commune: "3", Young: 90, Known: 31}, {Unit: "A", Commune: "4", Young: 20}}
	for _, l := range NotMet(parts, 5) {
		switch l.Commune {
		case "1":
			if !l.Blurred || l.Known != 0 || l.Maybe != 4 || l.Entries != 0 {
				t.Errorf("%+v", l)
			}
		case "2":
			if !l.Blurred || l.Known != 15 || l.Maybe != 4 || l.Entries != 0 {
				t.Errorf("%+v", l)
			}
		default:
			if l.Blurred {
				t.Errorf("%+v", l)
			}
		}
	}
}

// Merging loses nobody, and leaves no small part where the unit has enough.
func TestNotMetKeepsEverybody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var parts []Contact
		total := map[string]float64{}
		for range rapid.IntRange(1, 40).Draw(t, "parts") {
			p := Contact{Unit: rapid.SampledFrom([]string{"A", "B"}).Draw(t, "unité"), Commune: rapid.SampledFrom([]string{"1", "2", "3", "4"}).Draw(t, "commune"),
				Zone: rapid.SampledFrom([]string{"", "Q1", "Q2"}).Draw(t, "quartier"), Young: float64(rapid.IntRange(0, 60).Draw(t, "jeunes"))}
			p.Known = rapid.IntRange(0, 9).Draw(t, "connus")
			parts = append(parts, p)
			total[p.Unit] += p.Young
		}
		after := map[string]float64{}
		for _, l := range NotMet(parts, FewKnown) {
			after[l.Unit] += l.Young
			if l.Young < FewYoung && total[l.Unit] >= FewYoung {
				t.Fatalf("too small a share: %+v", l)
			}
			if l.RateMin > l.RateMax && !math.IsNaN(l.RateMin) {
				t.Fatalf("bornes : %+v", l)
			}
		}
		for u, n := range total {
			if after[u] != n {
				t.Fatalf("%s: %v young people, want %v", u, after[u], n)
			}
		}
	})
}
