package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"perimetre/data"
	"perimetre/french"
	"perimetre/geo"
)

type dataDiffCmd struct {
	Zoning string `default:"qpv" enum:"qpv" help:"Zonage à comparer : qpv."`
	From   string `required:"" placeholder:"2015" help:"Version de départ."`
	To     string `required:"" placeholder:"2024" help:"Version d’arrivée."`
	Format string `enum:"texte,json,csv" default:"texte" help:"Forme de la réponse : texte, json ou csv."`
}

// Run compares the two versions and prints what changed.
func (c dataDiffCmd) Run(std streams, g *Globals) error {
	p, err := g.openPack()
	if err != nil {
		return err
	}
	defer p.Close()
	d, err := p.Diff(geo.Zoning(c.Zoning), c.From, c.To)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return printJSON(std.out, d)
	}
	if c.Format == "csv" {
		return writeCSV(std.out, diffRows(d))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s, de %s à %s : %s, %s, %s, %s\n", strings.ToUpper(c.Zoning), c.From, c.To,
		counted(len(d.Entered), "entrée"), counted(len(d.Left), "sortie"), counted(len(d.Modified), "modifié"), counted(len(d.Unchanged), "inchangé"))
	if d.NotComparable > 0 {
		fmt.Fprintf(&b, "Hors comparaison : %s, là où l’une des versions n’est pas complète.\n", counted(d.NotComparable, "zone"))
	}
	printChanges(&b, "Entrées", d.Entered)
	printChanges(&b, "Sorties", d.Left)
	printChanges(&b, "Modifiés", d.Modified)
	if len(d.Unchanged) > 0 {
		fmt.Fprintf(&b, "\nInchangés\n")
		for _, z := range d.Unchanged {
			fmt.Fprintf(&b, "  %s %s%s\n", z.Code, z.Name, predecessors(z))
		}
	}
	_, err = io.WriteString(std.out, b.String())
	return err
}

// diffRows returns the changes of a comparison as a table, areas in square metres.
func diffRows(d *data.Diff) [][]string {
	rows := [][]string{{"changement", "code", "nom", "predecesseurs", "surface_avant_m2", "surface_apres_m2", "surface_gagnee_m2", "surface_perdue_m2", "adresses_gagnees", "adresses_perdues"}}
	for _, part := range []struct {
		name string
		list []data.Change
	}{{"entre", d.Entered}, {"sort", d.Left}, {"modifie", d.Modified}, {"inchange", d.Unchanged}} {
		for _, z := range part.list {
			var from []string
			for _, p := range z.Predecessors {
				from = append(from, p.Code)
			}
			row := []string{part.name, z.Code, z.Name, strings.Join(from, "|")}
			for _, n := range []int64{z.AreaBefore, z.AreaAfter, z.AreaGained, z.AreaLost, int64(z.AddressesGained), int64(z.AddressesLost)} {
				row = append(row, strconv.FormatInt(n, 10))
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func printChanges(b *strings.Builder, title string, changes []data.Change) {
	if len(changes) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	for _, z := range changes {
		fmt.Fprintf(b, "  %s %s%s\n    ", z.Code, z.Name, predecessors(z))
		var parts []string
		if z.AreaGained > 0 {
			parts = append(parts, fmt.Sprintf("+ %s ha, %s", hectares(z.AreaGained), counted(z.AddressesGained, "adresse", "gagnée")))
		}
		if z.AreaLost > 0 {
			parts = append(parts, fmt.Sprintf("− %s ha, %s", hectares(z.AreaLost), counted(z.AddressesLost, "adresse", "perdue")))
		}
		b.WriteString(strings.Join(parts, " ; "))
		b.WriteByte('\n')
	}
}

// predecessors names the earlier zones, when they are others.
func predecessors(z data.Change) string {
	var codes []string
	for _, p := range z.Predecessors {
		codes = append(codes, p.Code)
	}
	if len(codes) == 0 {
		return ""
	}
	return " (de " + strings.Join(codes, ", ") + ")"
}

// counted writes a number and its words, which take an s from two on.
func counted(n int, words ...string) string {
	s := french.Integer(n)
	for _, w := range words {
		s += " " + w
		if n >= 2 {
			s += "s"
		}
	}
	return s
}

// hectares writes square metres as hectares.
func hectares(m2 int64) string { return decimals(float64(m2)/1e4, 1) }
