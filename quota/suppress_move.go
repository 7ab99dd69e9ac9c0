package quota

import "slices"

// move looks for whole tables that agree with all that is shown and in which a cell has
// other values: people of one unit, over a period that no release divides, are counted
// in another column, alone or against those of a second unit. What it finds is a proof;
// what it does not find is left to the program.
func (g *grid) move(cell int) {
	line, col := cell/int(columnCount), g.keys[cell].col
	bases := g.basesOf(line)
	for _, b := range bases {
		for _, change := range g.changes(col) {
			if g.moved(cell, []int{b}, [][columnCount]int{change}) {
				return
			}
			for _, other := range g.beside(b) {
				if g.moved(cell, []int{b, other}, [][columnCount]int{change, opposite(change)}) {
					return
				}
			}
		}
	}
}

// enough is the number of lines that move tries: most cells need one.
const enough = 6

// basesOf lists undivided lines of units whose people a line counts, those with most room
// first.
func (g *grid) basesOf(line int) []int {
	var out []int
	for b, above := range g.above {
		if slices.Contains(above, line) {
			out = append(out, b)
		}
	}
	return g.roomiest(out)
}

// beside lists undivided lines of other units of the same release.
func (g *grid) beside(b int) []int {
	var out []int
	for o := range g.above {
		if o != b && g.lines[o].key.release == g.lines[b].key.release && g.lines[o].parent >= 0 == (g.lines[b].parent >= 0) {
			out = append(out, o)
		}
	}
	return g.roomiest(out)
}

func (g *grid) roomiest(lines []int) []int {
	room := func(l int) int {
		n := 0
		for c := ColumnIn; c < columnCount; c++ {
			if i := g.lines[l].at[c]; g.cells[i].hidden {
				n += g.cells[i].value
			}
		}
		return n
	}
	slices.SortFunc(lines, func(a, b int) int {
		if ra, rb := room(a), room(b); ra != rb {
			return rb - ra
		}
		return a - b
	})
	return lines[:min(enough, len(lines))]
}

// changes lists changes of a line's counts that change a column by the threshold.
func (g *grid) changes(col Column) (out [][columnCount]int) {
	add := func(a Column, n int, b Column, m int) {
		var x [columnCount]int
		x[a] += n
		x[b] += m
		out = append(out, x)
	}
	for _, k := range []int{g.threshold, -g.threshold} {
		for c := ColumnIn; c < columnCount; c++ {
			if col == ColumnN || c == col {
				add(ColumnN, k, c, k)
			} else {
				add(col, k, c, -k)
			}
		}
	}
	return out
}

func opposite(change [columnCount]int) [columnCount]int {
	for c := range change {
		change[c] = -change[c]
	}
	return change
}

// moved adds the table of some changes to those known, if it agrees with what is shown
// and changes a cell.
func (g *grid) moved(cell int, lines []int, changes [][columnCount]int) bool {
	delta := map[int]int{}
	for k, b := range lines {
		for _, l := range g.above[b] {
			for c, d := range changes[k] {
				delta[g.lines[l].at[c]] += d
			}
		}
	}
	if delta[cell] == 0 {
		return false
	}
	for i, d := range delta {
		if d != 0 && !g.allows(i, g.cells[i].value+d) {
			return false
		}
	}
	t := slices.Clone(g.tables[0])
	for i, d := range delta {
		t[i] += d
	}
	g.tables = append(g.tables, t)
	return true
}
