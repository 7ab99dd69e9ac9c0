package residency

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"perimetre/geo/address"
	"perimetre/geo/geocode"
)

// Node is a line of the tree of reasons, in French, and what hangs from it.
type Node struct {
	Text     string
	Children []Node
}

// Add hangs a line from the node.
func (n *Node) Add(format string, args ...any) {
	n.Children = append(n.Children, Node{Text: fmt.Sprintf(format, args...)})
}

// Tree is every step from the text to the rule that decided, for an answer and a
// decision that were asked to explain themselves: what each word was read as, the
// communes that it may mean, the places that it may be, the one kept, the rules.
func Tree(a *geocode.Answer, d *Decision) []Node {
	rules := Node{Text: "Règles"}
	for _, s := range d.Steps {
		rules.Add("%s : %s", s.What, s.Result)
	}
	return []Node{readingNode(a), communesNode(a), candidatesNode(a), placeNode(a), rules}
}

var roleNames = map[address.Role]string{
	address.RoleOther: "sans explication", address.RoleNumber: "numéro", address.RoleSuffix: "indice de répétition", address.RoleStreet: "voie",
	address.RoleComplement: "complément", address.RolePostbox: "boîte postale", address.RoleCedex: "cedex",
	address.RolePostcode: "code postal", address.RoleCity: "commune", address.RoleCountry: "pays",
}

var classNames = map[address.Class]string{
	address.Residence: "adresse de résidence", address.Unusable: "inexploitable", address.Foreign: "hors de France",
	address.Homeless: "sans domicile", address.Domiciliation: "domiciliation", address.Institution: "institution ou hébergement collectif",
}

var precisionNames = map[string]string{
	geocode.PrecisionNumber.String(): "numéro connu", geocode.PrecisionInterpolated.String(): "numéro placé entre ses voisins",
	geocode.PrecisionStreet.String(): "voie", geocode.PrecisionLocality.String(): "lieu-dit", geocode.PrecisionCommune.String(): "commune",
	geocode.PrecisionNone.String(): "aucune",
}

// PrecisionText says in French what of a place was found, from the word of
// geocode.Precision; empty for another word.
func PrecisionText(precision string) string { return precisionNames[precision] }

func readingNode(a *geocode.Answer) Node {
	n := Node{Text: "Lecture du texte"}
	if a.Parsed == nil {
		return n
	}
	n.Text += " : " + classNames[a.Parsed.Class]
	for _, s := range a.Parsed.Spans {
		if s.Read != "" && s.Read != address.FoldString(s.Text) {
			n.Add("« %s » : %s, lu « %s »", s.Text, roleNames[s.Role], s.Read)
		} else {
			n.Add("« %s » : %s", s.Text, roleNames[s.Role])
		}
	}
	return n
}

func communesNode(a *geocode.Answer) Node {
	n := Node{Text: "Communes possibles"}
	for _, c := range a.Communes {
		var why []string
		if c.Similarity >= 0 {
			why = append(why, fmt.Sprintf("nom « %s » ressemblant à %s %%", c.Matched, comma(c.Similarity*100)))
		}
		if c.Postcode {
			why = append(why, "code postal")
		}
		if c.CityCode {
			why = append(why, "code INSEE")
		}
		if len(why) == 0 {
			why = []string{"aucun indice"}
			if a.Parsed != nil && slices.ContainsFunc(a.Parsed.Spans, func(s address.Span) bool { return s.Text == c.Code }) {
				why[0] = "le nombre écrit est aussi son code INSEE"
			}
		}
		n.Add("%s %s : %s (poids %s)", c.Code, c.Name, strings.Join(why, ", "), comma(c.Weight))
	}
	switch {
	case len(a.Communes) == 0:
		n.Add("aucune")
	case a.Contradiction:
		n.Add("le nom et le code se contredisent")
	case a.CommuneCertain:
		n.Add("la première est certaine")
	default:
		n.Add("la première n’est pas certaine")
	}
	return n
}

func candidatesNode(a *geocode.Answer) Node {
	n := Node{Text: "Lieux candidats"}
	for i := range a.Results {
		r := &a.Results[i]
		line := fmt.Sprintf("%d. %s : %s, score %s, confiance %s", i+1, r.Label, PrecisionText(r.Precision.String()), comma(r.Score), comma(r.Confidence))
		if len(r.Faults) > 0 {
			line += " ; pardonné : " + FaultsText(r.Faults)
		}
		n.Children = append(n.Children, Node{Text: line})
	}
	switch {
	case len(a.Results) == 0:
		n.Add("aucun")
	case a.Rivals > 1:
		n.Add("les %d premiers sont des lieux distincts qui conviennent également", a.Rivals)
	case a.ScoreNext > 0:
		n.Add("meilleur lieu distinct suivant : score %s", comma(a.ScoreNext))
	}
	return n
}

func placeNode(a *geocode.Answer) Node {
	n := Node{Text: "Lieu retenu"}
	if len(a.Results) == 0 {
		n.Add("aucun")
		return n
	}
	r := &a.Results[0]
	switch r.Precision {
	case geocode.PrecisionNumber:
		n.Add("numéro %s, connu de la base", r.HouseNumber)
	case geocode.PrecisionInterpolated:
		n.Add("numéro %s, placé entre ses voisins", r.HouseNumber)
	default:
		if a.NumberAsked {
			n.Add("numéro demandé, mais non trouvé")
		} else {
			n.Add("aucun numéro demandé")
		}
	}
	position := r.Position.String()
	if position == "" {
		position = "type de position inconnu"
	}
	n.Add("point %s, %s (%s)", strconv.FormatFloat(r.Lon, 'f', 6, 64), strconv.FormatFloat(r.Lat, 'f', 6, 64), position)
	n.Add("commune %s %s", r.CityCode, r.City)
	return n
}

// comma writes a number as French does, with two decimals at most.
func comma(v float64) string {
	return strings.Replace(strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64), ".", ",", 1)
}
