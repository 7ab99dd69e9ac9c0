package demo

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

const (
	cellMetres     = 3900.0   // side of a commune: 15 km², the mean of France
	degreeMetres   = 111195.0 // of latitude, on the sphere of 6 371 km
	westernmost    = -20.0    // of a small territory
	southernmost   = 45.4
	addressesATown = 743.0 // 26 M over 35,000
	townsADep      = 372   // 35,000 over 94
	addressesAHead = 0.42  // an inhabitant
)

type commune struct {
	code, name string
	dep        *departement
	gx, gy     int // cell of the lattice
	ring       orb.Ring
	centre     orb.Point
	want       int // addresses
	population int
	postcodes  []string
	old        *former // a part of it was a commune
	epci       *epci
	ml         *mission
	quarters   []*quarter // that touch it, of both versions
	neighbours []string   // names of the communes around
}

type former struct {
	code, name string
	share      float64 // of the addresses
}

type epci struct{ code, name string }

type departement struct {
	index    int
	code     string // 96
	number   string // of three digits, in the codes of QPV: 096
	name     string
	communes []*commune
	missions []*mission
	quarters []*quarter
	epcis    []*epci
	wide     int // cells of a row
}

// territory is everything but addresses and people, which are made on the way.
type territory struct {
	seed uint64
	deps []*departement
	// towns are all the communes, by département and code.
	towns    []*commune
	byCell   map[[2]int]*commune
	origin   orb.Point
	quarters []*quarter
	missions []*mission
}

// random returns a stream of its own for each thing, so that no part of the territory
// depends on the order in which others are made.
func (t *territory) random(of string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(of))
	return rand.New(rand.NewPCG(t.seed, h.Sum64()))
}

// newTerritory lays out départements, communes, zonings and Missions Locales.
func newTerritory(seed uint64, addresses int) *territory {
	t := &territory{seed: seed, byCell: map[[2]int]*commune{}}
	towns := max(48, int(math.Round(float64(addresses)/addressesATown)))
	n := max(2, (towns+townsADep-1)/townsADep)
	each := (towns + n - 1) / n
	wide := int(math.Ceil(math.Sqrt(float64(each))))
	high := (each + wide - 1) / wide
	row := int(math.Ceil(math.Sqrt(float64(n))))
	t.origin = orb.Point{westernmost, southernmost}
	if n > 8 {
		t.origin = orb.Point{-23, 42.2}
	}
	used := map[string]int{}
	for i := range n {
		d := &departement{index: i, code: depCode(i), number: depNumber(i), wide: wide}
		d.name = fmt.Sprintf("%s-et-%s", rivers[i%len(rivers)], rivers[(i*7+i/len(rivers)+5)%len(rivers)])
		rng := t.random("communes " + d.code)
		for k := range wide * high {
			c := &commune{dep: d, code: fmt.Sprintf("%s%03d", d.code, k+1), gx: (i%row)*wide + k%wide, gy: (i/row)*high + k/wide}
			for c.name == "" || used[strings.ToLower(c.name)] > 0 && rng.IntN(40) > 0 {
				c.name = townName(rng)
			}
			used[strings.ToLower(c.name)]++
			c.ring = t.contour(c.gx, c.gy)
			c.centre = middle(c.ring)
			d.communes = append(d.communes, c)
			t.byCell[[2]int{c.gx, c.gy}] = c
		}
		t.deps = append(t.deps, d)
		t.towns = append(t.towns, d.communes...)
	}
	t.populate(addresses)
	t.postcodes()
	for _, d := range t.deps {
		t.assignEPCI(d)
		t.drawMissions(d)
		t.drawQuarters(d)
	}
	return t
}

// depCode returns the code of the i-th département: 96, 00, then a digit and a letter
// as 2A and 2B are: 0A to 9A, 0B to 9B, 0C and on, without those two.
func depCode(i int) string {
	if i < 2 {
		return []string{"96", "00"}[i]
	}
	k := i - 2
	if k >= 2 {
		k++ // 2A
	}
	if k >= 12 {
		k++ // 2B
	}
	return fmt.Sprintf("%d%c", k%10, 'A'+k/10)
}

// depNumber stands for it in the codes of QPV, which want three digits: 096, 000,
// then 800 and on, which nobody has.
func depNumber(i int) string {
	if i < 2 {
		return "0" + depCode(i)
	}
	return fmt.Sprintf("%03d", 800+i-2)
}

// populate shares the addresses among the communes: a few towns hold most, as
// ranks do in France, and each département has poles.
func (t *territory) populate(addresses int) {
	var total float64
	weights := make([]float64, len(t.towns))
	i := 0
	for _, d := range t.deps {
		rng := t.random("populations " + d.code)
		w := make([]float64, len(d.communes))
		for k := range w {
			w[k] = math.Exp(1.15 * min(3.2, rng.NormFloat64()))
		}
		slices.Sort(w)
		slices.Reverse(w)
		// The largest go to the middle of the département, with some disorder.
		order := slices.Clone(d.communes)
		key := map[*commune]float64{}
		mid := float64(d.wide) / 2
		base := d.communes[0]
		for _, c := range order {
			dx, dy := float64(c.gx-base.gx)-mid+.5, float64(c.gy-base.gy)-mid+.5
			key[c] = math.Hypot(dx, dy)/mid + 1.1*rng.Float64()
		}
		slices.SortStableFunc(order, func(a, b *commune) int { return cmp.Compare(key[a], key[b]) })
		rank := map[*commune]float64{}
		for k, c := range order {
			rank[c] = w[k]
		}
		for _, c := range d.communes {
			weights[i] = rank[c]
			total += rank[c]
			i++
		}
	}
	left, leftWeight := addresses, total
	for i, c := range t.towns {
		c.want = int(math.Round(float64(left) * weights[i] / leftWeight))
		left -= c.want
		leftWeight -= weights[i]
		c.population = int(float64(c.want)/addressesAHead) + 3
	}
}

// contour returns the cell's border: four wavy edges, each shared to the last digit
// with the neighbour.
func (t *territory) contour(x, y int) orb.Ring {
	var r orb.Ring
	side := func(x, y, dx, dy int, forward bool) {
		line := t.edge(x, y, dx, dy)
		if !forward {
			slices.Reverse(line)
		}
		r = append(r, line[:len(line)-1]...)
	}
	side(x, y, 1, 0, true)
	side(x+1, y, 0, 1, true)
	side(x, y+1, 1, 0, false)
	side(x, y, 0, 1, false)
	return append(r, r[0])
}

// edge returns the wavy line from a vertex of the lattice to the next, eastward or
// northward, with its own stream of chance.
func (t *territory) edge(x, y, dx, dy int) []orb.Point {
	a, b := t.vertex(x, y), t.vertex(x+dx, y+dy)
	rng := t.random(fmt.Sprintf("edge %d %d %d", x, y, dx))
	line := []orb.Point{a, b}
	for swing := .09; len(line) < 9; swing /= 1.7 {
		next := line[:1:1]
		for i := 1; i < len(line); i++ {
			p, q := line[i-1], line[i]
			s := swing * (2*rng.Float64() - 1)
			next = append(next, orb.Point{(p[0]+q[0])/2 - (q[1]-p[1])*s, (p[1]+q[1])/2 + (q[0]-p[0])*s}, q)
		}
		line = next
	}
	out := make([]orb.Point, len(line))
	for i, p := range line {
		out[i] = t.degrees(p)
	}
	return out
}

// vertex returns a corner of the lattice, in metres from the origin.
func (t *territory) vertex(x, y int) orb.Point {
	rng := t.random(fmt.Sprintf("vertex %d %d", x, y))
	return orb.Point{(float64(x) + .44*(rng.Float64()-.5)) * cellMetres, (float64(y) + .44*(rng.Float64()-.5)) * cellMetres}
}

// degrees places metres from the origin on the globe, to 6 decimals.
func (t *territory) degrees(p orb.Point) orb.Point {
	lat := t.origin[1] + p[1]/degreeMetres
	lon := t.origin[0] + p[0]/(degreeMetres*math.Cos(lat*math.Pi/180))
	return orb.Point{micro(lon), micro(lat)}
}

func micro(v float64) float64 { return math.Round(v*1e6) / 1e6 }

// moved returns the point so many metres east and north.
func moved(p orb.Point, east, north float64) orb.Point {
	return orb.Point{p[0] + east/(degreeMetres*math.Cos(p[1]*math.Pi/180)), p[1] + north/degreeMetres}
}

// between returns the metres east and north from p to q, for short ways.
func between(p, q orb.Point) (east, north float64) {
	return (q[0] - p[0]) * degreeMetres * math.Cos((p[1]+q[1])/2*math.Pi/180), (q[1] - p[1]) * degreeMetres
}

func middle(r orb.Ring) orb.Point {
	var x, y float64
	for _, p := range r[1:] {
		x, y = x+p[0], y+p[1]
	}
	n := float64(len(r) - 1)
	return orb.Point{x / n, y / n}
}

// inRing reports whether a point is within a ring, by the parity of crossings.
func inRing(r orb.Ring, p orb.Point) bool {
	in := false
	for i, j := 0, len(r)-1; i < len(r); j, i = i, i+1 {
		a, b := r[i], r[j]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < (b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1])+a[0] {
			in = !in
		}
	}
	return in
}
