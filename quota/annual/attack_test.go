package annual

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"perimetre/geo"
	"perimetre/quota"
	"perimetre/quota/crosstab"
	"perimetre/quota/directory"
)

var attackAll = flag.Bool("attacked", false, "attack every indicator of the report, and half of its small counts")

// attacked is one indicator as a reader has it, for the integer programs of
// ../testdata/attack.py: every table of it, in every zoning and by every division.
type attacked struct {
	Threshold int            `json:"threshold"`
	Lines     []attackedLine `json:"lines"`
	Periods   []attackedSum  `json:"periods"`
}

type attackedLine struct {
	Name    string   `json:"name"`
	Units   []int    `json:"units"`
	Same    [][2]int `json:"same"` // lines that have the same count in a column
	Cells   [4]*int  `json:"cells"`
	Truth   [4]int   `json:"truth"`
	Verdict string   `json:"verdict"`
	Auto    string   `json:"auto"`
	Decided [2]int   `json:"decided"`
	Share   [2]int   `json:"share"`
}

type attackedSum struct {
	Total  int    `json:"total"`
	Parts  []int  `json:"parts"`
	Excess [4]int `json:"excess"`
}

// attackOf returns what the tables of an indicator show, and how they add up.
func attackOf(s *crosstab.Set, rule string, threshold int) attacked {
	a := attacked{Threshold: threshold, Periods: []attackedSum{}}
	at := map[*crosstab.Table]map[string]int{} // first by table, lines by level and code
	for _, t := range s.Tables {
		if t.Indicator.Rule != rule {
			continue
		}
		at[t] = map[string]int{}
		add := func(l quota.Level, u quota.Unit, units []int) {
			row, _ := t.At(l, u.Code)
			key := string(rune('0'+l)) + " " + u.Code
			at[t][key] = len(a.Lines)
			a.Lines = append(a.Lines, attackedLine{Name: string(t.Zoning) + " " + string(t.By) + " " + t.Value + " " + key, Units: units, Same: [][2]int{},
				Cells: [4]*int{row.N, row.In, nil, row.Undecided}, Truth: [4]int{u.N(), u.In, u.Out, u.Undecided}, Share: [2]int{0, 1}})
		}
		var every []int
		byDepartement := map[string][]int{}
		for _, u := range t.Result.Units {
			every = append(every, len(a.Lines))
			byDepartement[u.Code[:2]] = append(byDepartement[u.Code[:2]], len(a.Lines))
			add(quota.LevelUnit, u, []int{})
		}
		for _, u := range t.Result.Departements {
			add(quota.LevelDepartement, u, byDepartement[u.Code])
		}
		for _, u := range t.Result.Regions {
			add(quota.LevelRegion, u, every)
		}
		add(quota.LevelTotal, t.Result.Total, every)
	}
	for t, lines := range at {
		for key, line := range lines {
			parts := map[crosstab.By][]int{}
			for o, others := range at {
				if o.Zoning == t.Zoning && t.By == crosstab.All && o.By != crosstab.All {
					parts[o.By] = append(parts[o.By], others[key])
				}
				if o.By == t.By && o.Value == t.Value && o.Zoning < t.Zoning {
					a.Lines[line].Same = append(a.Lines[line].Same, [2]int{others[key], 0})
				}
			}
			for _, list := range parts {
				slices.Sort(list)
				a.Periods = append(a.Periods, attackedSum{Total: line, Parts: list})
			}
		}
	}
	return a
}

// A reader of the whole report subtracts one table from another: women from all, QPV's
// entries from FRR's, the divisions together. An integer program of another author finds
// no small count.
func TestTablesHoldTogether(t *testing.T) {
	for _, tool := range []string{"python3", "glpsol"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is absent: make setup-tests installs it")
		}
	}
	f, err := crosstab.Read(region(t, 1500), quota.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	set, err := crosstab.Count([]*crosstab.File{f}, Query(2024, geo.MustDate("2025-01-15"), directory.New()))
	if err != nil {
		t.Fatal(err)
	}
	set.MaskEach(quota.Everybody)
	var all []attacked
	indicators, step := crosstab.Indicators[:1], 5
	if *attackAll {
		indicators, step = crosstab.Indicators, 2
	}
	for _, i := range indicators {
		all = append(all, attackOf(set, i.Rule, 11))
	}
	b, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	in := filepath.Join(t.TempDir(), "tables.json")
	if err := os.WriteFile(in, b, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("python3", filepath.Join("..", "testdata", "attack.py"), in, strconv.Itoa(step)).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("%v, exposed:\n%s", err, out)
	}
}
