package overlay

import (
	"cmp"
	"slices"
)

// borders gives, for edges that meet at their ends only, those between what keep chooses
// and what it does not, as ways that have the former on their left.
func borders(edges []edge, keep func(in [2]int) bool) [][2]point {
	c := newColumns(edges)
	var out [][2]point
	for i, e := range edges {
		below := c.below(i)
		above := [2]int{below[0] + e.over[0], below[1] + e.over[1]}
		switch b, a := keep(below), keep(above); {
		case a && !b:
			out = append(out, [2]point{e.p, e.q})
		case b && !a:
			out = append(out, [2]point{e.q, e.p})
		}
	}
	return out
}

// columns finds the edges over or under a point.
type columns struct {
	edges []edge
	from  int64 // where the first begins
	width int64
	of    [][]int32
}

func newColumns(edges []edge) *columns {
	c := &columns{edges: edges, width: 1}
	if len(edges) == 0 {
		return c
	}
	c.from = edges[0].p.x
	to := c.from
	for _, e := range edges {
		to = max(to, e.q.x)
	}
	n := int64(min(len(edges)/4+1, 1<<16))
	c.width = (to-c.from)/n + 1
	c.of = make([][]int32, (to-c.from)/c.width+1)
	for i, e := range edges {
		for k := c.column(e.p.x); k <= c.column(e.q.x); k++ {
			c.of[k] = append(c.of[k], int32(i))
		}
	}
	return c
}

func (c *columns) column(x int64) int64 { return (x - c.from) / c.width }

// below counts how many times each operand covers what is just under the middle of an edge.
// Where x is equal, the order of y decides, as if all leant a little to the right.
func (c *columns) below(i int) (in [2]int) {
	e := c.edges[i]
	m := point{e.p.x + e.q.x, e.p.y + e.q.y}
	for _, k := range c.of[c.column(m.x/2)] {
		f := c.edges[k]
		p, q := twice(f.p), twice(f.q)
		if int(k) != i && p.before(m) && m.before(q) && side(p, q, m) > 0 {
			in[0] += f.over[0]
			in[1] += f.over[1]
		}
	}
	return in
}

// rings ties ways into closed rings that do not touch themselves, with the territory on
// their left: outlines turn counterclockwise and holes clockwise.
func rings(ways [][2]point) (out [][]point) {
	slices.SortFunc(ways, func(a, b [2]point) int {
		return cmp.Or(cmp.Compare(a[0].x, b[0].x), cmp.Compare(a[0].y, b[0].y), cmp.Compare(a[1].x, b[1].x), cmp.Compare(a[1].y, b[1].y))
	})
	leaving := make(map[point][]int, len(ways))
	for i, w := range ways {
		leaving[w[0]] = append(leaving[w[0]], i)
	}
	used := make([]bool, len(ways))
	for i := range ways {
		if used[i] {
			continue
		}
		var trail []point
		for k := i; k >= 0 && !used[k]; {
			used[k] = true
			trail = append(trail, ways[k][0])
			k = next(ways, used, leaving[ways[k][1]], ways[k])
		}
		out = append(out, split(trail)...)
	}
	return out
}

// next chooses, among those that leave the end of a way, the first clockwise from where it
// came: the other border of the same piece of territory. It returns -1 without any.
func next(ways [][2]point, used []bool, leaving []int, came [2]point) int {
	best := -1
	for _, k := range leaving {
		if !used[k] && (best < 0 || sooner(came[1], came[0], ways[k][1], ways[best][1])) {
			best = k
		}
	}
	return best
}

// sooner reports whether, turning clockwise round o from the direction of from, one meets a
// before b.
func sooner(o, from, a, b point) bool {
	ha, hb := half(o, from, a), half(o, from, b)
	if ha != hb {
		return ha < hb
	}
	return side(o, a, b) < 0
}

// half tells in which half turn clockwise from from the direction of a is: 0 or 1, 2 for
// the direction of from itself, which is a whole turn away.
func half(o, from, a point) int {
	s := side(o, from, a)
	switch {
	case s < 0:
		return 0
	case s > 0:
		return 1
	case (from.x-o.x)*(a.x-o.x)+(from.y-o.y)*(a.y-o.y) < 0:
		return 1
	}
	return 2
}

// split cuts a closed trail, its first node not repeated, at the nodes where it passes
// twice, and closes each ring.
func split(trail []point) (out [][]point) {
	at := make(map[point]int, len(trail))
	var open []point
	for _, p := range append(trail, trail[0]) {
		if k, ok := at[p]; ok {
			ring := append(slices.Clone(open[k:]), p)
			for _, q := range open[k:] {
				delete(at, q)
			}
			open = open[:k]
			if len(ring) > 3 {
				out = append(out, ring)
			}
		}
		at[p] = len(open)
		open = append(open, p)
	}
	return out
}
