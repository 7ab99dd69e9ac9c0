package labelled

import (
	"testing"

	"perimetre/bench/labelled/toy"
)

// Rows drawn from a base are found in the index made of it.
func TestLoad(t *testing.T) {
	path := toy.Base(t)
	set, err := Load(Options{Base: "essai=" + path, Seed: 1, PerClass: 20})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Index.Close()
	if set.Index.Stats().Addresses != 20 || len(set.Cases) == 0 {
		t.Fatalf("%d addresses, %d rows", set.Index.Stats().Addresses, len(set.Cases))
	}
	s, clean := set.Index.NewSearcher(), 0
	for i := range set.Cases {
		c := &set.Cases[i]
		if c.Class != "propre" {
			continue
		}
		clean++
		for _, line := range []bool{false, true} {
			q := Query(c, line)
			a, err := s.Search(&q)
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Results) == 0 || !StreetLevel(&a.Results[0]) || !Right(c, &a.Results[0]) {
				t.Errorf("%q: %+v", c.Line, a.Results)
			}
		}
	}
	if clean == 0 {
		t.Error("no clean row was drawn")
	}
	if _, err := Load(Options{Base: "sans-fichier"}); err == nil {
		t.Error("a base without a file was taken")
	}
	if _, err := Load(Options{Base: "x=" + path + ".absent"}); err == nil {
		t.Error("an absent file was taken")
	}
}
