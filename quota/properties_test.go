package quota

import (
	"bytes"
	"fmt"
	"math/big"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"perimetre/geo"
)

// drawRows makes rows of a few units, with every trouble that changes a count.
// Nobody changes unit: a bordereau cannot tell it.
func drawRows(t *rapid.T, perimeter string) []Row {
	n := rapid.IntRange(0, 80).Draw(t, "lignes")
	rows := make([]Row, n)
	for i := range rows {
		r := &rows[i]
		unit := rapid.SampledFrom([]string{"59350", "59512", "62041", "80021", "sans code"}).Draw(t, "unité")
		r.Line, r.Unit = i+2, unit
		r.Person = fmt.Sprint(unit, rapid.IntRange(0, 30).Draw(t, "personne"))
		r.Entry = geo.MustDate("2024-01-01").AddDays(rapid.IntRange(0, 400).Draw(t, "jour"))
		r.Answer = rapid.SampledFrom([]Answer{In, Out, Undecided}).Draw(t, "réponse")
		r.Motif = rapid.SampledFrom([]string{"numero_dedans", "bord", "decision", "sans_residence"}).Draw(t, "motif")
		r.Renewal = rapid.IntRange(0, 9).Draw(t, "renouvellement") == 0
		if rapid.IntRange(0, 19).Draw(t, "défaut") == 0 {
			r.Problem = BadDate
		}
		r.Perimeter = perimeter
	}
	return rows
}

func drawRule(t *rapid.T) *Rule {
	first := Fraction{int64(rapid.IntRange(1, 100).Draw(t, "objectif")), 100}
	second := Fraction{int64(rapid.IntRange(1, 100).Draw(t, "objectif ensuite")), 100}
	return &Rule{
		ID: "essai", Zonings: []geo.Zoning{geo.QPV}, Counting: Entries, Fingerprint: "f",
		Unlocatable: rapid.SampledFrom([]Unlocatable{AsUndecided, AsOut, Excluded}).Draw(t, "sans résidence"),
		Targets:     []Target{{Share: first, To: geo.MustDate("2024-06-30")}, {Share: second, From: geo.MustDate("2024-07-01")}},
		UnitTargets: map[string][]Target{"62041": {{Share: second}}},
	}
}

var yearOptions = Options{Period: Year(2024), AsOf: geo.MustDate("2025-02-01")}

var sameAssessment = gocmp.Options{
	gocmp.Comparer(func(a, b *big.Rat) bool {
		return (a == nil) == (b == nil) && (a == nil || a.Cmp(b) == 0)
	}),
}

// Counts that travelled give the bounds and verdicts of the rows.
func TestBordereauGivesWhatRowsGive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := drawRule(t)
		files := []*Flagged{{Name: "a.csv", Rows: drawRows(t, "2024")}}
		want, err := FromRows(files, rule, yearOptions)
		if err != nil {
			t.Fatal(err)
		}
		if len(want.Units) == 0 {
			return
		}
		b, err := NewBordereau(files, rule, yearOptions, "essai", nil)
		if err != nil {
			t.Fatal(err)
		}
		var buf bytes.Buffer
		if err := b.Write(&buf); err != nil {
			t.Fatal(err)
		}
		read, err := ParseBordereau("a.json", buf.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		got, err := FromBordereaux([]*Bordereau{read}, rule, yearOptions, "")
		if err != nil {
			t.Fatal(err)
		}
		if d := gocmp.Diff(want.Units, got.Units, sameAssessment); d != "" {
			t.Fatal(d)
		}
		if d := gocmp.Diff(want.Total, got.Total, sameAssessment); d != "" {
			t.Fatal(d)
		}
		rejected := func(r *Result) (n int) {
			for _, x := range r.Rejected {
				n += x.Count
			}
			return n
		}
		if rejected(want) != rejected(got) {
			t.Fatalf("rejets %d et %d", rejected(want), rejected(got))
		}
	})
}

// The pooled counts are the sums of the units, and each row in is somewhere.
func TestPooledIsTheSumOfUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := drawRule(t)
		rule.Unlocatable = AsUndecided
		rows := drawRows(t, "2024")
		r, err := FromRows([]*Flagged{{Name: "a.csv", Rows: rows}}, rule, yearOptions)
		if err != nil {
			t.Fatal(err)
		}
		var all, coded, deps, regions Count
		required := new(big.Rat)
		for _, u := range r.Units {
			all = all.Add(u.Count)
			if departement(u.Code) != "" {
				coded = coded.Add(u.Count)
			}
			if u.Required != nil {
				required.Add(required, u.Required)
			}
		}
		for _, u := range r.Departements {
			deps = deps.Add(u.Count)
		}
		for _, u := range r.Regions {
			regions = regions.Add(u.Count)
		}
		if all != r.Total.Count || deps != coded || regions != coded {
			t.Fatalf("all %+v, sum %+v; départements %+v, regions %+v, sum %+v", r.Total.Count, all, deps, regions, coded)
		}
		if r.Total.Required != nil && r.Total.Required.Cmp(required) != 0 {
			t.Fatalf("requis %s, somme %s", r.Total.Required, required)
		}
		n := r.Total.N() + len(r.Rejected)
		for _, k := range r.Aside {
			n += k
		}
		if n != len(rows) {
			t.Fatalf("%d rows, %d found", len(rows), n)
		}
	})
}

// The steps of a move add up exactly, in people and in points.
func TestWhyTheShareMovedAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := drawRule(t)
		at := func(p string) *Result {
			r, err := FromRows([]*Flagged{{Name: p, Rows: drawRows(t, p)}}, rule, yearOptions)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		m, err := Explain(at("2015"), at(rapid.SampledFrom([]string{"2015", "2024"}).Draw(t, "périmètre")))
		if err != nil {
			t.Fatal(err)
		}
		sum := m.Before
		low, high := new(big.Rat), new(big.Rat)
		for _, s := range m.Steps {
			sum.In, sum.Out, sum.Undecided = sum.In+s.In, sum.Out+s.Out, sum.Undecided+s.Undecided
			if m.Min != nil {
				low.Add(low, s.Min)
				high.Add(high, s.Max)
			}
		}
		if sum.In != m.After.In || sum.Out != m.After.Out || sum.Undecided != m.After.Undecided {
			t.Fatalf("%+v + steps = %+v, want %+v", m.Before, sum, m.After)
		}
		if m.Min != nil && (low.Cmp(m.Min) != 0 || high.Cmp(m.Max) != 0) {
			t.Fatalf("points %s and %s, want %s and %s", low, high, m.Min, m.Max)
		}
	})
}

// An attacker who knows every shown cell and the sums of the table cannot find a
// hidden small count: the solutions of the linear system leave it free. This
// solves the system again, in exact fractions, sharing no code with the mask.
func TestHiddenCellsCannotBeSolvedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		codes := []string{"59350", "59512", "59183", "62041", "62160", "80021", "02691", "autre"}
		var tallies []Tally
		for _, code := range codes[:rapid.IntRange(1, len(codes)).Draw(t, "unités")] {
			small := rapid.IntRange(0, 1).Draw(t, "petite") == 1
			most := 300
			if small {
				most = 14
			}
			n := rapid.IntRange(0, most)
			c := Count{In: n.Draw(t, "in"), Out: n.Draw(t, "out"), Undecided: rapid.IntRange(0, 20).Draw(t, "undecided")}
			tallies = append(tallies, tallyOf(Fraction{40, 100}, c))
			tallies[len(tallies)-1].Code = code
		}
		rule := &Rule{ID: "essai", Unlocatable: AsUndecided, Targets: []Target{{Share: Fraction{40, 100}}}}
		r := assemble(tallies, rule, yearOptions)
		threshold := rapid.SampledFrom([]int{5, 11}).Draw(t, "seuil")
		mask := r.Suppress(threshold)

		type key struct {
			level Level
			code  string
			col   Column
		}
		unknown := map[key]int{}
		var small []key
		count := func(u Unit, c Column) int { return [...]int{u.N(), u.In, u.Out, u.Undecided}[c] }
		lines := func(f func(Level, Unit)) {
			for _, u := range r.Units {
				f(LevelUnit, u)
			}
			for _, u := range r.Departements {
				f(LevelDepartement, u)
			}
			for _, u := range r.Regions {
				f(LevelRegion, u)
			}
			f(LevelTotal, r.Total)
		}
		lines(func(l Level, u Unit) {
			for c := ColumnN; c < columnCount; c++ {
				k := key{l, u.Code, c}
				if mask.Hidden(l, u.Code, c) {
					unknown[k] = len(unknown)
				}
				if v := count(u, c); u.N() > 0 && v < threshold {
					small = append(small, k)
					if !mask.Hidden(l, u.Code, c) {
						t.Fatalf("%v : %d personnes en clair", k, v)
					}
				}
			}
		})
		var system [][]*big.Rat // a row an equation, the last column what is known
		equation := func(plus []key, plusUnits []Unit, minus key, minusUnit Unit) {
			row := make([]*big.Rat, len(unknown)+1)
			for i := range row {
				row[i] = new(big.Rat)
			}
			term := func(k key, u Unit, sign int64) {
				if i, ok := unknown[k]; ok {
					row[i].Add(row[i], big.NewRat(sign, 1))
				} else {
					row[len(unknown)].Sub(row[len(unknown)], big.NewRat(sign*int64(count(u, k.col)), 1))
				}
			}
			for i, k := range plus {
				term(k, plusUnits[i], 1)
			}
			term(minus, minusUnit, -1)
			system = append(system, row)
		}
		lines(func(l Level, u Unit) {
			equation([]key{{l, u.Code, ColumnIn}, {l, u.Code, ColumnOut}, {l, u.Code, ColumnUndecided}}, []Unit{u, u, u}, key{l, u.Code, ColumnN}, u)
			if l == LevelUnit {
				return
			}
			for c := ColumnN; c < columnCount; c++ {
				var plus []key
				var units []Unit
				for _, v := range r.Units {
					dep := departement(v.Code)
					if l == LevelTotal || l == LevelDepartement && dep == u.Code || l == LevelRegion && dep != "" && regionOf(dep) == u.Code {
						plus, units = append(plus, key{LevelUnit, v.Code, c}), append(units, v)
					}
				}
				equation(plus, units, key{l, u.Code, c}, u)
			}
		})
		solved := solve(system, len(unknown))
		for _, k := range small {
			if v, ok := solved[unknown[k]]; ok {
				t.Fatalf("%v se retrouve : %s", k, v)
			}
		}
	})
}

// solve gives the unknowns that the system fixes.
func solve(m [][]*big.Rat, n int) map[int]*big.Rat {
	rank := 0
	for c := 0; c < n && rank < len(m); c++ {
		p := slices.IndexFunc(m[rank:], func(r []*big.Rat) bool { return r[c].Sign() != 0 })
		if p < 0 {
			continue
		}
		m[rank], m[rank+p] = m[rank+p], m[rank]
		inv := new(big.Rat).Inv(m[rank][c])
		for k := range m[rank] {
			m[rank][k].Mul(m[rank][k], inv)
		}
		for o := range m {
			if o == rank || m[o][c].Sign() == 0 {
				continue
			}
			f := new(big.Rat).Set(m[o][c])
			for k := range m[o] {
				m[o][k].Sub(m[o][k], new(big.Rat).Mul(f, m[rank][k]))
			}
		}
		rank++
	}
	out := map[int]*big.Rat{}
	for _, row := range m[:rank] {
		var cols []int
		for c := range n {
			if row[c].Sign() != 0 {
				cols = append(cols, c)
			}
		}
		if len(cols) == 1 {
			out[cols[0]] = row[n]
		}
	}
	return out
}

func TestMaskKeepsWhatItCan(t *testing.T) {
	big := func(code string, in, out, und int) Tally {
		x := tallyOf(Fraction{40, 100}, Count{In: in, Out: out, Undecided: und})
		x.Code = code
		return x
	}
	rule := &Rule{ID: "essai", Unlocatable: AsUndecided, Targets: []Target{{Share: Fraction{40, 100}}}}
	r := assemble([]Tally{big("59350", 400, 600, 30), big("59512", 300, 300, 20), big("59183", 4, 90, 20)}, rule, yearOptions)
	m := r.Suppress(11)
	if !m.Hidden(LevelUnit, "59183", ColumnIn) {
		t.Error("4 personnes en clair")
	}
	hidden := 0
	for range m.hidden {
		hidden++
	}
	if hidden > 4 {
		t.Errorf("%d cells hidden for one small: %v", hidden, m.hidden)
	}
	if m.Any(LevelTotal, "TOTAL") {
		t.Error("the whole need not be hidden")
	}
	if r.Suppress(0) != nil {
		t.Error("without a threshold nothing is hidden")
	}
}
