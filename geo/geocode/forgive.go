package geocode

import (
	"slices"

	"perimetre/geo/address"
)

// matching tells, for each word asked, the word of a name that it was matched to.
type matching struct{ of [maxWords]int8 }

// unmatched is a word asked that is no word of the name; others are rank + 1.
const unmatched = 0

// weighLeft weighs the words asked that the name does not hold. A given name or a
// title before a word of the name says no more of the street. It returns the last
// word asked that the name holds, -1 if none, and the weight of those behind it.
func (s *Searcher) weighLeft(b *base, h *hit, n int, m *matching) (lastAsked int, behind float32) {
	person := false // of the word after
	lastAsked = -1
	for i := n - 1; i >= 0; i-- {
		if m.of[i] != unmatched {
			if lastAsked < 0 {
				lastAsked, behind = i, h.left
			}
			person = true
			continue
		}
		a := &s.asked[i]
		title, given := address.Title(a.text), address.GivenName(a.text)
		w := s.unexplained(b, a, h.cand.commune)
		switch {
		case person && title, person && given && !s.commonNoun(b, h, i, n, m):
			h.personLeft += w
			continue
		case yearText(a.text) && i > 0 && m.of[i-1] != unmatched && address.Month(s.asked[i-1].text):
			h.personLeft += w
			continue
		}
		person = false
		h.left += w
		h.qualified = h.qualified || address.Qualifier(a.text) && !a.filler
	}
	return lastAsked, behind
}

// commonNoun reports whether the name holds, after an article, the word after the
// given name asked at i: "Jean Moulin" is not "rue du Moulin".
func (s *Searcher) commonNoun(b *base, h *hit, i, n int, m *matching) bool {
	for i++; i < n && m.of[i] == unmatched; i++ {
	}
	if i == n {
		return false
	}
	s.foldBuf = address.Fold(s.foldBuf[:0], b.display(h.record.name))
	for k := 1; k < len(s.foldBuf); k++ {
		if s.foldBuf[k].Text == s.asked[i].text {
			return definite(s.foldBuf[k-1].Text)
		}
	}
	return false
}

// weighMissing weighs the words of the name that were not asked: little for given
// names, titles, years of a date and the end of a long name.
func (s *Searcher) weighMissing(b *base, h *hit, name *nameWords, m *matching, n int) {
	taken, lastTaken := 0, -1
	for j := range name.n {
		if name.taken[j] {
			taken++
			lastTaken = j
		}
	}
	person := false
	for j := name.n - 1; j >= 0; j-- {
		if name.taken[j] {
			person = !s.articleAsked(j, m, n)
			continue
		}
		w := b.weight(name.ranks[j])
		if slices.Contains(s.extra, name.ranks[j]) {
			h.beside += w
			continue
		}
		t := b.word(name.ranks[j])
		switch {
		case person && (address.Title(t) || address.GivenName(t)), j == lastTaken+1 && j+1 == name.n && yearText(t) && j > 0 && address.Month(b.word(name.ranks[j-1])):
			h.person += w
			continue
		case address.Qualifier(t):
			h.qualified = true
			h.missing += w
		case j > lastTaken && taken >= 2 && lastTaken == taken-1: // all that is before was asked
			h.end += w
		default:
			h.missing += w
		}
		person = false
	}
}

// articleAsked reports whether the word asked that took the jth of the name stands
// after an article: "rue du Moulin" is not "rue Jean Moulin".
func (s *Searcher) articleAsked(j int, m *matching, n int) bool {
	for i := range n {
		if m.of[i] == int8(j)+1 {
			return s.asked[i].article
		}
	}
	return false
}

// definite tells the articles that stand before a thing, never before a person's
// name.
func definite(word string) bool {
	switch word {
	case "du", "des", "la", "le", "les", "l", "au", "aux":
		return true
	}
	return false
}

func yearText(w string) bool {
	return len(w) == 4 && (w[0] == '1' || w[0] == '2') && w[1] >= '0' && w[1] <= '9' && w[2] >= '0' && w[2] <= '9' && w[3] >= '0' && w[3] <= '9'
}
