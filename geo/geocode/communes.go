package geocode

import (
	"bytes"
	"math"
	"slices"
	"sort"
	"strconv"

	"perimetre/geo"
	"perimetre/geo/address"
)

// Log-odds that pieces of evidence add to a commune. They order the communes
// that are tried; how sure the answer is comes from the fitted model.
const (
	nameWeight      = 8    // the exact name
	nameAbsent      = -4   // another name is written
	postcodeWeight  = 4    // its postcode
	postcodeNear    = -1.5 // another postcode of its département
	postcodeFar     = -4   // another département's
	postcodeSpecial = 1    // a postcode of no commune (CEDEX) of its département
	cityCodeWeight  = 6    // its INSEE code
	cityCodeOther   = -3
	// A name that resembles less is no name of the place.
	leastName = 0.62
	// Communes tried beyond this are too many to tell apart.
	mostCommunes = 64
)

// candidate is a commune that the text may name.
type candidate struct {
	commune  uint32
	former   uint32  // rank + 1 of the former commune that is named, 0 without
	part     uint32  // rank + 1, among these, of the arrondissement that is named
	sim      float32 // of the name, 0–1; -1 when the text gives none
	cut      int     // tokens at the end of Open that name it
	postcode int8    // 1 its own, 0 none given or of no commune, -1 another's
	code     int8    // 1 its INSEE code, 0 none, -1 another's
	weight   float32
	found    float32 // likeness of the best street that bears the words as written
}

// townName is a commune's name that resembles the words asked.
type townName struct {
	commune, former uint32
	sim             float32
}

// townNameAt decodes the record of a commune's name.
func (b *base) townNameAt(i int) (commune, former uint32, words []byte, count int, key []byte) {
	r := reader{b.townNames.item(i)}
	commune, former = uint32(r.uvarint()), uint32(r.uvarint())
	if int(commune) >= len(b.communes) || int(former) > len(b.communes[commune].formers) {
		panic(overrun)
	}
	count = int(r.byte())
	words = r.b
	for range count {
		r.uvarint()
	}
	return commune, former, words, count, r.b
}

// townNamesOf appends the names whose key is exactly key.
func (b *base) townNamesOf(dst []townName, key []byte) []townName {
	i := sort.Search(b.townNames.n, func(i int) bool {
		_, _, _, _, k := b.townNameAt(i)
		return bytes.Compare(k, key) >= 0
	})
	for ; i < b.townNames.n; i++ {
		commune, former, _, _, k := b.townNameAt(i)
		if !bytes.Equal(k, key) {
			break
		}
		dst = append(dst, townName{commune, former, 1})
	}
	return dst
}

// startSim is the likeness of a word to one that it starts.
const startSim = 0.93

// townNamesStarting appends the names of the most populous communes whose key starts with key.
func (b *base) townNamesStarting(dst []townName, key []byte) []townName {
	if len(key) < 2 {
		return dst
	}
	i := sort.Search(b.townNames.n, func(i int) bool {
		_, _, _, _, k := b.townNameAt(i)
		return bytes.Compare(k, key) >= 0
	})
	first := len(dst)
	smaller := func(x, y townName) int {
		return b.communes[y.commune].population - b.communes[x.commune].population
	}
	for ; i < b.townNames.n; i++ {
		commune, former, _, _, k := b.townNameAt(i)
		if !bytes.HasPrefix(k, key) {
			break
		}
		sim := float32(startSim)
		if bytes.Equal(k, key) {
			sim = 1
		}
		dst = append(dst, townName{commune, former, sim})
		if len(dst)-first > 64 {
			slices.SortStableFunc(dst[first:], smaller)
			dst = dst[:first+8]
		}
	}
	slices.SortStableFunc(dst[first:], smaller)
	return dst[:min(len(dst), first+8)]
}

// cityWords reads the words of a town's name; a number at the end, left out, may
// be an arrondissement's ("PARIS 12", "LYON 3E ARRONDISSEMENT"): it goes to s.ward.
func (s *Searcher) cityWords(tokens []address.Token) []address.Word {
	s.ward = 0
	all := address.PlaceWords(s.townBuf[:0], tokens)
	s.townBuf = all
	plain := all[:0]
	for _, w := range all {
		if w.Kind == address.Plain {
			plain = append(plain, w)
		}
	}
	for len(plain) > 1 {
		last := plain[len(plain)-1].Text
		digits := last[0] >= '0' && last[0] <= '9'
		if !digits && !wardWords[last] {
			break
		}
		if digits && len(last) <= 2 {
			s.ward, _ = strconv.Atoi(last)
		}
		plain = plain[:len(plain)-1]
	}
	return plain
}

// wardWords are how people write "arrondissement".
var wardWords = map[string]bool{"arrondissement": true, "arrondissements": true, "arrdt": true, "arrt": true, "ardt": true, "arr": true}

func (s *Searcher) key(ws []address.Word) []byte {
	k := s.keyBuf[:0]
	for i, w := range ws {
		if i > 0 {
			k = append(k, ' ')
		}
		k = append(k, w.Text...)
	}
	s.keyBuf = k
	return k
}

// townNamesLike appends the names that resemble the words, typos and missing
// words forgiven.
func (s *Searcher) townNamesLike(b *base, dst []townName, ws []address.Word) []townName {
	if len(ws) == 0 || len(ws) > 8 {
		return dst
	}
	seen := s.townTallies
	clear(seen)
	var total float32
	for i, w := range ws {
		exact := b.lookup(w.Text)
		vs := s.variantBuf[:0]
		if exact != noWord {
			vs = append(vs, variant{exact, 1, noWord})
		}
		vs = append(vs, s.similar(b, w.Text, exact)...)
		s.variantBuf = vs
		top := float32(0.9)
		if exact != noWord {
			top = townWeight(b.weight(exact))
		}
		total += top
		for _, v := range vs {
			gain := townWeight(b.weight(v.word)) * v.sim
			b.visitTownNames(v.word, func(p uint32) {
				t := seen[p]
				if t.word == i+1 {
					if gain > t.last {
						t.m += gain - t.last
						t.last = gain
						seen[p] = t
					}
					return
				}
				seen[p] = townTally{word: i + 1, m: t.m + gain, last: gain}
			})
		}
	}
	for p, t := range seen {
		if t.m < 0.45*total {
			continue
		}
		commune, former, words, count, _ := b.townNameAt(int(p))
		r := reader{words}
		var own, lead float32
		for k := range count {
			w := townWeight(b.weight(b.nextWord(&r)))
			own += w
			if k < len(ws) {
				lead += w
			}
		}
		sim := t.m / (t.m + max(0, total-t.m) + 0.45*max(0, own-t.m))
		if count > len(ws) && t.m > 0.999*lead && t.m > 0.999*total { // "Téteghem" for Téteghem-Coudekerque-Village
			sim = max(sim, 0.8)
		}
		if sim >= leastName {
			dst = append(dst, townName{commune, former, sim})
		}
	}
	slices.SortFunc(dst, func(x, y townName) int {
		switch {
		case x.sim != y.sim:
			return int(math.Copysign(1, float64(y.sim-x.sim)))
		case x.commune != y.commune:
			return int(x.commune) - int(y.commune)
		}
		return int(x.former) - int(y.former)
	})
	return dst[:min(len(dst), 24)]
}

type townTally struct {
	word    int
	m, last float32
}

// townWeight lifts the weight of words that are common in streets' names: the
// name of a big town is borne by a street of every other.
func townWeight(w float32) float32 { return max(w, 0.2) }

// communesOf lists the communes that the text may name, the likeliest first.
func (s *Searcher) communesOf(b *base, p *address.Parsed) []candidate {
	cs := s.candidates[:0]
	pc := postcodeNumber(p.Postcode)
	inPostcode := b.withPostcode(pc)
	cityCode := codeRef{}
	hasCode := false
	if p.CityCode != "" {
		cityCode, hasCode = b.byCode[p.CityCode]
		if !hasCode && pc == 0 { // a postcode in the INSEE column
			pc = postcodeNumber(p.CityCode)
			inPostcode = b.withPostcode(pc)
		}
	}
	add := func(commune, former uint32, sim float32, cut int) {
		part := uint32(0)
		if m := &b.communes[commune]; former > 0 && m.district(former-1) {
			former, part = 0, former
		} else if m.districts != nil && s.ward > 0 && sim >= 0 {
			part = b.byCode[geo.ArrondissementNumbered(m.code, s.ward)].former
		}
		for i := range cs {
			c := &cs[i]
			if c.commune == commune && c.cut == cut {
				if sim > c.sim {
					c.sim, c.former = sim, former
				}
				c.part = max(c.part, part)
				return
			}
		}
		cs = append(cs, candidate{commune: commune, former: former, part: part, sim: sim, cut: cut})
	}
	s.townsLeft = false
	named := len(p.City) > 0
	names := s.townNames[:0]
	if named {
		ws := s.cityWords(p.City)
		names = b.townNamesOf(names, s.key(ws))
		if len(names) == 0 || !s.anyInPostcode(b, names, pc, inPostcode) {
			names = s.townNamesLike(b, names, ws)
		}
		for _, q := range names {
			add(q.commune, q.former, q.sim, 0)
		}
	} else if p.CityOpen && len(p.Open) > 0 {
		found := false
		for k := 1; s.auto && k <= min(4, len(p.Open)); k++ { // the town is being typed
			tail := p.Open[len(p.Open)-k:]
			ws := s.cityWords(tail)
			if len(ws) == 0 || tail[0].Digits || ws[0].Tok > 1 {
				continue
			}
			names = b.townNamesStarting(names[:0], s.key(ws))
			for _, q := range names {
				add(q.commune, q.former, q.sim, k)
				found = found || k > 1 || len(tail[0].Text) > 3
			}
		}
		for k := 1; k <= min(7, len(p.Open)); k++ {
			tail := p.Open[len(p.Open)-k:]
			if tail[0].Digits {
				continue
			}
			ws := s.cityWords(tail)
			if len(ws) == 0 || ws[0].Tok > 1 || k > 1 && len(ws) == 1 && ws[0].Tok > 0 {
				continue // an article is no start of the split
			}
			names = b.townNamesOf(names[:0], s.key(ws))
			for _, q := range names {
				add(q.commune, q.former, q.sim, k)
				found = true
			}
		}
		s.townsLeft = found && pc == 0 && !s.allTowns
		if !found || pc == 0 && s.allTowns {
			for k := 1; k <= min(5, len(p.Open)-1); k++ {
				tail := p.Open[len(p.Open)-k:]
				ws := s.cityWords(tail)
				if len(ws) == 0 || tail[0].Digits || ws[0].Tok > 1 {
					continue
				}
				if found && k > 2 {
					break
				}
				names = s.townNamesLike(b, names[:0], ws)
				for _, q := range names {
					if q.sim >= 0.75 {
						add(q.commune, q.former, q.sim, k)
					}
				}
			}
		}
	}
	s.townNames = names
	if hasCode {
		sim := float32(-1)
		if named {
			sim = s.simTo(cs, cityCode.commune)
		}
		add(cityCode.commune, cityCode.former, sim, 0)
		district := cityCode.former > 0 && b.communes[cityCode.commune].district(cityCode.former-1)
		for i := range cs {
			switch c := &cs[i]; {
			case c.commune != cityCode.commune:
			case district:
				c.part = cityCode.former
			case c.former == 0:
				c.former = cityCode.former
			}
		}
	}
	for _, r := range inPostcode {
		add(r.commune, 0, -1, 0)
	}
	asCode, isCode := b.byCode[p.Postcode] // an INSEE code in the postcode column
	if isCode && !hasCode {
		add(asCode.commune, asCode.former, -1, 0)
	}
	for i := range cs {
		c := &cs[i]
		cm := &b.communes[c.commune]
		switch {
		case c.sim >= 0:
			c.weight = nameWeight * c.sim * c.sim
		case named:
			c.weight = nameAbsent
		}
		own := slices.ContainsFunc(inPostcode, func(r postcodeRef) bool { return r.commune == c.commune })
		sameDep := len(p.Postcode) == 5 && inDepartement(p.Postcode, cm.dep)
		switch {
		case pc == 0:
		case own:
			c.postcode = 1
			c.weight += postcodeWeight
		case isCode && asCode.commune == c.commune && (c.sim > 0.9 || len(inPostcode) == 0):
			c.postcode = 1
			c.weight += postcodeWeight - 1
		case len(inPostcode) == 0 && sameDep:
			c.weight += postcodeSpecial
		case sameDep:
			c.postcode = -1
			c.weight += postcodeNear
		default:
			c.postcode = -1
			c.weight += postcodeFar
		}
		if hasCode {
			if cityCode.commune == c.commune {
				c.code = 1
				c.weight += cityCodeWeight
			} else {
				c.code = -1
				c.weight += cityCodeOther
			}
		}
	}
	slices.SortStableFunc(cs, func(x, y candidate) int {
		switch {
		case x.weight > y.weight:
			return -1
		case x.weight < y.weight:
			return 1
		}
		px, py := b.communes[x.commune].population, b.communes[y.commune].population
		if px != py {
			return py - px
		}
		return int(x.commune) - int(y.commune)
	})
	s.candidates = cs[:min(len(cs), mostCommunes)]
	return s.candidates
}

// anyInPostcode reports whether an exact name needs no look at resembling ones:
// one of its communes has the postcode, or none is given.
func (s *Searcher) anyInPostcode(b *base, names []townName, pc uint32, in []postcodeRef) bool {
	if pc == 0 || len(in) == 0 {
		return true
	}
	for _, p := range names {
		if slices.ContainsFunc(in, func(r postcodeRef) bool { return r.commune == p.commune }) {
			return true
		}
	}
	return false
}

func (s *Searcher) simTo(cs []candidate, commune uint32) float32 {
	sim := float32(-1)
	for _, c := range cs {
		if c.commune == commune {
			sim = max(sim, c.sim)
		}
	}
	return sim
}

// inDepartement reports whether a postcode is of a département. Corsica's are 20.
func inDepartement(postcode, dep string) bool {
	if dep == "2A" || dep == "2B" {
		return postcode[:2] == "20"
	}
	return len(dep) >= 2 && len(dep) <= 5 && postcode[:len(dep)] == dep
}
