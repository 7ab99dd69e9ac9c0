package main

import (
	"fmt"
	"os"
	"strings"

	"perimetre/data"
	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/quota/annual"
	"perimetre/quota/audit/published"
	"perimetre/quota/crosstab"
	"perimetre/study"
	"perimetre/study/report"
)

type reportCmd struct {
	Annuel annualCmd `cmd:"" help:"Compte rendu annuel : tableaux par département, précautions, vérification."`
}

type annualCmd struct {
	countFlags

	Year       int    `required:"" placeholder:"ANNÉE" help:"Année du compte rendu."`
	Aggregated bool   `help:"L’entrée est un dossier de tableaux déjà publiés (CSV, identites.yml, et precaution.txt pour le texte qui les accompagne) : ils sont repris tels quels, et vérifiés ; « exemple » est le compte rendu 2024 transcrit dans le programme."`
	Role       string `enum:"unite,etat,public" default:"public" help:"Lecteur : unite, etat ou public (à défaut) ; règle ce qui est caché."`
	Format     string `enum:"html,xlsx,csv," default:"" help:"html, xlsx ou csv (un dossier de tables que « audit » lit) ; à défaut, selon le nom de la sortie, sinon html."`
}

// Run makes the annual report and writes it.
func (c *annualCmd) Run(std streams, g *Globals) error {
	r, err := c.report(std, g)
	if err != nil {
		return err
	}
	if err := c.draw(g, r); err != nil {
		return err
	}
	format, err := formOf(c.Format, c.Output, "html", "xlsx", "csv")
	if err != nil {
		return err
	}
	g.messages(std.err).Info(r.Verdict)
	switch format {
	case "xlsx":
		return c.whole(g, std, c.Output, r.XLSX)
	case "csv":
		if c.Output == "" || c.Output == "-" {
			return &fault.Error{Kind: fault.Usage, Message: "plusieurs tables demandent un dossier", Expected: "-o DOSSIER"}
		}
		dir, leave, err := c.folder(c.Output)
		if err != nil {
			return err
		}
		defer leave()
		if err := r.CSV(dir); err != nil {
			return err
		}
		if c.DryRun {
			c.say(g, std, counted(len(r.Tables), "table")+" dans "+c.Output)
		}
		return nil
	}
	return c.whole(g, std, c.Output, r.HTML)
}

func (c *annualCmd) report(std streams, g *Globals) (*annual.Report, error) {
	if c.Aggregated {
		switch {
		case len(c.Inputs) != 1:
			return nil, fault.New(fault.Usage, "--aggregated lit un seul dossier de tableaux")
		case c.Inputs[0] == "exemple":
			return annual.Published(published.Report2024, "rapport-2024", c.Year)
		}
		return annual.Published(os.DirFS(c.Inputs[0]), ".", c.Year)
	}
	files, units, err := c.read(std, g)
	if err != nil {
		return nil, err
	}
	set, err := crosstab.Count(files, annual.Query(c.Year, c.AsOf.orToday(), units))
	if err != nil {
		return nil, err
	}
	set.MaskEach(quota.Reader(c.Role))
	return annual.Counted(set, crosstab.Perimeters(files))
}

// draw adds the map of the zonings at the end of the year, and what its text counts, where
// there is a pack.
func (c *annualCmd) draw(g *Globals, r *annual.Report) error {
	if _, err := os.Stat(data.DefaultPack); err != nil && strings.Join(g.Pack, "") == "" {
		return nil
	}
	pack, err := g.openPack()
	if err != nil {
		return err
	}
	defer pack.Close()
	end := quota.Year(c.Year).To
	z, err := study.MapZonings(pack, end, c.AsOf.orToday())
	if err != nil {
		return err
	}
	var parts []string
	for _, d := range z.Departements() {
		parts = append(parts, departement(d)+" "+french.Integer(z.ByDepartement[d]))
	}
	zones := french.Count(len(z.QPV), "QPV", "QPV")
	rural := fmt.Sprintf("%s classées en France Ruralités Revitalisation (FRR) et %s maintenues en zone de revitalisation rurale (ZRR)", french.Integer(z.InFRR), french.Integer(z.InZRR))
	r.Text = append([]string{
		fmt.Sprintf("Fin %d, le territoire compte %s%s: %s.", c.Year, zones, french.Thin, strings.Join(parts, ", ")),
		fmt.Sprintf("Sur %s, %s.", french.Count(z.Communes, "commune", "communes"), rural),
	}, r.Text...)
	drawing, index := report.ZoningMap(z, "Carte des QPV, FRR et ZRR du territoire", fmt.Sprintf("%s, %s ; les territoires de %s sont numérotés.", zones, rural, french.Count(len(z.Land.Units), "Mission Locale", "Missions Locales")))
	r.Map = &annual.Map{Drawing: drawing, Index: index, Source: "Périmètres QPV " + z.Perimeter + ", FRR et ZRR au " + french.Date(end) + "."}
	return nil
}

// departement returns the name of a département, its code where none is known.
func departement(code string) string {
	if name, _, ok := geo.Departement(code); ok {
		return name
	}
	return code
}
