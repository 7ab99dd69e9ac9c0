package audit

import (
	"math/big"
	"strings"

	"perimetre/ingest/table"
)

// writing: no number begins with a 0 that counts for nothing, thousands stand in groups of
// three, a decimal comma has digits on both sides, and no share passes 100 %. It holds in
// tables without any total as well.
func writing(t *Table) (out []*relation) {
	each(t, func(i, j int, c *Cell) {
		out = append(out,
			writtenRelation(c, Certain, "un nombre ne commence pas par un zéro de trop", func() bool { return !leadingZero(c.Text) }),
			writtenRelation(c, Certain, "les milliers s’écrivent par groupes de trois chiffres, la virgule entre deux chiffres", func() bool { return wellFormed(c.Text) }))
		if c.kind == percent && !c.signed && !saysChange(t.Rows[i]) && !saysChange(t.Columns[j]) {
			out = append(out, writtenRelation(c, Certain, "une part ne dépasse pas 100 %", func() bool { return c.value.Cmp(big.NewRat(100, 1)) <= 0 }))
		}
	})
	return out
}

// each calls f with the place of every number of a table.
func each(t *Table, f func(row, column int, c *Cell)) {
	for i, row := range t.cells {
		for j, c := range row {
			if c.kind != text {
				f(i, j, c)
			}
		}
	}
}

// parts: in a table without a total, what is « dont » is at most the number before it.
func parts(t *Table) (out []*relation) {
	most := func(labels []string, lines int, at func(k, line int) *Cell) {
		base := -1
		for k, label := range labels {
			if !strings.HasPrefix(table.Words(label), "dont ") {
				base = k
				continue
			}
			for line := range lines {
				if base < 0 {
					break
				}
				if c, b := at(k, line), at(base, line); c.kind == count && b.kind == count {
					out = append(out, atMostRelation([]*Cell{c}, b, "« dont » ne dépasse pas le nombre dont il est une partie"))
				}
			}
		}
	}
	if t.byColumn() == nil {
		most(t.Columns, len(t.Rows), func(k, line int) *Cell { return t.cells[line][k] })
	}
	if t.byRow() == nil {
		most(t.Rows, len(t.Columns), func(k, line int) *Cell { return t.cells[k][line] })
	}
	return out
}

// decimals: the percentages of a line are printed with as many decimals.
func decimals(all []*series) (out []*relation) {
	for _, s := range all {
		if s.kind != percent {
			continue
		}
		cells := append([]*Cell{s.total}, s.known()...)
		for i, c := range cells {
			out = append(out, writtenRelation(c, Probable, "les parts d’une ligne ont autant de décimales", func() bool {
				if i == 0 && c.value.Cmp(big.NewRat(100, 1)) == 0 {
					return true // « 100 % »
				}
				same := 0
				for k, o := range cells {
					if k != i && o.decimals == c.decimals {
						same++
					}
				}
				return same > 0 || len(cells) < 4
			}))
		}
	}
	return out
}

// bare returns a printed number without its sign and unit, its spaces as plain ones.
func bare(s string) string {
	s = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ").Replace(s)
	return strings.TrimSpace(strings.TrimRight(strings.TrimLeft(strings.TrimSpace(s), "+-−–"), " %€"))
}

func leadingZero(s string) bool {
	s = strings.ReplaceAll(bare(s), " ", "")
	return len(s) > 1 && s[0] == '0' && s[1] >= '0' && s[1] <= '9'
}

// wellFormed reports whether the spaces and the comma of a printed number stand where a
// number has them.
func wellFormed(s string) bool {
	whole, decimals, comma := strings.Cut(strings.Replace(bare(s), ".", ",", 1), ",")
	if comma && (decimals == "" || whole == "") {
		return false
	}
	groups := strings.Fields(whole)
	for i, g := range groups {
		if i > 0 && len(g) != 3 || i == 0 && len(groups) > 1 && len(g) > 3 {
			return false
		}
	}
	return true
}
