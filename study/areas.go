package study

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/coverage"
)

// zones tells of each QPV its nearest site, its own Mission Locale's, and whether
// one stands in it.
func (w *walk) zones(r *Result) {
	g := w.g
	for z := range g.zones {
		zone := &g.zones[z]
		at := g.middle(z)
		units := g.unitsOfZone(z)
		out := Zone{Area: Area{Code: zone.Code, Name: zone.Name, At: at, Nearest: w.nearest(at, zone.Code, nil), Count: w.tally.Zones[z].Count, HalfHour: w.near.Zones[z].Count, Elsewhere: w.tally.Zones[z].Elsewhere},
			Own: w.nearest(at, zone.Code, orEmpty(units)), Border: math.NaN(), Shape: g.shapes.Shape(g.polygon[z])}
		for _, u := range units {
			out.Units = append(out.Units, g.unitName(u))
		}
		for i := range w.s.placed {
			p := w.s.at(i)
			d := 0.0
			if g.shapes.Side(g.polygon[z], p) == geo.Outside {
				limit := math.Inf(1)
				if out.Border == out.Border {
					limit = out.Border
				}
				var ok bool
				if d, ok = g.shapes.BorderDistance(g.polygon[z], p, limit); !ok {
					continue
				}
			} else if w.s.sites[i].Kind.Presence() {
				out.Presence++
			}
			if !(out.Border <= d) {
				out.Border = d
			}
		}
		r.QPV = append(r.QPV, out)
	}
	slices.SortStableFunc(r.QPV, func(a, b Zone) int {
		if a.Code < b.Code {
			return -1
		}
		return b2i(a.Code > b.Code)
	})
}

// orEmpty tells no unit from all units.
func orEmpty(units []string) []string {
	if units == nil {
		return []string{}
	}
	return units
}

func (w *walk) communes(r *Result) {
	for i, c := range w.g.list {
		a := Area{Code: c.Code, Name: c.Name, At: orb.Point{c.Lon, c.Lat}, Nearest: w.nearest(orb.Point{c.Lon, c.Lat}, c.Code, nil),
			Count: w.tally.Communes[i].Count, HalfHour: w.near.Communes[i].Count, Elsewhere: w.tally.Communes[i].Elsewhere}
		for _, u := range w.g.unitsOf[c.Code] {
			a.Units = append(a.Units, w.g.unitName(u))
		}
		r.Communes = append(r.Communes, a)
		r.Elsewhere += a.Elsewhere
	}
}

// mostGaps bounds the list of places out of reach; gapMetres is their radius where
// the reach is a time.
const (
	mostGaps  = 30
	gapMetres = 1000.0
)

// gaps tells where people out of reach live close together: within a reach on the
// ground, or origin by origin of a matrix.
func (w *walk) gaps(r *Result) {
	if w.p.codes != nil && w.o.Matrix != nil {
		for i := range w.rows {
			if p := &w.rows[i]; !(w.costs[i] <= w.o.Reach.Limit) && p.Weight > 0 {
				n := w.nearest(p.At, w.p.codes[i], nil)
				r.Unserved = append(r.Unserved, Gap{coverage.Cluster{At: p.At, Commune: p.Commune, Weight: p.Weight}, w.p.codes[i], orWord(w.p.names[i], w.p.codes[i]), n})
			}
		}
		slices.SortStableFunc(r.Unserved, func(a, b Gap) int { return b2i(a.Weight < b.Weight) - b2i(a.Weight > b.Weight) })
		r.Unserved = r.Unserved[:min(len(r.Unserved), mostGaps)]
		return
	}
	radius := gapMetres
	if w.o.Matrix == nil {
		radius = min(max(cellMetres, w.o.Reach.Limit/w.o.Detour), 3000)
	}
	for _, c := range w.tally.Unserved.Clusters(radius, mostGaps, 1) {
		gap := Gap{Cluster: c, Name: "lieu sans commune connue", Nearest: w.nearest(c.At, w.square(c.At), nil)}
		if c.Commune >= 0 {
			gap.Code, gap.Name = w.g.list[c.Commune].Code, w.g.list[c.Commune].Name
		}
		r.Unserved = append(r.Unserved, gap)
	}
}

func orWord(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// access returns the floating catchment of each row of demand where people have
// codes, else of each commune and each QPV: the mean over their people.
func (w *walk) access() ([]AccessValue, error) {
	decay, err := w.o.decay()
	if err != nil {
		return nil, err
	}
	supply := w.offer()
	var keys []nodeKey
	var weights []float64
	var at []orb.Point
	if w.p.codes != nil {
		for i := range w.rows {
			keys, weights, at = append(keys, nodeKey{Square: coverage.Square{int32(i)}}), append(weights, w.rows[i].Weight), append(at, w.rows[i].At)
		}
	} else {
		for k := range w.nodes {
			keys = append(keys, k)
		}
		slices.SortFunc(keys, compareNodes)
		for _, k := range keys {
			n := w.nodes[k]
			weights, at = append(weights, n.weight), append(at, orb.Point{n.lon / n.weight, n.lat / n.weight})
		}
	}
	values := coverage.Access(weights, supply, w.trips(keys, at, decay.Reach()), decay)
	if w.p.codes != nil {
		out := make([]AccessValue, len(keys))
		for i := range keys {
			out[i] = AccessValue{w.p.codes[i], values[i]}
		}
		return out, nil
	}
	type mean struct{ sum, weight float64 }
	communes, zones := make([]mean, len(w.g.list)), make([]mean, len(w.g.zones))
	for i, k := range keys {
		if k.commune >= 0 {
			communes[k.commune].sum += values[i] * weights[i]
			communes[k.commune].weight += weights[i]
		}
		if k.zone >= 0 {
			zones[k.zone].sum += values[i] * weights[i]
			zones[k.zone].weight += weights[i]
		}
	}
	var out []AccessValue
	for z, m := range zones {
		if m.weight > 0 {
			out = append(out, AccessValue{w.g.zones[z].Code, m.sum / m.weight})
		}
	}
	for c, m := range communes {
		if m.weight > 0 {
			out = append(out, AccessValue{w.g.list[c].Code, m.sum / m.weight})
		}
	}
	return out, nil
}

func compareNodes(a, b nodeKey) int {
	for _, d := range [4]int32{a.commune - b.commune, a.zone - b.zone, a.Square[0] - b.Square[0], a.Square[1] - b.Square[1]} {
		if d != 0 {
			return int(d)
		}
	}
	return 0
}

// trips returns the trips of each node to sites, by the matrix or over the ground.
func (w *walk) trips(keys []nodeKey, at []orb.Point, reach float64) func(int) []coverage.Trip {
	if w.o.Matrix != nil {
		return func(i int) (out []coverage.Trip) {
			code := keys[i].String()
			if w.p.codes != nil {
				code = w.p.codes[keys[i].Square[0]]
			}
			for _, t := range w.o.Matrix.From(code) {
				if s := w.g.siteOf[t.To]; s >= 0 {
					out = append(out, coverage.Trip{To: int32(s), Cost: t.Cost})
				}
			}
			return out
		}
	}
	var room []coverage.Near
	var out []coverage.Trip
	return func(i int) []coverage.Trip {
		metres := 2e7 // half round the Earth
		if !math.IsInf(reach, 1) {
			metres = reach / w.o.Detour
		}
		room, out = w.s.locator.Within(at[i], metres, room[:0]), out[:0]
		for _, n := range room {
			out = append(out, coverage.Trip{To: n.Index, Cost: n.Metres * w.o.Detour})
		}
		return out
	}
}

// offer returns what each site offers: the table's, else half-days a week.
func (w *walk) offer() []float64 {
	out := make([]float64, len(w.s.sites))
	unknown := 0
	for i := range w.s.sites {
		out[i] = w.s.sites[i].HalfDays
		if w.s.offers != nil {
			out[i] = w.s.offers[i]
		}
		if math.IsNaN(out[i]) {
			out[i] = 1
			if w.s.offers != nil {
				out[i] = 0
			}
			unknown++
		}
	}
	note := "offre des sites comptée en " + w.s.offerUnit
	switch {
	case unknown > 0 && w.s.offers != nil:
		note += fmt.Sprintf(" ; %s sans offre dans la table, compté%s pour zéro", count(unknown, "site"), french.S(unknown))
	case unknown > 0:
		note += fmt.Sprintf(" ; %s sans horaires compté%s pour une", count(unknown, "site"), french.S(unknown))
	}
	w.g.notice(note)
	return out
}
