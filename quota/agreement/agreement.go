// Package agreement says how far two people who answered the same addresses agree.
package agreement

import (
	"fmt"

	"perimetre/french"
)

// Agreement counts manual decisions of a Mission Locale that were drawn at random and that
// somebody else of it answered again without seeing the first answer.
type Agreement struct {
	Drawn    int `json:"drawn"`
	Answered int `json:"answered"`
	Same     int `json:"same"` // of those answered
	// Low and High bound the share of all the decisions that a second reader would answer
	// alike, from 0 to 1 (Wilson's interval at 95 %); both 0 while nothing is answered.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// String returns the sentence that stands beside a verdict.
func (a *Agreement) String() string {
	drawn := french.Count(a.Drawn, "décision manuelle tirée au sort", "décisions manuelles tirées au sort")
	if a.Answered == 0 {
		return drawn + ", aucune relue"
	}
	return fmt.Sprintf("%s, %s à l’aveugle%s: %s, soit %s (de %s à %s, au seuil de 95%s%%)", drawn, french.Count(a.Answered, "relue", "relues"), french.Thin,
		french.Count(a.Same, "réponse identique", "réponses identiques"), french.Ratio(a.Same, a.Answered), french.Percent(a.Low), french.Percent(a.High), french.Thin)
}

// Short returns the same in a few words, for a cell.
func (a *Agreement) Short() string {
	if a.Answered == 0 {
		return fmt.Sprintf("relecture%s: 0 sur %s", french.Thin, french.Integer(a.Drawn))
	}
	return fmt.Sprintf("relecture%s: %s sur %s %s (%s – %s)", french.Thin, french.Integer(a.Same), french.Integer(a.Answered), french.Plural(a.Same, "identique", "identiques"), french.Percent(a.Low), french.Percent(a.High))
}
