package method

import (
	"strings"
	"testing"

	"perimetre/geo"
	"perimetre/quota"
)

func TestSpan(t *testing.T) {
	from, to := geo.MustDate("2024-01-01"), geo.MustDate("2025-12-31")
	for want, rule := range map[string]quota.Rule{
		"non datée":                {},
		"depuis le 01/01/2024":     {ValidFrom: from},
		"jusqu’au 31/12/2025":      {ValidTo: to},
		"01/01/2024 au 31/12/2025": {ValidFrom: from, ValidTo: to},
	} {
		if got := Span(&rule); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// A target says its days, and how many Missions Locales have another.
func TestTargets(t *testing.T) {
	share, err := quota.ParseFraction("0.45")
	if err != nil {
		t.Fatal(err)
	}
	rule := quota.Rule{Targets: []quota.Target{{Share: share, From: geo.MustDate("2025-07-01")}}, UnitTargets: map[string][]quota.Target{"59350": nil}}
	got := strings.Join(strings.Fields(Targets(&rule)), " ") // its spaces are thin
	if got != "45 % à partir du 01/07/2025 ; 1 Mission Locale à part" {
		t.Errorf("got %q", got)
	}
	if got := Targets(&quota.Rule{}); got != "sans objectif" {
		t.Errorf("got %q", got)
	}
}
