package quota

import (
	"strings"
	"testing"

	"perimetre/geo"
)

const amended = `id: x
name: X
zonings: [qpv]
targets:
  - share: 40 %
unit_targets:
  "59350": [{share: 50 %}]
source: Lettre d’hier
confirmed_on: 2023-10-23
`

// What was asked before the day stays; what is asked after is the amendment's.
func TestAmendKeepsThePast(t *testing.T) {
	third, _ := ParseFraction("45 %")
	high, _ := ParseFraction("85 %")
	text, err := Amend("x.yml", []byte(amended), Amendment{From: geo.MustDate("2025-07-01"), Share: third, Units: map[string]Fraction{"59512": high},
		Source: "Arrêté du 1er juin 2025", ConfirmedOn: geo.MustDate("2025-06-02"),
		Simulation: &Simulation{Reference: "Note du 3 juin : essai", Unit: "€", Tiers: []Tier{{From: third, Amount: 1000}, {From: high, Amount: 2500}}}})
	if err != nil {
		t.Fatal(err)
	}
	rule, err := ParseRule("x.yml", text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	for _, c := range []struct{ unit, on, want string }{
		{"59183", "2025-06-30", "40 %"}, {"59183", "2025-07-01", "45 %"},
		{"59350", "2025-06-30", "50 %"}, {"59350", "2025-07-01", "45 %"}, // no longer apart
		{"59512", "2025-06-30", "40 %"}, {"59512", "2025-07-01", "85 %"}, // apart from then on
	} {
		got := ""
		if i := rule.targetAt(c.unit, geo.MustDate(c.on)); i >= 0 {
			got = rule.targetsOf(c.unit)[i].Share.String()
		}
		if got != c.want {
			t.Errorf("%s on %s: %q, want %q in\n%s", c.unit, c.on, got, c.want, text)
		}
	}
	if rule.Source != "Arrêté du 1er juin 2025" || rule.ConfirmedOn != geo.MustDate("2025-06-02") || rule.Simulation == nil || len(rule.Simulation.Tiers) != 2 || rule.Simulation.Tiers[1].Amount != 2500 {
		t.Errorf("source %q, confirmed %s, simulation %+v", rule.Source, rule.ConfirmedOn, rule.Simulation)
	}
	if before, _ := ParseRule("x.yml", []byte(amended)); before.Fingerprint == rule.Fingerprint {
		t.Error("two rules of one fingerprint")
	}
	again, err := Amend("x.yml", text, Amendment{From: geo.MustDate("2025-07-01"), Source: "Correction", ConfirmedOn: geo.MustDate("2025-06-03")})
	if err != nil {
		t.Fatal(err)
	}
	if rule, err = ParseRule("x.yml", again); err != nil || rule.targetAt("59183", geo.MustDate("2025-07-01")) >= 0 || rule.targetAt("59512", geo.MustDate("2025-08-01")) >= 0 || rule.targetAt("59183", geo.MustDate("2025-06-30")) < 0 {
		t.Errorf("%v: an amendment without a share asks for nothing from its day on\n%s", err, again)
	}
	if strings.Contains(string(again), "simulation") {
		t.Errorf("the simulation stays:\n%s", again)
	}
	if _, err := Amend("x.yml", []byte(amended), Amendment{Source: "sans jour"}); err == nil {
		t.Error("an amendment without a day is taken")
	}
}
