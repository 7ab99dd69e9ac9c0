package geocode

import (
	"slices"
	"strconv"

	"perimetre/geo/address"
)

// completes answers a text that somebody is typing: the last word is unfinished
// whatever precedes it, a number opens a street, and digits behind a street open a
// postcode. It reports whether it found anything: the search, which forgives faults, is
// for the rest. What is typed whole is the search's too, which knows how sure it is.
func (s *Searcher) completes(q *Query) bool {
	if q.Only.Type == "municipality" || q.Explain {
		return false
	}
	s.typed = address.Fold(s.typed[:0], q.Text)
	tokens, n := s.typed, typedNumber{}
	if n.read(tokens); n.took == len(tokens) || len(tokens) == 0 {
		return false
	}
	if q.Only.Type == "street" || q.Only.Type == "locality" {
		n.value = 0
	}
	rest := tokens[n.took:]
	for len(rest) > 0 { // what follows may be of no place: nothing is dropped but from its end
		s.picks = s.picks[:0]
		for _, r := range readings(rest) {
			for rank, b := range s.ix.bases {
				s.pick(q, rank, b, &r)
			}
		}
		s.order(q, &n)
		if len(s.picks) > 0 {
			break
		}
		if len(rest) == 1 || len(tokens)-n.took-len(rest) == 2 {
			break
		}
		rest = rest[:len(rest)-1]
	}
	whole := len(rest) == len(tokens)-n.took
	if len(s.picks) > 0 && whole && s.picks[0].whole {
		first := &s.picks[0].h
		if a := s.search(q); len(a.Results) > 0 && a.Results[0].Streets == (StreetRef{uint32(first.rank) + 1, first.street}) {
			return true
		}
	}
	if len(s.picks) == 0 && n.value > 0 {
		return false
	}
	return s.answerTyped(q, &n, rest)
}

// typedNumber is a house number at the head of a text.
type typedNumber struct {
	value  int
	suffix string
	took   int // tokens
}

func (n *typedNumber) read(ts []address.Token) {
	if len(ts) < 2 || !ts[0].Digits || len(ts[0].Text) > 4 {
		return
	}
	n.value, _ = strconv.Atoi(ts[0].Text)
	n.took = 1
	if len(ts) < 3 {
		return
	}
	switch t := ts[1]; {
	case t.Text == "bis" || t.Text == "ter" || t.Text == "quater", len(t.Text) == 1 && !t.Digits && (t.Glued || address.StreetType(ts[2].Text) != ""):
		n.suffix, n.took = t.Text, 2
	case len(t.Text) <= 2 && !t.Digits && t.Glued && address.StreetType(ts[2].Text) != "": // as in Paris: "59ba Rue"
		n.suffix, n.took = t.Text, 2
	}
}

// reading is one way of reading what follows the number.
type reading struct {
	street   []address.Token
	city     []address.Token // the last unfinished
	postcode string          // the digits typed of it
	open     bool            // the last word of the street is unfinished
}

// readings lists the ways of reading a text: the street alone, or with the digits of a
// postcode or the first words of a town behind it.
func readings(ts []address.Token) []reading {
	n := len(ts)
	for k := n - 1; k >= 1; k-- {
		if ts[k].Digits && len(ts[k].Text) == 5 {
			return []reading{{street: ts[:k], postcode: ts[k].Text, city: ts[k+1:]}}
		}
	}
	list := []reading{{street: ts, open: true}}
	if n > 1 && ts[n-1].Digits && len(ts[n-1].Text) <= 5 {
		return append(list, reading{street: ts[:n-1], postcode: ts[n-1].Text})
	}
	for k := n - 1; k >= max(1, n-5); k-- {
		if !ts[k].Digits {
			list = append(list, reading{street: ts[:k], city: ts[k:]})
		}
	}
	return list
}

// pick is a street that a reading may mean.
type pick struct {
	h     hit
	total float64
	whole bool // the name and what follows it are typed whole
	taken int  // words of the name that are typed
	words int  // words of the name
	r     reading
}

// Weights of the order of completions, beside the importance.
const (
	pickImportance = 4.0
	pickType       = 1.5 // the type typed, or another
	pickFirst      = 1.2 // the first word typed is the name's first
	pickLiteral    = 2.0 // the name starts as typed, articles and all
	pickLeft       = 0.2 // a word of the name that is not typed
	pickOmitted    = 1.5 // the same before a postcode or a town
	pickNumber     = 1.6 // the number is in the street, or not
	pickNear       = 3.0
	pickTown       = 1.0 // the town's whole name
	mostPicked     = 200 // whose number is looked up
	mostVisited    = 8000
)

// order sorts the picks, the likeliest first, and keeps a street once.
func (s *Searcher) order(q *Query, n *typedNumber) {
	better := func(x, y pick) int {
		switch {
		case x.total > y.total:
			return -1
		case x.total < y.total:
			return 1
		case x.h.rank != y.h.rank:
			return x.h.rank - y.h.rank
		}
		return int(x.h.street) - int(y.h.street)
	}
	slices.SortFunc(s.picks, better)
	kept := s.picks[:0]
	clear(s.pickSeen)
	for _, p := range s.picks {
		ref := StreetRef{uint32(p.h.rank) + 1, p.h.street}
		if len(kept) >= mostPicked {
			break
		}
		if !s.pickSeen[ref] {
			s.pickSeen[ref] = true
			kept = append(kept, p)
		}
	}
	s.picks = kept
	asked := address.Parsed{Number: n.value, Suffix: n.suffix}
	for i := range s.picks {
		p := &s.picks[i]
		s.findNumber(&p.h, &asked)
		switch {
		case n.value == 0:
		case p.h.level == numberExact:
			p.total += pickNumber
		case p.h.level >= numberInterpolated:
			p.total += pickNumber / 3
		default:
			p.total -= pickNumber
		}
		if s.literal(p) {
			p.total += pickLiteral
		}
	}
	slices.SortFunc(s.picks, better)
}

// literal reports whether a street's name starts by the very words typed.
func (s *Searcher) literal(p *pick) bool {
	s.foldBuf = address.Fold(s.foldBuf[:0], s.ix.bases[p.h.rank].display(p.h.record.name))
	name, typed := s.foldBuf, p.r.street
	if len(typed) > len(name) {
		return false
	}
	for i := range typed {
		switch {
		case name[i].Text == typed[i].Text:
		case i == len(typed)-1 && p.r.open && len(typed[i].Text) < len(name[i].Text) && name[i].Text[:len(typed[i].Text)] == typed[i].Text:
		case i == 0 && address.StreetType(typed[0].Text) != "" && address.StreetType(typed[0].Text) == address.StreetType(name[0].Text):
		default:
			return false
		}
	}
	return true
}

// answerTyped makes the answer of the picks, and of the towns that the text starts.
func (s *Searcher) answerTyped(q *Query, n *typedNumber, rest []address.Token) bool {
	a := &s.answer
	*a = Answer{Results: a.Results[:0], Communes: a.Communes[:0], Parsed: &address.Parsed{Number: n.value, Suffix: n.suffix}, NumberAsked: n.value > 0, StreetAsked: len(s.picks) > 0}
	limit := q.Limit
	if limit <= 0 {
		limit = 5
	}
	if n.value == 0 && q.Only == (Filter{}) {
		s.typedTowns(q, rest, max(1, (limit+1)/2))
	}
	sum := 0.0
	for i := range s.picks {
		sum += exp(s.picks[i].total - s.picks[0].total)
	}
	for i := 0; i < len(s.picks) && len(a.Results) < limit; i++ {
		p := &s.picks[i]
		p.h.sim = float32(0.5 + 0.5*float64(p.taken)/float64(max(p.words, 1)))
		r := s.result(&p.h)
		r.Score = score(&p.h)
		r.Confidence = round4(0.5 * exp(p.total-s.picks[0].total) / sum) // nothing unfinished decides
		a.Results = append(a.Results, r)
	}
	a.Rivals = min(1, len(a.Results))
	if len(a.Results) > 1 {
		a.ScoreNext = a.Results[1].Score
	}
	return len(a.Results) > 0
}

// typedTowns puts first the towns whose names the whole text starts.
func (s *Searcher) typedTowns(q *Query, tokens []address.Token, limit int) {
	s.towns = s.towns[:0]
	key := s.key(s.cityWords(tokens))
	for rank, b := range s.ix.bases {
		for _, pl := range b.townNamesStarting(nil, key) {
			s.towns = append(s.towns, townHit{rank, candidate{commune: pl.commune, former: pl.former, sim: pl.sim, weight: nameWeight * pl.sim}})
		}
	}
	s.answer.StreetAsked = false
	s.townResults(q, limit)
	s.answer.StreetAsked = len(s.answer.Results) == 0
}
