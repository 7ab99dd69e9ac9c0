package quota

import "math"

// unlimited is the high bound of a cell that nothing limits.
const unlimited = math.MaxInt / 4

// tied reports whether sums, taken one by one, leave a cell fewer values than the
// threshold: it is then exposed, and no program need say so. A false proves nothing.
func (g *grid) tied(cell int) bool {
	low, high := g.outerBounds()
	return high[cell]-low[cell] < g.threshold
}

// outerBounds narrows each cell by the sums that hold it, until nothing moves. The true
// range of a cell lies within what it returns.
func (g *grid) outerBounds() (low, high []int) {
	if g.bounds.low != nil {
		return g.bounds.low, g.bounds.high
	}
	low, high = make([]int, len(g.cells)), make([]int, len(g.cells))
	for i, c := range g.cells {
		switch {
		case !c.hidden:
			low[i], high[i] = c.value, c.value
		case c.high >= 0:
			low[i], high[i] = c.low, c.high
		default:
			low[i], high[i] = c.low, unlimited
		}
	}
	for round, moved := 0, true; moved && round < 20; round++ {
		moved = false
		for _, s := range g.sums {
			sumLow, sumHigh, endless := 0, 0, 0
			for _, p := range s.parts {
				sumLow += low[p]
				if high[p] >= unlimited {
					endless++
				} else {
					sumHigh += high[p]
				}
			}
			narrow := func(i, l, h int) {
				if l > low[i] {
					low[i], moved = l, true
				}
				if h < high[i] {
					high[i], moved = h, true
				}
			}
			top := unlimited
			if endless == 0 {
				top = sumHigh - s.excess
			}
			totalLow, totalHigh := low[s.total], high[s.total]
			for _, p := range s.parts {
				l, h := 0, unlimited
				if totalHigh < unlimited {
					h = totalHigh + s.excess - (sumLow - low[p])
				}
				if endless == 0 {
					l = totalLow + s.excess - (sumHigh - high[p])
				} else if endless == 1 && high[p] >= unlimited {
					l = totalLow + s.excess - sumHigh
				}
				narrow(p, l, h)
			}
			narrow(s.total, sumLow-s.excess, top)
		}
	}
	g.bounds.low, g.bounds.high = low, high
	return low, high
}
