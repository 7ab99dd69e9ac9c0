package audit

import "math/big"

// relation ties printed numbers. fit gives the values of one of its cells that
// the others leave possible; ok is false when it cannot be told.
type relation struct {
	name  string
	cells []*Cell
	// why, level and declared come from a file of identities; level is empty when
	// the audit chooses it.
	why      string
	level    Level
	declared bool
	// derived is the cell that follows from the others, as a total from its parts.
	derived *Cell
	mean    bool   // a pooled share, whose base may not be the one taken
	says    string // what it demands, in French
	fit     func(c *Cell) (span, bool)
	check   func() bool // of a relation that is no range of values
}

func (r *relation) holds() bool {
	if r.check != nil {
		return r.check()
	}
	s, ok := r.fit(r.derived)
	return !ok || r.derived.bounds().meets(s)
}

func bounds(c *Cell) span { return c.number.bounds() }

// sumRelation: total is the sum of parts.
func sumRelation(total *Cell, parts []*Cell, says string) *relation {
	r := &relation{cells: append([]*Cell{total}, parts...), derived: total, says: says}
	r.fit = func(c *Cell) (span, bool) {
		s := exactly(new(big.Rat))
		for _, p := range parts {
			if p != c {
				s = s.add(bounds(p))
			}
		}
		if c == total {
			return s, true
		}
		return bounds(total).sub(s), true
	}
	return r
}

// ratioRelation: share, in percent, is part over whole.
func ratioRelation(share, part, whole *Cell, says string) *relation {
	r := &relation{cells: []*Cell{share, part, whole}, derived: share, says: says}
	hundred := big.NewRat(100, 1)
	r.fit = func(c *Cell) (span, bool) {
		switch c {
		case share:
			if !bounds(whole).positive() {
				return span{}, false
			}
			return bounds(part).div(bounds(whole)).scale(hundred), true
		case part:
			return bounds(share).mul(bounds(whole)).scale(big.NewRat(1, 100)), true
		}
		if !bounds(share).positive() {
			return span{}, false
		}
		return bounds(part).div(bounds(share)).scale(hundred), true
	}
	return r
}

// meanRelation: the total's share is the mean of the parts' shares, weighted by
// their counts.
func meanRelation(total *Cell, shares, weights []*Cell, allowance *big.Rat, says string) *relation {
	r := &relation{derived: total, says: says, mean: true, cells: append(append([]*Cell{total}, shares...), weights...)}
	r.fit = func(c *Cell) (span, bool) {
		sum, rest, own := exactly(new(big.Rat)), exactly(new(big.Rat)), -1
		for i, w := range weights {
			if w == c {
				return weightFit(bounds(total).widen(allowance), shares, weights, i)
			}
			sum = sum.add(bounds(w))
			if shares[i] == c {
				own = i
				continue
			}
			rest = rest.add(bounds(w).mul(bounds(shares[i])))
		}
		if !sum.positive() {
			return span{}, false
		}
		if own < 0 {
			return rest.div(sum).widen(allowance), true
		}
		if !bounds(weights[own]).positive() {
			return span{}, false
		}
		s := bounds(total).widen(allowance).mul(sum).sub(rest)
		return span{new(big.Rat).Quo(s.low, weights[own].value), new(big.Rat).Quo(s.high, weights[own].value)}, true
	}
	return r
}

// weightFit returns the weight that the mean asks of one part: W(s−t) = Σ others w(t−s).
func weightFit(total span, shares, weights []*Cell, i int) (span, bool) {
	if bounds(shares[i]).meets(total) {
		return span{}, false // any weight, or none
	}
	ends := []*big.Rat{}
	for _, t := range []*big.Rat{total.low, total.high} {
		for _, side := range []int{0, 1} {
			rest := new(big.Rat)
			for j, w := range weights {
				if j != i {
					s := bounds(shares[j])
					v := s.low
					if side == 1 {
						v = s.high
					}
					rest.Add(rest, new(big.Rat).Mul(w.value, new(big.Rat).Sub(t, v)))
				}
			}
			own := bounds(shares[i]).low
			if side == 1 {
				own = bounds(shares[i]).high
			}
			d := new(big.Rat).Sub(own, t)
			if d.Sign() == 0 {
				return span{}, false
			}
			ends = append(ends, rest.Quo(rest, d))
		}
	}
	s := span{ends[0], ends[0]}
	for _, e := range ends {
		if e.Cmp(s.low) < 0 {
			s.low = e
		}
		if e.Cmp(s.high) > 0 {
			s.high = e
		}
	}
	return s, true
}

// betweenRelation: a pooled share lies between the shares of its parts.
func betweenRelation(total *Cell, parts []*Cell, says string) *relation {
	r := &relation{cells: append([]*Cell{total}, parts...), derived: total, says: says}
	r.fit = func(c *Cell) (span, bool) {
		s, some := span{}, false
		for _, p := range parts {
			if p == c {
				continue
			}
			b := bounds(p)
			if !some {
				s, some = b, true
				continue
			}
			s = span{lesser(s.low, b.low), greater(s.high, b.high)}
		}
		if c == total {
			return s, true
		}
		// A part must be on the side of the whole where no other part is.
		switch t := bounds(total); {
		case t.low.Cmp(s.high) > 0:
			return span{t.low, greater(t.low, big.NewRat(100, 1))}, true
		case t.high.Cmp(s.low) < 0:
			return span{lesser(t.high, new(big.Rat)), t.high}, true
		}
		return span{}, false
	}
	return r
}

func lesser(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

func greater(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) > 0 {
		return a
	}
	return b
}

// changeRelation: the change of a whole, in percent, is the change of its parts, counted now,
// each as many before as its own change says.
func changeRelation(total *Cell, changes, counts []*Cell, says string) *relation {
	r := &relation{derived: total, says: says, mean: true, cells: append(append([]*Cell{total}, changes...), counts...)}
	hundred := big.NewRat(100, 1)
	of := func(c *Cell) span { return bounds(c).add(exactly(hundred)) } // 100 before, now
	r.fit = func(c *Cell) (span, bool) {
		now, before := exactly(new(big.Rat)), exactly(new(big.Rat))
		own := -1
		for i, n := range counts {
			if n == c || !of(changes[i]).positive() {
				return span{}, false
			}
			now = now.add(bounds(n))
			if changes[i] == c {
				own = i
				continue
			}
			before = before.add(bounds(n).div(of(changes[i])))
		}
		if own < 0 {
			if !before.positive() {
				return span{}, false
			}
			return now.div(before).sub(exactly(hundred)), true
		}
		if !of(total).positive() {
			return span{}, false
		}
		rest := now.div(of(total)).sub(before)
		if !rest.positive() || !bounds(counts[own]).positive() {
			return span{}, false
		}
		return bounds(counts[own]).div(rest).sub(exactly(hundred)), true
	}
	return r
}

// writtenRelation: a cell is written as the others of its line.
func writtenRelation(c *Cell, level Level, says string, check func() bool) *relation {
	r := &relation{cells: []*Cell{c}, derived: c, says: says, level: level, check: check}
	r.fit = func(*Cell) (span, bool) { return span{}, false }
	return r
}

// atMostRelation: the sum of parts is at most whole.
func atMostRelation(parts []*Cell, whole *Cell, says string) *relation {
	r := &relation{cells: append(append([]*Cell{}, parts...), whole), derived: whole, says: says}
	huge := new(big.Rat).SetInt64(1 << 50)
	r.fit = func(c *Cell) (span, bool) {
		s := exactly(new(big.Rat))
		for _, p := range parts {
			if p != c {
				s = s.add(bounds(p))
			}
		}
		if c == whole {
			return span{s.low, huge}, true
		}
		return span{new(big.Rat), bounds(whole).sub(s).high}, true
	}
	return r
}

// equalRelation: two cells print one number.
func equalRelation(a, b *Cell, says string) *relation {
	r := &relation{cells: []*Cell{a, b}, derived: a, says: says}
	r.fit = func(c *Cell) (span, bool) {
		if c == a {
			return bounds(b), true
		}
		return bounds(a), true
	}
	return r
}
