package audit

import (
	"flag"
	"io/fs"
	"strings"
	"testing"

	"perimetre/quota/audit/published"
)

var (
	planted = flag.Int("planted", 30, "errors that TestPlantedErrors plants")
	seed    = flag.Uint64("seed", 2024, "seed that draws them")
)

// fivePages are five tables of the report for 2024 as it prints them, the annex in its
// two pages, set right.
func fivePages(t *testing.T) []*Table {
	t.Helper()
	var tables []*Table
	read := func(name, text string) {
		x, err := Parse(name, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		tables = append(tables, x)
	}
	for _, name := range []string{"accompagnes.csv", "premiers-accueils-zonages.csv", "parcours-nationaux.csv"} {
		b, err := fs.ReadFile(published.Report2024, "rapport-2024/"+name)
		if err != nil {
			t.Fatal(err)
		}
		read(name, string(b))
	}
	b, err := fs.ReadFile(published.Report2024, "rapport-2024/indicateurs.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(b), "\n")
	at := 0
	for i, l := range lines {
		if strings.Contains(l, "contractualisé un PACEA") {
			at = i
		}
	}
	read("annexe-1.csv", strings.Join(lines[:at], ""))
	read("annexe-2.csv", strings.Join(append(lines[:2:2], lines[at:]...), ""))
	if ok, err := Mended(tables, nil); err != nil || !ok {
		t.Fatal("the tables set right still contradict themselves", err)
	}
	return tables
}

// Of errors planted one at a time, nearly all are found, and the wrong cell is among
// those named; the tables without errors give no alarm.
func TestPlantedErrors(t *testing.T) {
	tables := fivePages(t)
	if f, err := Audit(tables, nil); err != nil || len(f) > 0 {
		t.Errorf("%d false alarms, %v", len(f), err)
	}
	trial, err := Plant(tables, nil, *planted, *seed)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d planted, %d found, %d named, %d first", trial.Planted, trial.Found, trial.Named, trial.First)
	for _, s := range trial.Missed {
		t.Log("missed:", s)
	}
	for _, s := range trial.Unnamed {
		t.Log("not named:", s)
	}
	if trial.Found*100 < 97*trial.Planted || trial.Named*100 < 95*trial.Planted {
		t.Errorf("%d found and %d named of %d", trial.Found, trial.Named, trial.Planted)
	}
}
