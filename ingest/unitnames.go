package ingest

import (
	"strings"
	"unicode"

	"perimetre/ingest/table"
)

// UnitNames finds the Mission Locale that a cell names, by any of its codes and names:
// its own, those of the network (« 59-ML ROUBAIX ») and those of i-Milo (« 59512S00 »,
// « MISSION LOCALE ROUBAIX »). The zero value knows none.
type UnitNames struct {
	codes map[string]string // by folded code or name
	bare  map[string]string // by name without « Mission Locale »; empty when two share it
}

// imiloSuffix ends the codes of structures in i-Milo.
const imiloSuffix = "S00"

// Add adds a name to a unit, beside the names that it has.
func (n *UnitNames) Add(code, name string) {
	if n.codes == nil {
		n.codes, n.bare = map[string]string{}, map[string]string{}
	}
	n.codes[unitWords(code)], n.codes[unitWords(code+imiloSuffix)] = code, code
	if name == "" {
		return
	}
	n.codes[unitWords(name)] = code
	if bare := bareName(name); bare != "" {
		if other, taken := n.bare[bare]; taken && other != code {
			code = "" // two units of one name: neither is meant
		}
		n.bare[bare] = code
	}
}

// Unit returns the code of the unit that a cell names, maybe without the 0 that a
// spreadsheet ate; ok is false when no unit bears it.
func (n *UnitNames) Unit(written string) (code string, ok bool) {
	w := table.Clean(written)
	if n == nil || w == "" {
		return "", false
	}
	for _, s := range [...]string{w, table.PadPostcode(w), "0" + w} {
		if code, ok := n.codes[unitWords(s)]; ok {
			return code, true
		}
	}
	code = n.bare[bareName(w)]
	return code, code != ""
}

// unitWords folds a code or a name to what makes two of them the same: small letters
// and digits without accents, one space between words.
func unitWords(s string) string {
	return strings.Join(strings.FieldsFunc(table.Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

// bareName returns what is left of a unit's name without its département and the words
// for a Mission Locale: « 59-ML ROUBAIX », « Mission locale de Roubaix » and
// « MISSION LOCALE ROUBAIX » are all « roubaix ».
func bareName(name string) string {
	words := strings.Fields(unitWords(name))
	if len(words) > 1 && len(words[0]) <= 3 && words[0] != "ml" && strings.Trim(words[0], "0123456789ab") == "" {
		words = words[1:]
	}
	var out []string
	for _, w := range words {
		switch w {
		case "ml", "mission", "missions", "locale", "locales", "de", "du", "des", "d", "la", "le", "les", "l", "en", "et":
		case "st":
			out = append(out, "saint")
		case "ste":
			out = append(out, "sainte")
		default:
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}
