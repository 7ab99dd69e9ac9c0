package geocode

import (
	"slices"
	"strings"

	"perimetre/geo/address"
	"perimetre/geo/geocode/alike"
)

// asked is a word of the street as typed, with the words of the base that it may
// stand for; lists are filled when a search needs them.
type asked struct {
	text   string
	raw    string // as typed, folded
	kind   address.WordKind
	tok    int    // index of its token, to cut the town off
	exact  uint32 // its rank in the base, noWord without one
	weight float32
	led    bool // "le", "la" or "les" stands before it, and no "de"
	// article: it stands after "du", "la", "les": a thing's name, not a person's.
	article bool
	filler  bool // a word of complements or of the town: hardly counts when unexplained

	variants []variant // the exact word first, then the similar ones
	level    int       // 0: exact only, 1: similar added, 2: far ones added
}

// readStreet reads the words asked of a street.
func (s *Searcher) readStreet(b *base, tokens []address.Token) {
	s.wordBuf = address.StreetWords(s.wordBuf[:0], tokens)
	plain := 0
	for _, w := range s.wordBuf {
		if w.Kind == address.Plain {
			plain++
		}
	}
	s.typ, s.street = "", tokens
	s.asked = s.asked[:0]
	for k, w := range s.wordBuf {
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
		a := asked{text: w.Text, raw: tokens[w.Tok].Text, kind: w.Kind, tok: w.Tok, exact: b.lookup(w.Text), weight: 0.9}
		if n := len(s.asked); n < cap(s.asked) {
			a.variants = s.asked[:n+1][n].variants[:0] // keep the buffer
		}
		if a.exact != noWord {
			a.weight = b.weight(a.exact)
			a.variants = append(a.variants, variant{a.exact, 1, noWord})
		}
		a.filler = fillers[w.Text]
		a.led = ledByArticle(tokens, w.Tok)
		a.article = k > 0 && s.wordBuf[k-1].Kind == address.Article && definite(s.wordBuf[k-1].Text)
		s.asked = append(s.asked, a)
	}
	if s.auto && len(s.asked) > 0 {
		s.complete(b, tokens)
	}
	// "Ippasse des Prés": a first word of no name may be a type misspelt.
	if s.typ == "" && len(s.asked) > 1 && s.asked[0].tok == 0 && s.asked[0].exact == noWord {
		typ := address.TypeLike(s.asked[0].text, func(x, y string) bool { return alike.Distance(x, y, 2) <= 1+len(y)/7 })
		if typ != "" {
			s.typ = typ
			s.asked = slices.Delete(s.asked, 0, 1)
		}
	}
}

// ledByArticle reports whether "le", "la", "les" or "l'" alone leads the token i.
func ledByArticle(tokens []address.Token, i int) bool {
	if i < 1 {
		return false
	}
	switch tokens[i-1].Text {
	case "le", "la", "les", "l":
	default:
		return false
	}
	if i > 1 {
		switch tokens[i-2].Text {
		case "de", "sur", "sous", "a", "et", "en", "par":
			return false
		}
	}
	return true
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
		a.variants = append(a.variants, variant{w, startSim, noWord})
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
		a.variants = append(a.variants, s.similar(b, a.text, a.exact)...)
		// "dex" for "deux", which names keep as 2
		if a.exact == noWord && a.text[0] > '9' {
			for _, n := range address.NumbersLike(a.text, func(x, y string) bool { return alike.Distance(x, y, 1) <= 1 }) {
				if w := b.lookup(n); w != noWord {
					a.variants = append(a.variants, variant{w, 0.8, noWord})
				}
			}
		}
		// "belle vue" for "bellevue"
		if i+1 < len(s.asked) && s.asked[i+1].tok == a.tok+1 {
			if w := b.lookup(a.raw + s.asked[i+1].raw); w != noWord {
				a.variants = append(a.variants, variant{w, 0.95, joined})
			}
		}
		// "desdeux" for "des deux"
		if w := b.behindArticle(a); w != noWord {
			a.variants = append(a.variants, variant{w, 0.95, noWord})
		}
		// "bellevue" for "belle vue"
		if a.exact == noWord && len(a.text) >= 6 && a.text[0] > '9' {
			for k := 3; k <= len(a.text)-3; k++ {
				if x := b.lookup(a.text[:k]); x != noWord {
					if y := b.lookup(a.text[k:]); y != noWord {
						a.variants = append(a.variants, variant{x, 0.97, y})
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

// behindArticle returns the word of the base that an article is glued to in a word
// of no name, noWord without one: "desdeux" is read as "deux", then as 2.
func (b *base) behindArticle(a *asked) uint32 {
	if a.exact != noWord {
		return noWord
	}
	for _, article := range [...]string{"des", "du", "de", "les", "la", "le", "d", "l"} {
		if rest, ok := strings.CutPrefix(a.text, article); ok && len(rest) > 3 {
			ws := address.StreetWords(nil, []address.Token{{}, {Text: rest}})
			if w := b.lookup(ws[len(ws)-1].Text); w != noWord {
				return w
			}
		}
	}
	return noWord
}
