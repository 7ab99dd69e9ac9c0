package coverage

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

// Lattice cuts the ground in square cells of a size in metres, true at its latitude.
type Lattice struct {
	Metres float64
	mx, my float64 // metres a degree
}

// NewLattice makes a lattice near a latitude.
func NewLattice(metres, latitude float64) Lattice {
	mx, my := geo.MetresPerDegree(latitude)
	return Lattice{metres, mx, my}
}

// Square is a cell of a lattice.
type Square [2]int32

// At returns the square of a point.
func (l Lattice) At(p orb.Point) Square {
	return Square{int32(math.Floor(p[0] * l.mx / l.Metres)), int32(math.Floor(p[1] * l.my / l.Metres))}
}

// Centre returns the middle of a square: of nobody's address.
func (l Lattice) Centre(s Square) orb.Point {
	return orb.Point{(float64(s[0]) + 0.5) * l.Metres / l.mx, (float64(s[1]) + 0.5) * l.Metres / l.my}
}

// String returns the code of a square in a matrix.
func (s Square) String() string {
	return strconv.Itoa(int(s[0])) + ":" + strconv.Itoa(int(s[1]))
}

// Grid gathers points in the squares of a lattice.
type Grid struct {
	Lattice
	cells    map[Square]*Cell
	lastKey  Square
	lastCell *Cell
}

// Cell is the people of one cell.
type Cell struct {
	Weight  float64
	QPV     float64 // of them, in a QPV
	Commune int32   // of the first point, -1 when unknown
	Points  int
	x, y    float64 // weighted sums of degrees
}

// At returns the mean place of the people.
func (c *Cell) At() orb.Point { return orb.Point{c.x / c.Weight, c.y / c.Weight} }

// NewGrid makes a grid of square cells near a latitude.
func NewGrid(metres, latitude float64) *Grid {
	return &Grid{Lattice: NewLattice(metres, latitude), cells: map[Square]*Cell{}}
}

// Add puts people in their cell; those without a weight or a place are left out.
func (g *Grid) Add(p *Point) {
	if !(p.Weight > 0) || !finite(p.At) {
		return
	}
	k := g.At(p.At)
	c := g.lastCell
	if c == nil || k != g.lastKey {
		if c = g.cells[k]; c == nil {
			c = &Cell{Commune: p.Commune}
			g.cells[k] = c
		}
		g.lastKey, g.lastCell = k, c
	}
	c.Weight += p.Weight
	c.x += p.Weight * p.At[0]
	c.y += p.Weight * p.At[1]
	c.Points++
	if p.In(InQPV) {
		c.QPV += p.Weight
	}
}

// Merge adds the cells of another grid of the same size and latitude.
func (g *Grid) Merge(o *Grid) {
	for k, b := range o.cells {
		a := g.cells[k]
		if a == nil {
			g.cells[k] = b
			continue
		}
		a.Weight, a.QPV, a.Points, a.x, a.y = a.Weight+b.Weight, a.QPV+b.QPV, a.Points+b.Points, a.x+b.x, a.y+b.y
	}
	g.lastCell = nil
}

// Len returns the number of cells that hold people.
func (g *Grid) Len() int { return len(g.cells) }

// Cluster is a place where people whom no site reaches live close together.
type Cluster struct {
	At      orb.Point // their mean place
	Commune int32     // of the most populated cell, -1 when unknown
	Weight  float64   // people, within Radius of the densest point
	QPV     float64   // of them, in a QPV
	Radius  float64   // metres
}

// Clusters returns the most populated discs of a radius in metres, each person in one disc at
// most, the greatest first, until there are most of them or a disc holds fewer than atLeast.
func (g *Grid) Clusters(radius float64, most int, atLeast float64) []Cluster {
	keys := make([]Square, 0, len(g.cells))
	for k := range g.cells {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b Square) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	steps := int32(radius / g.Metres)
	var disc []Square
	for x := -steps; x <= steps; x++ {
		for y := -steps; y <= steps; y++ {
			if math.Hypot(float64(x), float64(y))*g.Metres <= radius {
				disc = append(disc, Square{x, y})
			}
		}
	}
	left := make(map[Square]float64, len(keys))
	for _, k := range keys {
		left[k] = g.cells[k].Weight
	}
	sums := make(map[Square]float64, len(keys))
	for _, k := range keys {
		for _, d := range disc {
			sums[k] += left[Square{k[0] + d[0], k[1] + d[1]}]
		}
	}
	var out []Cluster
	for len(out) < most {
		var best Square
		found := false
		for _, k := range keys {
			if left[k] > 0 && (!found || sums[k] > sums[best]) {
				best, found = k, true
			}
		}
		if !found || sums[best] < atLeast {
			break
		}
		c := Cluster{Commune: -1, Radius: radius}
		var x, y, top float64
		for _, d := range disc {
			k := Square{best[0] + d[0], best[1] + d[1]}
			w := left[k]
			if w <= 0 {
				continue
			}
			cell := g.cells[k]
			c.Weight += w
			c.QPV += cell.QPV
			x, y = x+cell.x, y+cell.y
			if w > top {
				top, c.Commune = w, cell.Commune
			}
			left[k] = 0
			for _, e := range disc {
				if n := (Square{k[0] + e[0], k[1] + e[1]}); sums[n] > 0 {
					sums[n] -= w
				}
			}
		}
		c.At = orb.Point{x / c.Weight, y / c.Weight}
		out = append(out, c)
	}
	return out
}
