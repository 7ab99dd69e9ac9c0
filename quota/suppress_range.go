package quota

import "math/bits"

// program is the linear program of hidden cells that sums tie together: the cells shown
// are its constants, the bounds of hidden ones its limits. Its tableau holds integers
// over one common denominator (Edmonds), so its answers are exact.
//
// Lines nest and columns nest, so that the sums are those of a network: the extreme
// values of the program are whole numbers, and real tables.
type program struct {
	g         *grid
	cells     []int       // the variables, in the order of columns
	column    map[int]int // of a cell
	unbounded map[int]bool
	a         [][]int64 // a row a constraint, the last column its right side
	basis     []int     // the column that each row solves for
	den       int64
	lost      bool // numbers outgrew their type: nothing is proved
}

// program returns the program of the cells whose component is first, at a table that
// agrees with what is shown.
func (g *grid) program(components []int, first int) *program {
	p := &program{g: g, column: map[int]int{}, unbounded: map[int]bool{}, den: 1}
	for i, f := range components {
		if f == first {
			p.column[i] = len(p.cells)
			p.cells = append(p.cells, i)
		}
	}
	type row struct {
		terms map[int]int64
		right int64
		slack bool
	}
	var rows []row
	for _, s := range g.sums {
		r := row{terms: map[int]int64{}, right: int64(s.excess)}
		add := func(i int, sign int64) {
			c := g.cells[i]
			if !c.hidden {
				r.right -= sign * int64(c.value)
				return
			}
			r.terms[p.column[i]] += sign
			r.right -= sign * int64(c.low) // the variable is what exceeds low
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
		if len(r.terms) > 0 {
			rows = append(rows, r)
		}
	}
	for j, i := range p.cells {
		if c := g.cells[i]; c.high >= 0 {
			rows = append(rows, row{map[int]int64{j: 1}, int64(c.high - c.low), true})
		}
	}
	// Columns: the cells, the slacks of their limits, an artificial one a row, the right
	// side.
	n, slacks := len(p.cells), 0
	for _, r := range rows {
		if r.slack {
			slacks++
		}
	}
	width := n + slacks + len(rows) + 1
	slack := n
	for k, r := range rows {
		a := make([]int64, width)
		for j, v := range r.terms {
			a[j] = v
		}
		if r.slack {
			a[slack] = 1
			slack++
		}
		a[width-1] = r.right
		if r.right < 0 {
			for j := range a {
				a[j] = -a[j]
			}
		}
		a[n+slacks+k] = 1
		p.a = append(p.a, a)
		p.basis = append(p.basis, n+slacks+k)
	}
	p.start(n + slacks)
	return p
}

// start drives the artificial columns, from real on, out of the basis: the table known
// to agree proves that it can be done.
func (p *program) start(real int) {
	p.minimise(func(j int) int64 {
		if j >= real {
			return 1
		}
		return 0
	}, len(p.a[0])-1)
	for r := 0; r < len(p.a); r++ {
		if p.basis[r] < real {
			continue
		}
		c := 0
		for c < real && p.a[r][c] == 0 {
			c++
		}
		if c == real { // the row repeats others
			p.a = append(p.a[:r], p.a[r+1:]...)
			p.basis = append(p.basis[:r], p.basis[r+1:]...)
			r--
			continue
		}
		p.pivot(r, c)
	}
	for r := range p.a {
		p.a[r] = append(p.a[r][:real:real], p.a[r][len(p.a[r])-1])
	}
}

// extreme returns a table where a cell is the least possible (sign 1) or the greatest
// (sign -1); nil where it has no limit, which unbounded then says.
func (p *program) extreme(cell int, sign int64) []int {
	target := p.column[cell]
	if len(p.a) == 0 {
		p.unbounded[cell] = true
		return nil
	}
	bounded := p.minimise(func(j int) int64 {
		if j == target {
			return sign
		}
		return 0
	}, len(p.a[0])-1)
	if p.lost {
		return nil
	}
	if !bounded {
		p.unbounded[cell] = true
		return nil
	}
	t := make([]int, len(p.g.cells))
	for i, c := range p.g.cells {
		t[i] = c.value
	}
	for _, i := range p.cells {
		t[i] = p.g.cells[i].low
	}
	for r, j := range p.basis {
		if j >= len(p.cells) {
			continue
		}
		v := p.a[r][len(p.a[r])-1]
		if v%p.den != 0 {
			return nil // no whole table: it proves nothing
		}
		t[p.cells[j]] += int(v / p.den)
	}
	return t
}

// minimise brings the basis to the least cost among the first width columns, by Bland's
// rule; false when the cost has no limit.
func (p *program) minimise(cost func(int) int64, width int) bool {
	for !p.lost {
		enter := -1
		for j := 0; j < width && enter < 0; j++ {
			reduced := cost(j) * p.den
			for r, b := range p.basis {
				if c := cost(b); c != 0 {
					reduced -= c * p.a[r][j]
				}
			}
			if reduced < 0 {
				enter = j
			}
		}
		if enter < 0 {
			return true
		}
		leave := -1
		for r, row := range p.a {
			if row[enter] <= 0 {
				continue
			}
			if leave < 0 {
				leave = r
				continue
			}
			// row's ratio against that of leave, by cross products.
			last := len(row) - 1
			x, y := row[last]*p.a[leave][enter], p.a[leave][last]*row[enter]
			if x < y || x == y && p.basis[r] < p.basis[leave] {
				leave = r
			}
		}
		if leave < 0 {
			return false
		}
		p.pivot(leave, enter)
	}
	return true
}

// pivot makes row r solve for column c. Every entry stays a determinant of the
// constraints: the divisions leave no rest.
func (p *program) pivot(r, c int) {
	by := p.a[r][c]
	if by < 0 {
		for j := range p.a[r] {
			p.a[r][j] = -p.a[r][j]
		}
		by = -by
	}
	for k, row := range p.a {
		if k == r || row[c] == 0 && by == p.den {
			continue
		}
		f := row[c]
		for j := range row {
			row[j] = (row[j]*by - f*p.a[r][j]) / p.den
			if bits.Len64(uint64(max(row[j], -row[j]))) > 30 {
				p.lost = true
			}
		}
	}
	p.den, p.basis[r] = by, c
}
