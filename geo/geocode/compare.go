package geocode

import (
	"perimetre/geo"
	"perimetre/geo/address"
	"slices"
)

// hit is a street that may be meant.
type hit struct {
	cand     candidate
	street   uint32 // rank in the base
	record   streetRecord
	total    float32 // evidence of the commune and of the street, log-odds
	sim      float32 // of the street's name, type included, 0–1
	nameSim  float32 // of the words alone
	matched  float32 // weight of the words explained
	left     float32 // weight of the words asked that are not explained
	missing  float32 // weight of the street's words that are not asked
	beside   float32 // weight of the street's words that a complement holds
	tail     float32 // weight of the words behind the whole name, taken for a complement
	withTail likes   // the likeness with those words as unexplained ones
	worst    float32 // the least sure of the words matched, 1 without a doubt
	factor   float32 // of the likeness, for the type and the order
	typeFit  int8    // 1 same type, 0 none asked or none in the base, -1 another
	swapped  bool
	// otherPart: the text gives another postcode, or another arrondissement, of the
	// street's own commune.
	otherPart bool
	level     numberLevel
	lon, lat  int32
	position  geo.PositionType
	number    int32
	suffix    uint16
	ordinal   int // of the number in its block
	rank      int // base, from 0
}

// likes is the likeness of a name: of its words, and of all.
type likes struct{ nameSim, sim float32 }

// Weights of the ranking.
const (
	streetWeight = 14.0
	otherType    = 0.86 // another type was asked: rue for avenue
	noType       = 0.97 // no type was asked
	bareType     = 0.95 // the base has none
	estateWeight = 0.5  // an estate was asked and the base has a road of that name, or the reverse
	tailShare    = 0.08 // a word behind a whole name, taken for a complement
	missingShare = 0.55 // a word left out by the writer counts this much of one too many
	// A word left out before the last one, which was written, is a first name or a title.
	firstNameShare = 0.5
	enoughSim      = 0.93 // above, typos are not looked for
	leastSim       = 0.40 // below, a street is no answer
)

// nameWords is a street's name as compared: its words, and which of them an
// asked word has taken.
type nameWords struct {
	typ   string
	ranks [maxWords]uint32
	taken [maxWords]bool
	n     int
}

func (b *base) nameWords(name uint32) (w nameWords) {
	r := reader{b.names.item(int(name))}
	typ := r.byte()
	w.n = int(r.byte())
	if w.n > maxWords || int(typ) >= len(b.types) {
		panic(overrun)
	}
	w.typ = b.types[typ]
	for j := range w.n {
		w.ranks[j] = uint32(r.uvarint())
		if int(w.ranks[j]) >= len(b.weights) {
			panic(overrun)
		}
	}
	return w
}

// compare fills the likeness of a street's name to the words asked.
func (s *Searcher) compare(b *base, h *hit, n, level int) {
	name := b.nameWords(h.record.name)
	h.worst = 1
	last, lastAsked := -1, -1
	var lost float32   // by typos
	var before float32 // unexplained, before the last word explained
	joined := -1       // the asked word that the one before took with it
	for i := range s.asked[:n] {
		if i == joined {
			continue
		}
		a := &s.asked[i]
		if level > 0 && i+1 < n && s.asked[i+1].tok == a.tok+1 && takeJoined(b, a.raw+s.asked[i+1].raw, &name, h) {
			joined, lastAsked, before = i+1, i+1, h.left // two words asked for one
			continue
		}
		j, sim := bestWord(b, a, &name, h, level)
		if j < 0 {
			h.left += s.unexplained(b, a, h.cand.commune)
			continue
		}
		w := b.weight(name.ranks[j])
		name.taken[j] = true
		h.matched += w * sim
		lost += w * (1 - sim)
		h.worst = min(h.worst, sim)
		h.swapped = h.swapped || j < last
		last, lastAsked, before = j, i, h.left
	}
	lastTaken := name.n > 0 && name.taken[name.n-1] && last == name.n-1
	for j := range name.n {
		switch w := b.weight(name.ranks[j]); {
		case name.taken[j]:
		case slices.Contains(s.extra, name.ranks[j]):
			h.beside += w
		case j < name.n-1 && lastTaken: // "rue Mozart" for "rue Wolfgang Mozart"
			h.missing += firstNameShare * w
		default:
			h.missing += w
		}
	}
	if h.matched <= 0 {
		return
	}
	elsewhere := s.townNamed && h.cand.cut == 0 && h.cand.sim < 0
	if tail := h.left - before; tail > 0 && !elsewhere && before == 0 && h.missing == 0 && h.worst == 1 && !h.swapped && s.typ == name.typ && s.typ != "" &&
		s.behindName(b, name.ranks[name.n-1], lastAsked+1) {
		h.tail = tail
	}
	if address.Housing(s.typ) && address.Road(name.typ) || address.Road(s.typ) && address.Housing(name.typ) {
		h.left += estateWeight
	}
	if s.townBehind && h.cand.cut == 0 && h.cand.sim < 0 {
		h.left++ // the name of another town
	}
	h.withTail.nameSim = h.matched / (h.matched + lost + h.left + missingShare*h.missing)
	h.left -= (1 - tailShare) * h.tail
	h.nameSim = h.matched / (h.matched + lost + h.left + missingShare*h.missing)
	s.compareType(h, name.typ)
	h.sim, h.withTail.sim = h.nameSim*h.factor, h.withTail.nameSim*h.factor
}

// bestWord is the untaken word of a name that an asked word fits best, -1 without.
func bestWord(b *base, a *asked, name *nameWords, h *hit, level int) (int, float32) {
	best, sim := -1, float32(0)
	for _, v := range a.variants {
		for j := range name.n {
			if !name.taken[j] && name.ranks[j] == v.word && v.sim > sim {
				best, sim = j, v.sim
			}
		}
	}
	if sim == 1 || level == 0 {
		return best, sim
	}
	for j := range name.n {
		if name.taken[j] {
			continue
		}
		t := b.word(name.ranks[j])
		like := float32(0)
		switch {
		case len(a.text) == 1 && a.text[0] > '9' && t[0] == a.text[0], len(t) == 1 && t[0] > '9' && t[0] == a.text[0]:
			like = 0.7 // an initial
		case len(a.text) >= 4 && len(t) > len(a.text)+1 && t[:len(a.text)] == a.text:
			like = 0.72 // cut short
		case j+1 < name.n && !name.taken[j+1] && len(a.text) >= 5 && a.text == t+b.word(name.ranks[j+1]):
			name.taken[j+1] = true // one word asked for two
			h.matched += b.weight(name.ranks[j+1])
			like = 0.97
		case best < 0 && level == 3:
			like = farLikeness(a.text, t)
		case best < 0:
			like = likeness(a.text, t)
		}
		if like > sim {
			best, sim = j, like
		}
	}
	return best, sim
}

// takeJoined takes the word of a name that two asked words make together.
func takeJoined(b *base, text string, name *nameWords, h *hit) bool {
	for j := range name.n {
		if !name.taken[j] && b.word(name.ranks[j]) == text {
			name.taken[j] = true
			h.matched += b.weight(name.ranks[j])
			return true
		}
	}
	return false
}

// unexplained is what an asked word that is in no name weighs.
func (s *Searcher) unexplained(b *base, a *asked, commune uint32) float32 {
	switch {
	case a.filler:
		return 0.2 * a.weight
	case s.inTown(a.text, b, commune):
		return 0.25 * a.weight
	}
	return a.weight
}

// compareType weighs the type asked against the name's.
func (s *Searcher) compareType(h *hit, typ string) {
	h.factor = 1
	switch {
	case s.typ == typ:
		h.typeFit = 1
	case s.typ == "":
		h.factor = noType
	case typ == "":
		h.factor = bareType
	case likeness(s.typ, typ) > 0.7:
		h.typeFit = 1
		h.factor = noType
	default:
		h.typeFit = -1
		h.factor = otherType
	}
	if h.swapped {
		h.factor *= 0.97
	}
}

// inTown tells whether a word is one of the commune's name: people repeat it.
func (s *Searcher) inTown(w string, b *base, commune uint32) bool {
	if len(w) < 3 {
		return false
	}
	for _, t := range address.Fold(s.foldBuf[:0], b.communes[commune].name) {
		if t.Text == w {
			return true
		}
	}
	return false
}
