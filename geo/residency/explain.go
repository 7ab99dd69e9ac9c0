package residency

import (
	"fmt"
	"math"
	"strings"

	"perimetre/french"
	"perimetre/geo"
)

func (d *Decider) step(o *Decision, what, result string) {
	if d.Options.Explain {
		o.Steps = append(o.Steps, Step{what, result})
	}
}

// explainPerimeter says which version of the perimeters was asked.
func (d *Decider) explainPerimeter(o *Decision, m geo.Memberships) {
	if !d.Options.Explain {
		return
	}
	if v := m.QPV.Version; v != nil {
		o.Steps = append(o.Steps, Step{"Périmètre", fmt.Sprintf("QPV %s, en vigueur depuis le %s, connu depuis le %s, coordonnées à %s près",
			v.Name, french.Date(v.ValidFrom), french.Date(v.KnownFrom), french.Metres(v.Precision))})
	}
}

// explainBand says how far the border is, against the band.
func (d *Decider) explainBand(o *Decision, f geo.QPVFact, band float64) {
	if !d.Options.Explain {
		return
	}
	side := "dehors"
	if len(f.Inside) > 0 {
		side = "dedans"
	}
	what := fmt.Sprintf("%s, à plus de %d m de toute limite", side, geo.Reach)
	if f.HasDistance {
		what = fmt.Sprintf("%s, à %s de la limite de %s %s (marge de doute : %s)", side, french.Metres(math.Abs(f.Distance)), f.Nearest.Code, f.Nearest.Name, french.Metres(band))
	}
	o.Steps = append(o.Steps, Step{"Limite", strings.TrimSpace(what)})
}

// motifTexts are the sentences that people read.
var motifTexts = map[Motif]string{
	NumberIn:           "le numéro est dans le QPV",
	NumberOut:          "le numéro est hors de tout QPV",
	Border:             "le point est trop près d’une limite pour décider",
	StreetIn:           "tous les numéros connus de la voie sont dans le QPV",
	StreetOut:          "tous les numéros connus de la voie sont hors de tout QPV",
	StreetCut:          "la voie seule ne permet pas de décider",
	CommuneWithoutZone: "la commune n’a aucun QPV",
	CommuneWithZone:    "seule la commune est reconnue, et elle a un QPV",
	Ambiguous:          "plusieurs lieux conviennent, ou le lieu n’est pas sûr",
	NoPerimeter:        "le périmètre n’est pas chargé pour ce lieu à cette date",
	NoResidence:        "aucune résidence établie",
	ForeignAddress:     "adresse hors de France",
	UnusableText:       "adresse ou date inexploitable",
	ByPerson:           "décision d’une personne",
}

// Text returns the motif as a French phrase.
func (m Motif) Text() string { return motifTexts[m] }

// Text returns the action as the interface names it; empty when nothing is to be done.
func (a Action) Text() string {
	switch a {
	case ToDecide:
		return "à trancher"
	case Complete:
		return "à compléter"
	case NoneKnown:
		return "sans résidence établie"
	}
	return ""
}
