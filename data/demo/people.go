package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"

	"perimetre/data/noise"
	"perimetre/geo"
)

// home is an address where somebody may live.
type home struct {
	c      *commune
	street string
	h      houseNumber
}

// homes are the addresses of a Mission Locale, by version of the QPV.
type homes struct{ in, out [2][]home }

// peopleAddresses bounds the addresses among which people live: whole
// départements, so that memory does not grow with the territory.
const peopleAddresses = 600_000

// neighbourhood loads the first départements for people to live in.
type neighbourhood struct {
	base     *noise.Base
	deps     []*departement
	missions []*mission
	homes    map[*mission]*homes
}

func (t *territory) neighbourhood() *neighbourhood {
	nb := &neighbourhood{homes: map[*mission]*homes{}}
	left := peopleAddresses
	var communes []geo.Commune
	for _, d := range t.deps {
		for _, c := range d.communes {
			left -= c.want
		}
		if left < 0 && len(nb.deps) > 0 {
			break
		}
		nb.deps = append(nb.deps, d)
		nb.missions = append(nb.missions, d.missions...)
		for _, c := range d.communes {
			communes = append(communes, geo.Commune{Code: c.code, Name: c.name, Departement: d.code, Postcodes: c.postcodes, Population: c.population})
		}
	}
	nb.base = noise.NewBase(communes)
	for _, d := range nb.deps {
		for _, c := range d.communes {
			nb.load(t, c)
		}
	}
	return nb
}

func (nb *neighbourhood) load(t *territory, c *commune) {
	hs := nb.homes[c.ml]
	if hs == nil {
		hs = &homes{}
		nb.homes[c.ml] = hs
	}
	t.streets(c, func(s *street) error {
		for _, h := range s.numbers {
			a := geo.Address{StreetID: s.id, Number: h.n, Suffix: h.suffix, Street: s.name, Postcode: s.postcode, CityCode: c.code, City: c.name,
				PositionType: h.position, Lon: h.at[0], Lat: h.at[1]}
			if s.old != nil {
				a.OldCityCode, a.OldCity = s.old.code, s.old.name
			}
			nb.base.Add(a)
			for v := range hs.in {
				if c.within(version(v), h.at) {
					hs.in[v] = append(hs.in[v], home{c, s.id, h})
				} else {
					hs.out[v] = append(hs.out[v], home{c, s.id, h})
				}
			}
		}
		return nil
	})
}

// within reports whether a point of the commune is in a QPV of a version.
func (c *commune) within(v version, p orb.Point) bool {
	for _, q := range c.dep.quarters {
		if q.version == v && q.bound.Contains(p) {
			if in, _ := q.holds(p); in {
				return true
			}
		}
	}
	return false
}

// entry is a row of the file of young people, with what is true of it.
type entry struct {
	id        string
	ml        *mission
	programme string
	on, end   geo.Date
	renewed   bool
	birth     geo.Date
	disabled  bool
	home      home
	placed    bool // home is where they live
	text      noise.Case
	housing   string
	country   string
	cityCode  string
	disorder  []string // of the file, beside the noise of the address
	written   string   // the entry date as typed
}

var (
	firstEntry = geo.MustDate("2023-10-01")
	lastEntry  = geo.MustDate("2024-12-31")
	extraction = geo.MustDate("2025-01-06")
	reform     = geo.MustDate("2024-01-01") // the QPV of 2024 come in force
)

// inForce returns the version of the QPV at a date.
func inForce(on geo.Date) version {
	if on.Before(reform) {
		return v2015
	}
	return v2024
}

// entries draws the rows of the file, in the order of the file.
func (t *territory) entries(n int) []entry {
	nb := t.neighbourhood()
	rng := t.random("jeunes")
	days := int(lastEntry.Time().Sub(firstEntry.Time()).Hours() / 24)
	out := make([]entry, 0, n)
	for len(out) < n {
		if again := rng.IntN(1000); again < 70 && len(out) > 20 {
			if e, ok := nb.again(rng, out[rng.IntN(len(out))], again); ok {
				out = append(out, e)
			}
			continue
		}
		e := entry{id: fmt.Sprintf("J%06d", 100000+len(out)*7+rng.IntN(7)), on: firstEntry.AddDays(rng.IntN(days + 1)), programme: "CEJ", country: "France"}
		e.ml = nb.missions[min(rng.IntN(len(nb.missions)), rng.IntN(len(nb.missions)))]
		if rng.IntN(100) < 13 {
			e.programme = "PACEA"
		}
		e.end = e.on.AddDays(150 + rng.IntN(220))
		e.disabled = rng.IntN(100) < 4
		e.birth = e.on.AddDays(-365*16 - rng.IntN(365*10))
		if e.disabled && rng.IntN(3) == 0 {
			e.birth = e.on.AddDays(-365*26 - rng.IntN(365*4))
		}
		if nb.house(rng, &e) && nb.describe(rng, &e) {
			e.misfile(rng)
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b entry) int { return slices.Compare([]byte(a.ml.code), []byte(b.ml.code)) })
	return out
}

// house gives a person an address, in a QPV as often as the true share of the
// Mission Locale has it.
func (nb *neighbourhood) house(rng *rand.Rand, e *entry) bool {
	where := e.ml
	if rng.IntN(100) < 2 && len(nb.missions) > 1 {
		where = nb.missions[rng.IntN(len(nb.missions))]
		if where != e.ml {
			e.disorder = append(e.disorder, "hors_territoire")
		}
	}
	hs := nb.homes[where]
	if hs == nil {
		return false
	}
	v := inForce(e.on)
	pool := hs.out[v]
	if rng.Float64() < e.ml.share && len(hs.in[v]) > 0 {
		pool = hs.in[v]
	}
	if len(pool) == 0 {
		return false
	}
	e.home, e.placed = pool[rng.IntN(len(pool))], true
	return true
}

// again makes a further row of somebody: a renewal, a double or a mutation.
func (nb *neighbourhood) again(rng *rand.Rand, from entry, what int) (entry, bool) {
	e := from
	e.disorder, e.written = nil, ""
	switch {
	case what < 50:
		if e.renewed || !e.on.AddDays(160).Before(lastEntry) {
			return e, false
		}
		e.on, e.renewed = e.on.AddDays(160+rng.IntN(30)), true
		e.end = e.on.AddDays(170)
		e.disorder = append(e.disorder, "renouvellement")
	case what < 62:
		e.disorder = append(e.disorder, "doublon")
	default:
		if !e.on.AddDays(60).Before(lastEntry) || e.programme != "CEJ" {
			return e, false
		}
		e.on = e.on.AddDays(60)
		old := e.ml
		e.ml = nb.missions[rng.IntN(len(nb.missions))]
		if e.ml == old || !nb.house(rng, &e) || !nb.describe(rng, &e) {
			return e, false
		}
		e.disorder = append(e.disorder, "mutation")
	}
	if lastEntry.Before(e.on) {
		return e, false
	}
	e.misfile(rng)
	return e, true
}
