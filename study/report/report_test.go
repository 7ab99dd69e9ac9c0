package report

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/coverage"
	"perimetre/study"
)

var update = flag.Bool("update", false, "récrit les fichiers attendus")

var onDay = geo.MustDate("2025-06-01")

// someResult is four groups of people and three sites around Lille.
func someResult(t *testing.T) *study.Result {
	t.Helper()
	r, err := study.Cover(context.Background(), nil, study.Options{
		Sites: "testdata/sites.csv", Demand: "testdata/demande.csv", On: onDay, Known: onDay, Declared: 20,
		Reach: coverage.Reach{Limit: 1500, Unit: coverage.Metres}, Detour: 1.3, Access: "2sfca",
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func somePlan(t *testing.T) *study.Plan {
	t.Helper()
	p, err := study.Choose(context.Background(), nil, study.Options{
		Sites: "testdata/sites.csv", Demand: "testdata/demande.csv", Candidates: "testdata/candidats.csv", On: onDay, Known: onDay, Declared: 20,
		Reach: coverage.Reach{Limit: 1500, Unit: coverage.Metres}, Detour: 1.3, Places: 2, Objective: coverage.MostCovered,
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Golden files hold every form but the workbook; « go test -update » rewrites them
// and a person reads the difference.
func TestGolden(t *testing.T) {
	r, p := someResult(t), somePlan(t)
	for name, write := range map[string]func(*bytes.Buffer) error{
		"couverture.txt":     func(b *bytes.Buffer) error { return Text(b, r) },
		"couverture.json":    func(b *bytes.Buffer) error { return JSON(b, r) },
		"couverture.geojson": func(b *bytes.Buffer) error { return GeoJSON(b, r) },
		"couverture.html":    func(b *bytes.Buffer) error { return HTML(b, r) },
		"lieux.txt":          func(b *bytes.Buffer) error { return PlanText(b, p) },
		"lieux.json":         func(b *bytes.Buffer) error { return PlanJSON(b, p) },
		"lieux.html":         func(b *bytes.Buffer) error { return PlanHTML(b, p) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatalf("%s : %v", name, err)
		}
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), b.String()); d != "" {
			t.Errorf("%s :\n%s", name, d)
		}
		if m := regexp.MustCompile(`(?i)2sfca|p-median|\bpacks?\b[^"]|cohort|kappa`).FindString(b.String()); m != "" && !strings.HasSuffix(name, "json") {
			t.Errorf("%s shows %q", name, m)
		}
	}
}

func TestContractKeys(t *testing.T) {
	for name, c := range map[string]struct {
		write func(*bytes.Buffer) error
		keys  []string
	}{
		"coverage": {func(b *bytes.Buffer) error { return JSON(b, someResult(t)) }, []string{"reach", "sites", "completeness", "people", "qpv", "communes", "unserved", "access"}},
		"site":     {func(b *bytes.Buffer) error { return PlanJSON(b, somePlan(t)) }, []string{"objective", "weight", "before", "after", "bound", "sites"}},
	} {
		var b bytes.Buffer
		if err := c.write(&b); err != nil {
			t.Fatal(err)
		}
		var m map[string]json.RawMessage
		if err := json.Unmarshal(b.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		for _, k := range c.keys {
			if v, ok := m[k]; !ok || string(v) == "null" {
				t.Errorf("%s : %s = %s", name, k, v)
			}
		}
	}
}

// A workbook opens, its numbers are numbers, and no text of a file runs in it.
func TestWorkbooks(t *testing.T) {
	var b bytes.Buffer
	if err := XLSX(&b, someResult(t)); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows("Sites")
	if err != nil || len(rows) != 4 {
		t.Fatalf("%v %v", rows, err)
	}
	for i := range rows[1:] {
		at, _ := excelize.CoordinatesToCellName(1, i+2)
		if formula, _ := f.GetCellFormula("Sites", at); formula != "" {
			t.Errorf("formule en %s : %s", at, formula)
		}
		if strings.HasPrefix(rows[i+1][0], "=") {
			t.Errorf("texte dangereux : %q", rows[i+1][0])
		}
	}
	if kind, err := f.GetCellType("Sites", "G2"); err != nil || kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		t.Errorf("longitude : %v %v", kind, err)
	}
	b.Reset()
	if err := PlanXLSX(&b, somePlan(t)); err != nil {
		t.Fatal(err)
	}
	if f, err = excelize.OpenReader(&b); err != nil {
		t.Fatal(err)
	}
	if rows, _ := f.GetRows("Lieux"); len(rows) != 3 {
		t.Errorf("%v", rows)
	}
}

func TestFrench(t *testing.T) {
	for got, want := range map[string]string{
		percent(0.9996): "99,9\u202f%", percent(1): "100,0\u202f%", percent(0.18811): "18,8\u202f%",
		french.Distance(849): "850\u202fm", french.Distance(996): "1,0\u202fkm", french.Distance(12345): "12,3\u202fkm", whole(2582711): "2\u202f582\u202f711",
		limit(1500, coverage.Metres): "1,5\u202fkm", limit(20, coverage.Minutes): "20\u202fmin", limit(500, coverage.Metres): "500\u202fm",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
