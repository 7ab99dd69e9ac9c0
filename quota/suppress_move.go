package quota

import "slices"

// move looks for whole tables that agree with all that is shown and in which a cell is
// more or less by the threshold, or as far from it as its bounds let it be: people of one
// unit, over a period that no release divides, are counted in another column, alone or
// against the cells of a second unit or of another period. What it finds is a proof; what it
// does not find is left to the program.
func (g *grid) move(cell int) {
	low, high := g.outerBounds()
	value := g.cells[cell].value
	if up := min(g.threshold, high[cell]-value); up > 0 && g.moveBy(cell, up) && up == g.threshold {
		return
	}
	if down := min(g.threshold, value-low[cell]); down > 0 {
		g.moveBy(cell, -down)
	}
}

// moveBy adds a table in which a cell differs by k, and reports whether it found one.
func (g *grid) moveBy(cell, k int) bool {
	for _, b := range g.basesOf(cell / int(columnCount)) {
		beside, siblings := g.beside(b), g.siblings(b)
		for _, x := range changes(g.keys[cell].col, k) {
			y := opposite(x)
			if g.moved(cell, []int{b}, x) {
				return true
			}
			for _, o := range beside {
				if g.moved(cell, []int{b, o}, x, y) {
					return true
				}
			}
			for _, s := range siblings {
				if g.moved(cell, []int{b, s}, x, y) {
					return true
				}
				for _, o := range beside {
					for _, so := range g.siblings(o) {
						if g.lines[so].key.release == g.lines[s].key.release && g.moved(cell, []int{b, o, s, so}, x, y, y, x) {
							return true
						}
					}
				}
			}
		}
	}
	return false
}

// siblings lists the undivided lines of the same unit over the other parts of a longer
// period.
func (g *grid) siblings(b int) (out []int) {
	if g.lines[b].parent < 0 {
		return nil
	}
	for o := range g.above {
		if o != b && g.lines[o].parent == g.lines[b].parent {
			out = append(out, o)
		}
	}
	return g.roomiest(out)
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

// changes lists changes of a line's counts that change a column by k.
func changes(col Column, k int) (out [][columnCount]int) {
	add := func(a Column, n int, b Column, m int) {
		var x [columnCount]int
		x[a] += n
		x[b] += m
		out = append(out, x)
	}
	for c := ColumnIn; c < columnCount; c++ {
		if col == ColumnN || c == col {
			add(ColumnN, k, c, k)
		} else {
			add(col, k, c, -k)
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
func (g *grid) moved(cell int, lines []int, changes ...[columnCount]int) bool {
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
	if !g.verdictsHold(t) {
		return false
	}
	g.tables = append(g.tables, t)
	return true
}
