package quota

import (
	"bytes"
	"perimetre/quota/directory"
	"testing"
)

// A unit that the directory does not know stays as it is written: two of them are
// not one.
func TestUnknownUnitsStayApart(t *testing.T) {
	d := directory.New()
	d.Name("59001", "Mission Locale A")
	for _, c := range []struct{ written, name, want string }{
		{"59001", "", "59001"}, {"", "MISSION LOCALE A", "59001"}, {"mission locale a", "", "59001"},
		{"77777", "Inconnue", "77777"}, {"88888", "", "88888"}, {"Autre structure", "", "Autre structure"}, {"", "", ""},
	} {
		if got := d.Resolve(c.written, c.name); got != c.want {
			t.Errorf("%q, %q: %q, want %q", c.written, c.name, got, c.want)
		}
	}
}

// Periods that only begin, or only end, on one day are two periods: other people
// entered.
func TestCompareOverlappingPeriods(t *testing.T) {
	for _, p := range [][2]Period{{Quarter(2024, 1), Year(2024)}, {Year(2024), Quarter(2024, 4)}} {
		before := Stand{Count: countOf(10, 20, 5, 0, 0), Period: p[0]}
		after := Stand{Count: countOf(40, 60, 10, 0, 0), Period: p[1]}
		stepOf(t, Compare(before, after, AsUndecided), ByResidence)
	}
}

// A count has a target when something is required of it; a count of nobody has that
// of new entries.
func TestTargetOfACount(t *testing.T) {
	forty := fraction(t, "40 %")
	for _, c := range []struct {
		name string
		a    Assessment
		want bool
	}{
		{"people of whom nothing is required", Assessment{Count: Count{In: 3}, Marginal: forty}, false},
		{"nobody, under a target", Assessment{Marginal: forty}, true},
		{"nobody, without a target", Assessment{}, false},
		{"people under a target", assess(tallyOf(forty, Count{In: 3}), AsUndecided), true},
	} {
		if share, ok := c.a.Target(); ok != c.want || ok && share != 0.4 {
			t.Errorf("%s: %v %v, want %v", c.name, share, ok, c.want)
		}
	}
}

// A renewal that cannot be read matters to the rules that leave renewals out.
func TestUnreadableRenewal(t *testing.T) {
	rule, err := LoadRule(DefaultRule)
	if err != nil {
		t.Fatal(err)
	}
	keeps := *rule
	keeps.KeepRenewals = true
	const file = "Matricule;Dispositif;Date d'entrée;Renouvellement;qpv_statut\n1;CEJ;03/04/2024;peut-être;oui\n"
	for want, r := range map[Reason]*Rule{UnclearRepeat: rule, "": &keeps} {
		f, err := ReadFlagged("-", r, ReadOptions{Stdin: bytes.NewReader([]byte(file))})
		if err != nil {
			t.Fatal(err)
		}
		if f.Rows[0].Problem != want {
			t.Errorf("rejected for %q, want %q", f.Rows[0].Problem, want)
		}
	}
}
