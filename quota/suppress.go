package quota

import "slices"

// Column is one of the four counts of a line.
type Column uint8

const (
	ColumnN Column = iota
	ColumnIn
	ColumnOut
	ColumnUndecided
	columnCount
)

// Mask tells which cells of a result are hidden, and which verdicts. The nil Mask hides
// nothing.
type Mask struct {
	Threshold int
	hidden    map[maskKey]bool
	verdicts  map[lineKey]bool // hidden
}

type maskKey struct {
	level Level
	code  string
	col   Column
}

// Level is where a line of a report stands.
type Level uint8

const (
	LevelUnit Level = iota
	LevelDepartement
	LevelRegion
	LevelTotal
)

// Hidden reports whether a cell must not be shown.
func (m *Mask) Hidden(l Level, code string, c Column) bool {
	return m != nil && m.hidden[maskKey{l, code, c}]
}

// HidesVerdict reports whether a line's verdict must not be shown.
func (m *Mask) HidesVerdict(l Level, code string) bool {
	return m != nil && m.verdicts[lineKey{l, code}]
}

// Any reports whether a line has a hidden cell: what is derived from its counts is
// then not shown either.
func (m *Mask) Any(l Level, code string) bool {
	for c := ColumnN; c < columnCount; c++ {
		if m.Hidden(l, code, c) {
			return true
		}
	}
	return false
}

// Suppress chooses the cells and verdicts to hide so that no count of fewer than
// threshold people can be found again: between its least and its greatest possible value,
// given every cell, sum and verdict shown, there are at least threshold people. Counts of
// a line of nobody are shown.
//
// A line keeps first its entries, then its residents (what is left of the entries is
// those out or to check), then its verdict; the rest gives way.
func (r *Result) Suppress(threshold int) *Mask {
	if threshold <= 1 {
		return nil
	}
	g := newGrid(r, threshold)
	g.hideFirst()
	for v := g.exposed(); v >= 0 && g.hideOneMore(v); v = g.exposed() {
	}
	g.showBack()
	m := &Mask{Threshold: threshold, hidden: map[maskKey]bool{}, verdicts: map[lineKey]bool{}}
	for i, c := range g.cells {
		if c.hidden {
			m.hidden[g.keys[i]] = true
		}
	}
	for _, l := range g.lines {
		if !l.told {
			k := g.keys[l.at[ColumnN]]
			m.verdicts[lineKey{k.level, k.code}] = true
		}
	}
	return m
}

// grid holds the counts of a report, the sums that tie them and what is shown of them.
type grid struct {
	threshold int
	cells     []gridCell
	keys      []maskKey
	sums      []gridSum
	of        [][]int // the sums of each cell
	lines     []gridLine
	// tables are whole tables that agree with all that is shown: proofs that a cell may
	// take their values.
	tables [][]int
}

// gridCell is a count; what is shown leaves it between low and high, high < 0 without
// limit, before sums are looked at.
type gridCell struct {
	value             int
	low, high         int
	empty             bool // of a line of nobody
	sensitive, hidden bool
}

// gridSum says that a cell is the sum of others.
type gridSum struct {
	total int
	parts []int
}

func (s gridSum) members() []int { return append([]int{s.total}, s.parts...) }

// gridLine is a line with its verdict, told or not. need is the number of residents that
// its target asks for.
type gridLine struct {
	at      [columnCount]int
	verdict Verdict
	need    int
	told    bool
}

func newGrid(r *Result, threshold int) *grid {
	g := &grid{threshold: threshold}
	line := func(l Level, u Unit) [columnCount]int {
		values := [columnCount]int{u.N(), u.In, u.Out, u.Undecided}
		var at [columnCount]int
		for c, v := range values {
			at[c] = len(g.cells)
			some := u.N() > 0
			g.cells = append(g.cells, gridCell{value: v, high: -1, empty: !some, sensitive: some && v < threshold})
			g.keys = append(g.keys, maskKey{l, u.Code, Column(c)})
		}
		g.sums = append(g.sums, gridSum{at[ColumnN], []int{at[ColumnIn], at[ColumnOut], at[ColumnUndecided]}})
		x := gridLine{at: at, verdict: u.Verdict}
		if u.Required != nil {
			x.need = ceil(u.Required)
		}
		g.lines = append(g.lines, x)
		return at
	}
	pool := func(total [columnCount]int, parts [][columnCount]int) {
		for c := range columnCount {
			s := gridSum{total: total[c]}
			for _, p := range parts {
				s.parts = append(s.parts, p[c])
			}
			g.sums = append(g.sums, s)
		}
	}
	var all [][columnCount]int
	deps, regions := map[string][][columnCount]int{}, map[string][][columnCount]int{}
	for _, u := range r.Units {
		at := line(LevelUnit, u)
		all = append(all, at)
		dep := departement(u.Code)
		deps[dep] = append(deps[dep], at)
		regions[regionOf(dep)] = append(regions[regionOf(dep)], at)
	}
	pool(line(LevelTotal, r.Total), all)
	for _, u := range r.Departements {
		pool(line(LevelDepartement, u), deps[u.Code])
	}
	for _, u := range r.Regions {
		pool(line(LevelRegion, u), regions[u.Code])
	}
	g.of = make([][]int, len(g.cells))
	truth := make([]int, len(g.cells))
	for k, s := range g.sums {
		for _, i := range s.members() {
			g.of[i] = append(g.of[i], k)
		}
	}
	for i, c := range g.cells {
		truth[i] = c.value
	}
	g.tables = [][]int{truth}
	return g
}

// hideFirst hides the small cells, and what gives way before all else: who is out and who
// is to check, where someone is counted.
func (g *grid) hideFirst() {
	for i := range g.cells {
		c := &g.cells[i]
		col := g.keys[i].col
		c.hidden = c.sensitive || !c.empty && (col == ColumnOut || col == ColumnUndecided)
	}
}

// exposed returns a sensitive cell that what is shown ties down too narrowly, or -1.
func (g *grid) exposed() int { return g.exposedAmong(nil) }

// exposedAmong is exposed for the cells of which among is true; nil for all.
func (g *grid) exposedAmong(among map[int]bool) int {
	programs := map[int]*program{} // by their first cell
	first := g.components()
	for i, c := range g.cells {
		if !c.sensitive || among != nil && !among[i] || g.spread(i) {
			continue
		}
		p := programs[first[i]]
		if p == nil {
			p = g.program(first, first[i])
			programs[first[i]] = p
		}
		for _, sign := range []int64{1, -1} {
			if t := p.extreme(i, sign); t != nil {
				g.tables = append(g.tables, t)
			}
			if g.spread(i) {
				break
			}
		}
		if !p.unbounded[i] && !g.spread(i) {
			return i
		}
	}
	return -1
}

// spread reports whether the tables known leave a cell wide enough.
func (g *grid) spread(i int) bool {
	low, high := g.cells[i].value, g.cells[i].value
	for _, t := range g.tables {
		low, high = min(low, t[i]), max(high, t[i])
	}
	return high-low >= g.threshold
}

// components gives each hidden cell the first of those that sums tie to it; -1 for a
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
					case !c.empty && (best < 0 || g.cost(j) < g.cost(best)):
						best = j
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
func (g *grid) showBack() {
	for _, c := range []Column{ColumnN, ColumnIn} {
		g.showColumn(c)
	}
	for _, l := range g.byLevel() {
		g.tellVerdict(l)
	}
	for _, c := range []Column{ColumnOut, ColumnUndecided} {
		g.showColumn(c)
	}
}

// byLevel gives the lines, totals first.
func (g *grid) byLevel() []*gridLine {
	out := make([]*gridLine, len(g.lines))
	for i := range g.lines {
		out[i] = &g.lines[i]
	}
	slices.SortStableFunc(out, func(a, b *gridLine) int {
		return int(g.keys[b.at[ColumnN]].level) - int(g.keys[a.at[ColumnN]].level)
	})
	return out
}

func (g *grid) showColumn(c Column) {
	for _, l := range g.byLevel() {
		i := l.at[c]
		cell := &g.cells[i]
		if cell.sensitive || !cell.hidden {
			continue
		}
		tied := g.tiedTo(i)
		cell.hidden = false
		g.tryOut(tied, func() { cell.hidden = true })
	}
}

// tiedTo gives the hidden cells that sums tie to cells.
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
func (g *grid) tryOut(tied map[int]bool, undo func()) {
	all := g.tables
	g.tables = slices.DeleteFunc(slices.Clone(all), func(t []int) bool { return !g.agrees(t) })
	if g.exposedAmong(tied) >= 0 {
		undo()
		g.tables = all
	}
}

// agrees reports whether a table agrees with all that is shown.
func (g *grid) agrees(t []int) bool {
	for i, c := range g.cells {
		if !c.hidden && t[i] != c.value || t[i] < c.low || c.high >= 0 && t[i] > c.high {
			return false
		}
	}
	return true
}

// tellVerdict shows a line's verdict, where the entries are shown, as the bounds that it
// sets on those in and those out, unless these expose a small count.
func (g *grid) tellVerdict(l *gridLine) {
	n, in, out := &g.cells[l.at[ColumnN]], &g.cells[l.at[ColumnIn]], &g.cells[l.at[ColumnOut]]
	wasIn, wasOut := *in, *out
	switch {
	case l.verdict == NotRelevant || l.verdict == NoTarget:
		l.told = true
		return
	case n.hidden:
		return
	case l.verdict == Reached:
		in.low = max(in.low, l.need)
	case l.verdict == Missed:
		out.low = max(out.low, n.value-l.need+1)
	default:
		in.high, out.high = l.need-1, n.value-l.need
	}
	l.told = true
	g.tryOut(g.tiedTo(l.at[ColumnIn], l.at[ColumnOut]), func() { *in, *out, l.told = wasIn, wasOut, false })
}
