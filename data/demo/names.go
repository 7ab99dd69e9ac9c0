package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"unicode/utf8"
)

func pickOf[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

// townName makes the name of a commune; some are shared by several, as in France.
func townName(rng *rand.Rand) string {
	base := pickOf(rng, townHeads) + pickOf(rng, townMids) + pickOf(rng, townTails)
	switch n := rng.IntN(100); {
	case n < 5:
		return "Saint-" + pickOf(rng, saints) + pickOf(rng, []string{"", "", "-sur-" + pickOf(rng, rivers), "-les-Brumes", "-en-" + base})
	case n < 7:
		return "Sainte-" + pickOf(rng, saintes)
	case n < 15:
		return base + "-sur-" + pickOf(rng, rivers)
	case n < 19:
		return base + "-" + pickOf(rng, []string{"les-Bois", "le-Grand", "le-Petit", "la-Rivière", "en-Brume", "aux-Étangs", "le-Vieux", "les-Salines"})
	case n < 22:
		return "Le " + base
	case n < 24:
		return "Mont-" + base
	}
	return base
}

// surnames bounds the surnames of a whole country.
const surnames = 60_000

// surname makes one of them: the first of the list are often met, the last seldom.
func surname(rng *rand.Rand) string {
	k := uint64(surnames * math.Pow(rng.Float64(), 2.2))
	its := rand.New(rand.NewPCG(k, 0x6e6f6d73))
	s := pickOf(its, surnameHeads)
	for range its.IntN(3) {
		s += pickOf(its, surnameMids)
	}
	return s + pickOf(its, surnameTails)
}

func roadType(rng *rand.Rand) string {
	total := 0
	for _, w := range roadTypes {
		total += w.weight
	}
	n := rng.IntN(total)
	for _, w := range roadTypes {
		if n -= w.weight; n < 0 {
			return w.word
		}
	}
	return roadTypes[0].word
}

// streetName makes the name of a street; towns are the neighbours that a road may lead to.
func streetName(rng *rand.Rand, towns []string) string {
	n := rng.IntN(100)
	if n < 28 {
		// The first of the list are in most communes, the last in few.
		i := min(rng.IntN(len(common)), rng.IntN(len(common)))
		return common[i]
	}
	t := roadType(rng)
	switch n = rng.IntN(100); {
	case n < 36:
		return t + " " + pickOf(rng, givenNames) + " " + surname(rng)
	case n < 46:
		return t + " " + surname(rng)
	case n < 64:
		return t + " des " + pickOf(rng, plurals)
	case n < 74:
		return t + " du " + pickOf(rng, singulars)
	case n < 80:
		return t + " " + toward(pickOf(rng, towns))
	case n < 90:
		return t + " " + pickOf(rng, honours) + " " + surname(rng)
	case n < 93:
		return fmt.Sprintf("%s du %d %s %d", t, 2+rng.IntN(27), pickOf(rng, months), 1789+rng.IntN(180))
	case n < 96:
		return t + " Saint-" + pickOf(rng, saints)
	default:
		return t + " de la " + pickOf(rng, rivers)
	}
}

// toward is "de Orvecourt" with the elisions and contractions of French.
func toward(town string) string {
	if rest, ok := strings.CutPrefix(town, "Le "); ok {
		return "du " + rest
	}
	r, _ := utf8.DecodeRuneInString(town)
	if strings.ContainsRune("AEIOUYÉÈH", r) {
		return "d'" + town
	}
	return "de " + town
}

// hamletName makes the name of a lieu-dit.
func hamletName(rng *rand.Rand) string {
	h := pickOf(rng, hamlets)
	if h == "Les " {
		return h + pickOf(rng, plurals)
	}
	return h + pickOf(rng, singulars)
}
