package demo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// postcodes gives a postcode to each group of neighbours, and several to the
// largest town of a département.
func (t *territory) postcodes() {
	prefixes, step := []string{"96", "00"}, 10
	if len(t.deps) > 2 {
		prefixes, step = []string{"96", "00", "99"}, 1
	}
	var pool []string
	for _, p := range prefixes {
		for k := step; k < 999; k += step { // 00000 and 99999 mean "none" in some files
			pool = append(pool, fmt.Sprintf("%s%03d", p, k))
		}
	}
	share := len(pool) / len(t.deps)
	for _, d := range t.deps {
		mine := pool[d.index*share : (d.index+1)*share]
		chief := slices.MaxFunc(d.communes, func(a, b *commune) int { return cmp.Compare(a.want, b.want) })
		chief.postcodes = mine[:1]
		if chief.want > 2000 {
			chief.postcodes = mine[:2]
		}
		side := max(2, int(math.Ceil(math.Sqrt(float64(len(d.communes))/float64(share-6)))))
		groups, next := map[[2]int]string{}, 2
		for _, c := range d.communes {
			if c == chief {
				continue
			}
			g := [2]int{c.gx / side, c.gy / side}
			if groups[g] == "" {
				groups[g] = mine[min(next, share-1)]
				next++
			}
			c.postcodes = []string{groups[g]}
		}
	}
}

// assignEPCI gives a département its EPCI, its former communes and its neighbourhoods.
func (t *territory) assignEPCI(d *departement) {
	rng := t.random("histoire " + d.code)
	poles := spread(d.communes, max(3, len(d.communes)/40))
	for i, p := range poles {
		kind := "CC"
		if p.want > 5000 {
			kind = "CA"
		}
		d.epcis = append(d.epcis, &epci{fmt.Sprintf("96%03d%04d", d.index, i+1), kind + " " + toward(p.name) + " (fictive)"})
	}
	last := 999
	for _, c := range d.communes {
		c.epci = d.epcis[nearest(c, poles)]
		for dx := -1; dx <= 1; dx++ {
			for dy := -1; dy <= 1; dy++ {
				if o := t.byCell[[2]int{c.gx + dx, c.gy + dy}]; o != nil && o != c {
					c.neighbours = append(c.neighbours, o.name)
				}
			}
		}
		if last > len(d.communes)+1 && (rng.IntN(12) == 0 || c == poles[0]) {
			c.old = &former{code: fmt.Sprintf("%s%03d", d.code, last), name: townName(rng), share: .2 + .2*rng.Float64()}
			last--
		}
	}
}

// spread picks n communes, large ones that stand apart.
func spread(communes []*commune, n int) []*commune {
	order := slices.Clone(communes)
	slices.SortStableFunc(order, func(a, b *commune) int { return cmp.Compare(b.want, a.want) })
	var out []*commune
	for apart := math.Sqrt(float64(len(communes)) / float64(n)); len(out) < n; apart *= .7 {
		for _, c := range order {
			far := true
			for _, o := range out {
				far = far && c != o && math.Hypot(float64(c.gx-o.gx), float64(c.gy-o.gy)) >= apart
			}
			if far && len(out) < n {
				out = append(out, c)
			}
		}
	}
	return out
}

// nearest returns the index of the pole nearest to a commune.
func nearest(c *commune, poles []*commune) int {
	best, at := math.Inf(1), 0
	for i, p := range poles {
		if d := math.Hypot(float64(c.gx-p.gx), float64(c.gy-p.gy)); d < best {
			best, at = d, i
		}
	}
	return at
}
