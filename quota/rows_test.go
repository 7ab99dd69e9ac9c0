package quota

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/quota/directory"
)

func loadRule(t testing.TB, name string) *Rule {
	t.Helper()
	r, err := LoadRule(name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// flagged reads a file written from lines, under the rule.
func flagged(t testing.TB, rule *Rule, name string, lines ...string) *Flagged {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := ReadFlagged(path, rule, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func compute(t testing.TB, rule *Rule, o Options, files ...*Flagged) *Result {
	t.Helper()
	if o.AsOf.IsZero() {
		o.AsOf = geo.MustDate("2025-01-15")
	}
	r, err := FromRows(files, rule, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func period(t testing.TB, s string) Period {
	t.Helper()
	p, err := ParsePeriod(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func unitOf(t testing.TB, r *Result, code string) Unit {
	t.Helper()
	for _, u := range r.Units {
		if u.Code == code {
			return u
		}
	}
	t.Fatalf("no unit %s in %+v", code, r.Units)
	return Unit{}
}

const header = "Matricule;Code structure;Dispositif;Date d’entrée;Renouvellement;Date de naissance;RQTH;QPV;qpv_statut;qpv_motif;qpv_action;qpv_perimetre;result_citycode"

func TestQuarterIsCountedInParisTime(t *testing.T) {
	rule := loadRule(t, "cej-entrees")
	f := flagged(t, rule, "a.csv", header,
		"1;59350;CEJ;31/03/2024 23:59;non;01/01/2005;;;oui;numero_dedans;;2024;59350",
		"2;59350;CEJ;2024-04-01;non;01/01/2005;;;oui;numero_dedans;;2024;59350",
		"3;59350;CEJ;2024-03-31T22:30:00Z;non;01/01/2005;;;oui;numero_dedans;;2024;59350", // 1 April, 00:30 in Paris
	)
	if n := compute(t, rule, Options{Period: period(t, "2024-T1")}, f).Total.N(); n != 1 {
		t.Errorf("T1 : %d", n)
	}
	if n := compute(t, rule, Options{Period: period(t, "2024-T2")}, f).Total.N(); n != 2 {
		t.Errorf("T2 : %d", n)
	}
}

func TestOnePersonCountsAtTheFirstEntry(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	f := flagged(t, rule, "a.csv", header,
		"p1;59350;CEJ;10/02/2024;non;;;;non;numero_dehors;;2024;59350",
		"p1;59350;CEJ;05/01/2024;non;;;;oui;numero_dedans;;2024;59350",
		"p1;59512;CEJ;20/03/2024;non;;;;non;numero_dehors;;2024;59512",
		"p2;59350;CEJ;06/01/2024;oui;;;;oui;numero_dedans;;2024;59350",
		"p2;59350;CEJ;07/02/2024;non;;;;oui;numero_dedans;;2024;59350",
		"p3;59350;PACEA;07/02/2024;non;;;;oui;numero_dedans;;2024;59350",
		"p4;59350;CEJ - jeunes en rupture;07/05/2024;non;;;;oui;numero_dedans;;2024;59350",
	)
	r := compute(t, rule, Options{Period: period(t, "2024-T1")}, f)
	u := unitOf(t, r, "59350")
	if u.In != 2 || u.N() != 2 {
		t.Errorf("counted: %+v", u.Count)
	}
	if n := unitOf(t, r, "59512").N(); n != 0 {
		t.Errorf("the second unit counts %d", n)
	}
	if len(r.Mutations) != 1 || r.Mutations[0].From != "59350" || r.Mutations[0].Unit != "59512" || r.Mutations[0].Line != 4 {
		t.Errorf("mutations : %+v", r.Mutations)
	}
	want := map[Reason]int{Repeated: 1, Moved: 1, Renewed: 1, OtherProgramme: 1, OutOfPeriod: 1, NotARow: 0}
	for k, v := range want {
		if r.Aside[k] != v {
			t.Errorf("%s: %d, want %d", k, r.Aside[k], v)
		}
	}
	// A year is not the sum of its quarters.
	year := compute(t, rule, Options{Period: period(t, "2024")}, f)
	if year.Total.N() != 3 {
		t.Errorf("year: %d", year.Total.N())
	}
}

func TestEveryRowIsCountedRejectedOrSetAside(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	f := flagged(t, rule, "a.csv", header,
		"p1;59350;CEJ;10/02/2024;non;01/01/2004;;;non;numero_dehors;;2024;59350",
		"p2;59350;CEJ;31/02/2024;non;01/01/2004;;;non;numero_dehors;;2024;59350",
		"p3;59350;CEJ;;non;01/01/2004;;;non;numero_dehors;;2024;59350",
		";59350;CEJ;10/02/2024;non;01/01/2004;;;non;numero_dehors;;2024;59350",
		"p5;59350;CEJ;10/02/2024;non;01/01/2004;;;;;;;",
		"p6;59350;CEJ;10/02/2024;non;01/01/2004;;;peut-être;;;;",
		"p7;59350;;10/02/2024;non;01/01/2004;;;oui;;;;",
		"p8;59350;CEJ;10/02/2024;non;10/02/1998;;;oui;;;2024;", // 26 on that day
		"p9;59350;CEJ;10/02/2024;non;11/02/1998;;;oui;;;2024;", // its eve
		"p10;59350;CEJ;10/02/2024;non;11/02/1994;oui;;oui;;;2024;",
		"p11;59350;CEJ;10/02/2024;non;10/02/1994;oui;;oui;;;2024;",
		"p12;59350;CEJ;10/02/2024;on verra;01/01/2004;;;oui;;;2024;",
		"TOTAL;;;12;;;;;;;;;",
	)
	r := compute(t, rule, Options{Period: period(t, "2024-T1")}, f)
	if r.Total.N() != 3 {
		t.Errorf("counted: %d", r.Total.N())
	}
	got := map[int]Reason{}
	for _, x := range r.Rejected {
		got[x.Line] = x.Reason
	}
	want := map[int]Reason{3: BadDate, 4: NoDate, 5: NoPerson, 6: NoStatus, 7: BadStatus, 8: NoProgramme, 9: OutOfAge, 12: OutOfAge, 13: UnclearRepeat}
	for line, reason := range want {
		if got[line] != reason {
			t.Errorf("line %d: %q, want %q", line, got[line], reason)
		}
	}
	if len(got) != len(want) || r.Aside[NotARow] != 1 {
		t.Errorf("rejects %v, set aside %v", got, r.Aside)
	}
	if r.Rejected[0].Detail != "31/02/2024" {
		t.Errorf("detail %q", r.Rejected[0].Detail)
	}
}

func TestOutOfTerritoryCountsForItsOwnUnit(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	d := directory.New()
	d.Name("59350", "Lille Avenirs")
	d.Name("59512", "Mission Locale de Roubaix")
	d.Territory("59350", "59350")
	d.Territory("59512", "59512")
	f := flagged(t, rule, "a.csv", header,
		"p1;59350;CEJ;10/02/2024;non;;;;oui;numero_dedans;;2024;59512",
		"p2;lille avenirs;CEJ;10/02/2024;non;;;;oui;numero_dedans;;2024;59350",
		"p3;ZZ;CEJ;10/02/2024;non;;;;oui;numero_dedans;;2024;62041")
	r := compute(t, rule, Options{Units: d}, f)
	if u := unitOf(t, r, "59350"); u.N() != 2 || u.Name != "Lille Avenirs" {
		t.Errorf("%+v", u)
	}
	if len(r.Outside) != 1 || r.Outside[0].Resident != "59512" || r.Outside[0].Line != 2 {
		t.Errorf("hors territoire : %+v", r.Outside)
	}
	if r.Period.ID != "2024-T1" {
		t.Errorf("default period: %s", r.Period.ID)
	}
}

func TestAColumnThatNeverNamesTheProgrammeIsSaid(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	r := compute(t, rule, Options{Period: period(t, "2024-T1")}, flagged(t, rule, "a.csv", header, "p1;59350;CDD;10/02/2024;non;;;;oui;numero_dedans;;2024;"))
	if notices := strings.Join(r.Notices, "\n"); !strings.Contains(notices, "Aucune ligne du dispositif CEJ") || !strings.Contains(notices, "CDD") {
		t.Error(notices)
	}
}

func TestUnknownUnitCodeHasNoName(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	r := compute(t, rule, Options{}, flagged(t, rule, "a.csv", header, "p1;99999;CEJ;10/02/2024;non;;;;oui;numero_dedans;;2024;"))
	if u := unitOf(t, r, "99999"); u.Name != "" || u.N() != 1 {
		t.Errorf("%+v", u)
	}
}

func TestOwnFlagAgainstComputed(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	f := flagged(t, rule, "a.csv", header,
		"p1;59350;CEJ;10/02/2024;non;;;oui;oui;numero_dedans;;2024;",
		"p2;59350;CEJ;10/02/2024;non;;;non;oui;numero_dedans;;2024;",
		"p3;59350;CEJ;10/02/2024;non;;;QP059001;non;numero_dehors;;2024;",
		"p4;59350;CEJ;10/02/2024;non;;;oui;a_verifier;bord;trancher;2024;",
		"p5;59350;CEJ;10/02/2024;non;;;;non;numero_dehors;;2024;")
	own := compute(t, rule, Options{}, f).Own
	if own.Cells[In][In] != 1 || own.Cells[Out][In] != 1 || own.Cells[In][Out] != 1 || own.Cells[In][Undecided] != 1 || own.Cells[Undecided][Out] != 1 {
		t.Errorf("%v", own.Cells)
	}
	if own.Compared() != 3 || len(own.Disagreements) != 2 || own.Disagreements[0].Line != 3 || own.Disagreements[1].Line != 4 {
		t.Errorf("%+v", own.Disagreements)
	}
}

func TestOnlyPersonDateAndStatusAreRequired(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	f := flagged(t, rule, "a.csv", "Identifiant;Date début CEJ;qpv_statut", "1;03/04/2024;oui", "2;45385;a_verifier", "3;2024-04-05;non")
	r := compute(t, rule, Options{}, f)
	if r.Total.In != 1 || r.Total.Out != 1 || r.Total.Undecided != 1 || r.Period.ID != "2024-T2" {
		t.Errorf("%s : %+v", r.Period.ID, r.Total.Count)
	}
	notices := strings.Join(r.Notices, "\n")
	for _, want := range []string{"renouvellements ne sont pas écartés", "l’âge n’est pas vérifié", "adresse connue au jour de l’extraction", "comptées comme CEJ"} {
		if !strings.Contains(notices, want) {
			t.Errorf("not said: %s\n%s", want, notices)
		}
	}
	path := filepath.Join(t.TempDir(), "b.csv")
	os.WriteFile(path, []byte("Identifiant;Date début CEJ\n1;03/04/2024\n"), 0o600)
	if _, err := ReadFlagged(path, rule, ReadOptions{}); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "qpv_statut") {
		t.Errorf("without qpv_statut: %v", err)
	}
}

func TestPerimetersDoNotMix(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	line := func(p string) string { return "p" + p + ";59350;CEJ;10/02/2024;non;;;;oui;numero_dedans;;" + p + ";" }
	a, b := flagged(t, rule, "a.csv", header, line("2024")), flagged(t, rule, "b.csv", header, line("2015"))
	_, err := FromRows([]*Flagged{a, b}, rule, Options{Period: period(t, "2024-T1"), AsOf: geo.MustDate("2025-01-01")})
	if err == nil || !strings.Contains(err.Error(), "a.csv") || !strings.Contains(err.Error(), "b.csv") || !strings.Contains(err.Error(), "2015") {
		t.Errorf("%v", err)
	}
	// Even where every person of one is already in the other.
	same := flagged(t, rule, "même.csv", header, strings.Replace(line("2015"), "p2015", "p2024", 1))
	if _, err := FromRows([]*Flagged{a, same}, rule, Options{Period: period(t, "2024-T1"), AsOf: geo.MustDate("2025-01-01")}); err == nil {
		t.Error("two perimeters of the same people are mixed")
	}
	// Each entry under the perimeters of its day is one regime.
	c := flagged(t, rule, "c.csv", header, "p1;59350;CEJ;10/12/2023;non;;;;oui;numero_dedans;;2015;", line("2024"))
	r := compute(t, rule, Options{Period: period(t, "2023-T4..2024-T1")}, a, c)
	if r.Perimeter != "2015|2024" {
		t.Errorf("%q", r.Perimeter)
	}
}

func TestFollowUpCountsWhoIsInTheProgrammeOnTheDay(t *testing.T) {
	rule := *loadRule(t, "cej-qpv-40")
	rule.Counting = FollowUp
	f := flagged(t, &rule, "a.csv", "Identifiant;Date début CEJ;Date fin CEJ;Renouvellement;qpv_statut",
		"1;03/04/2024;;non;oui", "2;03/04/2024;29/06/2024;non;oui", "3;03/04/2023;30/06/2024;oui;non", "4;01/07/2024;;non;oui",
		"1;03/01/2023;02/04/2024;non;non", "5;01/05/2024;01/02/2024;non;oui")
	r := compute(t, &rule, Options{Period: period(t, "2024-T2")}, f)
	if r.Total.In != 1 || r.Total.Out != 1 || r.Total.N() != 2 {
		t.Errorf("%+v %v", r.Total.Count, r.Aside)
	}
	path := filepath.Join(t.TempDir(), "b.csv")
	os.WriteFile(path, []byte("Identifiant;Date début CEJ;qpv_statut\n1;03/04/2024;oui\n"), 0o600)
	if _, err := ReadFlagged(path, &rule, ReadOptions{}); fault.KindOf(err) != fault.Input {
		t.Errorf("without an end date: %v", err)
	}
}

func TestZoningsOfTheRule(t *testing.T) {
	rule := loadRule(t, "parcours-frr")
	f := flagged(t, rule, "a.csv", "Identifiant;Date d’entrée;qpv_statut;frr_statut;zrr_statut",
		"1;03/07/2024;non;socle;sans_objet", "2;03/07/2024;oui;non;sans_objet", "3;03/07/2024;oui;partiel;sans_objet",
		"4;03/02/2024;oui;sans_objet;oui", "5;03/07/2024;oui;beneficiaire;sans_objet", "6;03/07/2024;oui;a_verifier;sans_objet")
	r := compute(t, rule, Options{}, f)
	if r.Total.In != 3 || r.Total.Out != 1 || r.Total.Undecided != 2 || r.Total.Verdict != NoTarget {
		t.Errorf("%+v %s", r.Total.Count, r.Total.Verdict)
	}
}

func TestTargetsByDateAndUnit(t *testing.T) {
	rule, err := ParseRule("r.yml", []byte(`
id: essai
name: Essai
zonings: [qpv]
targets:
  - {share: 40 %, to: 2024-06-30}
  - {share: 60 %, from: 2024-07-01}
unit_targets:
  "59512": [{share: 85 %}]
source: essai
`))
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{"Identifiant;Mission Locale;Date d’entrée;qpv_statut"}
	for i := range 200 {
		date, status := "15/03/2024", "oui"
		if i >= 100 {
			date = "15/09/2024"
		}
		if i%2 == 0 {
			status = "non"
		}
		for _, unit := range []string{"59350", "59512"} {
			lines = append(lines, strings.Join([]string{unit + string(rune('a'+i/26)) + string(rune('a'+i%26)), unit, date, status}, ";"))
		}
	}
	r := compute(t, rule, Options{Period: period(t, "2024")}, flagged(t, rule, "a.csv", lines...))
	if u := unitOf(t, r, "59350"); u.Verdict != Reached || u.Required.RatString() != "100" {
		t.Errorf("%s, requis %s", u.Verdict, u.Required)
	}
	if u := unitOf(t, r, "59512"); u.Verdict != Missed || u.Required.RatString() != "170" {
		t.Errorf("%s, requis %s", u.Verdict, u.Required)
	}
	if r.Total.Required.RatString() != "270" {
		t.Errorf("requis de l’ensemble : %s", r.Total.Required)
	}
}

// The verdict without decisions takes back what a person made of a row, not what another
// zoning of the rule settles, nor an answer that a person could not give.
func TestWithoutDecisions(t *testing.T) {
	lines := []string{
		"Identifiant;Code structure;Date d'entrée;qpv_statut;qpv_motif;frr_statut;zrr_statut",
		"p1;59350;10/02/2024;oui;decision;non;non",
		"p2;59350;10/02/2024;oui;decision;socle;non",
		"p3;59350;10/02/2024;non;decision;plus;non",
		"p4;59350;10/02/2024;non;decision;non;non",
		"p5;59350;10/02/2024;non;decision;a_verifier;non",
		"p6;59350;10/02/2024;a_verifier;decision;non;non",
	}
	for _, c := range []struct {
		zonings       string
		decided, auto Count
	}{
		{"qpv", Count{In: 2, Out: 3, Undecided: 1, DecidedIn: 2, DecidedOut: 3, DecidedNone: 1}, Count{Undecided: 6, DecidedNone: 1}},
		{"qpv, frr", Count{In: 3, Out: 1, Undecided: 2, DecidedIn: 1, DecidedOut: 1, DecidedNone: 1}, Count{In: 2, Undecided: 4, DecidedNone: 1}},
		{"frr, zrr", Count{In: 2, Out: 3, Undecided: 1}, Count{In: 2, Out: 3, Undecided: 1}},
	} {
		rule, err := ParseRule("r.yml", []byte("id: essai\nname: Essai\ncounting: entrees\nprogramme: {name: tous}\nrenewals: included\nunlocatable: undecided\nthresholds: {own: 0, state: 5, public: 11}\nsource: essai\nzonings: ["+c.zonings+"]\n"))
		if err != nil {
			t.Fatal(err)
		}
		r := compute(t, rule, Options{Period: period(t, "2024")}, flagged(t, rule, "a.csv", lines...))
		if got := unitOf(t, r, "59350").Count; got != c.decided || got.Auto() != c.auto {
			t.Errorf("%s: %+v, %+v without decisions", c.zonings, got, got.Auto())
		}
	}
}
