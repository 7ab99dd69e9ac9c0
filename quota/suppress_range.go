package quota

import "perimetre/quota/exact"

// program is the linear program of hidden cells that sums tie together: the cells shown
// are its constants, the bounds of hidden ones its limits.
//
// Lines nest and columns nest, so that the sums are those of a network: the extreme
// values of the program are whole numbers, and real tables.
type program struct {
	*exact.Program
	g         *grid
	cells     []int       // the variables, in the order of columns
	column    map[int]int // of a cell
	unbounded map[int]bool
}

// program returns the program of the cells whose component is first, at a table that
// agrees with what is shown.
func (g *grid) program(components []int, first int) *program {
	p := &program{g: g, column: map[int]int{}, unbounded: map[int]bool{}}
	for i, f := range components {
		if f == first {
			p.column[i] = len(p.cells)
			p.cells = append(p.cells, i)
		}
	}
	var rows []exact.Row
	for _, s := range g.sums {
		r := exact.Row{Terms: map[int]int64{}, Right: int64(s.excess)}
		add := func(i int, sign int64) {
			c := g.cells[i]
			if !c.hidden {
				r.Right -= sign * int64(c.value)
				return
			}
			r.Terms[p.column[i]] += sign
			r.Right -= sign * int64(c.low) // the variable is what exceeds low
		}
		if c := g.cells[s.total]; c.hidden && components[s.total] != first {
			continue
		}
		other := false
		for _, i := range s.parts {
			other = other || g.cells[i].hidden && components[i] != first
		}
		if other {
			continue
		}
		for _, i := range s.parts {
			add(i, 1)
		}
		add(s.total, -1)
		if len(r.Terms) > 0 {
			rows = append(rows, r)
		}
	}
	for j, i := range p.cells {
		if c := g.cells[i]; c.high >= 0 {
			rows = append(rows, exact.Row{Terms: map[int]int64{j: 1}, Right: int64(c.high - c.low), AtMost: true})
		}
	}
	p.Program = exact.New(len(p.cells), rows)
	return p
}

// extreme returns a table where a cell is the least possible (sign 1) or the greatest
// (sign -1); nil where it has no limit, which unbounded then says.
func (p *program) extreme(cell int, sign int64) []int {
	values, bounded := p.Extreme(p.column[cell], sign)
	p.unbounded[cell] = p.unbounded[cell] || !bounded
	if values == nil {
		return nil
	}
	t := make([]int, len(p.g.cells))
	for i, c := range p.g.cells {
		t[i] = c.value
	}
	for j, i := range p.cells {
		t[i] = p.g.cells[i].low + int(values[j])
	}
	return t
}
