package data

import (
	"cmp"
	"encoding/binary"
	"hash/maphash"
	"maps"
	"slices"

	"perimetre/geo"
	"perimetre/geo/geocode"
)

// Comparison is what an edition of a pack changes from another.
type Comparison struct {
	Before string `json:"before"` // their ids
	After  string `json:"after"`
	// Perimeters are the QPV that moved: of each version, compared with the same version, or
	// with the latest one before it when it is new.
	Perimeters []Diff          `json:"perimeters"`
	Lists      []ListChange    `json:"lists"`
	Addresses  []AddressChange `json:"addresses"`
}

// ListChange is a commune whose status in a list changed, on a date.
type ListChange struct {
	Zoning geo.Zoning     `json:"zoning"`
	Code   string         `json:"code"`
	Name   string         `json:"name"`
	From   geo.ListStatus `json:"from"`
	To     geo.ListStatus `json:"to"`
}

// AddressChange counts the house numbers of a département that an edition brings and takes
// away. A number is known by the identifier of its street.
type AddressChange struct {
	Departement string `json:"departement"`
	Before      int    `json:"before"`
	After       int    `json:"after"`
	In          int    `json:"in"`
	Out         int    `json:"out"`
}

// Compare returns what after changes from before, on a date for lists.
func Compare(before, after *Pack, on geo.Date) (c Comparison, err error) {
	c = Comparison{Before: before.ID, After: after.ID, Perimeters: []Diff{}, Lists: compareLists(before, after, on)}
	if c.Perimeters, err = comparePerimeters(before, after); err != nil {
		return c, err
	}
	c.Addresses, err = compareAddresses(before.Index, after.Index)
	return c, err
}

// Same reports whether nothing changed that the comparison looks at.
func (c Comparison) Same() bool {
	return len(c.Perimeters)+len(c.Lists) == 0 && !slices.ContainsFunc(c.Addresses, func(a AddressChange) bool { return a.In+a.Out > 0 })
}

func comparePerimeters(before, after *Pack) ([]Diff, error) {
	out := []Diff{}
	former := versionsOf(before, geo.QPV)
	for _, v := range versionsOf(after, geo.QPV) {
		from := ""
		for _, f := range former {
			if f.Name == v.Name {
				from = f.Name
				break
			}
			if f.ValidFrom.Before(v.ValidFrom) {
				from = f.Name
			}
		}
		if from == "" {
			continue
		}
		d, err := after.diffFrom(before, geo.QPV, from, v.Name)
		if err != nil {
			return nil, err
		}
		if len(d.Entered)+len(d.Left)+len(d.Modified) > 0 {
			out = append(out, *d)
		}
	}
	return out, nil
}

// versionsOf lists the versions of a zoning, the earliest first.
func versionsOf(p *Pack, zoning geo.Zoning) []*geo.Version {
	var out []*geo.Version
	for _, v := range p.Zonings.Versions() {
		if v.Zoning == zoning {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b *geo.Version) int { return cmp.Compare(a.ValidFrom.String(), b.ValidFrom.String()) })
	return out
}

func compareLists(before, after *Pack, on geo.Date) []ListChange {
	out := []ListChange{}
	for _, commune := range after.Communes.All() {
		q := geo.Question{Commune: commune.Code, On: on, Known: on}
		was, is := before.Zonings.At(q), after.Zonings.At(q)
		for _, l := range []struct {
			zoning   geo.Zoning
			from, to geo.ListStatus
		}{{geo.FRR, was.FRR.Status, is.FRR.Status}, {geo.ZRR, was.ZRR.Status, is.ZRR.Status}} {
			if l.from != l.to {
				out = append(out, ListChange{l.zoning, commune.Code, commune.Name, l.from, l.to})
			}
		}
	}
	return out
}

func compareAddresses(before, after *geocode.Index) ([]AddressChange, error) {
	seed := maphash.MakeSeed()
	was, err := numbersByDepartement(before, seed)
	if err != nil {
		return nil, err
	}
	is, err := numbersByDepartement(after, seed)
	if err != nil {
		return nil, err
	}
	both := maps.Clone(was)
	maps.Copy(both, is)
	out := []AddressChange{}
	for _, dep := range slices.Sorted(maps.Keys(both)) {
		a, b := was[dep], is[dep]
		c := AddressChange{Departement: dep, Before: len(a), After: len(b)}
		for len(a) > 0 || len(b) > 0 {
			switch {
			case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
				c.Out++
				a = a[1:]
			case len(a) == 0 || b[0] < a[0]:
				c.In++
				b = b[1:]
			default:
				a, b = a[1:], b[1:]
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// numbersByDepartement lists the hashes of the house numbers of an index, sorted.
func numbersByDepartement(ix *geocode.Index, seed maphash.Seed) (map[string][]uint64, error) {
	out := map[string][]uint64{}
	var street geocode.StreetRef
	var id string
	var failed error
	var key []byte
	err := ix.Walk(func(commune string, ref geocode.StreetRef, n geocode.HouseNumber) bool {
		if ref != street {
			street = ref
			if id, failed = ix.StreetID(ref); failed != nil {
				return false
			}
		}
		key = append(key[:0], id...)
		key = binary.AppendVarint(append(key, 0), int64(n.Number))
		key = append(key, n.Suffix...)
		dep := geo.DepartementOf(commune)
		out[dep] = append(out[dep], maphash.Bytes(seed, key))
		return true
	})
	for _, list := range out {
		slices.Sort(list)
	}
	return out, cmp.Or(err, failed)
}
