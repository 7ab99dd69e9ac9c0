package geocode

import (
	"slices"
	"sort"
	"strings"

	"perimetre/geo"
	"perimetre/geo/address"
)

// asked is a word of the street as typed, with the words of the base that it may
// stand for; lists are filled when a search needs them.
type asked struct {
	text   string
	kind   address.WordKind
	tok    int    // index of its token, to cut the town off
	exact  uint32 // its rank in the base, noWord without one
	weight float32
	filler bool // a word of complements or of the town: hardly counts when unexplained

	variants []variant // the exact word first, then the similar ones
	level    int       // 0: exact only, 1: similar added, 2: far ones added
}

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
	worst    float32 // the least sure of the words matched, 1 without a doubt
	typeFit  int8    // 1 same type, 0 none asked or none in the base, -1 another
	swapped  bool
	level    numberLevel
	lon, lat int32
	position geo.PositionType
	number   int32
	suffix   uint16
	ordinal  int // of the number in its block
	rank     int // base, from 0
}

// Weights of the ranking.
const (
	streetWeight = 14.0
	otherType    = 0.86 // another type was asked: rue for avenue
	noType       = 0.97 // no type was asked
	bareType     = 0.95 // the base has none
	estateWeight = 0.5  // an estate was asked and the base has a road of that name, or the reverse
	missingShare = 0.55 // a word left out by the writer counts this much of one too many
	// A word left out before the last one, which was written, is a first name or a title.
	firstNameShare = 0.5
	enoughSim      = 0.93 // above, typos are not looked for
	leastSim       = 0.40 // below, a street is no answer
)

// readStreet reads the words asked of a street.
func (s *Searcher) readStreet(b *base, tokens []address.Token) {
	s.wordBuf = address.StreetWords(s.wordBuf[:0], tokens)
	plain := 0
	for _, w := range s.wordBuf {
		if w.Kind == address.Plain {
			plain++
		}
	}
	s.typ = ""
	s.asked = s.asked[:0]
	for _, w := range s.wordBuf {
		if w.Kind == address.Type {
			if s.typ == "" {
				s.typ = w.Text
			} else {
				s.typ += " " + w.Text
			}
		}
		if w.Kind != address.Plain && plain > 0 || len(s.asked) >= maxWords {
			continue
		}
		a := asked{text: w.Text, kind: w.Kind, tok: w.Tok, exact: b.lookup(w.Text), weight: 0.9}
		if n := len(s.asked); n < cap(s.asked) {
			a.variants = s.asked[:n+1][n].variants[:0] // keep the buffer
		}
		if a.exact != noWord {
			a.weight = b.weight(a.exact)
			a.variants = append(a.variants, variant{a.exact, 1})
		}
		a.filler = fillers[w.Text]
		s.asked = append(s.asked, a)
	}
	if s.auto && len(s.asked) > 0 {
		s.complete(b, tokens)
	}
	// "Ippasse des Prés": a first word of no name may be a type misspelt.
	if s.typ == "" && len(s.asked) > 1 && s.asked[0].tok == 0 && s.asked[0].exact == noWord {
		typ := address.TypeLike(s.asked[0].text, func(x, y string) bool { return distance(x, y, 2) <= 1+len(y)/7 })
		if typ != "" {
			s.typ = typ
			s.asked = slices.Delete(s.asked, 0, 1)
		}
	}
}

// complete adds to the last word the commonest words of the base that it starts.
func (s *Searcher) complete(b *base, tokens []address.Token) {
	a := &s.asked[len(s.asked)-1]
	if a.tok != len(tokens)-1 || len(a.text) < 2 || a.text[0] <= '9' {
		return
	}
	lo, hi := b.prefixRange(a.text)
	hi = min(hi, lo+4096)
	first := len(a.variants)
	for w := lo; w < hi; w++ {
		if w == a.exact || b.weights[w] == 255 && hi-lo > 512 {
			continue // the rarest words of a wide range
		}
		a.variants = append(a.variants, variant{w, startSim})
		if len(a.variants)-first > 96 {
			b.commonest(a.variants[first:])
			a.variants = a.variants[:first+24]
		}
	}
	b.commonest(a.variants[first:])
	a.variants = a.variants[:min(len(a.variants), first+24)]
}

func (b *base) commonest(vs []variant) {
	slices.SortStableFunc(vs, func(x, y variant) int { return int(b.weights[x.word]) - int(b.weights[y.word]) })
}

// readExtra ranks the words of the complements: a street's word that the writer
// put there is not missing.
func (s *Searcher) readExtra(b *base, tokens []address.Token) {
	s.extra = s.extra[:0]
	if len(tokens) == 0 {
		return
	}
	s.wordBuf = address.StreetWords(s.wordBuf[:0], tokens)
	for _, w := range s.wordBuf {
		if w.Kind != address.Article && len(w.Text) > 2 {
			if r := b.lookup(w.Text); r != noWord {
				s.extra = append(s.extra, r)
			}
		}
	}
}

// fillers say nothing of the street when they are left unexplained.
var fillers = map[string]bool{
	"batiment": true, "appartement": true, "apt": true, "appt": true, "etage": true, "escalier": true, "porte": true, "entree": true,
	"france": true, "cedex": true, "logement": true, "bp": true, "cs": true, "rdc": true, "hlm": true, "immeuble": true, "bis": true, "ter": true,
	"app": true, "appart": true, "esc": true, "etg": true, "lot": true, "bloc": true, "hall": true, "chez": true, "m": true, "mme": true, "mr": true,
}

// widen looks for more words of the base that an asked word may stand for.
func (s *Searcher) widen(b *base, i, level int) {
	a := &s.asked[i]
	if a.level < 1 && level >= 1 {
		a.variants = b.similar(a.variants, a.text, a.exact)
		// "dex" for "deux", which names keep as 2
		if a.exact == noWord && a.text[0] > '9' {
			for _, n := range address.NumbersLike(a.text, func(x, y string) bool { return distance(x, y, 1) <= 1 }) {
				if w := b.lookup(n); w != noWord {
					a.variants = append(a.variants, variant{w, 0.8})
				}
			}
		}
		// "belle vue" for "bellevue"
		if i+1 < len(s.asked) && s.asked[i+1].tok == a.tok+1 {
			if w := b.lookup(a.text + s.asked[i+1].text); w != noWord {
				a.variants = append(a.variants, variant{w, 0.95})
			}
		}
		// "bellevue" for "belle vue"
		if a.exact == noWord && len(a.text) >= 6 && a.text[0] > '9' {
			for k := 3; k <= len(a.text)-3; k++ {
				if x := b.lookup(a.text[:k]); x != noWord {
					if y := b.lookup(a.text[k:]); y != noWord {
						a.variants = append(a.variants, variant{x, 0.9}, variant{y, 0.9})
					}
				}
			}
		}
		a.level = 1
	}
	if a.level < 2 && level >= 2 {
		a.variants = b.far(a.variants, a.text)
		a.level = 2
	}
}

// far appends the words two typos away that share the first or the last three
// letters: those that one deletion does not reach.
func (b *base) far(dst []variant, s string) []variant {
	if len(s) < 5 || s[0] <= '9' {
		return dst
	}
	known := len(dst)
	take := func(w uint32) {
		t := b.word(w)
		if len(t) < len(s)-2 || len(t) > len(s)+2 || distance(s, t, 2) > 2 {
			return
		}
		if slices.ContainsFunc(dst[:known], func(v variant) bool { return v.word == w }) {
			return
		}
		if sim := likeness(s, t); sim > 0 {
			dst = append(dst, variant{w, sim})
		}
	}
	lo, hi := b.prefixRange(s[:3])
	for w := lo; w < hi; w++ {
		take(w)
	}
	from, to := b.suffixRange(s[len(s)-3:])
	known = len(dst)
	for k := from; k < to; k++ {
		take(u32at(b.endings, k))
	}
	return dst
}

// prefixRange is the range of the words that start with p.
func (b *base) prefixRange(p string) (uint32, uint32) {
	return uint32(b.firstWord(func(w string) bool { return w >= p })), uint32(b.firstWord(func(w string) bool { return w > p+"\xff" }))
}

func (b *base) firstWord(ok func(string) bool) int {
	return sort.Search(b.words.n, func(i int) bool { return ok(b.word(uint32(i))) })
}

// suffixRange is the range, in endings, of the words that end with p.
func (b *base) suffixRange(p string) (int, int) {
	n := b.endings.Len() / 4
	at := func(k int) int { return compareEndings(b.word(u32at(b.endings, k)), p) }
	lo := sort.Search(n, func(k int) bool { return at(k) >= 0 })
	hi := sort.Search(n, func(k int) bool {
		w := b.word(u32at(b.endings, k))
		return compareEndings(w, p) > 0 && !strings.HasSuffix(w, p)
	})
	return lo, max(lo, hi)
}

// compareEndings orders words by their letters from the last to the first.
func compareEndings(x, y string) int {
	i, j := len(x)-1, len(y)-1
	for ; i >= 0 && j >= 0; i, j = i-1, j-1 {
		if x[i] != y[j] {
			return int(x[i]) - int(y[j])
		}
	}
	return i - j
}

// streetsIn finds the streets of a candidate commune that the words may mean and
// offers them to the ranking.
func (s *Searcher) streetsIn(b *base, rank int, c candidate, cut int) {
	n := len(s.asked)
	for n > 0 && s.asked[n-1].tok >= cut {
		n--
	}
	if n == 0 {
		return
	}
	best := float32(0)
	for level := 0; level <= 3; level++ {
		if level >= 2 && (c.weight < s.bestWeight-4 || len(s.candidates) > 12 && c.sim < 0.9) {
			break
		}
		if level == 3 {
			if best >= 0.6 || c.weight < s.bestWeight-1 || n > len(s.patterns) {
				break
			}
			s.scan(b, c.commune, n)
		} else {
			s.tally(b, c.commune, n, level)
		}
		best = max(best, s.evaluate(b, rank, c, n, level))
		if best >= enoughSim || level == 1 && best >= 0.75 {
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

// scan tallies every street of a commune whose words resemble those asked, with
// more typos than the table of typos reaches: the last resort.
func (s *Searcher) scan(b *base, commune uint32, n int) {
	s.stamp++
	s.touched = s.touched[:0]
	c := &b.communes[commune]
	for i := range s.asked[:n] {
		s.patterns[i].prepare(s.asked[i].text)
	}
	for local := range c.streets {
		name := reader{b.names.item(int(b.street(c.first + local).name))}
		name.byte()
		m := float32(0)
		for range name.byte() {
			w := uint32(name.uvarint())
			for i := range s.asked[:n] {
				if p := &s.patterns[i]; mayBeFar(b.letters[w], p.set) {
					m += p.likeness(b.word(w)) * b.weight(w)
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
		best = max(best, h.sim)
		h.total = c.weight + streetWeight*h.sim + h.beside
		if cm := &b.communes[c.commune]; len(cm.postcodes) > 1 && c.postcode > 0 && int(h.record.postcode) < len(cm.postcodes) {
			if cm.postcodes[h.record.postcode] == s.postcode { // of a town with several
				h.total += 0.5
			} else {
				h.total -= 0.5
			}
		}
		if c.former > 0 && h.record.former != noRank { // a former commune was named
			if uint32(h.record.former)+1 == c.former {
				h.total += 1.5
			} else {
				h.total -= 1.5
			}
		}
		s.offer(h)
	}
	return best
}

// nearer tells, of two streets that bear the same words asked, whether the first
// is nearer: by the type asked, then by having fewer other words.
func (s *Searcher) nearer(b *base, commune, x, y uint32) bool {
	first := b.communes[commune].first
	cost := func(l uint32) int {
		name := b.names.item(int(b.street(first + l).name))
		n := int(name[1])
		if s.typ != b.types[name[0]] {
			n += maxWords
		}
		return n
	}
	return cost(x) < cost(y)
}

// compare fills the likeness of a street's name to the words asked.
func (s *Searcher) compare(b *base, h *hit, n, level int) {
	name := reader{b.names.item(int(h.record.name))}
	typ := name.byte()
	count := int(name.byte())
	if count > maxWords {
		panic(overrun)
	}
	var words [maxWords]uint32
	var taken [maxWords]bool
	for j := range count {
		words[j] = uint32(name.uvarint())
	}
	h.worst = 1
	last := -1
	var simLost float32
	for i := range s.asked[:n] {
		a := &s.asked[i]
		bestJ, bestSim := -1, float32(0)
		for _, v := range a.variants {
			for j := range count {
				if !taken[j] && words[j] == v.word && v.sim > bestSim {
					bestJ, bestSim = j, v.sim
				}
			}
		}
		if bestSim < 1 && level > 0 {
			for j := range count {
				if taken[j] {
					continue
				}
				t := b.word(words[j])
				sim := float32(0)
				switch {
				case len(a.text) == 1 && a.text[0] > '9' && t[0] == a.text[0]: // an initial
					sim = 0.7
				case len(t) == 1 && t[0] > '9' && t[0] == a.text[0]:
					sim = 0.7
				case len(a.text) >= 4 && len(t) > len(a.text)+1 && t[:len(a.text)] == a.text: // cut short
					sim = 0.72
				case j+1 < count && !taken[j+1] && len(a.text) >= 5 && a.text == t+b.word(words[j+1]):
					taken[j+1] = true
					h.matched += b.weight(words[j+1])
					sim = 0.97
				case bestJ < 0 && level == 3:
					sim = farLikeness(a.text, t)
				case bestJ < 0:
					sim = likeness(a.text, t)
				}
				if sim > bestSim {
					bestJ, bestSim = j, sim
				}
			}
			if bestJ < 0 && i+1 < n { // two words asked for one
				for j := range count {
					if !taken[j] && len(a.text)+len(s.asked[i+1].text) == len(b.word(words[j])) && a.text+s.asked[i+1].text == b.word(words[j]) {
						taken[j] = true
						h.matched += b.weight(words[j])
						s.joined = i + 1
						bestSim = -1
						break
					}
				}
				if bestSim < 0 {
					continue
				}
			}
		}
		if bestJ < 0 {
			if s.joined == i && i > 0 {
				s.joined = -1
				continue
			}
			w := a.weight
			if a.filler {
				w *= 0.2
			} else if s.inTown(a.text, b, h.cand.commune) {
				w *= 0.25
			}
			h.left += w
			continue
		}
		w := b.weight(words[bestJ])
		taken[bestJ] = true
		h.matched += w * bestSim
		simLost += w * (1 - bestSim)
		if bestSim < h.worst {
			h.worst = bestSim
		}
		if bestJ < last {
			h.swapped = true
		}
		last = bestJ
	}
	s.joined = -1
	for j := range count {
		switch w := b.weight(words[j]); {
		case taken[j]:
		case slices.Contains(s.extra, words[j]):
			h.beside += w
		case j < count-1 && taken[count-1] && last == count-1: // "rue Mozart" for "rue Wolfgang Mozart"
			h.missing += firstNameShare * w
		default:
			h.missing += w
		}
	}
	if h.matched <= 0 {
		return
	}
	base := b.types[typ]
	if address.Housing(s.typ) && address.Road(base) || address.Road(s.typ) && address.Housing(base) {
		h.left += estateWeight
	}
	h.nameSim = h.matched / (h.matched + simLost + h.left + missingShare*h.missing)
	h.sim = h.nameSim
	switch {
	case s.typ == base:
		h.typeFit = 1
	case s.typ == "":
		h.sim *= noType
	case base == "":
		h.sim *= bareType
	case likeness(s.typ, base) > 0.7:
		h.typeFit = 1
		h.sim *= noType
	default:
		h.typeFit = -1
		h.sim *= otherType
	}
	if h.swapped {
		h.sim *= 0.97
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
