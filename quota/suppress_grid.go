package quota

import (
	"cmp"
	"slices"
)

// grid holds the counts of a publication, the sums that tie them and what is shown of
// them.
type grid struct {
	threshold int
	cells     []gridCell
	keys      []cellKey
	sums      []gridSum
	of        [][]int // the sums of each cell
	lines     []gridLine
	// above are, for each line of a unit over a period that no other release divides, the
	// lines whose counts hold its people, itself first.
	above map[int][]int
	// tables are whole tables that agree with all that is shown: proofs that a cell may
	// take their values.
	tables [][]int
	// bounds are the outer bounds of cells under what is now shown, nil when it changed.
	bounds struct{ low, high []int }
}

// gridCell is a count; what is shown leaves it between low and high, high < 0 without
// limit, before sums are looked at.
type gridCell struct {
	value             int
	low, high         int
	empty             bool // of a line of nobody
	sensitive, hidden bool
	fixed             bool // out already, or printed nowhere: hidden or shown for good
}

// gridSum says that parts add up to a total and an excess: people whom several periods
// count, and a longer one once. A reader is supposed to know the excess.
type gridSum struct {
	total  int
	parts  []int
	excess int
}

func (s gridSum) members() []int { return append([]int{s.total}, s.parts...) }

// gridLine is a line with its verdict, told or not. need is the number of residents that
// its target asks for, share the target where it is one share of the entries.
type gridLine struct {
	key     cellKey // of its entries
	at      [columnCount]int
	verdict Verdict
	need    int
	share   Fraction
	told    bool
	binds   bool    // the verdict is told though the entries are hidden
	auto    Verdict // without manual decisions
	decided [2]int  // people whom decisions put in, and out
	parent  int     // the line of the longer period that holds this one, -1 without
}

// unprinted is the release of lines that no release prints: what a period has beside the
// shorter ones that are published.
const unprinted = -1

func newGrid(releases []release, threshold int) *grid {
	g := &grid{threshold: threshold, above: map[int][]int{}}
	at := make([]map[lineKey]int, len(releases))
	for i := range releases {
		at[i] = g.addRelease(i, &releases[i])
	}
	for i := range releases {
		g.tie(releases, at, i)
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
	g.findAbove()
	return g
}

// addLine adds a line of four cells and the sum of its columns.
func (g *grid) addLine(key cellKey, n [columnCount]int) int {
	l := gridLine{key: key, parent: -1}
	some := n[ColumnN] > 0
	for c, v := range n {
		l.at[c] = len(g.cells)
		g.cells = append(g.cells, gridCell{value: v, high: -1, empty: !some, sensitive: some && v < g.threshold})
		key.col = Column(c)
		g.keys = append(g.keys, key)
	}
	g.sums = append(g.sums, gridSum{total: l.at[ColumnN], parts: []int{l.at[ColumnIn], l.at[ColumnOut], l.at[ColumnUndecided]}})
	g.lines = append(g.lines, l)
	return len(g.lines) - 1
}

// addRelease adds the lines of a release, and returns them by their keys.
func (g *grid) addRelease(i int, r *release) map[lineKey]int {
	at := map[lineKey]int{}
	for k := range r.lines {
		x := &r.lines[k]
		line := g.addLine(cellKey{i, maskKey{x.key, ColumnN}}, x.n)
		l := &g.lines[line]
		l.verdict, l.need, l.share, l.auto, l.decided = x.verdict, x.need, x.share, x.auto, x.decided
		at[x.key] = line
		if r.past == nil {
			continue
		}
		for c, cell := range l.at {
			g.cells[cell].fixed, g.cells[cell].hidden = true, r.past.Hidden(x.key.level, x.key.code, Column(c))
		}
		if !r.past.HidesVerdict(x.key.level, x.key.code) {
			if l.told = true; g.cells[l.at[ColumnN]].hidden {
				l.binds = !l.share.IsZero()
			} else {
				g.boundByVerdict(l)
			}
		}
	}
	g.pool(at)
	return at
}

// pool adds the sums of the units in their groups.
func (g *grid) pool(at map[lineKey]int) {
	parts := map[lineKey][]int{}
	for _, key := range sortedLines(at) {
		if key.level != LevelUnit {
			continue
		}
		for _, group := range groupsOf(key.code) {
			parts[group] = append(parts[group], at[key])
		}
	}
	for _, key := range sortedLines(at) {
		if key.level == LevelUnit {
			continue
		}
		g.addUp(at[key], parts[key])
	}
}

// groupsOf returns the lines that hold a unit's people.
func groupsOf(unit string) []lineKey {
	out := []lineKey{{LevelTotal, "TOTAL"}}
	if dep := departement(unit); dep != "" {
		out = append(out, lineKey{LevelDepartement, dep}, lineKey{LevelRegion, regionOf(dep)})
	}
	return out
}

func sortedLines(at map[lineKey]int) []lineKey {
	keys := make([]lineKey, 0, len(at))
	for k := range at {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b lineKey) int { return cmp.Compare(at[a], at[b]) })
	return keys
}

// addUp adds the sum of lines, column by column, with the excess that the true counts have.
func (g *grid) addUp(total int, parts []int) {
	for c := range columnCount {
		s := gridSum{total: g.lines[total].at[c], excess: -g.cells[g.lines[total].at[c]].value}
		for _, p := range parts {
			s.parts = append(s.parts, g.lines[p].at[c])
			s.excess += g.cells[g.lines[p].at[c]].value
		}
		g.sums = append(g.sums, s)
	}
}

// tie adds the sums of the shorter releases within release i, with what they leave.
func (g *grid) tie(releases []release, at []map[lineKey]int, i int) {
	children := childrenOf(releases, i)
	if len(children) == 0 {
		return
	}
	days := releases[i].period.Days()
	for _, k := range children {
		days -= releases[k].period.Days()
	}
	if releases[children[0]].partOf > 0 {
		days = 0 // the parts are all the people
	}
	rest := map[lineKey]int{}
	if days > 0 {
		rest = g.addRest(releases, at, i, children)
	}
	for _, key := range sortedLines(at[i]) {
		total := at[i][key]
		var parts []int
		for _, k := range children {
			if line, ok := at[k][key]; ok {
				parts = append(parts, line)
			}
		}
		if line, ok := rest[key]; ok {
			parts = append(parts, line)
		}
		if len(parts) == 0 {
			continue
		}
		for _, p := range parts {
			g.lines[p].parent = total
		}
		g.addUp(total, parts)
	}
}

// childrenOf returns the longest releases within release i, itself left out; of two of one
// period the earlier is within the later.
func childrenOf(releases []release, i int) []int {
	inside := func(k, of int) bool {
		if releases[k].partOf > 0 || releases[of].partOf > 0 {
			return releases[k].partOf == of+1
		}
		a, b := releases[k].period, releases[of].period
		if a.From == b.From && a.To == b.To {
			return k < of
		}
		return a.within(b)
	}
	var within, out []int
	for k := range releases {
		if inside(k, i) {
			within = append(within, k)
		}
	}
	for _, k := range within {
		if !slices.ContainsFunc(within, func(o int) bool { return o != k && inside(k, o) }) {
			out = append(out, k)
		}
	}
	return out
}

// addRest adds the lines of what a release counts beside its children: a reader finds
// them by subtraction.
func (g *grid) addRest(releases []release, at []map[lineKey]int, i int, children []int) map[lineKey]int {
	rest, counts, decided := map[lineKey]int{}, map[lineKey][columnCount]int{}, map[lineKey][2]int{}
	for _, key := range sortedLines(at[i]) {
		if key.level != LevelUnit {
			continue
		}
		n, d := g.counts(at[i][key]), g.lines[at[i][key]].decided
		for _, k := range children {
			line, ok := at[k][key]
			if !ok {
				continue
			}
			for c, v := range g.counts(line) {
				n[c] -= v
			}
			for c, v := range g.lines[line].decided {
				d[c] -= v
			}
		}
		n[ColumnN] = 0
		for c := ColumnIn; c < columnCount; c++ {
			n[c] = max(0, n[c])
			n[ColumnN] += n[c]
		}
		counts[key], decided[key] = n, [2]int{max(0, d[0]), max(0, d[1])}
		for _, group := range groupsOf(key.code) {
			sum, all := counts[group], decided[group]
			for c := range n {
				sum[c] += n[c]
			}
			for c := range all {
				all[c] += decided[key][c]
			}
			counts[group], decided[group] = sum, all
		}
	}
	for _, key := range sortedLines(at[i]) {
		rest[key] = g.addLine(cellKey{unprinted, maskKey{key, ColumnN}}, counts[key])
		g.lines[rest[key]].decided = decided[key]
		for _, cell := range g.lines[rest[key]].at {
			g.cells[cell].fixed, g.cells[cell].hidden = true, true
		}
	}
	g.pool(rest)
	return rest
}

func (g *grid) counts(line int) (n [columnCount]int) {
	for c, cell := range g.lines[line].at {
		n[c] = g.cells[cell].value
	}
	return n
}

// findAbove lists the lines whose counts move with those of each undivided unit's line.
func (g *grid) findAbove() {
	divided := map[int]bool{}
	for _, l := range g.lines {
		if l.parent >= 0 {
			divided[l.parent] = true
		}
	}
	groups := map[int][]int{} // the lines whose sum holds a unit's line
	for _, s := range g.sums {
		k := g.keys[s.total]
		if k.col != ColumnN || k.level == LevelUnit {
			continue
		}
		for _, p := range s.parts {
			if g.keys[p].level == LevelUnit && g.keys[p].col == ColumnN {
				groups[p] = append(groups[p], s.total/int(columnCount))
			}
		}
	}
	for i, l := range g.lines {
		if l.key.level != LevelUnit || divided[i] {
			continue
		}
		for up := i; up >= 0; up = g.lines[up].parent {
			g.above[i] = append(g.above[i], up)
			g.above[i] = append(g.above[i], groups[g.lines[up].at[ColumnN]]...)
		}
	}
}
