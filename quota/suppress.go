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

// Mask is the set of hidden cells and verdicts of a result. The nil Mask hides nothing.
type Mask struct {
	Threshold int
	hidden    map[maskKey]bool
	verdicts  map[lineKey]bool // hidden
	auto      map[lineKey]bool // verdicts without manual decisions, hidden
}

type maskKey struct {
	lineKey
	col Column
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
	return m != nil && m.hidden[maskKey{lineKey{l, code}, c}]
}

// HidesVerdict reports whether a line's verdict must not be shown.
func (m *Mask) HidesVerdict(l Level, code string) bool {
	return m != nil && m.verdicts[lineKey{l, code}]
}

// HidesAuto reports whether a line's verdict without manual decisions must not be shown.
func (m *Mask) HidesAuto(l Level, code string) bool {
	return m != nil && m.auto[lineKey{l, code}]
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

// Suppress chooses the cells and verdicts to hide so that no count of fewer than threshold
// people can be found again: between its least and its greatest possible value, given every
// cell, sum and verdict shown, there are at least threshold people. Counts of a line of nobody
// are shown. A line keeps first its entries, then its residents (what is left of the entries
// is people out or to check), then its verdict; the rest yields.
func (r *Result) Suppress(threshold int) *Mask {
	if threshold <= 1 {
		return nil
	}
	p := Publication{releases: []release{newRelease(r)}}
	masks, _ := p.suppress(threshold)
	return masks[0]
}

// suppress hides cells of the releases that are not out yet: given all releases, no
// small count can be found again. It returns the masks, and the small counts that what
// is already out gives away.
func (p *Publication) suppress(threshold int) (masks []*Mask, exposed []cellKey) {
	g := newGrid(p.releases, threshold)
	g.hideFirst()
	given := map[int]bool{} // cells that nothing left to hide can shelter
	for v := g.exposed(given); v >= 0; v = g.exposed(given) {
		if !g.hideOneMore(v) {
			given[v] = true
		}
	}
	g.showBack(given)
	for i := range p.releases {
		masks = append(masks, g.mask(i))
	}
	for v := range given {
		exposed = append(exposed, g.keys[v])
	}
	slices.SortFunc(exposed, cellKey.compare)
	return masks, exposed
}

// mask returns what is hidden of a release.
func (g *grid) mask(release int) *Mask {
	m := &Mask{Threshold: g.threshold, hidden: map[maskKey]bool{}, verdicts: map[lineKey]bool{}, auto: map[lineKey]bool{}}
	for i, c := range g.cells {
		if k := g.keys[i]; c.hidden && k.release == release {
			m.hidden[k.maskKey] = true
		}
	}
	for i := range g.lines {
		l := &g.lines[i]
		if l.key.release != release {
			continue
		}
		m.verdicts[l.key.lineKey] = !l.told
		m.auto[l.key.lineKey] = true
	}
	for _, k := range g.tellAuto(release) {
		m.auto[k] = false
	}
	return m
}
