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
	var pool []string
	prefixes := []string{"96", "00"}
	if len(t.deps) > 2 {
		prefixes = append(prefixes, "99")
	}
	share := 1000
	if n := len(t.deps); n > len(prefixes) {
		share = len(prefixes) * 1000 / n
	}
	for _, p := range prefixes {
		for k := range 1000 {
			if code := fmt.Sprintf("%s%03d", p, k); code != "00000" && code != "99999" {
				pool = append(pool, code)
			}
		}
	}
	for _, d := range t.deps {
		mine := pool[min(d.index*share, len(pool)-share):min((d.index+1)*share, len(pool))]
		step := 1
		if share == 1000 {
			step = 10 // 96000, 96010 …, as in a real département
		}
		chief := d.communes[0]
		for _, c := range d.communes {
			if c.want > chief.want {
				chief = c
			}
		}
		chief.postcodes = []string{mine[0]}
		groups := map[[2]int]string{}
		side := int(math.Ceil(math.Sqrt(float64(len(d.communes)) / float64(min(90, len(mine)/step-3)))))
		side = max(2, side)
		next := 2
		if chief.want > 2000 {
			chief.postcodes = append(chief.postcodes, mine[step])
		}
		for _, c := range d.communes {
			if c == chief {
				continue
			}
			g := [2]int{c.gx / side, c.gy / side}
			if groups[g] == "" {
				groups[g] = mine[min(next*step, len(mine)-1)]
				next++
			}
			c.postcodes = []string{groups[g]}
		}
	}
}

// settle gives a département its EPCI, its former communes and its neighbourhoods.
func (t *territory) settle(d *departement) {
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

// nearest is the index of the pole nearest to a commune.
func nearest(c *commune, poles []*commune) int {
	best, at := math.Inf(1), 0
	for i, p := range poles {
		if d := math.Hypot(float64(c.gx-p.gx), float64(c.gy-p.gy)); d < best {
			best, at = d, i
		}
	}
	return at
}
