package geocode

import (
	"math"
	"slices"
	"strings"

	"perimetre/geo/address"
	"perimetre/geo/blockfile"
	"perimetre/geo/geocode/alike"
)

// Searcher answers queries one after another with buffers of its own: one for
// each goroutine.
type Searcher struct {
	ix     *Index
	parser address.Parser
	answer Answer

	asked      []asked
	street     []address.Token // of the words asked
	extra      []uint32        // words of the complements
	postcode   string
	only       Filter // of the query, which holds for every street that may answer
	onlyParts  bool   // it names an arrondissement
	townNamed  bool   // the end of the text names a town
	townBehind bool   // and its words are none of those asked of the street
	auto       bool   // the last word may be unfinished
	typ        string
	wordBuf    []address.Word
	foldBuf    []address.Token

	candidates  []candidate
	townNames   []townName
	townBuf     []address.Word
	townTallies map[uint32]townTally
	allTowns    bool // look for towns that words resemble, even beside one that they name
	townsLeft   bool // such towns were not looked for
	keyBuf      []byte
	ward        int // number of an arrondissement after the town's name last read, 0 without
	variantBuf  []variant
	lookedUp    []lookedUp // in this base, by this search
	likeBuf     []variant

	patterns   [4]alike.Pattern // of a street's words at most, when every street is compared
	tallies    []streetTally
	stamp      uint32
	touched    []uint32
	picked     []uint32
	hits       []hit // the best, in order
	wanted     int
	bestWeight float32
	towns      []townHit

	typed    []address.Token // of a text that is completed
	picks    []pick
	pickSeen map[StreetRef]bool
	townSet  map[uint32]float32
}

// townHit is a commune as an answer of its own.
type townHit struct {
	rank int
	candidate
}

// NewSearcher makes a searcher.
func (ix *Index) NewSearcher() *Searcher {
	most := 0
	for _, b := range ix.bases {
		most = max(most, b.maxStreets)
	}
	return &Searcher{ix: ix, tallies: make([]streetTally, most), townTallies: map[uint32]townTally{},
		pickSeen: map[StreetRef]bool{}, townSet: map[uint32]float32{}}
}

// Search finds the places that a query may mean. The answer holds until the next
// Search of this Searcher. The only error is a damaged index.
func (s *Searcher) Search(q *Query) (ans *Answer, err error) {
	defer blockfile.Recover(&err, blockfile.Guard())
	s.parser.KeepSpans = q.Explain
	if q.Autocomplete && q.Text != "" && s.completes(q) {
		return &s.answer, nil
	}
	return s.search(q), nil
}

// search finds the places of a query whose text is whole, but for its last word.
func (s *Searcher) search(q *Query) *Answer {
	s.auto = q.Autocomplete && q.Text != "" && !strings.HasSuffix(q.Text, " ")
	p := s.parser.Parse(address.Input{Text: q.Text, Number: q.Number, Street: q.Street, Complement: q.Complement,
		Postcode: q.Postcode, City: q.City, CityCode: q.CityCode})
	a := &s.answer
	*a = Answer{Results: a.Results[:0], Communes: a.Communes[:0], Parsed: p, NumberAsked: p.Number > 0}
	if p.Class == address.Unusable || p.Class == address.Foreign {
		return a
	}
	s.wanted = max(q.Limit, 5) + 3
	s.hits, s.towns = s.hits[:0], s.towns[:0]
	for rank, b := range s.ix.bases {
		s.searchBase(q, rank, b, p)
	}
	s.conclude(q, p)
	return a
}

// searchBase looks for the query in one opened index: in the towns that the text
// names, then, unless a street of these is surely meant, in those that its words
// resemble too.
func (s *Searcher) searchBase(q *Query, rank int, b *base, p *address.Parsed) {
	towns, communes := len(s.towns), len(s.answer.Communes)
	s.allTowns = false
	s.lookedUp, s.likeBuf = s.lookedUp[:0], s.likeBuf[:0]
	best := s.searchTowns(q, rank, b, p)
	if s.townsLeft && best < sureSim {
		s.towns, s.answer.Communes = s.towns[:towns], s.answer.Communes[:communes]
		s.allTowns = true
		s.searchTowns(q, rank, b, p)
	}
}

// searchTowns does so in the towns of s.communesOf, and returns the likeness of the best
// street.
func (s *Searcher) searchTowns(q *Query, rank int, b *base, p *address.Parsed) float32 {
	cs := s.communesOf(b, p)
	if q.Only.placed() {
		cs = s.narrow(b, cs, q.Only)
	}
	if len(cs) > 0 {
		s.bestWeight = cs[0].weight
	}
	for _, c := range cs[:min(len(cs), 8)] {
		s.towns = append(s.towns, townHit{rank, c})
	}
	if q.Explain {
		s.explainCommunes(b, cs)
	}
	s.postcode, s.only = p.Postcode, q.Only
	s.onlyParts = q.Only.namesDistrict(b)
	s.readExtra(b, p.Extra)
	if w := b.lookup(itoa(int32(p.Number))); p.Behind && w != noWord {
		s.extra = append(s.extra, w)
	}
	s.townNamed = slices.ContainsFunc(cs, func(c candidate) bool { return c.cut > 0 && c.sim >= 0.9 })
	s.townBehind = slices.ContainsFunc(cs, func(c candidate) bool { return c.cut > 0 && c.cut <= p.Tail && c.sim >= 0.9 })
	best := s.searchStreets(q, rank, b, p, p.Street, p.Tail, cs)
	if best < enoughSim && p.Lead > 0 {
		best = max(best, s.searchStreets(q, rank, b, p, p.Street[p.Lead:], p.Tail, cs))
	}
	if best < enoughSim && len(p.Open) > len(p.Street) && len(p.Street) > 0 { // what stands beside the street may be of its name
		s.townBehind = false
		best = max(best, s.searchStreets(q, rank, b, p, p.Open, 0, cs))
	}
	if best < 0.6 && len(p.Extra) > 0 && (best == 0 && !s.roadAsked(p) || len(p.Street) == 0) {
		s.extra = s.extra[:0]
		best = s.searchStreets(q, rank, b, p, p.Extra, 0, cs)
	}
	return best
}

// roadAsked reports whether the street's part starts with a public way's type:
// what stands beside it is then no street in its place.
func (s *Searcher) roadAsked(p *address.Parsed) bool {
	return len(p.Street) > 1 && address.Road(s.typ)
}

// searchStreets looks for the street of tokens in the communes cs and gives the
// best likeness found. after is how many tokens of p.Open stand behind them.
func (s *Searcher) searchStreets(q *Query, rank int, b *base, p *address.Parsed, tokens []address.Token, after int, cs []candidate) float32 {
	if len(tokens) == 0 {
		return 0
	}
	s.readStreet(b, tokens)
	if len(s.asked) == 0 {
		return 0
	}
	s.streetsIn(b, rank, cs, func(c *candidate) int { return len(tokens) - max(0, c.cut-after) })
	// Nothing but the end of the text may name a town: the whole text may be a
	// street, anywhere.
	if !s.townsLeft && p.Postcode == "" && p.CityCode == "" && len(p.City) == 0 && q.Only == (Filter{Type: q.Only.Type}) &&
		!(len(s.hits) > 0 && s.hits[0].sim > 0.85 && s.hits[0].cand.sim > 0.9) {
		s.anywhere(q, rank, b, len(s.asked))
	}
	if len(s.hits) == 0 {
		return 0
	}
	return s.hits[0].sim
}

// anywhere looks for a street in every commune, when nothing names one: through
// the rarest word asked that some street bears.
func (s *Searcher) anywhere(q *Query, rank int, b *base, n int) {
	for level := range 2 {
		if level > 0 && (s.auto || len(s.hits) > 0 && s.hits[0].sim >= sureSim) {
			break
		}
		s.anywhereAt(q, rank, b, n, level)
	}
}

// anywhereAt does so for words as written (level 0) or with typos (1).
func (s *Searcher) anywhereAt(q *Query, rank int, b *base, n, level int) {
	rarest := -1
	for i := range s.asked[:n] {
		s.widen(b, i, level)
		if a := &s.asked[i]; len(a.variants) > 0 && (rarest < 0 || a.weight > s.asked[rarest].weight) {
			rarest = i
		}
	}
	if rarest < 0 {
		return
	}
	left := mostStreets
	if s.auto {
		left = mostStreets / 6
	}
	for _, v := range s.asked[rarest].variants {
		b.streetsOf(v.word).all(func(commune, local uint32) bool {
			left--
			c := &b.communes[commune]
			h := hit{cand: candidate{commune: commune, sim: -1}, street: c.first + local, rank: rank}
			near := s.nearness(q, c)
			if streetWeight+near <= s.floor() {
				return left > 0
			}
			h.record = b.street(h.street)
			s.compare(b, &h, n, 0)
			if h.sim >= 0.55 {
				h.total = streetWeight*h.sim + near
				s.offer(h)
			}
			return left > 0
		})
	}
}

// mostStreets bounds the streets that are looked at when no town is known.
const mostStreets = 30000

// nearness favours what is near the point of the query, else big towns.
func (s *Searcher) nearness(q *Query, c *commune) float32 {
	if q.HasNear {
		dx := (float64(c.lon)/degree - q.Near[0]) * math.Cos(q.Near[1]*math.Pi/180)
		dy := float64(c.lat)/degree - q.Near[1]
		km := 111.2 * math.Hypot(dx, dy)
		return float32(3 * math.Exp(-km/10))
	}
	return float32(0.1 * math.Log1p(float64(c.population)/1000))
}

// floor returns the total below which a hit no longer matters.
func (s *Searcher) floor() float32 {
	if len(s.hits) == 0 {
		return -100
	}
	f := s.hits[0].total - 7
	if len(s.hits) >= s.wanted {
		f = max(f, s.hits[len(s.hits)-1].total)
	}
	return f
}

// offer puts a hit in its place among the best; a street found twice keeps its
// higher total.
func (s *Searcher) offer(h hit) {
	for i := range s.hits {
		o := &s.hits[i]
		if o.street == h.street && o.rank == h.rank {
			if o.total >= h.total {
				return
			}
			s.hits = slices.Delete(s.hits, i, i+1)
			break
		}
	}
	i := len(s.hits)
	for i > 0 && before(&h, &s.hits[i-1]) {
		i--
	}
	if i >= s.wanted {
		return
	}
	s.hits = slices.Insert(s.hits, i, h)
	if len(s.hits) > s.wanted {
		s.hits = s.hits[:s.wanted]
	}
}

// before orders hits: by total, then by a stable rank so that answers never
// depend on the order of the search.
func before(x, y *hit) bool {
	if x.total != y.total {
		return x.total > y.total
	}
	if x.rank != y.rank {
		return x.rank < y.rank
	}
	return x.street < y.street
}
