package quota

import (
	"strings"
	"testing"

	"perimetre/geo"
	"perimetre/geo/fault"
)

func TestRulesThatComeWithTheProduct(t *testing.T) {
	want := map[string]string{
		"cej-qpv-40": "40 %", "contrats-aides-qpv-20": "20 %", "parcours-frr": "", "accompagnes": "", "premiers-accueils": "", "cej-entrees": "", "parcours-nationaux": "", "pacea": "", "cej-qpv-national": "20 %",
	}
	if got := Rules(); len(got) != len(want) {
		t.Errorf("rules: %v", got)
	}
	for name, target := range want {
		r, err := LoadRule(name)
		if err != nil {
			t.Error(err)
			continue
		}
		var got string
		if len(r.Targets) > 0 {
			got = r.Targets[0].Share.String()
		}
		if got != target || r.ID != name || r.Source == "" || r.Simulation != nil {
			t.Errorf("%s : objectif %q, source %q", name, got, r.Source)
		}
	}
}

func TestRuleFaultsNameTheirLine(t *testing.T) {
	const head = "id: x\nname: X\nzonings: [qpv]\n"
	for _, c := range []struct {
		name, text string
		line       int
		says       string
	}{
		{"clé inconnue", head + "cible: 40 %\n", 4, "cible"},
		{"clé répétée", head + "id: y\n", 4, "répétée"},
		{"part sans %", head + "targets:\n  - share: 40\n", 5, "40 % ou 0.4"},
		{"part impossible", head + "targets:\n  - share: 140 %\n", 5, "140"},
		{"objectif sans part", head + "targets:\n  - from: 2024-01-01\n", 5, "share"},
		{"objectifs qui se recouvrent", head + "targets:\n  - {share: 40 %, to: 2024-06-30}\n  - {share: 60 %, from: 2024-06-30}\n", 6, "recouvrir"},
		{"date impossible", head + "valid_from: 2024-02-31\n", 4, "AAAA-MM-JJ"},
		{"zonage inconnu", "id: x\nname: X\nzonings: [zus]\n", 3, "qpv, frr, zrr"},
		{"âge en lettres", head + "ages:\n  min: seize\n  max: 25\n", 5, "entier"},
		{"âges inversés", head + "ages: {min: 26, max: 25}\n", 4, "min"},
		{"simulation sans référence", head + "simulation:\n  tiers:\n    - {from: 40 %, amount: 100}\n", 5, "reference"},
		{"YAML illisible", head + "source: a: b\n", 4, "YAML"},
		{"sans zonage", "id: x\nname: X\n", 1, "zonings"},
		{"liste attendue", "id: x\nname: X\nzonings: qpv\n", 3, "une liste"},
		{"source sans personne", head + "sources:\n  - {on: 2024-03-01, said: 40 %}\n", 5, "by"},
		{"source sans jour lisible", head + "sources:\n  - {on: printemps, by: X, said: Y}\n", 5, "année"},
		{"traitement inconnu", head + "unlocatable: oubliés\n", 4, "undecided, out, excluded"},
	} {
		_, err := ParseRule("r.yml", []byte(c.text))
		e, ok := err.(*fault.Error)
		if !ok || e.Line != c.line || e.Kind != fault.Input || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: want line %d, %q; %v", c.name, c.line, c.says, err)
		}
	}
	if _, err := LoadRule("nulle-part"); fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), "cej-qpv-40") {
		t.Errorf("rule not found: %v", err)
	}
}

func TestAnOldConfirmationIsSaid(t *testing.T) {
	r := loadRule(t, "cej-qpv-40")
	p := period(t, "2024-T3")
	if w := r.Warnings(p, geo.MustDate("2024-10-23")); len(w) != 0 {
		t.Errorf("twelve months later: %v", w)
	}
	if w := r.Warnings(p, geo.MustDate("2024-10-24")); len(w) != 1 || !strings.Contains(w[0], "Objectif à confirmer") {
		t.Errorf("past twelve months: %v", w)
	}
	old := loadRule(t, "contrats-aides-qpv-20")
	if w := old.Warnings(p, geo.MustDate("2024-10-24")); !strings.Contains(strings.Join(w, " "), "31/12/2020") {
		t.Errorf("rule out of date: %v", w)
	}
}

func TestSimulationNeedsAFormulaAndItsReference(t *testing.T) {
	r, err := ParseRule("r.yml", []byte(`
id: x
name: X
zonings: [qpv]
targets: [{share: 40 %}]
simulation:
  reference: Note interne du 3 mars 2024
  unit: €
  tiers:
    - {from: 0 %, amount: -1000}
    - {from: 40 %, amount: 2000}
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		q, n   int
		amount int64
		ok     bool
	}{{399, 1000, -1000, true}, {400, 1000, 2000, true}, {0, 0, 0, false}} {
		if a, ok := r.Simulation.Amount(c.q, c.n); a != c.amount || ok != c.ok {
			t.Errorf("%d/%d : %d %v", c.q, c.n, a, ok)
		}
	}
}

func FuzzParseRule(f *testing.F) {
	for _, name := range Rules() {
		b, _ := ruleFiles.ReadFile("rules/" + name + ".yml")
		f.Add(b)
	}
	f.Add([]byte("targets:\n- {share: 40 %, from: 2024-01-01}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ParseRule("f.yml", b)
		if (r == nil) == (err == nil) {
			t.Fatal("neither a rule nor a fault, or both")
		}
	})
}

// Who said what of a target is no part of the fingerprint: bordereaux counted before a
// source was named still count.
func TestFingerprintWithoutSources(t *testing.T) {
	for name, before := range map[string]string{"cej-qpv-40": "cde9e30259288c13", "cej-qpv-national": "e2d4fe6df3a4c15d", "contrats-aides-qpv-20": "33ed1af987f07a37"} {
		r, err := LoadRule(name)
		if err != nil || r.Fingerprint != before || len(r.Sources) == 0 {
			t.Errorf("%s: %s, want %s; %v", name, r.Fingerprint, before, err)
		}
	}
	text := "id: a\nname: A\nzonings: [qpv]\ntargets:\n  - from: 2024-01-01\n    share: 0.40\n"
	said := "sources:\n  - on: 2024\n    by: X\n    said: Y\n    in: Z\n"
	prints := map[string]bool{}
	for _, s := range []string{text, text + said, strings.Replace(text, "targets:", said+"targets:", 1)} {
		r, err := ParseRule("r.yml", []byte(s))
		if err != nil {
			t.Fatal(err)
		}
		prints[r.Fingerprint] = true
	}
	other, err := ParseRule("r.yml", []byte(strings.Replace(text+said, "0.40", "0.41", 1)))
	if err != nil || len(prints) != 1 || prints[other.Fingerprint] {
		t.Error(prints, other, err)
	}
}
