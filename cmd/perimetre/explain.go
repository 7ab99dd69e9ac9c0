package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"perimetre/geo/address"
	"perimetre/geo/blockfile"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
)

type explainCmd struct {
	decideFlags

	Address   string   `arg:"" name:"adresse" help:"Adresse, sur une ligne."`
	On        dateFlag `placeholder:"DATE" help:"Date du fait (aujourd’hui par défaut)."`
	Known     dateFlag `placeholder:"DATE" help:"Répond avec ce qui était connu à cette date (aujourd’hui par défaut)."`
	Perimeter string   `placeholder:"2015|2024" help:"Version des QPV, quelle que soit la date."`
}

// Run prints every step from the text to the decision, as a tree.
func (c *explainCmd) Run(g *Globals, std streams) (err error) {
	pack, err := g.openPack()
	if err != nil {
		return err
	}
	defer pack.Close()
	defer blockfile.Recover(&err)
	if err := knownPerimeter(pack.Zonings, c.Perimeter); err != nil {
		return err
	}
	a, err := pack.Index.NewSearcher().Search(&geocode.Query{Text: c.Address, Explain: true})
	if err != nil {
		return err
	}
	d := c.decider(pack)
	d.Options.Explain = true
	decision := d.Decide(residency.Input{Answer: a, Text: c.Address, On: c.On.orToday(), Known: c.Known.orToday(), Perimeter: c.Perimeter})
	root := node{text: "« " + c.Address + " »", children: []node{
		readingNode(a), communesNode(a), candidatesNode(a), placeNode(a), stepsNode(&decision), decisionNode(&decision, pack.ID),
	}}
	var b strings.Builder
	root.print(&b, "", "")
	_, err = io.WriteString(std.out, b.String())
	return err
}

// node is a line of the tree and what hangs from it.
type node struct {
	text     string
	children []node
}

func (n *node) print(b *strings.Builder, head, tail string) {
	b.WriteString(head + n.text + "\n")
	for i := range n.children {
		if i+1 < len(n.children) {
			n.children[i].print(b, tail+"├─ ", tail+"│  ")
		} else {
			n.children[i].print(b, tail+"└─ ", tail+"   ")
		}
	}
}

func (n *node) add(format string, args ...any) {
	n.children = append(n.children, node{text: fmt.Sprintf(format, args...)})
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

func readingNode(a *geocode.Answer) node {
	n := node{text: "Lecture du texte"}
	if a.Parsed == nil {
		return n
	}
	n.text += " : " + classNames[a.Parsed.Class]
	for _, s := range a.Parsed.Spans {
		if s.Read != "" && s.Read != address.FoldString(s.Text) {
			n.add("« %s » : %s, lu « %s »", s.Text, roleNames[s.Role], s.Read)
		} else {
			n.add("« %s » : %s", s.Text, roleNames[s.Role])
		}
	}
	return n
}

func communesNode(a *geocode.Answer) node {
	n := node{text: "Communes possibles"}
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
		n.add("%s %s : %s (poids %s)", c.Code, c.Name, joinWords(why), comma(c.Weight))
	}
	switch {
	case len(a.Communes) == 0:
		n.add("aucune")
	case a.Contradiction:
		n.add("le nom et le code se contredisent")
	case a.CommuneCertain:
		n.add("la première est certaine")
	default:
		n.add("la première n’est pas certaine")
	}
	return n
}

func candidatesNode(a *geocode.Answer) node {
	n := node{text: "Lieux candidats"}
	for i := range a.Results {
		r := &a.Results[i]
		line := fmt.Sprintf("%d. %s : %s, score %s, confiance %s", i+1, r.Label, r.Precision, comma(r.Score), comma(r.Confidence))
		if len(r.Faults) > 0 {
			line += " ; pardonné : " + strings.Join(r.Faults, ", ")
		}
		n.children = append(n.children, node{text: line})
	}
	switch {
	case len(a.Results) == 0:
		n.add("aucun")
	case a.Rivals > 1:
		n.add("les %d premiers sont des lieux distincts qui conviennent également", a.Rivals)
	case a.ScoreNext > 0:
		n.add("meilleur lieu distinct suivant : score %s", comma(a.ScoreNext))
	}
	return n
}

func placeNode(a *geocode.Answer) node {
	n := node{text: "Lieu retenu"}
	if len(a.Results) == 0 {
		n.add("aucun")
		return n
	}
	r := &a.Results[0]
	switch r.Precision {
	case geocode.PrecisionNumber:
		n.add("numéro %s, connu de la base", r.HouseNumber)
	case geocode.PrecisionInterpolated:
		n.add("numéro %s, placé entre ses voisins", r.HouseNumber)
	default:
		if a.NumberAsked {
			n.add("numéro demandé, mais non trouvé")
		} else {
			n.add("aucun numéro demandé")
		}
	}
	position := r.Position.String()
	if position == "" {
		position = "type de position inconnu"
	}
	n.add("point %s, %s (%s)", strconv.FormatFloat(r.Lon, 'f', 6, 64), strconv.FormatFloat(r.Lat, 'f', 6, 64), position)
	n.add("commune %s %s", r.CityCode, r.City)
	return n
}

func stepsNode(d *residency.Decision) node {
	n := node{text: "Règles"}
	for _, s := range d.Steps {
		n.add("%s : %s", s.What, s.Result)
	}
	return n
}

func decisionNode(d *residency.Decision, pack string) node {
	n := node{text: "Décision : " + string(d.Status) + " (" + d.Motif.Text() + ")"}
	for _, z := range d.Zones {
		n.add("QPV %s %s", z.Code, z.Name)
	}
	if d.HasDistance {
		side := "dehors"
		if d.Distance >= 0 {
			side = "dedans"
		}
		n.add("limite la plus proche à %s m, %s", comma(tenth(max(d.Distance, -d.Distance))), side)
	}
	if t := d.Action.Text(); t != "" {
		n.add("à faire : %s", t)
	}
	for i := range d.Rivals {
		n.add("lieu possible : %s", d.Rivals[i].Label)
	}
	if d.StreetNumbers > 0 {
		n.add("part des numéros connus de la voie dans un QPV : %s %%", comma(tenth(d.ShareInside*100)))
	}
	n.add("FRR : %s ; ZRR : %s", d.FRR, d.ZRR)
	n.add("au %s, périmètre %s, référentiel %s", frenchDate(d.On), orNone(d.Perimeter), pack)
	return n
}

func orNone(s string) string {
	if s == "" {
		return "absent"
	}
	return s
}
