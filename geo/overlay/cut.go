package overlay

import (
	"cmp"
	"math"
	"slices"
)

// mostCuts bounds the passes that cut edges. A pass moves edges by less than a step of the
// grid, which may make new ones meet; two or three passes are usual.
const mostCuts = 50

// cutAll cuts edges until they meet at their ends only, and adds up those that coincide.
func cutAll(edges []edge) ([]edge, error) {
	for range mostCuts {
		edges = merge(edges)
		cuts := meetings(edges)
		if len(cuts) == 0 {
			return edges, nil
		}
		edges = apply(edges, cuts)
	}
	return nil, errEndless
}

// merge sorts edges and adds up those between the same nodes; those that cancel go.
func merge(edges []edge) []edge {
	slices.SortFunc(edges, func(e, f edge) int {
		return cmp.Or(cmp.Compare(e.p.x, f.p.x), cmp.Compare(e.p.y, f.p.y), cmp.Compare(e.q.x, f.q.x), cmp.Compare(e.q.y, f.q.y))
	})
	out := edges[:0]
	for _, e := range edges {
		if n := len(out); n > 0 && out[n-1].p == e.p && out[n-1].q == e.q {
			out[n-1].over[0] += e.over[0]
			out[n-1].over[1] += e.over[1]
			continue
		}
		out = append(out, e)
	}
	return slices.DeleteFunc(out, func(e edge) bool { return e.over == [2]int{} })
}

// cut is a node in the middle of an edge.
type cut struct {
	edge int
	at   point
}

// meetings finds where sorted edges meet elsewhere than at common ends.
func meetings(edges []edge) (cuts []cut) {
	for i, e := range edges {
		low, high := min(e.p.y, e.q.y), max(e.p.y, e.q.y)
		for j := i + 1; j < len(edges) && edges[j].p.x <= e.q.x+1; j++ {
			f := edges[j]
			if max(f.p.y, f.q.y) < low-1 || min(f.p.y, f.q.y) > high+1 {
				continue
			}
			fp, fq := side(e.p, e.q, f.p), side(e.p, e.q, f.q)
			ep, eq := side(f.p, f.q, e.p), side(f.p, f.q, e.q)
			n := len(cuts)
			cuts = near(cuts, e, i, f.p, fp)
			cuts = near(cuts, e, i, f.q, fq)
			cuts = near(cuts, f, j, e.p, ep)
			cuts = near(cuts, f, j, e.q, eq)
			if len(cuts) == n && opposite(fp, fq) && opposite(ep, eq) {
				at := crossing(e, ep, eq)
				cuts = inside(cuts, e, i, at)
				cuts = inside(cuts, f, j, at)
			}
		}
	}
	return cuts
}

// crossing returns the node nearest to where e crosses a line; the ends of e are at ep and
// eq. Products are written apart so that no machine joins them to a sum.
func crossing(e edge, ep, eq int64) point {
	t := float64(ep) / (float64(ep) - float64(eq))
	dx, dy := float64(float64(e.q.x-e.p.x)*t), float64(float64(e.q.y-e.p.y)*t)
	return point{e.p.x + int64(math.Round(dx)), e.p.y + int64(math.Round(dy))}
}

// inside appends a cut, unless it falls on an end of the edge.
func inside(cuts []cut, e edge, i int, at point) []cut {
	if at == e.p || at == e.q {
		return cuts
	}
	return append(cuts, cut{i, at})
}

// nearness is how near a node is, in steps of the grid, for an edge to be led through it:
// over half the diagonal of a step, so that a point rounded to a node draws to it all the
// edges that it came from.
const nearness = 0.75

// near appends a cut by an end of another edge that is on an edge, or nearly. on is the
// side of it where the end is.
func near(cuts []cut, e edge, i int, at point, on int64) []cut {
	dx, dy := e.q.x-e.p.x, e.q.y-e.p.y
	along, whole := (at.x-e.p.x)*dx+(at.y-e.p.y)*dy, dx*dx+dy*dy
	if along <= 0 || along >= whole || float64(on)*float64(on) > nearness*nearness*float64(whole) {
		return cuts
	}
	return append(cuts, cut{i, at})
}

func opposite(a, b int64) bool { return a > 0 && b < 0 || a < 0 && b > 0 }

// apply cuts edges. The pieces of one go through its cuts in their order along it.
func apply(edges []edge, cuts []cut) []edge {
	slices.SortFunc(cuts, func(a, b cut) int {
		if c := cmp.Compare(a.edge, b.edge); c != 0 {
			return c
		}
		e := edges[a.edge]
		along := func(p point) int64 { return (p.x-e.p.x)*(e.q.x-e.p.x) + (p.y-e.p.y)*(e.q.y-e.p.y) }
		return cmp.Or(cmp.Compare(along(a.at), along(b.at)), cmp.Compare(a.at.x, b.at.x), cmp.Compare(a.at.y, b.at.y))
	})
	out := make([]edge, 0, len(edges)+len(cuts))
	k := 0
	for i, e := range edges {
		from := e.p
		for ; k < len(cuts) && cuts[k].edge == i; k++ {
			out = piece(out, from, cuts[k].at, e.over)
			from = cuts[k].at
		}
		out = piece(out, from, e.q, e.over)
	}
	return out
}

// piece appends the edge between two nodes, turned if rounding has set q before p.
func piece(out []edge, p, q point, over [2]int) []edge {
	switch {
	case p == q:
		return out
	case q.before(p):
		return append(out, edge{q, p, [2]int{-over[0], -over[1]}})
	}
	return append(out, edge{p, q, over})
}
