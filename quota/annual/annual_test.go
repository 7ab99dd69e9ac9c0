package annual

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"perimetre/geo"
	"perimetre/quota"
	"perimetre/quota/audit"
	"perimetre/quota/audit/published"
	"perimetre/quota/crosstab"
	"perimetre/quota/directory"
)

var update = flag.Bool("update", false, "récrit les références")

// region writes a file of people of five départements, drawn alike whatever their number.
func region(t *testing.T, people int) string {
	t.Helper()
	rnd := rand.New(rand.NewPCG(8, 15))
	var b strings.Builder
	b.WriteString("Matricule;Code structure;Dispositif;Date d'entrée;Renouvellement;Date de naissance;RQTH;Sexe;Niveau de diplôme;qpv_statut;qpv_motif;qpv_perimetre;frr_statut;zrr_statut;result_citycode\n")
	pick := func(list ...string) string { return list[rnd.IntN(len(list))] }
	for i := range people {
		q := pick("oui", "non", "non", "non", "a_verifier", "non", "oui", "non")
		year := 2023 + rnd.IntN(2)
		fmt.Fprintf(&b, "P%04d;%s;%s;%02d/%02d/%d;non;%02d/03/%d;non;%s;%s;%s;numero_dedans;%d;%s;%s;59350\n", i, pick("59350", "59512", "62041", "02691", "60057", "80021"), pick("CEJ", "PACEA", "Premier accueil", "PPAE"),
			1+rnd.IntN(28), 1+rnd.IntN(12), year, 1+rnd.IntN(28), year-17-rnd.IntN(8), pick("F", "H"), pick("Sans diplôme", "Niveau 3", "Niveau 4"), q, year, pick("non", "socle", "non"), pick("sans_objet", "non"))
	}
	path := filepath.Join(t.TempDir(), "jeunes.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func countRegion(t *testing.T, reader quota.Reader) *Report {
	t.Helper()
	f, err := crosstab.Read(region(t, 1500), quota.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	files := []*crosstab.File{f}
	set, err := crosstab.Count(files, Query(2024, geo.MustDate("2025-01-15"), directory.New()))
	if err != nil {
		t.Fatal(err)
	}
	set.MaskEach(reader)
	r, err := Counted(set, []string{"2024"})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The page of a region is what it was; its tables contradict nothing, read again by the
// audit from the files that it writes.
func TestCountedReport(t *testing.T) {
	r := countRegion(t, quota.OwnUnit)
	var b bytes.Buffer
	if err := r.HTML(&b); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "region.html")
	if *update {
		if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), b.String()); d != "" {
		t.Errorf("%s (-update writes it again):\n%s", golden, d)
	}
	dir := filepath.Join(t.TempDir(), "tables")
	if err := r.CSV(dir); err != nil {
		t.Fatal(err)
	}
	tables, identities, err := audit.ReadAll(os.DirFS(dir), ".")
	if err != nil {
		t.Fatal(err)
	}
	findings, err := audit.Audit(tables, identities)
	if err != nil || len(findings) > 0 || len(identities) != 5 {
		t.Errorf("%d identities, findings %v, %v", len(identities), findings, err)
	}
	if err := r.XLSX(&b); err != nil {
		t.Error(err)
	}
}

// Everybody reads no small number in any table.
func TestPublicReport(t *testing.T) {
	own, everybody := countRegion(t, quota.OwnUnit), countRegion(t, quota.Everybody)
	for i, table := range own.Tables {
		for k, row := range table.Rows {
			for c, text := range row[1:] {
				n, kind, ok := numberOf(text)
				if shown := everybody.Tables[i].Rows[k][c+1]; ok && kind == 'n' && n > 0 && n < 11 && shown != hidden {
					t.Errorf("%s, %s: %s is shown", table.Title, row[0], shown)
				}
			}
		}
	}
}

// Everybody may subtract: an evolution and this year's number, or the whole and the others,
// lead to no small number of the year before.
func TestPublicEvolution(t *testing.T) {
	var b strings.Builder
	b.WriteString("Matricule;Code structure;Dispositif;Date d'entrée;Date de naissance;qpv_statut;qpv_motif;qpv_perimetre;frr_statut;zrr_statut;result_citycode\n")
	id := 0
	for _, x := range []struct {
		unit         string
		before, year int
	}{{"59350", 5, 30}, {"62041", 40, 44}, {"80021", 50, 40}} {
		for year, n := range map[int]int{2023: x.before, 2024: x.year} {
			for range n {
				id++
				fmt.Fprintf(&b, "P%03d;%s;Premier accueil;03/05/%d;01/01/2004;%s;numero_dedans;%d;non;non;59350\n", id, x.unit, year, []string{"oui", "non"}[id%2], year)
			}
		}
	}
	path := filepath.Join(t.TempDir(), "jeunes.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := crosstab.Read(path, quota.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	evolutions := func(reader quota.Reader) (out []string) {
		set, err := crosstab.Count([]*crosstab.File{f}, Query(2024, geo.MustDate("2025-01-15"), directory.New()))
		if err != nil {
			t.Fatal(err)
		}
		set.MaskEach(reader)
		r, err := Counted(set, []string{"2024"})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range r.Tables[1].Rows {
			out = append(out, row[0]+" "+row[len(row)-1])
		}
		return out
	}
	if got := strings.Join(evolutions(quota.OwnUnit), ", "); got != "Nord +500,0\u202f%, Pas-de-Calais +10,0\u202f%, Somme -20,0\u202f%, TOTAL +20,0\u202f%" {
		t.Errorf("a unit reads %s", got)
	}
	shown := 0
	for _, e := range evolutions(quota.Everybody) {
		if strings.Contains(e, "Nord") && !strings.HasSuffix(e, "–") {
			t.Errorf("everybody reads %s", e)
		}
		if !strings.HasSuffix(e, "–") {
			shown++
		}
	}
	if shown > 2 {
		t.Errorf("%d evolutions of four are shown: the fourth is found from them", shown)
	}
}

// From the counts that were published for 2024, the report gives every cell back, and
// lists what contradicts itself.
func TestPublishedReport(t *testing.T) {
	r, err := Published(published.Report2024, "rapport-2024", 2024)
	if err != nil {
		t.Fatal(err)
	}
	tables, _, err := audit.ReadAll(published.Report2024, "rapport-2024")
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range tables {
		for k := range x.Rows {
			if d := cmp.Diff(append([]string{x.Rows[k]}, x.Texts(k)...), r.Tables[i].Rows[k]); d != "" {
				t.Errorf("%s: %s", x.Name, d)
			}
		}
	}
	levels := map[audit.Level]int{}
	for _, f := range r.Findings {
		levels[f.Level]++
	}
	if levels[audit.Certain] != 7 || levels[audit.Probable] != 1 || levels[audit.ToExplain] != 4 {
		t.Errorf("%v", levels)
	}
	if !strings.Contains(r.Findings[0].Text, "n° 2023-1312 du 18 décembre 2023") || !strings.Contains(r.Verdict, "7 erreurs certaines, 1 incohérence probable, 4 à expliquer") {
		t.Errorf("the decree: %q, %q", r.Findings[0].Text, r.Verdict)
	}
	if !strings.Contains(r.Caution[0], "décret n° 2023-1314 du 28 décembre 2023") {
		t.Errorf("caution %q", r.Caution)
	}
}
