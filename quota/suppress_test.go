package quota

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

var publicTables = flag.Int("tables", 6, "random tables that TestNoCellIsExposed publishes")

// publicTable draws a table of units as regions have them: most of hundreds of entries,
// some small, few people to check.
func publicTable(rnd *rand.Rand) *Result {
	codes := []string{"59350", "59512", "59183", "59178", "59017", "62041", "62160", "62119", "80021", "02691", "autre"}
	decisions := rand.New(rand.NewPCG(rnd.Uint64(), 3))
	var tallies []Tally
	for _, code := range codes[:2+rnd.IntN(len(codes)-1)] {
		n := 150 + rnd.IntN(900)
		if rnd.IntN(7) == 0 {
			n = rnd.IntN(40)
		}
		in := n * (8 + rnd.IntN(45)) / 100
		undecided := min(n-in, rnd.IntN(25))
		c := Count{In: in, Out: n - in - undecided, Undecided: undecided}
		c.DecidedIn, c.DecidedOut = min(c.In, decisions.IntN(20)), min(c.Out, decisions.IntN(9))
		tallies = append(tallies, tallyOf(Fraction{40, 100}, c))
		tallies[len(tallies)-1].Code = code
	}
	rule := &Rule{ID: "essai", Unlocatable: AsUndecided, Targets: []Target{{Share: Fraction{40, 100}}}}
	return assemble(tallies, rule, yearOptions)
}

// published is what a reader gets, for the oracle: cells that are hidden are null, and
// verdicts empty.
type published struct {
	Threshold int             `json:"threshold"`
	Lines     []publishedLine `json:"lines"`
	// Periods are the sums of shorter periods in a longer one, with what several count.
	Periods []publishedSum `json:"periods"`
}

type publishedSum struct {
	Total  int    `json:"total"`
	Parts  []int  `json:"parts"`
	Excess [4]int `json:"excess"`
}

type publishedLine struct {
	Name    string   `json:"name"`
	Units   []int    `json:"units"` // of Lines, for the lines that sum them
	Cells   [4]*int  `json:"cells"` // entries, in, out, to check
	Truth   [4]int   `json:"truth"`
	Verdict string   `json:"verdict"`
	Auto    string   `json:"auto"`    // the verdict without decisions, empty when hidden
	Decided [2]int   `json:"decided"` // put in, and out, by decisions; never printed
	Share   [2]int64 `json:"share"`
	// Same are lines with the same count in a column: line, column.
	Same [][2]int `json:"same,omitempty"`
}

func publish(r *Result, m *Mask) published {
	p := published{Threshold: m.Threshold, Periods: []publishedSum{}}
	p.add(r, m)
	return p
}

// add adds the lines of a result; a nil mask hides every cell of a result that nobody
// publishes.
func (p *published) add(r *Result, m *Mask) {
	first := len(p.Lines)
	add := func(l Level, u Unit) {
		line := publishedLine{Name: fmt.Sprintf("%d %s", l, u.Code), Truth: [4]int{u.N(), u.In, u.Out, u.Undecided}, Share: [2]int64{40, 100}, Decided: [2]int{u.DecidedIn, u.DecidedOut}}
		for c := range columnCount {
			if v := line.Truth[c]; m != nil && !m.Hidden(l, u.Code, c) {
				line.Cells[c] = &v
			}
		}
		if m != nil && !m.HidesVerdict(l, u.Code) {
			line.Verdict = string(u.Verdict)
		}
		if m != nil && !m.HidesAuto(l, u.Code) {
			line.Auto = string(u.VerdictAuto)
			if line.Verdict == "" {
				panic("a verdict without decisions beside a hidden verdict")
			}
		}
		for i, x := range r.Units {
			dep := departement(x.Code)
			if l == LevelTotal || l == LevelDepartement && dep == u.Code || l == LevelRegion && dep != "" && regionOf(dep) == u.Code {
				line.Units = append(line.Units, first+i)
			}
		}
		p.Lines = append(p.Lines, line)
	}
	for _, u := range r.Units {
		add(LevelUnit, u)
	}
	for _, u := range r.Departements {
		add(LevelDepartement, u)
	}
	for _, u := range r.Regions {
		add(LevelRegion, u)
	}
	add(LevelTotal, r.Total)
}

// An integer program of another author, glpsol, given every cell, sum and verdict
// published, finds no small count within a range narrower than the threshold.
func TestNoCellIsExposed(t *testing.T) {
	needOracle(t)
	rnd := rand.New(rand.NewPCG(11, 15))
	var all []published
	told, lines, autos := 0, 0, 0
	for k := range *publicTables {
		r := publicTable(rnd)
		m := r.Suppress([]int{11, 5, 11}[k%3])
		all = append(all, publish(r, m))
		for _, u := range r.Units {
			if u.N() < 150 {
				continue // no ordinary line
			}
			lines++
			if !m.HidesVerdict(LevelUnit, u.Code) {
				told++
			}
			if !m.HidesAuto(LevelUnit, u.Code) {
				autos++
			}
		}
	}
	if told*100 < 95*lines {
		t.Errorf("%d verdicts told of %d ordinary ones", told, lines)
	}
	t.Logf("%d verdicts told of %d ordinary ones, %d without decisions", told, lines, autos)
	attack(t, all)
}

// attack gives publications to the integer program, and reports what it finds.
func attack(t *testing.T, all []published) {
	t.Helper()
	b, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	in := filepath.Join(t.TempDir(), "tables.json")
	if err := os.WriteFile(in, b, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("python3", filepath.Join("testdata", "attack.py"), in)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, complaints.Bytes())
	}
	if len(out) > 0 {
		t.Errorf("exposed:\n%s", out)
	}
}

func needOracle(t *testing.T) {
	t.Helper()
	for _, tool := range []string{"python3", "glpsol"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is absent: make setup-tests installs it")
		}
	}
}

// A verdict that bounds a small count too closely is hidden; one that leaves it room is
// told.
func TestVerdictsThatTellASmallCount(t *testing.T) {
	rule := &Rule{ID: "essai", Unlocatable: AsUndecided, Targets: []Target{{Share: Fraction{40, 100}}}}
	one := func(in, out, undecided int) *Result {
		x := tallyOf(Fraction{40, 100}, Count{In: in, Out: out, Undecided: undecided})
		x.Code = "59350"
		return assemble([]Tally{x}, rule, yearOptions)
	}
	for _, c := range []struct {
		name               string
		in, out, undecided int
		told               bool
	}{
		{"missed by far", 100, 296, 4, true},
		{"missed by a few: at most 4 to check", 155, 241, 4, false},
		{"reached by those in", 200, 196, 4, true},
		{"cannot tell: at least 5 to check, as many as there are others", 155, 236, 9, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := one(c.in, c.out, c.undecided)
			m := r.Suppress(11)
			if got := !m.HidesVerdict(LevelUnit, "59350"); got != c.told {
				t.Errorf("verdict %s told: %v, want %v", r.Units[0].Verdict, got, c.told)
			}
			if m.Hidden(LevelUnit, "59350", ColumnN) || m.Hidden(LevelUnit, "59350", ColumnIn) {
				t.Error("entries or residents are hidden for nothing")
			}
			if !m.Hidden(LevelUnit, "59350", ColumnUndecided) || !m.Hidden(LevelTotal, "TOTAL", ColumnUndecided) {
				t.Error("a small count is shown")
			}
		})
	}
}

// A small unit takes the entries of its neighbour with it, not what the neighbour did of
// its target, where that leaves the small counts their room.
func TestVerdictBesideHiddenEntries(t *testing.T) {
	rule := &Rule{ID: "essai", Unlocatable: AsUndecided, Targets: []Target{{Share: Fraction{40, 100}}}}
	table := func(large Count) *Result {
		var tallies []Tally
		for code, c := range map[string]Count{"59350": large, "59512": {In: 2, Out: 3, Undecided: 1}} {
			x := tallyOf(Fraction{40, 100}, c)
			x.Code = code
			tallies = append(tallies, x)
		}
		return assemble(tallies, rule, yearOptions)
	}
	far := table(Count{In: 60, Out: 210, Undecided: 12})
	m := far.Suppress(11)
	if !m.Hidden(LevelUnit, "59350", ColumnN) || m.HidesVerdict(LevelUnit, "59350") {
		t.Errorf("far from its target: entries hidden %v, verdict hidden %v", m.Hidden(LevelUnit, "59350", ColumnN), m.HidesVerdict(LevelUnit, "59350"))
	}
	if !m.HidesVerdict(LevelUnit, "59512") {
		t.Error("the verdict of six people is told")
	}
	if needOracle(t); !t.Skipped() {
		attack(t, []published{publish(far, m)})
	}
}
