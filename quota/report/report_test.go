package report_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"perimetre/geo"
	"perimetre/quota"
	"perimetre/quota/directory"
	"perimetre/quota/report"
)

var update = flag.Bool("update", false, "récrit les fichiers de référence")

// golden compares with testdata, or writes it with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-update writes it again):\n%s", name, d)
	}
}

// cohort is a small region: units that reach, miss and cannot tell, a unit of
// nobody, people without residence, decisions, rows to correct, an own flag.
func cohort(t *testing.T) (*quota.Result, *quota.Move) {
	t.Helper()
	rule, err := quota.LoadRule("cej-qpv-40")
	if err != nil {
		t.Fatal(err)
	}
	d := directory.New()
	if err := d.ReadUnits("testdata/unites.csv"); err != nil {
		t.Fatal(err)
	}
	if err := d.ReadTerritory("testdata/territoires.csv"); err != nil {
		t.Fatal(err)
	}
	population, err := quota.ReadPopulation("testdata/population.csv", d)
	if err != nil {
		t.Fatal(err)
	}
	p, err := quota.ParsePeriod("2024-T3")
	if err != nil {
		t.Fatal(err)
	}
	o := quota.Options{Period: p, AsOf: geo.MustDate("2024-08-31"), Units: d, Population: population}
	state := func(file string) *quota.Result {
		f, err := quota.ReadFlagged(filepath.Join("testdata", file), rule, quota.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := quota.FromRows([]*quota.Flagged{f}, rule, o)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	now := state("jeunes.csv")
	m, err := quota.Explain(state("avant.csv"), now)
	if err != nil {
		t.Fatal(err)
	}
	return now, m
}

func TestReports(t *testing.T) {
	r, m := cohort(t)
	for _, c := range []struct {
		name string
		o    report.Options
	}{
		{"unite", report.Options{Move: m, Details: true, Engine: "essai"}},
		{"public", report.Options{Reader: quota.Everybody, Move: m, Engine: "essai"}},
	} {
		v := report.NewView(r, c.o)
		for ext, write := range map[string]func(*bytes.Buffer) error{
			"txt":  func(b *bytes.Buffer) error { return v.Text(b) },
			"json": func(b *bytes.Buffer) error { return v.JSON(b, c.o) },
			"csv":  func(b *bytes.Buffer) error { return v.CSV(b) },
			"html": func(b *bytes.Buffer) error { return v.HTML(b) },
			"xlsx.txt": func(b *bytes.Buffer) error {
				var book bytes.Buffer
				if err := v.XLSX(&book); err != nil {
					return err
				}
				return dump(b, &book)
			},
		} {
			t.Run(c.name+"."+ext, func(t *testing.T) {
				var b bytes.Buffer
				if err := write(&b); err != nil {
					t.Fatal(err)
				}
				golden(t, c.name+"."+ext, b.Bytes())
			})
		}
	}
}

// dump writes the cells of a workbook as text, sheet by sheet.
func dump(out *bytes.Buffer, book *bytes.Buffer) error {
	f, err := excelize.OpenReader(book)
	if err != nil {
		return err
	}
	defer f.Close()
	for _, s := range f.GetSheetList() {
		out.WriteString("== " + s + "\n")
		rows, err := f.GetRows(s)
		if err != nil {
			return err
		}
		for _, r := range rows {
			out.WriteString(strings.Join(r, " | ") + "\n")
		}
	}
	return nil
}

// The same input gives the same bytes: a report can be compared with itself.
func TestReportsAreRepeatable(t *testing.T) {
	write := func() (out [3]string) {
		r, m := cohort(t)
		o := report.Options{Move: m, Details: true}
		v := report.NewView(r, o)
		for i, w := range []func(*bytes.Buffer) error{
			func(b *bytes.Buffer) error { return v.XLSX(b) }, func(b *bytes.Buffer) error { return v.HTML(b) }, func(b *bytes.Buffer) error { return v.JSON(b, o) },
		} {
			var b bytes.Buffer
			if err := w(&b); err != nil {
				t.Fatal(err)
			}
			out[i] = b.String()
		}
		return out
	}
	first, second := write(), write()
	if first != second {
		t.Error("the same entry twice, two reports")
	}
}

// What the public reads names nobody and no row.
func TestPublicReportsNameNobody(t *testing.T) {
	r, m := cohort(t)
	o := report.Options{Reader: quota.Everybody, Move: m, Details: true}
	v := report.NewView(r, o)
	var b, book bytes.Buffer
	for _, write := range []func() error{
		func() error { return v.Text(&b) }, func() error { return v.JSON(&b, o) }, func() error { return v.CSV(&b) }, func() error { return v.HTML(&b) },
		func() error { return v.XLSX(&book) }, func() error { return dump(&b, &book) },
	} {
		if err := write(); err != nil {
			t.Fatal(err)
		}
	}
	for _, private := range []string{"J000", "jeunes.csv, ligne", "numero_dedans"} {
		if strings.Contains(b.String(), private) {
			t.Errorf("the public report says %q", private)
		}
	}
}

func TestFormulasDoNotRun(t *testing.T) {
	rule, err := quota.LoadRule("cej-qpv-40")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.csv")
	evil := `=HYPERLINK("http://x")`
	text := "Identifiant;Mission Locale;Date d’entrée;qpv_statut\n\"" + strings.ReplaceAll(evil, `"`, `""`) + "\";\"@SUM(A1) x\";03/07/2024;a_verifier\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := quota.ReadFlagged(path, rule, quota.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := quota.FromRows([]*quota.Flagged{f}, rule, quota.Options{AsOf: geo.MustDate("2024-12-01")})
	if err != nil {
		t.Fatal(err)
	}
	v := report.NewView(r, report.Options{})
	var book, csv bytes.Buffer
	if err := v.XLSX(&book); err != nil {
		t.Fatal(err)
	}
	x, err := excelize.OpenReader(&book)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	for _, s := range x.GetSheetList() {
		rows, _ := x.GetRows(s)
		for i, row := range rows {
			for j, c := range row {
				at, _ := excelize.CoordinatesToCellName(j+1, i+1)
				if formula, _ := x.GetCellFormula(s, at); formula != "" || strings.HasPrefix(c, "=") || strings.HasPrefix(c, "@") {
					t.Errorf("%s!%s : %q", s, at, c)
				}
			}
		}
	}
	if err := v.CSV(&csv); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(csv.String(), ";@SUM") {
		t.Errorf("%s", csv.String())
	}
}

// 39,96 % prints 40,0 % and does not reach 40 %.
func TestRoundedShareDoesNotReach(t *testing.T) {
	rule, err := quota.LoadRule("cej-qpv-40")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.csv")
	os.WriteFile(path, []byte("Unité;Entrées;QPV\nA;10000;3996\n"), 0o600)
	r, err := quota.FromAggregated(path, rule, quota.Options{Period: quota.Year(2024), AsOf: geo.MustDate("2025-01-01")}, quota.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := report.NewView(r, report.Options{}).Text(&b); err != nil {
		t.Fatal(err)
	}
	if s := strings.ReplaceAll(b.String(), "\u202f", " "); !strings.Contains(s, "40,0 %") || !strings.Contains(s, "✗ Non atteint") {
		t.Error(s)
	}
}

// A formula that a user entered is shown to the services de l'État too, line by
// line as far as the line's numbers are, and never published.
func TestSimulationByReader(t *testing.T) {
	rule, err := quota.ParseRule("essai.yml", []byte("id: essai\nname: Essai\nsource: Note du 3 juin\nprogramme:\n  name: CEJ\nzonings: [qpv]\ncounting: entrees\ntargets:\n  - share: 40 %\nsimulation:\n  reference: Note du 3 juin, formule d’essai\n  unit: €\n  tiers:\n    - {from: 20 %, amount: 1000}\n    - {from: 40 %, amount: 2500}\n"))
	if err != nil {
		t.Fatal(err)
	}
	p := quota.Quarter(2024, 3)
	body := func(code string, in, out, undecided int) *quota.Bordereau {
		text := fmt.Sprintf(`{"format":"perimetre/bordereau/1","rule":"essai","rule_hash":%q,"period":{"id":"2024-T3","from":"2024-07-01","to":"2024-09-30"},"counting":"entrees","as_of":"2024-10-01","sha256":[],
			"units":[{"code":%q,"blocks":[{"perimeter":"en_vigueur","versions":["2024"],"packs":["a"],"entries":%d,"parts":[{"target":"40 %%","from":"","to":"","in":%d,"out":%d,"undecided":%d}]}]}]}`, rule.Fingerprint, code, in+out+undecided, in, out, undecided)
		b, err := quota.ParseBordereau(code, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	r, err := quota.FromBordereaux([]*quota.Bordereau{body("59001", 30, 50, 20), body("59002", 50, 50, 20), body("59003", 2, 50, 30), body("59004", 3, 60, 10)}, rule, quota.Options{Period: p}, "")
	if err != nil {
		t.Fatal(err)
	}
	v := report.NewView(r, report.Options{Reader: quota.StatePartners})
	if v.Simulation == nil || v.Simulation.Label != quota.SimulationLabel {
		t.Fatalf("%+v", v.Simulation)
	}
	want := []report.Pair{{"59001", "de 1\u202f000 à 2\u202f500\u202f€"}, {"59002", "2\u202f500\u202f€"}, {"59003", "au plus 1\u202f000\u202f€"}, {"59004", "sans palier"}}
	if !slices.Equal(v.Simulation.Rows, want) {
		t.Errorf("%q, want %q", v.Simulation.Rows, want)
	}
	if v := report.NewView(r, report.Options{Reader: quota.Everybody}); v.Simulation != nil {
		t.Error("a simulation is published")
	}
}
