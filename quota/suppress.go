package quota

import (
	"math"
	"slices"
)

// Column is one of the four counts of a line.
type Column uint8

const (
	ColumnN Column = iota
	ColumnIn
	ColumnOut
	ColumnUndecided
	columnCount
)

// Mask tells which cells of a result are hidden. The nil Mask hides nothing.
type Mask struct {
	Threshold int
	hidden    map[maskKey]bool
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

// Hidden tells whether a cell must not be shown.
func (m *Mask) Hidden(l Level, code string, c Column) bool {
	return m != nil && m.hidden[maskKey{l, code, c}]
}

// Any tells whether a line has a hidden cell: what is derived from its counts is
// then not shown either.
func (m *Mask) Any(l Level, code string) bool {
	for c := ColumnN; c < columnCount; c++ {
		if m.Hidden(l, code, c) {
			return true
		}
	}
	return false
}

// Suppress chooses the cells to hide so that no count of fewer than threshold
// people can be found again: neither by additions and subtractions of what is
// shown, nor within a range narrower than the threshold, counts being positive.
// A line of nobody hides nothing.
func (r *Result) Suppress(threshold int) *Mask {
	if threshold <= 1 {
		return nil
	}
	g := newGrid(r)
	g.hidePrimary(threshold)
	for {
		v := g.exposed(threshold)
		if v < 0 || !g.hideOneMore(v, threshold) {
			break
		}
	}
	m := &Mask{Threshold: threshold, hidden: map[maskKey]bool{}}
	for i, c := range g.cells {
		if c.hidden {
			m.hidden[g.keys[i]] = true
		}
	}
	return m
}

// grid holds the counts of a report and the sums that tie them.
type grid struct {
	cells []gridCell
	keys  []maskKey
	sums  []gridSum
}

type gridCell struct {
	value             int
	empty             bool // of a line of nobody
	sensitive, hidden bool
}

// gridSum says that a cell is the sum of others.
type gridSum struct {
	total int
	parts []int
}

func (s gridSum) members() []int { return append([]int{s.total}, s.parts...) }

func newGrid(r *Result) *grid {
	g := &grid{}
	line := func(l Level, u Unit) [columnCount]int {
		values := [columnCount]int{u.N(), u.In, u.Out, u.Undecided}
		var at [columnCount]int
		for c, v := range values {
			at[c] = len(g.cells)
			g.cells = append(g.cells, gridCell{value: v, empty: u.N() == 0, sensitive: u.N() > 0})
			g.keys = append(g.keys, maskKey{l, u.Code, Column(c)})
		}
		g.sums = append(g.sums, gridSum{at[ColumnN], []int{at[ColumnIn], at[ColumnOut], at[ColumnUndecided]}})
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
	return g
}

func (g *grid) hidePrimary(threshold int) {
	for i := range g.cells {
		c := &g.cells[i]
		c.sensitive = c.sensitive && c.value < threshold
		c.hidden = c.sensitive
	}
}

// exposed is a sensitive cell that what is shown gives away, -1 without any.
func (g *grid) exposed(threshold int) int {
	if v := g.determined(); v >= 0 {
		return v
	}
	low, high := g.ranges()
	for i, c := range g.cells {
		if c.sensitive && high[i]-low[i] < float64(threshold-1) {
			return i
		}
	}
	return -1
}

// hideOneMore hides the cheapest cell that loosens v: in the sums that tie it
// down, first those of which it is the only hidden member, or which leave it a
// narrow range, then those that tie down a hidden cell beside it. false when
// nothing is left to hide.
func (g *grid) hideOneMore(v, threshold int) bool {
	near := map[int]bool{v: true}
	for {
		for _, tied := range []func(gridSum) bool{
			func(s gridSum) bool { hidden, _ := g.hiddenIn(s); return hidden == 1 },
			func(s gridSum) bool { _, sum := g.hiddenIn(s); return !g.cells[s.total].hidden && sum < threshold },
		} {
			if g.hideCheapest(near, tied) {
				return true
			}
		}
		grown := len(near)
		for _, s := range g.sums {
			if touches(s, near) {
				for _, i := range s.members() {
					if g.cells[i].hidden {
						near[i] = true
					}
				}
			}
		}
		if len(near) == grown {
			return g.hideCheapest(near, func(gridSum) bool { return true })
		}
	}
}

// hideCheapest hides the cheapest cell shown in the sums that touch near and are
// tied; false without any.
func (g *grid) hideCheapest(near map[int]bool, tied func(gridSum) bool) bool {
	best := -1
	for _, s := range g.sums {
		if !touches(s, near) || !tied(s) {
			continue
		}
		for _, i := range s.members() {
			// A cell of nobody shelters nothing: it is known to be 0.
			if c := g.cells[i]; !c.hidden && !c.empty && (best < 0 || g.cost(i) < g.cost(best)) {
				best = i
			}
		}
	}
	if best >= 0 {
		g.cells[best].hidden = true
	}
	return best >= 0
}

// hiddenIn counts the hidden members of a sum, and sums its hidden parts.
func (g *grid) hiddenIn(s gridSum) (hidden, sum int) {
	if g.cells[s.total].hidden {
		hidden++
	}
	for _, i := range s.parts {
		if g.cells[i].hidden {
			hidden++
			sum += g.cells[i].value
		}
	}
	return hidden, sum
}

func touches(s gridSum, near map[int]bool) bool {
	return near[s.total] || slices.ContainsFunc(s.parts, func(i int) bool { return near[i] })
}

// cost prefers to hide what readers need least: undecided, then those out, then
// those in, then the entries; and within a unit rather than in a total.
func (g *grid) cost(i int) int {
	k := g.keys[i]
	weight := [columnCount]int{ColumnN: 30, ColumnIn: 6, ColumnOut: 3, ColumnUndecided: 1}[k.col]
	if k.level != LevelUnit {
		weight *= 50
	}
	return weight*1_000_000 + min(g.cells[i].value, 999_999)
}

// determined is a sensitive cell whose value follows from the cells shown by
// linear algebra alone; -1 without any. The rank is computed modulo a prime: the
// coefficients are 1 and -1.
func (g *grid) determined() int {
	const prime = 1_000_000_007
	column := map[int]int{}
	var unknowns []int
	for i, c := range g.cells {
		if c.hidden {
			column[i] = len(unknowns)
			unknowns = append(unknowns, i)
		}
	}
	var rows [][]int64
	for _, s := range g.sums {
		row := make([]int64, len(unknowns))
		used := false
		for _, i := range s.parts {
			if c, ok := column[i]; ok {
				row[c]++
				used = true
			}
		}
		if c, ok := column[s.total]; ok {
			row[c] += prime - 1
			used = true
		}
		if used {
			rows = append(rows, row)
		}
	}
	rank := 0
	for c := 0; c < len(unknowns) && rank < len(rows); c++ {
		p := rank
		for p < len(rows) && rows[p][c] == 0 {
			p++
		}
		if p == len(rows) {
			continue
		}
		rows[rank], rows[p] = rows[p], rows[rank]
		scale := inverse(rows[rank][c], prime)
		for k := range rows[rank] {
			rows[rank][k] = rows[rank][k] * scale % prime
		}
		for o := range rows {
			if f := rows[o][c]; o != rank && f != 0 {
				for k := range rows[o] {
					rows[o][k] = (rows[o][k] + (prime-f)*rows[rank][k]) % prime
				}
			}
		}
		rank++
	}
	for _, row := range rows[:rank] {
		single, n := -1, 0
		for c, v := range row {
			if v != 0 {
				single, n = c, n+1
			}
		}
		if n == 1 && g.cells[unknowns[single]].sensitive {
			return unknowns[single]
		}
	}
	return -1
}

func inverse(a, prime int64) int64 {
	result, power := int64(1), a%prime
	for e := prime - 2; e > 0; e >>= 1 {
		if e&1 == 1 {
			result = result * power % prime
		}
		power = power * power % prime
	}
	return result
}

// ranges are the bounds that positive counts leave to each cell.
func (g *grid) ranges() (low, high []float64) {
	low, high = make([]float64, len(g.cells)), make([]float64, len(g.cells))
	for i, c := range g.cells {
		low[i], high[i] = float64(c.value), float64(c.value)
		if c.hidden {
			low[i], high[i] = 0, math.Inf(1)
		}
	}
	for changed, rounds := true, 0; changed && rounds < 100; rounds++ {
		changed = false
		narrow := func(i int, l, h float64) {
			if l > low[i] {
				low[i], changed = l, true
			}
			if h < high[i] {
				high[i], changed = h, true
			}
		}
		for _, s := range g.sums {
			l, h := 0.0, 0.0
			for _, i := range s.parts {
				l, h = l+low[i], h+high[i]
			}
			narrow(s.total, l, h)
			for _, i := range s.parts {
				others := 0.0 // the least of the other parts
				most := 0.0
				for _, j := range s.parts {
					if j != i {
						others, most = others+low[j], most+high[j]
					}
				}
				narrow(i, low[s.total]-most, high[s.total]-others)
			}
		}
	}
	return low, high
}
