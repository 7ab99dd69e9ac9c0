package audit

import (
	"flag"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

var clean = flag.Int("clean", 150, "right tables that TestCleanTables audits")

// rounded returns a over b in percent with a comma and some decimals, half away from 0.
func rounded(a, b int64, decimals int) string {
	return strings.Replace(new(big.Rat).SetFrac64(100*a, b).FloatString(decimals), ".", ",", 1) + " %"
}

// thousands writes a count in groups of three.
func thousands(n int64, space string) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + space + s[i:]
	}
	return s
}

// rightTable draws a table that people made: counts by place, parts of them as numbers and
// as shares, weights, changes on a year, means of groups, amounts; some cells hidden, some
// columns left out, places in rows or in columns.
func rightTable(rnd *rand.Rand) string {
	places := 2 + rnd.IntN(9)
	size := []int64{30, 400, 5000, 90000}[rnd.IntN(4)]
	space := []string{" ", "\u00a0", "\u202f", ""}[rnd.IntN(4)]
	decimals := rnd.IntN(3)
	counts, before, parts, others := make([]int64, places+1), make([]int64, places+1), make([]int64, places+1), make([]int64, places+1)
	contracts := make([]int64, places+1)
	euros := make([]int64, places+1)
	cents := int64(0)
	for i := range places {
		counts[i] = 1 + rnd.Int64N(size)
		before[i] = max(1, counts[i]*(85+rnd.Int64N(30))/100)
		parts[i] = rnd.Int64N(counts[i] + 1)
		others[i] = rnd.Int64N(parts[i] + 1)
		c := counts[i] * (20_000 + rnd.Int64N(90_000)) // cents, rounded to the euro
		cents += c
		euros[i] = (c + 50) / 100
		contracts[i] = rnd.Int64N(3 * size)
		for _, x := range [][]int64{counts, before, parts, others, contracts} {
			x[places] += x[i]
		}
	}
	euros[places] = (cents + 50) / 100
	labels := []string{}
	for i := range places {
		labels = append(labels, fmt.Sprint("Lieu ", i+1))
	}
	labels = append(labels, []string{"TOTAL", "Région", "Ensemble", "Hauts-de-France"}[rnd.IntN(4)])
	mask := []string{"", "•", "c", "n.d."}[rnd.IntN(4)]
	hide := rnd.IntN(3) == 0
	type column struct {
		name string
		cell func(i int) string
	}
	all := []column{
		{"Nombre de jeunes", func(i int) string { return thousands(counts[i], space) }},
		{"Évolution sur un an", func(i int) string {
			s := rounded(counts[i]-before[i], before[i], decimals)
			if !strings.HasPrefix(s, "-") {
				s = "+" + s
			}
			return s
		}},
		{"Poids", func(i int) string { return rounded(counts[i], counts[places], decimals) }},
		{"Dont QPV", func(i int) string { return thousands(parts[i], space) }},
		{"dont jeunes résidant en QPV", func(i int) string { return rounded(parts[i], counts[i], decimals) }},
		{"Part des jeunes aidés", func(i int) string { return rounded(others[i], counts[i], decimals) }},
		{"Montant en euros", func(i int) string { return thousands(euros[i], space) }},
		{"Nombre de contrats", func(i int) string { return thousands(contracts[i], space) }},
	}
	kept := []column{all[0]}
	for _, c := range all[1:] {
		if rnd.IntN(5) < 3 {
			kept = append(kept, c)
		}
	}
	cell := func(c column, i int) string {
		if hide && rnd.IntN(4) == 0 {
			return mask
		}
		return c.cell(i)
	}
	var b strings.Builder
	if rnd.IntN(2) == 0 {
		b.WriteString("Lieu")
		for _, c := range kept {
			b.WriteString(";" + c.name)
		}
		for i, l := range labels {
			b.WriteString("\n" + l)
			for _, c := range kept {
				b.WriteString(";" + cell(c, i))
			}
		}
	} else {
		b.WriteString("Indicateur;" + strings.Join(labels, ";"))
		for _, c := range kept {
			b.WriteString("\n" + c.name)
			for i := range labels {
				b.WriteString(";" + cell(c, i))
			}
		}
	}
	return b.String() + "\n"
}

// Right tables of every shape, rounded and with cells hidden, raise nothing.
func TestCleanTables(t *testing.T) {
	rnd := rand.New(rand.NewPCG(15, 4))
	alarms := 0
	for k := range *clean {
		text := rightTable(rnd)
		x, err := Parse("t.csv", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		found, err := Audit([]*Table{x}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(found) > 0 {
			alarms++
			t.Errorf("table %d: %s, %q\n%s", k, found[0].Name, found[0].Broken, text)
		}
	}
	t.Logf("%d false alarms in %d tables", alarms, *clean)
}
