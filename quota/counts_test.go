package quota

import (
	"bytes"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"perimetre/geo"
)

func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

var in2024 = Options{Period: Year(2024), AsOf: geo.MustDate("2025-06-30")}

// The CEJ of the 2024 report, by département: at 40 % the Nord needs 6 025 QPV
// entries of 15 061 and had 4 075 to 4 089.
func TestAggregatedReport2024(t *testing.T) {
	path := write(t, "cej.csv", "Département;Nb jeunes;Part QPV\nNord;15 061;27,1 %\nPas-de-Calais;7 107;24,8 %\nAisne;3 130;16,5 %\nOise;2 864;18,6 %\nSomme;1 651;16,1 %\nTOTAL HDF;29 813;24,0 %\n")
	r, err := FromAggregated(path, loadRule(t, "cej-qpv-40"), in2024, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	nord := unitOf(t, r, "Nord")
	if nord.In != 4075 || nord.In+nord.Undecided != 4089 || nord.N() != 15061 {
		t.Errorf("Nord : %+v", nord.Count)
	}
	if ceil(nord.Required) != 6025 || nord.Short != 1950 || nord.ShortMin != 1936 || nord.Verdict != Missed || nord.Name != "Nord" {
		t.Errorf("Nord: required %s, missing %d to %d, %s", nord.Required, nord.ShortMin, nord.Short, nord.Verdict)
	}
	if r.Total.N() != 29813 || len(r.Units) != 5 {
		t.Errorf("ensemble : %+v", r.Total.Count)
	}
	// The pooled share prints 24,0 % whatever the rounded shares stand for.
	low, _ := r.Total.ShareMin()
	high, _ := r.Total.ShareMax()
	if low < 0.2395-0.0005 || high > 0.2405+0.0005 {
		t.Errorf("all: %.4f to %.4f", low, high)
	}
}

func TestAggregatedTables(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	for _, c := range []struct{ name, text, fault string }{
		{"nombre et part qui se contredisent", "Unité;Entrées;QPV;Part\nA;1000;400;30,0 %\n", "s’accordent"},
		{"part de plus de 100 %", "Unité;Entrées;Part\nA;1000;140 %\n", "27,1 %"},
		{"plus de résidents que d’entrées", "Unité;Entrées;QPV\nA;10;40\n", "au plus 10"},
		{"unité répétée", "Unité;Entrées;QPV\nA;10;4\nA;10;4\n", "ligne 2"},
		{"sans colonne d’entrées", "Unité;QPV\nA;4\n", "entrées"},
		{"entrées en lettres", "Unité;Entrées;QPV\nA;dix;4\n", "nombre de personnes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := FromAggregated(write(t, "x.csv", c.text), rule, in2024, ReadOptions{})
			if err == nil || !strings.Contains(err.Error(), c.fault) {
				t.Errorf("%v", err)
			}
		})
	}
	for _, heading := range []string{"% QPV", "Dont QPV (%)", "Part en QPV"} {
		r, err := FromAggregated(write(t, "x.csv", "Unité;Entrées;"+heading+"\nA;1000;40,0\n"), rule, in2024, ReadOptions{})
		if err != nil || r.Total.In != 400 || r.Total.In+r.Total.Undecided != 400 {
			t.Errorf("%s : %+v, %v", heading, r, err)
		}
	}
	r, err := FromAggregated(write(t, "x.csv", "Mission Locale;Entrées;Dont QPV;À vérifier\n59350;1000;399;1\n59512;10;;\nTOTAL;1 010;;\n"), rule, in2024, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if u := unitOf(t, r, "59350"); u.Verdict != Undetermined || u.In != 399 || u.Out != 600 || u.Undecided != 1 || u.Name != "" {
		t.Errorf("%+v", u)
	}
	if u := unitOf(t, r, "59512"); u.Undecided != 10 {
		t.Errorf("without a figure everything is possible: %+v", u.Count)
	}
}

// A rounded share gives exactly the counts that round to it.
func TestRoundedShareByBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5000).Draw(t, "n")
		tenths := rapid.IntRange(0, 1000).Draw(t, "dixièmes")
		low, high := RoundedShare(big.NewRat(int64(tenths), 1000), big.NewRat(1, 2000), n)
		for q := 0; q <= n; q++ {
			// |q/n − tenths/1000| ≤ 1/2000
			d := 2000*q - 2*tenths*n
			if fits := d <= n && d >= -n; fits != (q >= low && q <= high) {
				t.Fatalf("%d of %d at %d ‰: [%d; %d]", q, n, tenths, low, high)
			}
		}
	})
}

const population = `code_ml;code_insee;code_qpv;jeunes;source;annee
59350;59350;;40000;INSEE, recensement;2021
59350;59350;QN05901M;6000;INSEE, recensement;2021
59350;59350;QN05980M;2000;INSEE, recensement;2021
59512;59512;;15000;INSEE, recensement;2021
59512;59512;QN05980M;9000;INSEE, recensement;2021
59094;59094;;3000;INSEE, recensement;2021
`

func TestExpectedShare(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	lines := []string{header}
	for _, unit := range []string{"59350", "59512", "59094"} {
		lines = append(lines, "p"+unit+";"+unit+";CEJ;10/02/2024;non;;;;oui;;;2024;")
	}
	f := flagged(t, rule, "a.csv", lines...)
	p, err := ReadPopulation(write(t, "pop.csv", population), nil)
	if err != nil {
		t.Fatal(err)
	}
	o := in2024
	o.Population = p
	r := compute(t, rule, o, f)
	lille := unitOf(t, r, "59350").Expected
	if lille.InQPV != 8000 || lille.Young != 40000 || strings.Join(lille.Zones, " ") != "QN05901M QN05980M" || lille.Year != "2021" {
		t.Errorf("%+v", lille)
	}
	if none := unitOf(t, r, "59094").Expected; none.InQPV != 0 || len(none.Zones) != 0 {
		t.Errorf("without QPV: %+v", none)
	}
	if all := r.Total.Expected; all.InQPV != 17000 || len(all.Zones) != 2 {
		t.Errorf("a shared QPV counts once: %+v", all)
	}
	// A unit that the table lacks has no share, and the whole neither.
	g := flagged(t, rule, "b.csv", header, "p;62041;CEJ;10/02/2024;non;;;;oui;;;2024;")
	r = compute(t, rule, o, f, g)
	if unitOf(t, r, "62041").Expected != nil || r.Total.Expected != nil {
		t.Error("a share of a part of the territory would pass for the whole")
	}
	if r = compute(t, rule, in2024, f); !strings.Contains(strings.Join(r.Notices, " "), "Population non chargée") {
		t.Error("the lack of a population is not said")
	}
	if _, err := ReadPopulation(write(t, "pop.csv", "code_ml;jeunes;jeunes_qpv\n59350;4 000;huit\n"), nil); err == nil || !strings.Contains(err.Error(), "ligne 2") {
		t.Errorf("%v", err)
	}
}

func bordereauOf(t testing.TB, rule *Rule, o Options, name string, files ...*Flagged) *Bordereau {
	t.Helper()
	b, err := NewBordereau(files, rule, o, "essai", nil)
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := b.Write(&buf); err != nil {
		t.Fatal(err)
	}
	for _, private := range []string{"p1", "01/01/2005", "2005-01-01", "Église"} {
		if strings.Contains(buf.String(), private) {
			t.Errorf("the bordereau says %q", private)
		}
	}
	read, err := ParseBordereau(name, buf.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func TestBordereauxDoNotMix(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	line := func(unit, perimeter string) string {
		return "p1" + unit + ";" + unit + ";CEJ;10/02/2024;non;01/01/2005;;;oui;numero_dedans;;" + perimeter + ";"
	}
	at := func(unit, perimeter string) *Flagged {
		return flagged(t, rule, unit+".csv", header, line(unit, perimeter))
	}
	q1 := Options{Period: Quarter(2024, 1), AsOf: geo.MustDate("2025-01-01")}
	a := bordereauOf(t, rule, q1, "a.json", at("59350", "2024"))
	for _, c := range []struct {
		name string
		b    *Bordereau
		says string
	}{
		{"période", bordereauOf(t, rule, in2024, "b.json", at("59512", "2024")), "périodes différentes : a.json (2024-T1) et b.json (2024)"},
		{"règle", bordereauOf(t, loadRule(t, "cej-entrees"), q1, "b.json", at("59512", "2024")), "autre règle"},
		{"périmètre", bordereauOf(t, rule, q1, "b.json", at("59512", "2015")), "a.json (en_vigueur) et b.json (2015)"},
		{"unité deux fois", bordereauOf(t, rule, q1, "b.json", at("59350", "2024")), "59350 est dans deux bordereaux"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := FromBordereaux([]*Bordereau{a, c.b}, rule, Options{AsOf: q1.AsOf}, ""); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v", err)
			}
		})
	}
	r, err := FromBordereaux([]*Bordereau{a, bordereauOf(t, rule, q1, "b.json", at("59512", "2024"))}, rule, Options{AsOf: q1.AsOf}, "")
	if err != nil || r.Total.In != 2 || r.Period.ID != "2024-T1" {
		t.Errorf("%+v, %v", r, err)
	}
}

// A block for each perimeter lets the receiver replay.
func TestBordereauHoldsABlockForEachPerimeter(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	now := flagged(t, rule, "now.csv", header, "p1;59350;CEJ;10/02/2024;non;;;;oui;;;2024;", "p2;59350;CEJ;10/02/2024;non;;;;oui;;;2024;")
	old := flagged(t, rule, "old.csv", header, "p1;59350;CEJ;10/02/2024;non;;;;non;;;2015;", "p2;59350;CEJ;10/02/2024;non;;;;oui;;;2015;")
	b := bordereauOf(t, rule, in2024, "a.json", old, now)
	for perimeter, in := range map[string]int{"": 2, "2024": 2, "2015": 1} {
		r, err := FromBordereaux([]*Bordereau{b}, rule, in2024, perimeter)
		if err != nil || r.Total.In != in || r.Total.N() != 2 {
			t.Errorf("%q : %+v, %v", perimeter, r, err)
		}
	}
	r, err := FromBordereaux([]*Bordereau{b}, rule, in2024, "")
	if err != nil || len(r.Replay) != 1 || r.Replay[0].Perimeter != "2015" || r.Replay[0].Total.In != 1 {
		t.Errorf("rejeu : %+v, %v", r.Replay, err)
	}
	if _, err := FromBordereaux([]*Bordereau{b}, rule, in2024, "1996"); err == nil {
		t.Error("a missing perimeter is accepted")
	}
	other := flagged(t, rule, "x.csv", header, "p1;59350;CEJ;10/02/2024;non;;;;non;;;2015;")
	if _, err := NewBordereau([]*Flagged{now, other}, rule, in2024, "", nil); err == nil || !strings.Contains(err.Error(), "mêmes personnes") {
		t.Errorf("%v", err)
	}
}

func FuzzParseBordereau(f *testing.F) {
	rule := loadRule(f, "cej-qpv-40")
	rows := flagged(f, rule, "a.csv", header, "p1;59350;CEJ;10/02/2024;non;;;;oui;;;2024;")
	b, err := NewBordereau([]*Flagged{rows}, rule, in2024, "essai", nil)
	if err != nil {
		f.Fatal(err)
	}
	var buf bytes.Buffer
	b.Write(&buf)
	f.Add(buf.Bytes())
	f.Add([]byte(`{"format":"perimetre/bordereau/1"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := ParseBordereau("f.json", data)
		if err != nil {
			return
		}
		r := *rule
		r.ID, r.Fingerprint, r.Counting = b.Rule, b.RuleHash, b.Counting
		res, err := FromBordereaux([]*Bordereau{b}, &r, Options{AsOf: geo.MustDate("2025-01-01")}, "")
		if err == nil && res.Total.N() < 0 {
			t.Fatal("moins de personnes que personne")
		}
	})
}

// Two states of one file: each cause has its people, and the points add up.
func TestWhyTheShareMoved(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	row := func(person, entry, status, motif, perimeter string) string {
		return strings.Join([]string{person, "59350", "CEJ", entry, "non", "", "", "", status, motif, "", perimeter, ""}, ";")
	}
	before := compute(t, rule, in2024, flagged(t, rule, "a.csv", header,
		row("perimetre", "01/02/2024", "non", "numero_dehors", "2015"), row("tranchée", "02/02/2024", "a_verifier", "bord", "2015"),
		row("corrigée", "03/02/2024", "oui", "numero_dedans", "2015"), row("retirée", "04/02/2024", "non", "numero_dehors", "2015"),
		row("stable", "05/02/2024", "oui", "numero_dedans", "2015")))
	after := compute(t, rule, in2024, flagged(t, rule, "b.csv", header,
		row("perimetre", "01/02/2024", "oui", "numero_dedans", "2024"), row("tranchée", "02/02/2024", "oui", "decision", "2015"),
		row("corrigée", "03/02/2024", "non", "numero_dehors", "2015"), row("stable", "05/02/2024", "oui", "numero_dedans", "2015"),
		row("nouvelle", "06/03/2024", "non", "numero_dehors", "2015"), row("tardive", "01/02/2024", "oui", "numero_dedans", "2015")))
	m, err := Explain(before, after)
	if err != nil {
		t.Fatal(err)
	}
	want := map[Cause]Step{
		ByPerimeter: {Persons: 1, In: 1, Out: -1}, BySettling: {Persons: 1, In: 1, Undecided: -1}, ByCorrection: {Persons: 1, In: -1, Out: 1},
		ByNewEntry: {Persons: 1, Out: 1}, ByLateRow: {Persons: 2, In: 1, Out: -1},
	}
	for _, s := range m.Steps {
		w := want[s.Cause]
		if s.Persons != w.Persons || s.In != w.In || s.Out != w.Out || s.Undecided != w.Undecided {
			t.Errorf("%s: %+v, want %+v", s.Cause, s, w)
		}
	}
	if m.Min.Cmp(big.NewRat(4*5-2*6, 30)) != 0 { // 4/6 − 2/5
		t.Errorf("points : %s", m.Min)
	}
	if m.Reasons[[2]string{"bord", "decision"}] != 1 {
		t.Errorf("motifs : %v", m.Reasons)
	}
	counts := &Result{}
	if _, err := Explain(counts, after); err == nil {
		t.Error("counts without rows were matched")
	}
}

func TestPace(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	lines := []string{header}
	for i := range 91 { // one entry a day of the first quarter, one in three resident
		d := geo.MustDate("2024-01-01").AddDays(i)
		status := "non"
		if i%3 == 0 {
			status = "oui"
		}
		lines = append(lines, strings.Join([]string{"p" + d.String(), "59350", "CEJ", d.String(), "non", "", "", "", status, "", "", "2024", ""}, ";"))
	}
	f := flagged(t, rule, "a.csv", lines...)
	half := compute(t, rule, Options{Period: Quarter(2024, 1), AsOf: geo.MustDate("2024-03-31")}, f)
	if half.Closed() || half.Total.Pace.Period != nil || half.Total.Pace.Year == nil {
		t.Errorf("au dernier jour : %+v", half.Total.Pace)
	}
	year := half.Total.Pace.Year
	// 91 entries in 91 days, 275 days left: 366 entries, 147 residents needed, 31 had.
	if year.DaysLeft != 275 || year.Expected != 275 || year.Needed != 147-31 || !year.Reachable {
		t.Errorf("year: %+v", year)
	}
	closed := compute(t, rule, Options{Period: Quarter(2024, 1), AsOf: geo.MustDate("2025-04-01")}, f)
	if !closed.Closed() || closed.Total.Pace != nil {
		t.Errorf("trimestre clos : %+v", closed.Total.Pace)
	}
	second := compute(t, rule, Options{Period: Quarter(2024, 2), AsOf: geo.MustDate("2024-05-15")}, f)
	if y := second.Total.YearToDate; second.Total.N() != 0 || y == nil || y.N() != 91 || second.Total.Verdict != NotRelevant {
		t.Errorf("cumul : %+v", y)
	}
}

// A replay counts the units that it can, and names the others with the true reason.
func TestReplayLeavesOutWhoCannotBeReplayed(t *testing.T) {
	rule := loadRule(t, "cej-qpv-40")
	row := func(person, unit, answer, motif, version string) string {
		return person + ";" + unit + ";CEJ;10/02/2024;non;;;;" + answer + ";" + motif + ";;" + version + ";"
	}
	both := bordereauOf(t, rule, in2024, "both.json", flagged(t, rule, "n.csv", header, row("p", "59350", "oui", "numero_dedans", "2024")), flagged(t, rule, "o.csv", header, row("p", "59350", "non", "numero_dehors", "2015")))
	unloaded := bordereauOf(t, rule, in2024, "unloaded.json", flagged(t, rule, "n.csv", header, row("q", "59178", "oui", "numero_dedans", "2024")), flagged(t, rule, "o.csv", header, row("q", "59178", "a_verifier", "perimetre_absent", "2015")))
	alone := bordereauOf(t, rule, in2024, "alone.json", flagged(t, rule, "n.csv", header, row("r", "59512", "oui", "numero_dedans", "2024")))
	r, err := FromBordereaux([]*Bordereau{both, unloaded, alone}, rule, in2024, "2015")
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Units) != 1 || r.Units[0].Code != "59350" || r.Total.In != 0 || r.Total.Out != 1 {
		t.Errorf("counted %+v, total %+v", r.Units, r.Total.Count)
	}
	why := map[string]string{}
	for _, u := range r.Unreplayed {
		why[u.Code] = u.Why
	}
	if len(why) != 2 || why["59178"] != "QPV 2015 non chargés pour ce territoire" || why["59512"] != "bordereau envoyé sans compter sous les QPV 2015" {
		t.Errorf("left out: %v", why)
	}
	o := in2024
	o.Loaded = func(perimeter, unit string) bool { return perimeter != "2015" || unit != "59512" }
	if r, err := FromBordereaux([]*Bordereau{both, alone}, rule, o, "2015"); err != nil || r.Unreplayed[0].Why != "QPV 2015 non chargés pour ce territoire" {
		t.Errorf("%+v, %v", r, err)
	}
	if s := strings.Join(r.Notices, " "); !strings.Contains(s, "Ne peuvent être rejouées, et ne sont pas comptées : ") {
		t.Errorf("notices: %s", s)
	}
	if _, err := FromBordereaux([]*Bordereau{unloaded}, rule, in2024, "2015"); err == nil {
		t.Error("a replay of nobody is answered")
	}
	// Under the perimeters in force, all are there.
	if r, err = FromBordereaux([]*Bordereau{both, unloaded, alone}, rule, in2024, ""); err != nil || r.Total.N() != 3 || len(r.Unreplayed) != 0 || len(r.Replay) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// Bordereaux of one period drawn on different days: each unit goes on at its own rhythm, over
// the days that it had left when it counted, and the total adds what they expect.
func TestPaceOfBordereauxOfDifferentDays(t *testing.T) {
	rule, q1 := loadRule(t, "cej-qpv-40"), Quarter(2024, 1)
	sent := func(unit, on string, in, out int) *Bordereau {
		lines := []string{header}
		for i := range in + out {
			status := "non;numero_dehors"
			if i < in {
				status = "oui;numero_dedans"
			}
			lines = append(lines, fmt.Sprintf("%s-%d;%s;CEJ;%02d/01/2024;non;01/01/2003;non;;%s;;2024;%s", unit, i, unit, 1+i, status, unit))
		}
		return bordereauOf(t, rule, Options{Period: q1, AsOf: geo.MustDate(on)}, unit+".json", flagged(t, rule, unit+".csv", lines...))
	}
	// 60 days of 91 for 6 entries: 31 × 6 / 60 = 3.1 to come. 31 days for 9: 60 × 9 / 31 = 17.4.
	list := []*Bordereau{sent("59350", "2024-02-29", 2, 4), sent("59512", "2024-01-31", 1, 8)}
	r, err := FromBordereaux(list, rule, Options{AsOf: geo.MustDate("2024-03-15")}, "")
	if err != nil {
		t.Fatal(err)
	}
	// Needed: 40 % of all entries at the end, less those in already: of 9, 4 − 2; of 26, 11 − 1;
	// of 35, 14 − 3.
	for _, c := range []struct {
		name string
		pace *Pace
		want Horizon
	}{
		{"59350", unitOf(t, r, "59350").Pace, Horizon{DaysLeft: 31, Expected: 3, Needed: 2, Reachable: true}},
		{"59512", unitOf(t, r, "59512").Pace, Horizon{DaysLeft: 60, Expected: 17, Needed: 10, Reachable: true}},
		{"total", r.Total.Pace, Horizon{DaysLeft: 60, Expected: 20, Needed: 11, Reachable: true}},
	} {
		if c.pace == nil || c.pace.Period == nil {
			t.Errorf("%s: no pace", c.name)
			continue
		}
		got := *c.pace.Period
		got.To = geo.Date{}
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
