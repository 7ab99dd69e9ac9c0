package geocode

import (
	"slices"
	"strings"
)

// placed reports whether the filter names communes or postcodes.
func (f *Filter) placed() bool { return f.CityCode != "" || f.Postcode != "" }

// holds reports whether value is one of a list separated by commas; an empty list holds
// all.
func holds(list, value string) bool {
	if list == "" || list == value {
		return true
	}
	for v := range strings.SplitSeq(list, ",") {
		if v == value {
			return true
		}
	}
	return false
}

// refs lists what the codes of communes of the filter stand for in a base.
func (f *Filter) refs(b *base) (refs []codeRef) {
	if f.CityCode == "" {
		return nil
	}
	for code := range strings.SplitSeq(f.CityCode, ",") {
		if r, ok := b.byCode[code]; ok {
			refs = append(refs, r)
		}
	}
	return refs
}

// inCity reports whether a commune of a base is one of those that the filter names; an
// arrondissement stands for its city here, and inPart tells it.
func (f *Filter) inCity(b *base, commune uint32) bool {
	if f.CityCode == "" {
		return true
	}
	for code := range strings.SplitSeq(f.CityCode, ",") {
		if r, ok := b.byCode[code]; ok && r.commune == commune {
			return true
		}
	}
	return false
}

// district returns the arrondissement that a code of a commune means, as a rank + 1
// among the former communes, or 0.
func (b *base) district(r codeRef) uint32 {
	if r.former > 0 && b.communes[r.commune].district(r.former-1) {
		return r.former
	}
	return 0
}

// namesDistrict reports whether a code of the filter is an arrondissement's.
func (f *Filter) namesDistrict(b *base) bool {
	return slices.ContainsFunc(f.refs(b), func(r codeRef) bool { return b.district(r) > 0 })
}

// inPart reports whether a part (rank + 1 of a former commune, 0 without) of a commune
// that inCity accepts lies in what the filter names.
func (f *Filter) inPart(b *base, commune, part uint32) bool {
	return slices.ContainsFunc(f.refs(b), func(r codeRef) bool {
		d := b.district(r)
		return r.commune == commune && (d == 0 || d == part)
	})
}

// partOf returns the arrondissement of a commune that the filter names first, or 0.
func (f *Filter) partOf(b *base, commune uint32) uint32 {
	for _, r := range f.refs(b) {
		if r.commune == commune {
			return b.district(r)
		}
	}
	return 0
}

// narrow keeps the candidates that pass a filter, and adds those that it names.
func (s *Searcher) narrow(b *base, cs []candidate, f Filter) []candidate {
	keep := func(commune uint32) bool {
		return f.inCity(b, commune) && (f.Postcode == "" || slices.ContainsFunc(b.communes[commune].postcodes, func(p string) bool { return holds(f.Postcode, p) }))
	}
	// Where the text ends by the name of a town outside, its words are no street's.
	cuts := []int{0}
	cs = slices.DeleteFunc(cs, func(c candidate) bool {
		if keep(c.commune) {
			return false
		}
		if c.cut > 0 && c.sim > 0.9 && !slices.Contains(cuts, c.cut) {
			cuts = append(cuts, c.cut)
		}
		return true
	})
	add := func(commune uint32) {
		if !keep(commune) {
			return
		}
		for _, cut := range cuts {
			if !slices.ContainsFunc(cs, func(c candidate) bool { return c.commune == commune && c.cut == cut }) {
				cs = append(cs, candidate{commune: commune, sim: -1, weight: postcodeWeight, cut: cut})
			}
		}
	}
	for _, r := range f.refs(b) {
		add(r.commune)
	}
	if f.CityCode == "" {
		for p := range strings.SplitSeq(f.Postcode, ",") {
			for _, r := range b.withPostcode(postcodeNumber(p)) {
				add(r.commune)
			}
		}
	}
	s.candidates = cs
	return cs
}

// passes reports whether a street of a commune has a postcode of the filter and lies in
// an arrondissement that it names.
func (s *Searcher) passes(b *base, commune uint32, r *streetRecord) bool {
	c := &b.communes[commune]
	if s.onlyParts && !s.only.inPart(b, commune, uint32(r.former)+1) {
		return false
	}
	return s.only.Postcode == "" || len(c.postcodes) < 2 || int(r.postcode) < len(c.postcodes) && holds(s.only.Postcode, c.postcodes[r.postcode])
}
