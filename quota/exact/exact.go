// Package exact gives the least and greatest values of small linear programs, without
// rounding: its tableau holds integers over one common denominator (Edmonds).
package exact

import "math/bits"

// Program is a linear program over variables that are 0 or more.
type Program struct {
	variables int
	a         [][]int64 // a row a constraint, the last column its right side
	basis     []int     // the column that each row solves for
	den       int64
	lost      bool // numbers outgrew their type: nothing is proved
}

// Row is a constraint: the sum of its terms, by variable, is Right, or at most Right.
type Row struct {
	Terms  map[int]int64
	Right  int64
	AtMost bool
}

// New returns the program of n variables under rows that some values satisfy.
func New(n int, rows []Row) *Program {
	p := &Program{variables: n, den: 1}
	// Columns: the variables, the slacks of upper limits, an artificial one a row, the
	// right side.
	slacks := 0
	for _, r := range rows {
		if r.AtMost {
			slacks++
		}
	}
	width := n + slacks + len(rows) + 1
	slack := n
	for k, r := range rows {
		a := make([]int64, width)
		for j, v := range r.Terms {
			a[j] = v
		}
		if r.AtMost {
			a[slack] = 1
			slack++
		}
		a[width-1] = r.Right
		if r.Right < 0 {
			for j := range a {
				a[j] = -a[j]
			}
		}
		a[n+slacks+k] = 1
		p.a = append(p.a, a)
		p.basis = append(p.basis, n+slacks+k)
	}
	if len(rows) > 0 {
		p.start(n + slacks)
	}
	return p
}

// start drives the artificial columns, from real on, out of the basis: the table known
// to agree proves that it can be done.
func (p *Program) start(real int) {
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

// Extreme returns values of the variables where one is the least possible (sign 1) or the
// greatest (sign -1); nil where they are no whole numbers or outgrew their type. Without
// a limit, bounded is false.
func (p *Program) Extreme(variable int, sign int64) (values []int64, bounded bool) {
	if len(p.a) == 0 {
		return nil, false
	}
	bounded = p.minimise(func(j int) int64 {
		if j == variable {
			return sign
		}
		return 0
	}, len(p.a[0])-1)
	if p.lost {
		return nil, true
	}
	if !bounded {
		return nil, false
	}
	values = make([]int64, p.variables)
	for r, j := range p.basis {
		if j >= p.variables {
			continue
		}
		v := p.a[r][len(p.a[r])-1]
		if v%p.den != 0 {
			return nil, true
		}
		values[j] = v / p.den
	}
	return values, true
}

// minimise brings the basis to the least cost among the first width columns, by Bland's
// rule; false when the cost has no limit.
func (p *Program) minimise(cost func(int) int64, width int) bool {
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
			// row's ratio against leave's, by cross products.
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
func (p *Program) pivot(r, c int) {
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
