package outcome

import "testing"

// Files write a situation in many words; the longest known words in it say the group.
func TestSituationsFindTheirGroup(t *testing.T) {
	g := Default()
	for text, want := range map[string]Group{
		"CDI": DurableJob, "cdi temps plein": DurableJob, "CDD": Other, "CDD de 6 mois et plus": DurableJob, "C.D.I.": Unknown,
		"CDD de plus de 6 mois (temps partiel)": DurableJob, "CDD de moins de 6 mois": Other, "Contrat en Alternance": DurableJob,
		"CONTRAT D'APPRENTISSAGE": DurableJob, "Formation qualifiante": Training, "Scolarité": Training, "Immersion en entreprise": Other, "Pmsmp": Other,
		"Contrat de volontariat - bénévolat": Other, "Demandeur d'emploi": None, "Emploi": Other, "Emploi durable": DurableJob, "": Unknown, "Perdu de vue": Unknown,
	} {
		if got, _ := g.Of(text); got != want {
			t.Errorf("%q is in %s, want %s", text, got, want)
		}
	}
	if _, ok := g.Of("Licorne"); ok {
		t.Error("a word that no group has is known")
	}
	if _, ok := g.Of(" "); !ok {
		t.Error("an empty situation is a word to name")
	}
	g.Add("Emploi", DurableJob)
	if got, _ := g.Of("EMPLOI"); got != DurableJob {
		t.Error("a rule's own grouping does not hold")
	}
}

// The shipped file names each situation once, in a group that exists.
func TestShippedGrouping(t *testing.T) {
	g := Default()
	seen := map[Group]int{}
	for words, group := range g.words {
		if _, err := ParseGroup(string(group)); err != nil || words == "" {
			t.Errorf("%q: %v", words, err)
		}
		seen[group]++
	}
	for _, group := range Groups {
		if seen[group] == 0 || group.Label() == "" {
			t.Errorf("nothing is in %s", group)
		}
	}
}

// A number that is not told makes the sums that need it untold, and no others.
func TestSumsOfWhatIsTold(t *testing.T) {
	a, b := NewCounts(), NewCounts()
	a[Key(DurableJob, "oui")], a[Key(DurableJob, "non")], a[Key(None, "non")], b[Key(DurableJob, "oui")] = 3, 4, 2, 5
	c := a.Plus(b)
	if s, ok := c.Sum(DurableJob); !ok || s != (Sum{In: 8, Out: 4}) || s.N() != 12 {
		t.Errorf("sum %+v, %v", s, ok)
	}
	delete(b, Key(None, "non"))
	c = a.Plus(b)
	if _, ok := c.Sum(None); ok {
		t.Error("a number that is not told is summed")
	}
	if _, ok := c.Sum(DurableJob, Training); !ok {
		t.Error("another sum is lost")
	}
	if _, ok := Counts(nil).Sum(DurableJob); ok {
		t.Error("what was not counted has a sum")
	}
	if err := a.Check(Sum{In: 3, Out: 6}); err != nil {
		t.Error(err)
	}
	if a.Check(Sum{In: 4}) == nil {
		t.Error("fewer people than entries are taken")
	}
	a[Key(Other, "oui")] = -1
	if a.Check(Sum{}) == nil {
		t.Error("a negative number is taken")
	}
}
