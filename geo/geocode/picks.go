package geocode

import (
	"bytes"
	"math"
	"slices"
	"sort"
	"strings"

	"perimetre/geo/address"
)

// typedStreet is the street's part of a reading, as a base reads it.
type typedStreet struct {
	typ   string
	words []uint32 // whole, in order
	// starts are the unfinished last word, as typed and with its abbreviation opened.
	starts []string
	// bare: the last word may be the beginning of a type or an article as well.
	bare bool
}

// readTyped reads the street of a reading; false where the base holds none of its words.
func (s *Searcher) readTyped(b *base, r *reading) (t typedStreet, ok bool) {
	s.wordBuf = address.StreetWords(s.wordBuf[:0], r.street)
	last := len(r.street) - 1
	for _, w := range s.wordBuf {
		if r.open && w.Tok == last {
			t.bare = t.bare || w.Kind != address.Plain || last == 0
			if w.Kind == address.Plain && w.Text != r.street[last].Text && !strings.Contains(w.Text, " ") {
				t.starts = append(t.starts, w.Text)
			}
			if w.Kind == address.Type && last == 0 {
				t.typ = w.Text
			}
			continue
		}
		switch w.Kind {
		case address.Type:
			if t.typ != "" {
				t.typ += " "
			}
			t.typ += w.Text
		case address.Plain:
			rank := b.lookup(w.Text)
			if rank == noWord {
				return t, false
			}
			t.words = append(t.words, rank)
		}
	}
	if r.open {
		t.starts = append(t.starts, r.street[last].Text)
	}
	return t, len(t.words) > 0 || len(t.starts) > 0
}

// allowed is what a reading asks of a street: its commune, postcode and filters.
type allowed struct {
	b        *base
	postcode string
	towns    map[uint32]float32 // nil for any; 1 for a whole name
	only     Filter
	parts    bool // the filter names an arrondissement
}

// pick appends the streets of a base that a reading may mean.
func (s *Searcher) pick(q *Query, rank int, b *base, r *reading) {
	t, ok := s.readTyped(b, r)
	if !ok {
		return
	}
	in := allowed{b: b, postcode: r.postcode, only: q.Only, parts: q.Only.namesDistrict(b)}
	if len(r.city) > 0 {
		in.towns = s.townsStarting(b, r.city)
		if len(in.towns) == 0 && len(r.postcode) < 5 {
			return
		}
	}
	left := mostVisited
	visit := func(commune, local uint32) bool {
		left--
		s.consider(q, rank, b, &b.communes[commune], commune, b.communes[commune].first+local, &t, r, &in)
		return left > 0
	}
	if len(t.words) > 0 {
		rarest := t.words[0]
		for _, w := range t.words {
			if b.weights[w] > b.weights[rarest] {
				rarest = w
			}
		}
		b.streetsOf(rarest).all(visit)
		return
	}
	heads := func(typ, prefix string) {
		for _, street := range b.headsOf(typ, prefix) {
			k := sort.Search(len(b.communes), func(i int) bool { return b.communes[i].first+b.communes[i].streets > street })
			visit(uint32(k), street-b.communes[k].first)
		}
	}
	if t.bare {
		heads(t.typ, "")
		if t.typ == "" || len(r.street) == 1 { // a type is being typed
			for _, typ := range b.typesStarting(r.street[0].Text) {
				heads(typ, "")
			}
		}
	}
	for _, p := range t.starts {
		if len(p) <= headLetters {
			heads(t.typ, p)
			continue
		}
		lo, hi := b.prefixRange(p)
		for w := lo; w < hi && left > 0; w++ {
			b.streetsOf(w).all(visit)
		}
	}
}

// townsStarting returns the communes whose name, or a former one's, starts by the
// words typed, 1 for those of which they are all.
func (s *Searcher) townsStarting(b *base, tokens []address.Token) map[uint32]float32 {
	clear(s.townSet)
	key := s.key(s.cityWords(tokens))
	if len(key) == 0 {
		return s.townSet
	}
	i := sort.Search(b.townNames.n, func(i int) bool {
		_, _, _, _, k := b.townNameAt(i)
		return bytes.Compare(k, key) >= 0
	})
	for ; i < b.townNames.n; i++ {
		commune, _, _, _, k := b.townNameAt(i)
		if !bytes.HasPrefix(k, key) {
			break
		}
		sim := float32(startSim)
		if len(k) == len(key) {
			sim = 1
		}
		s.townSet[commune] = max(s.townSet[commune], sim)
	}
	return s.townSet
}

// consider weighs a street against a reading, and keeps it if it bears all that is
// typed.
func (s *Searcher) consider(q *Query, rank int, b *base, c *commune, commune, street uint32, t *typedStreet, r *reading, in *allowed) {
	town := float32(-1)
	if in.towns != nil {
		sim, ok := in.towns[commune]
		if !ok && len(r.postcode) < 5 {
			return
		}
		if ok {
			town = sim
		}
	}
	record := b.street(street)
	own := ""
	if int(record.postcode) < len(c.postcodes) {
		own = c.postcodes[record.postcode]
	} else if len(c.postcodes) == 1 {
		own = c.postcodes[0]
	}
	if r.postcode != "" && !strings.HasPrefix(own, r.postcode) || !in.passes(commune, &record, own) {
		return
	}
	name := b.nameWords(record.name)
	total := 0.0
	taken := 0
	for i, w := range t.words {
		j := slices.Index(name.ranks[:name.n], w)
		for j >= 0 && name.taken[j] {
			k := slices.Index(name.ranks[j+1:name.n], w)
			if k < 0 {
				return
			}
			j += k + 1
		}
		if j < 0 {
			return
		}
		name.taken[j] = true
		taken++
		if i == 0 && j == 0 {
			total += pickFirst
		}
	}
	if len(t.starts) > 0 {
		j := startedWord(b, &name, t.starts)
		switch {
		case j >= 0:
			name.taken[j] = true
			taken++
			if len(t.words) == 0 && j == 0 {
				total += pickFirst
			}
		case !t.bare:
			return
		}
	}
	begun := t.typ == "" && len(r.street) == 1 && r.open && strings.HasPrefix(name.typ, r.street[0].Text)
	switch {
	case t.typ == name.typ || begun:
		total += pickType
	case t.typ != "":
		total -= pickType
	}
	leftOut := pickLeft
	if !r.open {
		leftOut = pickOmitted
	}
	for j := range name.n {
		if t := b.word(name.ranks[j]); !name.taken[j] {
			if !r.open && (address.GivenName(t) || address.Title(t)) {
				total -= pickLeft
			} else {
				total -= leftOut
			}
		}
	}
	switch {
	case town == 1:
		total += pickTown
	case town < 0 && len(r.city) > 0: // the postcode alone speaks for it
		total -= 2 * pickTown
	}
	total += pickImportance * importance(c.population, int(record.size))
	if q.HasNear {
		dx := (float64(c.lon)/degree - q.Near[0]) * math.Cos(q.Near[1]*math.Pi/180)
		dy := float64(c.lat)/degree - q.Near[1]
		total += pickNear * math.Exp(-111.2*math.Hypot(dx, dy)/10)
	}
	cand := candidate{commune: commune, sim: town}
	if len(r.postcode) == 5 {
		cand.postcode = 1
	}
	s.picks = append(s.picks, pick{h: hit{cand: cand, street: street, record: record, rank: rank, typeFit: 1}, total: total, taken: taken, words: name.n,
		whole: taken == name.n && t.typ == name.typ && (len(r.postcode) == 5 && len(r.city) == 0 || town == 1), r: *r})
}

// passes reports whether a street meets the filters.
func (in *allowed) passes(commune uint32, r *streetRecord, own string) bool {
	if !in.only.inCity(in.b, commune) || in.parts && !in.only.inPart(in.b, commune, uint32(r.former)+1) {
		return false
	}
	if in.only.Type == "locality" && r.kind != kindLocality || in.only.Type == "street" && r.kind == kindLocality {
		return false
	}
	return holds(in.only.Postcode, own)
}

// startedWord returns the untaken word of a name that one of the beginnings starts, the
// whole word before others and the first before the next, or -1.
func startedWord(b *base, name *nameWords, starts []string) int {
	found := -1
	for j := range name.n {
		if name.taken[j] {
			continue
		}
		w := b.word(name.ranks[j])
		for _, p := range starts {
			if w == p {
				return j
			}
			if found < 0 && strings.HasPrefix(w, p) {
				found = j
			}
		}
	}
	return found
}

func exp(v float64) float64 { return math.Exp(v) }

func round4(v float64) float64 { return math.Round(v*1e4) / 1e4 }
