package measure

import (
	"context"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"perimetre/data"
	"perimetre/data/noise"
	"perimetre/geo"
	"perimetre/geo/geocode"
)

// sample fills a base with whole communes of the pack, always the same ones: half of
// the numbers in communes with a QPV.
func sample(ctx context.Context, p *data.Pack, m *Result, o Options) (*noise.Base, error) {
	count := map[string]int{}
	if err := p.Index.Walk(func(commune string, _ geocode.StreetRef, _ geocode.HouseNumber) bool {
		count[commune]++
		return ctx.Err() == nil
	}); err != nil {
		return nil, err
	}
	order := func(code string) uint64 {
		h := fnv.New64a()
		h.Write([]byte(strconv.FormatUint(o.Seed, 10) + code))
		return h.Sum64()
	}
	codes := make([]string, 0, len(count))
	for c := range count {
		codes = append(codes, c)
	}
	slices.SortFunc(codes, func(a, b string) int {
		if x, y := order(a), order(b); x != y {
			return map[bool]int{true: -1, false: 1}[x < y]
		}
		return strings.Compare(a, b)
	})
	withZone := p.Zonings.CommunesWithZone(geo.QPV, m.Perimeter)
	chosen := map[string]bool{}
	for _, zoned := range []bool{true, false} {
		for n, i := 0, 0; i < len(codes) && n < o.Numbers/2; i++ {
			if slices.Contains(withZone, codes[i]) == zoned {
				chosen[codes[i]], n = true, n+count[codes[i]]
			}
		}
	}
	var communes []geo.Commune
	for _, c := range p.Communes.All() {
		if chosen[c.Code] {
			communes = append(communes, c)
		}
	}
	base := noise.NewBase(communes)
	names := map[geocode.StreetRef]*geocode.Result{}
	var failed error
	err := p.Index.Walk(func(commune string, ref geocode.StreetRef, n geocode.HouseNumber) bool {
		if !chosen[commune] {
			return true
		}
		r, known := names[ref]
		if !known {
			if r, failed = streetAt(p.Index, ref, n); failed != nil {
				return false
			}
			names[ref] = r
		}
		if r != nil {
			base.Add(geo.Address{Kind: geo.KindHouseNumber, StreetID: r.StreetID, Number: n.Number, Suffix: n.Suffix, Street: r.Street, Postcode: r.Postcode, City: r.City, CityCode: r.CityCode,
				OldCity: r.OldCity, Lon: n.Lon, Lat: n.Lat, PositionType: n.Position})
			m.Numbers++
		}
		return ctx.Err() == nil
	})
	m.Communes = len(chosen)
	if err == nil {
		err = failed
	}
	if err == nil {
		err = ctx.Err()
	}
	return base, err
}

// streetAt names the street of a number: the one of those at its point; nil when
// other streets' numbers hide it.
func streetAt(ix *geocode.Index, ref geocode.StreetRef, n geocode.HouseNumber) (*geocode.Result, error) {
	found, err := ix.Reverse(n.Lon, n.Lat, geocode.ReverseOptions{Limit: 8, Radius: 5})
	i := slices.IndexFunc(found, func(r geocode.Result) bool { return r.Streets == ref })
	if err != nil || i < 0 {
		return nil, err
	}
	return &found[i], nil
}
