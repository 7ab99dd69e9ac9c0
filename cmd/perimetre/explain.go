package main

import (
	"io"
	"strings"

	"perimetre/french"
	"perimetre/geo/blockfile"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
)

type explainCmd struct {
	decideFlags

	Address   []string `arg:"" name:"adresse" help:"Adresse, guillemets ou non."`
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
	defer blockfile.Recover(&err, blockfile.Guard())
	if err := knownPerimeter(pack.Zonings, c.Perimeter); err != nil {
		return err
	}
	text := strings.Join(c.Address, " ")
	a, err := pack.Index.NewSearcher().Search(&geocode.Query{Text: text, Explain: true})
	if err != nil {
		return err
	}
	d := c.decider(pack)
	d.Options.Explain = true
	decision := d.Decide(residency.Input{Answer: a, Text: text, On: c.On.orToday(), Known: c.Known.orToday(), Perimeter: c.Perimeter})
	root := residency.Node{Text: "« " + text + " »", Children: append(residency.Tree(a, &decision), decisionNode(&decision, pack.ID))}
	var b strings.Builder
	printNode(&b, &root, "", "")
	_, err = io.WriteString(std.out, b.String())
	return err
}

// printNode draws a tree with its branches.
func printNode(b *strings.Builder, n *residency.Node, head, tail string) {
	b.WriteString(head + n.Text + "\n")
	for i := range n.Children {
		if i+1 < len(n.Children) {
			printNode(b, &n.Children[i], tail+"├─ ", tail+"│  ")
		} else {
			printNode(b, &n.Children[i], tail+"└─ ", tail+"   ")
		}
	}
}

func decisionNode(d *residency.Decision, pack string) residency.Node {
	n := residency.Node{Text: "Décision : " + string(d.Status) + " (" + d.Motif.Text() + ")"}
	for _, z := range d.Zones {
		n.Add("QPV %s %s", z.Code, z.Name)
	}
	if d.HasDistance {
		side := "dehors"
		if d.Distance >= 0 {
			side = "dedans"
		}
		n.Add("limite la plus proche à %s m, %s", comma(tenth(max(d.Distance, -d.Distance))), side)
	}
	if t := d.Action.Text(); t != "" {
		n.Add("à faire : %s", t)
	}
	for i := range d.Rivals {
		n.Add("lieu possible : %s", d.Rivals[i].Label)
	}
	if d.StreetNumbers > 0 {
		n.Add("part des numéros connus de la voie dans un QPV : %s %%", comma(tenth(d.ShareInside*100)))
	}
	n.Add("FRR : %s ; ZRR : %s", d.FRR, d.ZRR)
	n.Add("au %s, périmètre %s, référentiel %s", french.Date(d.On), orNone(d.Perimeter), pack)
	return n
}

func orNone(s string) string {
	if s == "" {
		return "absent"
	}
	return s
}
