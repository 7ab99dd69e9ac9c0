package audit

import (
	"cmp"
	"math/big"
	"slices"
)

// Level is how sure a finding is.
type Level string

const (
	Certain   Level = "erreur certaine"      // the numbers contradict each other
	Probable  Level = "incohérence probable" // they do under a likely reading
	ToExplain Level = "à expliquer"          // they may both be right
)

var levels = []Level{Certain, Probable, ToExplain}

// Finding is a broken relation, or several that one cell explains.
type Finding struct {
	Level Level
	Name  string
	// Cell is the one that is most likely wrong, nil when none stands out; Fits is
	// the value that would satisfy everything.
	Cell *Cell
	Fits string
	// Also are the other cells that alone would explain as much, the likeliest first.
	Also []Suspect
	// Cells are those concerned, when none stands out.
	Cells  []*Cell
	Broken []string // the relations, in French
	Why    string
}

// Suspect is a cell and the value that would fit.
type Suspect struct {
	Cell *Cell
	Fits string
}

// Audit checks tables: the relations of each, and the identities between them.
func Audit(tables []*Table, identities []*Identity) ([]Finding, error) {
	var all []*relation
	lines := make([][][]*series, len(tables))
	for i, t := range tables {
		lines[i] = [][]*series{t.byColumn(), t.byRow()}
	}
	for i := range tables {
		all = append(all, infer(tables[i], lines[i], elsewhere(lines, i))...)
	}
	for _, id := range identities {
		r, err := id.relations(tables)
		if err != nil {
			return nil, err
		}
		all = append(all, r...)
	}
	f := finder{relations: all}
	f.explainByOneCell()
	f.leaveTheRest()
	slices.SortStableFunc(f.findings, func(a, b Finding) int {
		return cmp.Compare(slices.Index(levels, a.Level), slices.Index(levels, b.Level))
	})
	f.restore()
	return f.findings, nil
}

type finder struct {
	relations []*relation
	findings  []Finding
	changed   []*Cell
}

// repair is a change of one cell and what it mends.
type repair struct {
	cell     *Cell
	value    *big.Rat
	resolved []*relation
	broken   int // relations that hold and no longer would
	slips    int
}

// explainByOneCell takes, again and again, the cell whose change mends most and
// breaks nothing, sets it right and goes on.
func (f *finder) explainByOneCell() {
	for {
		best := f.repairs()
		if len(best) == 0 {
			return
		}
		r := best[0]
		finding := Finding{Cell: r.cell, Fits: r.cell.number.print(r.value), Name: r.cell.Label(), Level: f.level(r)}
		for _, x := range r.resolved {
			finding.Broken = append(finding.Broken, x.text())
			if x.why != "" {
				finding.Why = x.why
			}
		}
		slices.Sort(finding.Broken)
		finding.Broken = slices.Compact(finding.Broken)
		for _, o := range best[1:] {
			if o.explains(r) {
				finding.Also = append(finding.Also, Suspect{o.cell, o.cell.number.print(o.value)})
			}
		}
		f.findings = append(f.findings, finding)
		r.cell.number.value = r.value
		f.changed = append(f.changed, r.cell)
		// The cell is written anew.
		f.relations = slices.DeleteFunc(f.relations, func(x *relation) bool { return x.check != nil && x.derived == r.cell })
	}
}

// explains reports whether a repair mends all that another does.
func (r repair) explains(o repair) bool {
	return len(r.resolved) == len(o.resolved) && !slices.ContainsFunc(o.resolved, func(x *relation) bool { return !slices.Contains(r.resolved, x) })
}

// repairs lists the acceptable ones, the best first. A relation whose level is
// declared does not accuse a cell: both sides may be right.
func (f *finder) repairs() []repair {
	of := map[*Cell][]*relation{}
	suspects := map[*Cell]bool{}
	var order []*Cell
	for _, r := range f.relations {
		if r.level == ToExplain {
			continue
		}
		holds := r.holds()
		for _, c := range r.cells {
			of[c] = append(of[c], r)
			if !holds && !suspects[c] {
				suspects[c] = true
				order = append(order, c)
			}
		}
	}
	var out []repair
	for _, c := range order {
		if r, ok := mend(c, of[c]); ok {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b repair) int {
		return cmp.Or(
			cmp.Compare(len(b.resolved)-b.broken, len(a.resolved)-a.broken),
			cmp.Compare(a.slips, b.slips),
			cmp.Compare(rank(a), rank(b)),
		)
	})
	return out
}

// rank prefers a cell that follows from others: totals are added up by hand.
func rank(r repair) int {
	if r.resolved[0].derived == r.cell || r.cell.total {
		return 0
	}
	return 1
}

// mend looks for a value of a cell that satisfies all that is broken around it
// and leaves the rest as it is.
func mend(c *Cell, relations []*relation) (repair, bool) {
	r := repair{cell: c}
	var want span
	ties := 0
	for _, x := range relations {
		if x.holds() {
			continue
		}
		if x.check != nil { // whatever is written in its place
			r.resolved = append(r.resolved, x)
			continue
		}
		s, ok := x.fit(c)
		if !ok {
			return r, false
		}
		if ties++; ties > 1 {
			if s, ok = s.common(want); !ok {
				return r, false
			}
		}
		want = s
		r.resolved = append(r.resolved, x)
	}
	if ties == 0 || want.low.Sign() < 0 && want.high.Sign() < 0 {
		return r, false
	}
	// What already holds narrows the choice where it can.
	for _, x := range relations {
		if s, ok := x.fit(c); ok {
			if common, ok := s.common(want); ok {
				want = common
			}
		}
	}
	value, ok := c.number.pick(want)
	if !ok || value.Cmp(c.number.value) == 0 {
		return r, false
	}
	r.value = value
	old := c.number.value
	wasBroken := map[*relation]bool{}
	for _, x := range r.resolved {
		wasBroken[x] = true
	}
	c.number.value = value
	for _, x := range relations {
		if x.check == nil && !x.holds() {
			if wasBroken[x] {
				c.number.value = old
				return r, false
			}
			r.broken++
		}
	}
	c.number.value = old
	r.slips = distance(c.number.print(old), c.number.print(value))
	return r, r.broken == 0
}

// level of a repair: certain when exact relations are broken, probable when only
// a mean is, within the range of its parts.
func (f *finder) level(r repair) Level {
	for _, x := range r.resolved {
		if x.declared && x.level != "" {
			return x.level
		}
	}
	for _, x := range r.resolved {
		if x.level == Certain || x.level == "" && (!x.mean || x.outside()) {
			return Certain
		}
	}
	return Probable
}

// outside tells a mean that lies beyond all that it is the mean of.
func (r *relation) outside() bool {
	var shares []*Cell
	for _, c := range r.cells[1:] {
		if c.kind == percent {
			shares = append(shares, c)
		}
	}
	s, _ := betweenRelation(r.derived, shares, "").fit(r.derived)
	return !r.derived.bounds().meets(s)
}

// leaveTheRest reports what no single cell explains, one finding an identity.
func (f *finder) leaveTheRest() {
	at := map[string]int{}
	for _, r := range f.relations {
		if r.holds() {
			continue
		}
		name := r.name
		if name == "" {
			name = r.derived.Table.Title + r.derived.Row + r.derived.Column
		}
		i, ok := at[name]
		if !ok {
			i = len(f.findings)
			at[name] = i
			level := r.level
			switch {
			case level != "":
			case r.declared:
				level = ToExplain // each side is borne out by its own table
			case r.mean && !r.outside():
				level = Probable
			default:
				level = Certain
			}
			f.findings = append(f.findings, Finding{Level: level, Name: r.name, Why: r.why})
		}
		x := &f.findings[i]
		if x.Name == "" {
			x.Name = r.derived.Label()
		}
		x.Broken = append(x.Broken, r.text())
		for _, c := range r.cells {
			if !slices.Contains(x.Cells, c) {
				x.Cells = append(x.Cells, c)
			}
		}
	}
}

// restore gives cells their printed numbers back.
func (f *finder) restore() {
	for _, c := range f.changed {
		c.number = c.original
	}
}

// text says what a relation demands and what was printed.
func (r *relation) text() string {
	if r.name != "" {
		return r.name + "\u202f: " + r.says
	}
	return r.says
}
