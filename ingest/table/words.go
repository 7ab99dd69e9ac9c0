package table

import (
	"strings"
	"unicode"
)

// Words reduces a word of a table to what makes two of them the same: small
// letters and digits without accents, one space between words, so that
// « Contrat d’Engagement » and "CONTRAT D'ENGAGEMENT" are one.
func Words(s string) string {
	return strings.Join(strings.FieldsFunc(Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}
