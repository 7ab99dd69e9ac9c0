package geocode

import (
	"slices"

	"perimetre/geo/geocode/alike"
)

// streetsIn finds the streets of the candidate communes that the words may mean and
// offers them to the ranking: first those that bear them as written, in all of the
// communes; then, unless one of these is surely meant, those with typos.
func (s *Searcher) streetsIn(b *base, rank int, cs []candidate, cut func(c *candidate) int) {
	for i := range cs {
		c := &cs[i]
		c.found = 0
		if c.weight+streetWeight+2 < s.floor() {
			break
		}
		if n := s.askedBefore(cut(c)); n > 0 {
			s.tally(b, c.commune, n, 0)
			c.found = s.evaluate(b, rank, *c, n, 0)
		}
	}
	for i := range cs {
		if s.townsLeft {
			break // first the other towns
		}
		c := &cs[i]
		if len(s.hits) > 0 && s.hits[0].sim >= sureSim && s.hits[0].total > c.weight+streetWeight*likeliestTypo || c.weight+streetWeight+2 < s.floor() {
			break
		}
		if n := s.askedBefore(cut(c)); n > 0 && c.found < enoughSim && c.weight+streetWeight >= s.floor() {
			s.withTypos(b, rank, c, n)
		}
	}
}

// sureSim is the likeness of a street's name above which no other with typos can be
// meant as well; likeliestTypo is the likeness of the best of those.
const sureSim, likeliestTypo = 0.97, 0.95

// otherPartSim bounds the likeness of a street found with typos in another part of its
// commune than the text names, when it is asked whether to look further.
const otherPartSim = 0.55

// typoSim is the likeness of a street found with typos that needs no look at more.
const typoSim = 0.75

// askedBefore counts the words asked before the token of a town.
func (s *Searcher) askedBefore(cut int) int {
	n := len(s.asked)
	for n > 0 && s.asked[n-1].tok >= cut {
		n--
	}
	return n
}

// withTypos looks for more and more typos in a commune, until a street is found.
func (s *Searcher) withTypos(b *base, rank int, c *candidate, n int) {
	best := c.found
	for level := 1; level <= 3; level++ {
		if level >= 2 && (c.weight < s.bestWeight-4 || len(s.candidates) > 12 && c.sim < 0.9) {
			break
		}
		if level == 3 {
			if best >= 0.6 || c.weight < s.bestWeight-1 || n > len(s.patterns) {
				break
			}
			s.scan(b, c, n)
		} else {
			s.tally(b, c.commune, n, level)
		}
		best = max(best, s.evaluate(b, rank, *c, n, level))
		if best >= typoSim {
			break
		}
		if c.weight+streetWeight < s.floor() {
			break
		}
	}
}

// tally counts, for each street of the commune, the weight of the asked words
// that it bears, at best.
func (s *Searcher) tally(b *base, commune uint32, n, level int) {
	s.stamp++
	s.touched = s.touched[:0]
	for i := range s.asked[:n] {
		if level > 0 {
			s.widen(b, i, level)
		}
		a := &s.asked[i]
		for _, v := range a.variants {
			gain := b.weight(v.word) * v.sim
			b.streetsOf(v.word).in(commune, func(local uint32) {
				t := &s.tallies[local]
				if t.stamp != s.stamp {
					*t = streetTally{stamp: s.stamp, word: int32(i), last: gain, m: gain}
					s.touched = append(s.touched, local)
					return
				}
				if t.word == int32(i) {
					if gain > t.last {
						t.m += gain - t.last
						t.last = gain
					}
					return
				}
				t.word, t.last = int32(i), gain
				t.m += gain
			})
		}
	}
}

// scan tallies every street of a commune, or of the part of it that the text names,
// whose words resemble those asked, with more typos than the table of typos reaches:
// the last resort.
func (s *Searcher) scan(b *base, cand *candidate, n int) {
	s.stamp++
	s.touched = s.touched[:0]
	c := &b.communes[cand.commune]
	for i := range s.asked[:n] {
		s.patterns[i].Prepare(s.asked[i].text)
	}
	for local := range c.streets {
		record := b.street(c.first + local)
		if s.otherPart(c, cand, &record) {
			continue
		}
		name := reader{b.names.item(int(record.name))}
		name.byte()
		m := float32(0)
		for range name.byte() {
			w := b.nextWord(&name)
			for i := range s.asked[:n] {
				if p := &s.patterns[i]; alike.MayBeFar(b.letters[w], p.Letters()) {
					m += p.Far(b.word(w)) * b.weight(w)
				}
			}
		}
		if m > 0.25 {
			s.tallies[local] = streetTally{stamp: s.stamp, m: m}
			s.touched = append(s.touched, local)
		}
	}
}

type streetTally struct {
	stamp uint32
	word  int32
	m     float32
	last  float32
}

// looked bounds the streets of a commune that are compared in full.
const looked = 16

// evaluate compares the streets of the highest tally in full and gives the best
// likeness among them.
func (s *Searcher) evaluate(b *base, rank int, c candidate, n, level int) float32 {
	if cm := &b.communes[c.commune]; s.onlyParts || s.only.Postcode != "" && len(cm.postcodes) > 1 {
		s.touched = slices.DeleteFunc(s.touched, func(l uint32) bool {
			record := b.street(cm.first + l)
			return !s.passes(b, c.commune, &record)
		})
	}
	top := float32(0)
	for _, l := range s.touched {
		top = max(top, s.tallies[l].m)
	}
	if top == 0 {
		return 0
	}
	picked := s.picked[:0]
	for _, l := range s.touched {
		m := s.tallies[l].m
		if m < 0.55*top {
			continue
		}
		if len(picked) < looked {
			picked = append(picked, l)
			continue
		}
		// Keep the highest: replace the lowest.
		low := 0
		for k := range picked {
			if s.tallies[picked[k]].m < s.tallies[picked[low]].m || s.tallies[picked[k]].m == s.tallies[picked[low]].m && s.nearer(b, c.commune, picked[low], picked[k]) {
				low = k
			}
		}
		if s.tallies[picked[low]].m < m || s.tallies[picked[low]].m == m && s.nearer(b, c.commune, l, picked[low]) {
			picked[low] = l
		}
	}
	s.picked = picked
	best := float32(0)
	first := b.communes[c.commune].first
	for _, l := range picked {
		h := hit{cand: c, street: first + l, rank: rank}
		h.record = b.street(h.street)
		s.compare(b, &h, n, level)
		if h.sim < leastSim {
			continue
		}
		h.total = c.weight + streetWeight*h.sim + h.beside
		s.comparePart(&b.communes[c.commune], &h)
		if h.otherPart && h.sim < sureSim {
			best = max(best, min(h.sim, otherPartSim)) // one of the part named may fit too
		} else {
			best = max(best, h.sim)
		}
		s.offer(h)
	}
	return best
}

// comparePart weighs the part of its commune that the text names (a postcode of
// several, an arrondissement, a former commune) against the street's own. Being in
// it earns nothing: a commune of several postcodes is no likelier than another.
func (s *Searcher) comparePart(c *commune, h *hit) {
	h.otherPart = s.otherPart(c, &h.cand, &h.record)
	if otherDistrict(&h.cand, &h.record) {
		if h.cand.code > 0 { // the INSEE code says so
			h.cand.code = -1
		}
		h.total -= 0.5
	}
	if h.otherPart {
		h.total--
		if h.worst < 1 { // two faults, in the name and in the part
			h.total -= 1.5
		}
	}
	if h.cand.former > 0 && h.record.former != noRank && uint32(h.record.former)+1 != h.cand.former {
		h.total -= 3
	}
}

// otherPart reports whether the text names a postcode, or an arrondissement, of a
// commune that is not the street's.
func (s *Searcher) otherPart(c *commune, cand *candidate, r *streetRecord) bool {
	return otherDistrict(cand, r) ||
		cand.postcode > 0 && len(c.postcodes) > 1 && int(r.postcode) < len(c.postcodes) && c.postcodes[r.postcode] != s.postcode
}

// otherDistrict reports whether the text names an arrondissement that is not the
// street's.
func otherDistrict(cand *candidate, r *streetRecord) bool {
	return cand.part > 0 && r.former != noRank && uint32(r.former)+1 != cand.part
}

// nearer tells, of two streets that bear the same words asked, whether the first
// is nearer: by the type asked, then by having fewer other words.
func (s *Searcher) nearer(b *base, commune, x, y uint32) bool {
	first := b.communes[commune].first
	cost := func(l uint32) int {
		name := reader{b.names.item(int(b.street(first + l).name))}
		typ, n := int(name.byte()), int(name.byte())
		if typ >= len(b.types) {
			panic(overrun)
		}
		if s.typ != b.types[typ] {
			n += maxWords
		}
		return n
	}
	return cost(x) < cost(y)
}
