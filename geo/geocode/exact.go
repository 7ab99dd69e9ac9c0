package geocode

import (
	"slices"

	"perimetre/geo/address"
)

// bears reports whether a word is one of a hit's street.
func (s *Searcher) bears(h *hit, word string) bool {
	b := s.ix.bases[h.rank]
	w := b.lookup(word)
	name := b.nameWords(h.record.name)
	return w != noWord && slices.Contains(name.ranks[:name.n], w)
}

// wholly reports whether a hit bears every word asked, as written, and the
// number: worth more than its commune, however unsure.
func wholly(h *hit) bool {
	return h.left == 0 && h.worst == 1 && h.typeFit == 1 && h.level == numberExact && (h.missing > 0 || h.cand.postcode > 0)
}

// preferExact puts, in each commune, the streets that bear the words asked as
// written before those that bear words near them, numbers as well found: "rue
// Brun" is not the Maréchal Brune. Of names equal but for their articles, the one
// written comes first.
func (s *Searcher) preferExact(p *address.Parsed) {
	for i := range s.hits {
		e := &s.hits[i]
		if e.left > 0 || e.worst < 1 || e.typeFit < 0 {
			continue
		}
		for k := range s.hits {
			h := &s.hits[k]
			if k == i || h.rank != e.rank || h.cand.commune != e.cand.commune {
				continue
			}
			switch {
			case h.level > e.level:
				if s.wholeAsked(e) && h.person > 0 && h.cand.cut == e.cand.cut { // "14 Rue Lefebvre" is not the André's
					h.total = min(h.total, e.total-equalGap)
				}
			case h.worst < 1 && e.typeFit >= h.typeFit:
				h.total = min(h.total, e.total-2*equalGap)
			case h.nameSim == e.nameSim && h.typeFit == e.typeFit && h.level == e.level && s.asWritten(e, p) && !s.asWritten(h, p):
				h.total = min(h.total, e.total-2*equalGap)
			}
		}
	}
}

// wholeAsked reports whether a hit bears the words asked and no others, in the part of
// the commune that the text names, and has numbers.
func (s *Searcher) wholeAsked(h *hit) bool {
	return h.left+h.personLeft+h.missing+h.person+h.end+h.tail == 0 && h.typeFit == 1 && !h.otherPart && h.level == numberAbsent
}

// asWritten reports whether a hit's name is the text asked to the letter, its
// articles included and its type left out.
func (s *Searcher) asWritten(h *hit, p *address.Parsed) bool {
	s.foldBuf = address.Fold(s.foldBuf[:0], s.ix.bases[h.rank].display(h.record.name))
	name, asked := s.foldBuf, p.Street
	if len(name) == 0 || len(asked) < len(name) {
		return false
	}
	for i := range name[1:] {
		if name[1+i].Text != asked[1+i].Text {
			return false
		}
	}
	return true
}
