package noise

import "strings"

// evidence is what a noisy text still says of the commune.
type evidence struct {
	postcode string // empty when unwritten or foreign to the base
	city     string // folded, empty when unwritten
	either   bool   // town and postcode disagree: a place that fits one of them fits
	slips    int    // slips forgiven in the town's name
}

// fits reports whether a street may lie where the text says.
func (e evidence) fits(s *street) bool {
	post := e.postcode != "" && contains(s.postcodes, e.postcode)
	city := e.city != "" && (s.commune.folded == e.city || s.oldFolded == e.city)
	if !city && e.slips > 0 {
		city = distance(e.city, s.commune.folded, e.slips) <= e.slips
	}
	switch {
	case e.either:
		return post || city
	case e.postcode == "":
		return city
	case e.city == "":
		return post
	}
	return post && city
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

// rivals returns the other streets that fit a noisy street name as well as the truth
// does: as many slips away or fewer, where the evidence allows. n is the number
// written, 0 without one: equal holds only those that have it too.
func (b *Base) rivals(truth *street, typed string, e evidence, n int, known bool) (fit bool, equal []string) {
	key := Key(typed)
	slips := 0
	if key != truth.key {
		slips = distance(key, truth.key, 12)
	}
	visit := func(s *street) {
		if s == truth || !e.fits(s) && !sameWay(s, truth, n, known) {
			return
		}
		fit = true
		if !known || s.has(n) {
			equal = append(equal, s.id)
		}
	}
	if slips == 0 {
		for _, s := range b.byKey[key] {
			visit(s)
		}
		return fit, equal
	}
	initials := hasInitial(key)
	for _, c := range b.near(e) {
		for _, s := range c.streets {
			if s.key == key || distance(key, s.key, slips) <= slips && !initials || initials && sameInitials(key, s.key) {
				visit(s)
			}
		}
	}
	return fit, equal
}

// sameWay reports whether a street of the truth's name in its commune holds a number
// that the truth lacks: one way cut by the border of two arrondissements, written with
// the postcode of its other side.
func sameWay(s, truth *street, n int, known bool) bool {
	return !known && n > 0 && s.commune == truth.commune && s.key == truth.key && s.has(n)
}

// near lists the communes that the evidence may mean.
func (b *Base) near(e evidence) []*commune {
	var out []*commune
	seen := map[*commune]bool{}
	add := func(cs []*commune) {
		for _, c := range cs {
			if !seen[c] {
				seen[c] = true
				out = append(out, c)
			}
		}
	}
	if e.postcode != "" {
		add(b.byPost[e.postcode])
	}
	if e.city != "" && (e.either || e.postcode == "") {
		add(b.byName[e.city])
	}
	return out
}

func hasInitial(key string) bool {
	for _, w := range strings.Fields(key) {
		if len(w) == 1 && (w[0] < '0' || w[0] > '9') {
			return true
		}
	}
	return false
}

// sameInitials reports whether two keys have the same words, one letter standing
// for any word that it begins.
func sameInitials(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if x[i] != y[i] && !(len(x[i]) == 1 && strings.HasPrefix(y[i], x[i])) {
			return false
		}
	}
	return true
}

// missing tells that a commune has no street that a reader could take for this
// one: no equal name with or without its type, none one slip away, and none whose
// words hold all of its words or lie all within them ("Jaurès", "Jean Jaurès").
func (c *commune) missing(key string) bool {
	if c.cores == nil {
		c.cores = make([]string, 0, len(c.streets)+1)
		for _, s := range c.streets {
			c.cores = append(c.cores, core(s.key))
		}
	}
	want := core(key)
	for _, have := range c.cores {
		if have == want || len(want) > 3 && distance(want, have, 1) <= 1 || within(want, have) || within(have, want) {
			return false
		}
	}
	return true
}

// within reports whether every word of a is a word of b.
func within(a, b string) bool {
	if a == "" {
		return true
	}
	padded := " " + b + " "
	for w := range strings.FieldsSeq(a) {
		i := strings.Index(padded, w)
		for i > 0 && (padded[i-1] != ' ' || padded[i+len(w)] != ' ') {
			j := strings.Index(padded[i+1:], w)
			if j < 0 {
				return false
			}
			i += 1 + j
		}
		if i < 0 {
			return false
		}
	}
	return true
}
