package data

import (
	"testing"

	"perimetre/geo"
)

func TestNameFormer(t *testing.T) {
	cs := []geo.Commune{
		{Code: "59350", Name: "Lille", Former: []geo.FormerCommune{{Code: "59298"}, {Code: "59355"}}},
		{Code: "59183", Name: "Dunkerque"},
		{Code: "99999", Name: "Nulle-Part"},
	}
	shared := cs[0].Former
	NameFormer(cs)
	name := func(c geo.Commune, code string) string {
		for _, f := range c.Former {
			if f.Code == code {
				return f.Name
			}
		}
		return ""
	}
	for _, want := range []struct {
		i          int
		code, name string
	}{{0, "59355", "Lomme"}, {0, "59298", "Hellemmes-Lille"}, {1, "59540", "Saint-Pol-sur-Mer"}} {
		if got := name(cs[want.i], want.code); got != want.name {
			t.Errorf("%s: %q, want %q", want.code, got, want.name)
		}
	}
	if len(cs[2].Former) != 0 || shared[0].Name != "" {
		t.Error("a commune without associated ones, or the caller's slice, was changed")
	}
}
