package quota

import "slices"

// hideFirst hides the small cells, and what gives way before all else: who is out and who
// is to check, where someone is counted.
func (g *grid) hideFirst() {
	for i := range g.cells {
		c := &g.cells[i]
		if col := g.keys[i].col; !c.fixed {
			c.hidden = c.sensitive || !c.empty && (col == ColumnOut || col == ColumnUndecided)
		}
	}
}

// exposed returns a sensitive cell that what is shown ties down too narrowly, or -1;
// those given up are passed over.
func (g *grid) exposed(given map[int]bool) int { return g.exposedAmong(nil, given) }

// exposedAmong is exposed for the cells that among accepts; nil for all.
func (g *grid) exposedAmong(among, given map[int]bool) int {
	g.bounds.low = nil
	programs := map[int]*program{} // by their first cell
	var first []int
	for i, c := range g.cells {
		if !c.sensitive || among != nil && !among[i] || given[i] || g.spread(i) {
			continue
		}
		if g.tied(i) {
			return i
		}
		if g.move(i); g.spread(i) {
			continue
		}
		if first == nil {
			first = g.components()
		}
		p := programs[first[i]]
		if p == nil {
			if first[i] < 0 || tooMany(first, first[i]) {
				return i
			}
			p = g.program(first, first[i])
			programs[first[i]] = p
		}
		for _, sign := range []int64{1, -1} {
			if t := p.extreme(i, sign); t != nil && g.verdictsHold(t) {
				g.tables = append(g.tables, t)
			}
			if g.spread(i) {
				break
			}
		}
		// The program knows nothing of verdicts told beside hidden entries: they may
		// limit what it does not.
		if (!p.unbounded[i] || g.bound(first, first[i])) && !g.spread(i) {
			return i
		}
	}
	return -1
}

// tooMany reports whether a component has more cells than a program solves in good time:
// what no move proves of it is then taken for exposed.
func tooMany(components []int, first int) bool {
	const most = 120
	n := 0
	for _, f := range components {
		if f == first {
			n++
		}
	}
	return n > most
}

// spread reports whether the tables known leave a cell wide enough.
func (g *grid) spread(i int) bool {
	low, high := g.cells[i].value, g.cells[i].value
	for _, t := range g.tables {
		low, high = min(low, t[i]), max(high, t[i])
	}
	return high-low >= g.threshold
}

// components returns each hidden cell the first of those that sums tie to it; -1 for a
// cell that is shown.
func (g *grid) components() []int {
	first := make([]int, len(g.cells))
	for i := range first {
		first[i] = -1
	}
	for i := range g.cells {
		if !g.cells[i].hidden || first[i] >= 0 {
			continue
		}
		first[i] = i
		for queue := []int{i}; len(queue) > 0; queue = queue[1:] {
			for _, k := range g.of[queue[0]] {
				for _, j := range g.sums[k].members() {
					if g.cells[j].hidden && first[j] < 0 {
						first[j] = i
						queue = append(queue, j)
					}
				}
			}
		}
	}
	return first
}

// hideOneMore hides the cheapest cell that loosens v: one shown in a sum that ties v, or
// a hidden cell that other sums tie to v. It reports false when nothing is left to hide.
func (g *grid) hideOneMore(v int) bool {
	near := map[int]bool{v: true}
	for {
		best := -1
		grown := map[int]bool{}
		for i := range near {
			for _, k := range g.of[i] {
				for _, j := range g.sums[k].members() {
					// A cell of nobody shelters nothing: it is known to be 0.
					switch c := g.cells[j]; {
					case c.hidden:
						grown[j] = true
					case !c.empty && !c.fixed && (best < 0 || g.cost(j) < g.cost(best)):
						best = j
					case c.fixed:
						grown[j] = true
					}
				}
			}
		}
		if best >= 0 {
			g.cells[best].hidden = true
			return true
		}
		before := len(near)
		for j := range grown {
			near[j] = true
		}
		if len(near) == before {
			return false
		}
	}
}

// cost prefers to hide what readers need least: undecided, then those out, then
// those in, then the entries; and within a unit rather than in a total.
func (g *grid) cost(i int) int {
	k := g.keys[i]
	weight := [columnCount]int{ColumnN: 30, ColumnIn: 6, ColumnOut: 3, ColumnUndecided: 1}[k.col]
	if k.level != LevelUnit {
		weight *= 50
	}
	return weight*1_000_000_000 + min(g.cells[i].value, 999_999)*1_000 + i%1_000
}

// showBack shows again what can be without giving away a small count: entries, then
// residents, then verdicts, then the rest; totals before units.
func (g *grid) showBack(given map[int]bool) {
	g.showColumn(ColumnN, given)
	g.showColumn(ColumnIn, given)
	g.tellVerdicts(given)
	g.showColumn(ColumnOut, given)
	g.showColumn(ColumnUndecided, given)
	// What was shown since may prove what could not be proved then.
	g.showColumn(ColumnOut, given)
	g.tellVerdicts(given)
}

func (g *grid) tellVerdicts(given map[int]bool) {
	for _, l := range g.byLevel() {
		if !l.told {
			g.tellVerdict(l, given)
		}
	}
}

// byLevel returns the printed lines, totals first.
func (g *grid) byLevel() []*gridLine {
	var out []*gridLine
	for i := range g.lines {
		if g.lines[i].key.release != unprinted {
			out = append(out, &g.lines[i])
		}
	}
	slices.SortStableFunc(out, func(a, b *gridLine) int { return int(b.key.level) - int(a.key.level) })
	return out
}

func (g *grid) showColumn(c Column, given map[int]bool) {
	for _, l := range g.byLevel() {
		i := l.at[c]
		cell := &g.cells[i]
		if cell.sensitive || cell.fixed || !cell.hidden {
			continue
		}
		tied := g.tiedTo(i)
		cell.hidden = false
		g.tryOut(tied, given, func() { cell.hidden = true })
	}
}

// tiedTo returns the hidden cells that sums tie to cells.
func (g *grid) tiedTo(cells ...int) map[int]bool {
	first := g.components()
	out := map[int]bool{}
	for j, f := range first {
		if f >= 0 && slices.ContainsFunc(cells, func(i int) bool { return first[i] == f }) {
			out[j] = true
		}
	}
	return out
}

// tryOut keeps what was just shown unless it exposes one of the cells that it is tied
// to; undo hides it again.
func (g *grid) tryOut(tied, given map[int]bool, undo func()) {
	all := g.tables
	g.tables = slices.DeleteFunc(slices.Clone(all), func(t []int) bool { return !g.agrees(t) })
	if g.exposedAmong(tied, given) >= 0 {
		undo()
		g.tables = all
	}
}

// agrees reports whether a table agrees with all that is shown.
func (g *grid) agrees(t []int) bool {
	for i := range g.cells {
		if !g.allows(i, t[i]) {
			return false
		}
	}
	return g.verdictsHold(t)
}

// verdictsHold reports whether each verdict told beside hidden entries is that of a
// table's counts.
func (g *grid) verdictsHold(t []int) bool {
	for i := range g.lines {
		l := &g.lines[i]
		if l.binds && l.share.verdict(t[l.at[ColumnN]], t[l.at[ColumnIn]], t[l.at[ColumnUndecided]]) != l.verdict {
			return false
		}
	}
	return true
}

// bound reports whether a verdict told beside hidden entries limits a component.
func (g *grid) bound(components []int, first int) bool {
	return slices.ContainsFunc(g.lines, func(l gridLine) bool { return l.binds && components[l.at[ColumnN]] == first })
}

// allows reports whether a cell may have a value, sums apart.
func (g *grid) allows(i, v int) bool {
	c := &g.cells[i]
	return (c.hidden || v == c.value) && v >= c.low && (c.high < 0 || v <= c.high)
}

// tellVerdict shows a line's verdict, unless it exposes a small count: beside the entries,
// as the bounds that it sets on those in and those out; beside hidden ones, where the
// target is one share of them, as what it says of each table.
func (g *grid) tellVerdict(l *gridLine, given map[int]bool) {
	n, in, out := &g.cells[l.at[ColumnN]], &g.cells[l.at[ColumnIn]], &g.cells[l.at[ColumnOut]]
	if l.verdict == NotRelevant || l.verdict == NoTarget {
		l.told = true
		return
	}
	if n.fixed || n.hidden && l.share.IsZero() {
		return
	}
	wasIn, wasOut := *in, *out
	if l.told = true; n.hidden {
		l.binds = true
	} else {
		g.boundByVerdict(l)
	}
	g.tryOut(g.tiedTo(l.at[:]...), given, func() { *in, *out, l.told, l.binds = wasIn, wasOut, false, false })
}

// boundByVerdict sets the bounds that a line's verdict and its entries give.
func (g *grid) boundByVerdict(l *gridLine) {
	n, in, out := g.cells[l.at[ColumnN]].value, &g.cells[l.at[ColumnIn]], &g.cells[l.at[ColumnOut]]
	switch l.verdict {
	case Reached:
		in.low = max(in.low, l.need)
	case Missed:
		out.low = max(out.low, n-l.need+1)
	case Undetermined:
		in.high, out.high = l.need-1, n-l.need
	}
}
