package geocode

// rareWord is the weight from which a word is borne by few streets.
const rareWord = 0.72

// behindName reports whether the asked word i, behind the whole name of a street
// that ends with the word last, opens a complement ("Passarino SAS", "le Bourg")
// and is no more of another street's name: few streets bear it or "le", "la",
// "les" leads it, and no street of the base has it behind last.
func (s *Searcher) behindName(b *base, last uint32, i int) bool {
	if i >= len(s.asked) {
		return false
	}
	a := &s.asked[i]
	switch {
	case a.exact == noWord, a.filler:
		return true
	case a.weight < rareWord && !a.led:
		return false
	}
	return !s.follows(b, last, a.exact)
}

// mostFollowed bounds the streets that are looked at for two words together.
const mostFollowed = 2000

// follows reports whether a street of the base has the words x and y side by
// side: asked together they name it.
func (s *Searcher) follows(b *base, x, y uint32) bool {
	list, left, found := b.streetsOf(y), mostFollowed, false
	if other := b.streetsOf(x); other.communes < list.communes {
		list = other
	}
	list.all(func(commune, local uint32) bool {
		name := b.nameWords(b.street(b.communes[commune].first + local).name)
		for j := 1; j < name.n; j++ {
			found = found || name.ranks[j-1] == x && name.ranks[j] == y
		}
		left--
		return !found && left > 0
	})
	return found
}
