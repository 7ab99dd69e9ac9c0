package quota

// tellAuto returns the lines of a release whose verdict without manual decisions can be
// told: it bounds the numbers of people whom decisions put in or out, none of which is
// printed, and must leave small ones room. The reader is supposed to know the lines' own
// counts: what holds against that one holds against others.
func (g *grid) tellAuto(release int) (told []lineKey) {
	d := newDecisions(g)
	for _, i := range d.order {
		l := &g.lines[i]
		if l.told && l.auto != "" && d.tell(i) && l.key.release == release {
			told = append(told, l.key.lineKey)
		}
	}
	return told
}

// decisions are the people of each line whom manual decisions put in (0) and out (1),
// with the bounds that the verdicts told set on them.
type decisions struct {
	grid      *grid
	order     []int // printed lines, totals first
	low, high [][2]int
}

func newDecisions(g *grid) *decisions {
	d := &decisions{grid: g, low: make([][2]int, len(g.lines)), high: make([][2]int, len(g.lines))}
	for i, l := range g.lines {
		d.high[i] = [2]int{g.cells[l.at[ColumnIn]].value, g.cells[l.at[ColumnOut]].value}
	}
	for level := LevelTotal + 1; level > 0; level-- {
		for i, l := range g.lines {
			if l.key.level == level-1 && l.key.release != unprinted {
				d.order = append(d.order, i)
			}
		}
	}
	return d
}

// tell bounds a line's decisions by its verdict without them, unless a small number then
// has too little room; it reports whether it did.
func (d *decisions) tell(i int) bool {
	l := &d.grid.lines[i]
	n, in, out := d.grid.counts(i)[ColumnN], d.grid.counts(i)[ColumnIn], d.grid.counts(i)[ColumnOut]
	low, high := d.low[i], d.high[i]
	switch l.auto {
	case Reached:
		d.high[i][0] = min(high[0], in-l.need)
	case Missed:
		d.high[i][1] = min(high[1], l.need-n+out-1)
	case Undetermined:
		d.low[i] = [2]int{max(low[0], in-l.need+1), max(low[1], l.need-n+out)}
	default:
		return true
	}
	if d.narrow() {
		d.low[i], d.high[i] = low, high
		return false
	}
	return true
}

// narrow reports whether a small number of decisions has too little room.
func (d *decisions) narrow() bool {
	for i, l := range d.grid.lines {
		for side, v := range l.decided {
			if v > 0 && v < d.grid.threshold && !d.roomy(i, side) {
				return true
			}
		}
	}
	return false
}

// roomy reports whether the decisions of a line may be more or fewer by the threshold, or
// as many as its people allow, with the people of one unit within it.
func (d *decisions) roomy(line, side int) bool {
	best := 0
	for _, b := range d.grid.basesOf(line) {
		up, down := d.grid.cells[d.grid.lines[line].at[ColumnIn+Column(side)]].value, d.grid.lines[line].decided[side]
		wide := min(d.grid.threshold, up)
		up -= down
		for _, l := range d.grid.above[b] {
			up = min(up, d.high[l][side]-d.grid.lines[l].decided[side])
			down = min(down, d.grid.lines[l].decided[side]-d.low[l][side])
		}
		if best = max(best, up+down); best >= wide {
			return true
		}
	}
	return false
}
