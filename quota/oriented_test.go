package quota

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"perimetre/quota/outcome"
)

// jobRule is a rule on those oriented to work, or on all entries.
func jobRule(t *testing.T, counted string) *Rule {
	t.Helper()
	r, err := ParseRule("r.yml", []byte("id: r\nname: R\nzonings: [qpv]\ntargets: [{share: 40 %}]\nthresholds: {state: 5, public: 11}\n"+
		"outcomes: {counted: "+counted+", oriented: [emploi_durable, formation], groups: {emploi_durable: [Emploi]}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const jobHeader = "Matricule;Code structure;Date d’entrée;Situation à la sortie;qpv_statut"

// jobRows are 12 entries: 7 oriented to work (3 in, 3 out, 1 undecided), 3 not, 2 unknown.
var jobRows = []string{
	jobHeader, "1;59512;02/07/2024;CDI;oui", "2;59512;02/07/2024;Emploi;oui", "3;59512;02/07/2024;Formation qualifiante;oui", "4;59512;02/07/2024;CDI;non",
	"5;59512;02/07/2024;Contrat d'apprentissage;non", "6;59512;02/07/2024;CDD 6 mois et plus;non", "7;59512;02/07/2024;CDI;a_verifier", "8;59512;02/07/2024;Sans solution;oui",
	"9;59512;02/07/2024;Intérim;non", "10;59512;02/07/2024;Abandon;non", "11;59512;02/07/2024;;oui", "12;59512;02/07/2024;Licorne;non",
	"1;59512;05/08/2024;Sans solution;oui", // entered before: her first entry tells
}

// Both counts come from the same rows; the rule says which of them has the verdict.
func TestRuleCountsEntriesOrThoseOrientedToWork(t *testing.T) {
	for _, c := range []struct {
		counted       string
		main          Count
		verdict       Verdict
		aside, doubts int
	}{
		{"entrees", Count{In: 5, Out: 6, Undecided: 1}, Reached, 0, 0},
		{"orientes", Count{In: 3, Out: 3, Undecided: 1}, Reached, 3, 2},
	} {
		rule := jobRule(t, c.counted)
		r := compute(t, rule, Options{Period: period(t, "2024-T3")}, flagged(t, rule, "a.csv", jobRows...))
		u := unitOf(t, r, "59512")
		if u.Count != c.main || u.Verdict != c.verdict {
			t.Errorf("%s: %+v, %s", c.counted, u.Count, u.Verdict)
		}
		for _, l := range []struct {
			level Level
			code  string
		}{{LevelUnit, "59512"}, {LevelDepartement, "59"}, {LevelTotal, "TOTAL"}} {
			got := rule.Sight(OwnUnit).Veil(r).Outcomes(l.level, l.code)
			all, ok := got.Sum(outcome.Groups...)
			oriented, _ := got.Sum(rule.Outcomes.Oriented...)
			unknown, _ := got.Sum(outcome.Unknown)
			if !ok || all != (outcome.Sum{In: 5, Out: 6, Undecided: 1}) || oriented != (outcome.Sum{In: 3, Out: 3, Undecided: 1}) || unknown.N() != 2 {
				t.Errorf("%s, %v: %v", c.counted, l, got)
			}
		}
		if r.Aside[NotOriented] != c.aside || r.Aside[NoOutcome] != c.doubts || u.Doubts[OutcomeUnknown] != c.doubts {
			t.Errorf("%s: aside %v, doubts %v", c.counted, r.Aside, u.Doubts)
		}
		if !strings.Contains(strings.Join(r.Notices, "\n"), "« Licorne »") {
			t.Errorf("%s: the word that no group has is not named: %v", c.counted, r.Notices)
		}
	}
}

// A bordereau carries both counts; the State reads the small ones of neither.
func TestOutcomesTravelInBordereaux(t *testing.T) {
	for _, counted := range []string{"entrees", "orientes"} {
		rule := jobRule(t, counted)
		o := Options{Period: period(t, "2024-T3"), AsOf: day(2024, 10, 2)}
		sent, err := NewBordereau([]*Flagged{flagged(t, rule, "a.csv", jobRows...)}, rule, o, "v", nil)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := sent.Write(&b); err != nil {
			t.Fatal(err)
		}
		back, err := ParseBordereau("b.json", b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		r, err := FromBordereaux([]*Bordereau{back}, rule, o, "")
		if err != nil {
			t.Fatal(err)
		}
		if x, ok := rule.Sight(OwnUnit).Veil(r).Outcomes(LevelUnit, "59512").Sum(outcome.Unknown); !ok || x.N() != 2 {
			t.Errorf("%s: own %+v, %v", counted, x, ok)
		}
		if x, ok := rule.Sight(StatePartners).Veil(r).Outcomes(LevelUnit, "59512").Sum(outcome.Unknown); ok {
			t.Errorf("%s: the State reads small cells: %+v", counted, x)
		}
		if c := rule.Sight(Everybody).Veil(r).Outcomes(LevelUnit, "59512"); c != nil {
			t.Errorf("%s: the public reads %v", counted, c)
		}
		bad := bytes.Replace(b.Bytes(), []byte(`"emploi_durable.oui": 2`), []byte(`"emploi_durable.oui": -2`), 1)
		if _, err := ParseBordereau("b.json", bad); err == nil {
			t.Errorf("%s: situations that cannot be are taken", counted)
		}
	}
}

// No number of under five can be told from what the State reads and the totals.
func TestStateCannotTellSmallOutcomes(t *testing.T) {
	rule := jobRule(t, "entrees")
	lines := []string{jobHeader}
	add := func(n int, situation, answer string) {
		for range n {
			lines = append(lines, fmt.Sprintf("%d;59512;02/07/2024;%s;%s", len(lines), situation, answer))
		}
	}
	add(30, "CDI", "oui")
	add(2, "Abandon", "oui")
	add(20, "CDI", "non")
	add(9, "Formation", "non")
	add(6, "", "oui")
	r := compute(t, rule, Options{Period: period(t, "2024-T3")}, flagged(t, rule, "a.csv", lines...))
	got := rule.Sight(StatePartners).Veil(r).Outcomes(LevelUnit, "59512")
	if _, told := got["aucune.oui"]; told {
		t.Error("two people are told")
	}
	hidden := 0
	for _, g := range outcome.Groups {
		if _, told := got[outcome.Key(g, "oui")]; !told {
			hidden++
		}
	}
	if hidden < 2 {
		t.Errorf("the total gives the hidden one: %v", got)
	}
	if s, ok := got.Sum(outcome.DurableJob, outcome.Training); ok && s.Out != 29 {
		t.Errorf("those out %+v", s)
	}
}

// A rule on those oriented to work refuses a file that does not tell; a file without the
// column leaves another rule without the second count.
func TestRuleOnOutcomesNeedsThem(t *testing.T) {
	lines := []string{"Matricule;Code structure;Date d’entrée;qpv_statut", "1;59512;02/07/2024;oui"}
	rule := jobRule(t, "entrees")
	r := compute(t, rule, Options{Period: period(t, "2024-T3")}, flagged(t, rule, "a.csv", lines...))
	if c := rule.Sight(OwnUnit).Veil(r).Outcomes(LevelUnit, "59512"); c != nil {
		t.Errorf("counted without the column: %v", c)
	}
	columns, err := NewColumns("a.csv", strings.Split(lines[0], ";"), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewFlagged(columns, jobRule(t, "orientes"), func(func(Record, error) bool) {}); err == nil || !strings.Contains(err.Error(), "situation") {
		t.Errorf("%v", err)
	}
	for _, bad := range []string{"{counted: deux}", "{oriented: [travail]}", "{groups: {travail: [CDI]}}"} {
		if _, err := ParseRule("r.yml", []byte("id: r\nname: R\nzonings: [qpv]\noutcomes: "+bad+"\n")); err == nil || !strings.Contains(err.Error(), "ligne 4") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
