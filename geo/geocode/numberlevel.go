package geocode

import (
	"math"
	"perimetre/geo"
	"perimetre/geo/address"
)

// numberLevel is how the house number asked was found in a street.
type numberLevel uint8

const (
	numberNone         numberLevel = iota // none was asked
	numberAbsent                          // asked, and neither known nor between neighbours
	numberInterpolated                    // between two neighbours of its side
	numberOtherSuffix                     // 12 for 12 bis
	numberInRange                         // 11 for 9-11, when 9 is not known
	numberExact
)

// weights of a number's level in the ranking.
var levelWeight = [...]float32{0, -0.9, -0.4, 0.3, 0.4, 0.8}

// findNumber fills a hit with the point of its number, or the street's.
func (s *Searcher) findNumber(h *hit, p *address.Parsed) {
	b := s.ix.bases[h.rank]
	c := &b.communes[h.cand.commune]
	var r blockReader
	b.block(&r, h.record, c)
	h.lon, h.lat = r.lon, r.lat
	h.position = geo.PositionUnknown
	h.number, h.suffix, h.ordinal = 0, 0, -1
	h.level = numberNone
	if p.Number == 0 {
		return
	}
	h.level = numberAbsent
	want, end := int32(p.Number), int32(p.NumberEnd)
	type point struct {
		number, lon, lat int32
	}
	var under, over point
	took := numberAbsent
	same := false // the very suffix asked
	take := func(level numberLevel, ordinal int) {
		took = level
		h.lon, h.lat, h.position = r.lon, r.lat, r.position
		h.number, h.suffix, h.ordinal = r.number, r.suffix, ordinal
	}
	for k := 0; r.next() && !(same && r.number > want); k++ {
		switch {
		case r.number == want && same:
		case r.number == want:
			suffix := b.suffixOf(r.suffix)
			switch {
			case suffix == p.Suffix: // "b" before "bis", where both are there
				take(numberExact, k)
				same = true
			case sameSuffix(suffix, p.Suffix), suffix == "" && p.SuffixUnit:
				if took != numberExact {
					take(numberExact, k)
				}
			case took < numberOtherSuffix || took == numberOtherSuffix && betterSuffix(suffix, b.suffixOf(h.suffix), p.Suffix):
				take(numberOtherSuffix, k)
			}
		case end > 0 && r.number > want && r.number <= end && took < numberInRange && (took == numberAbsent || took == numberInterpolated):
			if (r.number-want)%2 == 0 || r.number == end {
				take(numberInRange, k)
			}
		case r.number < want && (want-r.number)%2 == 0:
			under = point{r.number, r.lon, r.lat}
		case r.number > want && (r.number-want)%2 == 0 && over.number == 0:
			over = point{r.number, r.lon, r.lat}
		}
		if r.number > max(want, end) && (took > numberAbsent || over.number > 0) {
			break
		}
	}
	h.level = took
	if took == numberAbsent && under.number > 0 && over.number > 0 && over.number-under.number <= 60 {
		f := float64(want-under.number) / float64(over.number-under.number)
		h.lon = under.lon + int32(math.Round(f*float64(over.lon-under.lon)))
		h.lat = under.lat + int32(math.Round(f*float64(over.lat-under.lat)))
		h.level = numberInterpolated
	}
}

// sameSuffix tells equal suffixes: "b" is written for "bis", "t" for "ter".
func sameSuffix(base, asked string) bool {
	return base == asked || base != "" && shortSuffix(base) == shortSuffix(asked)
}

func shortSuffix(s string) string {
	switch s {
	case "bis":
		return "b"
	case "ter":
		return "t"
	case "quater":
		return "q"
	}
	// "a bis" in one text, "abis" in another
	out := make([]byte, 0, 8)
	for i := range len(s) {
		if s[i] != ' ' && s[i] != '_' && s[i] != '-' {
			out = append(out, s[i])
		}
	}
	return string(out)
}

// betterSuffix prefers, when the suffix asked is not known, the number without
// suffix, then the first of the alphabet.
func betterSuffix(x, held, asked string) bool {
	if asked != "" && len(x) > 0 && len(held) > 0 && (x[0] == asked[0]) != (held[0] == asked[0]) {
		return x[0] == asked[0]
	}
	return x == "" && held != ""
}
