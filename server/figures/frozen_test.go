package figures

import (
	"testing"

	"perimetre/server/access"
	"perimetre/server/store"
)

// A state frozen with the figures of all départements is read by national accounts
// alone; one of some départements by those who have them all.
func TestFrozenStatesByDepartement(t *testing.T) {
	nord, aisne, national := &access.Principal{Departements: []string{"59"}}, &access.Principal{Departements: []string{"02", "59"}}, &access.Principal{National: true}
	for _, c := range []struct {
		name, body, owner string
		readers           [3]bool
	}{
		{"all départements", `{"departements":[]}`, "", [3]bool{false, false, true}},
		{"one", `{"departements":["59"]}`, "", [3]bool{true, true, true}},
		{"two", `{"departements":["59","02"]}`, "", [3]bool{false, true, true}},
		{"a Mission Locale's", `{"departements":[]}`, "59001", [3]bool{false, false, false}},
	} {
		for i, who := range []*access.Principal{nord, aisne, national} {
			if ok, _ := readable(who, &store.Frozen{Owner: c.owner, Body: []byte(c.body)}); ok != c.readers[i] {
				t.Errorf("%s, reader %d: %v", c.name, i, ok)
			}
		}
	}
}
