package noise

import (
	"math/rand/v2"
	"strings"
)

// typeShort are the street types with their usual short forms; a type without one
// is listed so that it is known as a type.
var typeShort = map[string][]string{
	"rue": {"r", "r."}, "avenue": {"av", "av.", "ave"}, "boulevard": {"bd", "bld", "boul", "bvd", "blvd"},
	"place": {"pl", "pl."}, "allee": {"all", "all."}, "allees": {"all"}, "impasse": {"imp", "imp."},
	"chemin": {"chem", "ch", "che"}, "route": {"rte", "rte."}, "residence": {"res", "rés."}, "square": {"sq"},
	"passage": {"pass", "psg"}, "faubourg": {"fg", "fbg"}, "lotissement": {"lot", "lot."}, "ruelle": {"rle"},
	"sentier": {"sent"}, "hameau": {"ham"}, "quartier": {"quart", "qu"}, "esplanade": {"esp"}, "promenade": {"prom"},
	"cours": {"crs"}, "montee": {"mte"}, "domaine": {"dom"}, "traverse": {"tra"},
	"quai": nil, "cite": nil, "cour": nil, "clos": nil, "villa": nil, "venelle": nil, "mail": nil, "voie": nil,
	"sente": nil, "rampe": nil, "rond": nil, "parvis": nil, "parc": nil, "chaussee": nil, "grande": nil, "grand": nil,
	"corniche": nil, "dreve": nil, "courtil": nil, "digue": nil, "galerie": nil, "escalier": nil, "placette": nil,
}

// titleShort are words within names with their usual short forms.
var titleShort = map[string][]string{
	"general": {"Gal", "Gén.", "Gen", "Gl"}, "marechal": {"Mal", "Mal."}, "docteur": {"Dr", "Dr."},
	"president": {"Pdt", "Pdt.", "Prés."}, "commandant": {"Cdt", "Cdt."}, "lieutenant": {"Lt", "Lt."},
	"colonel": {"Col", "Col."}, "capitaine": {"Cne", "Cap."}, "professeur": {"Pr", "Pr.", "Prof"},
	"saint": {"St", "St", "St."}, "sainte": {"Ste", "Ste", "Ste."}, "monseigneur": {"Mgr"}, "sergent": {"Sgt"},
	"adjudant": {"Adj"}, "ingenieur": {"Ing."}, "vieux": {"Vx"}, "ancien": {"Anc."}, "ancienne": {"Anc."},
	"madame": {"Mme"}, "faubourg": {"Fg", "Fbg"},
}

// firstNames may be cut to an initial: "J. Jaurès".
var firstNames = words("albert alexandre alfred andre anatole antoine aristide arthur auguste camille charles claude " +
	"denis edouard emile ernest etienne eugene fernand francois gabriel georges gerard guillaume gustave guy henri " +
	"honore jacques jean jeanne joseph jules julien leon louis louise lucien marcel marguerite marie maurice michel " +
	"nicolas olivier paul philippe pierre raoul raymond rene robert roger romain salvador simone suzanne victor vincent")

var streetTypes = func() map[string]bool {
	m := map[string]bool{}
	for t := range typeShort {
		m[Fold(t)] = true
	}
	return m
}()

// longForm gives the word behind a short form, for Key. "all" is a type and
// "Pr" a professor wherever they stand; "r" is a street only in front.
var longForm = func() map[string]string {
	m := map[string]string{"nd": "notre dame", "za": "zone artisanale", "zi": "zone industrielle", "allees": "allee",
		"anciennes": "ancien", "ancienne": "ancien", "anc": "ancien"}
	for _, table := range []map[string][]string{typeShort, titleShort} {
		for long, shorts := range table {
			for _, s := range shorts {
				if s = Fold(s); s != "r" && s != "all" && s != "anc" {
					m[s] = long
				}
			}
		}
	}
	m["all"] = "allee"
	return m
}()

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// expand writes folded short forms out.
func expand(in []string) []string {
	out := make([]string, 0, len(in)+1)
	for i := 0; i < len(in); i++ {
		w := in[i]
		switch {
		case i == 0 && w == "r":
			w = "rue"
		case w == "n" && i+1 < len(in) && in[i+1] == "d":
			w = "notre dame"
			i++
		default:
			if long, ok := longForm[w]; ok {
				w = long
			}
		}
		out = append(out, strings.Fields(w)...)
	}
	return out
}

// abbreviate shortens the street's type and titles as people do, and now and then
// a first name to its initial. It reports false when nothing has a short form.
func abbreviate(rng *rand.Rand, name string, initials bool) (string, bool) {
	ps := pieces(name)
	done := false
	first := true
	for i := range ps {
		if !ps[i].word {
			continue
		}
		w := Fold(ps[i].text)
		shorts := titleShort[w]
		if first {
			shorts = typeShort[w]
		}
		switch {
		case len(shorts) > 0 && rng.Float64() < .9:
			s := shorts[rng.IntN(len(shorts))]
			if first && rng.IntN(5) == 0 {
				s = strings.ToUpper(s[:1]) + s[1:]
			}
			ps[i].text = s
			if strings.HasSuffix(s, ".") && i+1 < len(ps) && strings.HasPrefix(ps[i+1].text, "-") {
				ps[i].text = strings.TrimSuffix(s, ".")
			}
			done = true
		case w == "notre" && i+2 < len(ps) && Fold(ps[i+2].text) == "dame" && rng.Float64() < .8:
			ps[i].text = []string{"N.-D.", "ND", "N.D.", "N D"}[rng.IntN(4)]
			ps[i+1].text, ps[i+2].text = "", ""
			done = true
		}
		first = false
	}
	if initials && rng.Float64() < .08 {
		done = initial(rng, ps) || done
	}
	return join(ps), done
}

// initial cuts the first name that a surname follows.
func initial(rng *rand.Rand, ps []piece) bool {
	for i := 2; i+2 < len(ps); i++ {
		if !ps[i].word || !firstNames[Fold(ps[i].text)] || ps[i+1].text != " " || len(Fold(ps[i+2].text)) < 4 {
			continue
		}
		r := []rune(ps[i].text)
		ps[i].text = string(r[:1])
		if rng.IntN(2) == 0 {
			ps[i].text += "."
		}
		return true
	}
	return false
}

// dropArticles leaves the articles out, elided ones too; false for a name without articles.
func dropArticles(name string) (string, bool) {
	ps := pieces(name)
	done := false
	for i := range ps {
		if i == 0 || !ps[i].word || !articles[Fold(ps[i].text)] {
			continue
		}
		ps[i].text = ""
		if i+1 < len(ps) {
			ps[i+1].text = " "
		}
		done = true
	}
	return join(ps), done
}

// capitals writes as a form that has neither accents nor lower case.
func capitals(rng *rand.Rand, s string) string {
	s = strings.ToUpper(withoutAccents(s))
	if rng.IntN(2) == 0 {
		s = strings.ReplaceAll(s, "'", " ")
	}
	if rng.IntN(2) == 0 {
		s = strings.ReplaceAll(s, "-", " ")
	}
	return s
}

// saintShort writes Saint and Sainte short in a town's name; false without one.
func saintShort(rng *rand.Rand, city string) (string, bool) {
	ps := pieces(city)
	done := false
	for i := range ps {
		switch Fold(ps[i].text) {
		case "saint", "sainte":
			w := "St"
			if Fold(ps[i].text) == "sainte" {
				w = "Ste"
			}
			ps[i].text = w
			if rng.IntN(2) == 0 && i+1 < len(ps) {
				ps[i+1].text = " "
			}
			done = true
		}
	}
	s := join(ps)
	switch rng.IntN(3) {
	case 0:
		s = capitals(rng, s)
	case 1:
		s = strings.ReplaceAll(s, "-", " ")
	}
	return s, done
}
