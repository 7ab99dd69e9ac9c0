package report_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"perimetre/geo"
	"perimetre/quota"
	"perimetre/quota/report"
)

// outcomes is a quarter of one Mission Locale whose file tells the situations: 40 entries,
// 16 of them in, 20 with a durable job of whom 12 are in, 6 unknown.
func outcomes(t *testing.T, counted string) *quota.Result {
	t.Helper()
	dir := t.TempDir()
	yml := filepath.Join(dir, "r.yml")
	text := "id: r\nname: Règle\nzonings: [qpv]\ntargets: [{share: 40 %}]\nthresholds: {state: 5, public: 11}\noutcomes: {counted: " + counted + "}\n"
	if err := os.WriteFile(yml, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	rule, err := quota.LoadRule(yml)
	if err != nil {
		t.Fatal(err)
	}
	b := bytes.NewBufferString("Matricule;Code structure;Date d’entrée;Situation à la sortie;qpv_statut\n")
	n := 0
	for _, x := range []struct {
		n                 int
		situation, answer string
	}{{12, "CDI", "oui"}, {8, "CDI", "non"}, {14, "Sans solution", "non"}, {4, "", "oui"}, {2, "", "non"}} {
		for range x.n {
			n++
			fmt.Fprintf(b, "%d;59512;02/07/2024;%s;%s\n", n, x.situation, x.answer)
		}
	}
	csv := filepath.Join(dir, "a.csv")
	if err := os.WriteFile(csv, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := quota.ReadFlagged(csv, rule, quota.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	p, _ := quota.ParsePeriod("2024-T3")
	r, err := quota.FromRows([]*quota.Flagged{f}, rule, quota.Options{Period: p, AsOf: geo.MustDate("2024-10-15")})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every report gives both counts, whichever has the verdict; the public reads neither.
func TestReportsGiveBothCounts(t *testing.T) {
	const oriented = "Orientés vers l’emploi (emploi durable)\u202f: 20 sur 40, dont 12 dans le QPV (60,0\u202f%)\u202f; situation inconnue\u202f: 6"
	const all = "Toutes les entrées\u202f: 40, dont 16 dans le QPV (40,0\u202f%)\u202f; situation inconnue\u202f: 6"
	for counted, beside := range map[string]string{"entrees": oriented, "orientes": all} {
		r := outcomes(t, counted)
		o := report.Options{Details: true}
		v := report.NewView(r, o)
		written := map[string]*bytes.Buffer{}
		for name, write := range map[string]func(*bytes.Buffer) error{
			"text": func(b *bytes.Buffer) error { return v.Text(b) }, "html": func(b *bytes.Buffer) error { return v.HTML(b) }, "csv": func(b *bytes.Buffer) error { return v.CSV(b) },
			"json": func(b *bytes.Buffer) error { return v.JSON(b, o) },
			"xlsx": func(b *bytes.Buffer) error {
				var book bytes.Buffer
				if err := v.XLSX(&book); err != nil {
					return err
				}
				return dump(b, &book)
			},
		} {
			b := &bytes.Buffer{}
			if err := write(b); err != nil {
				t.Fatal(err)
			}
			written[name] = b
		}
		for name, want := range map[string]string{
			"text": beside, "html": beside, "xlsx": beside, "csv": "toutes_entrees;toutes_entrees_qpv;orientes;orientes_qpv;orientes_a_verifier;situation_inconnue", "json": `"counted": "` + counted + `"`,
		} {
			if !strings.Contains(written[name].String(), want) {
				t.Errorf("%s, %s lacks %q", counted, name, want)
			}
		}
		if !strings.Contains(written["csv"].String(), ";40;16;20;12;0;6\r\n") {
			t.Errorf("%s: %s", counted, written["csv"])
		}
		if lone := strings.Contains(v.Counting, "orientées vers l’emploi (emploi durable)"); lone != (counted == "orientes") {
			t.Errorf("%s: « %s »", counted, v.Counting)
		}
		d, err := report.ReadDocument(written["json"].Bytes())
		if err != nil {
			t.Fatal(err)
		}
		var sheets bytes.Buffer
		if err := (&report.Meeting{Title: v.Title, Counting: v.Counting, Figures: d}).Fiches(&sheets); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(sheets.String(), beside); n != 2 {
			t.Errorf("%s: the sheets say it %d times", counted, n)
		}
		if short := map[string]string{"entrees": "Orientés\u202f: 12 sur 20 en QPV", "orientes": "Toutes\u202f: 16 sur 40 en QPV"}[counted]; v.Total.BesideShort != short {
			t.Errorf("%s: in short « %s »", counted, v.Total.BesideShort)
		}
		for _, reader := range []quota.Reader{quota.Everybody, quota.StatePartners} {
			o := report.Options{Reader: reader, Details: true}
			var b bytes.Buffer
			view := report.NewView(r, o)
			if err := view.JSON(&b, o); err != nil {
				t.Fatal(err)
			}
			if reader == quota.Everybody && (strings.Contains(b.String(), "outcomes") || view.Total.Beside != "") {
				t.Errorf("%s: the public reads %s", counted, b.String())
			}
			if reader == quota.StatePartners && strings.Contains(b.String(), `"unknown": 6`) {
				t.Errorf("%s: the State reads that 4 and 2 people are unknown: %s", counted, b.String())
			}
		}
	}
}
