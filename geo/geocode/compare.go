package geocode

import (
	"perimetre/geo"
	"perimetre/geo/address"
	"perimetre/geo/geocode/alike"
)

// hit is a street that may be meant.
type hit struct {
	cand       candidate
	street     uint32 // rank in the base
	record     streetRecord
	total      float32 // evidence of the commune and of the street, log-odds
	sim        float32 // of the street's name, type included, 0–1
	nameSim    float32 // of the words alone
	asked      int     // words asked that were compared
	matched    float32 // weight of the words explained
	left       float32 // weight of the words asked that are not explained
	missing    float32 // weight of the street's words that are not asked
	person     float32 // weight of the given names, titles and years of the name that are not asked
	personLeft float32 // and of those asked that the name has not
	end        float32 // weight of the end of a long name that is not asked
	tail       float32 // weight of the words behind the whole name, taken for a complement
	withTail   likes   // the likeness with those words as unexplained ones
	factor     float32 // of the likeness, for the type and the order
	known      float32 // what the typos lose on words that the base holds as they were asked
	initials   int8    // initials matched
	qualified  bool    // one side has a word that makes another street: "vieux", "faubourg"
	beside     float32 // weight of the street's words that a complement holds
	worst      float32 // the least sure of the words matched, 1 without a doubt
	typeFit    int8    // 1 same type, 0 none asked or none in the base, -1 another
	noType     bool    // the name has a type, and none was asked
	swapped    bool
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
	streetWeight  = 14.0
	otherType     = 0.86 // another type was asked: rue for avenue
	noType        = 0.97 // no type was asked
	bareType      = 0.95 // the base has none
	estateWeight  = 0.5  // an estate was asked and the base has a road of that name, or the reverse
	missingShare  = 0.55 // a word left out by the writer counts this much of one too many
	personShare   = 0.10 // a given name, a title or a year written or left out
	endShare      = 0.30 // the end of a long name left out
	tailShare     = 0.08 // a word behind a whole name, taken for a complement
	initialSim    = 0.7  // of an initial to the word that it starts, whose weight is initialWeight
	initialWeight = 0.5
	enoughSim     = 0.93 // above, typos are not looked for
	leastSim      = 0.40 // below, a street is no answer
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
		w.ranks[j] = b.nextWord(&r)
	}
	return w
}

// compare fills the likeness of a street's name to the words asked.
func (s *Searcher) compare(b *base, h *hit, n, level int) {
	name := b.nameWords(h.record.name)
	h.worst, h.asked = 1, n
	last := -1
	var lost float32 // by typos
	var m matching
	for i := range s.asked[:n] {
		if m.of[i] != unmatched {
			continue // joined to the one before
		}
		a := &s.asked[i]
		if level > 0 && i+1 < n && s.asked[i+1].tok == a.tok+1 {
			if k := joinedWord(b, a.raw+s.asked[i+1].raw, &name); k >= 0 { // two words asked for one
				name.taken[k] = true
				h.matched += b.weight(name.ranks[k])
				m.of[i], m.of[i+1] = int8(k)+1, int8(k)+1
				continue
			}
		}
		j, sim, both := bestWord(b, a, &name, level)
		if j < 0 {
			continue
		}
		w := b.weight(name.ranks[j])
		if both { // one word asked for two
			name.taken[j+1] = true
			w += b.weight(name.ranks[j+1])
		}
		if sim == initialSim && (len(a.text) == 1 || name.initial(b, j)) {
			w = initialWeight
			h.initials++
		}
		name.taken[j] = true
		m.of[i] = int8(j) + 1
		h.matched += w * sim
		lost += w * (1 - sim)
		if a.exact != noWord && sim < 1 {
			h.known += w * (1 - sim)
		}
		h.worst = min(h.worst, sim)
		h.swapped = h.swapped || j < last
		last = j
	}
	typ := s.typ
	if s.typeIsName(b, h, &name, n) {
		typ = ""
	}
	lastAsked, behind := s.weighLeft(b, h, n, &m)
	s.weighMissing(b, h, &name, &m, n)
	if h.matched <= 0 {
		return
	}
	elsewhere := s.townNamed && h.cand.cut == 0 && h.cand.sim < 0
	if behind > 0 && !elsewhere && !h.qualified && h.left == behind && h.personLeft == 0 && h.missing+h.person+h.end == 0 && h.worst == 1 && !h.swapped && typ == name.typ && typ != "" &&
		s.behindName(b, name.ranks[name.n-1], lastAsked+1) {
		h.tail = behind
	}
	if address.Housing(typ) && address.Road(name.typ) || address.Road(typ) && address.Housing(name.typ) {
		h.left += estateWeight
	}
	if s.townBehind && h.cand.cut == 0 && h.cand.sim < 0 {
		h.left++ // the name of another town
	}
	forgiven := missingShare*h.missing + personShare*(h.person+h.personLeft) + endShare*h.end
	h.withTail.nameSim = h.matched / (h.matched + lost + h.left + forgiven)
	h.left -= (1 - tailShare) * h.tail
	h.nameSim = h.matched / (h.matched + lost + h.left + forgiven)
	h.compareType(typ, name.typ)
	h.sim, h.withTail.sim = h.nameSim*h.factor, h.withTail.nameSim*h.factor
}

// bestWord returns the untaken word of a name that an asked word fits best, its
// likeness, and whether the asked word is that one and the next together; -1 if none
// fits.
func bestWord(b *base, a *asked, name *nameWords, level int) (best int, sim float32, both bool) {
	best = -1
	for _, v := range a.variants {
		for j := range name.n {
			if name.taken[j] || name.ranks[j] != v.word || v.sim <= sim {
				continue
			}
			if v.with == joined || v.with != noWord && !name.next(j, v.with) {
				continue // of two words asked, or half of one
			}
			best, sim, both = j, v.sim, v.with != noWord
		}
	}
	if sim == 1 || level == 0 {
		return best, sim, both
	}
	for j := range name.n {
		if name.taken[j] {
			continue
		}
		t := b.word(name.ranks[j])
		like, two := float32(0), false
		switch {
		case len(a.text) == 1 && a.text[0] > '9' && t[0] == a.text[0], len(t) == 1 && t[0] > '9' && t[0] == a.text[0]:
			like = initialSim
		case len(a.text) >= 4 && len(t) > len(a.text)+1 && t[:len(a.text)] == a.text:
			like = 0.72 // cut short
		case j+1 < name.n && !name.taken[j+1] && len(a.text) >= 5 && a.text == t+b.word(name.ranks[j+1]):
			like, two = 0.97, true
		case best < 0 && level == 3:
			like = alike.Far(a.text, t)
		case best < 0:
			like = alike.Words(a.text, t)
		}
		if like > sim {
			best, sim, both = j, like, two
		}
	}
	return best, sim, both
}

// next reports whether the word after the jth is the one of a rank, untaken.
func (w *nameWords) next(j int, rank uint32) bool {
	return j+1 < w.n && !w.taken[j+1] && w.ranks[j+1] == rank
}

// initial reports whether the jth word is an initial.
func (w *nameWords) initial(b *base, j int) bool {
	t := b.word(w.ranks[j])
	return len(t) == 1 && t[0] > '9'
}

// joinedWord returns the untaken word of a name that two asked words make together,
// or -1.
func joinedWord(b *base, text string, name *nameWords) int {
	for j := range name.n {
		if !name.taken[j] && b.word(name.ranks[j]) == text {
			return j
		}
	}
	return -1
}

// unexplained returns what an asked word that is in no name weighs.
func (s *Searcher) unexplained(b *base, a *asked, commune uint32) float32 {
	switch {
	case a.filler:
		return 0.2 * a.weight
	case s.inTown(a.text, b, commune):
		return 0.25 * a.weight
	}
	return a.weight
}

// typeIsName reports whether the type asked is a word of a name of another type, and
// takes it: "Clos Lefèvre" asks for "Rue du Clos Lefèvre" without its type. A road's
// type is never a part of another's name, "Chemin Neuf" is not "Impasse du Chemin
// Neuf", but of a rue's that the text writes to the letter: "Chemin de Fer".
func (s *Searcher) typeIsName(b *base, h *hit, name *nameWords, n int) bool {
	if s.typ == "" || s.typ == name.typ {
		return false
	}
	if address.Road(s.typ) {
		bare := n == 1 && s.asked[0].kind == address.Type
		if !bare && name.typ != "rue" || !s.endsName(b, h, name, n) {
			return false
		}
	}
	for j := range name.n {
		if b.word(name.ranks[j]) == s.typ {
			if !name.taken[j] {
				name.taken[j] = true
				h.matched += b.weight(name.ranks[j])
			}
			return true
		}
	}
	return false
}

// endsName reports whether the text of the first n words asked is the end of a name to
// the letter, all but its type.
func (s *Searcher) endsName(b *base, h *hit, name *nameWords, n int) bool {
	if !name.taken[name.n-1] || h.worst < 1 {
		return false
	}
	asked := s.street[:s.asked[n-1].tok+1]
	s.foldBuf = address.Fold(s.foldBuf[:0], b.display(h.record.name))
	end := s.foldBuf[max(0, len(s.foldBuf)-len(asked)):]
	if len(end) == len(s.foldBuf) || len(end) < len(asked) {
		return false
	}
	for i := range asked {
		if asked[i].Text != end[i].Text && (i > 0 || address.StreetType(end[0].Text) != s.typ) {
			return false
		}
	}
	return true
}

// compareType weighs the type asked against the name's.
func (h *hit) compareType(asked, typ string) {
	h.factor = 1
	switch {
	case asked == typ:
		h.typeFit = 1
	case asked == "":
		h.noType = true
		h.factor = noType
	case typ == "":
		h.factor = bareType
	case alike.Words(asked, typ) > 0.7:
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

// inTown reports whether a word is one of the commune's name: people repeat it.
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
