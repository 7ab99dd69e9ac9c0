package packs

import (
	"regexp"
	"strings"
	"unicode"

	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/address"
)

// spelling gives words in capitals their accents back, as the names of communes have
// them.
type spelling struct {
	communes map[string]string // by folded name
	words    map[string]string // by folded word
}

// commonWords are the words of Missions Locales' names that no commune's name has.
var commonWords = []string{"Métropole", "Agglomération", "Intérieure", "Intérieur", "Réussir", "Siège", "Littoral", "Vallée", "Pévèle", "Communauté", "Région", "Bassin", "Côte", "Économie", "Insertion"}

func newSpelling(communes []geo.Commune) *spelling {
	s := &spelling{communes: map[string]string{}, words: map[string]string{}}
	count := map[string]int{}
	for i := range communes {
		name := communes[i].Name
		s.communes[onlyLetters(name)] = name
		for _, w := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) }) {
			if count[w]++; unicode.IsUpper([]rune(w)[0]) && count[w] > count[s.words[onlyLetters(w)]] {
				s.words[onlyLetters(w)] = w
			}
		}
	}
	for _, w := range commonWords {
		s.words[onlyLetters(w)] = w
	}
	return s
}

// onlyLetters keeps of a text what tells it from another: small letters without accents.
func onlyLetters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, address.FoldString(text))
}

var (
	unitPrefix  = regexp.MustCompile(`^\s*(?:\d[\dAB]\d?\s*-\s*)?(?:ML|MISSION LOCALE)\s+(?:DE L['’ ]|DE LA |DES |DU |DE |D['’ ])?`)
	saintPrefix = regexp.MustCompile(`\b(ST|STE)\s`)
	smallWords  = map[string]bool{"de": true, "du": true, "des": true, "la": true, "les": true, "en": true, "sur": true, "sous": true, "et": true, "lez": true, "d": true, "l": true, "aux": true, "au": true}
)

// name sets a name in capitals in letters; one that has small letters loses its
// prefix alone.
func (s *spelling) name(raw string) string {
	text := strings.TrimSuffix(strings.TrimSpace(unitPrefix.ReplaceAllString(raw, "")), "-SIEGE")
	if text == "" {
		return raw
	}
	if strings.ToUpper(text) != text {
		return text
	}
	text = saintPrefix.ReplaceAllStringFunc(text, func(w string) string {
		return map[string]string{"ST": "SAINT ", "STE": "SAINTE "}[strings.TrimSpace(w)]
	})
	if commune, ok := s.communes[onlyLetters(text)]; ok {
		return commune
	}
	var b strings.Builder
	word := []rune(nil)
	inside := 0 // parentheses
	flush := func() {
		if len(word) > 0 {
			b.WriteString(s.word(string(word), b.Len() == 0, inside > 0))
			word = nil
		}
	}
	for _, r := range text {
		if unicode.IsLetter(r) {
			word = append(word, r)
			continue
		}
		flush()
		switch r {
		case '(':
			inside++
		case ')':
			inside--
		}
		b.WriteRune(r)
	}
	flush()
	return b.String()
}

func (s *spelling) word(capitals string, first, inside bool) string {
	small := strings.ToLower(capitals)
	known, ok := s.words[onlyLetters(capitals)]
	switch {
	case !first && smallWords[small], inside && !ok:
		return small
	case ok:
		return known
	case len([]rune(capitals)) <= 3 && !smallWords[small]:
		return capitals // initials
	}
	return french.Capital(small)
}
