package noise

import (
	"math"
	"slices"
	"sort"
	"strings"

	"perimetre/geo"
)

// Base is an address base from which cases are drawn. Fill it with Add, in any order: the same
// records produce the same cases.
type Base struct {
	communes map[string]*commune
	streets  []*street
	byID     map[string]*street
	ready    bool
	order    []*commune           // by code
	byKey    map[string][]*street // Key of the name
	byName   map[string][]*commune
	byPost   map[string][]*commune
	byDep    map[string][]*commune
	weights  []int // running count of numbers, by street
	suffixed []pick
	saints   []*street // of the communes named Saint…
}

type commune struct {
	code, name, folded, dep string
	postcodes               []string
	streets                 []*street
	cores                   []string // keys without type, sorted; made when first asked
}

type street struct {
	id, name, key  string
	commune        *commune
	old, oldFolded string // former commune's name
	postcodes      []string
	numbers        []number
	locality       bool
	lon, lat       float64 // of the record without number, NaN without one
	midLon, midLat float64
	half           Half
}

type number struct {
	n        int
	suffix   string
	postcode string
	lon, lat float64
	position geo.PositionType
}

// pick is a number of a street.
type pick struct {
	s *street
	i int
}

// NewBase starts a base over a commune table, which may be empty: communes then
// come from the addresses.
func NewBase(communes []geo.Commune) *Base {
	b := &Base{communes: map[string]*commune{}, byID: map[string]*street{}}
	for _, c := range geo.WholeCities(communes) {
		b.communes[c.Code] = &commune{code: c.Code, name: c.Name, postcodes: slices.Clone(c.Postcodes), dep: c.Departement}
	}
	return b
}

// Add takes one record: a number, a street or a lieu-dit.
func (b *Base) Add(a geo.Address) {
	b.ready = false
	if city, district := geo.Arrondissement(a.CityCode); city != "" { // people write the city
		a.CityCode, a.City = city, strings.Fields(district)[0]
	}
	c := b.communes[a.CityCode]
	if c == nil {
		c = &commune{code: a.CityCode, name: a.City}
		b.communes[a.CityCode] = c
	}
	if a.Postcode != "" && !slices.Contains(c.postcodes, a.Postcode) {
		c.postcodes = append(c.postcodes, a.Postcode)
	}
	id := a.StreetID
	if id == "" {
		id = a.ID
	}
	s := b.byID[id]
	if s == nil {
		s = &street{id: id, name: a.Street, commune: c, old: a.OldCity, lon: math.NaN(), lat: math.NaN()}
		if s.name == "" {
			s.name = a.Place
		}
		b.byID[id] = s
		b.streets = append(b.streets, s)
	}
	if a.Postcode != "" && !slices.Contains(s.postcodes, a.Postcode) {
		s.postcodes = append(s.postcodes, a.Postcode)
	}
	if a.Kind != geo.KindHouseNumber || a.Number == 0 {
		s.locality = s.locality || a.Kind == geo.KindLocality
		s.lon, s.lat = a.Lon, a.Lat
		return
	}
	post := ""
	if i := slices.Index(s.postcodes, a.Postcode); i >= 0 {
		post = s.postcodes[i] // one copy of the text a street
	}
	s.numbers = append(s.numbers, number{a.Number, a.Suffix, post, a.Lon, a.Lat, a.PositionType})
}

// Len returns the number of house numbers.
func (b *Base) Len() int {
	b.prepare()
	if len(b.weights) == 0 {
		return 0
	}
	return b.weights[len(b.weights)-1]
}

// prepare sorts and indexes; the order of Add leaves no trace.
func (b *Base) prepare() {
	if b.ready {
		return
	}
	b.ready = true
	sort.Slice(b.streets, func(i, j int) bool { return b.streets[i].id < b.streets[j].id })
	b.order, b.suffixed, b.saints, b.weights = nil, nil, nil, nil
	b.byKey, b.byName = map[string][]*street{}, map[string][]*commune{}
	b.byPost, b.byDep = map[string][]*commune{}, map[string][]*commune{}
	for _, c := range b.communes {
		c.streets, c.cores = nil, nil
		b.order = append(b.order, c)
	}
	sort.Slice(b.order, func(i, j int) bool { return b.order[i].code < b.order[j].code })
	for _, c := range b.order {
		c.folded = Fold(c.name)
		if c.dep == "" {
			c.dep = departement(c.code)
		}
		slices.Sort(c.postcodes)
		b.byName[c.folded] = append(b.byName[c.folded], c)
		b.byDep[c.dep] = append(b.byDep[c.dep], c)
		for _, p := range c.postcodes {
			b.byPost[p] = append(b.byPost[p], c)
		}
	}
	total := 0
	for _, s := range b.streets {
		s.key, s.oldFolded = Key(s.name), Fold(s.old)
		s.half = HalfOf(s.commune.code, s.name)
		slices.Sort(s.postcodes)
		if len(s.postcodes) == 0 {
			s.postcodes = s.commune.postcodes
		}
		sort.Slice(s.numbers, func(i, j int) bool {
			x, y := &s.numbers[i], &s.numbers[j]
			if x.n != y.n {
				return x.n < y.n
			}
			if x.suffix != y.suffix {
				return x.suffix < y.suffix
			}
			return x.lon < y.lon || x.lon == y.lon && x.lat < y.lat
		})
		s.centre()
		s.commune.streets = append(s.commune.streets, s)
		b.byKey[s.key] = append(b.byKey[s.key], s)
		total += len(s.numbers)
		b.weights = append(b.weights, total)
		for i := range s.numbers {
			if s.numbers[i].suffix != "" {
				b.suffixed = append(b.suffixed, pick{s, i})
			}
		}
		if name := " " + s.commune.folded + " "; len(s.numbers) > 0 && (strings.Contains(name, " saint ") || strings.Contains(name, " sainte ")) {
			b.saints = append(b.saints, s)
		}
	}
}

// centre is the middle of the numbers, or the record's own point.
func (s *street) centre() {
	var x, y float64
	n := 0
	for _, v := range s.numbers {
		if !math.IsNaN(v.lon) {
			x, y, n = x+v.lon, y+v.lat, n+1
		}
	}
	s.midLon, s.midLat = s.lon, s.lat
	if n > 0 {
		s.midLon, s.midLat = x/float64(n), y/float64(n)
	}
}

// find returns the place of a number, -1 when the street has not that one.
func (s *street) find(n int, suffix string) int {
	i := sort.Search(len(s.numbers), func(i int) bool {
		v := &s.numbers[i]
		return v.n > n || v.n == n && v.suffix >= suffix
	})
	if i < len(s.numbers) && s.numbers[i].n == n && s.numbers[i].suffix == suffix {
		return i
	}
	return -1
}

// has reports whether the street holds the number, whatever the suffix.
func (s *street) has(n int) bool {
	i := sort.Search(len(s.numbers), func(i int) bool { return s.numbers[i].n >= n })
	return i < len(s.numbers) && s.numbers[i].n == n
}

func departement(code string) string {
	switch {
	case len(code) < 3:
		return code
	case strings.HasPrefix(code, "97"), strings.HasPrefix(code, "98"):
		return code[:3]
	}
	return code[:2]
}
